"""Runs and their items. Knows nothing of steps; asks `liveness` whether a run's process is still there."""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.store import AmbiguousRun
from loomwork.store.liveness import identity, is_gone
from loomwork.store.rows import ItemRow, PlacedItem, RunRow
from loomwork.store.sqlite.blobs import all_prepared, keep
from loomwork.store.sqlite.calls import STATUSES, status_of
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import in_parts, kept, kept_or_none, packed, taken, taken_or_none, unpacked

_COLUMNS = "id, target, started_ns, ended_ns, status, dataset, items, ok, failed, pid, summary, meta, process"
_PLACES = ", ".join("?" * 13)
_FIELDS = RunRow.__struct_fields__
_WRITE = f"INSERT INTO runs ({_COLUMNS}) VALUES ({_PLACES})"
_REWRITE = (
    "UPDATE runs SET target = ?2, started_ns = ?3, ended_ns = ?4, status = ?5, dataset = ?6, items = ?7, ok = ?8,"
    " failed = ?9, pid = ?10, summary = ?11, meta = ?12 WHERE id = ?1"
)
_NEWEST = "ORDER BY started_ns DESC, n DESC LIMIT ?"
_ITEM_COLUMNS = "run, idx, trial, status, input, output, error, trace, subject, started_ns, ended_ns"
_ITEM = f"INSERT OR REPLACE INTO items ({_ITEM_COLUMNS}) VALUES ({', '.join('?' * 11)})"
_ITEMS_AFTER = (
    f"SELECT {_ITEM_COLUMNS} FROM items WHERE run = ? AND (idx, trial) > (?, ?) ORDER BY idx, trial LIMIT {{}}"
)
_PLACED = "n, idx, trial, status, started_ns, ended_ns"
_PLACED_FROM = (
    f"SELECT {_PLACED} FROM items WHERE run = ? AND (idx, trial) > (?, ?) AND n <= ? ORDER BY idx, trial LIMIT {{}}"
)
_PLACED_AFTER = f"SELECT {_PLACED} FROM items WHERE n > ? AND +run = ? ORDER BY n LIMIT ?"
_FAILED = STATUSES.index("failed")
_PAGE = 500
_SHOWN = 5


class SqliteRuns:
    """The runs of one database."""

    def __init__(self, pool: Connections, names: Names, clock: Clock) -> None:
        self._pool = pool
        self._names = names
        self._clock = clock

    def start(self, row: RunRow) -> None:
        """Write a new run."""
        self._names.number(row.id)
        with self._pool.writing() as session:
            session.connection.execute(_WRITE, (*_values(row), identity(row.pid)))

    def finish(self, row: RunRow) -> None:
        """Replace the run's row with its final state (written if it was never started)."""
        with self._pool.writing() as session:
            if session.connection.execute(_REWRITE, _values(row)).rowcount == 0:
                session.connection.execute(_WRITE, (*_values(row), identity(row.pid)))

    def get(self, run_id: str) -> RunRow | None:
        """Return a run by id or by an unambiguous beginning of it; "last" is the newest. Raises `AmbiguousRun`."""
        if run_id == "last":
            return next(iter(self.list(limit=1)), None)
        exact = self._pool.row(f"SELECT {_COLUMNS} FROM runs WHERE id = ?", (run_id,))
        if exact is not None:
            return _run(exact)
        if not run_id:
            return None
        sql = f"SELECT {_COLUMNS} FROM runs WHERE id >= ? AND substr(id, 1, ?) = ? ORDER BY id LIMIT {_SHOWN}"
        found = self._pool.rows(sql, (run_id, len(run_id), run_id))
        if len(found) > 1:
            raise AmbiguousRun(prefix=run_id, matches=", ".join(row[0] for row in found))
        return _run(found[0]) if found else None

    def list(self, *, limit: int = 50, target: str | None = None, before: str = "") -> list[RunRow]:
        """Return the newest runs first; with `before`, those that began before that run."""
        wanted: list[str] = []
        asked: list[object] = []
        if target is not None:
            wanted.append("target = ?")
            asked.append(target)
        if before:
            wanted.append("(started_ns, n) < (SELECT started_ns, n FROM runs WHERE id = ?)")
            asked.append(before)
        where = f"WHERE {' AND '.join(wanted)}" if wanted else ""
        rows = self._pool.rows(f"SELECT {_COLUMNS} FROM runs {where} {_NEWEST}", (*asked, limit))
        return [_run(row) for row in rows]

    def put_item(self, row: ItemRow, bodies: Sequence[bytes] = ()) -> None:
        """Write or replace one finished item, with its bodies, in one transaction."""
        ready = all_prepared(self._pool, bodies, self._clock.now_ns())
        values = (
            self._names.number(row.run), row.index, row.trial, STATUSES.index(row.status), kept(row.input),
            kept_or_none(row.output), row.error, packed(row.trace), row.subject, row.started_ns, row.ended_ns,
        )  # fmt: skip
        with self._pool.writing() as session:
            keep(session, ready)
            session.connection.execute(_ITEM, values)

    def items(self, run_id: str) -> Iterator[ItemRow]:
        """Yield the items of a run by index and trial, a page at a time; no transaction is open in between."""
        number = self._names.known(run_id)
        if number is None:
            return
        sql = _ITEMS_AFTER.format(_PAGE)
        index, trial = -1 << 62, 0
        while rows := self._pool.rows(sql, (number, index, trial)):
            for row in rows:
                yield _item(run_id, row)
            index, trial = rows[-1][1], rows[-1][2]

    def item(self, run_id: str, index: int, trial: int) -> ItemRow | None:
        """Return one finished item."""
        number = self._names.known(run_id)
        sql = f"SELECT {_ITEM_COLUMNS} FROM items WHERE run = ? AND idx = ? AND trial = ?"
        row = None if number is None else self._pool.row(sql, (number, index, trial))
        return None if row is None else _item(run_id, row)

    def failures(self, run_id: str, *, limit: int = 1) -> Sequence[ItemRow]:
        """Return the first failed items of a run, by index and trial."""
        number = self._names.known(run_id)
        if number is None:
            return []
        sql = f"SELECT {_ITEM_COLUMNS} FROM items WHERE run = ? AND status = ? ORDER BY idx, trial LIMIT ?"
        return [_item(run_id, row) for row in self._pool.rows(sql, (number, _FAILED, limit))]

    def newest(self) -> int:
        """Return the place of the item that was written last; 0 where there is none."""
        return self._pool.row("SELECT coalesce(max(n), 0) FROM items")[0]

    def placed(self, run_id: str, *, until: int) -> Iterator[PlacedItem]:
        """Yield the items of a run that were written up to a place, a page at a time."""
        number = self._names.known(run_id)
        if number is None:
            return
        sql = _PLACED_FROM.format(_PAGE)
        index, trial = -1 << 62, 0
        while rows := self._pool.rows(sql, (number, index, trial, until)):
            for row in rows:
                yield _placed(row)
            index, trial = rows[-1][1], rows[-1][2]

    def placed_after(self, run_id: str, place: int, *, limit: int = 2000) -> Sequence[PlacedItem]:
        """Return the items of a run that were written after a place, in order of writing."""
        number = self._names.known(run_id)
        if number is None:
            return []
        return [_placed(row) for row in self._pool.rows(_PLACED_AFTER, (place, number, limit))]

    def at(self, places: Collection[int]) -> dict[int, ItemRow]:
        """Return items by their places (those that are still there)."""
        found: dict[int, ItemRow] = {}
        text = self._names.text
        for part in in_parts(places):
            sql = f"SELECT n, {_ITEM_COLUMNS} FROM items WHERE n IN ({','.join('?' * len(part))})"
            found.update((row[0], _item(text(row[1]), row[1:])) for row in self._pool.rows(sql, part))
        return found


def _placed(row: Any) -> PlacedItem:
    return PlacedItem(
        n=row[0], index=row[1], trial=row[2], failed=row[3] == _FAILED, started_ns=row[4], ended_ns=row[5]
    )


def _values(row: RunRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in _FIELDS)


def _run(row: Any) -> RunRow:
    run = RunRow(**dict(zip(_FIELDS, row, strict=False)))
    if run.status == "running" and run.ended_ns is None and is_gone(run.pid, row[-1]):
        return msgspec.structs.replace(run, status="crashed")
    return run


def _item(run_id: str, row: Any) -> ItemRow:
    return ItemRow(
        run=run_id,
        index=row[1],
        trial=row[2],
        status=status_of(row[3]),
        input=taken(row[4]),
        output=taken_or_none(row[5]),
        error=row[6],
        trace=unpacked(row[7]),
        subject=row[8],
        started_ns=row[9],
        ended_ns=row[10],
    )

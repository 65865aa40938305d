"""Runs and their items. Knows nothing of steps; asks `liveness` whether a run's process is still there."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.store import AmbiguousRun
from loomwork.store.liveness import identity, is_gone
from loomwork.store.rows import ItemRow, RunRow
from loomwork.store.sqlite.blobs import all_prepared, keep
from loomwork.store.sqlite.calls import STATUSES, status_of
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import kept, kept_or_none, packed, taken, taken_or_none, unpacked

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

    def list(self, *, limit: int = 50, target: str | None = None) -> list[RunRow]:
        """Return the newest runs first."""
        where, asked = ("", ()) if target is None else ("WHERE target = ?", (target,))
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

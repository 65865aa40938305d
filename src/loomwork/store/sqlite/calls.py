"""Executed step calls: memos, and what `why` and `replay` ask about. Knows nothing of what a record says.

A commit is on the caller's path, so it writes one table and one index. The other ways to find a call are an index
table of their own, `call_index`, that is brought up to date in batches; a query looks into it and scans the short
tail of calls that came after.
"""

from collections.abc import Collection, Sequence
from functools import cache
from typing import Any

from loomwork.kernel.canonical import Digest
from loomwork.kernel.clock import Clock
from loomwork.store.rows import REPLAYS, CallRow, CallStatus, Reuse
from loomwork.store.sqlite.blobs import all_prepared, keep
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.packing import (
    digest_or_none,
    head,
    in_parts,
    kept,
    kept_or_none,
    packed,
    packed_or_none,
    taken,
    taken_or_none,
    unpacked,
)

STATUSES: tuple[CallStatus, ...] = ("failed", "ok")
REUSES: tuple[Reuse, ...] = ("never", "run", "always")
TAIL = 512
"""Calls that may wait for their index."""
_APART_NS = 60_000_000_000
"""How far the clocks of two writers may be apart: a row from later than that is older than a clock set back."""
_STATUS = {text: number for number, text in enumerate(STATUSES)}
_REUSE = {text: number for number, text in enumerate(REUSES)}
_COLUMNS = (
    "id, key, ambient, step, kind, behaviour, inputs, run, item, trial, status, reuse, result, value, observed, record,"
    " created_ns, expires_ns, trace, span, error"
)
_INSERT = f"INSERT INTO calls (key8, {_COLUMNS}) VALUES ({', '.join('?' * 22)})"
_SAME = (
    "FROM calls WHERE key8 = ? AND ambient = ? AND reuse > 0 AND key = ? AND reuse = 2 AND observed = ?"
    " AND created_ns BETWEEN ? AND ? AND (expires_ns IS NULL OR expires_ns > ?)"
)
_FIRST = f"SELECT {_COLUMNS} {_SAME} ORDER BY n LIMIT 1"
_INSERT_FIRST = f"INSERT INTO calls (key8, {_COLUMNS}) SELECT {', '.join('?' * 22)} WHERE NOT EXISTS (SELECT 1 {_SAME})"
_USABLE = (
    f"SELECT {_COLUMNS} FROM calls WHERE key8 = ? AND ambient IN (%s) AND key = ? AND reuse > 0"
    " AND (reuse = 2 OR run = ?) AND (expires_ns IS NULL OR expires_ns > ?) ORDER BY n DESC"
)
_LATEST = "ORDER BY created_ns DESC, n DESC LIMIT 1"
_LIVE = f"run NOT IN (SELECT id FROM names WHERE text BETWEEN '{REPLAYS}' AND '{REPLAYS}~')"
_INDEXED = "(SELECT coalesce(max(n), 0) FROM call_index)"
_CATCH_UP = (
    "INSERT INTO call_index (n, id, step, inputs, run, item, trial, created_ns, span)"
    " SELECT n, id, step, inputs, run, item, trial, created_ns, span FROM calls"
    f" WHERE n > {_INDEXED} ORDER BY n LIMIT ?"
)


class SqliteCalls:
    """The calls of one database."""

    def __init__(self, pool: Connections, names: Names, clock: Clock) -> None:
        self._pool = pool
        self._names = names
        self._clock = clock

    def commit(self, row: CallRow, bodies: Sequence[bytes], *, since_ns: int) -> CallRow:
        """Write the bodies and the row in one transaction; return the row that others will find."""
        pool = self._pool
        values = self._values(row)
        latest = row.created_ns + _APART_NS
        same = (values[0], row.ambient, values[2], values[15], since_ns, latest, row.created_ns)
        if not bodies and self._written(values, same if row.reuse == "always" else None):
            return row
        ready = all_prepared(pool, bodies, row.created_ns)
        with pool.writing() as session:
            keep(session, ready)
            if row.reuse != "always":
                session.connection.execute(_INSERT, values)
                return row
            if session.connection.execute(_INSERT_FIRST, (*values, *same)).rowcount == 1:
                return row
            first = session.connection.execute(_FIRST, same).fetchone()
            values[12] = 0
            session.connection.execute(_INSERT, values)
        return self._row(first)

    def _written(self, values: list[Any], same: tuple[object, ...] | None) -> bool:
        """Write a row alone: one statement is a transaction. Says no where an equal memo is there already."""
        if same is None:
            return self._pool.changed(_INSERT, values) == 1
        return self._pool.changed(_INSERT_FIRST, (*values, *same)) == 1

    def candidates(self, key: Digest, ambients: Sequence[int], *, run: str, now_ns: int) -> list[CallRow]:
        """Return usable, unexpired memos under `key` and any of `ambients`, the last committed first."""
        wanted = packed(key)
        asked = (head(wanted), *ambients, wanted, self._names.known(run), now_ns)
        return [self._row(row) for row in self._pool.rows(_usable(len(ambients)), asked)]

    def get(self, call_id: str) -> CallRow | None:
        """Return one call."""
        return self._latest("id = ?", (packed(call_id),))

    def many(self, call_ids: Collection[str]) -> dict[str, CallRow]:
        """Return those of these calls that are there, by id."""
        found: dict[str, CallRow] = {}
        for part in in_parts(call_ids):
            asked = [packed(each) for each in part]
            rows = self._pool.rows(_found(f"id IN ({','.join('?' * len(asked))})"), asked * 2)
            found.update((each.id, each) for each in (self._row(row[1:]) for row in rows))
        return found

    def nearest(self, step: str, *, inputs: Digest | None, before_ns: int, excluding: str = "") -> CallRow | None:
        """Return the latest earlier call of `step` (with these inputs, unless None), finished before `before_ns`.

        Calls of replays are passed over.
        """
        number = self._names.known(step)
        if number is None:
            return None
        where = f"step = ? AND created_ns < ? AND id != ? AND {_LIVE}"
        asked = (number, before_ns, packed(excluding))
        if inputs is None:
            return self._latest(where, asked)
        return self._latest(f"{where} AND inputs = ?", (*asked, packed(inputs)))

    def nearest_of_item(self, step: str, *, item: int, trial: int, before_ns: int, not_run: str) -> CallRow | None:
        """Return the latest earlier call of `step` for this item and trial in any other run that is no replay."""
        number = self._names.known(step)
        if number is None:
            return None
        other = self._names.known(not_run)
        return self._latest(
            f"step = ? AND item = ? AND trial = ? AND created_ns < ? AND run != ? AND {_LIVE}",
            (number, item, trial, before_ns, -1 if other is None else other),
        )

    def of_item(self, run: str, item: int, trial: int) -> list[CallRow]:
        """Return the calls executed for one item of a run, in order."""
        number = self._names.known(run)
        if number is None:
            return []
        where = "run = ? AND item = ? AND trial = ?"
        rows = self._pool.rows(f"{_found(where)} ORDER BY n", (number, item, trial) * 2)
        return [self._row(row[1:]) for row in rows]

    def of_span(self, span: str) -> CallRow | None:
        """Return the call that a span shows."""
        return self._latest("span = ? AND span != x''", (packed(span),)) if span else None

    def index(self) -> int:
        """Bring the index up to date by at most `TAIL` calls; return how many were added."""
        waiting = self._pool.row(f"SELECT (SELECT coalesce(max(n), 0) FROM calls) - {_INDEXED}")[0]
        if waiting < TAIL:
            return 0
        with self._pool.writing() as session:
            return session.connection.execute(_CATCH_UP, (TAIL,)).rowcount

    def _latest(self, where: str, asked: tuple[object, ...]) -> CallRow | None:
        row = self._pool.row(f"{_found(where, _LATEST)} {_LATEST}", asked * 2)
        return None if row is None else self._row(row[1:])

    def _values(self, row: CallRow) -> list[Any]:
        number = self._names.number
        key = packed(row.key)
        return [
            head(key), packed(row.id), key, row.ambient, number(row.step), number(row.kind), packed(row.behaviour),
            packed(row.inputs), number(row.run), row.item, row.trial, _STATUS[row.status], _REUSE[row.reuse],
            kept_or_none(row.result), packed_or_none(row.value), packed(row.observed), kept(row.record),
            row.created_ns, row.expires_ns, packed(row.trace), packed(row.span), row.error,
        ]  # fmt: skip

    def _row(self, row: Any) -> CallRow:
        text = self._names.text
        return CallRow(
            id=unpacked(row[0]),
            key=Digest(unpacked(row[1])),
            ambient=row[2],
            step=text(row[3]),
            kind=text(row[4]),
            behaviour=Digest(unpacked(row[5])),
            inputs=Digest(unpacked(row[6])),
            run=text(row[7]),
            item=row[8],
            trial=row[9],
            status=status_of(row[10]),
            reuse=_reuse_of(row[11]),
            result=taken_or_none(row[12]),
            value=digest_or_none(row[13]),
            observed=Digest(unpacked(row[14])),
            record=taken(row[15]),
            created_ns=row[16],
            expires_ns=row[17],
            trace=unpacked(row[18]),
            span=unpacked(row[19]),
            error=row[20],
        )


@cache
def _usable(ambients: int) -> str:
    return _USABLE % ",".join("?" * ambients)


def status_of(number: int) -> CallStatus:
    """Return a status by its number in a row."""
    return STATUSES[number]


def _reuse_of(number: int) -> Reuse:
    return REUSES[number]


def _found(where: str, which: str = "") -> str:
    """Return the query for calls that fit: those in the index, and the tail that is not in it yet."""
    return (
        f"SELECT n, {_COLUMNS} FROM calls WHERE n IN (SELECT n FROM call_index WHERE {where} {which})"
        f" UNION ALL SELECT n, {_COLUMNS} FROM calls WHERE n > {_INDEXED} AND {where}"
    )

"""Which bodies somebody still refers to, and removing those that nobody does. Knows nothing of what is in them.

A sweep rather than counters: a counter would cost every commit another page for the sake of a rare prune
(docs/decisions/011-blobs-are-swept.md). What refers to bodies is listed here and nowhere else; a call's record also
mentions bodies (arguments, behaviour), so every digest written in a kept record counts as a reference.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from loomwork.store.sqlite.blobs import RAW, opened
from loomwork.store.sqlite.care.tables import Window, scratch, windows
from loomwork.store.sqlite.connections import Connections, Session
from loomwork.store.sqlite.packing import head

REFERENCES = {"calls": ("result", "record"), "items": ("input", "output"), "spans": ("input", "output"),
    "release_files": ("body",),
}  # fmt: skip
"""Every column that refers to a body, by table."""
IS_NAME = "length({column}) = 20"
"""Condition: the column holds a body's digest, not the body itself."""
GRACE_MINUTES = 60
"""A body younger than this may belong to a row that is not written yet."""
_MENTION = re.compile(rb"[0-9a-f]{40}")
_KEPT = "n INTEGER PRIMARY KEY"
_RECORDS = (
    f"SELECT calls.n, {RAW}, 0, calls.record FROM main.calls WHERE length(calls.record) != 20 AND calls.{{where}}"
    " UNION ALL SELECT calls.n, b.form, b.size, b.data FROM main.calls JOIN blobs b ON b.d8 = head(calls.record)"
    " AND b.digest = calls.record WHERE calls.{where}"
)
_UNUSED = (
    "SELECT n, length(data) FROM blobs WHERE n BETWEEN ? AND ? AND made < ? AND NOT EXISTS"
    " (SELECT 1 FROM temp.kept WHERE kept.n = blobs.d8) {among}"
)
_AMONG = "AND EXISTS (SELECT 1 FROM temp.suspects s WHERE s.n = blobs.d8)"
_WINDOW = 500


class Swept(NamedTuple):
    """What a sweep removed."""

    blobs: int
    bytes: int


def mentions(session: Session, form: int, size: int, data: bytes) -> Iterator[int]:
    """Yield the heads of all digests written in a record."""
    body = data if form == RAW else opened(session, form, size, data)
    if body is not None:
        for found in _MENTION.finditer(body):
            yield head(bytes.fromhex(found[0].decode()))


def mentioned(session: Session, where: str, named: Mapping[str, object]) -> Iterator[tuple[int, int]]:
    """Yield (row number of a call, head of a digest that its record mentions) for the calls that meet a condition."""
    for n, *stored in session.connection.execute(_RECORDS.format(where=where), named).fetchall():
        for number in mentions(session, *stored):
            yield n, number


def bodies(pool: Connections, *, largest_at_once: int = 65_536) -> Iterator[tuple[int, Any]]:
    """Yield every body as (head, (form, size, stored bytes)), holding no transaction and few bodies at a time."""
    sql = "SELECT n, d8, form, size, CASE WHEN size <= ? THEN data END FROM blobs WHERE n BETWEEN ? AND ?"
    for window in windows(pool, "blobs", step=_WINDOW):
        for n, d8, form, size, data in pool.rows(sql, (largest_at_once, *window)):
            if data is None:
                row = pool.row("SELECT form, size, data FROM blobs WHERE n = ?", (n,))
                if row is not None:
                    yield d8, row
            else:
                yield d8, (form, size, data)


def sweep(pool: Connections, *, older_than_minute: int, suspects_only: bool = False) -> Swept:
    """Remove bodies that no row refers to, in short transactions beside running work.

    With `suspects_only`, only those in `temp.suspects` (whatever their age is decided by `older_than_minute`).
    The caller holds the `turn`: no rows but its own are deleted meanwhile, so row numbers only grow, and rows that
    are new since the marking are marked inside each deleting transaction.
    """
    if suspects_only and pool.row("SELECT 1 FROM temp.suspects LIMIT 1") is None:
        return Swept(0, 0)
    unused = _UNUSED.format(among=_AMONG if suspects_only else "")
    count = size = 0
    with scratch(pool, kept=_KEPT):
        seen = {table: _mark_all(pool, table) for table in REFERENCES}
        for window in windows(pool, "blobs", step=_WINDOW):
            asked = (*window, older_than_minute)
            if not pool.rows(unused, asked):
                continue
            with pool.writing() as session:
                for table in REFERENCES:
                    seen[table] = _mark_since(session, table, seen[table])
                gone = session.connection.execute(unused, asked).fetchall()
                session.connection.executemany("DELETE FROM blobs WHERE n = ?", [(row[0],) for row in gone])
            count += len(gone)
            size += sum(row[1] for row in gone)
    return Swept(count, size)


def _mark_all(pool: Connections, table: str) -> int:
    last = 0
    for window in windows(pool, table):
        pool.do(lambda session, window=window: _mark(session, table, window))
        last = window.high
    return last


def _mark_since(session: Session, table: str, after: int) -> int:
    last = session.connection.execute(f"SELECT coalesce(max(n), 0) FROM main.{table}").fetchone()[0]
    if last > after:
        _mark(session, table, Window(after + 1, last))
    return max(last, after)


def _mark(session: Session, table: str, window: Window) -> None:
    execute = session.connection.execute
    for column in REFERENCES[table]:
        execute(
            f"INSERT OR IGNORE INTO temp.kept SELECT head({column}) FROM main.{table}"
            f" WHERE n BETWEEN ? AND ? AND {IS_NAME.format(column=column)}",
            window,
        )
    if table == "calls":
        where = f"n BETWEEN {window.low} AND {window.high}"
        heads = {(number,) for _, number in mentioned(session, where, {})}
        session.connection.executemany("INSERT OR IGNORE INTO temp.kept VALUES (?)", heads)

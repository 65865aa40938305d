"""Who was there in a stretch of time, counted without a look at the requests. Knows nothing of what they asked."""

from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from loomwork.store.requests import People
from loomwork.store.rows import RequestRow
from loomwork.store.sqlite.connections import Connections, Session

_MINUTE_NS = 60_000_000_000
FINE, COARSE = 15, 240
_SESSION, _USER = 0, 1
_INSERT = "INSERT OR IGNORE INTO request_people (width, kind, minute, name) VALUES (?, ?, ?, ?)"
_PART = "SELECT DISTINCT name FROM request_people WHERE width = ? AND kind = ? AND minute >= ? AND minute < ?"


class _Part(NamedTuple):
    width: int
    since: int
    until: int


def note_people(session: Session, rows: Iterable[RequestRow]) -> None:
    """Note who made these requests, inside the caller's transaction."""
    seen = {(row.at_ns // _MINUTE_NS, kind, name) for row in rows for kind, name in _names(row)}
    there = {
        (width, kind, minute // width * width, name) for (minute, kind, name), width in product(seen, (FINE, COARSE))
    }
    session.connection.executemany(_INSERT, there)


def _names(row: RequestRow) -> Iterable[tuple[int, str]]:
    if row.session:
        yield _SESSION, row.session
    if row.user:
        yield _USER, row.user


def people(pool: Connections, since_ns: int, until_ns: int) -> People:
    """Return who was there, in whole quarters of an hour."""
    length = until_ns - since_ns
    now, before = _parts(since_ns, until_ns), _parts(since_ns - length, since_ns)
    sessions, _ = _asked(now, _SESSION)
    users, _ = _asked(now, _USER)
    earlier, _ = _asked(before, _USER)
    counted = [
        pool.row(f"SELECT count(*) FROM ({sql})", asked)[0]
        for sql, asked in (
            (sessions, _asked(now, _SESSION)[1]),
            (users, _asked(now, _USER)[1]),
            (f"SELECT name FROM ({users}) INTERSECT SELECT name FROM ({earlier})",
             [*_asked(now, _USER)[1], *_asked(before, _USER)[1]]),
        )
    ]  # fmt: skip
    return People(*counted)


def _parts(since_ns: int, until_ns: int) -> list[_Part]:
    """Return the stretches that make up a time: wide ones within, narrow ones at its ends."""
    since, until = since_ns // (_MINUTE_NS * FINE) * FINE, -(-until_ns // (_MINUTE_NS * FINE)) * FINE
    low, high = -(-since // COARSE) * COARSE, until // COARSE * COARSE
    if low >= high:
        return [_Part(FINE, since, until)]
    return [_Part(COARSE, low, high), _Part(FINE, since, low), _Part(FINE, high, until)]


def _asked(parts: list[_Part], kind: int) -> tuple[str, list[object]]:
    sql = " UNION ".join(_PART for _ in parts)
    return sql, [value for part in parts for value in (part.width, kind, part.since, part.until)]

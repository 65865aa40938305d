"""Feedback, events and links of one database. Knows nothing of who may write them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from loomwork.store.people import EventCount, EventRow, FeedbackRow, LinkRow, Rating
from loomwork.store.sqlite.packing import in_parts, packed, unpacked

if TYPE_CHECKING:
    from loomwork.store.sqlite.connections import Connections

_SAID = "trace, at_ns, user, key, rating, comment, source"
_EVENT = "at_ns, name, session, user, value_micros, currency, said"
_LINK = "id, served, label, owner, groups, scopes, made_ns, expires_ns, used_ns, revoked_ns, limits, unknown_price"
_NEVER = (1 << 63) - 1


class SqliteFeedback:
    """What people said of answers."""

    def __init__(self, pool: Connections) -> None:
        self._pool = pool

    def write(self, row: FeedbackRow) -> FeedbackRow | None:
        """Write it; return the word of the same person on the same trace whose place it takes."""
        trace = packed(row.trace)
        with self._pool.writing() as session:
            old = session.connection.execute(
                f"SELECT {_SAID} FROM feedback WHERE trace = ? AND user = ? AND key = ?", (trace, row.user, row.key)
            ).fetchone()
            session.connection.execute(
                f"INSERT INTO feedback ({_SAID}) VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (trace, user, key) DO UPDATE"
                " SET at_ns = excluded.at_ns, rating = excluded.rating, comment = excluded.comment,"
                " source = excluded.source",
                (trace, row.at_ns, row.user, row.key, row.rating, row.comment, row.source),
            )
        return None if old is None else feedback_of(old)

    def of(self, traces: Collection[str]) -> dict[str, list[FeedbackRow]]:
        """Return what was said of these traces, oldest first; traces of which nothing was said are not in it."""
        found: dict[str, list[FeedbackRow]] = {}
        for part in in_parts(traces):
            places = ", ".join("?" * len(part))
            sql = f"SELECT {_SAID} FROM feedback WHERE trace IN ({places}) ORDER BY at_ns, n"
            for row in map(feedback_of, self._pool.rows(sql, [packed(trace) for trace in part])):
                found.setdefault(row.trace, []).append(row)
        return found

    def list(
        self, *, since_ns: int = 0, until_ns: int = 0, rating: Rating | None = None, limit: int = 100
    ) -> Sequence[FeedbackRow]:
        """Return the newest first."""
        sql = (
            f"SELECT {_SAID} FROM feedback WHERE at_ns >= ? AND at_ns < ? AND (? IS NULL OR rating = ?)"
            " ORDER BY at_ns DESC, n DESC LIMIT ?"
        )
        return [feedback_of(r) for r in self._pool.rows(sql, (since_ns, until_ns or _NEVER, rating, rating, limit))]


class SqliteEvents:
    """What applications said happened."""

    def __init__(self, pool: Connections) -> None:
        self._pool = pool

    def write(self, rows: Sequence[EventRow]) -> None:
        """Write them, in one transaction."""
        values = [(e.at_ns, e.name, e.session, e.user, e.value_micros, e.currency, e.said) for e in rows]
        with self._pool.writing() as session:
            session.connection.executemany(f"INSERT INTO events ({_EVENT}) VALUES (?, ?, ?, ?, ?, ?, ?)", values)

    def list(
        self, *, since_ns: int = 0, until_ns: int = 0, name: str = "", session: str = "", limit: int = 1000
    ) -> Sequence[EventRow]:
        """Return the newest first."""
        where, asked = ["at_ns >= ?", "at_ns < ?"], [since_ns, until_ns or _NEVER]
        given: list[object] = [*asked]
        for column, value in (("name", name), ("session", session)):
            if value:
                where.append(f"{column} = ?")
                given.append(value)
        sql = f"SELECT {_EVENT} FROM events WHERE {' AND '.join(where)} ORDER BY at_ns DESC, n DESC LIMIT ?"
        return [event_of(row) for row in self._pool.rows(sql, (*given, limit))]

    def counts(self, *, since_ns: int = 0, until_ns: int = 0) -> Sequence[EventCount]:
        """Return the events of a time by name and currency."""
        sql = (
            "SELECT name, currency, count(*), count(DISTINCT nullif(session, '')), count(DISTINCT nullif(user, '')),"
            " coalesce(sum(value_micros), 0) FROM events WHERE at_ns >= ? AND at_ns < ?"
            " GROUP BY name, currency ORDER BY name, currency"
        )
        rows = self._pool.rows(sql, (since_ns, until_ns or _NEVER))
        fields = EventCount.__struct_fields__
        return [EventCount(**dict(zip(fields, row, strict=True))) for row in rows]


class SqliteLinks:
    """Links that sign people in."""

    def __init__(self, pool: Connections) -> None:
        self._pool = pool

    def make(self, row: LinkRow, token: bytes) -> None:
        """Keep a new link under the hash of its token."""
        groups, scopes, limits = (msgspec.json.encode(each).decode() for each in (row.groups, row.scopes, row.limits))
        values = (
            row.id, row.served, row.label, row.owner, groups, scopes, row.made_ns, row.expires_ns, 0, 0, limits,
            row.unknown_price,
        )  # fmt: skip
        with self._pool.writing() as session:
            session.connection.execute(
                f"INSERT INTO try_links ({_LINK}, token, session) VALUES ({', '.join('?' * 12)}, ?, x'')",
                (*values, token),
            )

    def exchange(self, token: bytes, session: bytes, *, served: str, now_ns: int) -> LinkRow | None:
        """Take a link that was not used, is open and leads there, and give its session this hash; at most once."""
        with self._pool.writing() as writing:
            row = writing.connection.execute(
                "UPDATE try_links SET used_ns = ?, session = ? WHERE token = ? AND served = ? AND used_ns = 0"
                f" AND revoked_ns = 0 AND expires_ns > ? RETURNING {_LINK}",
                (now_ns, session, token, served, now_ns),
            ).fetchone()
        return None if row is None else link_of(row)

    def of_token(self, token: bytes) -> LinkRow | None:
        """Return the link of a token, used or not: to say why it is not taken."""
        row = self._pool.row(f"SELECT {_LINK} FROM try_links WHERE token = ?", (token,))
        return None if row is None else link_of(row)

    def of_session(self, session: bytes) -> LinkRow | None:
        """Return the link that a session came of, open or not."""
        if not session:
            return None
        row = self._pool.row(f"SELECT {_LINK} FROM try_links WHERE session = ?", (session,))
        return None if row is None else link_of(row)

    def list(self, *, limit: int = 200) -> Sequence[LinkRow]:
        """Return the newest first."""
        return [link_of(r) for r in self._pool.rows(f"SELECT {_LINK} FROM try_links ORDER BY n DESC LIMIT ?", (limit,))]

    def revoke(self, link_id: str, now_ns: int) -> LinkRow | None:
        """End a link and the session that came of it; None where there is no such link."""
        with self._pool.writing() as session:
            row = session.connection.execute(
                "UPDATE try_links SET revoked_ns = CASE WHEN revoked_ns THEN revoked_ns ELSE ? END, session = x''"
                f" WHERE id = ? RETURNING {_LINK}",
                (now_ns, link_id),
            ).fetchone()
        return None if row is None else link_of(row)


def feedback_of(row: Any) -> FeedbackRow:
    """Return a row as it was written."""
    trace, at_ns, user, key, rating, comment, source = row
    return FeedbackRow(
        trace=unpacked(trace), at_ns=at_ns, user=user, key=key, rating=rating, comment=comment, source=source
    )


def event_of(row: Any) -> EventRow:
    """Return a row as it was written."""
    return EventRow(**dict(zip(EventRow.__struct_fields__, row, strict=True)))


def link_of(row: Any) -> LinkRow:
    """Return a row as it was written, without the hashes."""
    named = dict(zip(_LINK.split(", "), row, strict=True))
    for name in ("groups", "scopes"):
        named[name] = msgspec.json.decode(named[name], type=tuple[str, ...])
    named["limits"] = msgspec.json.decode(named["limits"], type=dict[str, dict[str, int]])
    named["unknown_price"] = bool(named["unknown_price"])
    return LinkRow(**named)

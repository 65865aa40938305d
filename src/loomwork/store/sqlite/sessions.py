"""Conversations: requests with the same session, together. Reads requests and feedback; writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from loomwork.store.people import SessionRow

if TYPE_CHECKING:
    from loomwork.store.sqlite.connections import Connections
    from loomwork.store.sqlite.names import Names

_WINDOW = 2_000
_LOOKED_AT = 100_000
"""Requests that are looked at for one page of sessions."""
_NEVER = (1 << 63) - 1
_NEWEST = (
    "SELECT n, at_ns, session, user, served FROM requests WHERE at_ns <= ? AND NOT (at_ns = ? AND n >= ?)"
    " ORDER BY at_ns DESC, n DESC LIMIT ?"
)
_SUMMED = 1_000
"""Requests of one session that are added up, the newest."""
# `session != ''` is what lets the index be used: it holds only such rows.
_PLACES = "SELECT min(at_ns), max(at_ns), count(*) FROM requests WHERE session = ? AND session != ''"
_SUMS = (
    "SELECT sum(r.status >= 400 AND r.status != 499), sum(r.input_tokens + r.output_tokens),"
    " sum(EXISTS (SELECT 1 FROM feedback f WHERE f.trace = r.trace AND f.rating > 0)),"
    " sum(EXISTS (SELECT 1 FROM feedback f WHERE f.trace = r.trace AND f.rating < 0))"
    " FROM (SELECT trace, status, input_tokens, output_tokens FROM requests WHERE session = ? AND session != ''"
    f" ORDER BY at_ns DESC LIMIT {_SUMMED}) r"
)


class SqliteSessions:
    """The conversations of one database."""

    def __init__(self, pool: Connections, names: Names) -> None:
        self._pool = pool
        self._names = names

    def list(
        self, *, limit: int = 50, before_ns: int = 0, served: str = "", user: str = "", rated: str = ""
    ) -> Sequence[SessionRow]:
        """Return the conversations with the newest requests first; with `before_ns`, those that ended before then."""
        found: dict[str, SessionRow | None] = {}
        taken: list[SessionRow] = []
        for session, its_user, number in self._newest(before_ns or _NEVER):
            if session in found:
                continue
            row = self._summed(session, its_user, self._names.text(number))
            found[session] = row
            is_older = not before_ns or row.last_ns < before_ns
            if is_older and _fits(row, served=served, user=user, rated=rated):
                taken.append(row)
                if len(taken) == limit:
                    break
        return taken

    def get(self, session: str) -> SessionRow | None:
        """Return one conversation."""
        sql = (
            "SELECT user, served FROM requests WHERE session = ? AND session != '' ORDER BY at_ns DESC, n DESC LIMIT 1"
        )
        newest = self._pool.row(sql, (session,)) if session else None
        return None if newest is None else self._summed(session, newest[0], self._names.text(newest[1]))

    def _newest(self, before_ns: int) -> Iterator[tuple[str, str, int]]:
        at, number, looked = before_ns, _NEVER, 0
        while looked < _LOOKED_AT:
            rows = self._pool.rows(_NEWEST, (at, at, number, _WINDOW))
            yield from ((session, user, served) for _, _, session, user, served in rows if session)
            looked += len(rows)
            if len(rows) < _WINDOW:
                return
            number, at = rows[-1][:2]

    def _summed(self, session: str, user: str, served: str) -> SessionRow:
        first, last, count = self._pool.row(_PLACES, (session,))
        failed, tokens, up, down = self._pool.row(_SUMS, (session,))
        return SessionRow(
            session=session, user=user, served=served, first_ns=first, last_ns=last, requests=count, failed=failed,
            tokens=tokens, up=up, down=down,
        )  # fmt: skip


def _fits(row: SessionRow, *, served: str, user: str, rated: str) -> bool:
    if (served and row.served != served) or (user and row.user != user):
        return False
    return {"": True, "yes": bool(row.up or row.down), "up": bool(row.up), "down": bool(row.down)}.get(rated, False)

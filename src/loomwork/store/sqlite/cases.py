"""Cases in SQLite. A case's searchable facts are columns, the rest is one JSON text. Knows nothing of what passes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from msgspec import structs

from loomwork.store.cases import CasedRow, CaseEvent, CaseRow, CaseStatus
from loomwork.store.sqlite.connections import Connections, Session

_OWN = ("target", "status", "title", "owner", "note", "run", "scorer", "opened_ns", "changed_ns")
"""Fields of a case that are columns."""
_COLUMNS = ", ".join(_OWN)
_WRITE = f"INSERT INTO cases ({_COLUMNS}, said) VALUES ({', '.join('?' * (len(_OWN) + 1))})"
_REWRITE = f"UPDATE cases SET {', '.join(f'{name} = ?' for name in _OWN)}, said = ? WHERE n = ?"
_ROW = (
    "INSERT INTO case_rows (case_n, input, state, subject, said) VALUES (?, ?, ?, ?, ?)"
    " ON CONFLICT (case_n, input) DO UPDATE SET state = excluded.state, subject = excluded.subject,"
    " said = excluded.said"
)
_EVENT = "INSERT INTO case_events (case_n, at_ns, status, said) VALUES (?, ?, ?, ?)"
_encode = msgspec.json.Encoder().encode


class SqliteCases:
    """The cases of one database."""

    def __init__(self, pool: Connections) -> None:
        self._pool = pool

    def open(self, case: CaseRow, rows: Sequence[CasedRow], event: CaseEvent) -> CaseRow:
        """Write a new case and return it with its number."""
        with self._pool.writing() as session:
            number = session.connection.execute(_WRITE, _values(case)).lastrowid or 0
            _write_rows(session, number, rows)
            _write_event(session, number, event)
        return structs.replace(case, n=number)

    def change(self, case: CaseRow, event: CaseEvent | None, rows: Sequence[CasedRow] = ()) -> None:
        """Replace a case, write or replace some of its rows, and add to its history, in one transaction."""
        with self._pool.writing() as session:
            session.connection.execute(_REWRITE, (*_values(case), case.n))
            _write_rows(session, case.n, rows)
            if event is not None:
                _write_event(session, case.n, event)

    def get(self, number: int) -> CaseRow | None:
        """Return one case."""
        row = self._pool.row(f"SELECT n, {_COLUMNS}, said FROM cases WHERE n = ?", (number,))
        return None if row is None else _case(row)

    def list(
        self, *, statuses: Collection[CaseStatus] = (), target: str = "", owner: str = "", limit: int = 1000
    ) -> Sequence[CaseRow]:
        """Return cases, the newest first."""
        where = ["TRUE"]
        asked: list[object] = []
        for column, value in (("target", target), ("owner", owner)):
            if value:
                where.append(f"{column} = ?")
                asked.append(value)
        if statuses:
            where.append(f"status IN ({', '.join('?' * len(statuses))})")
            asked.extend(statuses)
        sql = f"SELECT n, {_COLUMNS}, said FROM cases WHERE {' AND '.join(where)} ORDER BY n DESC LIMIT ?"
        return [_case(row) for row in self._pool.rows(sql, (*asked, limit))]

    def rows(self, number: int) -> Sequence[CasedRow]:
        """Return the rows of a case in the order in which they came to it."""
        rows = self._pool.rows("SELECT said FROM case_rows WHERE case_n = ? ORDER BY n", (number,))
        return [msgspec.json.decode(said, type=CasedRow) for (said,) in rows]

    def events(self, number: int) -> Sequence[CaseEvent]:
        """Return the history of a case, oldest first."""
        rows = self._pool.rows("SELECT said FROM case_events WHERE case_n = ? ORDER BY n", (number,))
        return [msgspec.json.decode(said, type=CaseEvent) for (said,) in rows]

    def newest(self) -> int:
        """Return the place of what became of any case last; 0 where nothing did."""
        return self._pool.row("SELECT coalesce(max(n), 0) FROM case_events")[0]


def _values(case: CaseRow) -> tuple[object, ...]:
    fields = msgspec.to_builtins(case)
    rest = {name: value for name, value in fields.items() if name not in {*_OWN, "n"}}
    return (*(getattr(case, name) for name in _OWN), _encode(rest).decode())


def _case(row: Any) -> CaseRow:
    number, *own, said = row
    fields = dict(zip(_OWN, own, strict=True))
    return msgspec.convert({**msgspec.json.decode(said), **fields, "n": number}, CaseRow)


def _write_rows(session: Session, number: int, rows: Sequence[CasedRow]) -> None:
    values = [(number, each.input, each.state, each.subject, _encode(each).decode()) for each in rows]
    session.connection.executemany(_ROW, values)


def _write_event(session: Session, number: int, event: CaseEvent) -> None:
    session.connection.execute(_EVENT, (number, event.at_ns, event.status, _encode(event).decode()))

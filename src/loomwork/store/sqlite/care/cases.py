"""Care of cases: those of a subject go or lose the words, closed ones can be pruned, all can be written out.

Knows nothing of what passes.
"""

from collections.abc import Iterator
from typing import Any

import msgspec

from loomwork.store.sqlite.connections import Connections

TABLES = ("cases", "case_rows", "case_events")
ERASED = "(erased)"
_TEXTS = ("title", "owner", "note", "said")
_CLOSED = "status IN ('closed', 'wontfix') AND changed_ns < ?"
_PARTS = ("DELETE FROM case_rows WHERE case_n = ?", "DELETE FROM case_events WHERE case_n = ?",
    "DELETE FROM cases WHERE n = ?",
)  # fmt: skip


def prune(pool: Connections, older_than_ns: int) -> int:
    """Remove what a person closed before then, with its rows and its history. What is not closed is never pruned."""
    numbers = pool.rows(f"SELECT n FROM cases WHERE {_CLOSED}", (older_than_ns,))
    for number in numbers:
        with pool.writing() as session:
            for sql in _PARTS:
                session.connection.execute(sql, number)
    return len(numbers)


def erase(pool: Connections, subject: str, needles: tuple[bytes, ...]) -> int:
    """Remove the rows of a subject and those that hold the words; take the words out of cases and their history."""
    named: dict[str, object] = {f"w{place}": needle for place, needle in enumerate(needles)}

    def holds(column: str) -> str:
        return "(" + " OR ".join(f"instr(CAST({column} AS BLOB), :{word}) > 0" for word in named) + ")"

    with pool.writing() as session:
        execute = session.connection.execute
        count = execute(
            f"DELETE FROM case_rows WHERE subject = :subject OR {holds('said')} OR {holds('subject')}",
            {**named, "subject": subject},
        ).rowcount
        held = " OR ".join(holds(column) for column in _TEXTS)
        cases = execute(f"SELECT n, title, owner, note, said FROM cases WHERE {held}", named).fetchall()
        for number, *texts in cases:
            clean = [_without(text, needles) for text in texts]
            execute("UPDATE cases SET title = ?, owner = ?, note = ?, said = ? WHERE n = ?", (*clean, number))
        events = execute(f"SELECT n, said FROM case_events WHERE {holds('said')}", named).fetchall()
        for number, said in events:
            execute("UPDATE case_events SET said = ? WHERE n = ?", (_without(said, needles), number))
    return count + len(cases) + len(events)


def _without(text: str, needles: tuple[bytes, ...]) -> str:
    """Return a text without the words: of JSON every text that holds them, else all of it."""
    if not any(needle in text.encode() for needle in needles):
        return text
    try:
        value = msgspec.json.decode(text)
    except msgspec.DecodeError:
        return ERASED
    if not isinstance(value, dict):
        return ERASED
    return msgspec.json.encode({name: _clean(each, needles) for name, each in value.items()}).decode()  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType] # any JSON


def _clean(value: Any, needles: tuple[bytes, ...]) -> Any:
    if isinstance(value, str):
        return ERASED if any(needle in value.encode() for needle in needles) else value
    if isinstance(value, list):
        return [_clean(each, needles) for each in value]  # pyright: ignore[reportUnknownVariableType] # any JSON
    return value


def exported(pool: Connections) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield every case with its rows and its history, as plain data."""
    columns = "n, target, status, title, owner, note, run, scorer, opened_ns, changed_ns"
    for row in pool.rows(f"SELECT {columns}, said FROM cases ORDER BY n"):
        *own, said = row
        number = own[0]
        yield (
            "case",
            {
                **dict(zip(columns.split(", "), own, strict=True)),
                "about": msgspec.json.decode(said),
                "rows": _all(pool, "case_rows", number),
                "history": _all(pool, "case_events", number),
            },
        )


def _all(pool: Connections, table: str, number: int) -> list[Any]:
    rows = pool.rows(f"SELECT said FROM {table} WHERE case_n = ? ORDER BY n", (number,))
    return [msgspec.json.decode(said) for (said,) in rows]

"""Care of what people said and of links: what is old goes, a person's words go, all can be written out.

Knows nothing of what passes.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import msgspec

from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.people import SqliteLinks, event_of, feedback_of

TABLES = ("feedback", "events", "try_links")
ERASED = "(erased)"
_WORDS = {
    "feedback": ("user", "key", "comment", "source"),
    "events": ("name", "session", "user", "currency", "said"),
    "try_links": ("label", "owner", "groups", "served"),
}
_STEP = 500


class Gone(NamedTuple):
    """How many rows went, by table."""

    feedback: int
    events: int
    links: int


def prune(pool: Connections, older_than_ns: int) -> Gone:
    """Remove what was said, what happened and which links had ended before then."""
    gone = Gone(
        feedback=_removed(pool, "feedback", "at_ns < ?", older_than_ns),
        events=_removed(pool, "events", "at_ns < ?", older_than_ns),
        links=_removed(pool, "try_links", "expires_ns < ?", older_than_ns),
    )
    _drop_budgets(pool)
    return gone


def _drop_budgets(pool: Connections) -> None:
    """Remove the budgets of links that are gone."""
    sql = "DELETE FROM budgets WHERE holder LIKE 'link:%' AND substr(holder, 6) NOT IN (SELECT id FROM try_links)"
    with pool.writing() as session:
        session.connection.execute(sql)


def _removed(pool: Connections, table: str, where: str, asked: int) -> int:
    count = 0
    sql = f"DELETE FROM {table} WHERE n IN (SELECT n FROM {table} WHERE {where} LIMIT {_STEP})"
    while True:
        with pool.writing() as session:
            gone = session.connection.execute(sql, (asked,)).rowcount
        count += gone
        if gone < _STEP:
            return count


def erase(pool: Connections, subject: str, needles: tuple[bytes, ...]) -> Gone:
    """Remove the rows of a subject, of their traces (`temp.its_traces`), and those that hold the words."""
    named: dict[str, object] = {f"w{place}": needle for place, needle in enumerate(needles)}
    mine = {
        "feedback": "user = :subject OR trace IN (SELECT trace FROM temp.its_traces)",
        "events": "user = :subject",
        "try_links": "owner = :subject",
    }
    counts: list[int] = []
    for table, condition in mine.items():
        held = [f"instr(CAST({column} AS BLOB), :{word}) > 0" for column in _WORDS[table] for word in named]
        where = " OR ".join([condition, *held])
        with pool.writing() as session:
            gone = session.connection.execute(f"DELETE FROM {table} WHERE {where}", {**named, "subject": subject})
            counts.append(gone.rowcount)
    _drop_budgets(pool)
    return Gone(*counts)


def exported(pool: Connections) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield feedback, events and links as plain data; of links no hash."""
    for row in pool.rows("SELECT trace, at_ns, user, key, rating, comment, source FROM feedback ORDER BY n"):
        yield "feedback", msgspec.to_builtins(feedback_of(row))
    columns = "at_ns, name, session, user, value_micros, currency, said"
    for row in pool.rows(f"SELECT {columns} FROM events ORDER BY n"):
        told = msgspec.to_builtins(event_of(row))
        yield "event", {**told, "said": msgspec.json.decode(told["said"])}
    for link in reversed(SqliteLinks(pool).list(limit=1_000_000)):
        yield "link", msgspec.to_builtins(link)

"""Bring a database file to the schema that this loomwork knows: numbered steps, each in a file of its own.

Two processes that open a fresh file at once both succeed: the steps run under the write lock, and the one that comes
second finds them done.
"""

import sqlite3
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from msgspec import msgpack

from loomwork.kernel.errors.store import NotAStore, StoreTooNew

APPLICATION_ID = 0x4C4F4F4D
"""`LOOM`: written into the file's header, so that another program's database is never taken for a store."""


class _Joined:
    """SQL's `joined`: the sum of maps of counts, as rollups of requests keep them."""

    def __init__(self) -> None:
        self._counts: dict[Any, int] = {}

    def step(self, data: bytes) -> None:
        """Add one map."""
        counts: dict[Any, int] = msgpack.decode(data, strict=False) if data else {}
        for key, count in counts.items():
            self._counts[key] = self._counts.get(key, 0) + count

    def finalize(self) -> bytes:
        """Return the sum; nothing where there is nothing in it."""
        return msgpack.encode(self._counts) if self._counts else b""


class Step(NamedTuple):
    """One migration."""

    number: int
    statements: tuple[str, ...]


@cache
def steps() -> tuple[Step, ...]:
    """Return all migrations in order."""
    found: list[Step] = []
    for file in sorted(Path(__file__).parent.glob("*.sql")):
        number = int(file.name.partition("_")[0])
        found.append(Step(number, tuple(_statements(file.read_text(encoding="utf-8")))))
    return tuple(found)


def newest() -> int:
    """Return the number of the last migration."""
    return steps()[-1].number


def schema_of(connection: sqlite3.Connection) -> int:
    """Return the number of the last migration that a database has had."""
    return connection.execute("PRAGMA user_version").fetchone()[0]


def check(connection: sqlite3.Connection, path: Path) -> int:
    """Return a database's schema number. Raises `NotAStore`, `StoreTooNew`."""
    found = schema_of(connection)
    owner: int = connection.execute("PRAGMA application_id").fetchone()[0]
    if owner != APPLICATION_ID:
        tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
        if owner != 0 or tables or found:
            raise NotAStore(path=str(path), detail="it is a database of another program")
    if found > newest():
        raise StoreTooNew(path=str(path), found=found, known=newest())
    return found


def migrate(connection: sqlite3.Connection, path: Path) -> None:
    """Apply what is missing. The caller repeats it while the database is locked."""
    if check(connection, path) == newest():
        return
    connection.execute("PRAGMA journal_mode=WAL")
    connection.create_aggregate("joined", 1, _Joined)  # pyright: ignore[reportArgumentType] # typeshed knows only numbers
    connection.execute("BEGIN EXCLUSIVE")
    try:
        done = check(connection, path)
        for step in steps():
            if step.number > done:
                for statement in step.statements:
                    connection.execute(statement)
        connection.execute(f"PRAGMA user_version={newest()}")
        connection.execute(f"PRAGMA application_id={APPLICATION_ID}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _statements(script: str) -> Iterator[str]:
    pending = ""
    for line in script.splitlines(keepends=True):
        pending += line
        if sqlite3.complete_statement(pending):
            yield pending
            pending = ""

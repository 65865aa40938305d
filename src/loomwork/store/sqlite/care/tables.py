"""Walk big tables in short transactions, and keep big sets on disk. Knows nothing of why."""

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from loomwork.store.sqlite.connections import Connections

WINDOW = 2_000
"""Rows looked at in one short transaction."""


class Window(NamedTuple):
    """A stretch of row numbers, both ends included."""

    low: int
    high: int


def top(pool: Connections, table: str) -> int:
    """Return the highest row number of a table, 0 of an empty one."""
    return pool.row(f"SELECT coalesce(max(n), 0) FROM {table}")[0]


def windows(pool: Connections, table: str, *, after: int = 0, step: int = WINDOW) -> Iterator[Window]:
    """Yield the stretches of a table as it is now, in order; stretches without rows are skipped."""
    last = top(pool, table)
    low = after
    while True:
        first = pool.row(f"SELECT min(n) FROM {table} WHERE n > ?", (low,))[0]
        if first is None or first > last:
            return
        high = min(first + step - 1, last)
        yield Window(first, high)
        low = high


@contextmanager
def scratch(pool: Connections, **tables: str) -> Generator[None]:
    """Make temporary tables (name=columns) of this thread's connection for a block; they spill to disk when big."""
    for name, columns in tables.items():
        pool.rows(f"DROP TABLE IF EXISTS temp.{name}")
        pool.rows(f"CREATE TEMP TABLE {name} ({columns})")
    try:
        yield
    finally:
        for name in tables:
            pool.rows(f"DROP TABLE IF EXISTS temp.{name}")

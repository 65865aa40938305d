"""Insert many rows with few statements. Knows no table.

A statement's work is done without Python's lock, which is let go and taken again once for each: where another thread is
busy, taking it again is most of what a row costs, so rows go in by the dozen and not one by one (`executemany`).
"""

import sqlite3
from collections.abc import Iterator, Sequence
from functools import cache

_AT_ONCE = (32, 8, 4, 2, 1)
"""Rows of one statement: few sizes, so that each is prepared once."""


def insert(connection: sqlite3.Connection, into: str, rows: Sequence[Sequence[object]]) -> int:
    """Insert rows; return how many were.

    Args:
        connection: In a transaction.
        into: The statement up to its VALUES, for example `INSERT INTO t (a, b)`.
        rows: All of one width.
    """
    done = 0
    for part in in_sizes(rows):
        done += connection.execute(_statement(into, len(part), len(part[0])), flat(part)).rowcount
    return done


def in_sizes(rows: Sequence[Sequence[object]]) -> Iterator[Sequence[Sequence[object]]]:
    """Yield the rows in parts of a few fixed sizes.

    >>> [len(part) for part in in_sizes([()] * 47)]
    [32, 8, 4, 2, 1]
    """
    place = 0
    for size in _AT_ONCE:
        while len(rows) - place >= size:
            yield rows[place : place + size]
            place += size


def flat(rows: Sequence[Sequence[object]]) -> list[object]:
    """Return the values of all rows, one after the other."""
    return [value for row in rows for value in row]


@cache
def values(rows: int, width: int) -> str:
    """Return what stands for so many rows.

    >>> values(2, 3)
    'VALUES (?,?,?),(?,?,?)'
    """
    return "VALUES " + ",".join([f"({','.join('?' * width)})"] * rows)


@cache
def _statement(into: str, rows: int, width: int) -> str:
    return f"{into} {values(rows, width)}"

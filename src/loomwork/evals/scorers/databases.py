"""The scorer `sql_execution`: does a query give what the expected one gives. Runs both on an SQLite file, read-only.

The file is opened with `mode=ro` and an authorizer that allows reading tables and calling functions and nothing else:
no ATTACH, no PRAGMA, no write, whatever the query says. Time, rows and the length of a value are bounded.
"""

from __future__ import annotations

import asyncio
import errno
import os
import re
import sqlite3
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import quote

from loomwork.evals.scorers.given import at_least, one_of
from loomwork.evals.scorers.places import file_of
from loomwork.evals.scorers.texts import NOTHING_EXPECTED, accepted
from loomwork.evals.scoring import Score, builtin_scorer
from loomwork.kernel.errors.evals_scorers import ScorerFileUnreadable

_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE})
_FORBIDDEN = frozenset({"load_extension", "fts3_tokenizer", "writefile", "readfile", "edit"})
_FENCE = re.compile(r"```(?:sql(?:ite)?)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_ORDERED = re.compile(r"\border\s+by\b[^()]*(?:\([^()]*\)[^()]*)*\Z", re.IGNORECASE)
_STEPS = 10_000
"""Instructions of SQLite's machine between looks at the clock."""
_MOST_BYTES = 10_000_000
_DIGITS = 9
_MOST_COLUMNS = 6
"""With `columns="any"`, so many are tried in every order."""

Row = tuple[Any, ...]


class Result(NamedTuple):
    """What a query gave: rows, or why it gave none."""

    rows: list[Row]
    problem: str = ""


@builtin_scorer(name="sql_execution", semantics=1)
async def sql_execution(
    text: str,
    expected: Any,
    row: dict[str, Any],
    *,
    database: str = "",
    order: Literal["auto", "same", "any"] = "auto",
    columns: Literal["same", "any"] = "same",
    seconds: float = 5.0,
    rows: int = 100_000,
) -> Score:
    """Whether the SQL in the text gives the same rows as the expected SQL, on an SQLite file that nothing can change.

    Numbers are compared to nine digits. Queries that ask for the present time give other rows another day.

    Args:
        text: The words of the output: SQL, or a text with one fence of it.
        expected: The right query, or a list of accepted ones.
        row: Its key `database` holds where the setting says nothing.
        database: The file, relative to the project.
        order: Of rows: `same`, `any`, or `auto`: the same where the expected query ends in ORDER BY.
        columns: `any`: columns may come in another order.
        seconds: For each query.
        rows: A query that gives more is wrong.
    """
    one_of("sql_execution", ("auto", "same", "any"), order=order)
    one_of("sql_execution", ("same", "any"), columns=columns)
    at_least("sql_execution", 0.001, seconds=seconds, rows=rows)
    wanted = accepted(expected)
    place = database or row.get("database")
    if not wanted:
        return NOTHING_EXPECTED
    if not isinstance(place, str) or not place:
        return Score(value=None, reason="there is no database: neither a setting nor a key of the row", label="absent")
    file = file_of(place)
    if not file.is_file():
        raise ScorerFileUnreadable(name="sql_execution", path=place, reason=os.strerror(errno.ENOENT))
    limits = (seconds, rows)
    return await asyncio.to_thread(_compared, file, sql_in(text), wanted, order, columns, limits)


def _compared(
    file: Path, said: str, wanted: Sequence[str], order: str, columns: str, limits: tuple[float, int]
) -> Score:
    found = run(file, said, *limits)
    gold = [(each, run(file, each, *limits)) for each in wanted]
    usable = [(each, result) for each, result in gold if not result.problem]
    if not usable:
        return Score(value=None, reason=f"the expected query fails: {gold[0][1].problem}", label="expected fails")
    if found.problem:
        return Score(value=0.0, reason=found.problem, label="fails")
    for each, result in usable:
        is_ordered = order == "same" or (order == "auto" and bool(_ORDERED.search(each.rstrip("; \n\t"))))
        if same_rows(found.rows, result.rows, is_ordered=is_ordered, any_columns=columns == "any"):
            return Score(value=1.0, label="" if result.rows else "both empty")
    reason = f"{len(found.rows)} rows where {len(usable[0][1].rows)} are expected"
    return Score(
        value=0.0, reason=reason if len(found.rows) != len(usable[0][1].rows) else "other rows", label="differs"
    )


def sql_in(text: str) -> str:
    r"""Return the query in a text: what is in its last fence, or all of it.

    >>> sql_in("Here it is:\n```sql\nSELECT 1;\n```"), sql_in(" select 2 ")
    ('SELECT 1;', 'select 2')
    """
    fences = _FENCE.findall(text)
    return (fences[-1] if fences else text).strip()


def run(file: Path, sql: str, seconds: float, rows: int) -> Result:
    """Run one query on a file, read-only and within limits."""
    until = time.monotonic() + seconds
    try:
        with closing(sqlite3.connect(f"file:{quote(str(file))}?mode=ro", uri=True, timeout=seconds)) as opened:
            opened.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MOST_BYTES)
            opened.set_progress_handler(lambda: int(time.monotonic() > until), _STEPS)
            opened.set_authorizer(_authorise)
            found: list[Row] = opened.execute(sql).fetchmany(rows + 1)
    except (sqlite3.Error, sqlite3.Warning, UnicodeError, OverflowError, ValueError) as bad:
        return Result(
            [], f"longer than {seconds:g} s" if time.monotonic() > until else f"{type(bad).__name__}: {bad}"[:200]
        )
    return (
        Result([], f"more than {rows} rows")
        if len(found) > rows
        else Result([tuple(map(_plain, each)) for each in found])
    )


def _authorise(action: int, first: str | None, second: str | None, _base: str | None, _inner: str | None) -> int:
    if action not in _ALLOWED or (action == sqlite3.SQLITE_FUNCTION and (second or "").lower() in _FORBIDDEN):
        return sqlite3.SQLITE_DENY
    del first
    return sqlite3.SQLITE_OK


def _plain(value: Any) -> Any:
    """Return a value as it is compared: numbers to nine digits, 2.0 as 2."""
    return float(f"{value:.{_DIGITS}g}") if isinstance(value, float) else value


def same_rows(found: Sequence[Row], wanted: Sequence[Row], *, is_ordered: bool, any_columns: bool) -> bool:
    """Say whether two results are the same.

    >>> same_rows([(1, "a"), (2, "b")], [(2, "b"), (1, "a")], is_ordered=False, any_columns=False)
    True
    >>> same_rows([("a", 1)], [(1, "a")], is_ordered=True, any_columns=True)
    True
    """
    if len(found) != len(wanted) or (found and len(found[0]) != len(wanted[0])):
        return False
    if _same(found, wanted, is_ordered=is_ordered):
        return True
    if not any_columns or not found or len(found[0]) > _MOST_COLUMNS:
        return False
    mine = [Counter(column) for column in zip(*found, strict=True)]
    others = [Counter(column) for column in zip(*wanted, strict=True)]
    choices = [[at for at, each in enumerate(mine) if each == other] for other in others]
    return any(
        _same([tuple(each[at] for at in places) for each in found], wanted, is_ordered=is_ordered)
        for places in _places(choices)
    )


def _places(choices: Sequence[Sequence[int]], taken: tuple[int, ...] = ()) -> list[tuple[int, ...]]:
    """Return every way to take one column for each place, none of them twice."""
    if len(taken) == len(choices):
        return [taken]
    return [way for at in choices[len(taken)] if at not in taken for way in _places(choices, (*taken, at))]


def _same(found: Sequence[Row], wanted: Sequence[Row], *, is_ordered: bool) -> bool:
    return list(found) == list(wanted) if is_ordered else Counter(found) == Counter(wanted)

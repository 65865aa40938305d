"""Which row of a table is its header, where the table has lines above it or none at all. Knows no format.

The rule, in the order in which it is applied:

1. Rows at the top with one filled cell, in a table of several columns, are lines above it: titles, units.
2. What the file calls the header (`<thead>`, `<th>`) is the header.
3. Where no column holds numbers, the first row is the header. Else data begin in the first row with a number in a
   column of numbers (a year above other numbers is a name). If that is the first row, there is no header.
4. Of the rows above the data, the header is the first that names every column in use; the one on the left may be
   nameless. Rows right above it (groups of columns, a period), rows right beneath it that fill half of the columns
   (units), and rows that name all columns only together are read as one with it, column by column; never two rows that
   each say something on the left. Rows above the header are lines.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

_LOOKED_AT = 200
"""Rows from which is judged what a column holds."""
_MOST = 3
"""Rows that are one header together."""
_HALF = 0.5
_A_PAIR = 2
"""Columns of a table of names and values."""
_NUMBER = re.compile(
    r"[(\[<>~≈±+\-−–]*\s*[$€£¥￥]?\s*\d[\d.,'’\s\u00a0]*(?:[eE][+-]?\d+)?\s*[%‰$€£¥元]?\s*[)\]]?[*†a-z]?"
)
_YEAR = re.compile(r"(?:19|20)\d\d年?")
_NOTHING = re.compile(r"[-–—−.…/*:]*|n\.?/?a\.?|nil|无", re.I)
Rows = Sequence[list[str]]


class LaidOut(NamedTuple):
    """A table taken apart."""

    above: list[list[str]]
    """Lines above it, each its filled cells."""
    header: list[str]
    """Empty where it has none."""
    rows: list[list[str]]


def laid_out(rows: Rows, *, marked: int = 0) -> LaidOut:
    """Take a table apart; `rows` have one width and no empty row, the first `marked` of them are said to be its header.

    >>> laid_out([["Cups", ""], ["Team", "Won"], ["Blues", "1"]])
    LaidOut(above=[['Cups']], header=['Team', 'Won'], rows=[['Blues', '1']])
    """
    lines = _lines(rows)
    below = rows[lines:]
    first, after = (0, marked - lines) if lines < marked <= lines + _MOST else _header(below)
    above = [_said(row) for row in (*rows[:lines], *below[:first])]
    return LaidOut(above, _together(below[first:after]), [*below[after:]])


def names_above(rows: Rows, row: list[str]) -> bool:
    """Say whether a row is data, most of it numbers, and those above it hold names alone.

    >>> names_above([["", "2023", "2022"]], ["Sales", "98", "91"])
    True
    """
    return _is_data(row) and not any(is_number(cell) and not _YEAR.fullmatch(cell) for one in rows for cell in one)


def is_number(cell: str) -> bool:
    """Say whether a cell holds one number, with its sign, currency or percent.

    >>> [is_number(cell) for cell in ("1,234.5", "(81)", "-3 %", "€ 5", "12 sec", "v2", "")]
    [True, True, True, True, False, False, False]
    """
    return _NUMBER.fullmatch(cell) is not None


def _lines(rows: Rows) -> int:
    """Return how many rows at the top are lines above a table; a name for the second of two columns is none."""
    for at, row in enumerate(rows):
        if sum(map(bool, row)) > 1 or (len(row) == _A_PAIR and row[1]):
            return at
    return 0


def _said(row: list[str]) -> list[str]:
    return [cell for cell in row if cell]


def _is_data(row: list[str]) -> bool:
    said = _said(row)[1:]
    return bool(said) and sum(map(is_number, said)) >= _HALF * len(said)


def _header(rows: Rows) -> tuple[int, int]:
    """Return where the header begins and ends."""
    looked = rows[:_LOOKED_AT]
    kinds = [_kind(looked, column) for column in range(len(rows[0]))] if rows else []
    if not any(kinds):
        return 0, min(1, len(rows))
    data = next((at for at, row in enumerate(looked) if any(map(_is_datum, row, kinds))), 0)
    if data == 0:
        return (0, 0) if _is_data(rows[0]) else (0, 1)
    used = [column for column in range(1, len(kinds)) if _share(looked[data:], column) >= _HALF]
    return _names(looked[:data], used)


def _kind(rows: Rows, column: int) -> str:
    """Return what most of a column is: `numbers`, `years`, or nothing."""
    said = [row[column] for row in rows if not _NOTHING.fullmatch(row[column])]
    numbers = [cell for cell in said if is_number(cell)]
    if not numbers or len(numbers) < _HALF * len(said):
        return ""
    years = sum(_YEAR.fullmatch(cell) is not None for cell in numbers)
    return "years" if years > _HALF * len(numbers) else "numbers"


def _is_datum(cell: str, kind: str) -> bool:
    return bool(kind) and is_number(cell) and (kind == "years" or not _YEAR.fullmatch(cell))


def _share(rows: Rows, column: int) -> float:
    return sum(bool(row[column]) for row in rows) / len(rows)


def _names(rows: Rows, used: Sequence[int]) -> tuple[int, int]:
    """Return which of the rows above the data are the header."""
    for size in range(1, _MOST + 1):
        for first in range(len(rows) - size + 1):
            run = rows[first : first + size]
            if all(any(row[column] for row in run) for column in used) and _one_on_the_left(run):
                return _grown(rows, first, first + size, used)
    fullest = max(range(len(rows)), key=lambda at: (len(_said(rows[at])), -at))
    return fullest, fullest + 1


def _grown(rows: Rows, first: int, after: int, used: Sequence[int]) -> tuple[int, int]:
    """Return where a header begins and ends together with the rows around it: names of groups, a period, units."""

    def belong(run: Rows) -> bool:
        return len(run) <= _MOST and _one_on_the_left(run)

    def is_half_full(row: list[str]) -> bool:
        return sum(bool(row[column]) for column in used) >= _HALF * len(used)

    while first and belong(rows[first - 1 : after]):
        first -= 1
    while after < len(rows) and is_half_full(rows[after]) and belong(rows[first : after + 1]):
        after += 1
    return first, after


def _one_on_the_left(rows: Rows) -> bool:
    return len({row[0] for row in rows if row[0]}) <= 1


def _together(rows: Rows) -> list[str]:
    """Return rows read as one, column by column; what is said twice is said once."""
    width = len(rows[0]) if rows else 0
    return [" ".join(dict.fromkeys([row[at] for row in rows if row[at]])) for at in range(width)]

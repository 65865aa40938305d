"""Tables that fit the terminal and stay aligned with Chinese text. Knows nothing of what they show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from loomwork.cli.paper import Paper
from loomwork.telling.words import cells, padded

_GAP = 2
_NARROWEST = 6
"""A column is not made narrower than this, but where nothing else helps."""


class Ending(NamedTuple):
    """A cell whose end is never cut: a count behind a name."""

    text: str
    end: str

    def __str__(self) -> str:
        return self.text + self.end


def print_table(
    paper: Paper,
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    right: Sequence[int] = (),
    grow: int = 0,
    whole: Sequence[int] = (),
) -> None:
    """Print a table: numbers to the right; where the terminal is narrow `grow` is shortened first, `whole` never."""
    lines = table_lines(heads, rows, width=paper.width, right=right, grow=grow, whole=whole)
    for place, line in enumerate(lines):
        paper.print(line, style="bold" if place == 0 else "dim" if place == 1 else "")


def table_lines(
    heads: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    width: int,
    right: Sequence[int] = (),
    grow: int = 0,
    whole: Sequence[int] = (),
) -> list[str]:
    """Return the lines of a table: the heads, a rule, the rows.

    >>> table_lines(["步骤", "n"], [["app:main", 5]], width=40, right=(1,))
    ['步骤      n', '───────────', 'app:main  5']
    """
    written = [list(row) for row in rows]
    texts = [[str(cell) for cell in row] for row in written]
    widths = [max(map(cells, column)) for column in zip(heads, *texts, strict=True)]
    widths = _fitted(widths, width - _GAP * (len(heads) - 1), grow, whole)
    gap = " " * _GAP

    def line(cut: Sequence[str]) -> str:
        placed = (
            " " * (room - cells(text)) + text if place in right else padded(text, room)
            for place, (text, room) in enumerate(zip(cut, widths, strict=True))
        )
        return gap.join(placed).rstrip()

    shown = [[_cut(cell, room) for cell, room in zip(row, widths, strict=True)] for row in [heads, *written]]
    return [line(shown[0]), "─" * (sum(widths) + _GAP * (len(heads) - 1)), *map(line, shown[1:])]


def _cut(cell: object, room: int) -> str:
    if isinstance(cell, Ending) and cells(cell.end) < room:
        return shortened(cell.text, room - cells(cell.end)) + cell.end
    return shortened(str(cell), room)


def shortened(text: str, room: int) -> str:
    """Return as much of a text as fits, with a mark where something is left out.

    >>> shortened("abcdef", 4), shortened("步骤步骤", 5)
    ('abc…', '步骤…')
    """
    if cells(text) <= room:
        return text
    kept = ""
    for character in text:
        if cells(kept + character) > room - 1:
            break
        kept += character
    return kept + "…" if room > 0 else ""


def _fitted(widths: list[int], room: int, grow: int, whole: Sequence[int]) -> list[int]:
    """Make columns narrower until they fit: `grow` first, then always the widest, those that stay whole not at all."""
    fitted = list(widths)
    over = sum(fitted) - room
    if over > 0:
        given = min(over, max(0, fitted[grow] - _NARROWEST))
        fitted[grow] -= given
        over -= given
    others = [place for place in range(len(fitted)) if place not in whole]
    while over > 0 and others and max(fitted[place] for place in others) > 1:
        fitted[max(others, key=fitted.__getitem__)] -= 1
        over -= 1
    return fitted

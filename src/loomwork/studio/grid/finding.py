"""Which rows of a grid meet a question, and in which order. Knows no store: it asks for rows."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence

from loomwork.studio.grid.held import Held
from loomwork.studio.grid.scores import Scored, fits, worst_first
from loomwork.studio.grid.table import FAILED, RAN
from loomwork.studio.wire.runs import GridAsked, GridRow

_CHUNK = 1_000
_COMPARED = 40
"""Characters that an order by text looks at."""
_KEPT = 8


def find_rows(held: Held, asked: GridAsked) -> Sequence[int]:
    """Return the rows that meet `q`, `only` and `score`, in the order of `sort`."""
    with held.lock:
        if not (asked.q or asked.only or asked.sort or asked.score):
            return range(held.table.rows)
        by = (
            (asked.by, asked.scorer, asked.score, held.scores.mark)
            if asked.score or asked.sort.endswith("score")
            else ()
        )
        key = (asked.q, asked.only, asked.sort, by, held.mark[:2], held.is_running)
        known = held.orders.get(key)
        if known is None:
            known = held.orders[key] = _sorted(held, asked, _matching(held, asked))
            while len(held.orders) > _KEPT:
                held.orders.popitem(last=False)
        held.orders.move_to_end(key)
        return known


def _scored(held: Held, scorer: str) -> Scored | None:
    names = held.scores.names
    return held.scores[scorer or names[0]] if names else None


def _matching(held: Held, asked: GridAsked) -> Sequence[int]:
    found = _only(held, asked.only)
    if asked.score:
        scored = _scored(held, asked.scorer)
        column = next((each for each in held.scores.columns() if scored and each.scorer == scored.label), None)
        found = _places(fits(scored, found, asked.score, column)) if scored and column else _places(())
    if not asked.q:
        return found
    text = asked.q.casefold()
    return _places(at for at, row in _read(held, found) if _shows(row, text))


def _places(rows: Iterable[int]) -> Sequence[int]:
    """Return rows in few bytes: a question can be met by very many."""
    return array("I", rows)


def _only(held: Held, only: str) -> Sequence[int]:
    table = held.table
    rows = range(table.rows)
    if not only:
        return rows
    if only == "changed":
        changed = [table.slots[column.cell] for column in held.columns() if column.changed]
        return _places(at for at in rows if any(slot.state[at] in (RAN, FAILED) for slot in changed))
    wanted = (FAILED,) if only == "failed" else (RAN, FAILED)
    of_row = wanted if only == "failed" else ()
    slots = table.slots
    return _places(at for at in rows if table.state[at] in of_row or any(slot.state[at] in wanted for slot in slots))


def _shows(row: GridRow, text: str) -> bool:
    if text in row.input_preview.casefold() or text in row.error.casefold():
        return True
    return any(cell is not None and text in cell.preview.casefold() for cell in row.cells)


def _sorted(held: Held, asked: GridAsked, rows: Sequence[int]) -> Sequence[int]:
    if not asked.sort:
        return rows
    by, turned = asked.sort.removeprefix("-"), asked.sort.startswith("-")
    table = held.table
    if by == "score":
        scored = _scored(held, asked.by)
        return rows if scored is None else _places(worst_first(scored, rows, turned=turned))
    if by == "ms":
        return _places(sorted(rows, key=table.ms.__getitem__, reverse=turned))
    if by == "state":
        running = held.is_running
        return _places(sorted(rows, key=lambda at: table.state_of(at, is_running=running), reverse=turned))
    text: Callable[[GridRow], str] = _input if by == "input" else _output
    texts = {at: text(row)[:_COMPARED] for at, row in _read(held, rows)}
    return _places(sorted(rows, key=texts.__getitem__, reverse=turned))


def _input(row: GridRow) -> str:
    return row.input_preview


def _output(row: GridRow) -> str:
    cell = row.cells[0]
    return "" if cell is None or cell.state == FAILED else cell.preview


def _read(held: Held, rows: Sequence[int]) -> Iterator[tuple[int, GridRow]]:
    """Yield rows with their texts, a stretch at a time: no more than that is in memory."""
    for start in range(0, len(rows), _CHUNK):
        part = rows[start : start + _CHUNK]
        yield from zip(part, held.rows(part), strict=True)

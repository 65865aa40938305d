"""Rows with the calls that are under way laid over them. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import structs

from loomwork.studio.grid.held import Held
from loomwork.studio.grid.table import NONE, RUNNING, WAITING
from loomwork.studio.wire.runs import Cell, GridRow

Under = dict[tuple[int, int], set[str]]
"""Steps under way, by item and trial."""
_RUNNING = Cell(RUNNING, 0.0, "", 1)


def lay_over(held: Held, rows: Sequence[GridRow], under: Under) -> tuple[GridRow, ...]:
    """Return the rows with their calls under way. What the store knows of a cell counts more."""
    if not under or not held.is_running:
        return tuple(rows)
    return tuple(_laid(held, row, under.get((row.index, row.trial), ())) for row in rows)


def _laid(held: Held, row: GridRow, steps: Iterable[str]) -> GridRow:
    if row.state not in (NONE, RUNNING, WAITING) or not steps:
        return row
    cells = list(row.cells)
    for step in steps:
        slot = held.table.slot(step, "step")
        cells.extend([None] * (slot + 1 - len(cells)))
        cells[slot] = cells[slot] or _RUNNING
    return structs.replace(row, state=RUNNING, cells=tuple(cells))

"""Rows of a grid as they are sent: a table's figures with the text of their spans and items. Knows no reader."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow, ShownSpan
from loomwork.studio.grid.beneath import Brief, Briefs
from loomwork.studio.grid.table import COLUMNS, FAILED, HIT, Table
from loomwork.studio.wire.runs import Cell, CellState, GridRow

SHOWN = 120
"""Characters of a preview in a cell."""
_ERROR = 300


def read_rows(
    store: Store, table: Table, briefs: Briefs, wanted: Sequence[int], *, is_running: bool, longest: int = SHOWN
) -> list[GridRow]:
    """Read rows of a table, their texts cut to `longest` characters.

    Steps that are met only beneath hits get their number in the table.
    """
    slots = range(len(table.slots))
    places = [table.slots[slot].n[at] for at in wanted for slot in slots if table.slots[slot].state[at]]
    spans = store.spans.at(places)
    items = store.runs.at([table.item_n[at] for at in wanted if table.item_n[at]])
    hits = {at: hits_of(store, table, at, spans) for at in wanted}
    beneath = briefs.beneath({call for calls in hits.values() for call in calls})
    rows: list[GridRow] = []
    for at in wanted:
        under = [brief for call in hits[at] for brief in beneath.get(call, ())]
        cells = _cells(table, at, spans, longest)
        _add_beneath(table, cells, under, longest)
        rows.append(_row(table, at, spans, items.get(table.item_n[at]), cells, is_running))
    return rows


def hits_of(store: Store, table: Table, at: int, spans: dict[int, ShownSpan]) -> list[str]:
    """Return the calls behind a row's hits."""
    found: list[str] = []
    for slot in table.slots:
        shown = spans.get(slot.n[at])
        if slot.state[at] != HIT or shown is None:
            continue
        if slot.count[at] == 1:
            found.append(shown.call)
        else:
            found.extend(_calls(store, shown))
    return found


def _calls(store: Store, shown: ShownSpan) -> list[str]:
    rows = store.spans.trace(shown.trace)
    return [str(row.attributes.get("loomwork.call", "")) for row in rows if row.cached and row.name == shown.name]


def _cells(table: Table, at: int, spans: dict[int, ShownSpan], longest: int) -> list[Cell | None]:
    cells: list[Cell | None] = []
    for slot in table.slots:
        state = slot.state[at]
        if not state:
            cells.append(None)
            continue
        shown = spans.get(slot.n[at])
        text = "" if shown is None else (shown.error or "") if state == FAILED else shown.preview_out
        cells.append(Cell(cast("CellState", state), round(slot.ms[at], 3), text[:longest], slot.count[at]))
    return cells


def _row(
    table: Table,
    at: int,
    spans: dict[int, ShownSpan],
    item: ItemRow | None,
    cells: list[Cell | None],
    is_running: bool,
) -> GridRow:
    place = table.place(at)
    target = spans.get(table.slots[0].n[at])
    return GridRow(
        place.item,
        place.trial,
        cast("CellState", table.state_of(at, is_running=is_running)),
        "" if target is None else target.preview_in[:SHOWN],
        round(table.ms[at], 3),
        _trace(table, at, spans) if item is None else item.trace,
        "" if item is None else (item.error or "")[:_ERROR],
        tuple(cells),
    )


def _trace(table: Table, at: int, spans: dict[int, ShownSpan]) -> str:
    """Return the trace of a row whose item has not finished."""
    return next((spans[slot.n[at]].trace for slot in table.slots if slot.n[at] in spans), "")


def _add_beneath(table: Table, cells: list[Cell | None], under: list[Brief], longest: int) -> None:
    """Fill the cells of steps that were not called because something above them was a hit."""
    called = [cell is not None for cell in cells]
    for brief in under:
        if brief.kind not in COLUMNS:
            continue
        slot = table.slot(brief.step, brief.kind)
        while len(cells) <= slot:
            cells.append(None)
            called.append(False)
        if called[slot]:
            continue
        before = cells[slot]
        cells[slot] = Cell(HIT, 0.0, brief.preview[:longest], 1 if before is None else before.count + 1)

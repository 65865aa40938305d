"""A run's grid, a page at a time; its items and cells whole. Knows no stream."""

from __future__ import annotations

from loomwork.studio.endpoints import Endpoint
from loomwork.studio.grid.cells import read_cell, read_item
from loomwork.studio.grid.finding import find_rows
from loomwork.studio.grid.grids import Grids
from loomwork.studio.live.feed import Feed
from loomwork.studio.live.under import lay_over
from loomwork.studio.studio import Studio
from loomwork.studio.wire.runs import CellAsked, CellDetail, Grid, GridAsked, Item, ItemAsked

_MOST = 1_000


def get_grid(studio: Studio, asked: GridAsked) -> Grid:
    """Return a page of a run's grid as it is now."""
    grids = studio.part(Grids)
    held = grids.open(grids.run(asked.run))
    with held.lock:
        mark = held.mark
        found = find_rows(held, asked)
        start = max(0, asked.offset)
        places = found[start : start + min(max(0, asked.limit), _MOST)]
        rows = held.rows(places)
        is_scored = bool(held.scores.names)
        running = studio.part(Feed).run(held.run.id)
        laid = lay_over(held, rows, {} if running is None else running.by_item())
        return Grid(
            run=held.head(),
            columns=held.columns(),
            rows=laid,
            scorers=held.scores.columns(),
            scores=tuple(held.scores.cells(at) for at in places) if is_scored else (),
            total=held.table.rows,
            matching=len(found),
            offset=start,
            mark=str(mark._replace(layout=held.table.layout())),
        )


def get_item(studio: Studio, asked: ItemAsked) -> Item:
    """Return one item of a run."""
    grids = studio.part(Grids)
    return read_item(studio.store, grids.open(grids.run(asked.run)), asked)


def get_cell(studio: Studio, asked: CellAsked) -> CellDetail:
    """Return one call of a step for an item."""
    grids = studio.part(Grids)
    return read_cell(studio.store, grids.open(grids.run(asked.run)), asked)


ENDPOINTS = (
    Endpoint(
        name="get_grid",
        method="GET",
        path="/api/runs/{run}/grid",
        tells="A page of a run's grid.",
        call=get_grid,
        gives=Grid,
        asked=GridAsked,
        is_large=True,
    ),
    Endpoint(
        name="get_item",
        method="GET",
        path="/api/runs/{run}/items/{index}",
        tells="One item, whole.",
        call=get_item,
        gives=Item,
        asked=ItemAsked,
    ),
    Endpoint(
        name="get_cell",
        method="GET",
        path="/api/runs/{run}/cells/{index}",
        tells="One call, whole.",
        call=get_cell,
        gives=CellDetail,
        asked=CellAsked,
    ),
)

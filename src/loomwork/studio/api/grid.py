"""A run's grid, its items and its cells."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.runs import CellAsked, CellDetail, Grid, GridAsked, Item, ItemAsked


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="get_grid",
        method="GET",
        path="/api/runs/{run}/grid",
        tells="A page of a run's grid.",
        call=_soon,
        gives=Grid,
        asked=GridAsked,
    ),
    Endpoint(
        name="get_item",
        method="GET",
        path="/api/runs/{run}/items/{index}",
        tells="One item, whole.",
        call=_soon,
        gives=Item,
        asked=ItemAsked,
    ),
    Endpoint(
        name="get_cell",
        method="GET",
        path="/api/runs/{run}/cells/{index}",
        tells="One call, whole.",
        call=_soon,
        gives=CellDetail,
        asked=CellAsked,
    ),
)

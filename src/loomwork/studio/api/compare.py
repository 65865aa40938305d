"""Two runs side by side: rows in pairs, figures with intervals, worst slices. Runs no code of the project."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.compare import AskComparison, Comparison


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="compare_runs",
        method="GET",
        path="/api/compare",
        tells="Two runs, side by side.",
        call=_soon,
        gives=Comparison,
        asked=AskComparison,
    ),
)

"""A run while it runs."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.runs import Batch, Ended, LiveAsked, Partial


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="live_run",
        method="GET",
        path="/api/runs/{run}/live",
        tells="Follow a run.",
        call=_soon,
        gives=Batch | Partial | Ended,
        asked=LiveAsked,
        form="stream",
    ),
)

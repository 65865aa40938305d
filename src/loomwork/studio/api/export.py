"""A run as a file."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.runs import ExportAsked


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="export_run",
        method="GET",
        path="/api/runs/{run}/export",
        tells="A run as CSV, JSONL, Markdown or HTML.",
        call=_soon,
        asked=ExportAsked,
        form="file",
    ),
)

"""What changes in the project: runs, jobs, files."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.jobs import FilesChanged, JobsChanged, RunsChanged


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="events",
        method="GET",
        path="/api/events",
        tells="Follow the project.",
        call=_soon,
        gives=RunsChanged | JobsChanged | FilesChanged,
        form="stream",
    ),
)

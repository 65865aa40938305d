"""Runs: the list, one head, why. Knows no grid."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.runs import RunAsked, RunHead, RunList, RunsAsked, Why, WhyAsked


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="list_runs",
        method="GET",
        path="/api/runs",
        tells="List the runs, the newest first.",
        call=_soon,
        gives=RunList,
        asked=RunsAsked,
    ),
    Endpoint(
        name="get_run",
        method="GET",
        path="/api/runs/{run}",
        tells="One run in a line.",
        call=_soon,
        gives=RunHead,
        asked=RunAsked,
    ),
    Endpoint(
        name="why_run",
        method="GET",
        path="/api/runs/{run}/why",
        tells="Why calls of a run were executed.",
        call=_soon,
        gives=Why,
        asked=WhyAsked,
    ),
)

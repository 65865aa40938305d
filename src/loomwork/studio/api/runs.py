"""Runs: the list, one head. Knows no grid."""

from __future__ import annotations

from loomwork.studio.endpoints import Endpoint
from loomwork.studio.grid.grids import Grids
from loomwork.studio.studio import Studio
from loomwork.studio.wire.runs import RunAsked, RunHead, RunList, RunsAsked

_MOST = 200


def list_runs(studio: Studio, asked: RunsAsked) -> RunList:
    """Return the newest runs, or those before one."""
    grids = studio.part(Grids)
    limit = min(max(1, asked.limit), _MOST)
    found = studio.store.runs.list(limit=limit + 1, target=asked.target or None, before=asked.before)
    return RunList(runs=tuple(grids.head(run) for run in found[:limit]), more=len(found) > limit)


def get_run(studio: Studio, asked: RunAsked) -> RunHead:
    """Return one run in a line."""
    grids = studio.part(Grids)
    return grids.head(grids.run(asked.run))


ENDPOINTS = (
    Endpoint(
        name="list_runs",
        method="GET",
        path="/api/runs",
        tells="List the runs, the newest first.",
        call=list_runs,
        gives=RunList,
        asked=RunsAsked,
    ),
    Endpoint(
        name="get_run",
        method="GET",
        path="/api/runs/{run}",
        tells="One run in a line.",
        call=get_run,
        gives=RunHead,
        asked=RunAsked,
    ),
)

"""Runs and plans made from the studio, each in a process of its own."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.wire.jobs import Job, JobAsked, RunBody
from loomwork.studio.wire.plan import Plan


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="start_run", method="POST", path="/api/runs", tells="Start a run.", call=_soon, gives=Job, body=RunBody
    ),
    Endpoint(
        name="plan_run",
        method="POST",
        path="/api/plan",
        tells="What a run would do; sends nothing.",
        call=_soon,
        gives=Plan,
        body=RunBody,
    ),
    Endpoint(
        name="get_job", method="GET", path="/api/jobs/{job}", tells="One job.", call=_soon, gives=Job, asked=JobAsked
    ),
    Endpoint(
        name="stop_job",
        method="POST",
        path="/api/jobs/{job}/stop",
        tells="Stop a job as Ctrl-C does.",
        call=_soon,
        gives=Job,
        asked=JobAsked,
    ),
)

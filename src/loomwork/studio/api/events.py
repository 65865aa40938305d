"""What changes in the project: runs, jobs, files and cases, looked at four times a second while somebody listens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from loomwork.studio.endpoints import Endpoint, Event, Nothing
from loomwork.studio.grid.grids import Grids
from loomwork.studio.jobs.jobs import Jobs
from loomwork.studio.noticing.disk import Disk
from loomwork.studio.studio import Studio
from loomwork.studio.wire.jobs import CasesChanged, FilesChanged, Job, JobsChanged, RunsChanged
from loomwork.studio.wire.runs import RunHead

BEAT_S = 0.25
_NEWEST = 50
"""Runs that are looked at."""


async def events(studio: Studio, asked: Nothing, last: str) -> AsyncIterator[Event]:
    """Send the newest runs and all jobs, then what is new or changed."""
    del asked, last
    grids, jobs, disk = studio.part(Grids), studio.part(Jobs), studio.part(Disk)
    heads: dict[str, RunHead] = {}
    works: dict[str, Job] = {}
    version = await asyncio.to_thread(disk.look)
    cases = await asyncio.to_thread(studio.store.cases.newest)
    while True:
        now = await asyncio.to_thread(_heads, studio, grids)
        changed = tuple(head for name, head in now.items() if heads.get(name) != head)
        heads = now
        if changed:
            yield Event(name="runs", data=RunsChanged(runs=changed))
        told = {work.id: work.as_wire() for work in jobs.listed()}
        moved = tuple(job for name, job in told.items() if works.get(name) != job)
        works = told
        if moved:
            yield Event(name="jobs", data=JobsChanged(jobs=moved))
        newest = await asyncio.to_thread(disk.look)
        if newest != version:
            yield Event(name="files", data=FilesChanged(files=disk.since(version)))
            version = newest
        became = await asyncio.to_thread(studio.store.cases.newest)
        if became != cases:
            yield Event(name="cases", data=CasesChanged(newest=became))
            cases = became
        await asyncio.sleep(BEAT_S)


def _heads(studio: Studio, grids: Grids) -> dict[str, RunHead]:
    return {run.id: grids.head(run) for run in studio.store.runs.list(limit=_NEWEST)}


ENDPOINTS = (
    Endpoint(
        name="events",
        method="GET",
        path="/api/events",
        tells="Follow the project: runs, jobs, files and cases that are new or changed.",
        call=events,
        gives=RunsChanged | JobsChanged | FilesChanged | CasesChanged,
        form="stream",
    ),
)

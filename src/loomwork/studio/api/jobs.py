"""Runs, plans and explanations made from the studio, each a command in a process of its own."""

from __future__ import annotations

import asyncio

from loomwork.studio.endpoints import Endpoint, Nothing
from loomwork.studio.grid.why import why_of
from loomwork.studio.jobs.commands import ask
from loomwork.studio.jobs.jobs import Jobs
from loomwork.studio.jobs.targets import targets_of
from loomwork.studio.studio import Studio
from loomwork.studio.wire.jobs import Job, JobAsked, RunBody, TargetList
from loomwork.studio.wire.plan import Plan
from loomwork.studio.wire.runs import Why, WhyAsked


async def start_run(studio: Studio, asked: object, body: RunBody) -> Job:
    """Start a run and return its job at once."""
    del asked
    words = [*_rows(body)]
    if body.concurrency is not None:
        words.append(f"--concurrency={body.concurrency}")
    if body.max_cost:
        words.append(f"--max-cost={body.max_cost}")
    if body.allow_unknown_price:
        words.append("--allow-unknown-price")
    work = await studio.part(Jobs).start("run", ["run", *words, "--", body.target])
    return work.as_wire()


async def plan_run(studio: Studio, asked: object, body: RunBody) -> Plan:
    """Return what a run would do; nothing is sent."""
    del asked
    return await ask(studio, ["plan", *_rows(body), "--", body.target], Plan)


def list_targets(studio: Studio, asked: Nothing) -> TargetList:
    """Return the project's steps, read from its sources."""
    del asked
    return targets_of(studio.folder)


async def why_run(studio: Studio, asked: WhyAsked) -> Why:
    """Return what made calls of a run run instead of being found: from the store, where that says it all."""
    found = await asyncio.to_thread(why_of, studio.store, asked)
    if found is not None:
        return found
    words = [] if asked.row is None else [f"--row={asked.row}"]
    if asked.step:
        words.append(f"--step={asked.step}")
    return await ask(studio, ["why", *words, "--", asked.run], Why)


async def get_job(studio: Studio, asked: JobAsked) -> Job:
    """Return one job."""
    return studio.part(Jobs).find(asked.job).as_wire()


async def stop_job(studio: Studio, asked: JobAsked) -> Job:
    """Stop a job as Ctrl-C does; a second time at once."""
    jobs = studio.part(Jobs)
    work = jobs.find(asked.job)
    jobs.stop(work)
    return work.as_wire()


def _rows(body: RunBody) -> list[str]:
    """Return the options that a run and its plan share; each in one word, so that no value can be taken for another."""
    words = [f"--data={body.data}", f"--trials={body.trials}", *(f"--refresh={step}" for step in body.refresh)]
    return words if body.limit is None else [*words, f"--limit={body.limit}"]


ENDPOINTS = (
    Endpoint(
        name="start_run",
        method="POST",
        path="/api/runs",
        tells="Start a run; its job says which it is.",
        call=start_run,
        gives=Job,
        body=RunBody,
    ),
    Endpoint(
        name="plan_run",
        method="POST",
        path="/api/plan",
        tells="What a run would do; sends nothing and writes nothing.",
        call=plan_run,
        gives=Plan,
        body=RunBody,
    ),
    Endpoint(
        name="list_targets",
        method="GET",
        path="/api/targets",
        tells="The steps of the project, read from its sources: nothing is imported.",
        call=list_targets,
        gives=TargetList,
    ),
    Endpoint(
        name="why_run",
        method="GET",
        path="/api/runs/{run}/why",
        tells="What made calls of a run run instead of being found.",
        call=why_run,
        gives=Why,
        asked=WhyAsked,
    ),
    Endpoint(
        name="get_job",
        method="GET",
        path="/api/jobs/{job}",
        tells="One job.",
        call=get_job,
        gives=Job,
        asked=JobAsked,
    ),
    Endpoint(
        name="stop_job",
        method="POST",
        path="/api/jobs/{job}/stop",
        tells="Stop a job as Ctrl-C does; a second time at once.",
        call=stop_job,
        gives=Job,
        asked=JobAsked,
    ),
)

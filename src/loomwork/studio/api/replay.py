"""`POST /api/traces/{trace}/replay`: a recorded trace again with a change, in a process of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec import Struct

from loomwork.studio.endpoints import Endpoint
from loomwork.studio.jobs.commands import ask
from loomwork.studio.studio import Studio
from loomwork.studio.traces.finding import find_trace
from loomwork.studio.wire.replay import Change, ReplayAsked, Replayed, ReplayStatus
from loomwork.studio.worker.drafts import Drafts, drafts

_AT_ONCE = 4


class _Step(Struct):
    calls: int = 0
    hits: int = 0
    ran: int = 0


class _Usage(Struct):
    input_tokens: int = 0
    output_tokens: int = 0


class _Answer(Struct, kw_only=True):
    """The object of `replay --json`."""

    trace: str
    replay: str
    target: str
    status: ReplayStatus
    before: Any
    after: Any
    error: str | None
    steps: list[_Step]
    model_calls: int
    usage: _Usage
    cost: dict[str, float]
    unpriced_calls: int


class _Places:
    """How many replays run at once. A part of the studio."""

    def __init__(self, studio: Studio) -> None:
        del studio
        self.free = asyncio.Semaphore(_AT_ONCE)


async def replay(studio: Studio, asked: ReplayAsked, change: Change) -> Replayed:
    """Replay a trace; as many at once as there are places, the others wait."""
    trace = await asyncio.to_thread(find_trace, studio.store, asked.trace)
    with drafts(studio) as folder:
        words = await asyncio.to_thread(lambda: list(_words(folder, change)))
        async with studio.part(_Places).free:
            answer = await ask(studio, ["replay", *words, "--", trace], _Answer)
    return _replayed(answer)


def _words(folder: Drafts, change: Change) -> Iterator[str]:
    for number, (step, value) in enumerate(change.steps.items()):
        yield f"--set=step:{step}=@{folder.value(number, msgspec.json.encode(value))}"
    for name, text in change.prompts.items():
        label, file = folder.prompt(name, text)
        yield f"--set=prompt:{label}={file}"
    for alias, other in change.models.items():
        yield f"--set=model:{alias}={other}"


def _replayed(answer: _Answer) -> Replayed:
    return Replayed(
        trace=answer.trace,
        replay=answer.replay,
        target=answer.target,
        status=answer.status,
        before=answer.before,
        after=answer.after,
        error=answer.error or "",
        calls=sum(step.calls for step in answer.steps),
        hits=sum(step.hits for step in answer.steps),
        ran=sum(step.ran for step in answer.steps),
        model_calls=answer.model_calls,
        input_tokens=answer.usage.input_tokens,
        output_tokens=answer.usage.output_tokens,
        cost=answer.cost,
        unpriced_calls=answer.unpriced_calls,
    )


ENDPOINTS = (
    Endpoint(
        name="replay",
        method="POST",
        path="/api/traces/{trace}/replay",
        tells="A recorded trace again, from a change on, without side effects.",
        call=replay,
        asked=ReplayAsked,
        body=Change,
        gives=Replayed,
    ),
)

"""The process that asks models for the playground: one request in, events out, every answer traced. Knows no HTTP.

It ends when its input ends: whoever started it has gone. What the project's code prints goes to standard error.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from pathlib import Path
from typing import Any, BinaryIO, cast

import msgspec

from loomwork.flow.context import Scope, entered
from loomwork.flow.running.totals import RunTotals
from loomwork.kernel import codecs
from loomwork.kernel.bodies import Reference, reference, within
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.cli import Unexpected
from loomwork.kernel.stream import Done, ReasoningDelta, StreamEvent, TextDelta
from loomwork.models.steps import stream
from loomwork.prompts.seam import NAME, VERSION
from loomwork.store.rows import REPLAYS
from loomwork.studio.problems import problem_of
from loomwork.studio.wire.playground import PlayDone, PlayEnd, PlayStart, Variant
from loomwork.studio.wire.problem import Problem
from loomwork.studio.worker.asking import Wanted, wanted_of
from loomwork.studio.worker.lines import BEAT_S, Job, Lines, Refused
from loomwork.trace.recorder import Span
from loomwork.workspace.opening import Workspace
from loomwork.workspace.resolving import HANDLES

KIND = "playground"
INTERRUPTED = 130
_PREVIEW = 400


def main() -> int:
    """Read a job from standard input, carry it out, and return the exit code."""
    lines = Lines(_own_output())
    job = msgspec.json.decode(sys.stdin.buffer.readline(), type=Job)
    try:
        asyncio.run(_until_left(job, lines))
    except LoomworkError as error:
        lines.give(Refused(problem=problem_of(error)))
        return 1
    except (KeyboardInterrupt, asyncio.CancelledError):
        return INTERRUPTED
    return 0


def _own_output() -> BinaryIO:
    """Return standard output, and let everybody else's go to standard error."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


async def _until_left(job: Job, lines: Lines) -> None:
    """Play; end early where nobody is there any more."""
    loop, task = asyncio.get_running_loop(), asyncio.ensure_future(play(job, lines))

    def watch() -> None:
        sys.stdin.buffer.read()
        loop.call_soon_threadsafe(task.cancel)

    threading.Thread(target=watch, daemon=True).start()
    await task


async def play(job: Job, lines: Lines) -> None:
    """Ask all variants at once and tell what becomes of them. Raises what keeps the project from being opened."""
    began = time.monotonic()
    with Workspace.open(job.project, store_url=job.store, entering="never") as workspace:
        lines.give(PlayStart(variants=len(job.play.variants)))
        beating = asyncio.ensure_future(_beat(lines))
        try:
            await asyncio.gather(
                *(_Asking(workspace, job, number, lines).run() for number in range(len(job.play.variants)))
            )
        finally:
            beating.cancel()
    lines.give(PlayEnd(ms=_ms(began)))


async def _beat(lines: Lines) -> None:
    while True:
        await asyncio.sleep(BEAT_S)
        lines.beat()


class _Asking:
    """One variant on its way."""

    def __init__(self, workspace: Workspace, job: Job, number: int, lines: Lines) -> None:
        self._workspace = workspace
        self._play = job.play
        self._number = number
        self._variant = job.play.variants[number]
        self._lines = lines
        self._totals = RunTotals()
        self._done: Done | None = None
        self._said: list[str] = []

    async def run(self) -> None:
        """Ask, and tell what came of it."""
        runtime = self._workspace.runtime
        began = time.monotonic()
        span = runtime.recorder.start(KIND, kind=KIND, trace=runtime.ids.trace_id(), run=REPLAYS + runtime.ids.run_id())
        self._put(span.body_in, self._play.inputs)
        problem: Problem | None = None
        try:
            await self._ask(span)
            self._put(span.body_out, self._text())
            span.end()
        except LoomworkError as error:
            span.end(status="error", error=str(error))
            problem = problem_of(error)
        except asyncio.CancelledError:
            span.end(status="error", error="stopped")
            raise
        except Exception as error:  # a model of the project's own may raise anything
            span.end(status="error", error=f"{type(error).__name__}: {error}")
            problem = problem_of(Unexpected(kind=type(error).__name__, detail=str(error)))
        runtime.recorder.flush()
        self._lines.give(self._told(span, _ms(began), problem))

    async def _ask(self, span: Span) -> None:
        runtime, variant = self._workspace.runtime, self._variant
        models: Any = runtime.services[HANDLES]
        wanted = self._wanted(native=models.takes_schema(variant.model))
        if wanted.prompt:
            span.set(NAME, wanted.prompt)
            span.set(VERSION, wanted.version)
        refresh = frozenset({stream.name} if self._play.fresh else ())
        frame = runtime.root(Scope(run=span.work.run, totals=self._totals, refresh=refresh))
        frame.trace, frame.span = span.trace, span
        with entered(frame):
            draw = _twins(self._play.variants, self._number) or None
            events: AsyncIterator[StreamEvent] = models.stream(variant.model, wanted.request, draw)
            async with aclosing(cast("Any", events)) as pieces:
                async for event in pieces:
                    self._take(event)

    def _wanted(self, *, native: bool) -> Wanted:
        return wanted_of(Path(self._workspace.project), self._variant, self._play.inputs, native=native)

    def _take(self, event: StreamEvent) -> None:
        match event:
            case TextDelta(text=text):
                self._said.append(text)
                self._lines.add(self._number, text)
            case ReasoningDelta(text=text) if text:
                self._lines.add(self._number, text, "reasoning")
            case Done():
                self._done = event
            case _:
                pass

    def _text(self) -> str:
        return self._done.response.text if self._done is not None else "".join(self._said)

    def _put(self, attach: Any, value: object) -> None:
        data = codecs.encode(value)
        kept: Reference = reference(data)
        if within(kept) is None:
            self._workspace.store.blobs.put(data)
        attach(kept, str(value)[:_PREVIEW])

    def _told(self, span: Span, ms: float, problem: Problem | None) -> PlayDone:
        response = self._done.response if self._done is not None else None
        usage = response.usage if response is not None else None
        cost = self._totals.cost
        return PlayDone(
            variant=self._number,
            text=self._text(),
            ms=ms,
            cached=self._totals.hits > 0,
            model=response.model if response is not None else "",
            finish=response.finish_reason if response is not None else "",
            input_tokens=usage.input_tokens if usage is not None else 0,
            output_tokens=usage.output_tokens if usage is not None else 0,
            cost={money.currency: float(money.amount) for money in cost.amounts},
            unpriced=bool(cost.unpriced),
            trace=span.trace,
            span=span.span,
            problem=problem,
        )


def _twins(variants: Sequence[Variant], number: int) -> int:
    """Return how many variants before this one ask the very same: each gets a draw of its own."""
    return sum(each == variants[number] for each in variants[:number])


def _ms(began: float) -> float:
    return round((time.monotonic() - began) * 1000, 3)


if __name__ == "__main__":
    sys.exit(main())

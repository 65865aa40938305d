"""The playground: what a span opens with, and variants of a prompt answered side by side in a process of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from contextlib import aclosing

from loomwork.studio.endpoints import Endpoint, Event, Nothing
from loomwork.studio.spans.opening import opening_of
from loomwork.studio.studio import Studio
from loomwork.studio.wire.playground import Opening, OpeningAsked, Play, PlayDelta, PlayDone, PlayEnd, PlayStart
from loomwork.studio.worker.lines import Refused
from loomwork.studio.worker.player import Players


def find_span_inputs(studio: Studio, asked: OpeningAsked) -> Opening:
    """Return what the playground opens with."""
    return opening_of(studio, asked.trace, asked.span)


async def playground(studio: Studio, asked: Nothing, play: Play, last: str) -> AsyncGenerator[Event]:
    """Yield what the variants answer. A stream that was broken off is not resumed: its process has ended."""
    del asked, last
    async with aclosing(studio.part(Players).events(play)) as events:
        async for event in events:
            if isinstance(event, Refused):
                yield Event(name="problem", data=event.problem)
                return
            yield Event(name=_NAMES[type(event)], data=event)


_NAMES = {PlayStart: "start", PlayDelta: "delta", PlayDone: "done", PlayEnd: "end"}
ENDPOINTS = (
    Endpoint(
        name="find_span_inputs",
        method="GET",
        path="/api/traces/{trace}/spans/{span}/playground",
        tells="What the playground opens with for a span.",
        call=find_span_inputs,
        asked=OpeningAsked,
        gives=Opening,
    ),
    Endpoint(
        name="playground",
        method="POST",
        path="/api/playground",
        tells="Variants side by side: events `start`, `delta`, `done`, `end`. Closing the stream stops them.",
        call=playground,
        body=Play,
        gives=PlayStart | PlayDelta | PlayDone | PlayEnd,
        form="stream",
    ),
)

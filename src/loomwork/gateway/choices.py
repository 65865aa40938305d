"""Several calls or streams of one request at once. None outlives the request. Knows no API."""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import aclosing
from typing import Any, TypeVar

from loomwork.kernel.stream import StreamEvent

T = TypeVar("T")
_AHEAD = 64
"""Pieces that may wait to be sent."""


async def side_by_side(streams: Sequence[AsyncGenerator[StreamEvent]]) -> AsyncGenerator[tuple[int, StreamEvent]]:
    """Yield every stream's pieces with its place. Raises what the first one that fails raises; the others are ended."""
    waiting: asyncio.Queue[tuple[int, StreamEvent | Exception | None]] = asyncio.Queue(_AHEAD)

    async def pull(place: int, events: AsyncGenerator[StreamEvent]) -> None:
        try:
            async with aclosing(events):
                async for event in events:
                    await waiting.put((place, event))
        except Exception as error:
            await waiting.put((place, error))
            raise
        await waiting.put((place, None))

    tasks = [asyncio.create_task(pull(place, events)) for place, events in enumerate(streams)]
    try:
        left = len(tasks)
        while left:
            place, said = await waiting.get()
            if isinstance(said, Exception):
                raise said
            if said is None:
                left -= 1
            else:
                yield place, said
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def together(calls: Sequence[Coroutine[Any, Any, T]]) -> list[T]:
    """Return what every call gives. Raises what the first one that fails raises; the others are ended."""
    tasks = [asyncio.create_task(call) for call in calls]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

"""One stream being made, its chunks passed to all who follow it. Knows nothing of what makes them.

The body is asked for a chunk when the foremost follower wants one, so it never runs ahead; the others get the same
chunks from what is kept for the memo anyway. The last follower to leave ends the body.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from loomwork.flow.flight import Flight

if TYPE_CHECKING:
    from loomwork.flow.context import Frame


class Broadcast(Flight):
    """An async stream in flight."""

    __slots__ = ("_asked", "_news", "chunks")

    def __init__(self) -> None:
        super().__init__()
        self.chunks: list[Any] = []
        """In the form that the maker keeps them in."""
        self._asked = asyncio.Event()
        self._news = asyncio.Event()

    def land(self, result: Any, error: BaseException | None = None) -> None:
        """End the stream, and tell its followers."""
        super().land(result, error)
        self._tell()

    def follow(self, frame: Frame) -> None:
        """Begin to follow; to be paired with `leave`."""
        self.waiting.append(frame)

    async def has(self, place: int) -> bool:
        """Wait for the chunk at `place`; say whether there is one. Raises what the body raised."""
        while place >= len(self.chunks):
            if self.is_done:
                self.result()
                return False
            self._asked.set()
            await self._news.wait()
        return True

    async def asked(self) -> None:
        """Wait, as the maker, until a follower wants a chunk that is not there yet."""
        if self.is_closing:  # the body went on although it was cancelled
            raise asyncio.CancelledError
        await self._asked.wait()

    def put(self, chunk: Any) -> None:
        """Hand a chunk to all followers."""
        self._asked.clear()
        self.chunks.append(chunk)
        self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = asyncio.Event()

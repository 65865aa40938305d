"""Write what one turn of the event loop has to say to a client with one call to the system. Knows HTTP not at all.

uvicorn writes an answer's head and its body apart, and every piece of a stream by itself; each write wakes the client.
Here they wait for the end of the turn in which they were said: nothing is later than that, and pieces that come
together leave together.
"""

import asyncio
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

_MOST = 64 * 1024
"""Bytes that may wait; more are written at once, so that whoever writes feels how fast the client reads."""


class Gathered:
    """A transport that writes at the end of the turn. Everything else is the transport's own."""

    __slots__ = (
        "_held", "_loop", "_size", "_transport", "_write", "get_extra_info", "is_closing", "pause_reading",
        "resume_reading",
    )  # fmt: skip

    def __init__(self, transport: Any, loop: asyncio.AbstractEventLoop) -> None:
        self._transport = transport
        self._loop = loop
        self._write = transport.write
        self._held: list[bytes] = []
        self._size = 0
        self.get_extra_info = transport.get_extra_info
        self.is_closing = transport.is_closing
        self.pause_reading = transport.pause_reading
        self.resume_reading = transport.resume_reading

    def write(self, data: bytes) -> None:
        """Take bytes to be written."""
        if not self._held:
            self._loop.call_soon(self.flush)
        self._held.append(data)
        self._size += len(data)
        if self._size > _MOST:
            self.flush()

    def flush(self) -> None:
        """Write what waits."""
        held = self._held
        if held:
            self._held, self._size = [], 0
            self._write(held[0] if len(held) == 1 else b"".join(held))

    def close(self) -> None:
        """Write what waits, and close."""
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        """Drop what waits, and the connection."""
        self._held, self._size = [], 0
        self._transport.abort()

    def __getattr__(self, name: str) -> Any:
        """Give what nobody asks for often."""
        return getattr(self._transport, name)


class Protocol(HttpToolsProtocol):
    """uvicorn's HTTP over such a transport."""

    def connection_made(self, transport: Any) -> None:
        """Begin."""
        super().connection_made(Gathered(transport, self.loop))  # pyright: ignore[reportArgumentType] # all it is asked

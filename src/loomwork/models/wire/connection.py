"""One connection to a server of models, and the answer that is under way on it. Knows no pool and no TLS."""

import asyncio
import contextlib
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from typing import NamedTuple, cast

from loomwork.models.wire.http import WireBroken
from loomwork.models.wire.http1 import BadReply, ReplyReader

_LAST_WORD_S = 0.05
_MOST_HELD = 256 * 1024
"""Bytes of an answer that wait for their reader; then the server waits."""
_JOINED = 64 * 1024
"""Bodies up to so many bytes are written together with their head."""


class Place(NamedTuple):
    """Where connections go."""

    host: str
    port: int
    is_secure: bool


class Connection(asyncio.Protocol):
    """A connection that carries one request after another.

    Args:
        place: Where it goes.
        changed: Told when it is free, and when it is gone.
    """

    def __init__(self, place: Place, changed: "Callable[[Connection], None]") -> None:
        self.place = place
        self.since = 0.0
        """When it was last used; for its pool."""
        self._changed = changed
        self._transport: asyncio.Transport | None = None
        self._answer: PooledReply | None = None

    @property
    def is_open(self) -> bool:
        """Whether a request may be sent."""
        return self._answer is None and self._transport is not None and not self._transport.is_closing()

    @property
    def is_gone(self) -> bool:
        """Whether it has ended."""
        return self._transport is None

    def ask(self, head: bytes, body: bytes) -> "PooledReply":
        """Send a request; what is returned is to be waited for."""
        transport = cast("asyncio.Transport", self._transport)
        answer = self._answer = PooledReply(self)
        head += b"content-length: %d\r\n\r\n" % len(body)
        if len(body) <= _JOINED:
            transport.write(head + body)
        else:
            transport.write(head)
            transport.write(body)
        return answer

    def reads(self, *, on: bool) -> None:
        """Go on or stop to take in what the server sends."""
        if self._transport is not None and not self._transport.is_closing():
            (self._transport.resume_reading if on else self._transport.pause_reading)()

    def close(self) -> None:
        """End it."""
        if self._transport is not None:
            self._transport.close()

    def abort(self) -> None:
        """Give it up at once."""
        if self._transport is not None:
            self._transport.abort()

    def left(self, *, again: bool) -> None:
        """Take in that the answer has ended, and whether the server allows another one."""
        self._answer = None
        if not again or (self._transport is not None and self._transport.get_write_buffer_size()):
            self.abort()
        self._changed(self)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin (asyncio)."""
        self._transport = cast("asyncio.Transport", transport)

    def data_received(self, data: bytes) -> None:
        """Take bytes (asyncio)."""
        if self._answer is None:
            self.abort()  # nobody asked
        else:
            self._answer.took(data)

    def eof_received(self) -> bool:
        """End (asyncio)."""
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        """End (asyncio)."""
        self._transport = None
        answer, self._answer = self._answer, None
        self._changed(self)
        if answer is not None:
            answer.lost(exc)


class PooledReply:
    """An answer on a pooled connection; read to its end, the connection goes back by itself."""

    __slots__ = ("_connection", "_error", "_held", "_pieces", "_reader", "_waiter", "headers", "status")

    def __init__(self, connection: Connection) -> None:
        self.status = 0
        self.headers: Mapping[str, str] = {}
        self._connection: Connection | None = connection
        self._reader = ReplyReader()
        self._pieces: deque[bytes] = deque()
        self._held = 0
        self._waiter: asyncio.Future[None] | None = None
        self._error: WireBroken | None = None

    async def begun(self) -> None:
        """Wait for status and headers. Raises `WireBroken`."""
        while (head := self._reader.head) is None:
            await self._more()
        self.status, self.headers = head.status, head.headers

    def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives."""
        return self

    def __aiter__(self) -> "PooledReply":
        return self

    async def __anext__(self) -> bytes:
        while not self._pieces:
            if self._reader.ended:
                raise StopAsyncIteration
            await self._more()
        piece = self._pieces.popleft()
        if self._held > _MOST_HELD >= self._held - len(piece) and self._connection is not None:
            self._connection.reads(on=True)
        self._held -= len(piece)
        return piece

    async def finish(self) -> None:
        """Read to the end of the body, if it comes at once: only then is the connection reused."""
        if self._reader.ended:
            return
        with contextlib.suppress(TimeoutError, WireBroken):
            async with asyncio.timeout(_LAST_WORD_S):
                async for _ in self:
                    pass

    def close(self) -> None:
        """Give the connection up, unless the body was there to its end."""
        self._leave(again=False)

    def took(self, data: bytes) -> None:
        """Take bytes of the connection."""
        reader = self._reader
        try:
            piece = reader.feed(data)
        except BadReply as error:
            self._break(str(error))
            return
        if piece:
            self._pieces.append(piece)
            if self._held <= _MOST_HELD < self._held + len(piece) and self._connection is not None:
                self._connection.reads(on=False)
            self._held += len(piece)
        if reader.ended:
            self._leave(again=reader.keeps)
        self._wake()

    def lost(self, error: Exception | None) -> None:
        """Take in that the connection has ended."""
        if error is not None:
            self._break(str(error) or type(error).__name__)
            return
        try:
            self._reader.eof()
        except BadReply as bad:
            self._break(str(bad))
        else:
            self._leave(again=False)
            self._wake()

    def _break(self, detail: str) -> None:
        self._error = WireBroken(detail, sent=True)
        self._leave(again=False)
        self._wake()

    def _leave(self, *, again: bool) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            if self._held > _MOST_HELD:
                connection.reads(on=True)
            connection.left(again=again)

    def _wake(self) -> None:
        waiter, self._waiter = self._waiter, None
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

    async def _more(self) -> None:
        """Wait until more of the answer is there. Raises `WireBroken` where there will be no more."""
        if self._error is not None:
            raise self._error
        if self._connection is None:
            raise WireBroken("the connection was given up", sent=True)
        self._waiter = asyncio.get_running_loop().create_future()
        await self._waiter

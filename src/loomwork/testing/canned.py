"""A transport that gives out prepared replies, with waits and breaks between their pieces. No sockets.

With `loop.run_virtual` its waits are virtual, so that hours of hanging servers pass at once.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from typing import Literal

from msgspec import Struct, field

from loomwork.models.wire.http import Call, WireBroken


class Canned(Struct, frozen=True, kw_only=True):
    """A reply to give: waits (seconds) and pieces (bytes) of its body in their order, then how it stops."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": "application/json"})
    body: tuple[bytes | float, ...] = ()
    wait: float = 0.0
    """Before status and headers."""
    stop: Literal["end", "break", "hang"] = "end"
    connection: Literal["open", "refused", "hung_up"] = "open"

    @classmethod
    def events(cls, *body: bytes | float, stop: Literal["end", "break", "hang"] = "end") -> "Canned":
        """A reply that streams."""
        return cls(headers={"content-type": "text/event-stream; charset=utf-8"}, body=body, stop=stop)


class CannedTransport:
    """Gives each call its reply: the next of a sequence (the last one again and again), or what a function says."""

    def __init__(self, replies: Sequence[Canned] | Callable[[int, Call], Canned]) -> None:
        self._replies = replies
        self.calls: list[Call] = []
        self.open = 0
        """Replies that were neither read to their end nor closed."""

    async def send(self, call: Call, *, connect: float | None = None) -> "CannedReply":
        """Wait as the reply says, then give it."""
        del connect
        self.calls.append(call)
        canned = self._next(call)
        if canned.connection == "refused":
            raise WireBroken("connection refused", sent=False)
        if canned.wait:
            await asyncio.sleep(canned.wait)
        if canned.connection == "hung_up":
            raise WireBroken("server disconnected", sent=True)
        self.open += 1
        return CannedReply(canned, self)

    def _next(self, call: Call) -> Canned:
        if callable(self._replies):
            return self._replies(len(self.calls), call)
        return self._replies[min(len(self.calls), len(self._replies)) - 1]

    def closed(self) -> None:
        """A reply was closed."""
        self.open -= 1


class CannedReply:
    """One prepared reply on its way."""

    def __init__(self, canned: Canned, transport: CannedTransport) -> None:
        self._canned = canned
        self._transport: CannedTransport | None = transport
        self.status = canned.status
        self.headers = canned.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body, piece by piece."""
        for piece in self._canned.body:
            if isinstance(piece, (float, int)):
                await asyncio.sleep(piece)
            else:
                yield piece
        if self._canned.stop == "break":
            raise WireBroken("connection lost", sent=True)
        if self._canned.stop == "hang":
            await asyncio.get_running_loop().create_future()
        self.close()

    async def finish(self) -> None:
        """Nothing is left."""

    def close(self) -> None:
        """Count the reply as closed, once; reading it to its end does so, too."""
        if self._transport is not None:
            self._transport.closed()
            self._transport = None

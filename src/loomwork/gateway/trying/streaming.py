"""Send events to a browser as they come, and stop making them when it has gone. Knows no event."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing

import msgspec
from msgspec import Struct
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

BEAT_S = 10.0
_HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store, no-transform"}


class EventStream(Response):
    """Server-sent events. Each is sent when it is made; what makes them is cancelled when the reader has gone.

    They are made in one task from first to last: what runs beneath keeps its context variables.
    """

    media_type = "text/event-stream"

    def __init__(self, events: AsyncGenerator[Struct], headers: Mapping[str, str]) -> None:
        super().__init__(headers={**headers, **_HEADERS})
        self._events = events
        del self.headers["content-length"]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, then event after event; in silence a beat."""
        del scope
        await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
        making = asyncio.ensure_future(self._make(send))
        left = asyncio.ensure_future(_left(receive))
        try:
            while not making.done() and not left.done():
                done, _ = await asyncio.wait({making, left}, timeout=BEAT_S, return_when=asyncio.FIRST_COMPLETED)
                if not done:
                    await _body(send, b": still here\n\n")
        finally:
            left.cancel()
            making.cancel()
            await asyncio.gather(left, making, return_exceptions=True)

    async def _make(self, send: Send) -> None:
        async with aclosing(self._events) as events:
            async for event in events:
                await _body(send, message(event))
        await send({"type": "http.response.body", "body": b"", "more_body": False})


def message(event: Struct) -> bytes:
    r"""Return an event in the form of the wire; its name is its class's, in lower case.

    >>> class Hello(Struct):
    ...     who: str
    >>> message(Hello("you"))
    b'event: hello\ndata: {"who":"you"}\n\n'
    """
    return b"event: %b\ndata: %b\n\n" % (type(event).__name__.lower().encode(), msgspec.json.encode(event))


async def _body(send: Send, data: bytes) -> None:
    await send({"type": "http.response.body", "body": data, "more_body": True})


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass

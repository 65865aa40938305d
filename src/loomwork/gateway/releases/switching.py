"""An ASGI application around another: answers itself, or passes requests on to the process of another release.

All of them once that one has taken its place, or a share of them to a canary. Knows no API.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from loomwork.gateway.releases.passing import Message, Passer, Receive, Scope, Send
from loomwork.gateway.releases.sticking import LARGEST, header, lands, who_asks

App = Callable[[Scope, Receive, Send], Awaitable[None]]
_SHARED = ("/v1/", "/try/")
"""What a canary gets a share of; the server's own health is its own."""


class _Way(NamedTuple):
    passer: Passer
    share: float


class Switch:
    """The application and where else requests may go."""

    def __init__(self, app: App) -> None:
        self.app = app
        self._way: _Way | None = None
        self._old: list[Passer] = []

    def turn(self, path: str, share: float) -> None:
        """Pass a share of the requests on to a socket; empty: answer them all here."""
        if self._way is not None and self._way.passer.path != path:
            self._old.append(self._way.passer)
            self._way = None
        if path:
            passer = self._way.passer if self._way is not None else Passer(path)
            self._way = _Way(passer, share)

    async def close(self) -> None:
        """Let go of connections to other processes."""
        for each in [*self._old, *([self._way.passer] if self._way else [])]:
            await each.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or pass on."""
        way = self._way
        if way is None or scope["type"] != "http" or _is_siblings(scope):
            await self.app(scope, receive, send)
        elif way.share >= 1:
            await way.passer(scope, receive, send, closing=True)
        elif not scope["path"].startswith(_SHARED):
            await self.app(scope, receive, send)
        else:
            await self._shared(way, scope, receive, send)

    async def _shared(self, way: _Way, scope: Scope, receive: Receive, send: Send) -> None:
        headers = scope["headers"]
        length = header(headers, b"content-length")
        first: Message | None = None
        body = b""
        if length.isdigit() and int(length) <= LARGEST:
            first = await _whole(receive)
            body = first.get("body", b"")
        client = scope.get("client")
        who = who_asks(headers, body, client[0] if client else "")
        again = receive if first is None else _again(first, receive)
        if lands(way.passer.path, who, way.share):
            await way.passer(scope, again, send, closing=False)
        else:
            await self.app(scope, again, send)


def _is_siblings(scope: Scope) -> bool:
    """Say whether a request was passed on to us: it came by a socket of the file system, which has no port."""
    server = scope.get("server")
    return server is None or server[1] is None


async def _whole(receive: Receive) -> Message:
    message = await receive()
    if message["type"] != "http.request" or not message.get("more_body"):
        return message
    parts: list[bytes] = [message.get("body", b"")]
    while message.get("more_body"):
        message = await receive()
        if message["type"] != "http.request":
            return message
        parts.append(message.get("body", b""))
    return {"type": "http.request", "body": b"".join(parts), "more_body": False}


def _again(first: Message, receive: Receive) -> Receive:
    waiting = [first]

    async def next_one() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_one

"""Pass a request on to the process of another release, byte for byte, as it streams. Knows no API."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, MutableMapping
from typing import Any

import aiohttp
from multidict import CIMultiDict
from yarl import URL

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_HOP = frozenset(
    {b"connection", b"keep-alive", b"transfer-encoding", b"te", b"trailer", b"upgrade", b"proxy-connection", b"expect"}
)
_OWN = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")
"""Headers that the client library would add."""
_PATIENCE_S = 15.0
"""How long a process that is being started again is waited for."""
_PAUSE_S = 0.05


class Passer:
    """Sends requests to a process that listens on a socket of the file system. Close it when done."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._session: aiohttp.ClientSession | None = None

    async def close(self) -> None:
        """Let go of the connections."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send, *, closing: bool) -> None:
        """Pass one request on and its answer back.

        Args:
            scope: As ASGI has it.
            receive: As ASGI has it.
            send: As ASGI has it.
            closing: Tell the client to open a new connection for its next request.
        """
        response = await self._sent(scope, receive)
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await self._back(response, send, leaving, closing=closing)
        finally:
            leaving.cancel()
            response.close()

    async def _back(
        self, response: aiohttp.ClientResponse, send: Send, leaving: asyncio.Future[None], *, closing: bool
    ) -> None:
        head = [(name.lower(), value) for name, value in response.raw_headers if name.lower() not in _HOP]
        if closing:
            head.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": response.status, "headers": head})
        while True:
            reading = asyncio.ensure_future(response.content.readany())
            await asyncio.wait({reading, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if not reading.done():  # the client is gone: closing the connection tells the other process
                reading.cancel()
                return
            data = reading.result()
            await send({"type": "http.response.body", "body": data, "more_body": bool(data)})
            if not data:
                return

    async def _sent(self, scope: Scope, receive: Receive) -> aiohttp.ClientResponse:
        """Send the request. The body of one that could not be sent is kept for the next try."""
        first = await receive()
        whole = not first.get("more_body")
        kept: list[bytes] = [first.get("body", b"")]
        loop = asyncio.get_running_loop()
        until = loop.time() + _PATIENCE_S
        while True:
            body: Any = kept[0] if whole else _rest(kept, receive)
            try:
                return await self._request(scope, body)
            except aiohttp.ClientConnectorError:  # nobody listens there yet: nothing was sent
                if loop.time() > until:
                    raise
                await asyncio.sleep(_PAUSE_S)

    async def _request(self, scope: Scope, body: Any) -> aiohttp.ClientResponse:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.UnixConnector(self.path, limit=0, force_close=True),
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=5),
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                skip_auto_headers=_OWN,
                read_bufsize=2**16,
            )
        query = scope["query_string"].decode("latin-1")
        target = scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        headers = CIMultiDict(
            [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"] if name not in _HOP]
        )
        url = URL(f"http://loomwork{target}", encoded=True)
        return await self._session.request(
            scope["method"], url, headers=headers, data=body or None, allow_redirects=False
        )


async def _rest(kept: list[bytes], receive: Receive) -> AsyncGenerator[bytes]:
    yield kept[0]
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        more = bool(message.get("more_body"))
        yield message.get("body", b"")


async def _left(receive: Receive) -> None:
    """Return when the client has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass

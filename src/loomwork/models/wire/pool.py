"""The real transport: one aiohttp session an event loop, connections kept per address. Knows no protocol above HTTP."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Mapping
from weakref import WeakKeyDictionary

import aiohttp
from aiohttp import ClientTimeout, DummyCookieJar, TCPConnector
from yarl import URL

from loomwork.models.wire.http import Call, WireBroken

_KEEP_ALIVE_S = 30.0
_LAST_WORD_S = 0.05
_NO_LIMIT = ClientTimeout(total=None, sock_connect=None, sock_read=None)


class PooledTransport:
    """Sends over kept connections. Cheap to make; close it when the process is done with models.

    Redirects are not followed: a key must not travel to another host.
    """

    def __init__(self, *, connections: int = 1000) -> None:
        self._connections = connections
        self._sessions: WeakKeyDictionary[asyncio.AbstractEventLoop, aiohttp.ClientSession] = WeakKeyDictionary()
        self._urls: dict[str, URL] = {}
        self._timeouts: dict[float | None, ClientTimeout] = {None: _NO_LIMIT}

    async def send(self, call: Call, *, connect: float | None = None) -> "PooledReply":
        """Send and wait for status and headers."""
        url = self._urls.get(call.url)
        if url is None:
            url = self._urls[call.url] = URL(call.url)
        timeout = self._timeouts.get(connect)
        if timeout is None:
            timeout = self._timeouts[connect] = ClientTimeout(total=None, sock_connect=connect)
        try:
            response = await self._session().request(
                call.method, url, data=call.body, headers=call.headers, timeout=timeout, allow_redirects=False
            )
        except aiohttp.ConnectionTimeoutError as error:
            raise WireBroken("no connection in time", sent=False, late=True) from error
        except aiohttp.ClientConnectorError as error:
            raise WireBroken(str(error.os_error or error), sent=False) from error
        except (aiohttp.ClientError, ValueError) as error:
            sent = not isinstance(error, (aiohttp.InvalidURL, ValueError))
            raise WireBroken(str(error) or type(error).__name__, sent=sent) from error
        return PooledReply(response)

    async def close(self) -> None:
        """Close the running loop's connections."""
        session = self._sessions.pop(asyncio.get_running_loop(), None)
        if session is not None:
            await session.close()

    def _session(self) -> aiohttp.ClientSession:
        loop = asyncio.get_running_loop()
        session = self._sessions.get(loop)
        if session is None or session.closed:
            connector = TCPConnector(limit=self._connections, keepalive_timeout=_KEEP_ALIVE_S, ttl_dns_cache=300)
            session = aiohttp.ClientSession(
                connector=connector, cookie_jar=DummyCookieJar(), timeout=_NO_LIMIT, raise_for_status=False
            )
            self._sessions[loop] = session
        return session


class PooledReply:
    """A response on a pooled connection; read to its end, the connection goes back by itself."""

    __slots__ = ("_response", "headers", "status")

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.status: int = response.status
        self.headers: Mapping[str, str] = response.headers

    async def chunks(self) -> AsyncIterator[bytes]:
        """The body as it arrives."""
        content = self._response.content
        try:
            while piece := await content.readany():
                yield piece
        except (aiohttp.ClientError, ConnectionError) as error:
            raise WireBroken(str(error) or type(error).__name__, sent=True) from error

    async def finish(self) -> None:
        """Read to the end of the body, if it comes at once: only then is the connection reused."""
        with contextlib.suppress(TimeoutError, aiohttp.ClientError, ConnectionError):
            async with asyncio.timeout(_LAST_WORD_S):
                while await self._response.content.readany():
                    pass

    def close(self) -> None:
        """Give the connection up; a connection with an unread body is not reused."""
        with contextlib.suppress(RuntimeError):
            self._response.close()

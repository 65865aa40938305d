"""The real transport: connections kept per address, for each event loop its own. Knows no protocol above HTTP.

Our own, since a client for everything costs three times what a call of a model takes otherwise (decision 030).
"""

import asyncio
import base64
import ssl
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from socket import AI_NUMERICHOST, SO_KEEPALIVE, SOCK_STREAM, SOL_SOCKET, gaierror, getaddrinfo
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import aiohappyeyeballs
from yarl import URL

from loomwork.models.wire.connection import Connection, Place, PooledReply
from loomwork.models.wire.deadlines import bound
from loomwork.models.wire.http import Call, WireBroken
from loomwork.models.wire.http1 import request_head

_KEEP_ALIVE_S = 30.0
_SECOND_ADDRESS_S = 0.25
"""After so long without a connection the next address of a host is tried beside the first (RFC 8305)."""
_HEADS = 512
_ALWAYS = {"accept": "*/*", "accept-encoding": "gzip, deflate", "user-agent": "loomwork"}


class _Sent(NamedTuple):
    """A request but for its body."""

    place: Place
    head: bytes


class PooledTransport:
    """Sends over kept connections. Cheap to make; close it when the process is done with models.

    Redirects are not followed: a key must not travel to another host.
    """

    def __init__(self, *, connections: int = 1000) -> None:
        self._connections = connections
        self._pools: WeakKeyDictionary[asyncio.AbstractEventLoop, _Pool] = WeakKeyDictionary()
        self._heads: dict[tuple[str, str, tuple[tuple[str, str], ...]], _Sent] = {}
        self._trust = cache(_trust)

    async def send(self, call: Call, *, connect: float | None = None) -> PooledReply:
        """Send and wait for status and headers."""
        sent = self._sent(call)
        loop = asyncio.get_running_loop()
        pool = self._pools.get(loop)
        if pool is None:
            pool = self._pools[loop] = _Pool(loop, most=self._connections, trust=self._trust)
        connection = pool.kept(sent.place) or await pool.connection(sent.place, connect)
        answer = connection.ask(sent.head, call.body)
        try:
            await answer.begun()
        except BaseException:
            answer.close()
            raise
        return answer

    async def close(self) -> None:
        """Close the running loop's connections."""
        pool = self._pools.pop(asyncio.get_running_loop(), None)
        if pool is not None:
            pool.close()
            await asyncio.sleep(0)  # the loop closes sockets in its next turn

    def _sent(self, call: Call) -> _Sent:
        """Return where a call goes and its head, which is the same each time. Raises `WireBroken`."""
        key = (call.method, call.url, tuple(call.headers.items()))
        found = self._heads.get(key)
        if found is None:
            if len(self._heads) >= _HEADS:
                self._heads.clear()
            try:
                found = self._heads[key] = _written(call.method, URL(call.url), call.headers)
            except ValueError as error:
                raise WireBroken(str(error), sent=False) from error
        return found


def _written(method: str, url: URL, headers: Mapping[str, str]) -> _Sent:
    """Write a head. Raises `ValueError` where the address or a header is none."""
    host, port = url.raw_host, url.port
    if url.scheme not in ("http", "https") or not host or port is None:
        raise ValueError(f"no address of a server: {url.with_user(None)}")
    place = Place(host, port, url.scheme == "https")
    named = f"[{host}]" if ":" in host else host
    said = {**_ALWAYS, **{name.lower(): value for name, value in headers.items()}}
    if url.user is not None:
        said.setdefault("authorization", _basic(url.user, url.password or ""))
    target = url.raw_path_qs
    return _Sent(place, request_head(method, target, named if url.is_default_port() else f"{named}:{port}", said))


def _basic(user: str, password: str) -> str:
    return f"Basic {base64.b64encode(f'{user}:{password}'.encode()).decode()}"


class _Pool:
    """The connections of one event loop.

    Args:
        loop: That loop.
        most: Connections that may be open.
        trust: Gives what servers' certificates are checked with.
    """

    def __init__(self, loop: asyncio.AbstractEventLoop, *, most: int, trust: Callable[[], ssl.SSLContext]) -> None:
        self._loop = loop
        self._most = most
        self._trust = trust
        self._connecting = 0
        self._open: set[Connection] = set()
        self._kept: dict[Place, deque[Connection]] = {}
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._sweeper: asyncio.TimerHandle | None = None

    def kept(self, place: Place) -> Connection | None:
        """Return a connection that is open already, the one that was used last."""
        kept = self._kept.get(place)
        while kept:
            found = kept.pop()
            if found.is_open and self._loop.time() - found.since < _KEEP_ALIVE_S:
                return found
            found.close()
        return None

    async def connection(self, place: Place, connect: float | None) -> Connection:
        """Return a connection; waits for one where there are too many. Raises `WireBroken`."""
        while self._connecting + len(self._open) >= self._most:
            self._drop_one()
            await self._turn()
            found = self.kept(place)
            if found is not None:
                return found
        self._connecting += 1
        try:
            made = await self._connected(place, connect)
        except BaseException:
            self._next()
            raise
        finally:
            self._connecting -= 1
        self._open.add(made)
        return made

    def close(self) -> None:
        """Close all."""
        if self._sweeper is not None:
            self._sweeper.cancel()
        self._kept.clear()
        for each in self._open:
            each.close()

    async def _connected(self, place: Place, connect: float | None) -> Connection:
        try:
            async with bound(connect):
                found = await _addresses(place)
                taken = await aiohappyeyeballs.start_connection(  # pyright: ignore[reportUnknownMemberType] # a bare tuple
                    found, happy_eyeballs_delay=_SECOND_ADDRESS_S, interleave=1, loop=self._loop
                )
                try:
                    taken.setsockopt(SOL_SOCKET, SO_KEEPALIVE, 1)
                    _, made = await self._loop.create_connection(
                        lambda: Connection(place, self._changed),
                        sock=taken,
                        ssl=self._trust() if place.is_secure else None,
                        server_hostname=place.host if place.is_secure else None,
                    )
                except BaseException:
                    taken.close()
                    raise
        except TimeoutError as error:
            raise WireBroken("no connection in time", sent=False, late=True) from error
        except (OSError, ValueError) as error:
            raise WireBroken(str(error) or type(error).__name__, sent=False) from error
        return made

    def _changed(self, connection: Connection) -> None:
        """Take in that a connection is free, or gone."""
        if connection.is_open:
            connection.since = self._loop.time()
            self._kept.setdefault(connection.place, deque()).append(connection)
            if self._sweeper is None:
                self._sweeper = self._loop.call_later(_KEEP_ALIVE_S, self._sweep)
            self._next()
        elif connection.is_gone:
            self._open.discard(connection)
            kept = self._kept.get(connection.place)
            if kept is not None and connection in kept:
                kept.remove(connection)
            self._next()

    def _sweep(self) -> None:
        """Close what nobody has used for a while."""
        self._sweeper = None
        oldest = self._loop.time() - _KEEP_ALIVE_S
        for place, kept in list(self._kept.items()):
            while kept and kept[0].since <= oldest:
                kept.popleft().close()
            if not kept:
                del self._kept[place]
        if self._kept:
            first = min(kept[0].since for kept in self._kept.values())
            self._sweeper = self._loop.call_at(first + _KEEP_ALIVE_S, self._sweep)

    def _drop_one(self) -> None:
        """Close a connection that nobody uses, if there is one."""
        for kept in self._kept.values():
            if kept:
                kept.popleft().abort()
                return

    async def _turn(self) -> None:
        """Wait until a connection is free or gone."""
        waiter = self._loop.create_future()
        self._waiting.append(waiter)
        try:
            await waiter
        except asyncio.CancelledError:
            if waiter.done() and not waiter.cancelled():
                self._next()  # its turn had come
            raise

    def _next(self) -> None:
        while self._waiting:
            waiter = self._waiting.popleft()
            if not waiter.done():
                waiter.set_result(None)
                return


async def _addresses(place: Place) -> Sequence[Any]:
    """Look a host up; in a thread that knows on whose behalf, which the loop's own way does not tell it."""
    try:
        return getaddrinfo(place.host, place.port, type=SOCK_STREAM, flags=AI_NUMERICHOST)
    except gaierror:
        return await asyncio.to_thread(getaddrinfo, place.host, place.port, type=SOCK_STREAM)


def _trust() -> ssl.SSLContext:
    trust = ssl.create_default_context()
    trust.set_alpn_protocols(["http/1.1"])
    return trust

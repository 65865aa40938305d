"""Fetch pages from the public internet: no address inside a network is reached, whatever a name or redirect says.

Knows nothing of what a page holds.
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Collection
from typing import Any
from urllib.parse import urljoin, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from loomwork.kernel.errors.knowledge import FetchError, FetchFailed, FetchTooLarge, UnsafeAddress
from loomwork.knowledge.fetched import Fetched, FetchLimits

_REDIRECTS = frozenset((301, 302, 303, 307, 308))
_OK = 200
_PIECE = 65_536
# Prefixes whose addresses carry an IPv4 address that is reached in the end: NAT64, 6to4.
_CARRIES_IPV4 = ((ipaddress.IPv6Network("64:ff9b::/96"), 0), (ipaddress.IPv6Network("2002::/16"), 80))
_NUMBERS_AS_NAME = re.compile(r"(?:0x[0-9a-f]*|\d+)(?:\.(?:0x[0-9a-f]*|\d+))*\.?", re.I)
_NAMES_INSIDE = ("localhost", "internal", "local", "localdomain", "lan", "home", "corp", "intranet")

Address = ipaddress.IPv4Address | ipaddress.IPv6Address


async def fetch(url: str, *, limits: FetchLimits | None = None, allow: Collection[str] = ()) -> Fetched:
    """Return the page at `url`. Raises `UnsafeAddress`, `FetchFailed` or `FetchTooLarge`.

    Each name is resolved once and the connection goes to an address that was checked, so that a name cannot change its
    answer in between. Redirects are followed only to addresses that pass the same check. No cookies, no proxy of the
    environment, no credentials. `allow` names addresses inside the network that may be reached all the same (tests).
    """
    limits = limits or FetchLimits()
    allowed = frozenset(ipaddress.ip_address(one) for one in allow)
    connector = aiohttp.TCPConnector(resolver=_CheckedResolver(allowed), use_dns_cache=False)
    timeout = aiohttp.ClientTimeout(total=None)
    try:
        async with asyncio.timeout(limits.seconds):
            async with aiohttp.ClientSession(
                connector=connector, timeout=timeout, trust_env=False, cookie_jar=aiohttp.DummyCookieJar()
            ) as session:
                return await _follow(session, url, limits, allowed)
    except TimeoutError as error:
        raise FetchFailed(url=url, reason=f"no end within {limits.seconds:g} seconds") from error
    except (aiohttp.ClientError, OSError, ValueError) as error:
        unsafe = _unsafe_within(error)
        if unsafe is not None:
            raise unsafe from error
        raise FetchFailed(url=url, reason=f"{type(error).__name__}: {error}") from error


async def _follow(
    session: aiohttp.ClientSession, url: str, limits: FetchLimits, allowed: frozenset[Address]
) -> Fetched:
    here = url
    for _ in range(limits.redirects + 1):
        check_url(here, allowed)
        async with session.get(here, allow_redirects=False, headers={"Accept-Encoding": "gzip, deflate"}) as answer:
            if answer.status in _REDIRECTS and "Location" in answer.headers:
                here = urljoin(here, answer.headers["Location"])
                continue
            if answer.status != _OK:
                raise FetchFailed(url=here, reason=f"status {answer.status}")
            return Fetched(
                url=here,
                data=await _content(answer, here, limits),
                media_type=answer.content_type,
                encoding=answer.charset or "",
                modified=answer.headers.get("Last-Modified", ""),
            )
    raise FetchFailed(url=url, reason=f"more than {limits.redirects} redirects")


async def _content(answer: aiohttp.ClientResponse, url: str, limits: FetchLimits) -> bytes:
    pieces: list[bytes] = []
    size = 0
    async for piece in answer.content.iter_chunked(_PIECE):
        size += len(piece)
        if size > limits.bytes:
            raise FetchTooLarge(url=url, limit=limits.bytes)
        pieces.append(piece)
    return b"".join(pieces)


def check_url(url: str, allowed: Collection[Address] = ()) -> None:
    """Check what can be checked before a name is resolved. Raises `UnsafeAddress`.

    >>> check_url("https://example.org/a")
    >>> check_url("http://[::1]/")
    Traceback (most recent call last):
    loomwork.kernel.errors.knowledge.UnsafeAddress: 'http://[::1]/' is not fetched: ::1 is no public address: \
give a public http or https address
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError as error:
        raise UnsafeAddress(url=url, reason="it is no address") from error
    if parts.scheme not in ("http", "https"):
        raise UnsafeAddress(url=url, reason=f"'{parts.scheme}' is neither http nor https")
    if not host or parts.username is not None or parts.password is not None:
        raise UnsafeAddress(url=url, reason="it has no host, or a name and password in it")
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        address = None
    if address is not None:
        check_address(address, url, allowed)
    elif _NUMBERS_AS_NAME.fullmatch(host):
        raise UnsafeAddress(url=url, reason=f"'{host}' is an address in disguise")
    elif host.rstrip(".").rpartition(".")[2].lower() in _NAMES_INSIDE and not allowed:
        raise UnsafeAddress(url=url, reason=f"'{host}' is a name inside a network")


def check_address(address: Address, url: str, allowed: Collection[Address] = ()) -> None:
    """Check that an address is one of the public internet. Raises `UnsafeAddress`."""
    if address in allowed:
        return
    for one in (address, *_carried(address)):
        if not one.is_global or one.is_multicast or one.is_reserved or one.is_unspecified:
            raise UnsafeAddress(url=url, reason=f"{address} is no public address")


def _carried(address: Address) -> list[Address]:
    """Return the IPv4 addresses that an IPv6 address stands for."""
    if isinstance(address, ipaddress.IPv4Address):
        return []
    found: list[Address] = [address.ipv4_mapped] if address.ipv4_mapped else []
    if address.teredo:
        found += address.teredo
    for network, shift in _CARRIES_IPV4:
        if address in network:
            found.append(ipaddress.IPv4Address((int(address) >> shift) & 0xFFFFFFFF))
    if int(address) >> 32 == 0 and int(address) > 1:
        found.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return found


class _CheckedResolver(AbstractResolver):
    """Resolves a name and lets only checked addresses through; the connection uses what this returns."""

    def __init__(self, allowed: frozenset[Address]) -> None:
        self._allowed = allowed

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, family=family, type=socket.SOCK_STREAM)
        results: list[ResolveResult] = []
        for kind, _, protocol, _, place in found:
            address = ipaddress.ip_address(str(place[0]).partition("%")[0])
            try:
                check_address(address, host, self._allowed)
            except UnsafeAddress as unsafe:
                raise _UnsafeResolution(unsafe) from unsafe
            results.append(
                ResolveResult(
                    hostname=host, host=str(address), port=port, family=kind, proto=protocol,
                    flags=socket.AI_NUMERICHOST,
                )
            )  # fmt: skip
        return results

    async def close(self) -> None:
        """Nothing is kept open."""


class _UnsafeResolution(OSError):
    """Carries the refusal through aiohttp, which expects errors of the network."""

    def __init__(self, unsafe: UnsafeAddress) -> None:
        super().__init__(0, str(unsafe))
        self.unsafe = unsafe


def _unsafe_within(error: BaseException) -> FetchError | None:
    """Return the refusal that is the cause of a network error."""
    here: Any = error
    while here is not None:
        if isinstance(here, _UnsafeResolution):
            return here.unsafe
        here = getattr(here, "os_error", None) or here.__cause__ or here.__context__
    return None

"""Pages are fetched from public addresses only, whatever a name, a redirect or a server says."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web

from loomwork.kernel.errors.knowledge import FetchFailed, FetchTooLarge, UnsafeAddress
from loomwork.knowledge.fetched import FetchLimits
from loomwork.knowledge.fetching import check_address, check_url, fetch

LOOPBACK = ["127.0.0.1"]


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def page(request: web.Request) -> web.StreamResponse:
        match request.path:
            case "/page":
                return web.Response(text="<p>数据库</p>", content_type="text/html", headers={"Last-Modified": "Wed"})
            case "/away":
                raise web.HTTPFound("/page")
            case "/round":
                raise web.HTTPFound("/round")
            case "/inside":
                raise web.HTTPFound("http://169.254.169.254/latest/meta-data/")
            case "/file":
                raise web.HTTPFound("file:///etc/passwd")
            case "/large":
                response = web.StreamResponse()
                response.enable_compression()
                await response.prepare(request)
                for _ in range(64):
                    await response.write(bytes(65_536))
                return response
            case "/slow":
                await asyncio.Event().wait()
            case _:
                pass
        return web.Response(status=404)

    app = web.Application()
    app.router.add_get("/{name}", page)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}"
    await runner.cleanup()


async def test_a_page_comes_with_what_the_server_says_of_it(server: str) -> None:
    page = await fetch(f"{server}/away", allow=LOOPBACK)
    assert page.data.decode() == "<p>数据库</p>"
    assert (page.url, page.media_type, page.encoding, page.modified) == (f"{server}/page", "text/html", "utf-8", "Wed")


async def test_a_loopback_address_is_refused_unless_allowed(server: str) -> None:
    with pytest.raises(UnsafeAddress):
        await fetch(f"{server}/page")


@pytest.mark.parametrize("path", ["/inside", "/file"])
async def test_a_redirect_is_checked_like_the_address_itself(server: str, path: str) -> None:
    with pytest.raises(UnsafeAddress):
        await fetch(server + path, allow=LOOPBACK)


async def test_redirects_end(server: str) -> None:
    with pytest.raises(FetchFailed, match="redirects"):
        await fetch(f"{server}/round", allow=LOOPBACK)


async def test_a_packed_page_is_measured_unpacked(server: str) -> None:
    with pytest.raises(FetchTooLarge):
        await fetch(f"{server}/large", allow=LOOPBACK, limits=FetchLimits(bytes=1_000_000))


async def test_a_server_that_does_not_answer_is_left(server: str) -> None:
    with pytest.raises(FetchFailed, match=r"no end within 0\.2 seconds"):
        await fetch(f"{server}/slow", allow=LOOPBACK, limits=FetchLimits(seconds=0.2))


async def test_a_missing_page_is_told(server: str) -> None:
    with pytest.raises(FetchFailed, match="status 404"):
        await fetch(f"{server}/nowhere", allow=LOOPBACK)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/", "file:///etc/passwd", "gopher://example.org/", "http://", "http:///a", "example.org",
        "http://user:secret@example.org/", "http://localhost/", "http://LOCALHOST./", "http://db.internal/", "http://x.local/",
        "http://127.0.0.1/", "http://127.1.2.3/", "http://10.0.0.1/", "http://172.16.0.1/", "http://192.168.1.1/",
        "http://169.254.169.254/", "http://100.64.0.1/", "http://0.0.0.0/", "http://224.0.0.1/", "http://255.255.255.255/",
        "http://[::1]/", "http://[::]/", "http://[fe80::1]/", "http://[fe80::1%25eth0]/", "http://[fc00::1]/", "http://[fd00:ec2::254]/",
        "http://[::ffff:127.0.0.1]/", "http://[::ffff:10.0.0.1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::7f00:1]/",
        "http://[2002:7f00:1::]/", "http://[ff02::1]/", "http://example.org:99999/",
    ],
)  # fmt: skip
async def test_addresses_that_are_not_public_are_refused_before_anything_is_sent(url: str) -> None:
    with pytest.raises(UnsafeAddress):
        await fetch(url)


def test_public_addresses_pass() -> None:
    for url in (
        "https://example.org/a?b#c",
        "http://93.184.216.34:8080/",
        "http://[2606:2800:220:1:248:1893:25c8:1946]/",
    ):
        check_url(url)
    check_address(ipaddress.ip_address("1.1.1.1"), "x")


def answering(
    *addresses: str,
) -> Callable[..., Awaitable[list[tuple[socket.AddressFamily, int, int, str, tuple[str, int]]]]]:
    async def getaddrinfo(_: object, host: str, port: int, **__: Any) -> Any:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return getaddrinfo


@pytest.mark.parametrize("spelling", ["rebind.example.org", "2130706433", "0x7f.1", "127.1"])
async def test_a_name_that_resolves_inside_the_network_is_refused(
    spelling: str, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", answering("127.0.0.1"))
    port = server.rpartition(":")[2]
    with pytest.raises(UnsafeAddress):
        await fetch(f"http://{spelling}:{port}/page")


async def test_one_bad_address_among_good_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", answering("93.184.216.34", "10.0.0.1"))
    with pytest.raises(UnsafeAddress):
        await fetch("http://two.example.org/")


async def test_a_name_is_resolved_once_and_the_checked_address_is_used(
    server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    async def getaddrinfo(_: object, host: str, port: int, **__: Any) -> Any:
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "10.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(asyncio.base_events.BaseEventLoop, "getaddrinfo", getaddrinfo)
    port = server.rpartition(":")[2]
    page = await fetch(f"http://once.example.org:{port}/page", allow=LOOPBACK)
    assert page.data.decode() == "<p>数据库</p>"
    assert asked == ["once.example.org"]

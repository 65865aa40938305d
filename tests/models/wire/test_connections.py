"""When a connection is used again and when not: the pool against a server that says byte for byte what it is told."""

import asyncio
import ssl
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from loomwork.models.wire.http import Call, WireBroken
from loomwork.models.wire.pool import PooledTransport

OK = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhi"
Says = Callable[[asyncio.StreamWriter, int], Awaitable[None]]


class Server:
    """Answers as `says` writes; counts connections and requests."""

    def __init__(self, says: Says) -> None:
        self.says = says
        self.connections = 0
        self.heads: list[bytes] = []
        self.bodies: list[bytes] = []
        self.gone = asyncio.Event()
        self.url = ""

    async def took(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self.heads.append(head)
                length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self.bodies.append(await reader.readexactly(length))
                await self.says(writer, len(self.heads))
        except (asyncio.IncompleteReadError, ConnectionError, ssl.SSLError):
            self.gone.set()
        finally:
            writer.close()


@asynccontextmanager
async def serving(says: Says, context: ssl.SSLContext | None = None) -> AsyncGenerator[Server]:
    made = Server(says)
    server = await asyncio.start_server(made.took, "127.0.0.1", 0, ssl=context)
    made.url = f"http{'s' if context else ''}://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1/x?a=1"
    async with server:
        yield made


def answering(raw: bytes) -> Says:
    async def says(writer: asyncio.StreamWriter, _count: int) -> None:
        writer.write(raw)

    return says


async def asked(transport: PooledTransport, server: Server, body: bytes = b"{}") -> bytes:
    reply = await transport.send(Call(url=server.url, headers={"x-key": "1"}, body=body))
    return b"".join([piece async for piece in reply.chunks()])


async def test_requests_one_after_another_share_a_connection_and_say_where_they_go() -> None:
    transport = PooledTransport()
    async with serving(answering(OK)) as server:
        assert [await asked(transport, server, b"x" * size) for size in (1, 200_000, 3)] == [b"hi"] * 3
        await transport.close()
    assert server.connections == 1
    assert [len(body) for body in server.bodies] == [1, 200_000, 3]
    place = server.url.partition("//")[2].partition("/")[0].encode()
    assert server.heads[0].startswith(b"POST /v1/x?a=1 HTTP/1.1\r\nhost: " + place + b"\r\n")
    assert b"\r\nx-key: 1\r\n" in server.heads[0]


async def test_requests_at_once_have_a_connection_each() -> None:
    transport, both = PooledTransport(), asyncio.Barrier(2)

    async def says(writer: asyncio.StreamWriter, _count: int) -> None:
        await both.wait()
        writer.write(OK)

    async with serving(says) as server:
        assert await asyncio.gather(asked(transport, server), asked(transport, server)) == [b"hi", b"hi"]
        await transport.close()
    assert server.connections == 2


@pytest.mark.parametrize(
    "raw",
    [
        b"HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi",
        b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nhithere",
    ],
    ids=["told to close", "more than was said"],
)
async def test_a_connection_that_may_not_be_used_again_is_closed(raw: bytes) -> None:
    transport = PooledTransport()
    async with serving(answering(raw)) as server:
        assert [await asked(transport, server) for _ in range(2)] == [b"hi", b"hi"]
        await transport.close()
    assert server.connections == 2


async def test_what_a_server_says_unasked_ends_the_connection_and_is_no_answer_to_the_next() -> None:
    transport = PooledTransport()

    async def says(writer: asyncio.StreamWriter, count: int) -> None:
        writer.write(OK)
        if count == 1:
            await writer.drain()
            asyncio.get_running_loop().call_later(0.01, writer.write, OK.replace(b"hi", b"no"))

    async with serving(says) as server:
        assert await asked(transport, server) == b"hi"
        async with asyncio.timeout(5):
            await server.gone.wait()
        assert await asked(transport, server) == b"hi"
        await transport.close()
    assert server.connections == 2


async def test_a_connection_that_the_server_closed_meanwhile_is_not_used() -> None:
    transport, closed = PooledTransport(), asyncio.Event()

    async def says(writer: asyncio.StreamWriter, count: int) -> None:
        writer.write(OK)
        if count == 1:
            await writer.drain()
            writer.close()
            await writer.wait_closed()
            closed.set()

    async with serving(says) as server:
        assert await asked(transport, server) == b"hi"
        await closed.wait()
        await asyncio.sleep(0)
        assert await asked(transport, server) == b"hi"
        await transport.close()
    assert server.connections == 2


async def test_a_caller_that_is_cancelled_leaves_no_answer_behind_for_the_next() -> None:
    transport, begun = PooledTransport(), asyncio.Event()

    async def says(writer: asyncio.StreamWriter, count: int) -> None:
        if count == 1:
            begun.set()
            return
        writer.write(OK)

    async with serving(says) as server:
        first = asyncio.create_task(asked(transport, server))
        await begun.wait()
        first.cancel()
        with pytest.raises(asyncio.CancelledError):
            await first
        async with asyncio.timeout(5):
            await server.gone.wait()
        assert await asked(transport, server) == b"hi"
        await transport.close()
    assert server.connections == 2


@pytest.mark.parametrize("raw", [b"", OK[:20], OK[:-1], b"nonsense\r\n\r\n"], ids=["", "head", "body", "nonsense"])
async def test_a_server_that_stops_halfway_is_a_broken_wire_whose_request_was_sent(raw: bytes) -> None:
    transport = PooledTransport()

    async def says(writer: asyncio.StreamWriter, _count: int) -> None:
        writer.write(raw)
        writer.close()

    async with serving(says) as server:
        with pytest.raises(WireBroken) as error:
            await asked(transport, server)
        await transport.close()
    assert error.value.sent


async def test_no_more_connections_are_opened_than_allowed_and_whoever_waits_is_served() -> None:
    transport, both, held = PooledTransport(connections=2), asyncio.Event(), asyncio.Event()

    async def says(writer: asyncio.StreamWriter, count: int) -> None:
        if count == 2:
            both.set()
        await held.wait()
        writer.write(OK)

    async with serving(says) as server, serving(answering(OK)) as other:
        tasks = [asyncio.create_task(asked(transport, server)) for _ in range(5)]
        await both.wait()
        tasks[-1].cancel()
        held.set()
        assert await asyncio.gather(*tasks[:-1]) == [b"hi"] * 4
        assert server.connections == 2
        assert await asked(transport, other) == b"hi", "an unused connection makes room for another server"
        await transport.close()


async def test_a_long_answer_waits_for_its_reader() -> None:
    transport, size, paused = PooledTransport(), 20 * 1024 * 1024, asyncio.Event()

    async def says(writer: asyncio.StreamWriter, _count: int) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % size)
        for _ in range(size // 65536):
            writer.write(b"x" * 65536)
            with_room = asyncio.create_task(writer.drain())
            done, _ = await asyncio.wait({with_room}, timeout=0.2)
            if not done:
                paused.set()
            await with_room

    async with serving(says) as server:
        reply = await transport.send(Call(url=server.url, headers={}, body=b""))
        async with asyncio.timeout(10):
            await paused.wait()
        found = 0
        async for piece in reply.chunks():
            found += len(piece)
        assert found == size
        await transport.close()


def anonymous(side: int) -> ssl.SSLContext:
    """TLS without certificates: what is tried here is the connection, not whom it trusts."""
    context = ssl.SSLContext(side)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    return context


async def test_an_https_address_is_spoken_to_in_tls_over_kept_connections(monkeypatch: pytest.MonkeyPatch) -> None:
    from loomwork.models.wire import pool

    monkeypatch.setattr(pool, "_trust", lambda: anonymous(ssl.PROTOCOL_TLS_CLIENT))
    transport = PooledTransport()
    async with serving(answering(OK), anonymous(ssl.PROTOCOL_TLS_SERVER)) as server:
        assert [await asked(transport, server) for _ in range(2)] == [b"hi", b"hi"]
        assert server.connections == 1
        await transport.close()


async def test_a_server_without_a_trusted_certificate_is_sent_nothing() -> None:
    transport = PooledTransport()
    async with serving(answering(OK), anonymous(ssl.PROTOCOL_TLS_SERVER)) as server:
        with pytest.raises(WireBroken) as error:
            await asked(transport, server)
        await transport.close()
    assert not error.value.sent
    assert server.heads == []


@pytest.mark.parametrize("url", ["ftp://a/", "/v1", "http://", "http://a:x/"])
async def test_what_is_no_address_is_not_sent(url: str) -> None:
    with pytest.raises(WireBroken) as error:
        await PooledTransport().send(Call(url=url, headers={}, body=b""))
    assert not error.value.sent


async def test_a_name_and_password_in_an_address_go_along_as_a_header() -> None:
    transport = PooledTransport()
    async with serving(answering(OK)) as server:
        server.url = server.url.replace("http://", "http://ann:p%40ss@")
        await asked(transport, server)
        await transport.close()
    assert b"\r\nauthorization: Basic YW5uOnBAc3M=\r\n" in server.heads[0]

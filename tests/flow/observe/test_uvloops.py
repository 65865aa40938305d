"""Rule 7 on a loop that the interpreter knows nothing of: uvloop opens sockets and starts programs by itself."""

import asyncio
import socket
from typing import Any

import aiohttp
import pytest
import uvloop
from aiohttp import web

from loomwork.flow.observe import Watch, own_io
from tests.flow.observe.conftest import App


def on_uvloop(work: Any) -> Any:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(work)


def test_a_connection_of_uvloop_and_what_is_sent_through_it_later_are_outside(app: App) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    port = server.getsockname()[1]
    module = app.module("""
        import asyncio
        async def connect(port):
            global LINE
            _, LINE = await asyncio.open_connection("127.0.0.1", port)
        async def send():
            LINE.write(b"x")
        async def close():
            LINE.close()
    """)

    async def work() -> list[Watch]:
        return [
            await app.acall(module.connect, port),
            await app.acall(module.send),
            await app.acall(module.close),
        ]

    connected, sent, closed = on_uvloop(work())
    assert connected.outside == {f"network: connect 127.0.0.1:{port}"}
    assert sent.outside == {"network: write"}, "the connection is older than this call"
    assert closed.outside == set()
    server.close()


def test_a_kept_connection_of_an_http_client_on_uvloop_is_outside_each_time(app: App) -> None:
    module = app.module("""
        import aiohttp
        SESSIONS = []
        async def ask(url):
            if not SESSIONS:
                SESSIONS.append(aiohttp.ClientSession())
            async with SESSIONS[0].get(url) as answer:
                return await answer.text()
    """)

    async def work() -> list[Watch]:
        runner = await serving()
        watches = [await app.acall(module.ask, url_of(runner)) for _ in range(2)]
        assert app.result == "well"
        await module.SESSIONS[0].close()
        await runner.cleanup()
        return watches

    first, second = on_uvloop(work())
    assert any(reason.startswith("network: connect") for reason in first.outside)
    assert "network: write" in second.outside


def test_loomworks_own_requests_on_uvloop_are_nobodys_observation(app: App) -> None:
    module = app.module("""
        async def ask(request):
            return await request()
    """)

    async def work() -> Watch:
        runner = await serving()
        async with aiohttp.ClientSession() as session:

            async def request() -> str:
                with own_io():
                    async with session.get(url_of(runner)) as answer:
                        return await answer.text()

            watch = await app.acall(module.ask, request)
        await runner.cleanup()
        return watch

    assert on_uvloop(work()).outside == set()
    assert app.result == "well"


def test_a_program_that_uvloop_starts_is_outside_and_reads_the_files_named_to_it(app: App) -> None:
    app.write("words.txt", "one")
    module = app.module("""
        import asyncio
        async def f():
            started = await asyncio.create_subprocess_exec("cat", "words.txt", stdout=asyncio.subprocess.PIPE)
            text, _ = await started.communicate()
            return text
    """)
    watch = on_uvloop(app.acall(module.f))
    assert app.result == b"one"
    assert "subprocess: cat" in watch.outside
    assert app.paths(watch) == ["words.txt"]


@pytest.mark.parametrize("command", ["true", "echo one"])
def test_a_command_line_that_uvloop_starts_is_outside(app: App, command: str) -> None:
    module = app.module("""
        import asyncio
        async def f(command):
            return await (await asyncio.create_subprocess_shell(command, stdout=-3)).wait()
    """)
    watch = on_uvloop(app.acall(module.f, command))
    assert app.result == 0
    assert watch.outside == {f"subprocess: {command.split(maxsplit=1)[0]}"}


def test_a_name_that_uvloop_resolves_is_outside(app: App) -> None:
    module = app.module("""
        import asyncio
        async def f():
            return len(await asyncio.get_running_loop().getaddrinfo("127.0.0.1", 80))
    """)
    assert on_uvloop(app.acall(module.f)).outside == {"network: resolve"}


def test_a_socket_that_uvloop_connects_is_outside(app: App) -> None:
    server = socket.create_server(("127.0.0.1", 0))
    module = app.module("""
        import asyncio, socket
        async def f(port):
            line = socket.socket()
            line.setblocking(False)
            await asyncio.get_running_loop().sock_connect(line, ("127.0.0.1", port))
            line.close()
    """)
    watch = on_uvloop(app.acall(module.f, server.getsockname()[1]))
    assert any(reason.startswith("network: connect") for reason in watch.outside)
    server.close()


async def serving() -> web.AppRunner:
    async def well(_request: web.Request) -> web.Response:
        return web.Response(text="well")

    made = web.Application()
    made.router.add_get("/", well)
    runner = web.AppRunner(made)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner


def url_of(runner: web.AppRunner) -> str:
    return f"http://127.0.0.1:{runner.addresses[0][1]}/"

"""How requests end that do not end well: clients that leave, deadlines, streams that break, a server that stops."""

import asyncio
import json
import threading
import time
from collections.abc import Callable
from pathlib import Path

import aiohttp
import pytest

from loomwork.testing.replies import Fault, Script
from tests.gateway.asking import ask, hello
from tests.gateway.running import Running, running

SLOW = """
from loomwork import model, step

@step
async def slow(question: str):
    yield "a"
    yield await model("smart").ask(question)
"""


def _connections(served: Running) -> bool:
    """Whether the gateway has a connection to the double that is still open."""
    return any(not each.is_closing() for each in set(served.double._known))


async def _upstream_is_free(served: Running) -> float:
    """Wait until no connection to the double is open; the seconds that it took."""
    begun = time.perf_counter()
    await _until(lambda: not _connections(served))
    return time.perf_counter() - begun


@pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])
async def test_a_client_that_leaves_ends_the_call_upstream_within_200_ms(tmp_path: Path, stream: bool) -> None:
    fault = Fault(kind="drip", seconds=0.05) if stream else Fault(kind="hang")
    with running(tmp_path, script=Script(faults=(fault,), chunk=1)) as served:
        async with aiohttp.ClientSession() as session:
            if stream:
                answer = await session.post(served.v1 + "/chat/completions", json=hello("smart", stream=True))
                await answer.content.readany()
                answer.close()
            else:
                asking = asyncio.create_task(session.post(served.v1 + "/chat/completions", json=hello("smart")))
                await _until(lambda: served.double.open == 1)
                asking.cancel()
        took = await _upstream_is_free(served)
        row = served.notes.until(1)[0]
        assert took < 0.2
        assert (row.status, row.error) == (499, "ClientLeft")
        spans = served.spans(row.trace)
        assert [span.status for span in spans] == ["error", "error"]


async def _until(holds: Callable[[], bool]) -> None:
    await asyncio.to_thread(_wait, holds)


def _wait(holds: Callable[[], bool]) -> None:
    """Look again and again, as what is looked at tells nobody when it changes."""
    ends, tick = time.monotonic() + 5, threading.Event()
    while not holds():
        assert time.monotonic() < ends
        tick.wait(0.001)


@pytest.mark.parametrize(
    ("settings", "fault", "stream", "phase"),
    [
        ('first_token = "200ms"', Fault(kind="hang"), True, "first token"),
        ('next_token = "200ms"', Fault(kind="drip", seconds=0.5), True, "next token"),
        ('total = "300ms"', Fault(kind="drip", seconds=0.1), True, "total"),
        ('total = "200ms"', Fault(kind="hang"), False, "total"),
    ],
    ids=["first", "next", "total streamed", "total whole"],
)
async def test_a_deadline_that_passes_ends_the_request_in_time(
    tmp_path: Path, settings: str, fault: Fault, stream: bool, phase: str
) -> None:
    with running(tmp_path, f"[gateway]\n{settings}\n", script=Script(faults=(fault,), chunk=1)) as served:
        begun = time.perf_counter()
        got = await ask(served, hello("smart", stream=stream))
        took = time.perf_counter() - begun
        row = served.notes.until(1)[0]
        assert (row.status, row.error) == (504, "TooSlow")
        assert took < 3
        if got.status == 200:
            events = [line[6:] for line in got.body.decode().split("\n") if line.startswith("data: ")]
            assert "[DONE]" not in events
            assert phase in json.loads(events[-1])["error"]["message"]
        else:
            assert got.status == 504
            assert phase in got.body["error"]["message"]
        assert await _upstream_is_free(served) < 0.3


async def test_a_stream_of_a_step_ends_with_its_client(tmp_path: Path) -> None:
    script = Script(faults=(Fault(kind="hang"),))
    with running(tmp_path, '[serve.slow]\nstep = "app:slow"\n', app=SLOW, script=script) as served:
        async with aiohttp.ClientSession() as session:
            answer = await session.post(served.v1 + "/chat/completions", json=hello("slow", stream=True))
            await answer.content.readany()
            answer.close()
        assert await _upstream_is_free(served) < 0.3
        assert served.notes.until(1)[0].status == 499


@pytest.mark.parametrize(
    ("raw", "status", "code"),
    [
        (b"", 400, "invalid_json"),
        (b"[1]", 400, "invalid_json"),
        (b'{"model": "smart"', 400, "invalid_json"),
        (b"\xff\xfe", 400, "invalid_json"),
        (b'{"a":' * 5000, 400, "invalid_json"),
        (b'{"model": 3}', 400, "invalid_value"),
        (b'{"model": "smart", "messages": "' + b"x" * 2000 + b'"}', 413, "request_too_large"),
    ],
    ids=["empty", "list", "cut", "no text", "deep", "number", "large"],
)
async def test_a_body_that_is_no_request_is_refused_in_the_apis_shape(
    tmp_path: Path, raw: bytes, status: int, code: str
) -> None:
    with running(tmp_path, '[gateway]\nbody_limit = "1KiB"\n' if code == "request_too_large" else "") as served:
        async with (
            aiohttp.ClientSession() as session,
            session.post(served.v1 + "/chat/completions", data=raw) as answer,
        ):
            found = await answer.json()
        assert answer.status == status
        assert found["error"]["code"] == code
        assert len(answer.headers["x-loomwork-trace"]) == 32


async def test_addresses_that_are_not_there_say_so(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        missing = await ask(served, {}, path="/v1/nothing")
        assert (missing.status, missing.body["error"]["code"]) == (404, "unknown_url")
        async with aiohttp.ClientSession() as session:
            async with session.get(served.v1 + "/chat/completions") as answer:
                assert answer.status == 405
            for path in ("/healthz", "/readyz", "/metrics", "/openapi.json"):
                async with session.get(served.url + path) as answer:
                    assert answer.status == 200, path


async def test_a_key_that_is_needed_and_missing_is_401_in_each_apis_shape(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        secret = served.key(owner="ada", scopes=["embed"])
        anthropic = {"model": "claude", "max_tokens": 5, "messages": [{"role": "user", "content": "x"}]}
        none = await ask(served, hello("smart"))
        assert (none.status, none.body["error"]["type"]) == (401, "authentication_error")
        theirs = await ask(served, anthropic, path="/v1/messages")
        assert (theirs.status, theirs.body["error"]["type"]) == (401, "authentication_error")
        scope = await ask(served, hello("smart"), headers={"authorization": f"Bearer {secret}"})
        assert (scope.status, scope.body["error"]["code"]) == (403, "scope_missing")
        assert served.double.calls == 0
        assert secret not in str(served.rows)
        assert (
            await ask(served, {"model": "smart", "input": "a"}, path="/v1/embeddings", headers={"x-api-key": secret})
        ).status == 200

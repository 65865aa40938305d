"""What a call costs this process, beside the bare HTTP library in the same run."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator

import aiohttp
import msgspec
import pytest
from yarl import URL

from loomwork.kernel.messages import Message, Request
from loomwork.models import Catalog, ModelSettings

CALLS = 2000
ASK = Request(messages=(Message.system("Answer briefly."), Message.user("What is the capital of France? " * 8)))


async def micros(call: Callable[[], Awaitable[object]]) -> float:
    """CPU microseconds a call, the best of three rounds."""
    best = float("inf")
    for _ in range(3):
        begun = time.process_time()

        async def worker() -> None:
            for _ in range(CALLS // 16):
                await call()

        await asyncio.gather(*(worker() for _ in range(16)))
        best = min(best, (time.process_time() - begun) / CALLS * 1e6)
    return best


@pytest.fixture
def base() -> Iterator[str]:
    command = [sys.executable, "-m", "loomwork.testing.double", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        yield process.stdout.readline().strip()
        process.terminate()


@pytest.mark.nightly
async def test_a_call_costs_little_more_than_the_http_library_itself(
    base: str, capsys: pytest.CaptureFixture[str]
) -> None:
    catalog = Catalog({"m": ModelSettings(base_url=base, model="m", temperature=0)}, env={})
    body = msgspec.json.encode({"model": "m", "messages": [{"role": "user", "content": "x" * 300}]})
    url = URL(base + "/chat/completions")
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as session:

        async def bare() -> object:
            async with session.post(url, data=body) as response:
                return msgspec.json.decode(await response.read())

        theirs = await micros(bare)
        ours = await micros(lambda: catalog.complete("m", ASK))
    await catalog.close()
    with capsys.disabled():
        sys.stdout.write(f"\nCPU a call: {ours:.0f} µs, bare aiohttp with msgspec {theirs:.0f} µs\n")
    assert ours < 2.2 * theirs

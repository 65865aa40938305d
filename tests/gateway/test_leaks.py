"""After many requests of every kind nothing is left: no task, no descriptor, no object for each request.

The load is that of the soak (`bench.soak`): hits, misses, streams, steps, vectors, errors, clients that leave. It comes
over real sockets, from several clients at once, to a gateway in a thread of its own.
"""

import asyncio
import contextlib
import gc
import logging
import os
import random
import threading
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any, NamedTuple

import aiohttp
import msgspec
import pytest

from bench.soak import served as soaked
from bench.soak.load import KINDS, Came
from loomwork.testing.replies import Script
from loomwork.workspace.serving import Built
from tests.gateway.running import Running, running

CLIENTS = 16
WARM = 600
"""Requests after which all that is made once is made."""
PARTS = 4
FULL = 100_000
"""Requests after which every cache that has a bound has reached it long ago."""
KEPT = Path(soaked.HERE) / "app" / "app.py"


class Held(NamedTuple):
    """What the process and the gateway's loop hold."""

    tasks: int
    sockets: int
    files: int
    threads: int
    objects: int
    resident_mb: float


async def _tasks(served: Running) -> int:
    """Tasks on the gateway's loop, but for the one that counts."""

    async def count() -> int:
        return len(asyncio.all_tasks()) - 1

    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(count(), served.loop))


def _descriptors() -> Counter[str]:
    found: Counter[str] = Counter()
    for name in os.listdir("/proc/self/fd"):
        with contextlib.suppress(OSError):
            found["socket" if os.readlink(f"/proc/self/fd/{name}").startswith("socket:") else "file"] += 1
    return found


def _resident_mb() -> float:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6


async def _held(served: Running) -> Held:
    """Let go of connections that are kept for later, and count what is left."""
    await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(served.workspace.models.close(), served.loop))
    served.workspace.runtime.recorder.flush()
    served.workspace.store.requests.flush()
    served.double.reset()
    gc.collect()
    open_ones = _descriptors()
    return Held(
        await _tasks(served), open_ones["socket"], open_ones["file"], threading.active_count(), len(gc.get_objects()),
        _resident_mb(),
    )  # fmt: skip


async def _settled(served: Running, until: Callable[[Held], bool]) -> Held:
    """Count again until it is as wanted, or for a while: sockets close when the loop has its turn."""
    tick = threading.Event()
    for _ in range(100):
        held = await _held(served)
        if until(held):
            return held
        await asyncio.to_thread(tick.wait, 0.05)
    return await _held(served)


async def _load(served: Running, count: int, seed: int) -> Came:
    """Send `count` requests, a few clients at a time."""
    came, chance = Came(), random.Random(seed)
    kinds, weights = list(KINDS), [weight for weight, _ in KINDS.values()]
    numbers = iter(range(seed * 1_000_000, seed * 1_000_000 + count))

    async def client() -> None:
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=120)) as session:
            for n in numbers:
                kind = chance.choices(kinds, weights)[0]
                came.note(kind, await kind(session, served.url, chance, n), 0.0)

    await asyncio.gather(*(client() for _ in range(CLIENTS)))
    return came


@pytest.fixture
async def served(tmp_path: Path) -> AsyncGenerator[Running]:
    """The soak's project, noted in its store as it is when it is served."""
    real: list[Any] = []

    def note(built: Built) -> None:
        real.append(built.gateway.notes)

    logs = [logging.getLogger(name) for name in ("loomwork", "aiohttp.server")]  # the second one is the double's
    before = [log.level for log in logs]
    for log in logs:
        log.setLevel(logging.CRITICAL)  # pytest keeps every record of a test, with its traceback, to the test's end
    script = msgspec.convert({**soaked.SCRIPT, "latency_s": 0.0}, Script)
    app = KEPT.read_text(encoding="utf-8")
    with running(tmp_path, models=soaked.SETTINGS, app=app, script=script, changed=note) as found:
        found.gateway.notes = real[0]
        yield found
    for log, level in zip(logs, before, strict=True):
        log.setLevel(level)


@pytest.mark.parametrize("count", [2_000, pytest.param(FULL, marks=pytest.mark.nightly)])
async def test_nothing_is_left_of_requests_that_ended(
    served: Running, count: int, record_property: Callable[[str, object], None]
) -> None:
    await _load(served, WARM, 1)
    before = min([await _held(served) for _ in range(8)])  # clients that left may still be on their way out
    held: list[Held] = []
    for part in range(PARTS):
        came = await _load(served, count // PARTS, 2 + part)
        assert came.total == count // PARTS
        assert not came.wrong, came.wrong
        held.append(await _settled(served, lambda now: now.tasks <= before.tasks and now.sockets <= before.sockets))
        record_property(f"after {(part + 1) * came.total} requests", str(held[-1]))
    after = held[-1]
    assert served.gateway.open == 0
    assert served.double.open == 0
    assert after.tasks <= before.tasks
    assert after.sockets <= before.sockets
    assert after.files <= before.files + 2
    assert after.threads <= before.threads + CLIENTS
    if count >= FULL:
        each = (after.objects - held[-2].objects) / (count / PARTS)
        assert each < 0.1, f"{each} objects are kept for each request: {held}"

"""Virtual time: waiting costs nothing, order is kept, and a program that would wait for ever says so."""

import asyncio
import time

import pytest

from loomwork.testing import loop
from loomwork.testing.loop import LoopClock, StuckError, run_virtual


def test_hours_pass_at_once_and_in_order() -> None:
    async def go() -> list[str]:
        order: list[str] = []

        async def nap(name: str, seconds: float) -> None:
            await LoopClock().sleep(seconds)
            order.append(f"{name} {LoopClock().monotonic():g}")

        await asyncio.gather(nap("b", 7200), nap("a", 3600), nap("c", 7200))
        return order

    begun = time.monotonic()
    assert run_virtual(go()) == ["a 3600", "b 7200", "c 7200"]
    assert time.monotonic() - begun < 5


def test_a_timeout_is_virtual_too() -> None:
    async def go() -> float:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(500):
                await asyncio.get_running_loop().create_future()
        return LoopClock().monotonic()

    assert run_virtual(go()) == 500


def test_threads_still_work() -> None:
    async def go() -> int:
        return await asyncio.to_thread(lambda: 7)

    assert run_virtual(go()) == 7


def test_a_program_that_would_wait_for_ever_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loop, "_REAL_WAIT_S", 0.05)

    async def go() -> None:
        await asyncio.get_running_loop().create_future()

    with pytest.raises(StuckError):
        run_virtual(go())

"""Time that is moved by hand."""

import asyncio

from loomwork.kernel.clock import ManualClock, SystemClock


async def test_sleepers_wake_in_the_order_of_their_moments() -> None:
    clock, woken = ManualClock(), []

    async def sleeper(seconds: float) -> None:
        await clock.sleep(seconds)
        woken.append((seconds, clock.monotonic()))

    tasks = [asyncio.create_task(sleeper(seconds)) for seconds in (3, 1, 2)]
    await clock.advance(2.5)
    assert woken == [(1, 1.0), (2, 2.0)]
    assert clock.monotonic() == 2.5
    await clock.advance(1)
    await asyncio.gather(*tasks)
    assert woken[-1] == (3, 3.0)


async def test_a_task_that_sleeps_again_wakes_at_its_own_moment() -> None:
    clock, moments = ManualClock(), []

    async def ticking() -> None:
        for _ in range(5):
            await clock.sleep(1)
            moments.append(clock.monotonic())

    task = asyncio.create_task(ticking())
    await clock.advance(10)
    await task
    assert moments == [1.0, 2.0, 3.0, 4.0, 5.0]


async def test_sleepers_of_one_moment_wake_in_the_order_they_lay_down() -> None:
    clock, woken = ManualClock(), []

    async def sleeper(name: int) -> None:
        await clock.sleep(1)
        woken.append(name)

    tasks = [asyncio.create_task(sleeper(name)) for name in range(10)]
    await clock.advance(1)
    await asyncio.gather(*tasks)
    assert woken == list(range(10))


async def test_a_cancelled_sleeper_is_forgotten() -> None:
    clock = ManualClock()
    task = asyncio.create_task(clock.sleep(1))
    await asyncio.sleep(0)
    assert clock.sleeping == 1
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert clock.sleeping == 0
    await clock.advance(2)


async def test_no_sleep_needs_no_time_to_pass() -> None:
    clock = ManualClock()
    await clock.sleep(0)
    await SystemClock().sleep(-1)
    assert clock.monotonic() == 0


def test_the_machines_clock_moves_forward() -> None:
    clock = SystemClock()
    assert clock.now_ns() > 1_700_000_000_000_000_000
    assert clock.monotonic() <= clock.monotonic()

"""FLOW.md rules 10 and 11: streams, single flight, recursion, cancellation."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from loomwork.kernel.errors.flow import RecursiveStep, StepTimeout
from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    import asyncio
    from loomwork.flow.step import step

    @step
    async def slow(text: str) -> list:
        await asyncio.sleep(0.02)
        return [text]

    @step
    async def both(text: str) -> list:
        return await asyncio.gather(slow(text), slow(text), slow(text + "!"))

    @step(timeout=0.01)
    async def hurried() -> None:
        await asyncio.sleep(30)

    @step
    async def endless(n: int) -> int:
        return await endless(n)

    @step
    async def ping(n: int) -> int:
        return await pong(n)

    @step
    async def pong(n: int) -> int:
        await asyncio.sleep(0)
        return await ping(n)

    @step
    async def down(n: int) -> int:
        return 0 if n == 0 else 1 + await down(n - 1)

    @step
    async def words(text: str):
        for word in text.split():
            await asyncio.sleep(0)
            yield word

    @step
    async def breaks(text: str):
        yield text
        raise ValueError("cut")
"""


async def test_identical_calls_in_flight_are_made_once(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        first, second, other = await opened.app.both("a")
        assert (first, second, other) == (["a"], ["a"], ["a!"])
        assert first is not second, "each caller has a value of its own"
        assert opened.ran() == {"both": 1, "slow": 2}
        assert opened.hits() == {"slow": 1}


async def test_the_call_goes_on_while_one_waiter_is_left_and_ends_with_the_last(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        first = asyncio.create_task(opened.app.slow("a"))
        second = asyncio.create_task(opened.app.slow("a"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        first.cancel()
        assert await second == ["a"]
        lonely = asyncio.create_task(opened.app.slow("b"))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        lonely.cancel()
        with pytest.raises(asyncio.CancelledError):
            await lonely
        assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("loomwork-step")]
    with project.open() as again:
        await again.app.slow("b")
        assert again.ran() == {"slow": 1}, "a cancelled call leaves no memo"


async def test_a_step_that_takes_too_long_fails_with_its_name(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened, pytest.raises(StepTimeout, match="hurried"):
        await opened.app.hurried()


async def test_a_call_equal_to_its_own_ancestor_is_an_error_and_not_a_hang(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        async with asyncio.timeout(5):
            with pytest.raises(RecursiveStep):
                await opened.app.endless(1)
            with pytest.raises(RecursiveStep):
                await asyncio.gather(opened.app.ping(1), opened.app.pong(1))


async def test_a_step_that_calls_itself_with_other_arguments_is_memoised_at_each_level(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as first:
        assert await first.app.down(3) == 3
        assert first.ran() == {"down": 4}
    with project.open() as second:
        assert await second.app.down(4) == 4
        assert second.ran() == {"down": 1}


async def test_a_stream_passes_chunks_on_and_a_hit_yields_the_recorded_ones(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as first:
        assert [word async for word in first.app.words("a b c")] == ["a", "b", "c"]
    with project.open() as second:
        assert [word async for word in second.app.words("a b c")] == ["a", "b", "c"]
        assert second.ran() == {}


async def test_an_abandoned_or_broken_stream_is_not_memoised(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        stream = opened.app.words("a b c")
        assert await anext(stream) == "a"
        await stream.aclose()
        assert [word async for word in opened.app.words("a b c")] == ["a", "b", "c"]
        assert opened.ran() == {"words": 1}, "an abandoned one is not counted as run to its end"
        for _ in range(2):
            with pytest.raises(ValueError, match="cut"):
                [word async for word in opened.app.breaks("x")]
        assert opened.ran() == {"words": 1, "breaks": 2}

"""FLOW.md rule 7: what cannot be verified is reused within its run, and across runs only where declared."""

from __future__ import annotations

from collections.abc import Callable

from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    import time
    from loomwork.flow.step import step

    @step
    async def now() -> float:
        return time.time()

    @step(cache="on")
    async def once() -> float:
        return time.time()

    @step(ttl="1h")
    async def hourly() -> float:
        return time.time()

    @step(cache="off")
    async def never() -> int:
        return 1

    @step
    async def fixed() -> int:
        time.time()
        return 7

    @step
    async def after(n: int) -> int:
        return n + 1

    @step
    async def chain() -> int:
        return await after(await fixed())
"""


async def test_an_outside_step_is_memoised_within_its_run_only(lab: Make) -> None:
    project = lab(app=APP)
    with project.open(run="r-one") as first:
        assert await first.app.now() == await first.app.now()
        assert first.ran() == {"now": 1}
    with project.open(run="r-two") as second:
        await second.app.now()
        assert second.ran() == {"now": 1}


async def test_declared_outside_steps_are_reused_across_runs(lab: Make) -> None:
    project = lab(app=APP)
    with project.open(run="r-one") as first:
        values = await first.app.once(), await first.app.hourly()
    with project.open(run="r-two") as second:
        assert (await second.app.once(), await second.app.hourly()) == values
        assert second.ran() == {}


async def test_a_step_with_cache_off_always_runs(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        await opened.app.never()
        await opened.app.never()
        assert opened.ran() == {"never": 2}


async def test_an_equal_fresh_answer_protects_what_follows(lab: Make) -> None:
    project = lab(app=APP)
    with project.open(run="r-one") as first:
        assert await first.app.chain() == 8
    with project.open(run="r-two") as second:
        assert await second.app.chain() == 8
        assert second.ran() == {"chain": 1, "fixed": 1}, "after sees the same number"

"""How a stale answer could slip through while declarations, clocks, code and tasks go their own way."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from loomwork.flow.context import entered
from loomwork.kernel.clock import ManualClock
from tests.flow.lab import Lab

Make = Callable[..., Lab]


async def test_a_memo_answers_a_step_only_as_it_is_declared_now(lab: Make) -> None:
    project = lab(
        app="""
        import time
        from loomwork.flow.step import step

        @step(cache="on")
        async def now() -> float:
            return time.time()
        """
    )
    with project.open() as first:
        value = await first.app.now()
    project.edit("app.py", '@step(cache="on")', "@step")
    with project.open() as second:
        assert await second.app.now() != value, "it says no more that an old answer will do"
    project.edit("app.py", "@step\n", '@step(cache="on")\n')
    with project.open() as third:
        assert await third.app.now() == value
        assert third.ran() == {}
    project.edit("app.py", '@step(cache="on")', '@step(cache="off")')
    with project.open() as fourth:
        assert await fourth.app.now() != await fourth.app.now()
        assert len(set(await asyncio.gather(fourth.app.now(), fourth.app.now()))) == 2, "nor is one shared in flight"


async def test_a_shorter_ttl_and_a_clock_set_back_end_a_memo(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        COUNT = []

        @step(ttl="1h", ignore=["COUNT"])
        async def count() -> int:
            COUNT.append(1)
            return len(COUNT)
        """
    )
    clock = ManualClock(start_ns=1_800_000_000 * 10**9)
    with project.open(clock=clock) as opened:
        assert [await opened.app.count(), await opened.app.count()] == [1, 1]
        await clock.advance(3601)
        assert await opened.app.count() == 2
    back = ManualClock(start_ns=1_700_000_000 * 10**9)
    with project.open(clock=back) as opened:
        assert await opened.app.count() == 1
        assert opened.ran() == {"count": 1}, "a memo from the future has no age"
    project.edit("app.py", '"1h"', '"1s"')
    later = ManualClock(start_ns=1_700_000_000 * 10**9 + 5 * 10**9)
    with project.open(clock=later) as opened:
        await opened.app.count()
        assert opened.ran() == {"count": 1}, "the new declaration counts, not the one of then"


async def test_refresh_is_not_answered_by_a_memo_of_the_future(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        COUNT = []

        @step(ignore=["COUNT"])
        async def count(start: int) -> int:
            COUNT.append(1)
            return start + len(COUNT)
        """
    )
    with project.open(clock=ManualClock(start_ns=1_800_000_000 * 10**9)) as opened:
        assert await opened.app.count(0) == 1
    with project.open(
        clock=ManualClock(start_ns=1_700_000_000 * 10**9), refresh=frozenset({"app:count"}), run="r-again"
    ) as opened:
        opened.app.COUNT.append(1)
        assert await opened.app.count(0) == 2


async def test_code_and_values_that_change_during_a_call_forbid_its_memo(lab: Make) -> None:
    project = lab(
        app="""
        import asyncio
        from loomwork.flow.step import step

        CONSTANT = 1
        GATE = None

        @step(ignore=["GATE"])
        async def late() -> int:
            await GATE.wait()
            return CONSTANT
        """
    )
    with project.open() as opened:
        opened.app.GATE = asyncio.Event()
        call = asyncio.create_task(opened.app.late())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        opened.app.CONSTANT = 2  # a notebook's next cell
        opened.app.GATE.set()
        assert await call == 2
        assert await opened.app.late() == 2
    with project.open() as again:
        again.app.GATE = asyncio.Event()
        again.app.GATE.set()
        assert await again.app.late() == 1


async def test_an_edit_on_disk_belongs_to_the_next_process(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        def help(x):
            return x + 1

        @step
        async def answer(x: int) -> int:
            return help(x)
        """
    )
    with project.open() as older:
        project.edit("app.py", "x + 1", "x + 2")
        assert await older.app.answer(1) == 2, "this process runs what it has loaded"
    with project.open() as newer:
        assert await newer.app.answer(1) == 3


async def test_sessions_by_hand_do_not_share_what_touched_the_outside(lab: Make) -> None:
    project = lab(
        app="""
        import time
        from loomwork.flow.step import step

        @step
        async def now() -> float:
            return time.time()
        """
    )
    values: list[float] = []
    for _ in range(2):
        with project.open() as opened, entered(opened.runtime.root()):
            values.append(await opened.app.now())
            assert await opened.app.now() == values[-1]
    assert len(set(values)) == 2


async def test_a_call_by_a_task_that_outlived_its_step_makes_the_active_ones_outside(lab: Make) -> None:
    project = lab(
        app="""
        import asyncio
        from loomwork.flow.step import step

        BOX = {}

        @step
        async def look(x: int) -> int:
            return x + 1

        async def work():
            while True:
                x, future = await BOX["queue"].get()
                future.set_result(await look(x))

        @step(ignore=["BOX"])
        async def ask(x: int) -> int:
            if "task" not in BOX:
                BOX["queue"] = asyncio.Queue()
                BOX["task"] = asyncio.create_task(work())
            future = asyncio.get_running_loop().create_future()
            await BOX["queue"].put((x, future))
            return await future
        """
    )
    with project.open() as first:
        assert [await first.app.ask(n) for n in (1, 2)] == [2, 3]
        first.app.BOX["task"].cancel()
    project.edit("app.py", "return x + 1", "return x + 5")
    with project.open() as second:
        assert [await second.app.ask(n) for n in (2, 1)] == [7, 6]
        second.app.BOX["task"].cancel()

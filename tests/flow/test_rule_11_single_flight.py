"""FLOW.md rule 11: identical calls are made once, nobody waits for himself, and nobody is cancelled for another."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

import pytest

from loomwork.flow.running import Dataset, RunOptions, run_dataset
from loomwork.kernel.errors.flow import RecursiveStep
from tests.flow.lab import Lab
from tests.flow.test_run import rows

Make = Callable[..., Lab]

APP = """
    import asyncio
    import threading
    from loomwork.flow.step import step

    BOX = {}

    @step(ignore=["BOX"])
    async def slow(x: int) -> list:
        BOX["calls"] = BOX.get("calls", 0) + 1
        BOX["begun"].set()
        try:
            await BOX["gate"].wait()
        except asyncio.CancelledError:
            BOX["cancelling"].set()
            await BOX["cleanup"].wait()
            raise
        return [x]

    @step(ignore=["BOX"])
    def work(x: int) -> list:
        BOX["calls"] = BOX.get("calls", 0) + 1
        BOX["inside"].set()
        assert BOX["go"].wait(20)
        return [x]

    def meet_once():
        if not BOX.setdefault(threading.get_ident(), False):
            BOX[threading.get_ident()] = True
            BOX["both"].wait(20)

    @step(ignore=["BOX", "meet_once"])
    def ping(n: int) -> int:
        meet_once()
        return pong(n)

    @step(ignore=["BOX", "meet_once"])
    def pong(n: int) -> int:
        meet_once()
        return ping(n)

    @step(ignore=["BOX"])
    def through_loop(x: int) -> int:
        BOX["inside"].set()
        return BOX["submit"](leaf, x)

    @step
    async def leaf(x: int) -> int:
        await asyncio.sleep(0)
        return x + 1

    @step
    async def sync_on_the_loop(x: int) -> int:
        return through_loop(x) if x < 0 else leaf_sync(x)

    @step
    def leaf_sync(x: int) -> int:
        return x + 1

    @step(cache="off")
    async def fresh() -> list:
        await asyncio.sleep(0)
        return []

    @step(ignore=["BOX"])
    def meet(n: int) -> int:
        BOX["party"].wait(20)
        return n
"""


async def test_who_shares_a_result_has_a_value_of_his_own_whatever_the_others_do_to_theirs(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        opened.app.BOX.update(gate=asyncio.Event(), begun=asyncio.Event())

        async def use(name: str) -> list[object]:
            found: list[object] = await opened.app.slow(1)
            found.append(name)
            return found

        users = [asyncio.create_task(use(name)) for name in "abc"]
        await asyncio.sleep(0)
        opened.app.BOX["gate"].set()
        assert await asyncio.gather(*users) == [[1, "a"], [1, "b"], [1, "c"]]
        assert opened.app.BOX["calls"] == 1


async def test_who_comes_while_a_call_is_being_cancelled_starts_a_new_one(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        box = opened.app.BOX
        box.update({name: asyncio.Event() for name in ("gate", "cleanup", "begun", "cancelling")})
        first = asyncio.create_task(opened.app.slow(1))
        await box["begun"].wait()
        first.cancel()
        await box["cancelling"].wait()
        second = asyncio.create_task(opened.app.slow(1))
        await asyncio.sleep(0)
        box["cleanup"].set()
        box["gate"].set()
        assert await second == [1], "nobody has cancelled this one"
        with pytest.raises(asyncio.CancelledError):
            await first
        assert box["calls"] == 2


async def test_a_step_with_cache_off_is_not_shared_in_flight(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        await asyncio.gather(opened.app.fresh(), opened.app.fresh())
        assert opened.ran() == {"fresh": 2}


def test_identical_sync_calls_of_several_threads_are_made_once(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        box = opened.app.BOX
        box["inside"], box["go"] = threading.Event(), threading.Event()
        with ThreadPoolExecutor(3) as pool:
            calls = [pool.submit(copy_context().run, opened.app.work, 1) for _ in range(3)]
            assert box["inside"].wait(20)
            box["go"].set()
            found = [call.result(20) for call in calls]
        assert found == [[1]] * 3
        assert box["calls"] == 1


def test_two_threads_that_come_to_a_recursion_from_two_ends_get_an_error_and_no_deadlock(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        opened.app.BOX["both"] = threading.Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            calls = [pool.submit(copy_context().run, each, 1) for each in (opened.app.ping, opened.app.pong)]
            for call in calls:
                with pytest.raises(RecursiveStep):
                    call.result(60)


async def test_a_sync_call_on_the_loop_does_not_wait_for_one_that_needs_the_loop(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        box = opened.app.BOX
        loop = asyncio.get_running_loop()
        box["inside"] = threading.Event()
        box["submit"] = lambda leaf, x: asyncio.run_coroutine_threadsafe(leaf(x), loop).result(20)
        async with asyncio.timeout(20):
            thread = asyncio.create_task(asyncio.to_thread(opened.app.through_loop, 1))
            await asyncio.to_thread(box["inside"].wait, 20)
            box["submit"] = lambda _leaf, x: x + 1
            assert opened.app.through_loop(1) == 2, "made once more rather than waited for"
            assert await thread == 2


async def test_sync_items_of_a_run_work_side_by_side_as_many_as_asked(lab: Make) -> None:
    project = lab(app=APP)
    path = rows(project, *({"n": n} for n in range(24)))
    with project.open() as opened:
        opened.app.BOX["party"] = threading.Barrier(24)
        step = opened.app.meet
        report = await run_dataset(opened.runtime, step, Dataset(path, step), options=RunOptions(concurrency=24))
        assert (report.ok, report.failed) == (24, 0)

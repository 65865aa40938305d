"""FLOW.md rule 3: nested calls are observed however the step is reached, in start order, failed or not."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable

import pytest

from loomwork.flow.record import Record
from tests.flow.lab import Lab, Opened

Make = Callable[..., Lab]

WAYS = """
    import asyncio
    from dataclasses import dataclass
    from functools import partial
    from loomwork.flow.step import step

    @step
    async def leaf(x: int, y: int = 0) -> int:
        return x + 1 + y

    @dataclass
    class Tool:
        base: int

        @step
        async def use(self, x: int) -> int:
            return self.base + x + 1

        @staticmethod
        @step
        async def plain(x: int) -> int:
            return x + 1

        @classmethod
        @step
        async def made(cls, x: int) -> int:
            return x + 1

    class Better(Tool):
        pass

    TABLE = {"a": leaf}
    PARTIAL = partial(leaf, y=0)
    TOOL = Tool(0)

    def make(n):
        @step
        async def inner(x: int) -> int:
            return x + n
        return inner

    async def helper(function, x):
        return await function(x)

    @step
    async def by_name(x: int) -> int:
        return await leaf(x)

    @step
    async def by_argument(function, x: int) -> int:
        return await function(x)

    @step
    async def by_table(x: int) -> int:
        return await TABLE["a"](x)

    @step
    async def by_partial(x: int) -> int:
        return await PARTIAL(x)

    @step
    async def by_helper(x: int) -> int:
        return await helper(leaf, x)

    @step
    async def by_method(x: int) -> int:
        return await Better(0).use(x)

    @step
    async def by_bound_method(x: int) -> int:
        use = TOOL.use
        return await helper(use, x)

    @step
    async def by_static(x: int) -> int:
        return await Tool.plain(x)

    @step
    async def by_class(x: int) -> int:
        return await Tool.made(x)

    @step
    async def by_computed_name(x: int) -> int:
        return await globals()["le" + "af"](x)

    @step
    async def by_thread(x: int) -> int:
        return await asyncio.to_thread(lambda: asyncio.run(helper(leaf, x)))
"""
NAMES = ("by_name", "by_table", "by_partial", "by_helper", "by_method", "by_bound_method", "by_static", "by_class",
         "by_computed_name", "by_thread")  # fmt: skip


def record(opened: Opened, name: str) -> Record:
    call = opened.runtime.store.calls.nearest(f"app:{name}", inputs=None, before_ns=time.time_ns() + 10**9)
    assert call is not None
    found = opened.runtime.lookup.record(call.record)
    assert found is not None
    return found


async def test_a_nested_call_is_observed_however_its_step_is_reached(lab: Make) -> None:
    project = lab(app=WAYS)
    with project.open() as first:
        for name in NAMES:
            assert await getattr(first.app, name)(1) == 2, name
            assert len(record(first, name).calls) == 1, name
        assert await first.app.by_argument(first.app.leaf, 1) == 2
        assert await first.app.by_argument(first.app.TOOL.use, 1) == 2
        assert await first.app.by_argument(first.app.PARTIAL, 1) == 2
    with project.open() as unchanged:
        for name in NAMES:
            assert await getattr(unchanged.app, name)(1) == 2
        assert await unchanged.app.by_argument(unchanged.app.leaf, 1) == 2
        assert await unchanged.app.by_argument(unchanged.app.TOOL.use, 1) == 2
        assert await unchanged.app.by_argument(unchanged.app.PARTIAL, 1) == 2
        assert unchanged.ran() == {}
    project.edit("app.py", "x + 1", "x + 7")
    with project.open() as edited:
        for name in NAMES:
            assert await getattr(edited.app, name)(1) == 8, name
        assert await edited.app.by_argument(edited.app.leaf, 1) == 8
        assert await edited.app.by_argument(edited.app.TOOL.use, 1) == 8
        assert await edited.app.by_argument(edited.app.PARTIAL, 1) == 8


async def test_steps_made_within_a_function_are_told_apart_by_what_they_captured(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        def make(n):
            @step
            async def inner(x: int) -> int:
                return x + n
            return inner

        @step
        async def root(x: int) -> list:
            return [await make(n)(x) for n in (1, 2)]

        @step
        async def call(function, x: int) -> int:
            return await function(x)

        @step
        async def wrapped(n: int, x: int) -> int:
            made = make(n)
            return await call(lambda y: made(y), x)
        """
    )
    with project.open() as first:
        assert await first.app.root(1) == [2, 3]
        assert [await first.app.call(first.app.make(n), 1) for n in (4, 5)] == [5, 6]
        assert [await first.app.wrapped(n, 1) for n in (4, 5)] == [5, 6]
    project.edit("app.py", "return x + n", "return x * 10 + n")
    with project.open() as second:
        assert await second.app.root(1) == [11, 12]
        assert [await second.app.call(second.app.make(n), 1) for n in (4, 5)] == [14, 15]
        assert [await second.app.wrapped(n, 1) for n in (4, 5)] == [14, 15]


async def test_nested_calls_are_kept_in_start_order_with_what_had_ended_before(lab: Make) -> None:
    project = lab(
        app="""
        import asyncio
        from loomwork.flow.step import step

        @step
        async def wait(name: str, turns: int) -> str:
            for _ in range(turns):
                await asyncio.sleep(0)
            return name

        @step
        async def root() -> list:
            found = await asyncio.gather(wait("a", 9), wait("b", 1), wait("c", 5))
            return [*found, await wait("d", 0)]
        """
    )
    with project.open() as opened:
        assert await opened.app.root() == ["a", "b", "c", "d"]
        calls = record(opened, "root").calls
        assert [(call.after, call.ended) for call in calls] == [(0, 3), (0, 1), (0, 2), (3, 4)]
        assert [call.slot for call in calls] == [0, 0, 0, 0]


async def test_nested_calls_from_many_threads_lose_no_observation(lab: Make) -> None:
    project = lab(
        app="""
        from concurrent.futures import ThreadPoolExecutor
        from loomwork.flow.step import step

        @step
        def leaf(x: int) -> int:
            return x + 1

        @step
        def root(n: int) -> list:
            with ThreadPoolExecutor(8) as pool:
                return list(pool.map(leaf, range(n)))
        """
    )
    with project.open() as opened:
        assert opened.app.root(60) == list(range(1, 61))
        found = record(opened, "root")
        assert (len(found.calls), found.spoiled) == (60, ())
        assert sorted(call.ended for call in found.calls) == list(range(1, 61))


async def test_a_task_that_outlives_its_step_forbids_the_memo(lab: Make) -> None:
    project = lab(
        app="""
        import asyncio
        from loomwork.flow.step import step

        TASKS = []

        @step
        async def leaf(x: int) -> int:
            await asyncio.sleep(0)
            return x

        @step(ignore=["TASKS"])
        async def leaving(x: int) -> int:
            TASKS.append(asyncio.ensure_future(leaf(x)))
            return x
        """
    )
    with project.open() as opened:
        for _ in range(2):
            assert await opened.app.leaving(1) == 1
            await asyncio.gather(*opened.app.TASKS)
        assert opened.ran() == {"leaving": 2, "leaf": 1}


async def test_a_step_that_fails_after_nested_calls_keeps_theirs(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def dear(x: int) -> int:
            return x

        @step
        async def root(x: int) -> int:
            await dear(x)
            raise ValueError("after all that")
        """
    )
    with project.open() as first, pytest.raises(ValueError, match="after all that"):
        await first.app.root(1)
    project.edit("app.py", 'raise ValueError("after all that")', "return 5")
    with project.open() as second:
        assert await second.app.root(1) == 5
        assert second.ran() == {"root": 1}


async def test_a_caller_that_gave_up_waiting_is_not_memoised(lab: Make) -> None:
    project = lab(
        app="""
        import asyncio
        from loomwork.flow.step import step

        @step
        async def slow() -> str:
            await asyncio.Event().wait()
            return "done"

        @step
        async def patient() -> str:
            call = asyncio.ensure_future(slow())
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            call.cancel()
            try:
                return await call
            except asyncio.CancelledError:
                return "gave up"
        """
    )
    with project.open() as opened:
        assert [await opened.app.patient(), await opened.app.patient()] == ["gave up", "gave up"]
        assert opened.ran() == {"patient": 2}


async def test_look_ups_of_deep_and_of_shared_calls_cost_what_they_are(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def down(n: int) -> int:
            return 0 if n == 0 else 1 + await down(n - 1)

        @step
        async def fib(n: int) -> int:
            return n if n < 2 else await fib(n - 1) + await fib(n - 2)
        """
    )
    with project.open() as first:
        assert await first.app.down(400) == 400
        assert await first.app.fib(30) == 832040
    with project.open() as second:
        asked: list[str] = []
        real = second.runtime.store.calls.candidates
        second.runtime.store.calls.candidates = lambda key, *more, **most: asked.append(key) or real(key, *more, **most)
        assert await second.app.fib(30) == 832040
        assert len(asked) <= 31, "each of the shared calls is looked up once"
        assert await second.app.down(400) == 400
        assert second.ran() == {}

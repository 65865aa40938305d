"""FLOW.md rule 10: streams pass through at once, are shared in lock step, and are whole or not remembered."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable
from contextlib import aclosing
from typing import Any

import pytest

from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    import asyncio
    from contextvars import ContextVar
    from loomwork.flow.context import current_frame
    from loomwork.flow.step import step

    LOG = []
    MINE = ContextVar("mine", default="unset")

    @step(ignore=["LOG"])
    async def count(n: int):
        LOG.append("begin")
        try:
            for i in range(n):
                LOG.append(i)
                yield {"i": i}
                await asyncio.sleep(0)
            LOG.append("end")
        finally:
            LOG.append("closed")

    @step(ignore=["LOG"])
    def count_sync(n: int):
        LOG.append("begin")
        try:
            for i in range(n):
                yield {"i": i}
        finally:
            LOG.append("closed")

    @step
    async def leaf(x: int) -> int:
        return x + 1

    @step
    async def calling(n: int):
        for i in range(n):
            yield await leaf(i)

    @step(ignore=["MINE"])
    async def names(n: int):
        MINE.set("body")
        for _ in range(n):
            yield current_frame().step.name

    @step(ignore=["LOG"])
    async def stubborn():
        while True:
            try:
                LOG.append("chunk")
                yield 1
                await asyncio.Event().wait()
            except asyncio.CancelledError:
                LOG.append("cancelled")

    @step
    async def total(n: int) -> int:
        return sum([chunk["i"] async for chunk in count(n)])

    @step
    async def first_of(n: int) -> int:
        async for chunk in count(n):
            return chunk["i"]
"""


async def chunks(stream: Any) -> list[Any]:
    return [chunk async for chunk in stream]


async def test_a_chunk_is_handed_on_before_the_next_one_is_made(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        seen = [(chunk["i"], list(opened.app.LOG)) async for chunk in opened.app.count(3)]
        assert seen == [(0, ["begin", 0]), (1, ["begin", 0, 1]), (2, ["begin", 0, 1, 2])]


async def test_identical_streams_in_flight_are_one_and_each_consumer_has_chunks_of_its_own(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        first, second = opened.app.count(3), opened.app.count(3)
        begun = await anext(first)
        begun["i"] = "mine"
        assert await anext(second) == {"i": 0}
        assert (await chunks(second), await chunks(first)) == ([{"i": 1}, {"i": 2}], [{"i": 1}, {"i": 2}])
        assert opened.app.LOG == ["begin", 0, 1, 2, "end", "closed"]
        assert (opened.ran(), opened.hits()) == ({"count": 1}, {"count": 1})
        assert await chunks(opened.app.count(3)) == [{"i": n} for n in range(3)], "nobody's change is remembered"


async def test_a_stream_goes_on_while_one_consumer_is_left_and_ends_with_the_last(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        first, second = opened.app.count(3), opened.app.count(3)
        await anext(first)
        await anext(second)
        await first.aclose()
        assert opened.app.LOG == ["begin", 0]
        await anext(second)
        await second.aclose()
        assert opened.app.LOG == ["begin", 0, 1, "closed"]
        assert len(await chunks(opened.app.count(3))) == 3
        assert opened.app.LOG.count("begin") == 2, "an abandoned stream is not memoised"


async def test_a_cancelled_consumer_does_not_take_the_stream_from_the_others(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        first, second = opened.app.count(20), opened.app.count(20)
        await anext(first)
        await anext(second)
        waiting = asyncio.create_task(chunks(first))
        others = asyncio.create_task(chunks(second))
        for _ in range(7):
            await asyncio.sleep(0)
        waiting.cancel()
        assert len(await others) == 19
        with pytest.raises(asyncio.CancelledError):
            await waiting
        assert opened.app.LOG.count("begin") == 1


async def test_a_consumer_may_change_its_task_between_chunks(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        stream = opened.app.names(3)
        found = [await asyncio.create_task(anext(stream)) for _ in range(3)]
        assert found == ["app:names"] * 3
        assert [chunk async for chunk in stream] == []
        assert opened.app.MINE.get() == "unset", "the body's context is its own"


async def test_a_stream_that_is_only_let_go_is_closed_when_it_is_collected(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        stream = opened.app.count(3)
        await anext(stream)
        del stream
        gc.collect()
        for _ in range(10):
            await asyncio.sleep(0)
        assert opened.app.LOG == ["begin", 0, "closed"]
        assert not [task for task in asyncio.all_tasks() if task.get_name().startswith("loomwork-step")]


async def test_a_sync_stream_that_is_let_go_is_closed_and_forgotten(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        for chunk in opened.app.count_sync(3):
            assert chunk == {"i": 0}
            break
        gc.collect()
        assert opened.app.LOG == ["begin", "closed"]
        found = list(opened.app.count_sync(3))
        found[0]["i"] = "mine"
        assert list(opened.app.count_sync(3)) == [{"i": n} for n in range(3)]
        assert opened.app.LOG == ["begin", "closed"] * 2


async def test_a_body_that_goes_on_when_it_is_cancelled_cannot_hold_its_consumer(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        async with asyncio.timeout(5):
            async with aclosing(opened.app.stubborn()) as stream:
                await anext(stream)
                waiting = asyncio.create_task(anext(stream))
                await asyncio.sleep(0)
                await asyncio.sleep(0)
                waiting.cancel()
                with pytest.raises(asyncio.CancelledError):
                    await waiting
        assert opened.app.LOG[:2] == ["chunk", "cancelled"]


async def test_a_stream_observes_what_it_calls_and_is_observed_by_who_consumes_it(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as first:
        assert await chunks(first.app.calling(2)) == [1, 2]
        assert await first.app.total(3) == 3
        assert [await first.app.first_of(3), await first.app.first_of(3)] == [0, 0]
        assert first.ran() == {"calling": 1, "leaf": 2, "total": 1, "count": 1, "first_of": 1}
    with project.open() as unchanged:
        await chunks(unchanged.app.calling(2))
        await unchanged.app.total(3)
        assert unchanged.ran() == {}
    project.edit("app.py", "return x + 1", "return x + 2")
    project.edit("app.py", 'yield {"i": i}\n            await', 'yield {"i": i * 2}\n            await')
    with project.open() as second:
        assert await chunks(second.app.calling(2)) == [2, 3]
        assert await second.app.total(3) == 6


async def test_a_stream_cut_in_the_middle_leaves_no_memo_to_anyone(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        LOG = []

        @step(ignore=["LOG"])
        async def cut(n: int):
            for i in range(n):
                yield i
            LOG.append("cut")
            raise ConnectionError("the wire is cut")
        """
    )
    with project.open() as opened:
        streams = [opened.app.cut(2) for _ in range(3)]
        got: list[list[int]] = [[], [], []]
        for _ in range(2):
            for place, stream in enumerate(streams):
                got[place].append(await anext(stream))
        for stream in streams:
            with pytest.raises(ConnectionError, match="cut"):
                await anext(stream)
        assert got == [[0, 1]] * 3
        assert opened.app.LOG == ["cut"]
        with pytest.raises(ConnectionError):
            await chunks(opened.app.cut(2))
        assert opened.app.LOG == ["cut", "cut"]

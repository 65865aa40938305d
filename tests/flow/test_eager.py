"""A task whose first stretch is run at once is otherwise a task like any other."""

from __future__ import annotations

import asyncio

import pytest

from loomwork.flow.eager import DEEPEST, Starter


async def test_the_first_stretch_runs_at_once_in_a_task_and_a_context_of_its_own() -> None:
    seen: list[object] = []

    async def body() -> None:
        seen.append(asyncio.current_task())
        await asyncio.sleep(0)
        seen.append("woken")

    caller = asyncio.current_task()
    task = Starter().start(body(), "one")
    assert seen == [task]
    assert asyncio.current_task() is caller
    await task
    assert seen == [task, "woken"]


async def test_what_a_body_raises_before_its_first_wait_is_the_tasks() -> None:
    async def body() -> None:
        raise KeyError("at once")

    with pytest.raises(KeyError, match="at once"):
        await Starter().start(body(), "fails")


async def test_cancelling_before_the_next_turn_cancels_what_the_body_waits_for() -> None:
    inner: list[asyncio.Task[None]] = []

    async def body() -> None:
        inner.append(asyncio.ensure_future(asyncio.sleep(3600)))
        await inner[0]

    task = Starter().start(body(), "cancelled")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await asyncio.sleep(0)
    assert inner[0].cancelled()


async def test_deep_chains_do_not_nest_on_the_stack() -> None:
    starter = Starter()
    begun: list[int] = []

    async def body(depth: int) -> None:
        begun.append(depth)
        if depth < 3 * DEEPEST:
            await starter.start(body(depth + 1), str(depth))

    task = starter.start(body(0), "deep")
    assert len(begun) == DEEPEST
    await task
    assert len(begun) == 3 * DEEPEST + 1

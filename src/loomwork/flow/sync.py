"""Call an async step from code that is not: scripts and notebooks. Knows nothing of keys or memos."""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from typing import Any, ParamSpec, TypeVar

from loomwork.kernel.errors.flow import SyncOnLoop

P = ParamSpec("P")
T = TypeVar("T")


def run_sync(step: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Any:
    """Call a step (or any async function) to its end and return its result; a stream gives the list of its chunks.

    Works in scripts, and in notebooks although a loop is running there: the call then runs on a thread of its own.
    """
    made = _to_the_end(step, args, kwargs)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(made)
    return _on_a_thread(made)


def blocking(name: str, better: str, body: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end from a thread without a loop. Raises `SyncOnLoop` on a loop's thread."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(body)
    body.close()
    raise SyncOnLoop(name=name, better=better)


async def _to_the_end(step: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    result: Any = step(*args, **kwargs)
    if hasattr(result, "__aiter__"):
        return [chunk async for chunk in result]
    return await result if hasattr(result, "__await__") else result


def _on_a_thread(body: Coroutine[Any, Any, T]) -> T:
    context = contextvars.copy_context()
    outcome: list[T] = []
    problem: list[BaseException] = []

    def work() -> None:
        try:
            outcome.append(asyncio.run(body))
        except BaseException as error:  # handed to the calling thread
            problem.append(error)

    thread = threading.Thread(target=context.run, args=(work,), name="loomwork-run-sync")
    thread.start()
    thread.join()
    if problem:
        raise problem[0]
    return outcome[0]

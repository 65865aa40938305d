"""Begin a task's coroutine at once instead of at the next turn of the event loop. Knows nothing of steps.

A call made in a task of its own then starts its first wait before its caller waits for it: one turn of the loop less,
and where many calls wake up together, none has to wait until all the others have been served. Python 3.12 has this as
`eager_start`; for 3.11 the documented hooks for other people's tasks (`_enter_task`, `_leave_task`) are used.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Generator
from contextvars import Context, copy_context
from typing import Any, cast

_enter: Any = asyncio.tasks._enter_task  # pyright: ignore[reportPrivateUsage] -- documented for third-party tasks
_leave: Any = asyncio.tasks._leave_task  # pyright: ignore[reportPrivateUsage] -- documented for third-party tasks
_NOTHING = object()
DEEPEST = 12
"""Tasks begun within tasks being begun: each nests on the stack of the one before. Deeper ones begin by themselves."""


class Starter:
    """Begins the tasks of one runtime."""

    def __init__(self) -> None:
        self._depth = 0

    def start(self, body: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
        """Make `body` a task of the running loop and run it up to its first wait."""
        loop = asyncio.get_running_loop()
        if self._depth >= DEEPEST:
            return loop.create_task(body, name=name)
        context = copy_context()
        begun = _Begun(body)
        task = _task_of(loop, begun, name, context)
        starter = asyncio.current_task(loop)
        if starter is not None:
            _leave(loop, starter)
        _enter(loop, task)
        self._depth += 1
        try:
            context.run(begun.begin)
        finally:
            self._depth -= 1
            _leave(loop, task)
            if starter is not None:
                _enter(loop, starter)
        return task


def _task_of(loop: asyncio.AbstractEventLoop, begun: _Begun, name: str, context: Context) -> asyncio.Task[None]:
    """Make a task: of the loop's own kind where it has one, else without the way through what watches the project's."""
    if loop.get_task_factory() is not None:
        return loop.create_task(begun, name=name, context=context)
    return asyncio.Task(begun, loop=loop, name=name, context=context)


class _Begun(Coroutine[Any, Any, None]):
    """A coroutine whose first step was made before its task's own first step: that one gets what it waits for."""

    __slots__ = ("_body", "_ended", "_first")

    def __init__(self, body: Coroutine[Any, Any, None]) -> None:
        self._body = body
        self._first: Any = _NOTHING
        self._ended: BaseException | None = None

    def begin(self) -> None:
        """Run to the first wait, or to the end."""
        try:
            self._first = self._body.send(None)
        except BaseException as ended:  # the task raises it, as if it had made this step itself
            self._ended = ended

    def send(self, value: Any) -> Any:
        """Go on; the first time, hand over what the first step waits for (`sleep(0)` waits for just this turn)."""
        first, self._first = self._first, _NOTHING
        if first is not _NOTHING and first is not None:
            first._asyncio_future_blocking = True  # another task may have begun to wait for it meanwhile
            return first
        if self._ended is not None:
            raise self._ended
        return self._body.send(value)

    def throw(self, *error: Any) -> Any:
        """Raise an error where the body waits; what it waits for is cancelled, as a task that waits would cancel it."""
        first, self._first = self._first, _NOTHING
        if isinstance(first, asyncio.Future):
            cast("asyncio.Future[Any]", first).cancel()
        if self._ended is not None:
            raise self._ended
        return self._body.throw(*error)

    def close(self) -> None:
        """End the body."""
        self._body.close()

    def __await__(self) -> Generator[Any, Any, None]:
        return self._body.__await__()

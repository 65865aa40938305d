"""Carry the current step into executors and threads, and keep an eye on what a call starts.

asyncio carries contexts into tasks and `to_thread` by itself. A task, thread or executor job of the project that is
still open at the end of the call that started it has outlived it. One that is being cancelled has not: it can add
nothing any more. What loomwork itself hands to a thread stays its own there. Helpers that a library starts for itself
(a pool's workers, a monitor thread) are not the call's.
"""

import asyncio
import threading
from collections.abc import Callable
from contextvars import copy_context
from functools import partial
from types import CodeType
from typing import Any

from loomwork.flow.observe.hidden import HIDDEN
from loomwork.flow.observe.live import live
from loomwork.flow.observe.names import Through
from loomwork.flow.observe.stack import PROJECT, frame_of

Wrapped = Callable[..., Any]
_STARTERS = Through(["asyncio", "concurrent.futures", "threading", "anyio", "uvloop"])
_POOL_WORKER = "concurrent.futures.thread"


class _TaskWork:
    """A task."""

    __slots__ = ("_task",)

    def __init__(self, task: "asyncio.Task[Any]") -> None:
        self._task = task

    def is_open(self) -> bool:
        """Say whether it runs and is not being cancelled."""
        return not self._task.done() and not self._task.cancelling()

    def describe(self) -> str:
        """Name the coroutine."""
        return f"task {getattr(self._task.get_coro(), '__qualname__', self._task.get_name())}"


class _ThreadWork:
    """A thread."""

    __slots__ = ("_thread",)

    def __init__(self, thread: threading.Thread) -> None:
        self._thread = thread

    def is_open(self) -> bool:
        """Say whether it runs."""
        return self._thread.is_alive()

    def describe(self) -> str:
        """Name the thread."""
        return f"thread {self._thread.name}"


class _Job:
    """A function handed to an executor, run in the context of the step that handed it over."""

    __slots__ = ("_context", "_function", "_is_done", "future")

    def __init__(self, function: Wrapped) -> None:
        self._context = copy_context()
        self._function = function
        self._is_done = False
        self.future: Any = None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return self._context.run(self._function, *args, **kwargs)
        finally:
            self._is_done = True

    def is_open(self) -> bool:
        """Say whether it waits or runs."""
        return not self._is_done and not (self.future is not None and self.future.cancelled())

    def describe(self) -> str:
        """Name the function."""
        return f"executor job {_name(self._function)}"


def creating_task(original: Wrapped) -> Wrapped:
    """Return an event loop's `create_task` that keeps an eye on the project's tasks."""

    def create_task(self: Any, coro: Any, **kwargs: Any) -> Any:
        task = original(self, coro, **kwargs)
        watch = live.current()
        if watch is not None and _is_of_project(_code(coro)):
            watch.started(_TaskWork(task))
        return task

    return create_task


def starting(original: Wrapped) -> Wrapped:
    """Return `Thread.start` that carries the context, but into no pool's workers."""

    def start(self: threading.Thread) -> None:
        watch = live.current()
        if (watch is not None or HIDDEN.get()) and not _is_pool_worker(self):
            _carry(self)
            target = getattr(self, "_target", None) or type(self).run
            if watch is not None and _is_of_project(_code(target)):
                watch.started(_ThreadWork(self))
        original(self)

    return start


def submitting(original: Wrapped) -> Wrapped:
    """Return `ThreadPoolExecutor.submit` that carries the context."""

    def submit(self: Any, fn: Any, /, *args: Any, **kwargs: Any) -> Any:
        watch = live.current()
        if watch is None and not HIDDEN.get():
            return original(self, fn, *args, **kwargs)
        job = _Job(fn)
        job.future = original(self, job, *args, **kwargs)
        if watch is not None and _is_of_project(_code(fn)):
            watch.started(job)
        return job.future

    return submit


def leaving_process(name: str) -> Callable[[Wrapped], Wrapped]:
    """Return what makes a process pool's method note that the work is done elsewhere."""

    def make(original: Wrapped) -> Wrapped:
        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            if live.current() is not None and not type(self).__name__.startswith("ThreadPool"):
                live.touched(f"subprocess: {name}", frame_of(1))
            return original(self, *args, **kwargs)

        return method

    return make


def _carry(thread: threading.Thread) -> None:
    """Let a thread run in a copy of this context. Its own `run` is put back at once, so nothing stays attached."""
    context, run = copy_context(), thread.run

    def carried() -> None:
        vars(thread).pop("run", None)
        context.run(run)

    vars(thread)["run"] = carried


def _is_pool_worker(thread: threading.Thread) -> bool:
    target = getattr(thread, "_target", None)
    return getattr(target, "__module__", "") == _POOL_WORKER


def _is_of_project(code: CodeType | None) -> bool:
    """Say whether the project starts this: its own code, or started from its code."""
    if code is not None and live.is_project(code):
        return True
    frame = frame_of(2)
    while frame is not None:
        if live.kinds[frame.f_code.co_filename] == PROJECT:
            return True
        if not _STARTERS[frame.f_globals.get("__name__", "")]:
            return False
        frame = frame.f_back
    return False


def _code(value: Any) -> CodeType | None:
    while isinstance(value, partial):
        value = value.func  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] -- any callable
    value = getattr(value, "__func__", value)
    for name in ("cr_code", "__code__", "gi_code", "ag_code"):
        code = getattr(value, name, None)
        if isinstance(code, CodeType):
            return code
    return None


def _name(value: Any) -> str:
    return getattr(value, "__qualname__", None) or type(value).__name__

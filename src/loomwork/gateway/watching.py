"""End the work of a request when nobody waits for it any more, or when its time is over. Knows no request.

One timer a request, moved only where its time would come too early, and none of the client's going is looked for in the
first moments: most requests are over by then.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Literal

Why = Literal["", "gone", "first token", "next token", "total"]
Receive = Callable[[], Awaitable[Any]]
PATIENCE_S = 0.03
"""How long after its begin a request is first watched for its client."""


class Watch:
    """Watches the task in which it is made; to be stopped.

    Args:
        receive: ASGI's; says when the client has gone.
        total: Seconds for everything.
        phase: What is waited for first, where that has a deadline of its own.
        seconds: That deadline.
    """

    __slots__ = ("_due", "_ends", "_loop", "_phase", "_reader", "_receive", "_task", "_timer", "_when", "why")

    def __init__(self, receive: Receive, *, total: float, phase: Why = "total", seconds: float | None = None) -> None:
        self.why: Why = ""
        """What ended the work; empty where nothing did."""
        self._receive = receive
        self._loop = asyncio.get_running_loop()
        task = asyncio.current_task()
        if task is None:
            raise AssertionError("a request is answered in a task")
        self._task = task
        now = self._loop.time()
        self._ends = now + total
        self._phase: Why = phase
        self._due = self._ends if seconds is None else min(self._ends, now + seconds)
        self._reader: asyncio.Task[None] | None = None
        self._when = min(now + PATIENCE_S, self._due)
        self._timer: asyncio.TimerHandle | None = self._loop.call_at(self._when, self._look)

    def next(self, phase: Why, seconds: float) -> None:
        """Wait for something else from now on."""
        self._phase = phase
        self._due = self._loop.time() + seconds
        if self._due < self._when and self._timer is not None:
            self._timer.cancel()
            self._arm(self._due)

    def stop(self) -> None:
        """Watch no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._reader is not None:
            self._reader.cancel()
            self._reader = None

    def caught(self) -> bool:
        """Say whether it was this watch that cancelled the task; the cancellation is then over."""
        if not self.why:
            return False
        self._task.uncancel()
        return True

    def _look(self) -> None:
        now = self._loop.time()
        due, phase = (self._due, self._phase) if self._due <= self._ends else (self._ends, "total")
        if now >= due:
            self._cut(phase)
            return
        if self._reader is None:
            self._reader = self._loop.create_task(self._read())
        self._arm(due)

    def _arm(self, due: float) -> None:
        self._when = due
        self._timer = self._loop.call_at(due, self._look)

    async def _read(self) -> None:
        while True:
            message = await self._receive()
            if message["type"] == "http.disconnect":
                self._cut("gone")
                return

    def _cut(self, why: Why) -> None:
        if self._timer is not None and not self.why:
            self.why = why
            self._task.cancel()

"""Say how long each part of a call may still take. Knows nothing of what is waited for."""

import asyncio
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import NamedTuple

from msgspec import Struct


class Deadlines(Struct, frozen=True, kw_only=True):
    """Seconds that the parts of one request may take; None is no limit."""

    connect: float | None = 10.0
    first_token: float | None = None
    """From sending to the first piece of the answer."""
    between_tokens: float | None = None
    """From one sign of life to the next."""
    total: float | None = 600.0


class Wait(NamedTuple):
    """How long to wait for the next thing, and what to call it if it does not come."""

    seconds: float | None
    phase: str
    limit: float | None


class Stopwatch:
    """Runs from the moment the request is sent."""

    __slots__ = ("_begun", "_deadlines")

    def __init__(self, deadlines: Deadlines, now: float) -> None:
        self._deadlines = deadlines
        self._begun = now

    def whole(self, now: float) -> Wait:
        """The wait for the rest of the answer."""
        return self._shorter(Wait(None, "", None), now)

    def first(self, now: float) -> Wait:
        """The wait for the first token."""
        limit = self._deadlines.first_token
        left = None if limit is None else self._begun + limit - now
        return self._shorter(Wait(left, "first token", limit), now)

    def next(self, now: float) -> Wait:
        """The wait from one sign of life to the next."""
        limit = self._deadlines.between_tokens
        return self._shorter(Wait(limit, "between tokens", limit), now)

    def _shorter(self, wait: Wait, now: float) -> Wait:
        total = self._deadlines.total
        if total is None:
            return wait
        left = self._begun + total - now
        if wait.seconds is None or left <= wait.seconds:
            return Wait(left, "total", total)
        return wait


_UNBOUND = nullcontext()


def bound(seconds: float | None) -> AbstractAsyncContextManager[object]:
    """A block that raises `TimeoutError` after that many seconds on the loop's clock; None never does."""
    return _UNBOUND if seconds is None else asyncio.timeout(seconds)


def loop_time() -> float:
    """The running loop's time: deadlines are the loop's timers, so on a virtual loop they are virtual."""
    return asyncio.get_running_loop().time()

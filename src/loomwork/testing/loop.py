"""An event loop whose time is its own: a sleep of an hour passes at once. Knows nothing of what runs on it.

Only waiting is virtual. Whenever nothing is ready, time jumps to the next timer; sockets and threads still work, but
a program that waits for a real socket *and* holds a timer would see the timer fire first: simulate the socket too.

>>> async def nap() -> float:
...     await asyncio.sleep(3600)
...     return asyncio.get_running_loop().time()
>>> run_virtual(nap())
3600.0
"""

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

_EPOCH_NS = 1_767_225_600_000_000_000  # 2026-01-01: a date that tests can rely on
_REAL_WAIT_S = 10.0


class StuckError(RuntimeError):
    """Nothing is ready, no timer is set and no thread has spoken: the program would wait for ever."""


class _JumpingSelector(selectors.DefaultSelector):
    """Polls what is real; where the loop would wait, moves its time instead."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if timeout is None:
            ready = super().select(_REAL_WAIT_S)
            if not ready:
                raise StuckError("nothing is ready and no timer is set")
            return ready
        self.now += timeout
        return []


class VirtualLoop(asyncio.SelectorEventLoop):
    """A selector loop that reads its time from a jumping selector."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self._jumping.now


class LoopClock:
    """A clock that tells the running loop's time; on a virtual loop it is virtual."""

    def now_ns(self) -> int:
        """Nanoseconds since 1970, as if the loop had started with the year 2026."""
        return _EPOCH_NS + int(self.monotonic() * 1e9)

    def monotonic(self) -> float:
        """The running loop's time, in seconds."""
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        """Wait on the running loop."""
        await asyncio.sleep(seconds)


def run_virtual(main: Coroutine[Any, Any, T]) -> T:
    """Run `main` to its end on a fresh virtual loop; whatever it leaves running is cancelled."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)

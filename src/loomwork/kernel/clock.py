"""Time as an argument: the clock that everything above is handed. Knows nothing of what waits on it."""

import heapq
import itertools
import time
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import asyncio


_now_ns, _monotonic = time.time_ns, time.monotonic
"""Bound once: what flow puts in their place to see who looks at the clock is not for our own looks."""


class Clock(Protocol):
    """What tells the time and can wait."""

    def now_ns(self) -> int:
        """Return nanoseconds since the epoch (wall clock; may jump)."""
        ...

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start; never goes back."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait that long; zero or less only yields to the event loop."""
        ...


class SystemClock:
    """The machine's clock."""

    def now_ns(self) -> int:
        """Return nanoseconds since the epoch."""
        return _now_ns()

    def monotonic(self) -> float:
        """Return seconds from an arbitrary start."""
        return _monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait on the event loop."""
        import asyncio

        await asyncio.sleep(max(0.0, seconds))


class ManualClock:
    """A clock that stands still until it is told to move; sleepers wake in the order of their deadlines.

    >>> clock = ManualClock(start_ns=1_000)
    >>> clock.tick(0.5)
    >>> clock.now_ns(), clock.monotonic()
    (500001000, 0.5)
    """

    def __init__(self, *, start_ns: int = 1_700_000_000_000_000_000) -> None:
        self._start_ns = start_ns
        self._elapsed_ns = 0
        self._order = itertools.count()
        self._sleepers: list[tuple[int, int, asyncio.Future[None]]] = []

    def now_ns(self) -> int:
        """Return the start plus everything that was advanced."""
        return self._start_ns + self._elapsed_ns

    def monotonic(self) -> float:
        """Return the seconds advanced so far."""
        return self._elapsed_ns / 1e9

    async def sleep(self, seconds: float) -> None:
        """Wait until the clock has been moved that far."""
        import asyncio

        if seconds <= 0:
            await asyncio.sleep(0)
            return
        waiting = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed_ns + _to_ns(seconds), next(self._order), waiting))
        await waiting

    @property
    def sleeping(self) -> int:
        """How many sleepers wait for the clock to move."""
        return sum(not waiting.done() for _, _, waiting in self._sleepers)

    def tick(self, seconds: float) -> None:
        """Move time at once and wake whoever is due; they run when the event loop next gets its turn."""
        self._move_to(self._elapsed_ns + _to_ns(seconds))

    async def advance(self, seconds: float, *, turns: int = 20) -> None:
        """Move time sleeper by sleeper, giving the event loop `turns` turns after each, so that chains unfold.

        A task that wakes and sleeps again within the span is woken again at its own moment.
        """
        until = self._elapsed_ns + _to_ns(seconds)
        await _yield_turns(turns)
        while self._sleepers and self._sleepers[0][0] <= until:
            self._move_to(self._sleepers[0][0])
            await _yield_turns(turns)
        self._move_to(until)
        await _yield_turns(turns)

    def _move_to(self, elapsed_ns: int) -> None:
        self._elapsed_ns = max(self._elapsed_ns, elapsed_ns)
        while self._sleepers and self._sleepers[0][0] <= self._elapsed_ns:
            waiting = heapq.heappop(self._sleepers)[2]
            if not waiting.done():
                waiting.set_result(None)


def _to_ns(seconds: float) -> int:
    return round(seconds * 1e9)


async def _yield_turns(turns: int) -> None:
    import asyncio

    for _ in range(turns):
        await asyncio.sleep(0)

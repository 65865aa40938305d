"""Who is answered next when more ask than can be answered, and who is told at once that it will not be in time.

Deficit round robin over the keys (Shreedhar and Varghese, "Efficient fair queuing using deficit round robin", 1995):
every key gets an equal share of the slots, however many requests it sends. When the line is full the longest line loses
its last (longest queue drop: Suter et al., 1998). A request whose deadline comes before its turn is refused when it
arrives, while refusing is cheap. Knows nothing of keys but their names, of requests but their weight.
"""

import asyncio
from collections import deque
from functools import partial

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.admission import TooBusy

QUANTUM = 1.0
HEAVIEST = 64.0
"""So many times the lightest request a request may weigh."""
_WEIGHT = 0.1
"""Of the newest time in the mean."""
_SOONEST, _LATEST = 0.1, 60.0


class _Waiter:
    __slots__ = ("deadline", "key", "timer", "turn", "weight")

    def __init__(self, key: str, weight: float, deadline: float, turn: "asyncio.Future[None]") -> None:
        self.key = key
        self.weight = weight
        self.deadline = deadline
        self.turn = turn
        self.timer: asyncio.TimerHandle | None = None


class _Line:
    __slots__ = ("deficit", "waiters")

    def __init__(self) -> None:
        self.waiters: deque[_Waiter] = deque()
        self.deficit = 0.0


class FairQueue:
    """Slots for requests, and the lines in front of them.

    Args:
        clock: What deadlines are measured with.
        at_once: Slots.
        most: Requests that may wait.
    """

    def __init__(self, *, clock: Clock, at_once: int, most: int) -> None:
        self._clock = clock
        self._at_once = at_once
        self._most = most
        self._lines: dict[str, _Line] = {}
        """In the order of turns: the first is served next."""
        self.open = 0
        self.waiting = 0
        self._took: float | None = None

    def enter_now(self) -> bool:
        """Take a slot where one is free and nobody waits."""
        if self.open >= self._at_once or self.waiting:
            return False
        self.open += 1
        return True

    async def enter(self, key: str, weight: float, deadline: float) -> None:
        """Wait for a slot. Raises `TooBusy` where there will be none in time."""
        if self.enter_now():
            return
        wait = self.estimate(key)
        if self._clock.monotonic() + wait + (self._took or 0.0) > deadline:
            raise self._busy("it would come too late", wait)
        self._make_room(key, wait)
        loop = asyncio.get_running_loop()
        waiter = _Waiter(key, min(HEAVIEST, max(QUANTUM, weight)), deadline, loop.create_future())
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line()
        line.waiters.append(waiter)
        self.waiting += 1
        waiter.timer = loop.call_later(max(0.0, deadline - self._clock.monotonic()), partial(self._expire, waiter))
        try:
            await waiter.turn
        except asyncio.CancelledError:
            if waiter.turn.done() and not waiter.turn.cancelled() and waiter.turn.exception() is None:
                self._free()  # the slot had come already
            else:
                self._drop(waiter)
            raise
        finally:
            waiter.timer.cancel()

    def leave(self, took: float | None = None) -> None:
        """Give a slot back; `took` is how long the answer took, where there was one."""
        if took is not None:
            self._took = took if self._took is None else self._took + _WEIGHT * (took - self._took)
        self._free()

    def estimate(self, key: str) -> float:
        """Return the seconds until a further request of a key would have its turn."""
        if self.open < self._at_once or self._took is None:
            return 0.0
        line = self._lines.get(key)
        place = len(line.waiters) + 1 if line is not None else 1
        before = sum(min(len(each.waiters), place) for name, each in self._lines.items() if name != key) + place
        return before * self._took / self._at_once

    def _make_room(self, key: str, wait: float) -> None:
        """Refuse the last of the longest line where nobody more may wait. Raises `TooBusy` where that is the key's."""
        if self.waiting < self._most:
            return
        longest = max(self._lines, key=lambda name: len(self._lines[name].waiters), default="")
        own = self._lines.get(key)
        if not longest or len(self._lines[longest].waiters) <= (len(own.waiters) if own else 0) + 1:
            raise self._busy("the line is full", wait)
        last = self._lines[longest].waiters[-1]
        self._drop(last)
        last.turn.set_exception(self._busy("the line is full", wait))

    def _free(self) -> None:
        self.open -= 1
        while self.open < self._at_once and self._lines:
            waiter = self._next()
            if waiter is None:
                return
            self.open += 1
            waiter.turn.set_result(None)

    def _next(self) -> _Waiter | None:
        """Take out whose turn it is; those who would come too late are refused on the way."""
        now = self._clock.monotonic()
        while self._lines:
            key, line = next(iter(self._lines.items()))
            first = line.waiters[0]
            if now + (self._took or 0.0) > first.deadline:
                self._drop(first)
                first.turn.set_exception(self._busy("it would come too late", 0.0))
                continue
            if line.deficit < first.weight:
                line.deficit += QUANTUM
                self._lines[key] = self._lines.pop(key)  # to the end
                continue
            line.deficit -= first.weight
            self._drop(first)
            return first
        return None

    def _drop(self, waiter: _Waiter) -> None:
        line = self._lines.get(waiter.key)
        if line is None or waiter not in line.waiters:
            return
        line.waiters.remove(waiter)
        self.waiting -= 1
        if not line.waiters:
            del self._lines[waiter.key]

    def _expire(self, waiter: _Waiter) -> None:
        if not waiter.turn.done():
            self._drop(waiter)
            waiter.turn.set_exception(self._busy("its time was over", 0.0))

    def _busy(self, detail: str, wait: float) -> TooBusy:
        soon = wait or self.estimate("")
        return TooBusy(detail=detail, retry_after=min(_LATEST, max(_SOONEST, soon)))

"""Make what several ask for at the same time once. Knows nothing of what is made."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

T = TypeVar("T")


class _Flight:
    __slots__ = ("task", "waiters")

    def __init__(self, task: "asyncio.Task[Any]") -> None:
        self.task = task
        self.waiters = 0


class Coalescing:
    """Identical requests in flight. Who comes second waits for what the first began; the last to leave ends it."""

    def __init__(self) -> None:
        self._flights: dict[bytes, _Flight] = {}
        self._ending: set[asyncio.Task[Any]] = set()

    def is_flying(self, key: bytes) -> bool:
        """Say whether somebody waits for this already."""
        return key in self._flights

    async def once(self, key: bytes, make: Callable[[], Awaitable[T]]) -> T:
        """Return what `make` comes to, or what it comes to for another caller with this key.

        A caller that is cancelled leaves the others waiting; with the last one the work is cancelled. What fails,
        fails for all who wait for it, and is forgotten.
        """
        flight = self._flights.get(key)
        if flight is None:
            task = asyncio.ensure_future(self._make(key, make))
            flight = self._flights[key] = _Flight(task)
        flight.waiters += 1
        try:
            return await asyncio.shield(flight.task)
        finally:
            flight.waiters -= 1
            if not flight.waiters and not flight.task.done():
                if self._flights.get(key) is flight:
                    del self._flights[key]
                self._end(flight.task)

    async def _make(self, key: bytes, make: Callable[[], Awaitable[T]]) -> T:
        mine = asyncio.current_task()
        try:
            return await make()
        finally:
            flight = self._flights.get(key)
            if flight is not None and flight.task is mine:
                del self._flights[key]

    def _end(self, task: "asyncio.Task[Any]") -> None:
        """Cancel what nobody waits for, and see to its end."""
        self._ending.add(task)
        task.add_done_callback(self._ended)
        task.cancel()

    def _ended(self, task: "asyncio.Task[Any]") -> None:
        self._ending.discard(task)
        if not task.cancelled():
            task.exception()  # whatever it was, nobody is left to be told

    async def close(self) -> None:
        """Wait until everything that was cancelled has ended."""
        if self._ending:
            await asyncio.wait(set(self._ending))

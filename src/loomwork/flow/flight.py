"""Calls in flight, so that identical ones are made once. Knows nothing of what a call does.

An async call is one detached task that all its waiters share; it is cancelled when the last of them leaves. A sync
call holds a lock of its key, so that a second thread waits and then finds the memo.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from loomwork.flow.commit import Committed
    from loomwork.flow.context import Frame


class Flight:
    """One async call being made, and who waits for it."""

    __slots__ = ("_task", "waiting")

    def __init__(self, task: asyncio.Task[Committed]) -> None:
        self._task = task
        self.waiting: list[Frame] = []

    @property
    def is_done(self) -> bool:
        """Say whether nothing can be joined any more."""
        return self._task.done()

    async def join(self, frame: Frame) -> Committed:
        """Wait for the result. Cancelling the last waiter cancels the call."""
        self.waiting.append(frame)
        try:
            return await asyncio.shield(self._task)
        except asyncio.CancelledError:
            if len(self.waiting) == 1 and not self._task.done():
                self._task.cancel()
                await asyncio.wait([self._task])
            raise
        finally:
            self.waiting.remove(frame)


class Flights:
    """The flights of one runtime, by key."""

    def __init__(self) -> None:
        self._flights: dict[tuple[int, str], Flight] = {}
        self._lock = threading.Lock()
        self._alone: dict[str, tuple[threading.RLock, list[int]]] = {}

    def find(self, key: str) -> Flight | None:
        """Return the flight of a call being made on this event loop."""
        return self._flights.get((id(asyncio.get_running_loop()), key))

    def launch(self, key: str, body: Coroutine[Any, Any, Committed]) -> Flight:
        """Start a call as a detached task."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(body, name=f"loomwork-step-{key[:8]}")
        flight = Flight(task)
        place = (id(loop), key)
        self._flights[place] = flight

        def landed(done: asyncio.Task[Committed]) -> None:
            if self._flights.get(place) is flight:
                del self._flights[place]
            if not done.cancelled():
                done.exception()  # retrieved here: the waiters raise it, and there may be none left

        task.add_done_callback(landed)
        return flight

    @contextmanager
    def alone(self, key: str) -> Generator[bool]:
        """Hold the right to make a sync call; yields False after having waited for another thread's."""
        with self._lock:
            lock, holders = self._alone.setdefault(key, (threading.RLock(), []))
            waited = bool(holders) and threading.get_ident() not in holders
            holders.append(threading.get_ident())
        try:
            with lock:
                yield not waited
        finally:
            with self._lock:
                holders.remove(threading.get_ident())
                if not holders:
                    self._alone.pop(key, None)


def waiting_for(flight: Flight, frame: Frame) -> bool:
    """Say whether `flight` itself waits, through other flights, for a call that `frame` works for.

    Joining it would wait for ever: A waits for B while B waits for A.
    """
    open_ends = _owners(frame)
    seen: set[int] = set()
    while open_ends:
        owner = open_ends.pop()
        if owner is flight:
            return True
        if id(owner) not in seen:
            seen.add(id(owner))
            for waiter in owner.waiting:
                open_ends.extend(_owners(waiter))
    return False


def _owners(frame: Frame) -> list[Flight]:
    owners: list[Flight] = []
    each: Frame | None = frame
    while each is not None:
        if each.flight is not None:
            owners.append(each.flight)
        each = each.parent
    return owners

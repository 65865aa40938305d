"""Calls in flight, so that identical ones are made once. Knows nothing of what a call does.

An async call or stream is one detached task that all who want it share; it is cancelled when the last of them leaves.
A sync call is made by the first thread that wants it, and the others wait, but never where waiting could be for ever.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine, Generator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar

from loomwork.flow.eager import Starter
from loomwork.kernel.labels import Labels

if TYPE_CHECKING:
    from loomwork.flow.commit import Committed
    from loomwork.flow.context import Frame

Place = tuple[int, str]


class Pending(Protocol):
    """A call being made, and the frames that wait for it."""

    waiting: list[Frame]


class Turn(NamedTuple):
    """How a thread came to a sync call."""

    waited: bool
    """Another thread was making it and has ended: look it up once more."""
    held: Pending | None = None
    """What others wait for, where this thread makes the call for them too."""


class Flight:
    """One async call being made, and who waits for it."""

    __slots__ = ("_error", "_result", "_task", "_wakers", "is_closing", "is_done", "labels", "waiting")

    def __init__(self) -> None:
        self._task: asyncio.Task[None]
        self._wakers: list[asyncio.Future[None]] = []
        self._result: Committed | None = None
        self._error: BaseException | None = None
        self.waiting: list[Frame] = []
        self.is_done = False
        """The call has ended."""
        self.is_closing = False
        """The last one who waited has left: nothing can be joined any more."""
        self.labels = _NO_LABELS
        """What the body has taken in so far: whoever sees a chunk or an error of it has seen that too."""

    def start(self, task: asyncio.Task[None]) -> None:
        """Take the task that makes the call."""
        self._task = task

    def land(self, result: Committed | None, error: BaseException | None = None) -> None:
        """End the call with a result or an error, and wake those who wait for it. Only the first end counts."""
        if self.is_done:
            return
        self.is_done = True
        self._result = result
        self._error = error
        for waker in self._wakers:
            if not waker.done():
                waker.set_result(None)
        self._wakers.clear()

    def result(self) -> Committed:
        """Return what the ended call came to, or raise what it raised."""
        if self._result is None:
            raise self._error or AssertionError("asked before the call has ended")
        return self._result

    async def join(self, frame: Frame) -> Committed:
        """Wait for the result. Cancelling the last waiter cancels the call."""
        if not self.is_done:
            waker = asyncio.get_running_loop().create_future()
            self._wakers.append(waker)
            self.waiting.append(frame)
            try:
                await waker
            finally:
                if self.is_done:
                    self.waiting.remove(frame)
                else:
                    await self.leave(frame)
        return self.result()

    async def leave(self, frame: Frame) -> None:
        """Stop waiting; the last one to leave ends the call."""
        self.waiting.remove(frame)
        if not self.waiting and not self.is_done:
            self.is_closing = True
            self._task.cancel()
            await asyncio.wait([self._task])


_NO_LABELS = Labels()

F = TypeVar("F", bound=Flight)


class _Held:
    """A sync call being made by one thread."""

    __slots__ = ("ended", "waiting")

    def __init__(self) -> None:
        self.waiting: list[Frame] = []
        self.ended = threading.Event()


class Flights:
    """The flights of one runtime, by key."""

    def __init__(self) -> None:
        self._flights: dict[Place, Flight] = {}
        self._starter = Starter()
        self._held: dict[str, _Held] = {}
        self._lock = threading.Lock()

    def find(self, key: str, kind: type[F]) -> F | None:
        """Return the flight of a call being made on this event loop, if it can be joined."""
        found = self._flights.get((id(asyncio.get_running_loop()), key))
        return found if isinstance(found, kind) and not (found.is_done or found.is_closing) else None

    def launch(self, key: str, flight: F, body: Callable[[F], Coroutine[Any, Any, Committed]]) -> F:
        """Start a call as a detached task, up to its first wait."""
        place = (id(asyncio.get_running_loop()), key)
        self._flights[place] = flight
        task = self._starter.start(self._fly(place, flight, body(flight)), f"loomwork-step-{key[:8]}")
        flight.start(task)
        if not flight.is_done:
            task.add_done_callback(lambda done: self._ended(place, flight, done))
        return flight

    async def _fly(self, place: Place, flight: Flight, body: Coroutine[Any, Any, Committed]) -> None:
        """Make the call, and land it the moment it has ended."""
        try:
            committed = await body
        except Exception as error:  # the waiters raise it, and there may be none left
            self._land(place, flight, None, error)
        else:
            self._land(place, flight, committed)

    def _ended(self, place: Place, flight: Flight, task: asyncio.Task[None]) -> None:
        """Land what ended in no other way: cancelled, perhaps before its first step, or by `SystemExit`."""
        error = asyncio.CancelledError() if task.cancelled() else task.exception()
        self._land(place, flight, None, error)

    def _land(self, place: Place, flight: Flight, result: Committed | None, error: BaseException | None = None) -> None:
        if self._flights.get(place) is flight:
            del self._flights[place]
        flight.land(result, error)

    @contextmanager
    def alone(self, key: str, frame: Frame) -> Generator[Turn]:
        """Hold the right to make a sync call; where another thread holds it, wait until that one has made it.

        Never waits on the thread of an event loop (the other call may need the loop), nor for a call that itself
        waits for this one: such a caller goes aside, and makes the call once more.
        """
        with self._lock:
            held = self._held.get(key)
            mine = held is None
            if held is None:
                held = self._held[key] = _Held()
            elif _on_a_loop() or waiting_for(held, frame):
                held = None
            else:
                held.waiting.append(frame)
        if held is None:
            yield Turn(waited=False)
        elif mine:
            try:
                yield Turn(waited=False, held=held)
            finally:
                with self._lock:
                    del self._held[key]
                held.ended.set()
        else:
            held.ended.wait()
            held.waiting.remove(frame)
            yield Turn(waited=True)


def _on_a_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def waiting_for(flight: Pending, frame: Frame) -> bool:
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
            for waiter in tuple(owner.waiting):
                open_ends.extend(_owners(waiter))
    return False


def _owners(frame: Frame) -> list[Pending]:
    owners: list[Pending] = []
    each: Frame | None = frame
    while each is not None:
        if each.flight is not None:
            owners.append(each.flight)
        each = each.parent
    return owners

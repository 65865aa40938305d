"""One step call from arguments to result: look up, else run the body once, commit, hand on.

Decides with `Lookup`, writes with `Committer`; the body runs in a frame of its own. Async calls and streams run as one
detached task that identical calls share; sync calls run where they are called. Every body is called in this module:
the observer knows by it where a step begins.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncGenerator, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from loomwork.flow.beneath import note_caller
from loomwork.flow.broadcast import Broadcast
from loomwork.flow.commit import Committed, Committer, Kept
from loomwork.flow.context import Frame, entered
from loomwork.flow.flight import Flight, Flights, Pending, waiting_for
from loomwork.flow.lookup import Missed
from loomwork.flow.opening import Opened, Opener, place_of
from loomwork.flow.step import Step
from loomwork.kernel.errors.flow import BadStep, NotRecorded, RecursiveStep, StepTimeout
from loomwork.kernel.errors.kernel import Undecodable
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing

if TYPE_CHECKING:
    from loomwork.flow.runtime import Runtime


class Engine:
    """Makes step calls for one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._opener = Opener(runtime)
        self._committer = Committer(runtime)
        self._flights = Flights()

    def call(self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        """Call a step in the manner of its function: value, awaitable, iterator or async iterator."""
        note_caller(step.name)
        match step.form:
            case "async":
                return self._call_async(step, frame, args, kwargs)
            case "sync":
                return self._call_sync(step, frame, args, kwargs)
            case "stream":
                return self._stream(step, frame, args, kwargs)
            case "sync-stream":
                return self._sync_stream(step, frame, args, kwargs)

    async def _call_async(
        self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Any:
        opened = self._opener.open(step, frame, args, kwargs)
        hit = self._hit(opened)
        if hit is not None:
            return hit.value
        self._allow(opened)
        flight = self._joinable(opened, Flight)
        if flight is not None:
            committed = await self._landed(flight, opened)
            self._opener.shared(opened, committed)
            return self._committer.fresh(committed)
        flight = self._flights.launch(opened.flight_key, Flight(), lambda flight: self._run_async(opened, flight))
        committed = await self._landed(flight, opened)
        self._opener.ran(opened, committed)
        return committed.value

    def _joinable(self, opened: Opened, kind: type[Any]) -> Any:
        """Return the flight that makes this very call; None where it must be made. Raises `RecursiveStep`."""
        if opened.step.options.cache == "off":
            return None
        flight = self._flights.find(opened.flight_key, kind)
        if flight is not None and waiting_for(flight, opened.frame):
            raise self._recursion(opened)
        return flight

    async def _landed(self, flight: Flight, opened: Opened) -> Committed:
        try:
            return await flight.join(opened.frame)
        except Exception:
            self._opener.failed(opened, flight.labels)
            raise

    async def _run_async(self, opened: Opened, flight: Flight) -> Committed:
        step = opened.step
        for attempt in range(step.options.retries + 1):
            inner = self._opener.inner(opened, attempt, flight)
            try:
                with entered(inner):
                    body = step.func(*opened.args, **opened.kwargs)
                    value = await (body if step.options.timeout is None else _within(step, body, step.options.timeout))
            except Exception as error:
                self._committer.failed(opened, inner, error)
                if attempt == step.options.retries:
                    raise
            except BaseException as error:
                self._committer.cancelled(inner, error)
                raise
            else:
                return self._committer.commit(opened, inner, value)
            finally:
                flight.labels = flight.labels.join(inner.own_labels)
                self._opener.close(inner)
        raise AssertionError("the last attempt returns or raises")

    def _call_sync(self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        opened = self._opener.open(step, frame, args, kwargs)
        hit = self._hit(opened)
        if hit is not None:
            return hit.value
        self._allow(opened)
        key = opened.flight_key if step.options.cache != "off" else f"off-{id(opened)}"
        with self._flights.alone(key, frame) as turn:
            if turn.waited:  # another thread has just made this very call
                again = self._hit(self._opener.again(opened))
                if again is not None:
                    return again.value
            committed = self._run_sync(opened, turn.held)
        self._opener.ran(opened, committed)
        return committed.value

    def _run_sync(self, opened: Opened, held: Pending | None) -> Committed:
        step = opened.step
        for attempt in range(step.options.retries + 1):
            inner = self._opener.inner(opened, attempt, held)
            try:
                with entered(inner):
                    value = step.func(*opened.args, **opened.kwargs)
            except Exception as error:
                self._committer.failed(opened, inner, error)
                if attempt == step.options.retries:
                    self._opener.failed(opened, inner.own_labels)
                    raise
            except BaseException as error:
                self._committer.cancelled(inner, error)
                raise
            else:
                _refuse_awaitable(step, value)
                return self._committer.commit(opened, inner, value)
            finally:
                self._opener.close(inner)
        raise AssertionError("the last attempt returns or raises")

    async def _stream(
        self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> AsyncGenerator[Any, None]:
        opened = self._opener.open(step, frame, args, kwargs)
        hit = self._hit(opened)
        if hit is not None:
            for chunk in hit.value:
                yield chunk
            return
        self._allow(opened)
        joined = stream = self._joinable(opened, Broadcast)
        if stream is None:
            key = opened.flight_key
            stream = self._flights.launch(key, Broadcast(), lambda stream: self._run_stream(opened, stream))
        stream.follow(frame)
        place = 0
        try:
            while await stream.has(place):
                self._opener.gains(opened, stream.labels)
                yield stream.chunks[place].value()
                place += 1
        except Exception:
            self._opener.failed(opened, stream.labels)
            raise
        finally:
            await stream.leave(frame)
        committed = stream.result()
        if joined is None:
            self._opener.ran(opened, committed)
        else:
            self._opener.shared(opened, committed)

    async def _run_stream(self, opened: Opened, stream: Broadcast) -> Committed:
        step = opened.step
        for attempt in range(step.options.retries + 1):
            inner = self._opener.inner(opened, attempt, stream)
            body: AsyncGenerator[Any, None] = step.func(*opened.args, **opened.kwargs)
            try:
                with entered(inner):
                    await self._pull(opened, body, stream, inner)
            except Exception as error:
                self._committer.failed(opened, inner, error)
                if attempt == step.options.retries or stream.chunks:  # what was passed on cannot be taken back
                    raise
            except BaseException as error:
                try:
                    with entered(inner):
                        await body.aclose()
                finally:
                    self._committer.cancelled(inner, error)
                raise
            else:
                return self._committer.commit(opened, inner, [chunk.value() for chunk in stream.chunks])
            finally:
                stream.labels = stream.labels.join(inner.own_labels)
                self._opener.close(inner)
        raise AssertionError("the last attempt returns or raises")

    async def _pull(self, opened: Opened, body: AsyncGenerator[Any, None], stream: Broadcast, inner: Frame) -> None:
        while True:
            await stream.asked()
            try:
                chunk = await anext(body)
            except StopAsyncIteration:
                return
            stream.labels = stream.labels.join(inner.own_labels)
            stream.put(self._committer.kept(opened, chunk))
            if isinstance(chunk, str) and self._runtime.live.is_watched:
                self._runtime.live.text(place_of(inner), chunk)

    def _sync_stream(
        self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Iterator[Any]:
        """Make a stream where it is consumed. Identical ones are not shared: their consumers may be one thread."""
        opened = self._opener.open(step, frame, args, kwargs)
        hit = self._hit(opened)
        if hit is not None:
            yield from hit.value
            return
        self._allow(opened)
        chunks: list[Kept] = []
        for attempt in range(step.options.retries + 1):
            inner = self._opener.inner(opened, attempt, None)
            body: Generator[Any, None, None] = step.func(*opened.args, **opened.kwargs)
            try:
                while True:
                    with entered(inner):
                        try:
                            chunk = next(body)
                        except StopIteration:
                            break
                    self._opener.gains(opened, inner.own_labels)
                    chunks.append(self._committer.kept(opened, chunk))
                    yield chunks[-1].value()
            except Exception as error:
                self._committer.failed(opened, inner, error)
                if attempt == step.options.retries or chunks:
                    self._opener.failed(opened, inner.own_labels)
                    raise
            except BaseException as error:
                with entered(inner):
                    body.close()
                self._committer.cancelled(inner, error)
                raise
            else:
                committed = self._committer.commit(opened, inner, [chunk.value() for chunk in chunks])
                self._opener.ran(opened, committed)
                return
            finally:
                self._opener.close(inner)

    def _hit(self, opened: Opened) -> Committed | None:
        """Return the memo's result, already handed to the caller's frame; None where the body must run."""
        found = opened.found
        if isinstance(found, Missed):
            return None
        try:
            value = self._committer.decode(found)
        except (Undecodable, BlobCorrupt, BlobMissing) as error:
            self._runtime.warn("memo-lost", {"step": opened.step.name, "reason": type(error).__name__})
            opened.found = Missed("undecodable", opened.keyed, row=found.row)
            return None
        committed = Committed.of(found, value)
        self._opener.hit(opened, found, committed)
        return committed

    def _allow(self, opened: Opened) -> None:
        """Refuse a body that must not run: one that waits for itself, or an act on the outside in a replay."""
        if opened.frame.is_inside(opened.step, opened.full_key):
            raise self._recursion(opened)
        source = opened.frame.scope.source
        if source is not None and not source.may_run(opened.step, opened.keyed):
            raise NotRecorded(step=opened.step.name)

    def _recursion(self, opened: Opened) -> RecursiveStep:
        self._opener.failed(opened)
        return RecursiveStep(step=opened.step.name)


def _refuse_awaitable(step: Step[..., Any], value: Any) -> None:
    """A sync function that gives an awaitable is an async one in disguise: its body has not run yet."""
    if inspect.isawaitable(value):
        if inspect.iscoroutine(value):
            value.close()
        raise BadStep(step=step.name, reason="it is called like a sync function and returns an awaitable")


async def _within(step: Step[..., Any], body: Any, seconds: float) -> Any:
    deadline = asyncio.timeout(seconds)
    try:
        async with deadline:
            return await body
    except TimeoutError:
        if deadline.expired():
            raise StepTimeout(step=step.name, seconds=seconds) from None
        raise

"""One step call from arguments to result: look up, else run the body once, commit, hand on.

Decides with `Lookup`, writes with `Committer`; the body runs in a frame of its own. Async calls run as one detached
task that identical calls share; sync calls run where they are called.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from loomwork.flow.commit import Committed, Committer
from loomwork.flow.context import Frame, entered
from loomwork.flow.flight import Flight, Flights, waiting_for
from loomwork.flow.lookup import Found, Missed, drawn
from loomwork.flow.opening import Opened, Opener
from loomwork.flow.step import Step
from loomwork.kernel.errors.flow import NotRecorded, RecursiveStep, StepTimeout
from loomwork.kernel.errors.kernel import Undecodable

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
        flight = self._flights.find(opened.flight_key)
        if flight is not None and not flight.is_done:
            if waiting_for(flight, frame):
                raise self._recursion(opened)
            committed = await self._landed(flight, opened)
            self._opener.shared(opened, committed)
            return self._committer.fresh(committed)
        flight = self._flights.launch(opened.flight_key, self._run_async(opened))
        committed = await self._landed(flight, opened)
        self._opener.ran(opened, committed)
        return committed.value

    async def _landed(self, flight: Flight, opened: Opened) -> Committed:
        try:
            return await flight.join(opened.frame)
        except Exception:
            self._opener.failed(opened)
            raise

    async def _run_async(self, opened: Opened) -> Committed:
        step = opened.step
        for attempt in range(step.options.retries + 1):
            inner = self._opener.inner(opened, attempt)
            inner.flight = self._flights.find(opened.flight_key)
            try:
                with entered(inner):
                    value = await _within(step, step.func(*opened.args, **opened.kwargs))
            except asyncio.CancelledError as error:
                self._committer.cancelled(inner, error)
                raise
            except Exception as error:
                self._committer.failed(opened, inner, error)
                if attempt == step.options.retries:
                    raise
            else:
                return self._committer.commit(opened, inner, value)
        raise AssertionError("the last attempt returns or raises")

    def _call_sync(self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Any:
        opened = self._opener.open(step, frame, args, kwargs)
        hit = self._hit(opened)
        if hit is not None:
            return hit.value
        self._allow(opened)
        with self._flights.alone(opened.flight_key) as first:
            if not first:  # another thread has just made this very call
                again = self._hit(self._opener.again(opened))
                if again is not None:
                    return again.value
            try:
                committed = self._run_sync(opened)
            except Exception:
                self._opener.failed(opened)
                raise
        self._opener.ran(opened, committed)
        return committed.value

    def _run_sync(self, opened: Opened) -> Committed:
        step = opened.step
        for attempt in range(step.options.retries + 1):
            inner = self._opener.inner(opened, attempt)
            try:
                with entered(inner):
                    value = step.func(*opened.args, **opened.kwargs)
            except Exception as error:
                self._committer.failed(opened, inner, error)
                if attempt == step.options.retries:
                    raise
            except BaseException as error:
                self._committer.cancelled(inner, error)
                raise
            else:
                return self._committer.commit(opened, inner, value)
        raise AssertionError("the last attempt returns or raises")

    async def _stream(
        self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> AsyncIterator[Any]:
        opened = self._opener.open(step, frame, args, kwargs)
        hit = self._hit(opened)
        if hit is not None:
            for chunk in hit.value:
                yield chunk
            return
        self._allow(opened)
        inner = self._opener.inner(opened, 0)
        chunks: list[Any] = []
        body = step.func(*opened.args, **opened.kwargs)
        try:
            while True:
                with entered(inner):
                    try:
                        chunk = await body.__anext__()
                    except StopAsyncIteration:
                        break
                chunk = self._committer.as_stored(opened, chunk)
                chunks.append(chunk)
                yield chunk
        except (GeneratorExit, asyncio.CancelledError) as error:
            with entered(inner):
                await body.aclose()
            self._committer.cancelled(inner, error)
            raise
        except Exception as error:
            self._committer.failed(opened, inner, error)
            self._opener.failed(opened)
            raise
        self._opener.ran(opened, self._committer.commit(opened, inner, chunks))

    def _sync_stream(
        self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]
    ) -> Iterator[Any]:
        opened = self._opener.open(step, frame, args, kwargs)
        hit = self._hit(opened)
        if hit is not None:
            yield from hit.value
            return
        self._allow(opened)
        inner = self._opener.inner(opened, 0)
        chunks: list[Any] = []
        body: Generator[Any, None, None] = step.func(*opened.args, **opened.kwargs)
        try:
            while True:
                with entered(inner):
                    try:
                        chunk = next(body)
                    except StopIteration:
                        break
                chunk = self._committer.as_stored(opened, chunk)
                chunks.append(chunk)
                yield chunk
        except GeneratorExit as error:
            body.close()
            self._committer.cancelled(inner, error)
            raise
        except Exception as error:
            self._committer.failed(opened, inner, error)
            self._opener.failed(opened)
            raise
        self._opener.ran(opened, self._committer.commit(opened, inner, chunks))

    def _hit(self, opened: Opened) -> Committed | None:
        """Return the memo's result, already handed to the caller's frame; None where the body must run."""
        found = opened.found
        if isinstance(found, Missed):
            return None
        try:
            value = self._committer.decode(found)
        except Undecodable:
            opened.found = Missed("undecodable", opened.keyed, row=found.row)
            return None
        committed = Committed.of(found, value)
        self._opener.hit(opened, found, committed)
        return committed

    def _allow(self, opened: Opened) -> None:
        """Refuse a body that must not run: one that waits for itself, or an act on the outside in a replay."""
        if opened.frame.is_inside(opened.full_key):
            raise self._recursion(opened)
        source = opened.frame.scope.source
        if source is not None and not source.may_run(opened.step, opened.keyed):
            raise NotRecorded(step=opened.step.name)

    def _recursion(self, opened: Opened) -> RecursiveStep:
        self._opener.failed(opened)
        return RecursiveStep(step=opened.step.name)


async def _within(step: Step[..., Any], body: Any) -> Any:
    seconds = step.options.timeout
    if seconds is None:
        return await body
    deadline = asyncio.timeout(seconds)
    try:
        async with deadline:
            return await body
    except TimeoutError:
        if deadline.expired():
            raise StepTimeout(step=step.name, seconds=seconds) from None
        raise


__all__ = ["Engine", "Found", "drawn"]

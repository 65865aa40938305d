"""Model calls that are traced and counted but not remembered: for who asks for a draw that nobody will ask for again.

A step's model calls go through `models.steps`, which keys and memoises them; a server that passes a sampled request on
would pay for a memo that cannot be used. The span is the same, and so is what is booked.
"""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import cast

from loomwork.flow.context import Frame, entered
from loomwork.flow.observe import own_io
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.models.catalog import Catalog
from loomwork.models.protocols import Mode, Model
from loomwork.models.protocols import complete as whole
from loomwork.models.wrappers.routes import DEGRADED
from loomwork.trace import semconv


async def complete(frame: Frame, alias: str, request: Request) -> Response:
    """Ask a model or a route for a whole answer, beneath `frame`. Raises `ModelError`."""
    if _catalog(frame).settings(alias).route:
        return await whole(_model(frame, alias), request)
    inner = _opened(frame, alias)
    try:
        with entered(inner), own_io():
            response = await whole(_model(frame, alias), request)
    except BaseException as error:
        _failed(inner, error)
        raise
    _answered(inner, alias, response)
    return response


async def stream(
    frame: Frame, alias: str, request: Request, *, mode: Mode = "live"
) -> AsyncGenerator[StreamEvent, None]:
    """Ask a model or a route for an answer in pieces, beneath `frame`; the last one is `Done`. Raises `ModelError`."""
    if _catalog(frame).settings(alias).route:
        async with aclosing(_model(frame, alias).stream(request, mode=mode)) as events:
            async for event in events:
                yield event
        return
    inner = _opened(frame, alias)
    span = inner.span
    clock = frame.runtime.clock
    begun = clock.monotonic()
    done: Response | None = None
    waiting = True
    events = _model(frame, alias).stream(request, mode=mode)
    try:
        while True:
            with entered(inner), own_io():  # around each step, never around a yield: the consumer is not ours
                event = await anext(events, None)
            if event is None:
                break
            if waiting and span is not None:
                waiting = False
                span.set(semconv.FIRST_CHUNK, clock.monotonic() - begun)
            if isinstance(event, Done):
                done = event.response
            yield event
    except BaseException as error:
        _failed(inner, error)
        raise
    finally:
        with entered(inner), own_io():
            await events.aclose()
        if done is not None:
            _answered(inner, alias, done)


class _Member:
    """A route's member: a call of its own."""

    def __init__(self, frame: Frame, alias: str) -> None:
        self._frame = frame
        self._alias = alias

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        if mode == "whole":
            yield Done(response=await self.whole(request))
            return
        async with aclosing(stream(self._frame, self._alias, request, mode=mode)) as events:
            async for event in events:
                yield event

    async def whole(self, request: Request) -> Response:
        return await complete(self._frame, self._alias, request)


def _catalog(frame: Frame) -> Catalog:
    return cast("Catalog", frame.runtime.services["models"])


def _model(frame: Frame, alias: str) -> Model:
    catalog = _catalog(frame)
    if catalog.settings(alias).route:
        made = catalog.route(alias, lambda member: _Member(frame, member), confidential=frame.scope.confidential)
        if frame.runtime.switches.off:
            frame.runtime.switches.check_model(alias)
        return made
    return catalog.model(alias)


def _opened(frame: Frame, alias: str) -> Frame:
    """Return the frame of one call, with its span started."""
    runtime, scope = frame.runtime, frame.scope
    if runtime.switches.off:
        runtime.switches.check_model(alias)
    _catalog(frame).check_cleared(alias, scope.confidential)
    target = _catalog(frame).resolve(alias).targets[0]
    inner = Frame(runtime, scope, parent=frame)
    inner.span = runtime.recorder.start(
        "model",
        kind="model",
        parent=frame.span,
        trace=frame.trace,
        run=scope.run,
        item=scope.item,
        trial=scope.trial,
        subject=scope.subject,
        attributes={"loomwork.model": alias, semconv.PROVIDER: target.provider, semconv.REQUEST_MODEL: target.model},
    )
    return inner


def _answered(inner: Frame, alias: str, response: Response) -> None:
    span = inner.span
    if span is None:
        return
    attributes = span.attributes
    attributes[semconv.RESPONSE_MODEL] = response.model
    attributes[semconv.RESPONSE_ID] = response.id
    attributes[semconv.FINISH_REASONS] = [response.finish_raw or response.finish_reason]
    if response.extra.get(DEGRADED):
        attributes["loomwork.degraded"] = f"{alias}: {response.extra[DEGRADED]}"
    _counted(inner)
    span.end()


def _failed(inner: Frame, error: BaseException) -> None:
    if inner.span is not None:
        _counted(inner)
        gone = not isinstance(error, Exception)
        said = f"cancelled ({type(error).__name__})" if gone else f"{type(error).__name__}: {error}"
        inner.span.end(status="error", error=said)


def _counted(inner: Frame) -> None:
    span = inner.span
    if span is None:
        return
    if inner.requests:
        span.set("loomwork.requests", inner.requests)
    if inner.usage is not None:
        span.usage(inner.usage)
    if inner.cost is not None and len(inner.cost.amounts) == 1 and not inner.cost.unpriced:
        span.cost(inner.cost.amounts[0])

"""Model calls as steps: keyed by what answers (driver, model, address, parameters), memoised, traced and counted.

The one file of models that knows flow's steps. The workspace registers its `Catalog` as the service "models".
"""

from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import aclosing
from functools import partial
from typing import Any, cast

from loomwork.flow.builtin import Settled, builtin
from loomwork.flow.context import current_frame, mark_degraded, read_principal, runtime, service
from loomwork.flow.observe import own_io
from loomwork.flow.opening import place_of
from loomwork.kernel.labels import Labels
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.models.catalog import Catalog
from loomwork.models.protocols import Mode, Model
from loomwork.models.protocols import complete as whole
from loomwork.models.wrappers.routes import DEGRADED
from loomwork.trace import semconv

_MODEL = Labels(origins=frozenset({"model"}))
_EMBEDDING = ("driver", "model", "base_url", "dimensions", "extra_body", "headers", "recordings")
"""What of an identity changes vectors."""


def _keep(arguments: Mapping[str, Any]) -> dict[str, Any]:
    request: Request = arguments["request"]
    return {"alias": arguments["alias"], "temperature": request.temperature, "draw": arguments["draw"]}


def _settle(services: Mapping[str, Any], kept: Mapping[str, Any]) -> Settled:
    catalog = cast("Catalog", services["models"])
    found = catalog.resolve(kept["alias"], temperature=kept["temperature"])
    return Settled(identity=found.identity, digest=found.digest, sampled=found.sampled, shown=found.shown)


def _keep_alias(arguments: Mapping[str, Any]) -> dict[str, Any]:
    return {"alias": arguments["alias"]}


def _settle_embedding(services: Mapping[str, Any], kept: Mapping[str, Any]) -> Settled:
    catalog = cast("Catalog", services["models"])
    alias = kept["alias"]
    found = catalog.resolve(alias)
    identity = {name: found.identity[name] for name in _EMBEDDING if name in found.identity}
    return Settled(identity=identity, shown={f"models.{alias}.{name}": str(value) for name, value in identity.items()})


@builtin(name="model", kind="model", semantics=1, keep=_keep, settle=_settle, ignore=("alias", "draw"), labels=_MODEL)
async def complete(alias: str, request: Request, draw: int | None = None) -> Response:
    """Ask a model for a whole answer.

    Args:
        alias: Its name in the settings; what it stands for is part of the key, the name itself is not.
        request: What to ask.
        draw: Which draw of a sampled answer to take; by default the n-th identical call of a step is draw n.
    """
    del draw  # the frame knows it
    response = await whole(_model(alias), request, _onlooker(alias))
    _note(alias, response)
    return response


@builtin(
    name="model_stream", kind="model", semantics=1, keep=_keep, settle=_settle, ignore=("alias", "draw"), labels=_MODEL
)
async def stream(alias: str, request: Request, draw: int | None = None) -> AsyncGenerator[StreamEvent, None]:
    """Ask a model for an answer in pieces; the last one is `Done`. Arguments as of `complete`."""
    del draw  # the frame knows it
    clock = runtime().clock
    begun = clock.monotonic()
    waiting = True
    async with aclosing(_model(alias).stream(request)) as events:
        async for event in events:
            if waiting:
                waiting = False
                _mark({semconv.FIRST_CHUNK: clock.monotonic() - begun})
            if isinstance(event, Done):
                _note(alias, event.response)
            yield event


@builtin(name="embed", kind="model", semantics=1, keep=_keep_alias, settle=_settle_embedding, ignore=("alias",))
async def embed(alias: str, texts: list[str]) -> Any:
    """Turn texts into vectors: a float32 array of shape (len(texts), dimensions)."""
    _catalog().check_cleared(alias, _marked())
    with own_io():
        made = await _catalog().embed(alias, texts)
    if made.together > 1:
        _mark({"loomwork.gathered": made.together})
    return made.vectors


def _onlooker(alias: str) -> Callable[[str], None] | None:
    """Return what shows the text of this call to those who watch the step that asked; None where nobody does.

    A route is not shown: its members are calls of their own.
    """
    frame = current_frame()
    if frame is None or not frame.runtime.live.is_watched or _catalog().settings(alias).route:
        return None
    asking = frame.parent
    while asking is not None and asking.step is not None and asking.step.semantics is not None:
        asking = asking.parent
    if asking is None or asking.step is None:
        return None
    return partial(frame.runtime.live.text, place_of(asking))


class _Sent:
    """A model whose requests are loomwork's own work: its connections are no observation of the step that calls it."""

    def __init__(self, model: Model) -> None:
        self._model = model

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        events = self._model.stream(request, mode=mode)
        try:
            while True:
                with own_io():  # around each step, never around a yield: the consumer is not ours
                    event = await anext(events, None)
                if event is None:
                    return
                yield event
        finally:
            with own_io():
                await events.aclose()

    async def whole(self, request: Request) -> Response:
        with own_io():
            return await whole(self._model, request)


class _Called:
    """A route's member as a step of its own, so that its answer is memoised even where the route's is not."""

    def __init__(self, alias: str, draw: int | None) -> None:
        self._alias = alias
        self._draw = draw

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        if mode == "whole":
            yield Done(response=await self.whole(request))
            return
        async with aclosing(stream(self._alias, request, self._draw)) as events:
            async for event in events:
                yield event

    async def whole(self, request: Request) -> Response:
        return await complete(self._alias, request, self._draw)


def _catalog() -> Catalog:
    return cast("Catalog", service("models"))


def _model(alias: str) -> Model:
    catalog = _catalog()
    frame = current_frame()
    confidential = _marked()
    if not catalog.settings(alias).route:
        catalog.check_cleared(alias, confidential)
        return _Sent(catalog.model(alias))
    draw = None if frame is None else frame.draw
    return catalog.route(alias, lambda member: _Called(member, draw), confidential=confidential)


def _marked() -> str:
    """Return how what this call sends is marked; where answers are kept apart, its memo is the principal's alone."""
    frame = current_frame()
    if frame is None:
        return ""
    if frame.scope.apart:
        read_principal()
    return frame.scope.confidential


def _note(alias: str, response: Response) -> None:
    """Tell the running call's span who answered, and the call that its answer is second best if it is."""
    reason = response.extra.get(DEGRADED)
    if reason:
        mark_degraded(f"{alias}: {reason}")
    resolved = _catalog().resolve(alias)
    if not resolved.members:
        target = resolved.targets[0]
        _mark({semconv.PROVIDER: target.provider, semconv.REQUEST_MODEL: target.model})
    _mark(
        {
            "loomwork.model": alias,
            semconv.RESPONSE_MODEL: response.model,
            semconv.RESPONSE_ID: response.id,
            semconv.FINISH_REASONS: [response.finish_raw or response.finish_reason],
        }
    )


def _mark(attributes: Mapping[str, Any]) -> None:
    frame = current_frame()
    if frame is not None and frame.span is not None:
        for key, value in attributes.items():
            frame.span.set(key, value)

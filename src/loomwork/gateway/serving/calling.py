"""Make the call behind a request in a frame of flow, so that it is memoised, traced and replayable. Knows no API.

A model's answer that is a draw is drawn anew for every request unless the settings let draws be cached: it is traced
and counted, and there is no memo of it, since nobody could ask for the same draw again. The draws within a step follow
its trial, which is then another one for every request.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Iterator
from contextlib import aclosing
from random import SystemRandom
from typing import TYPE_CHECKING, Any, Literal, cast

from loomwork.flow.context import Budget, Frame, Scope, entered
from loomwork.flow.lookup import Missed
from loomwork.flow.runtime import Runtime
from loomwork.gateway.serving.results import pieces_of, response_of
from loomwork.gateway.serving.served import Served
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.principals import Principal
from loomwork.kernel.stream import Assembler, Done, StreamEvent, TextDelta
from loomwork.kernel.usage import Cost, Usage
from loomwork.models import traced
from loomwork.models.protocols import Mode, Model
from loomwork.models.protocols import complete as whole
from loomwork.models.steps import complete, embed, stream

if TYPE_CHECKING:
    from loomwork.flow.keys import Keyed
    from loomwork.flow.lookup import Found
    from loomwork.flow.step import Step
    from loomwork.models.catalog import Catalog
    from loomwork.trace.recorder import Span

Use = Literal["anew", "draw", "all"]
"""What may be reused: nothing, all but draws, everything."""
_DRAWS = 2**52
_PRINCIPALS = 4096


class Tally:
    """What one request used, all calls beneath it together (`flow.context.Totals`)."""

    __slots__ = ("cost", "hits", "last_hit", "ran", "requests", "usage")

    def __init__(self) -> None:
        self.requests = 0
        self.usage: Usage | None = None
        self.cost: Cost | None = None
        self.hits = 0
        self.ran = 0
        self.last_hit = ""

    def called(self, step: str, kind: str, outcome: Literal["hit", "ran", "failed"]) -> None:
        """Count one call."""
        del kind
        if outcome == "hit":
            self.hits += 1
            self.last_hit = step
        else:
            self.ran += 1

    def metered(self, requests: int, usage: Usage | None, cost: Cost | None) -> None:
        """Count requests sent, tokens and money."""
        self.requests += requests
        if usage is not None:
            self.usage = usage if self.usage is None else self.usage + usage
        if cost is not None:
            self.cost = cost if self.cost is None else self.cost + cost

    @property
    def is_memo(self) -> bool:
        """Whether the answer was there already."""
        return bool(self.hits) and not self.ran and not self.requests

    def is_memo_so_far(self, served: Served) -> bool:
        """Say whether a stream that begins was there already: a step may have only begun to run over what was."""
        return self.is_memo and (served.step is None or self.last_hit == served.function[0].name)


class _Anew:
    """Lets no memo answer (`flow.context.Source`): for a client that says `no-cache`."""

    def given(self, step: "Step[..., Any]", keyed: "Keyed", draw: int | None) -> "Found | Missed | None":
        """Nothing may be reused."""
        del step, draw
        return Missed("refresh", keyed)

    def may_run(self, step: "Step[..., Any]", keyed: "Keyed") -> bool:
        """Everything may run."""
        del step, keyed
        return True


_ANEW = _Anew()


class Calling:
    """Calls what is served.

    Args:
        runtime: Of the open workspace.
        run: Under which run calls are kept: that of the release.
    """

    def __init__(self, runtime: Runtime, run: str) -> None:
        self.runtime = runtime
        self.run = run
        self._random = SystemRandom().randrange(_DRAWS)
        self._scopes: dict[Principal, Scope] = {}

    def frame(
        self,
        span: "Span",
        served: Served,
        *,
        principal: Principal,
        subject: str,
        tally: Tally,
        use: Use,
        confidential: str = "",
        budget: Budget | None = None,
    ) -> Frame:
        """Return the bottom of one request's calls."""
        source = _ANEW if use == "anew" or served.memo is False else None
        if served.kind == "step":
            run, trial = self._place(served.memo, use)
            scope = Scope(
                run=run,
                trial=trial,
                principal=principal,
                subject=subject,
                totals=tally,
                source=source,
                confidential=confidential,
                apart=not served.share,
            )
        else:
            scope = self._scope(principal).serving(
                subject=subject, totals=tally, source=source, confidential=confidential, apart=not served.share
            )
        scope.budget = budget
        frame = self.runtime.root(scope)
        frame.span = span
        frame.trace = span.trace
        return frame

    def _scope(self, principal: Principal) -> Scope:
        """Return the scope of a principal's requests to models."""
        found = self._scopes.get(principal)
        if found is None:
            if len(self._scopes) >= _PRINCIPALS:
                self._scopes.clear()
            found = self._scopes[principal] = Scope(run=self.run, principal=principal)
        return found

    def _place(self, memo: float | bool | None, use: Use) -> tuple[str, int]:
        """Return the run and the trial of a step's calls.

        What cannot be verified (the clock, the network) is reused within one run, so every request is a run of its
        own, unless its table says for how long an answer holds: then all of a window of that length are one.
        """
        if isinstance(memo, float) and use != "anew":
            window = 1 + int(self.runtime.clock.now_ns() / 1e9 / memo)
            return f"{self.run}.{window}", window
        keeps_draws = memo is True or (use == "all" and memo is None)
        return self.runtime.ids.run_id(), 0 if keeps_draws and use != "anew" else self._next()

    def draw(self, use: Use) -> Use:
        """Return what `complete` and `stream` are told of reuse."""
        return use

    async def complete(self, frame: Frame, served: Served, request: Request, use: Use) -> Response:
        """Return a whole answer. Raises what the call raises."""
        if served.step is None:
            if not self._remembered(frame, served, request, use):
                return await traced.complete(frame, served.name, request)
            if served.kind == "route":
                return await whole(_route(frame, served.name), request)
            return await self.runtime.call(complete, frame, (served.name, request), {})
        step, taking = served.function
        arguments = taking.talk(request)
        if step.form in ("async", "sync"):
            return response_of(await self.call(frame, served, arguments))
        async with aclosing(self._stream_step(frame, served, arguments)) as events:
            async for event in events:
                if isinstance(event, Done):
                    return event.response
        raise AssertionError("a stream of ours ends with Done")

    def stream(self, frame: Frame, served: Served, request: Request, use: Use) -> AsyncGenerator[StreamEvent, None]:
        """Return the pieces of an answer, the last of them `Done`."""
        if served.step is None:
            if not self._remembered(frame, served, request, use):
                return traced.stream(frame, served.name, request)
            if served.kind == "route":
                return _route(frame, served.name).stream(request)
            return self.runtime.call(stream, frame, (served.name, request), {})
        return self._stream_step(frame, served, served.function[1].talk(request))

    async def embed(self, frame: Frame, served: Served, texts: list[str]) -> Any:
        """Return one vector a text."""
        return await self.runtime.call(embed, frame, (served.name, texts), {})

    async def call(self, frame: Frame, served: Served, arguments: dict[str, Any]) -> Any:
        """Return what a step gives; the list of its chunks where it streams."""
        step, _ = served.function
        with entered(frame):
            match step.form:
                case "async":
                    return await step(**arguments)
                case "sync":
                    return await asyncio.to_thread(step, **arguments)
                case "stream" | "sync-stream":
                    return [chunk async for chunk in self.chunks(frame, served, arguments)]

    async def chunks(self, frame: Frame, served: Served, arguments: dict[str, Any]) -> AsyncGenerator[Any, None]:
        """Yield a step's chunks; one where it does not stream."""
        step, _ = served.function
        match step.form:
            case "stream":
                made = cast("AsyncGenerator[Any, None]", self.runtime.call(step, frame, (), arguments))
                async with aclosing(made) as chunks:
                    async for chunk in chunks:
                        yield chunk
            case "sync-stream":
                with entered(frame):
                    chunks = cast("Iterator[Any]", step(**arguments))
                async for chunk in _in_threads(chunks, frame):
                    yield chunk
            case _:
                yield await self.call(frame, served, arguments)

    async def _stream_step(
        self, frame: Frame, served: Served, arguments: dict[str, Any]
    ) -> AsyncGenerator[StreamEvent, None]:
        whole = Assembler()
        last: Response | None = None
        async with aclosing(self.chunks(frame, served, arguments)) as chunks:
            async for chunk in chunks:
                for event in pieces_of(chunk):
                    if isinstance(event, Done):
                        last = event.response
                        continue
                    if not (isinstance(event, TextDelta) and not event.text):
                        whole.add(event)
                        yield event
        yield Done(response=last or whole.finish(finish_reason="stop"))

    @staticmethod
    def _remembered(frame: Frame, served: Served, request: Request, use: Use) -> bool:
        """Say whether a model's answer can be asked for again: nobody asks for the same draw twice."""
        if use == "anew":
            return False
        catalog = cast("Catalog", frame.runtime.services["models"])
        return use == "all" or not catalog.resolve(served.name, temperature=request.temperature).sampled

    def _next(self) -> int:
        self._random = (self._random + 1) % _DRAWS
        return self._random + 1


class _Member:
    """A route's member: a call of its own, whose answer is remembered."""

    def __init__(self, frame: Frame, alias: str) -> None:
        self._frame = frame
        self._alias = alias

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        if mode == "whole":
            yield Done(response=await self.whole(request))
            return
        asked = (self._alias, request)
        async with aclosing(self._frame.runtime.call(stream, self._frame, asked, {})) as events:
            async for event in events:
                yield event

    async def whole(self, request: Request) -> Response:
        return await self._frame.runtime.call(complete, self._frame, (self._alias, request), {})


def _route(frame: Frame, alias: str) -> Model:
    """Return a route that is no call of its own: whom it asks is worked out each time, what they say is remembered."""
    catalog, off = cast("Catalog", frame.runtime.services["models"]), frame.runtime.switches
    made = catalog.route(alias, lambda member: _Member(frame, member), confidential=frame.scope.confidential)
    if off.off:
        off.check_model(alias)
    return made


async def _in_threads(chunks: Iterator[Any], frame: Frame) -> AsyncIterator[Any]:
    """Pull a plain generator from a thread, so that what it waits for holds up nobody else."""
    end = object()

    def pull() -> Any:
        with entered(frame):
            return next(chunks, end)

    while (chunk := await asyncio.to_thread(pull)) is not end:
        yield chunk

"""Answer a request for words, whole or in pieces: who asks, what is served, caches, the call, the answer, the note.

The order is fixed, and each stage is a place where a request can end: size, key, decoding, what is served, whether the
key may have it, the cache in front, a place and money, the call. Knows every API only as a `Dialect`.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import aclosing

from msgspec import structs

from loomwork.flow.context import Frame
from loomwork.gateway.caching.exact import Answer
from loomwork.gateway.caching.warm import key_of_requests
from loomwork.gateway.choices import side_by_side, together
from loomwork.gateway.dialects.asked import Dialect, Pieces
from loomwork.gateway.entering import admitted, ended_by, framed, settled
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.planning import SHOWN, WHOLE, Plan, fitted, form_of, marked, memo_of, planned, who_shares
from loomwork.gateway.secondbest import Asks, Quotes, kept_for_need, second_best, stale_key
from loomwork.gateway.serving.calling import Tally
from loomwork.gateway.serving.served import Served
from loomwork.gateway.watching import Watch
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.gateway import ServerStopping
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.kernel.usage import Usage
from loomwork.models.estimate import estimate_request
from loomwork.models.wrappers.routes import DEGRADED
from loomwork.store.requests import REFUSED

CONFIDENTIAL = "loomwork.confidential"
"""The attribute of a request's span that says how it is marked."""


async def talk(gateway: Gateway, dialect: Dialect, exchange: Exchange) -> None:
    """Answer one request. Raises what ends it without an answer."""
    data = await exchange.body()
    exchange.identify()
    mark = marked(exchange)
    if mark:
        exchange.span.attributes[CONFIDENTIAL] = mark
    spelled = (exchange.key.id, exchange.release, dialect.name, mark, data)
    known = gateway.spellings.get(spelled)
    if known is not None and await _known(gateway, dialect, exchange, known, data):
        return
    plan = planned(gateway, dialect, exchange, exchange.decoded(data))
    exchange.span.body_in(data, plan.shown)
    if plan.key and plan.use != "anew":
        gateway.spellings.put(spelled, plan, len(data))
    if plan.use != "anew" and not gateway.runtime.switches.off:
        found = gateway.cache.get(plan.key) if plan.key else None
        warm = b"" if found is not None else _warm_key(gateway, dialect, exchange, plan)
        found = gateway.warm.answers.get(warm) if warm else found
        if found is not None:
            await _from_cache(gateway, dialect, exchange, plan, found, warm)
            return
    exchange.cache = "miss" if plan.key else "off" if plan.served.step is None else memo_of(plan.served, plan.use)
    watch = Watch(
        exchange.receive,
        total=gateway.deadlines.total,
        phase="first token" if plan.asked.stream else "total",
        seconds=gateway.deadlines.first_token if plan.asked.stream else None,
    )
    try:
        await _answered(gateway, dialect, exchange, plan, watch)
    except asyncio.CancelledError:
        if not watch.caught():
            if gateway.stopping:
                raise ServerStopping from None
            raise
        raise ended_by(watch, gateway, plan.served.name) from None
    finally:
        watch.stop()


async def _known(gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, data: bytes) -> bool:
    """Give the answer that is held for a request which came before, byte for byte; false where there is none."""
    found = None if exchange.no_cache or gateway.runtime.switches.off else gateway.cache.get(plan.key)
    if found is None:
        return False
    served = plan.served
    exchange.of(served)
    exchange.user, exchange.streamed = plan.asked.user, plan.asked.stream
    gateway.admission.allow(exchange.key, served.name, "chat")
    exchange.span.body_in(data, plan.shown)
    await _from_cache(gateway, dialect, exchange, plan, found)
    return True


async def count(gateway: Gateway, dialect: Dialect, exchange: Exchange) -> None:
    """Answer how many tokens a request has: our own estimate, which errs upward, without asking the model."""
    data = await exchange.body()
    exchange.identify()
    asked = dialect.read({"max_tokens": 1, **exchange.decoded(data)})
    served = gateway.serving.find(asked.served)
    exchange.of(served)
    gateway.admission.allow(exchange.key, served.name, "chat")
    await exchange.answer(b'{"input_tokens":%d}' % estimate_request(asked.requests[0]))


def _warm_key(gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan) -> bytes:
    """Name what was made ahead; empty where nothing was, and for what is confidential: it is nobody else's."""
    if not gateway.warm or CONFIDENTIAL in exchange.span.attributes:
        return b""
    return key_of_requests(exchange.release, plan.served.name, dialect.name, plan.requests)


async def _from_cache(
    gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, found: Answer, warm: bytes = b""
) -> None:
    """Give an answer that was given before, or made ahead."""
    exchange.cached, exchange.cache = ("warm", "warm") if warm else ("exact", "hit")
    exchange.model = found.model
    exchange.saved, exchange.currency = found.cost_micros or 0, found.currency
    _told(exchange, found.responses)
    exchange.span.body_out(found.forms.get(WHOLE, b""), found.shown)
    form = form_of(plan.asked)
    data = found.forms.get(form)
    if data is None:  # it is kept as what it came to, and written out when a form is first asked for
        data = _written(dialect, plan, found.responses)
        (gateway.warm.answers if warm else gateway.cache).add(warm or plan.key, found, form, data)
    await _given(exchange, plan, data)


def _written(dialect: Dialect, plan: Plan, responses: Sequence[Response]) -> bytes:
    if not plan.asked.stream:
        return dialect.write(plan.asked, plan.head, responses)
    pieces = dialect.pieces(plan.asked, plan.head)
    said = [pieces.take(place, Done(response=response)) for place, response in enumerate(responses)]
    return b"".join((*said, pieces.end()))


async def _answered(gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, watch: Watch) -> None:
    """Give the proper answer; where it cannot be had, what the table names for that."""
    key = stale_key(who_shares(exchange, plan.served), plan.served, plan.requests)
    try:
        responses = await _made(gateway, dialect, exchange, plan, watch)
    except LoomworkError as error:
        if exchange.started:
            raise
        asks, quotes = _asks(gateway, dialect, exchange, plan), _quotes(gateway, exchange, plan)
        found = await second_best(gateway, plan.served, key, error, asks, quotes)
        if found is None:
            raise
        exchange.degraded = found.reason
        exchange.model = found.answer[0].model
        if found.way.kind == "stale":
            exchange.cached = exchange.cache = "stale"
        await _given(exchange, plan, _written(dialect, plan, found.answer))
    else:
        if not exchange.degraded:
            kept_for_need(gateway, key, responses, exchange.model)


def _asks(gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan) -> Asks:
    """Return what asks another model the same, within its own place and money."""

    async def ask(other: Served) -> list[Response]:
        drivers = frozenset(target.driver for target in gateway.serving.resolved(other, None).targets)
        requests = fitted(plan.asked, other, dialect, drivers)
        ticket = await admitted(gateway, exchange, other, requests)
        tally = Tally()
        try:
            frame = framed(gateway, exchange, other, plan.use, tally)
            return [await gateway.calling.complete(frame, other, request, plan.use) for request in requests]
        finally:
            settled(exchange, ticket, tally)

    return ask


def _quotes(gateway: Gateway, exchange: Exchange, plan: Plan) -> Quotes:
    """Return what answers each choice out of documents that the caller may read."""

    async def quote(base: str) -> list[Response] | None:
        if gateway.quote is None:
            return None
        said = plan.requests[0].messages[-1].text
        found = await gateway.quote(base, said, exchange.key.principal)
        return None if found is None else [found] * len(plan.requests)

    return quote


async def _given(exchange: Exchange, plan: Plan, data: bytes) -> None:
    """Send an answer that is written."""
    if not plan.asked.stream:
        await exchange.answer(data)
        return
    await exchange.begin_events()
    exchange.begins()
    await exchange.events(data, more=False)


async def _made(gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, watch: Watch) -> list[Response]:
    ticket = await admitted(gateway, exchange, plan.served, plan.requests)
    exchange.budget = ticket.budget
    tally = Tally()
    try:
        if plan.asked.stream:
            return await _stream(gateway, dialect, exchange, plan, watch, tally)
        return await _whole(gateway, dialect, exchange, plan, tally)
    finally:
        settled(exchange, ticket, tally)


async def _whole(gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, tally: Tally) -> list[Response]:
    async def make() -> list[Response]:
        calls = [
            gateway.calling.complete(frame, plan.served, request, plan.use)
            for frame, request in _framed_choices(gateway, exchange, plan, tally)
        ]
        return [await calls[0]] if len(calls) == 1 else await together(calls)

    joined = True

    async def first() -> list[Response]:
        nonlocal joined
        joined = False
        return await make()

    if gateway.coalescing is not None and plan.key and plan.use != "anew":
        responses = await gateway.coalescing.once(plan.key, first)
    else:
        responses = await first()
    if plan.served.step is not None:
        responses = [_with_usage(responses[0], tally), *responses[1:]]
    _ended(gateway, dialect, exchange, plan, responses, tally, joined=joined)
    data = dialect.write(plan.asked, plan.head, responses)
    exchange.span.body_out(data, responses[0].__preview__()[:SHOWN])
    keep(gateway, exchange, plan, responses, tally, data)
    await exchange.answer(data)
    return responses


async def _stream(
    gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, watch: Watch, tally: Tally
) -> list[Response]:
    pieces = dialect.pieces(plan.asked, plan.head)
    streams = [
        gateway.calling.stream(frame, plan.served, request, plan.use)
        for frame, request in _framed_choices(gateway, exchange, plan, tally)
    ]
    passing = _Passing(exchange, plan, pieces, watch, tally)
    if len(streams) == 1:
        async with aclosing(streams[0]) as events:
            async for event in events:
                await passing.on(0, event)
    else:
        async with aclosing(side_by_side(streams)) as found:
            async for place, event in found:
                await passing.on(place, event)
    responses = passing.responses
    _ended(gateway, dialect, exchange, plan, responses, tally)
    exchange.span.body_out(dialect.write(plan.asked, plan.head, responses), responses[0].__preview__()[:SHOWN])
    keep(gateway, exchange, plan, responses, tally, None)
    await exchange.events(pieces.end(), more=False)
    return responses


class _Passing:
    """Passes the choices' pieces on, and keeps their answers."""

    def __init__(self, exchange: Exchange, plan: Plan, pieces: Pieces, watch: Watch, tally: Tally) -> None:
        self._exchange = exchange
        self._plan = plan
        self._pieces = pieces
        self._watch = watch
        self._tally = tally
        self._next_token = exchange.gateway.deadlines.next_token
        self._found: dict[int, Response] = {}

    @property
    def responses(self) -> list[Response]:
        """Every choice's answer, in their order."""
        missing = len(self._plan.requests) - len(self._found)
        if missing:
            raise AssertionError(f"{missing} streams of {self._plan.served.name} ended without Done")
        return [self._found[place] for place in range(len(self._plan.requests))]

    async def on(self, place: int, event: StreamEvent) -> None:
        """Pass one choice's piece on."""
        exchange = self._exchange
        if not exchange.started:
            exchange.begins()
            if self._tally.is_memo_so_far(self._plan.served):
                exchange.cache = "hit"
            await exchange.begin_events()
        self._watch.next("next token", self._next_token)
        if isinstance(event, Done):
            if self._plan.served.step is not None and len(self._found) == len(self._plan.requests) - 1:
                event = Done(response=_with_usage(event.response, self._tally))  # by now every call has been counted
            self._found[place] = event.response
        said = self._pieces.take(place, event)
        if said:
            await exchange.events(said)
            if exchange.chunks == 1:
                await asyncio.sleep(0)  # what is written goes out when the loop has its turn: the first word at once


def _with_usage(response: Response, tally: Tally) -> Response:
    """A step's answer with what all the calls beneath it used for this request: nothing where they were remembered."""
    return response if response.usage is not None else structs.replace(response, usage=tally.usage or Usage())


def _framed_choices(gateway: Gateway, exchange: Exchange, plan: Plan, tally: Tally) -> Iterator[tuple[Frame, Request]]:
    """Pair each choice with the bottom of its calls: a model's are draws of one, a step's are trials of their own."""
    frame = framed(gateway, exchange, plan.served, plan.use, tally)
    for place, request in enumerate(plan.requests):
        apart = place and plan.served.step is not None
        yield (framed(gateway, exchange, plan.served, plan.use, tally) if apart else frame), request


def _told(exchange: Exchange, responses: Sequence[Response]) -> None:
    if any(response.finish_reason in ("refusal", "content_filter") for response in responses):
        exchange.flags |= REFUSED


def _ended(
    gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, responses: Sequence[Response], tally: Tally,
    *, joined: bool = False,
) -> None:  # fmt: skip
    """Note how the call went."""
    _told(exchange, responses)
    exchange.model = responses[0].model or plan.head.model
    if any(response.extra.get(DEGRADED) for response in responses):
        exchange.degraded = "fallback"
    if joined:
        exchange.cached, exchange.cache = "coalesced", "hit"
    elif tally.is_memo:
        warm = plan.served.step is not None and gateway.warm.is_step(_warm_key(gateway, dialect, exchange, plan))
        exchange.cached, exchange.cache = ("warm", "warm") if warm else ("memo", "hit")


def keep(
    gateway: Gateway, exchange: Exchange, plan: Plan, responses: Sequence[Response], tally: Tally, data: bytes | None
) -> None:
    """Put a complete answer into the cache in front."""
    if not plan.key or exchange.degraded or any(r.finish_reason in ("error", "other") for r in responses):
        return
    answer = Answer(responses, model=exchange.model, **exchange.price(tally.cost))
    answer.shown = responses[0].__preview__()[:SHOWN]
    if data is not None:
        answer.forms[WHOLE] = data
    gateway.cache.put(plan.key, answer)

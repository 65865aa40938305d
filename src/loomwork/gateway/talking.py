"""Answer a request for words, whole or in pieces: who asks, what is served, caches, the call, the answer, the note.

The order is fixed, and each stage is a place where a request can end: size, key, decoding, what is served, whether the
key may have it, the cache in front, a place and money, the call. Knows every API only as a `Dialect`.
"""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import NamedTuple

from msgspec import Struct, structs

from loomwork.flow.context import Frame
from loomwork.gateway.caching.exact import Answer, key_of
from loomwork.gateway.dialects.asked import Asked, Dialect, Head, Json, Pieces
from loomwork.gateway.door import Ticket
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.serving.calling import Tally, Use
from loomwork.gateway.serving.fitting import fit
from loomwork.gateway.serving.served import Served
from loomwork.gateway.watching import Watch
from loomwork.kernel.errors.gateway import ClientLeft, ServerStopping, TooSlow
from loomwork.kernel.messages import Request, Response
from loomwork.kernel.stream import Done, StreamEvent
from loomwork.kernel.usage import Cost
from loomwork.models.estimate import estimate_request
from loomwork.models.wrappers.routes import DEGRADED
from loomwork.store.requests import REFUSED

_WHOLE = "whole"
SHOWN = 200
"""Characters of a preview."""
WITHOUT = frozenset({"stream", "stream_options", "model"})
"""What of a request does not change its answer: how it is sent, and by which of its names the model is called."""


class Plan(Struct, frozen=True, kw_only=True):
    """What is to be done for a request."""

    asked: Asked
    served: Served
    requests: tuple[Request, ...]
    key: bytes
    """Of the cache in front; empty where the answer is not to be kept."""
    use: Use
    head: Head
    shown: str
    """What lists show of it."""


async def talk(gateway: Gateway, dialect: Dialect, exchange: Exchange) -> None:
    """Answer one request. Raises what ends it without an answer."""
    data = await exchange.body()
    exchange.key = gateway.admission.identify(exchange.presented)
    spelled = (exchange.key.id, exchange.release, dialect.name, marked(exchange), data)
    known = gateway.spellings.get(spelled)
    if known is not None and await _known(gateway, dialect, exchange, known, data):
        return
    plan = planned(gateway, dialect, exchange, exchange.decoded(data))
    exchange.span.body_in(data, plan.shown)
    if plan.key and plan.use != "anew":
        gateway.spellings.put(spelled, plan, len(data))
    if plan.key and plan.use != "anew" and not gateway.runtime.switches.off:
        found = gateway.cache.get(plan.key)
        if found is not None:
            await _from_cache(gateway, dialect, exchange, plan, found)
            return
    exchange.cache = "miss" if plan.key else "off"
    watch = Watch(
        exchange.receive,
        total=gateway.deadlines.total,
        phase="first token" if plan.asked.stream else "total",
        seconds=gateway.deadlines.first_token if plan.asked.stream else None,
    )
    try:
        await _made(gateway, dialect, exchange, plan, watch)
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
    exchange.key = gateway.admission.identify(exchange.presented)
    asked = dialect.read({"max_tokens": 1, **exchange.decoded(data)})
    served = gateway.serving.find(asked.served)
    exchange.of(served)
    gateway.admission.allow(exchange.key, served.name, "chat")
    await exchange.answer(b'{"input_tokens":%d}' % estimate_request(asked.requests[0]))


def planned(gateway: Gateway, dialect: Dialect, exchange: Exchange, body: Json) -> Plan:
    """Decide what is to be done. Raises what is wrong with the request."""
    asked = dialect.read(body)
    served = gateway.serving.find(asked.served)
    exchange.of(served)
    exchange.user = asked.user
    exchange.streamed = asked.stream
    gateway.admission.allow(exchange.key, served.name, "chat" if served.step is None else f"step:{served.name}")
    request = asked.requests[0]
    model, drawn, drivers = served.name, True, frozenset[str]()
    if served.step is None:
        resolved = gateway.serving.resolved(served, request.temperature)
        model, drawn = resolved.targets[0].model, resolved.sampled
        drivers = frozenset(target.driver for target in resolved.targets)
    fitted = _fitted(asked, served, dialect, drivers)
    use = use_of(gateway, exchange)
    return Plan(
        asked=asked,
        served=served,
        requests=fitted,
        key=_key(dialect, exchange, served, body) if _kept(gateway, served, drawn=drawn) else b"",
        use=use,
        head=Head(f"{dialect.prefix}{exchange.trace}", exchange.at_ns // 1_000_000_000, model),
        shown=request.__preview__()[:SHOWN],
    )


def _fitted(asked: Asked, served: Served, dialect: Dialect, drivers: frozenset[str]) -> tuple[Request, ...]:
    made: list[Request] = []
    for request in asked.requests:
        if made and request is asked.requests[0]:
            made.append(made[0])
            continue
        made.append(fit(request, name=served.name, asked_in=dialect.driver, drivers=drivers, extra=asked.extra))
    return tuple(made)


def use_of(gateway: Gateway, exchange: Exchange) -> Use:
    """Say what may be reused for a request."""
    if exchange.no_cache or gateway.settings.cache == "off":
        return "anew"
    return "all" if gateway.settings.cache == "all" else "draw"


def _kept(gateway: Gateway, served: Served, *, drawn: bool) -> bool:
    """Say whether the cache in front may hold the answer: never a draw unless told so, never what must be verified.

    A step reads files, snapshots and the clock; whether its answer still holds only the memo behind can say.
    """
    return served.step is None and gateway.settings.cache != "off" and (not drawn or gateway.settings.cache == "all")


def _key(dialect: Dialect, exchange: Exchange, served: Served, body: Json) -> bytes:
    return key_of(
        who_shares(exchange, served),
        exchange.release,
        served.name,
        dialect.name,
        marked(exchange),
        body=body,
        without=WITHOUT,
    )


def who_shares(exchange: Exchange, served: Served) -> str:
    """Name those who may be given the same answer from the cache in front."""
    return "" if served.share else f"{exchange.key.owner}\0{exchange.key.id}"


def marked(exchange: Exchange) -> str:
    """Say how what a request holds is marked: by its key, or by itself."""
    return exchange.key.confidential or exchange.header(CONFIDENTIAL).strip()


CONFIDENTIAL = b"x-loomwork-confidential"


async def _from_cache(gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, found: Answer) -> None:
    """Give an answer that was given before."""
    exchange.cached, exchange.cache = "exact", "hit"
    exchange.model = found.model
    exchange.saved, exchange.currency = found.cost_micros or 0, found.currency
    _told(exchange, found.responses)
    exchange.span.body_out(found.forms.get(_WHOLE, b""), found.shown)
    form = form_of(plan.asked)
    data = found.forms.get(form)
    if data is None:  # it is kept as what it came to, and written out when a form is first asked for
        data = _written(dialect, plan, found.responses)
        gateway.cache.add(plan.key, found, form, data)
    if not plan.asked.stream:
        await exchange.answer(data)
        return
    await exchange.begin_events()
    exchange.begins()
    await exchange.events(data, more=False)


def form_of(asked: Asked) -> str:
    """Name the form in which an answer is written."""
    return ("stream+usage" if asked.usage_chunk else "stream") if asked.stream else _WHOLE


def _written(dialect: Dialect, plan: Plan, responses: Sequence[Response]) -> bytes:
    if not plan.asked.stream:
        return dialect.write(plan.asked, plan.head, responses)
    pieces = dialect.pieces(plan.asked, plan.head)
    said = [pieces.take(place, Done(response=response)) for place, response in enumerate(responses)]
    return b"".join((*said, pieces.end()))


async def _made(gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, watch: Watch) -> None:
    ticket = await admitted(gateway, exchange, plan.served, plan.requests)
    exchange.budget = ticket.budget
    tally = Tally()
    try:
        if plan.asked.stream:
            await _stream(gateway, dialect, exchange, plan, watch, tally)
        else:
            await _whole(gateway, dialect, exchange, plan, tally)
    finally:
        exchange.usage, exchange.cost = tally.usage, tally.cost
        if tally.requests or tally.cost is not None:
            ticket.settle(tally.cost or Cost(), tally.usage)
        ticket.leave()


async def admitted(gateway: Gateway, exchange: Exchange, served: Served, requests: Sequence[Request]) -> Ticket:
    """Wait for a place and set money aside. Raises an `AdmissionError`."""
    most, tokens = Cost(), 0
    for request in requests:
        tokens += estimate_request(request) + (request.max_tokens or 0)
        if served.step is None:
            target = gateway.serving.resolved(served, request.temperature).targets[0]
            most += Cost.of(target.most(request))
    deadline = exchange.begun + gateway.deadlines.total
    return await gateway.admission.enter(exchange.key, served.name, most=most, tokens=tokens, deadline=deadline)


async def _whole(gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, tally: Tally) -> None:
    async def make() -> list[Response]:
        frame = framed(gateway, exchange, plan.served, plan.use, tally)
        calls = [gateway.calling.complete(frame, plan.served, request, plan.use) for request in plan.requests]
        return [await calls[0]] if len(calls) == 1 else list(await asyncio.gather(*calls))

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
    _ended(exchange, plan, responses, tally, joined=joined)
    data = dialect.write(plan.asked, plan.head, responses)
    exchange.span.body_out(data, responses[0].__preview__()[:SHOWN])
    keep(gateway, exchange, plan, responses, tally, data)
    await exchange.answer(data)


async def _stream(
    gateway: Gateway, dialect: Dialect, exchange: Exchange, plan: Plan, watch: Watch, tally: Tally
) -> None:
    frame = framed(gateway, exchange, plan.served, plan.use, tally)
    pieces = dialect.pieces(plan.asked, plan.head)
    streams = [gateway.calling.stream(frame, plan.served, request, plan.use) for request in plan.requests]
    responses: list[Response] = []
    for place, events in enumerate(streams):
        async with aclosing(events):
            responses.append(await _one(exchange, plan, _Choice(pieces, place, events, tally), watch))
    _ended(exchange, plan, responses, tally, joined=False)
    exchange.span.body_out(dialect.write(plan.asked, plan.head, responses), responses[0].__preview__()[:SHOWN])
    keep(gateway, exchange, plan, responses, tally, None)
    await exchange.events(pieces.end(), more=False)


class _Choice(NamedTuple):
    pieces: Pieces
    place: int
    events: AsyncGenerator[StreamEvent, None]
    tally: Tally


async def _one(exchange: Exchange, plan: Plan, choice: _Choice, watch: Watch) -> Response:
    """Pass one choice's events on; its answer at the end."""
    next_token = exchange.gateway.deadlines.next_token
    async for said_event in choice.events:
        event = said_event
        if not exchange.started:
            exchange.begins()
            await exchange.begin_events()
        watch.next("next token", next_token)
        if isinstance(event, Done) and plan.served.step is not None and not choice.place:
            event = Done(response=_with_usage(event.response, choice.tally))
        said = choice.pieces.take(choice.place, event)
        if said:
            await exchange.events(said)
            if exchange.chunks == 1:
                await asyncio.sleep(0)  # what is written goes out when the loop has its turn: the first word at once
        if isinstance(event, Done):
            return event.response
    raise AssertionError(f"the stream of {plan.served.name} ended without Done")


def _with_usage(response: Response, tally: Tally) -> Response:
    """A step's answer with what all the calls beneath it used."""
    return response if response.usage is not None else structs.replace(response, usage=tally.usage)


def framed(gateway: Gateway, exchange: Exchange, served: Served, use: Use, tally: Tally) -> Frame:
    """Return the bottom of the calls that a request makes."""
    return gateway.calling.frame(
        exchange.span,
        served,
        principal=exchange.key.principal,
        subject=exchange.user,
        tally=tally,
        use=use,
        confidential=marked(exchange),
        budget=exchange.budget,
    )


def _told(exchange: Exchange, responses: Sequence[Response]) -> None:
    if any(response.finish_reason in ("refusal", "content_filter") for response in responses):
        exchange.flags |= REFUSED


def _ended(exchange: Exchange, plan: Plan, responses: Sequence[Response], tally: Tally, *, joined: bool) -> None:
    """Note how the call went."""
    _told(exchange, responses)
    exchange.model = responses[0].model or plan.head.model
    if any(response.extra.get(DEGRADED) for response in responses):
        exchange.degraded = "fallback"
    if joined:
        exchange.cached, exchange.cache = "coalesced", "hit"
    elif tally.is_memo:
        exchange.cached, exchange.cache = "memo", "hit"


def keep(
    gateway: Gateway, exchange: Exchange, plan: Plan, responses: Sequence[Response], tally: Tally, data: bytes | None
) -> None:
    """Put a complete answer into the cache in front."""
    if not plan.key or exchange.degraded or any(r.finish_reason in ("error", "other") for r in responses):
        return
    answer = Answer(responses, model=exchange.model, **exchange.price(tally.cost))
    answer.shown = responses[0].__preview__()[:SHOWN]
    if data is not None:
        answer.forms[_WHOLE] = data
    gateway.cache.put(plan.key, answer)


def ended_by(watch: Watch, gateway: Gateway, name: str) -> Exception:
    """Return the error of a request whose watch has ended it."""
    if watch.why == "gone":
        return ClientLeft()
    seconds = {
        "first token": gateway.deadlines.first_token,
        "next token": gateway.deadlines.next_token,
        "total": gateway.deadlines.total,
    }[watch.why or "total"]
    return TooSlow(name=name, phase=watch.why, seconds=seconds)

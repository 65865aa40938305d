"""Answer a request to a step by its own address: JSON in, JSON out, or its chunks as they come. Knows no other API."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Any

import msgspec

from loomwork.gateway.caching.warm import key_of_arguments
from loomwork.gateway.dialects.asked import Json, Speaks
from loomwork.gateway.entering import ended_by, framed, settled
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.planning import SHOWN, memo_of, use_of
from loomwork.gateway.serving.calling import Tally
from loomwork.gateway.serving.results import json_of
from loomwork.gateway.serving.served import Served
from loomwork.gateway.watching import Watch
from loomwork.kernel.errors.gateway import NotServed, ServerStopping
from loomwork.kernel.usage import Cost, Usage
from loomwork.models.estimate import estimate_text

PREFIX = "/v1/steps/"


async def step(gateway: Gateway, dialect: Speaks, exchange: Exchange) -> None:
    """Answer one request. Raises what ends it without an answer."""
    del dialect
    data = await exchange.body()
    exchange.identify()
    name = exchange.scope["path"].removeprefix(PREFIX)
    served = gateway.serving.named(name)
    if served.taking is None:
        raise NotServed(name=name, near="", known=", ".join(e.name for e in gateway.serving.all if e.step) or "nothing")
    exchange.of(served)
    gateway.serving.check(served)
    gateway.admission.allow(exchange.key, served.name, f"step:{served.name}")
    body = exchange.decoded(data or b"{}")
    exchange.span.body_in(data or b"{}", data[:SHOWN].decode("utf-8", "replace"))
    arguments = served.taking.given(body)
    exchange.streamed = exchange.wants_events
    ticket = await gateway.admission.enter(
        exchange.key,
        served.name,
        most=Cost(),
        tokens=estimate_text(data.decode("utf-8", "replace")),
        deadline=exchange.begun + gateway.deadlines.total,
    )
    exchange.budget = ticket.budget
    tally = Tally()
    use = use_of(gateway, exchange)
    exchange.cache = memo_of(served, use)
    first = gateway.deadlines.first_token if exchange.streamed else None
    watch = Watch(exchange.receive, total=gateway.deadlines.total, phase="first token", seconds=first)
    try:
        frame = framed(gateway, exchange, served, use, tally)
        if exchange.streamed:
            chunks = gateway.calling.chunks(frame, served, arguments)
            await _stream(gateway, exchange, chunks, watch, lambda: _note(exchange, served, tally, body))
        else:
            output = await gateway.calling.call(frame, served, arguments)
            _note(exchange, served, tally, body)
            await exchange.answer(_result(exchange, served, json_of(output), tally.usage or Usage()))
    except asyncio.CancelledError:
        if not watch.caught():
            if gateway.stopping:
                raise ServerStopping from None
            raise
        raise ended_by(watch, gateway, served.name) from None
    finally:
        watch.stop()
        settled(exchange, ticket, tally)


def _note(exchange: Exchange, served: Served, tally: Tally, body: Json) -> None:
    """Note where the answer comes from."""
    exchange.model = served.name
    if tally.is_memo_so_far(served):
        warm = exchange.gateway.warm.is_step(key_of_arguments(exchange.release, served.name, body))
        exchange.cached, exchange.cache = ("warm", "warm") if warm else ("memo", "hit")


def _result(exchange: Exchange, served: Served, output: bytes, used: Usage) -> bytes:
    head = {"id": f"step-{exchange.trace}", "object": "step.result", "step": served.name}
    usage = {
        "input_tokens": used.input_tokens, "output_tokens": used.output_tokens, "total_tokens": used.total_tokens
    }  # fmt: skip
    return msgspec.json.encode({**head, "output": msgspec.Raw(output), "usage": usage})


async def _stream(
    gateway: Gateway, exchange: Exchange, chunks: AsyncGenerator[Any, None], watch: Watch, note: Callable[[], None]
) -> None:
    async with aclosing(chunks):
        async for chunk in chunks:
            if not exchange.started:
                exchange.begins()
                note()
                await exchange.begin_events()
            watch.next("next token", gateway.deadlines.next_token)
            await exchange.events(b'data: {"chunk":' + json_of(chunk) + b"}\n\n")
    if not exchange.started:
        await exchange.begin_events()
    await exchange.events(b"data: [DONE]\n\n", more=False)

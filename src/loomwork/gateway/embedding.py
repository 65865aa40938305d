"""Answer a request for vectors. Knows the one API that asks for them, and no provider."""

import asyncio
from typing import TYPE_CHECKING, Any

from loomwork.gateway.caching.exact import Answer, key_of
from loomwork.gateway.dialects.asked import Speaks
from loomwork.gateway.dialects.embeddings import read, write
from loomwork.gateway.entering import ended_by, framed, settled
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.planning import marked, use_of, who_shares
from loomwork.gateway.serving.calling import Tally, Use
from loomwork.gateway.serving.served import Served
from loomwork.gateway.watching import Watch
from loomwork.kernel.errors.gateway import ServerStopping, WrongUse
from loomwork.kernel.usage import Cost
from loomwork.models.estimate import estimate_text

if TYPE_CHECKING:
    import numpy as np

_FORM = "whole"


async def embeddings(gateway: Gateway, dialect: Speaks, exchange: Exchange) -> None:
    """Answer one request. Raises what ends it without an answer."""
    del dialect
    data = await exchange.body()
    exchange.identify()
    body = exchange.decoded(data)
    asked = read(body)
    served = gateway.serving.named(asked.served)
    exchange.of(served)
    exchange.user = asked.user
    gateway.serving.check(served)
    gateway.admission.allow(exchange.key, served.name, "embed")
    if served.step is not None:
        raise WrongUse(name=served.name, feature="requests for embeddings", field="model")
    declared = gateway.serving.catalog.settings(served.name).dimensions
    if asked.dimensions is not None and asked.dimensions != declared:
        raise WrongUse(name=served.name, feature=f"{asked.dimensions} dimensions", field="dimensions")
    use = use_of(gateway, exchange)
    key = b""
    if gateway.settings.cache != "off":
        marks = (who_shares(exchange, served), exchange.release, served.name, "embeddings")
        key = key_of(*marks, marked(exchange), body=body, without=frozenset({"model"}))
        found = gateway.cache.get(key) if use != "anew" and not gateway.runtime.switches.off else None
        if found is not None:
            exchange.cached, exchange.cache, exchange.model = "exact", "hit", found.model
            exchange.saved, exchange.currency = found.cost_micros or 0, found.currency
            await exchange.answer(found.forms[_FORM])
            return
    exchange.cache = "miss" if key else "off"
    watch = Watch(exchange.receive, total=gateway.deadlines.total)
    try:
        made = await _made(gateway, exchange, served, list(asked.texts), use)
    except asyncio.CancelledError:
        if not watch.caught():
            if gateway.stopping:
                raise ServerStopping from None
            raise
        raise ended_by(watch, gateway, served.name) from None
    finally:
        watch.stop()
    exchange.model = gateway.serving.resolved(served, None).targets[0].model
    written = write(asked, made, model=exchange.model, usage=exchange.usage)
    if key:
        kept = Answer((), model=exchange.model, **exchange.price())
        kept.forms[_FORM] = written
        gateway.cache.put(key, kept)
    await exchange.answer(written)


async def _made(
    gateway: Gateway, exchange: Exchange, served: Served, texts: list[str], use: Use
) -> "np.ndarray[Any, Any]":
    target = gateway.serving.resolved(served, None).targets[0]
    ticket = await gateway.admission.enter(
        exchange.key,
        served.name,
        most=Cost.of(target.most(texts)),
        tokens=sum(estimate_text(text) for text in texts),
        deadline=exchange.begun + gateway.deadlines.total,
    )
    exchange.budget = ticket.budget
    tally = Tally()
    try:
        return await gateway.calling.embed(framed(gateway, exchange, served, use, tally), served, texts)
    finally:
        settled(exchange, ticket, tally)
        if tally.is_memo:
            exchange.cached, exchange.cache = "memo", "hit"

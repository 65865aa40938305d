"""What is to be done for a request: read, found, allowed, fitted to its model, named for the caches. Makes no call."""

from msgspec import Struct

from loomwork.gateway.caching.exact import key_of
from loomwork.gateway.dialects.asked import Asked, Dialect, Head, Json
from loomwork.gateway.exchange import Exchange
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.serving.calling import Use
from loomwork.gateway.serving.fitting import fit, unused_by
from loomwork.gateway.serving.served import Served
from loomwork.kernel.messages import Request

WHOLE = "whole"
"""The form of an answer that is no stream."""
SHOWN = 200
"""Characters of a preview."""
CONFIDENTIAL = b"x-loomwork-confidential"
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


def planned(gateway: Gateway, dialect: Dialect, exchange: Exchange, body: Json) -> Plan:
    """Decide what is to be done. Raises what is wrong with the request."""
    asked = dialect.read(body)
    served = gateway.serving.named(asked.served)
    exchange.of(served)
    exchange.user = asked.user
    exchange.streamed = asked.stream
    gateway.serving.check(served)
    gateway.admission.allow(exchange.key, served.name, "chat" if served.step is None else f"step:{served.name}")
    request = asked.requests[0]
    model, drawn, drivers = served.name, True, frozenset[str]()
    if served.step is None:
        resolved = gateway.serving.resolved(served, request.temperature)
        model, drawn = resolved.targets[0].model, resolved.sampled
        drivers = frozenset(target.driver for target in resolved.targets)
    else:
        exchange.unused = unused_by(served, request, dialect.driver)
    found = fitted(asked, served, dialect, drivers)
    use = use_of(gateway, exchange)
    return Plan(
        asked=asked,
        served=served,
        requests=found,
        key=_key(dialect, exchange, served, body) if _kept(gateway, served, drawn=drawn) else b"",
        use=use,
        head=Head(f"{dialect.prefix}{exchange.trace}", exchange.at_ns // 1_000_000_000, model),
        shown=request.__preview__()[:SHOWN],
    )


def fitted(asked: Asked, served: Served, dialect: Dialect, drivers: frozenset[str]) -> tuple[Request, ...]:
    """Return the requests as the models that may answer take them. Raises `NotPassedOn`."""
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


def memo_of(served: Served, use: Use) -> str:
    """Return what `x-loomwork-cache` says of a step until a memo answers: "off" where none may."""
    return "off" if use == "anew" or served.memo is False else "miss"


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


def form_of(asked: Asked) -> str:
    """Name the form in which an answer is written."""
    return ("stream+usage" if asked.usage_chunk else "stream") if asked.stream else WHOLE

"""What a served step's table names for the time of need, tried when its proper answer cannot be had.

Another model, the last answer to the same request, or sentences of the documents.
What is so answered says that it is, and is never kept.
"""

from collections.abc import Awaitable, Callable, Sequence

from loomwork.gateway.admission.degrading import Degraded, Ways, degrade
from loomwork.gateway.caching.exact import Answer
from loomwork.gateway.gateway import Gateway
from loomwork.gateway.serving.served import Served
from loomwork.kernel.canonical import digest
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.messages import Request, Response

Answers = Sequence[Response]
Asks = Callable[[Served], Awaitable[Answers]]
Quotes = Callable[[str], Awaitable[Answers | None]]


def stale_key(who: str, served: Served, requests: Sequence[Request]) -> bytes:
    """Name a request by what it asks, whatever the release: empty where nothing is kept for need."""
    if not any(way.kind == "stale" for way in served.degrade):
        return b""
    return f"{who}\0{served.name}\0{digest(tuple(requests))}".encode()


def kept_for_need(gateway: Gateway, key: bytes, responses: Answers, model: str) -> None:
    """Keep an answer for the time when there is none."""
    if key:
        gateway.stale.put(key, Answer(responses, model=model, cost_micros=None, currency=""))


async def second_best(
    gateway: Gateway, served: Served, key: bytes, error: LoomworkError, asks: Asks, quotes: Quotes
) -> Degraded[Answers] | None:
    """Return what the table's ways have; None where there are none or they have nothing.

    Args:
        gateway: The live parts.
        served: What was asked.
        key: From `stale_key`.
        error: Why there is no proper answer.
        asks: Asks another model the same.
        quotes: Answers the same out of a knowledge base's documents.
    """
    if not served.degrade:
        return None

    async def model(name: str) -> Answers | None:
        return await asks(gateway.serving.find(name))

    async def stale() -> Answers | None:
        found = gateway.stale.get(key) if key else None
        return None if found is None else found.responses

    return await degrade(served.degrade, error, Ways(model=model, stale=stale, quote=quotes))

"""What to answer when the proper answer cannot be had: an ordered list of ways, tried until one has something.

Pure but for the ways themselves, which the caller hands in. Knows no model, no cache and no knowledge base.
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, Literal, TypeVar

from msgspec import Struct

from loomwork.kernel.errors.admission import BadDegrade, BudgetSpent, TooBusy
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.models import (
    AskedToWait,
    AuthFailed,
    ConnectionFailed,
    DeadlineExceeded,
    MalformedResponse,
    ModelNotServed,
    NoMemberAnswered,
    QuotaExhausted,
    StreamTruncated,
)

A = TypeVar("A")
Need = Literal["upstream", "budget", "overload"]
"""Why the proper answer cannot be had: no model answered, no money is left, too many ask."""
_UPSTREAM = (
    AskedToWait, AuthFailed, ConnectionFailed, DeadlineExceeded, MalformedResponse, ModelNotServed, NoMemberAnswered,
    QuotaExhausted, StreamTruncated,
)  # fmt: skip


class Way(Struct, frozen=True, kw_only=True):
    """One way to answer in need."""

    kind: Literal["model", "stale", "quote"]
    model: str = ""
    """Of `model`: which one to ask."""
    base: str = ""
    """Of `quote`: the knowledge base; empty: the only one."""

    def __str__(self) -> str:
        of = self.model or self.base
        return f"{self.kind}:{of}" if of else self.kind


class Degraded(Struct, Generic[A], frozen=True, kw_only=True):
    """An answer that is not the proper one."""

    answer: A
    way: Way
    need: Need

    @property
    def reason(self) -> str:
        """What the response says in `x-loomwork-degraded` and the request's row in `degraded`."""
        return f"{self.way} ({self.need})"


class Ways(Struct, Generic[A], frozen=True, kw_only=True):
    """How each kind of answer is had; None from one of them: it has nothing."""

    model: Callable[[str], Awaitable[A | None]] | None = None
    """Asks another model; it reserves its own money."""
    stale: Callable[[], Awaitable[A | None]] | None = None
    """Looks for an answer that is no longer current."""
    quote: Callable[[str], Awaitable[A | None]] | None = None
    """Answers with sentences of a base's documents."""


def read_policy(served: str, texts: Sequence[str]) -> tuple[Way, ...]:
    """Return the ways that `[serve.NAME] degrade` lists. Raises `BadDegrade`.

    >>> [str(way) for way in read_policy("answer", ["model:cheap", "stale", "quote:handbook"])]
    ['model:cheap', 'stale', 'quote:handbook']
    """
    found: list[Way] = []
    for text in texts:
        kind, colon, of = text.partition(":")
        match kind:
            case "stale" if not colon:
                found.append(Way(kind="stale"))
            case "quote" if not colon or of:
                found.append(Way(kind="quote", base=of))
            case "model" if of:
                found.append(Way(kind="model", model=of))
            case _:
                raise BadDegrade(name=served, text=text)
    return tuple(found)


def need_of(error: BaseException) -> Need | None:
    """Return why an error may be answered in another way; None where it is the caller's own matter.

    >>> need_of(QuotaExhausted()), need_of(ValueError())
    ('upstream', None)
    """
    if isinstance(error, BudgetSpent):
        return "budget"
    if isinstance(error, TooBusy):
        return "overload"
    return "upstream" if isinstance(error, _UPSTREAM) else None


def ways_in(need: Need, policy: Sequence[Way]) -> tuple[Way, ...]:
    """Return the ways that help: whoever is overloaded only gives out what it has already.

    >>> policy = read_policy("answer", ["model:cheap", "stale", "quote"])
    >>> [str(way) for way in ways_in("overload", policy)]
    ['stale']
    """
    return tuple(way for way in policy if need != "overload" or way.kind == "stale")


async def degrade(policy: Sequence[Way], error: BaseException, ways: Ways[A]) -> Degraded[A] | None:
    """Return the first answer that a way of the policy has; None where none has one: then `error` is the answer.

    A way that fails with an error of ours is passed over.
    """
    need = need_of(error)
    if need is None:
        return None
    for way in ways_in(need, policy):
        try:
            answer = await _try(way, ways)
        except LoomworkError:
            continue
        if answer is not None:
            return Degraded(answer=answer, way=way, need=need)
    return None


async def _try(way: Way, ways: Ways[A]) -> A | None:
    match way.kind:
        case "model":
            return await ways.model(way.model) if ways.model is not None else None
        case "stale":
            return await ways.stale() if ways.stale is not None else None
        case "quote":
            return await ways.quote(way.base) if ways.quote is not None else None

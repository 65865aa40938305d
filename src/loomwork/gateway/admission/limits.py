"""How often and how much at once a key may ask: buckets that refill, and a count. Knows nothing of queues or money."""

import re
from collections.abc import Iterable, Mapping
from typing import Literal

from msgspec import Struct, convert

from loomwork.kernel.errors.admission import BadLimit

MINUTE = 60.0
BURST_S = 6.0
"""How many seconds' worth may come at once after a quiet time."""
LimitName = Literal["requests", "tokens", "concurrent"]
_FORM = re.compile(r"(?:(?P<served>[^=]+):)?(?P<name>requests|tokens|concurrent)=(?P<number>[1-9]\d*)")


class Limits(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one key may do; None is no limit."""

    requests: int | None = None
    """A minute."""
    tokens: int | None = None
    """A minute, in and out."""
    concurrent: int | None = None


NO_LIMITS = Limits()


def read_limits(texts: Iterable[str]) -> dict[str, dict[str, int]]:
    """Return limits by name of what is served ("" for all together). Raises `BadLimit`.

    >>> read_limits(["requests=60", "smart:tokens=1000"])
    {'': {'requests': 60}, 'smart': {'tokens': 1000}}
    """
    found: dict[str, dict[str, int]] = {}
    for text in texts:
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise BadLimit(text=text)
        found.setdefault(match["served"] or "", {})[match["name"]] = int(match["number"])
    return found


def limits_of(kept: Mapping[str, Mapping[str, int]]) -> dict[str, Limits]:
    """Return the limits that a key's row holds."""
    return {served: Limits(**numbers) for served, numbers in kept.items()}


def read_default_limits(table: Mapping[str, object]) -> Limits:
    """Return the limits that `[gateway.limits]` gives every key without its own. Raises `BadLimit`.

    >>> read_default_limits({"requests": 60}).requests
    60
    """
    for name, number in table.items():
        if name not in Limits.__struct_fields__ or type(number) is not int or number < 1:
            raise BadLimit(text=f"{name}={number}")
    return convert(dict(table), Limits)


class Bucket:
    """An amount that refills steadily; a taker is refused with the time after which it would not be.

    The generic cell rate algorithm: one number, the time at which the bucket would be full again (ITU-T I.371).

    >>> bucket = Bucket(60, now=0.0)
    >>> bucket.wait(1, now=0.0), [bucket.take(1, now=0.0) for _ in range(6)].count(None), bucket.wait(1, now=0.0)
    (0.0, 6, 1.0)
    """

    __slots__ = ("_burst", "_full_at", "_per_second")

    def __init__(self, per_minute: float, *, now: float) -> None:
        self._per_second = per_minute / MINUTE
        self._burst = max(BURST_S, 1.0 / self._per_second)
        self._full_at = now

    def wait(self, amount: float, now: float) -> float:
        """Return the seconds until `amount` may be taken; what is more than a whole burst may go when all is there."""
        needed = min(amount / self._per_second, self._burst)
        return max(0.0, max(self._full_at, now) + needed - self._burst - now)

    def take(self, amount: float, now: float) -> None:
        """Take it, on credit where need be."""
        self._full_at = max(self._full_at, now) + amount / self._per_second

    def give_back(self, amount: float) -> None:
        """Return what was taken and not used; a negative amount takes more."""
        self._full_at -= amount / self._per_second


class Gate:
    """The state of one key's limits, for all that it asks for or for one thing alone."""

    __slots__ = ("limits", "open", "requests", "tokens")

    def __init__(self, limits: Limits, *, now: float) -> None:
        self.limits = limits
        self.open = 0
        self.requests = Bucket(limits.requests, now=now) if limits.requests else None
        self.tokens = Bucket(limits.tokens, now=now) if limits.tokens else None

    def refusal(self, tokens: int, now: float) -> tuple[LimitName, float] | None:
        """Return which limit is used up and for how long; None where it may pass."""
        if self.limits.concurrent is not None and self.open >= self.limits.concurrent:
            return "concurrent", 1.0
        if self.requests is not None and (wait := self.requests.wait(1, now)) > 0:
            return "requests", wait
        if self.tokens is not None and (wait := self.tokens.wait(tokens, now)) > 0:
            return "tokens", wait
        return None

    def enter(self, tokens: int, now: float) -> None:
        """Count a request in."""
        self.open += 1
        if self.requests is not None:
            self.requests.take(1, now)
        if self.tokens is not None:
            self.tokens.take(tokens, now)

    def unused(self, tokens: int) -> None:
        """Return tokens that were not used; a negative number takes more."""
        if self.tokens is not None and tokens:
            self.tokens.give_back(tokens)

    def leave(self) -> None:
        """Count a request out."""
        self.open -= 1

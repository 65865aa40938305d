"""When an alert fires: a share that is surely above a limit, a sum above it, or an error budget that burns too fast.

Pure; knows no store and no clock. A share of few requests says little, so what is compared with the limit is the lower
end of its Wilson interval (`SURE` standard deviations): a quiet night fires nothing. The burn rates are those of the
Site Reliability Workbook (Beyer et al., O'Reilly 2018, chapter 5, "6: Multiwindow, Multi-Burn-Rate Alerts"): 14.4 over
1 h and 5 min, 6 over 6 h and 30 min, 1 over 3 d and 6 h; both windows of a pair must burn.

>>> rule = Rule(name="errors", of="errors", above=0.05, over=2)
>>> decide(rule, [(30, 100)] * 3).fires, decide(rule, [(1, 3)] * 3).fires
(True, False)
"""

import math
from collections.abc import Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from loomwork.store.requests import Only

Share = Literal["errors", "limited", "refused", "unanswered", "guarded", "degraded", "latency", "first_token"]
"""Of which requests the share is watched; of `latency` and `first_token` those that took longer than `slower_ns`."""
Sum = Literal["cost", "tokens", "requests"]
"""What is added up over the window."""
SHARES: tuple[Share, ...] = (
    "errors", "limited", "refused", "unanswered", "guarded", "degraded", "latency", "first_token",
)  # fmt: skip
SURE = 3.0
MINUTES = tuple[float, float]
"""Of one minute: what is counted, and out of how many."""


class Burn(NamedTuple):
    """One pair of windows, in minutes, and how fast the budget may burn in both."""

    long: int
    short: int
    rate: float


BURNS = (Burn(60, 5, 14.4), Burn(360, 30, 6.0), Burn(4320, 360, 1.0))


class Rule(Struct, frozen=True, kw_only=True):
    """One alert as it is set."""

    name: str
    of: Share | Sum = "errors"
    above: float | None = None
    """A share (0 to 1) or a sum."""
    below: float | None = None
    """A sum that must be reached."""
    over: int = 5
    """Minutes."""
    objective: float | None = None
    """The share of requests that must not be counted, for example 0.999: with it the budget's burn is watched."""
    at_least: int = 10
    """Requests that a window needs before a share of it means anything."""
    slower_ns: int = 0
    only: Only = Only()
    currency: str = ""
    calm: int = 5
    """Minutes that all must be well before it is over."""

    @property
    def longest(self) -> int:
        """Return how many minutes back it looks."""
        return self.over if self.objective is None else max(burn.long for burn in BURNS)


class Verdict(NamedTuple):
    """What a rule says now."""

    fires: bool
    value: float
    """The share, the sum, or how many times too fast the budget burns."""
    limit: float
    minutes: int
    """The window that it was seen in."""


def decide(rule: Rule, minutes: Sequence[MINUTES]) -> Verdict:
    """Return what a rule says of the last minutes, oldest first; the last one may not be over yet."""
    if rule.objective is not None:
        return _burning(rule, minutes)
    part = minutes[-(rule.over + 1) :]
    counted, total = _summed(part)
    if rule.of in SHARES:
        value = counted / total if total else 0.0
        limit = rule.above if rule.above is not None else 1.0
        return Verdict(total >= rule.at_least and lower(counted, total) > limit, value, limit, rule.over)
    if rule.below is not None:
        whole = minutes[-(rule.over + 1) : -1]  # a minute that is not over is no sign of silence
        counted, _ = _summed(whole)
        return Verdict(len(whole) >= rule.over and counted < rule.below, counted, rule.below, rule.over)
    limit = rule.above if rule.above is not None else math.inf
    return Verdict(counted > limit, counted, limit, rule.over)


def _burning(rule: Rule, minutes: Sequence[MINUTES]) -> Verdict:
    budget = 1 - (rule.objective or 0.0)
    highest = 0.0
    for burn in BURNS:
        short = _rate(minutes, burn.short, budget, rule.at_least)
        highest = max(highest, short / burn.rate)
        if short > burn.rate and _rate(minutes, burn.long, budget, rule.at_least) > burn.rate:
            return Verdict(True, short, burn.rate, burn.long)
    return Verdict(False, highest * BURNS[0].rate, BURNS[0].rate, BURNS[0].long)


def _rate(minutes: Sequence[MINUTES], length: int, budget: float, at_least: int) -> float:
    """Return how fast the budget of a window burns. Time before the first request is taken as time without errors."""
    part = minutes[-(length + 1) :]
    counted, total = _summed(part)
    if total < at_least or counted < 1:
        return 0.0
    before = next(place for place, (_, had) in enumerate(part) if had)
    covered = min(1.0, (len(part) - before) / length)
    return counted / total / budget * covered


def _summed(minutes: Sequence[MINUTES]) -> MINUTES:
    return sum(each[0] for each in minutes), sum(each[1] for each in minutes)


def lower(counted: float, total: float, sure: float = SURE) -> float:
    """Return the lower end of the Wilson interval of a share (Wilson 1927).

    >>> round(lower(30, 100), 3), lower(0, 100), lower(0, 0)
    (0.184, 0.0, 0.0)
    """
    if total <= 0 or counted <= 0:
        return 0.0
    share, square = counted / total, sure * sure
    middle = share + square / (2 * total)
    spread = sure * math.sqrt(share * (1 - share) / total + square / (4 * total * total))
    return max(0.0, (middle - spread) / (1 + square / total))

"""What stands below the mean: the fifth percentile with its interval, and the worst row. Pure; knows no run."""

from __future__ import annotations

import math

import msgspec
import numpy as np

from loomwork.evals.statistics.distributions import binomial
from loomwork.evals.statistics.given import Numbers, between, numbers, one_of
from loomwork.evals.statistics.intervals import LEVEL, Interval
from loomwork.evals.statistics.pairs import Better

FLOOR = 0.05


class Floor(msgspec.Struct, frozen=True, kw_only=True):
    """The bad end of a list of values."""

    p5: Interval
    """The value that a twentieth of the rows are worse than; where lower is better, the 95th percentile."""
    worst: float
    position: int
    """Of the first row that has the worst value, from 0."""


def floor(values: Numbers, *, better: Better = "higher", level: float = LEVEL) -> Floor:
    """Return the fifth percentile from the bad end, and the worst value.

    >>> found = floor([0.9, 0.8, 1.0, 0.2, 0.7])
    >>> round(found.p5.value, 2), found.worst, found.position
    (0.3, 0.2, 3)
    """
    one_of(better, "better", ("higher", "lower"))
    found = numbers(values)
    at = int(found.argmin() if better == "higher" else found.argmax())
    share = FLOOR if better == "higher" else 1 - FLOOR
    return Floor(p5=quantile(found, share, level=level), worst=float(found[at]), position=at)


def quantile(values: Numbers, share: float, *, level: float = LEVEL) -> Interval:
    """Return a quantile with the interval between two of the ordered values, which no distribution is assumed for.

    The number of values below the true quantile is binomial; on each side the ordered value furthest in is taken that
    leaves at most (1 - level) / 2 outside. Where even the outermost value leaves more, that end is None: so few rows do
    not bound it (fewer than 72 for the lower end of a fifth percentile at 95 %). Rows that are grouped make it too
    narrow. The value itself is interpolated between neighbours (Hyndman and Fan's type 7).

    Source: David and Nagaraja, Order Statistics (2003), section 7.1.

    >>> found = quantile(list(range(100)), 0.5)
    >>> found.value, found.low, found.high
    (49.5, 39.0, 60.0)
    """
    between(share, "share", above=0, below=1)
    between(level, "level", above=0, below=1)
    found = np.sort(numbers(values))
    count, side = len(found), (1 - level) / 2
    below = np.cumsum(binomial(count, share))
    # P(quantile < x_(l)) = P(B < l) with l from 1; P(quantile > x_(u)) = P(B >= u)
    lower = int(np.searchsorted(below, side + 1e-15, side="right"))
    upper = int(np.searchsorted(below, 1 - side - 1e-15, side="left")) + 1
    low = float(found[lower - 1]) if lower >= 1 else None
    high = float(found[upper - 1]) if upper <= count else None
    return Interval(_interpolated(found.tolist(), share), low, high, "order")


def _interpolated(ordered: list[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    under = math.floor(place)
    over = min(under + 1, len(ordered) - 1)
    return ordered[under] + (ordered[over] - ordered[under]) * (place - under)

"""Intervals of shares, means and paired differences. Pure: numbers in, numbers out; a seed where there is chance.

Knows nothing of runs. Intervals are two-sided; `level` is the wanted coverage. Where there is too little to say
anything, `low` and `high` are None rather than a guess.

Sources, each re-implemented from its formulas:
- Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927): `wilson`.
- Newcombe, Improved confidence intervals for the difference between binomial proportions based on paired data,
  Statistics in Medicine 17 (1998), method 10: `paired_shares`.
- Clopper and Pearson, The use of confidence or fiducial limits, Biometrika 26 (1934): `exact`; with Wilson: `share`.
- Student's t for means and paired means.
- Efron, Better bootstrap confidence intervals, JASA 82 (1987): `bootstrap`, bias-corrected and accelerated.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from statistics import NormalDist, fmean
from typing import NamedTuple

from loomwork.evals.statistics.distributions import beta_below, beta_quantile, student, two_sided

LEVEL = 0.95
LEAST_DRAWN = 8
"""Values below which a bootstrap interval would be too narrow to be told."""
_NORMAL = NormalDist()
_TINY = 1e-300


class Interval(NamedTuple):
    """A figure, and between what it may lie."""

    value: float
    low: float | None
    high: float | None
    method: str
    """How it was found: `share`, `wilson`, `exact`, `newcombe10`, `t`, `paired_t`, `bca`, `scores`, `skewed`, `order`,
    ..., with `_clustered` behind it where groups were counted; empty: there is too little to say."""

    @property
    def excludes_zero(self) -> bool:
        """Whether all of it lies on one side of 0."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


class Paired(NamedTuple):
    """Two truth values of each of n pairs, counted."""

    both: int
    first: int
    """True in the first only."""
    second: int
    """True in the second only."""
    neither: int

    @property
    def pairs(self) -> int:
        """How many."""
        return self.both + self.first + self.second + self.neither


def wilson(true: int, count: int, *, level: float = LEVEL) -> Interval:
    """Return Wilson's score interval of a share; of none nothing is known.

    >>> found = wilson(81, 263)
    >>> round(found.low, 4), round(found.high, 4)
    (0.2553, 0.3662)
    """
    if not count:
        return Interval(0.0, None, None, "")
    low, high = _score(true, count, two_sided(level))
    return Interval(true / count, low, high, "wilson")


def exact(true: int, count: int, *, level: float = LEVEL) -> Interval:
    """Return Clopper and Pearson's interval of a share, which covers at least as often as it says, for every share.

    >>> found = exact(3, 10)
    >>> round(found.low, 4), round(found.high, 4)
    (0.0667, 0.6525)
    """
    if not count:
        return Interval(0.0, None, None, "")
    side = (1 - level) / 2
    low = 0.0 if true == 0 else beta_quantile(side, true, count - true + 1)
    high = 1.0 if true == count else beta_quantile(1 - side, true + 1, count - true)
    return Interval(true / count, low, high, "exact")


def share(true: int, count: int, *, level: float = LEVEL) -> Interval:
    """Return a share's interval: Wilson's, each end moved out to the exact one-sided bound where that lies further out.

    Wilson's covers well on average, but for shares close to 0 or 1 only 84 % of the time (at 95 %). The bound is
    Clopper and Pearson's that leaves 1 - level on its side; with it the worst share has 92 %, for hardly more width.
    Brown, Cai and DasGupta, Statistical Science 16 (2001), section 4.1.1, move the same ends by Poisson's distribution.

    >>> found = share(1, 20)
    >>> round(found.low, 4), round(found.high, 4), round(wilson(1, 20).low, 4)
    (0.0026, 0.2361, 0.0089)
    """
    if not count:
        return Interval(0.0, None, None, "")
    low, high = _score(true, count, two_sided(level))
    return Interval(
        true / count,
        _further(low, true, count, 1 - level),
        1 - _further(1 - high, count - true, count, 1 - level),
        "share",
    )


def _further(low: float, true: int, count: int, side: float) -> float:
    """Return a lower end, or the exact bound if that is lower."""
    if not true or beta_below(low, true, count - true + 1) <= side:
        return low
    return beta_quantile(side, true, count - true + 1)


def paired_shares(counts: Paired, *, level: float = LEVEL) -> Interval:
    """Return the share true in the second less that in the first, with Newcombe's interval for pairs (method 10).

    The two score intervals are put together by the correlation of the pairs, which is corrected for continuity where
    it is positive.

    >>> found = paired_shares(Paired(both=59, first=16, second=6, neither=80))
    >>> round(found.low, 4), round(found.high, 4)
    (-0.1186, -0.0046)
    """
    n = counts.pairs
    if not n:
        return Interval(0.0, None, None, "")
    e, f, g, h = counts.both, counts.second, counts.first, counts.neither  # as Newcombe calls them, second first
    z = two_sided(level)
    p, q = (e + f) / n, (e + g) / n
    low_p, high_p = _score(e + f, n, z)
    low_q, high_q = _score(e + g, n, z)
    phi = _correlation(e, f, g, h)
    down_p, up_p, down_q, up_q = p - low_p, high_p - p, q - low_q, high_q - q
    below = down_p**2 - 2 * phi * down_p * up_q + up_q**2
    above = up_p**2 - 2 * phi * up_p * down_q + down_q**2
    value = p - q
    low, high = value - math.sqrt(max(0.0, below)), value + math.sqrt(max(0.0, above))
    return Interval(value, max(-1.0, low), min(1.0, high), "newcombe10")


def mean(values: Sequence[float], *, level: float = LEVEL) -> Interval:
    """Return a mean with Student's interval; of one value there is none."""
    if not values:
        return Interval(0.0, None, None, "")
    value = fmean(values)
    if len(values) == 1:
        return Interval(value, None, None, "")
    half = student(1 - (1 - level) / 2, len(values) - 1) * _deviation(values, value) / math.sqrt(len(values))
    return Interval(value, value - half, value + half, "t")


def paired_means(first: Sequence[float], second: Sequence[float], *, level: float = LEVEL) -> Interval:
    """Return the mean of second less first over pairs, with Student's interval of the differences."""
    found = mean([b - a for a, b in zip(first, second, strict=True)], level=level)
    return found._replace(method="paired_t") if found.method else found


def bootstrap(values: Sequence[float], *, seed: int, draws: int = 2000, level: float = LEVEL) -> Interval:
    """Return a mean with Efron's bias-corrected and accelerated interval: for values that are far from normal.

    The same values and seed give the same interval. Fewer than `LEAST_DRAWN` values give none: there it covers too
    little.
    """
    value = fmean(values) if values else 0.0
    if len(values) < LEAST_DRAWN:
        return Interval(value, None, None, "")
    if min(values) == max(values):
        return Interval(value, value, value, "bca")
    chance = random.Random(seed)
    count = len(values)
    means = sorted([fmean(chance.choices(values, k=count)) for _ in range(draws)])
    below = sum(each < value for each in means) + sum(each == value for each in means) / 2
    bias = _NORMAL.inv_cdf(min(max(below / draws, 0.5 / draws), 1 - 0.5 / draws))
    accelerated = _acceleration(values, value)
    low, high = (_drawn(means, bias, accelerated, side) for side in ((1 - level) / 2, 1 - (1 - level) / 2))
    return Interval(value, low, high, "bca")


def paired_bootstrap(
    first: Sequence[float], second: Sequence[float], *, seed: int, draws: int = 2000, level: float = LEVEL
) -> Interval:
    """Return the mean of second less first over pairs, the differences drawn again (see `bootstrap`)."""
    return bootstrap([b - a for a, b in zip(first, second, strict=True)], seed=seed, draws=draws, level=level)


def _drawn(means: Sequence[float], bias: float, accelerated: float, side: float) -> float:
    shifted = bias + _NORMAL.inv_cdf(side)
    place = _NORMAL.cdf(bias + shifted / (1 - accelerated * shifted)) * (len(means) - 1)
    under = math.floor(place)
    over = min(under + 1, len(means) - 1)
    return means[under] + (means[over] - means[under]) * (place - under)


def _acceleration(values: Sequence[float], value: float) -> float:
    """Return Efron's acceleration of a mean: its skewness through the jackknife, in closed form."""
    squares = sum((each - value) ** 2 for each in values)
    cubes = sum((each - value) ** 3 for each in values)
    return cubes / (6 * squares**1.5) if squares > _TINY else 0.0


def _deviation(values: Sequence[float], value: float) -> float:
    return math.sqrt(math.fsum((each - value) ** 2 for each in values) / (len(values) - 1))


def _score(true: int, count: int, z: float) -> tuple[float, float]:
    share, square = true / count, z * z
    middle = 2 * true + square
    half = z * math.sqrt(square + 4 * true * (1 - share))
    under = 2 * (count + square)
    low = 0.0 if true == 0 else (middle - half) / under
    high = 1.0 if true == count else (middle + half) / under
    return low, high


def _correlation(e: int, f: int, g: int, h: int) -> float:
    """Return phi of a table of pairs; a positive one corrected for continuity, 0 where a margin is empty."""
    margins = (e + f) * (g + h) * (e + g) * (f + h)
    if not margins:
        return 0.0
    product = e * h - f * g
    if product > 0:
        product = max(product - (e + f + g + h) / 2, 0)
    return product / math.sqrt(margins)

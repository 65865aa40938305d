"""Two runs over the same rows: the difference with its interval, its p value, its size, who won how often. Pure.

Knows nothing of runs. Everything is b less a, whichever direction is better. Sources:
- the interval is Newcombe's (method 10) for truth values without groups, else that of `means.interval` over the
  differences; the p value McNemar's exact one for truth values without groups, else that of flipped signs (of the
  groups' sums, where pairs are grouped), so that it holds at every n.
- Cohen, Statistical Power Analysis for the Behavioral Sciences (1988): d_z, the mean difference in its own standard
  deviations; Hedges, Journal of Educational Statistics 6 (1981): its correction for few pairs.
- Kerby, Comprehensive Psychology 3 (2014): the rank-biserial correlation of matched pairs; Cliff, Psychological
  Bulletin 114 (1993): delta.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from loomwork.evals.statistics import paired_tests
from loomwork.evals.statistics.given import Array, Codes, Numbers, codes, numbers, one_of, pairs
from loomwork.evals.statistics.intervals import LEVEL, Interval, Paired, paired_shares
from loomwork.evals.statistics.means import interval, is_truth

Better: TypeAlias = Literal["higher", "lower"]
_CORRECTED = 2


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """b against a over the same rows."""

    rows: int
    a: float
    """The mean of a."""
    b: float
    delta: Interval
    """The mean of b - a."""
    p: float
    """Two-sided; see `test`."""
    test: str
    wins: int
    """Rows where b is better."""
    losses: int
    ties: int
    hedges: float | None
    """Hedges' d_z: the mean difference in standard deviations of the differences; None where they do not vary."""
    rank_biserial: float
    """From -1 (b always smaller) to 1 (b always greater), by the ranks of the differences."""
    cliff: float
    """How much more often a value of b is above one of a than below, over all pairs of rows."""


def compare(
    a: Numbers,
    b: Numbers,
    *,
    groups: Iterable[Hashable] | None = None,
    better: Better = "higher",
    low: float | None = None,
    high: float | None = None,
    seed: int = 0,
    draws: int = paired_tests.DRAWS,
    level: float = LEVEL,
) -> Compared:
    """Return how b differs from a.

    Args:
        a: One value for each row; truth values, or numbers. Shape (n,).
        b: The values of the same rows in the other run. Shape (n,).
        groups: One label for each row, where rows belong together.
        better: Which direction wins a row; it does not change the sign of the difference.
        low: The least that a value can be, where that is known: no difference is then told that could not be.
        high: The greatest.
        seed: Of the draws of the test.
        draws: How many, where not every case is tried.
        level: The wanted coverage.

    Raises:
        TooFewValues, NotFinite, UnequalLengths, OutOfRange: see `means.interval`.

    >>> found = compare([0.2, 0.5, 0.4, 0.9, 0.6], [0.6, 0.7, 0.5, 0.9, 0.8])
    >>> round(found.delta.value, 2), found.p, (found.wins, found.losses, found.ties)
    (0.18, 0.125, (4, 0, 1))
    """
    one_of(better, "better", ("higher", "lower"))
    first, second = pairs(a, b)
    differences = second - first
    grouped = None if groups is None else codes(groups, len(first))
    if grouped is not None and int(grouped.max()) + 1 == len(first):
        grouped = None
    up, down = int(np.count_nonzero(differences > 0)), int(np.count_nonzero(differences < 0))
    if grouped is None and is_truth(first) and is_truth(second):
        test = paired_tests.mcnemar(up, down)
    else:
        sums = differences if grouped is None else np.bincount(grouped, weights=differences)
        test = paired_tests.sign_flip(sums, seed=seed, draws=draws)
    found = delta(first, second, grouped, low=low, high=high, level=level)
    wins, losses = (up, down) if better == "higher" else (down, up)
    return Compared(
        rows=len(first),
        a=float(first.mean()),
        b=float(second.mean()),
        delta=found,
        p=test.p,
        test=test.method,
        wins=wins,
        losses=losses,
        ties=len(first) - up - down,
        hedges=hedges(differences),
        rank_biserial=rank_biserial(differences),
        cliff=cliff(first, second),
    )


def delta(a: Array, b: Array, groups: Codes | None, *, low: float | None, high: float | None, level: float) -> Interval:
    """Return the mean of b less a with its interval, of values and group numbers that were checked before."""
    if groups is None and is_truth(a) and is_truth(b):
        up, down = int(np.count_nonzero(b > a)), int(np.count_nonzero(b < a))
        return paired_shares(Paired(int(np.sum(a * b)), down, up, int(np.sum((1 - a) * (1 - b)))), level=level)
    labels = None if groups is None else groups.tolist()
    return _clipped(interval(b - a, labels, kind="skewed", level=level), low, high)


def hedges(differences: Numbers) -> float | None:
    """Return Hedges' d_z; None of one difference, or where they do not vary.

    >>> round(hedges([1, 2, 3, 4]), 3)
    1.401
    """
    found = numbers(differences, "differences")
    freedom = len(found) - 1
    if freedom < 1 or float(found.min()) == float(found.max()):
        return None
    dz = float(found.mean()) / float(found.std(ddof=1))
    if freedom < _CORRECTED:
        return dz
    correction = math.lgamma(freedom / 2) - math.lgamma((freedom - 1) / 2) - 0.5 * math.log(freedom / 2)
    return dz * math.exp(correction)


def rank_biserial(differences: Numbers) -> float:
    """Return the share of ranks of positive differences less that of negative ones; 0 where nothing differs.

    >>> rank_biserial([3, -1, 2])
    0.6666666666666666
    """
    given = numbers(differences, "differences")
    found = given[given != 0]
    if not len(found):
        return 0.0
    ranks = paired_tests.mean_ranks(np.abs(found))
    return float(np.sum(np.sign(found) * ranks)) / float(ranks.sum())


def cliff(a: Numbers, b: Numbers) -> float:
    """Return Cliff's delta: P(b > a) - P(b < a) over all values of both, which need not be paired.

    >>> cliff([1, 2, 3], [2, 3, 4])
    0.5555555555555556
    """
    first, second = np.sort(numbers(a, "a")), numbers(b, "b")
    below = np.searchsorted(first, second, side="left")
    above = len(first) - np.searchsorted(first, second, side="right")
    return float(np.sum(below - above)) / (len(first) * len(second))


def _clipped(found: Interval, low: float | None, high: float | None) -> Interval:
    if low is None or high is None or found.low is None or found.high is None:
        return found
    return found._replace(low=max(found.low, low - high), high=min(found.high, high - low))

"""Tests of paired differences that hold at every number of rows. Pure: numbers in, a p value out; a seed for draws.

Knows nothing of runs or scorers. All p values are two-sided. Sources, each re-implemented from its definition:
- Fisher, The Design of Experiments (1935), section 21: `sign_flip`. With draws, p is (1 + as extreme) / (1 + draws), so
  that it never says 0 and never too little (Phipson and Smyth, SAGMB 9 (2010)).
- McNemar, Psychometrika 12 (1947), its exact binomial form: `mcnemar`.
- Wilcoxon, Biometrics Bulletin 1 (1945): `wilcoxon`, zeros left out, mean ranks for ties.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np

from loomwork.evals.statistics.distributions import normal_below, sign_tail
from loomwork.evals.statistics.given import Array, Numbers, at_least, numbers

EXACT_TO = 16
"""Differences that are not 0 up to which every way of flipping signs is tried."""
DRAWS = 9_999
RANKED_TO = 50
"""Differences that are not 0 up to which Wilcoxon's distribution is counted out."""
NORMAL_FROM = 2_000
"""Differences above which the sum with flipped signs is taken for normal, if none of them carries much of it."""
_CARRIES = 0.02
_BYTE, _PATTERNS = 8, 256
_CLOSE = 1e-12
_BLOCKS = 2048


class Test(NamedTuple):
    """A p value and how it was found."""

    __test__ = False  # not a test of pytest's

    p: float
    method: str
    """`sign_flip_exact`, `_draws` or `_normal`, `mcnemar_exact`, `wilcoxon_exact` or `_normal`."""


def sign_flip(differences: Numbers, *, seed: int = 0, draws: int = DRAWS) -> Test:
    """Return how often the mean is as far from 0 when each difference may as well have had the other sign.

    Args:
        differences: One for each pair (or the sum of a group, where pairs are grouped). Shape (n,).
        seed: Of the draws, which are made above `EXACT_TO` differences that are not 0. Above `NORMAL_FROM` the normal
            distribution stands in their place.
        draws: How many; the least p is then 1 / (draws + 1).

    >>> sign_flip([1, 2, 3, 4, 5]).p
    0.0625
    """
    at_least(draws, "draws", 1)
    given = numbers(differences, "differences")
    found = np.abs(given[given != 0])
    seen = abs(float(given.sum()))
    limit = seen - _CLOSE * float(found.sum())
    if not len(found):
        return Test(1.0, "sign_flip_exact")
    if len(found) <= EXACT_TO:
        return Test(float(np.mean(np.abs(_every_sum(found)) >= limit)), "sign_flip_exact")
    if float(found.min()) == float(found.max()):  # a sum of equal steps is a binomial
        return Test(sign_tail(len(found), _fewer(given)), "sign_flip_exact")
    if len(found) > NORMAL_FROM and float(found.max()) ** 2 < _CARRIES * float(np.sum(found * found)):
        return Test(2 * normal_below(-seen / math.sqrt(float(np.sum(found * found)))), "sign_flip_normal")
    sums = _drawn_sums(found, np.random.default_rng(seed), draws)
    beyond = int(np.count_nonzero(np.abs(sums) >= limit))
    return Test((1 + beyond) / (1 + draws), "sign_flip_draws")


def _fewer(values: Array) -> int:
    return min(int(np.count_nonzero(values > 0)), int(np.count_nonzero(values < 0)))


def _every_sum(values: Array) -> Array:
    sums = np.zeros(1)
    for value in values:
        sums = np.concatenate([sums + value, sums - value])
    return sums


def _drawn_sums(values: Array, chance: np.random.Generator, draws: int) -> Array:
    """Return sums with signs drawn: eight values at a time, whose 256 sums are looked up by a drawn byte."""
    padded = np.zeros(-len(values) % _BYTE + len(values))
    padded[: len(values)] = values
    signs = np.unpackbits(np.arange(_PATTERNS, dtype=np.uint8)[:, None], axis=1).astype(np.float64) * 2 - 1
    tables = padded.reshape(-1, _BYTE) @ signs.T
    sums = np.zeros(draws)
    for start in range(0, len(tables), _BLOCKS):
        some = tables[start : start + _BLOCKS]
        drawn = np.frombuffer(chance.bytes(len(some) * draws), dtype=np.uint8).reshape(len(some), draws)
        for table, byte in zip(some, drawn, strict=True):
            sums += table.take(byte)
    return sums


def mcnemar(wins: int, losses: int) -> Test:
    """Return how uneven a split of the pairs that differ is: both sides of a binomial of one half.

    >>> round(mcnemar(wins=9, losses=2).p, 4)
    0.0654
    """
    at_least(wins, "wins", 0)
    at_least(losses, "losses", 0)
    return Test(sign_tail(wins + losses, min(wins, losses)), "mcnemar_exact")


def wilcoxon(differences: Numbers) -> Test:
    """Return the p value of Wilcoxon's signed ranks; zeros are left out, ties have their mean rank.

    Up to `RANKED_TO` differences the distribution is counted out, ties included; above, it is taken for normal with
    the variance of the ranks as they are.
    """
    given = numbers(differences, "differences")
    found = given[given != 0]
    if not len(found):
        return Test(1.0, "wilcoxon_exact")
    ranks = mean_ranks(np.abs(found))
    above = float(ranks[found > 0].sum())
    if len(found) <= RANKED_TO:
        doubled = np.rint(2 * ranks).astype(np.int64)
        ways = np.ones(1)
        for rank in doubled.tolist():
            longer = np.zeros(len(ways) + rank)
            longer[: len(ways)] += ways / 2
            longer[rank:] += ways / 2
            ways = longer
        at = round(2 * above)
        p = 2 * min(float(ways[: at + 1].sum()), float(ways[at:].sum()))
        return Test(min(1.0, p), "wilcoxon_exact")
    z = (above - float(ranks.sum()) / 2) / math.sqrt(float(np.sum(ranks * ranks)) / 4)
    return Test(min(1.0, 2 * normal_below(-abs(z))), "wilcoxon_normal")


def mean_ranks(values: Array) -> Array:
    """Return ranks from 1; equal values have the mean of theirs.

    >>> mean_ranks(np.array([3.0, 1.0, 3.0])).tolist()
    [2.5, 1.0, 2.5]
    """
    _, places, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[places.reshape(-1)]

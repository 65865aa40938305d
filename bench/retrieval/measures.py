"""Measures of rankings. Pure; knows no corpus and no search.

Gains are linear (trec_eval's nDCG): gain / log2(1 + place), against the best order of all judged documents.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

RESAMPLES = 10_000
SEED = 20_261_122


def ndcg(ranking: Sequence[str], gains: Mapping[str, int], k: int = 10) -> float:
    """Return the discounted gain of the first k, against the best that could be.

    >>> ndcg(["x", "a"], {"a": 3})
    0.6309297535714575
    """
    got = sum(gains.get(doc, 0) / math.log2(place + 1) for place, doc in enumerate(ranking[:k], start=1))
    best = sorted(gains.values(), reverse=True)[:k]
    most = sum(gain / math.log2(place + 1) for place, gain in enumerate(best, start=1))
    return got / most if most else 0.0


def recall(ranking: Sequence[str], gains: Mapping[str, int], k: int) -> float:
    """Return the share of the relevant that is among the first k.

    >>> recall(["a", "x"], {"a": 1, "b": 2}, 2)
    0.5
    """
    relevant = {doc for doc, gain in gains.items() if gain > 0}
    return len(relevant.intersection(ranking[:k])) / len(relevant) if relevant else 0.0


def reciprocal(ranking: Sequence[str], gains: Mapping[str, int]) -> float:
    """Return 1 / place of the first relevant one; 0 if none was found.

    >>> reciprocal(["x", "a"], {"a": 1})
    0.5
    """
    return next((1 / place for place, doc in enumerate(ranking, start=1) if gains.get(doc, 0) > 0), 0.0)


def success(ranking: Sequence[str], gains: Mapping[str, int], k: int) -> float:
    """Return 1 if anything relevant is among the first k.

    >>> success(["x", "a"], {"a": 1}, 1), success(["x", "a"], {"a": 1}, 3)
    (0.0, 1.0)
    """
    return float(any(gains.get(doc, 0) > 0 for doc in ranking[:k]))


class Difference(NamedTuple):
    """How much better on average, and where 95 % of the resampled averages lie."""

    mean: float
    low: float
    high: float

    def __str__(self) -> str:
        return f"{self.mean:+.3f} ({self.low:+.3f} to {self.high:+.3f})"


def paired(
    ours: Sequence[float], theirs: Sequence[float], *, resamples: int = RESAMPLES, seed: int = SEED
) -> Difference:
    """Return the mean difference over the same queries with its bootstrap interval (percentiles, queries resampled).

    >>> paired([1.0, 1.0], [0.5, 0.5])
    Difference(mean=0.5, low=0.5, high=0.5)
    """
    by_query = np.asarray(ours, np.float64) - np.asarray(theirs, np.float64)
    rng = np.random.default_rng(seed)
    means = by_query[rng.integers(0, len(by_query), (resamples, len(by_query)))].mean(axis=1)
    low, high = np.percentile(means, [2.5, 97.5])
    return Difference(float(by_query.mean()), float(low), float(high))

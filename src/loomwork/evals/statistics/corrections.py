"""Correction of p values where several are looked at together. Pure; knows no test.

Sources: Holm, Scandinavian Journal of Statistics 6 (1979): no false alarm among all with the wanted probability,
whatever depends on whatever. Benjamini and Hochberg, JRSS B 57 (1995): the share of false alarms among alarms, for
metrics that are independent or rise together. Benjamini and Yekutieli, Annals of Statistics 29 (2001): the same for any
dependence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, TypeAlias

import numpy as np

from loomwork.evals.statistics.given import Array, numbers, one_of
from loomwork.kernel.errors import OutOfRange

Correction: TypeAlias = Literal["holm", "bh", "by"]


def adjusted(ps: Sequence[float], correction: Correction = "holm") -> list[float]:
    """Return adjusted p values in the order of those given: each may be held against the level as if it were alone.

    Raises:
        OutOfRange: a p value outside [0, 1], or an unknown correction.

    >>> adjusted([0.01, 0.04, 0.03])
    [0.03, 0.06, 0.06]
    """
    one_of(correction, "correction", CORRECTIONS)
    if not len(ps):
        return []
    given = numbers(ps, "p values")
    if float(given.min()) < 0 or float(given.max()) > 1:
        raise OutOfRange(name="a p value", got=float(given.min() if given.min() < 0 else given.max()), wanted="0 to 1")
    order = np.argsort(given, kind="stable")
    found = np.empty(len(given))
    found[order] = np.minimum(CORRECTIONS[correction](given[order]), 1.0)
    return [float(each) for each in found]


def _holm(ordered: Array) -> Array:
    return np.maximum.accumulate(ordered * np.arange(len(ordered), 0, -1))


def _hochberg(ordered: Array) -> Array:
    count = len(ordered)
    raised = ordered * count / np.arange(1, count + 1)
    return np.minimum.accumulate(raised[::-1])[::-1]


def _yekutieli(ordered: Array) -> Array:
    return _hochberg(ordered) * float(np.sum(1 / np.arange(1, len(ordered) + 1)))


CORRECTIONS: dict[str, Callable[[Array], Array]] = {"holm": _holm, "bh": _hochberg, "by": _yekutieli}

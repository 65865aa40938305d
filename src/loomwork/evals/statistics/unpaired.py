"""Two groups that share no rows: users who were given one variant or the other. Pure; knows no trace.

Sources: Newcombe, Interval estimation for the difference between independent proportions, Statistics in Medicine 17
(1998), method 10; Welch, Biometrika 34 (1947). The share of each arm is held against what was meant by a chi-squared
test (Fabijan et al., Diagnosing sample ratio mismatch, KDD 2019).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Sequence

import msgspec
import numpy as np

from loomwork.evals.statistics.distributions import student, student_below
from loomwork.evals.statistics.given import Array, Numbers, codes, numbers
from loomwork.evals.statistics.intervals import LEVEL, Interval, wilson
from loomwork.evals.statistics.means import is_truth
from loomwork.kernel.errors import UnequalLengths

_LEAST = 2
_PARTS = 500
_ENOUGH = 1e-15
_HUGE = 1e300


class Unpaired(msgspec.Struct, frozen=True, kw_only=True):
    """b against a where no row is in both."""

    a: Interval
    b: Interval
    delta: Interval
    """The mean of b less that of a."""
    p: float | None
    """Two-sided; None where there is too little to say."""
    rows_a: int
    rows_b: int


def difference(
    a: Numbers,
    b: Numbers,
    *,
    groups_a: Iterable[Hashable] | None = None,
    groups_b: Iterable[Hashable] | None = None,
    level: float = LEVEL,
) -> Unpaired:
    """Return how b differs from a.

    Args:
        a: One value for each row of the first arm. Shape (n,).
        b: Of the second. Shape (m,).
        groups_a: One label for each row of a, where rows belong together (a user's): the mean of the groups counts.
        groups_b: Of b.
        level: The wanted coverage.

    Raises:
        TooFewValues, NotFinite, UnequalLengths: see `means.interval`.

    >>> found = difference([1] * 40 + [0] * 60, [1] * 60 + [0] * 40)
    >>> round(found.delta.value, 2), round(found.delta.low, 3), round(found.delta.high, 3), found.delta.method
    (0.2, 0.061, 0.328, 'newcombe')
    """
    first, second = _units(a, groups_a), _units(b, groups_b)
    if is_truth(first) and is_truth(second):
        return _shares(first.tolist(), second.tolist(), level)
    return _means(first, second, level)


def split_p(counts: Sequence[int], shares: Sequence[float]) -> float:
    """Return how likely it is that arms of these sizes come of the meant shares; below 0.001 something assigns wrongly.

    >>> round(split_p([5000, 5000], [0.5, 0.5]), 3), split_p([5400, 4600], [0.5, 0.5]) < 1e-10
    (1.0, True)

    Raises:
        UnequalLengths: not as many shares as counts.
    """
    if len(counts) != len(shares):
        raise UnequalLengths(name="shares", got=len(shares), other="counts", wanted=len(counts))
    total, meant = sum(counts), sum(shares)
    if total == 0 or len(counts) < _LEAST:
        return 1.0
    expected = [total * share / meant for share in shares]
    found = sum((count - wanted) ** 2 / wanted for count, wanted in zip(counts, expected, strict=True))
    return _chi_above(found, len(counts) - 1)


def _units(values: Numbers, groups: Iterable[Hashable] | None) -> Array:
    found = numbers(values)
    if groups is None:
        return found
    grouped = codes(groups, len(found))
    return np.bincount(grouped, weights=found) / np.bincount(grouped)


def _shares(a: list[float], b: list[float], level: float) -> Unpaired:
    first, second = wilson(round(sum(a)), len(a), level=level), wilson(round(sum(b)), len(b), level=level)
    delta = second.value - first.value
    ends = (first.low, first.high, second.low, second.high)
    low = high = None
    if all(each is not None for each in ends):
        low_a, high_a, low_b, high_b = (float(each or 0.0) for each in ends)
        low = delta - math.hypot(second.value - low_b, high_a - first.value)
        high = delta + math.hypot(high_b - second.value, first.value - low_a)
    pooled = (sum(a) + sum(b)) / (len(a) + len(b))
    error = math.sqrt(pooled * (1 - pooled) * (1 / len(a) + 1 / len(b)))
    p = math.erfc(abs(delta) / error / math.sqrt(2)) if error else 1.0
    return Unpaired(a=first, b=second, delta=Interval(delta, low, high, "newcombe"), p=p, rows_a=len(a), rows_b=len(b))


def _means(a: Array, b: Array, level: float) -> Unpaired:
    delta = float(b.mean() - a.mean())
    if len(a) < _LEAST or len(b) < _LEAST:
        nothing = Interval(delta, None, None, "")
        return Unpaired(a=_alone(a, level), b=_alone(b, level), delta=nothing, p=None, rows_a=len(a), rows_b=len(b))
    parts = float(a.var(ddof=1)) / len(a), float(b.var(ddof=1)) / len(b)
    error = math.sqrt(sum(parts))
    if error == 0:
        flat = Interval(delta, delta, delta, "welch")
        return Unpaired(
            a=_alone(a, level), b=_alone(b, level), delta=flat, p=1.0 if delta == 0 else 0.0, rows_a=len(a),
            rows_b=len(b),
        )  # fmt: skip
    freedom = sum(parts) ** 2 / (parts[0] ** 2 / (len(a) - 1) + parts[1] ** 2 / (len(b) - 1))
    width = student(1 - (1 - level) / 2, freedom) * error
    p = 2 * (1 - student_below(abs(delta) / error, freedom))
    told = Interval(delta, delta - width, delta + width, "welch")
    return Unpaired(a=_alone(a, level), b=_alone(b, level), delta=told, p=p, rows_a=len(a), rows_b=len(b))


def _alone(values: Array, level: float) -> Interval:
    mean = float(values.mean())
    if len(values) < _LEAST:
        return Interval(mean, None, None, "")
    half = student(1 - (1 - level) / 2, len(values) - 1) * float(values.std(ddof=1)) / math.sqrt(len(values))
    return Interval(mean, mean - half, mean + half, "t")


def _chi_above(value: float, freedom: int) -> float:
    """Return the probability that a chi-squared value lies above one: the upper regularised gamma function."""
    a, x = freedom / 2, value / 2
    if x <= 0:
        return 1.0
    front = math.exp(-x + a * math.log(x) - math.lgamma(a))
    if x < a + 1:
        term = total = 1 / a
        for n in range(1, _PARTS):
            term *= x / (a + n)
            total += term
            if term < total * _ENOUGH:
                break
        return max(0.0, 1 - front * total)
    b = x + 1 - a
    c, d = _HUGE, 1 / b
    found = d
    for n in range(1, _PARTS):
        factor = -n * (n - a)
        b += 2
        d = 1 / (factor * d + b)
        c = b + factor / c
        found *= c * d
        if abs(c * d - 1) < _ENOUGH:
            break
    return front * found

"""Quantiles and tails of Student's t, the beta and the binomial distribution. Knows no data.

The regularised incomplete beta function is Lentz's continued fraction (Abramowitz and Stegun 26.5.8; Press et al.,
Numerical Recipes 6.4); quantiles invert it.
"""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

import numpy as np

from loomwork.evals.statistics.given import Array, Codes

_NORMAL = NormalDist()
_MEDIAN = 0.5
_TINY = 1e-300
_TERMS = 300
_PRECISE = 1e-14
_HALVINGS = 200
_STEP = 1e-13


def normal_quantile(probability: float) -> float:
    """Return the quantile of the standard normal distribution.

    >>> round(normal_quantile(0.975), 6)
    1.959964
    """
    return _NORMAL.inv_cdf(probability)


def normal_below(z: float) -> float:
    """Return the probability that a standard normal value stays below z."""
    return 0.5 * math.erfc(-z / math.sqrt(2))


@lru_cache(maxsize=64)
def two_sided(level: float) -> float:
    """Return z so that a standard normal value lies between -z and z with this probability."""
    return _NORMAL.inv_cdf(1 - (1 - level) / 2)


@lru_cache(maxsize=4096)
def student(probability: float, freedom: float) -> float:
    """Return the quantile of Student's t.

    >>> round(student(0.975, 10), 6), round(student(0.95, 1), 6)
    (2.228139, 6.313752)
    """
    if probability == _MEDIAN:
        return 0.0
    if probability < _MEDIAN:
        return -student(1 - probability, freedom)
    found = _NORMAL.inv_cdf(probability)  # below it; by Newton's steps, which do not overshoot a concave function
    logs = math.lgamma((freedom + 1) / 2) - math.lgamma(freedom / 2) - 0.5 * math.log(freedom * math.pi)
    for _ in range(_HALVINGS):
        density = math.exp(logs - (freedom + 1) / 2 * math.log1p(found * found / freedom))
        step = (probability - student_below(found, freedom)) / density
        found += step
        if abs(step) <= _STEP * found:
            break
    return found


def student_below(t: float, freedom: float) -> float:
    """Return the probability that Student's t stays below t."""
    if t < 0:
        return 1 - student_below(-t, freedom)
    return 1 - beta_below(freedom / (freedom + t * t), freedom / 2, 0.5) / 2


def beta_below(x: float, a: float, b: float) -> float:
    """Return the regularised incomplete beta function: the probability that a beta value stays below x."""
    if x <= 0 or x >= 1:
        return float(x >= 1)
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(a, b, x) / a
    return 1 - front * _fraction(b, a, 1 - x) / b


def beta_quantile(probability: float, a: float, b: float) -> float:
    """Return the quantile of the beta distribution.

    >>> round(beta_quantile(0.025, 3, 8), 6)
    0.06674
    """
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if middle in (low, high):
            break
        low, high = (middle, high) if beta_below(middle, a, b) < probability else (low, middle)
    return (low + high) / 2


def binomial(count: int, share: float) -> Array:
    """Return the probability of each number of successes, shape (count + 1,).

    >>> [float(each) for each in binomial(2, 0.5).round(3)]
    [0.25, 0.5, 0.25]
    """
    if share <= 0 or share >= 1:
        found = np.zeros(count + 1)
        found[count if share >= 1 else 0] = 1.0
        return found
    k = np.arange(count + 1)
    logs = log_factorials(count)
    found = logs[count] - logs[k] - logs[count - k] + k * math.log(share) + (count - k) * math.log1p(-share)
    return np.exp(found)


def log_factorials(count: int) -> Array:
    """Return log(0!) to log(count!), shape (count + 1,)."""
    found = np.zeros(count + 1)
    np.cumsum(np.log(np.arange(1, count + 1)), out=found[1:])
    return found


def sign_tail(count: int, fewer: int) -> float:
    """Return how probable a split of fair signs is that is at least as uneven as `fewer` of `count`: both sides.

    >>> round(sign_tail(10, 1), 6)
    0.021484
    """
    if 2 * fewer >= count:
        return 1.0
    return min(1.0, 2 * float(binomial(count, 0.5)[: fewer + 1].sum()))


def counted(codes: Codes, least: int = 0) -> Codes:
    """Return how many values each code has."""
    return np.bincount(codes, minlength=least).astype(np.int64)


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, _inverse(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for step in (even, odd):
            d = _inverse(1 + step * d)
            c = _bounded(1 + step / c)
            found *= d * c
        if abs(d * c - 1) < _PRECISE:
            break
    return found


def _bounded(value: float) -> float:
    return value if abs(value) > _TINY else _TINY


def _inverse(value: float) -> float:
    return 1 / _bounded(value)

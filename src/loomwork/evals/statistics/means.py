"""The interval of a mean: of truth values, of scores with a known range, of anything; rows grouped or not.

Pure, and without chance. Which method is asked when nothing is said was chosen by simulation (bench/README.md,
"Statistics"): the one that covers between 93 and 97 % in most cells, the simplest where several do.

Sources, each re-implemented from its formulas:
- Wilson (1927): a share (see `intervals.share`). For scores between two bounds the same quadratic is solved with the
  variance that was measured: a score's variance is taken to change with its mean as a share's does, by
  (m - low)(high - m), times what was seen here. For 0 and 1 it is Wilson's interval but for Student's quantile.
- Hall, On the removal of skewness by transformation, JRSS B 54 (1992), 221-228: `skewed` is Student's interval and
  Hall's (his monotone cubic, inverted), on each side the end that lies further out.
- Groups: the variance of a mean of clustered rows from the sums of residuals of the groups (Liang and Zeger,
  Biometrika 73 (1986)) times G / (G - 1), with Student's quantile at Satterthwaite's degrees of freedom for groups of
  unequal size, sum(v)^2 / sum(v^2) - 1, where v = n (1 + (n - 1) r) is a group's part in the variance and r the
  correlation within groups by one-way analysis of variance.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from loomwork.evals.statistics.distributions import counted, student
from loomwork.evals.statistics.given import Array, Codes, Numbers, between, codes, numbers, one_of, within
from loomwork.evals.statistics.intervals import LEVEL, Interval, bootstrap, exact, share, wilson
from loomwork.kernel.errors import OutOfRange

Kind: TypeAlias = Literal["auto", "share", "wilson", "exact", "scores", "skewed", "t", "bca"]
Weigh: TypeAlias = Literal["rows", "groups"]
_LEAST = 2
_LEAST_SKEWED = 3
_DIGITS = 3
_SYMMETRIC = 1e-8
_OF_SHARES = {"share", "wilson", "exact"}


class Spread(NamedTuple):
    """A mean and what is known of its error."""

    mean: float
    error: float
    """Its standard error."""
    units: int
    """Rows, or groups where rows are grouped."""
    freedom: float
    """Degrees of freedom of the standard error."""
    skewness: float
    """Of the units' parts in the mean, corrected for bias; 0 where nothing differs."""
    suffix: str


def interval(
    values: Numbers,
    groups: Iterable[Hashable] | None = None,
    *,
    kind: Kind = "auto",
    low: float | None = None,
    high: float | None = None,
    weigh: Weigh = "rows",
    level: float = LEVEL,
) -> Interval:
    """Return a mean with its interval.

    Args:
        values: One for each row: truth values, or numbers. Shape (n,).
        groups: One label for each row; rows with the same label are not independent of each other (trials of one row,
            questions about one document). Shape (n,).
        kind: The method; `auto`: `share` for truth values, `scores` where the range is known, else `skewed`.
        low: The least value that a score can have; `scores` needs both ends.
        high: The greatest.
        weigh: What counts once in the mean: each row, or each group (the mean of the groups' means).
        level: The wanted coverage, between 0 and 1.

    Returns:
        The mean and its interval, the method named. Of one row, or one group, there is no interval.

    Raises:
        TooFewValues: there is no value.
        NotFinite: a value is NaN or infinite.
        UnequalLengths: there are not as many groups as values.
        OutOfRange: a value outside the range, or an unknown kind.

    >>> found = interval([0.9, 1.0, 0.4, 0.8, 1.0, 0.7], low=0, high=1)
    >>> round(found.value, 3), round(found.low, 3), round(found.high, 3), found.method
    (0.8, 0.501, 0.941, 'scores')
    """
    one_of(kind, "kind", ["auto", *KINDS])
    between(level, "level", above=0, below=1)
    found = numbers(values)
    bounds = _bounds(found, low, high)
    grouped = None if groups is None else codes(groups, len(found))
    if grouped is not None and weigh == "groups":
        found, grouped = np.bincount(grouped, weights=found) / counted(grouped), None
    if grouped is not None and int(grouped.max()) + 1 == len(found):
        grouped = None  # every row is a group of its own
    asked = Asked(found, grouped, bounds, level, spread(found, grouped))
    if asked.spread.units < _LEAST and not (kind in _OF_SHARES or (kind == "auto" and is_truth(found))):
        return Interval(asked.spread.mean, None, None, "")
    return (KINDS[kind] if kind != "auto" else _best(asked))(asked)


class Asked(NamedTuple):
    """What a method is given."""

    values: Array
    groups: Codes | None
    bounds: tuple[float, float] | None
    level: float
    spread: Spread


def spread(values: Array, groups: Codes | None) -> Spread:
    """Return a mean with its standard error; of one unit the error is 0."""
    count = len(values)
    mean = float(values.mean())
    if groups is None:
        parts, freedom, suffix = values - mean, float(count - 1), ""
    else:
        parts = np.bincount(groups, weights=values - mean).astype(np.float64)
        freedom, suffix = _freedom(values, mean, groups), "_clustered"
    units = len(parts)
    square = float(np.mean(parts * parts))
    if units < _LEAST or square <= _noise(values, count / units):
        return Spread(mean, 0.0, units, max(freedom, 1.0), 0.0, suffix)
    error = math.sqrt(square * units / (units - 1) * units) / count
    return Spread(mean, error, units, freedom, _skewness(parts, square), suffix)


def _noise(values: Array, per_unit: float) -> float:
    """Return what the squares of parts amount to by rounding alone."""
    return (1e-14 * float(np.abs(values).max()) * per_unit) ** 2


def _skewness(parts: Array, square: float) -> float:
    units = len(parts)
    if units < _LEAST_SKEWED:
        return 0.0
    return float(np.mean(parts**3)) / square**1.5 * math.sqrt(units * (units - 1)) / (units - 2)


def _freedom(values: Array, mean: float, groups: Codes) -> float:
    sizes = counted(groups).astype(np.float64)
    units, count = len(sizes), len(values)
    if units < _LEAST:
        return 1.0
    if units == count:  # every row is a group of its own
        return float(units - 1)
    means = np.bincount(groups, weights=values) / sizes
    inside = float(np.sum((values - means[groups]) ** 2)) / (count - units)
    outside = float(np.sum(sizes * (means - mean) ** 2)) / (units - 1)
    usual = (count - float(np.sum(sizes * sizes)) / count) / (units - 1)
    whole = outside + (usual - 1) * inside
    correlation = min(max((outside - inside) / whole, 0.0), 1.0) if whole > 0 else 1.0
    part = sizes * (1 + (sizes - 1) * correlation)
    found = max(float(part.sum()) ** 2 / float(np.sum(part * part)) - 1, 1.0)
    return float(f"{found:.{_DIGITS}g}")  # so that quantiles are found again


def _bounds(values: Array, low: float | None, high: float | None) -> tuple[float, float] | None:
    if low is None or high is None or not math.isfinite(low) or not math.isfinite(high):
        return None
    within(values, low, high)
    return low, high


def is_truth(values: Array) -> bool:
    """Whether all values are 0 or 1."""
    return bool(np.all((values == 0) | (values == 1)))


def _best(asked: Asked) -> Callable[[Asked], Interval]:
    if is_truth(asked.values):
        return _share
    return _skewed if asked.bounds is None else _scores


def _share(asked: Asked) -> Interval:
    return _counted(asked, "share", share)


def _wilson(asked: Asked) -> Interval:
    return _counted(asked, "wilson", wilson)


def _exact(asked: Asked) -> Interval:
    if asked.groups is not None:
        raise OutOfRange(name="kind", got="'exact'", wanted="another one: exact is for values without groups")
    return _counted(asked, "exact", exact)


def _counted(asked: Asked, kind: str, method: Callable[..., Interval]) -> Interval:
    if not is_truth(asked.values):
        raise OutOfRange(name="kind", got=repr(kind), wanted="another one: the values are not all 0 or 1")
    if asked.groups is None:
        return method(int(asked.values.sum()), len(asked.values), level=asked.level)
    return _scores(asked._replace(bounds=(0.0, 1.0)))._replace(method="wilson_clustered")


def _scores(asked: Asked) -> Interval:
    """Solve Wilson's quadratic with the measured variance; where nothing varies, with the greatest there could be."""
    if asked.bounds is None:
        raise OutOfRange(name="kind", got="'scores'", wanted="given together with low and high")
    bottom, top = asked.bounds
    width, found = top - bottom, asked.spread
    q = _quantile(found.freedom, asked.level)
    share = min(max((found.mean - bottom) / width, 0.0), 1.0)
    room = share * (1 - share)
    k = q * q / found.units
    if found.error > 0 and room > 0:
        k = q * q * (found.error / width) ** 2 / room
    middle, half = (share + k / 2) / (1 + k), math.sqrt(k * room + k * k / 4) / (1 + k)
    ends = (bottom + width * max(0.0, middle - half), bottom + width * min(1.0, middle + half))
    return Interval(found.mean, min(ends[0], found.mean), max(ends[1], found.mean), f"scores{found.suffix}")


def _student(asked: Asked) -> Interval:
    found = asked.spread
    half = _quantile(found.freedom, asked.level) * found.error
    return _told(asked, found.mean - half, found.mean + half, "t")


def _skewed(asked: Asked) -> Interval:
    found = asked.spread
    half = _quantile(found.freedom, asked.level) * found.error
    q = _quantile(found.units - 1, asked.level)
    low = found.mean - found.error * hall(q, found.skewness, found.units)
    high = found.mean - found.error * hall(-q, found.skewness, found.units)
    return _told(asked, min(low, found.mean - half), max(high, found.mean + half), "skewed")


def hall(quantile: float, skewness: float, units: int) -> float:
    """Return the value of Student's statistic at which Hall's cubic transformation of it reaches a quantile.

    >>> round(hall(2.0, 0.0, 20), 6), hall(2.0, 1.0, 20) < 2.0 < -hall(-2.0, 1.0, 20)
    (2.0, True)
    """
    root = math.sqrt(units)
    if abs(skewness) < _SYMMETRIC:
        return quantile
    inside = 1 + skewness * (quantile / root - skewness / (6 * units))
    return 3 * root / skewness * (math.copysign(abs(inside) ** (1 / 3), inside) - 1)


def _bca(asked: Asked) -> Interval:
    if asked.groups is not None:
        raise OutOfRange(name="kind", got="'bca'", wanted="another one: bca is for values without groups")
    return bootstrap(asked.values.tolist(), seed=0, level=asked.level)


def _told(asked: Asked, low: float, high: float, method: str) -> Interval:
    if asked.bounds is not None:
        low, high = max(low, asked.bounds[0]), min(high, asked.bounds[1])
    return Interval(asked.spread.mean, low, high, f"{method}{asked.spread.suffix}")


def _quantile(freedom: float, level: float) -> float:
    return student(1 - (1 - level) / 2, freedom)


KINDS: dict[str, Callable[[Asked], Interval]] = {
    "share": _share,
    "wilson": _wilson,
    "exact": _exact,
    "scores": _scores,
    "skewed": _skewed,
    "t": _student,
    "bca": _bca,
}

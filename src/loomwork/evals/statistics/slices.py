"""Which kinds of rows are worse than the others, and which only look so. Pure; knows no run.

A slice is the rows that have one value of one label ("language" = "de"). With many slices some look bad by chance
alone, so each slice is held against all other rows at a level that is corrected for how many there are (Sidak's), and
named only where that interval lies wholly on the bad side. Beside its mean each slice has a shrunk one, which is what
is best believed of it: the mean drawn towards that of all rows by how much of the spread between slices is noise
(DerSimonian and Laird, Controlled Clinical Trials 7 (1986), for the variance between; Efron and Morris, JASA 70 (1975),
for the shrinking).
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec
import numpy as np

from loomwork.evals.statistics.given import Array, Codes, Numbers, codes, numbers, one_of, pairs
from loomwork.evals.statistics.intervals import LEVEL, Interval
from loomwork.evals.statistics.means import interval, spread
from loomwork.evals.statistics.pairs import Better, delta
from loomwork.kernel.errors import UnequalLengths

LEAST_ROWS = 5
"""Rows that a slice has at least; smaller ones are not looked at, and not counted for the correction."""
MOST_VALUES = 50
"""Values of a label with more of which it is taken for a name of the row."""
_UNITS = 2
_TINY = 1e-100
"""Stands for the variance of values that do not vary; its reciprocal can still be squared."""


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """The rows with one value of one label."""

    key: str
    value: str
    rows: int
    mean: Interval
    """Of the slice alone, at the level asked for, not corrected."""
    shrunk: float
    """What is best believed of its mean."""
    difference: Interval
    """From the mean of all other rows (for paired values: b less a in the slice), corrected for how many slices there
    are."""
    stands_out: bool
    """Whether the corrected interval lies wholly on the bad side: the slice is worse than the other rows (for paired
    values: b is worse than a in it)."""


class _Group(NamedTuple):
    key: str
    value: str
    inside: Codes
    """Positions."""


class _Given(NamedTuple):
    values: Array
    other: Array | None
    groups: Codes | None
    level: float
    low: float | None
    high: float | None

    def mean(self, rows: Codes, level: float) -> Interval:
        """Return the mean of some rows, or of their paired difference."""
        groups = None if self.groups is None else codes(self.groups[rows].tolist(), len(rows))
        if groups is not None and int(groups.max()) + 1 == len(rows):
            groups = None  # every row of the slice is a group of its own
        if self.other is not None:
            return delta(self.values[rows], self.other[rows], groups, low=self.low, high=self.high, level=level)
        labels = None if groups is None else groups.tolist()
        return interval(self.values[rows], labels, low=self.low, high=self.high, level=level)

    @property
    def told(self) -> Array:
        """What is averaged, shape (n,)."""
        return self.values if self.other is None else self.other - self.values


def slices(
    values: Numbers,
    labels: Sequence[Mapping[str, str]],
    *,
    paired: Numbers | None = None,
    groups: Iterable[Hashable] | None = None,
    better: Better = "higher",
    low: float | None = None,
    high: float | None = None,
    least: int = LEAST_ROWS,
    level: float = LEVEL,
) -> list[Slice]:
    """Return the slices, the worst first by what is best believed of them; those that stand out before all others.

    Args:
        values: One for each row. Shape (n,).
        labels: For each row, its labels by key. A key with one value in all rows, or with more than `MOST_VALUES`, is
            left out.
        paired: The values of the same rows in a second run: slices are then of the difference (paired - values).
        groups: One label for each row, where rows belong together.
        better: Which direction is good.
        low: The least that a value can be, where that is known.
        high: The greatest.
        least: Rows that a slice has at least.
        level: With at least this probability no slice stands out where all are alike.

    Raises:
        TooFewValues, NotFinite, UnequalLengths, OutOfRange: see `means.interval`.
    """
    one_of(better, "better", ("higher", "lower"))
    found = _given(values, paired, groups, low, high, level)
    if len(labels) != len(found.values):
        raise UnequalLengths(name="labels", got=len(labels), other="values", wanted=len(found.values))
    cut = _cut(labels, max(least, _UNITS))
    if not cut:
        return []
    shrunk = _shrunk(found, cut)
    made = [_slice(found, group, len(cut), mean, better) for group, mean in zip(cut, shrunk, strict=True)]
    sign = 1 if better == "higher" else -1
    return sorted(made, key=lambda one: (not one.stands_out, sign * one.shrunk, one.key, one.value))


def _given(
    values: Numbers,
    paired: Numbers | None,
    groups: Iterable[Hashable] | None,
    low: float | None,
    high: float | None,
    level: float,
) -> _Given:
    if paired is None:
        first, second = numbers(values), None
    else:
        first, second = pairs(values, paired, ("values", "paired"))
    grouped = None if groups is None else codes(groups, len(first))
    return _Given(first, second, grouped, level, low, high)


def _cut(labels: Sequence[Mapping[str, str]], least: int) -> list[_Group]:
    where: dict[str, dict[str, list[int]]] = {}
    for at, row in enumerate(labels):
        for key, value in row.items():
            where.setdefault(key, {}).setdefault(value, []).append(at)
    return [
        _Group(key, value, np.asarray(rows))
        for key, by_value in sorted(where.items())
        if 1 < len(by_value) <= MOST_VALUES or (len(by_value) == 1 and len(next(iter(by_value.values()))) < len(labels))
        for value, rows in sorted(by_value.items())
        if len(rows) >= least
    ]


def _slice(given: _Given, group: _Group, count: int, shrunk: float, better: Better) -> Slice:
    corrected = given.level ** (1 / count)
    difference = given.mean(group.inside, corrected)
    if given.other is None:
        rest = np.ones(len(given.values), dtype=np.bool_)
        rest[group.inside] = False
        difference = apart(difference, given.mean(np.flatnonzero(rest), corrected))
    end = difference.high if better == "higher" else difference.low
    bad = end is not None and (end < 0 if better == "higher" else end > 0)
    return Slice(
        key=group.key,
        value=group.value,
        rows=len(group.inside),
        mean=given.mean(group.inside, given.level),
        shrunk=shrunk,
        difference=difference,
        stands_out=bad,
    )


def apart(one: Interval, other: Interval) -> Interval:
    """Return the difference of two independent figures, its interval put together from theirs.

    Source: Zou and Donner, Statistics in Medicine 27 (2008); for shares it is Newcombe's method 10.
    """
    value = one.value - other.value
    if one.low is None or one.high is None or other.low is None or other.high is None:
        return Interval(value, None, None, "")
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Interval(value, value - below, value + above, "apart")


def _shrunk(given: _Given, cut: Sequence[_Group]) -> list[float]:
    """Return each slice's mean, drawn towards the mean of its key's slices."""
    by_key: dict[str, list[int]] = {}
    for at, group in enumerate(cut):
        by_key.setdefault(group.key, []).append(at)
    usual = float(given.told.var()) + _TINY
    means, errors = np.zeros(len(cut)), np.zeros(len(cut))
    for at, group in enumerate(cut):
        grouped = None if given.groups is None else codes(given.groups[group.inside].tolist(), len(group.inside))
        found = spread(given.told[group.inside], grouped)
        means[at], errors[at] = found.mean, found.error**2 or usual / len(group.inside)
    for members in by_key.values():
        means[members] = _drawn(means[members], errors[members])
    return [float(each) for each in means]


def _drawn(means: Array, errors: Array) -> Array:
    weights = 1 / errors
    middle = float(np.sum(weights * means) / weights.sum())
    spare = float(weights.sum() - np.sum(weights**2) / weights.sum())
    between = max(0.0, (float(np.sum(weights * (means - middle) ** 2)) - len(means) + 1) / spare) if spare > 0 else 0.0
    weights = 1 / (errors + between)
    middle = float(np.sum(weights * means) / weights.sum())
    return middle + between / (between + errors) * (means - middle)

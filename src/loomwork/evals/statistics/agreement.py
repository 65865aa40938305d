"""How far those who label the same items agree beyond chance: kappa, pi, alpha, each with an interval. Pure.

Intervals draw items again (percentiles; Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13), so
they hold for items like these and these raters. Knows no judge and no person.

Sources, each re-implemented from its formulas: Cohen, Educational and Psychological Measurement 20 (1960), weighted:
Psychological Bulletin 70 (1968); Scott, Public Opinion Quarterly 19 (1955); Fleiss, Psychological Bulletin 76 (1971);
Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), whose ordinal distance is that of mean ranks.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias, cast

import numpy as np

from loomwork.evals.statistics.given import Array, at_least, between, numbers, one_of
from loomwork.evals.statistics.intervals import LEVEL, Interval
from loomwork.kernel.errors import OutOfRange, TooFewValues, UnequalLengths

Weights: TypeAlias = Literal["none", "linear", "quadratic"]
Metric: TypeAlias = Literal["nominal", "ordinal", "interval"]
DRAWS = 1_000
_LEAST_RATED = 2
_LEAST_LABELS = 2
_LEAST_DRAWN = 8
_TINY = 1e-12
_MOST_AT_ONCE = 2_000_000


class Tabled(NamedTuple):
    """Two raters' labels counted."""

    labels: list[Hashable]
    """In order: sorted where they can be, else as they first come."""
    counts: Array
    """Shape (labels, labels): rows are the first rater's, columns the second's."""


def table(first: Sequence[Hashable], second: Sequence[Hashable], order: Sequence[Hashable] | None = None) -> Tabled:
    """Return how often which labels met.

    Args:
        first: One label for each item. Shape (n,).
        second: The other rater's. Shape (n,).
        order: The labels in order, where it is not that of sorting.

    Raises:
        UnequalLengths, TooFewValues: the raters have not labelled the same items, or none.
        OutOfRange: a label that the order does not have.

    >>> table(["yes", "no", "yes"], ["yes", "yes", "yes"])
    Tabled(labels=['no', 'yes'], counts=array([[0., 1.],
           [0., 2.]]))
    """
    if len(first) != len(second):
        raise UnequalLengths(name="the second rater", got=len(second), other="the first", wanted=len(first))
    if not len(first):
        raise TooFewValues(name="labels", got=0, least=1)
    labels = ordered([*first, *second]) if order is None else list(order)
    at = _places(labels)
    counts = np.zeros((len(labels), len(labels)))
    np.add.at(counts, ([_place(at, each) for each in first], [_place(at, each) for each in second]), 1)
    return Tabled(labels, counts)


def cohen_kappa(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    weights: Weights = "none",
    order: Sequence[Hashable] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Interval:
    """Return Cohen's kappa of two raters.

    Args:
        first: One label for each item. Shape (n,).
        second: The other rater's. Shape (n,).
        weights: How labels that differ count: all alike, by how many places they lie apart, or by its square.
        order: The labels in order, for weights, where it is not that of sorting.
        seed: Of the draws.
        draws: How many.
        level: The wanted coverage.

    Raises:
        OutOfRange: all labels are the same, so that there is nothing that chance could not have done.

    >>> round(cohen_kappa("yynnyynnyy", "yynnyynyyn").value, 3)
    0.583
    """
    one_of(weights, "weights", ("none", "linear", "quadratic"))
    counted = table(first, second, order)
    apart = _apart(len(counted.labels), weights)
    return _of_table(counted, lambda tables: _kappa(tables, apart), "cohen_kappa", seed, draws, level)


def scott_pi(
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Interval:
    """Return Scott's pi of two raters: as kappa, with one share of labels for both (see `cohen_kappa`)."""
    return _of_table(table(first, second), _pi, "scott_pi", seed, draws, level)


def fleiss_kappa(
    ratings: Sequence[Sequence[Hashable]], *, seed: int = 0, draws: int = DRAWS, level: float = LEVEL
) -> Interval:
    """Return Fleiss' kappa of several raters, who need not be the same for each item.

    Args:
        ratings: For each item its labels, as many for each. Shape (items, raters).
        seed: Of the draws.
        draws: How many.
        level: The wanted coverage.

    Raises:
        UnequalLengths: an item has another number of labels than the first.
        OutOfRange: all labels are the same.
    """
    for row in ratings:
        if len(row) != len(ratings[0]):
            raise UnequalLengths(name="an item", got=len(row), other="the first", wanted=len(ratings[0]))
    counts = _counts(ratings, ordered([label for row in ratings for label in row]))
    raters = len(ratings[0])
    same = (np.sum(counts * counts, axis=1) - raters) / (raters * (raters - 1))

    def kappa(drawn: Array) -> Array:
        shares = (drawn @ counts) / (drawn.sum(axis=1, keepdims=True) * raters)
        return _beyond(drawn @ same / drawn.sum(axis=1), np.sum(shares * shares, axis=1))

    return _of_items(len(counts), kappa, "fleiss_kappa", seed, draws, level)


def krippendorff_alpha(
    ratings: Sequence[Sequence[Hashable | None]],
    *,
    metric: Metric = "nominal",
    order: Sequence[Hashable] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> Interval:
    """Return Krippendorff's alpha of any number of raters, some of whom may have left items out.

    Args:
        ratings: For each item its labels, None for one that is missing. Shape (items, raters). Items with fewer than
            two labels do not count.
        metric: How labels differ: not at all, by rank, or as the numbers that they are.
        order: For ordinal labels their order, where it is not that of sorting.
        seed: Of the draws.
        draws: How many.
        level: The wanted coverage.

    Raises:
        TooFewValues: no item has two labels.
        OutOfRange: all labels are the same; for `interval`, one is not a number (NotFinite).

    >>> round(krippendorff_alpha([[1, 1], [2, 2], [3, 2], [3, 3], [1, None]], metric="interval").value, 3)
    0.821
    """
    one_of(metric, "metric", ("nominal", "ordinal", "interval"))
    kept = [[label for label in row if label is not None] for row in ratings]
    kept = [row for row in kept if len(row) >= _LEAST_RATED]
    if not kept:
        raise TooFewValues(name="items with two labels", got=0, least=1)
    labels = ordered([label for row in kept for label in row]) if order is None else list(order)
    counts = _counts(kept, labels)
    values = numbers(cast("Any", labels), "labels") if metric == "interval" else None

    def alpha(drawn: Array) -> Array:
        if metric == "nominal":
            return _nominal(counts, drawn)
        return np.asarray([_by_distance(counts, one, values) for one in drawn])

    return _of_items(len(counts), alpha, "krippendorff_alpha", seed, draws, level)


def ordered(labels: Sequence[Hashable]) -> list[Hashable]:
    """Return the labels once each: sorted where they can be, else as they first come."""
    once = list(dict.fromkeys(labels))
    try:
        return sorted(cast("list[Any]", once))
    except TypeError:
        return once


def _places(labels: Sequence[Hashable]) -> dict[Hashable, int]:
    return {label: at for at, label in enumerate(labels)}


def _place(at: dict[Hashable, int], label: Hashable) -> int:
    if label not in at:
        raise OutOfRange(name="a label", got=repr(label), wanted=f"one of {', '.join(map(repr, at))}")
    return at[label]


def _counts(ratings: Sequence[Sequence[Hashable]], labels: Sequence[Hashable]) -> Array:
    """Return how often each item has each label, shape (items, labels)."""
    if not len(ratings) or len(ratings[0]) < _LEAST_RATED:
        raise TooFewValues(name="labels of an item", got=len(ratings[0]) if len(ratings) else 0, least=_LEAST_RATED)
    at = _places(labels)
    found = np.zeros((len(ratings), len(labels)))
    for item, row in enumerate(ratings):
        for label in row:
            found[item, _place(at, label)] += 1
    return found


def _apart(count: int, weights: Weights) -> Array:
    """Return how much two labels differ, shape (count, count)."""
    places = np.arange(count, dtype=np.float64)
    steps = np.abs(places[:, None] - places[None, :])
    return {"none": (steps > 0).astype(np.float64), "linear": steps, "quadratic": steps**2}[weights]


def _kappa(tables: Array, apart: Array) -> Array:
    shares = tables / tables.sum(axis=(1, 2), keepdims=True)
    by_chance = np.einsum("bi,bj,ij->b", shares.sum(axis=2), shares.sum(axis=1), apart)
    return _less(np.einsum("bij,ij->b", shares, apart), by_chance)


def _pi(tables: Array) -> Array:
    shares = tables / tables.sum(axis=(1, 2), keepdims=True)
    both = (shares.sum(axis=2) + shares.sum(axis=1)) / 2
    return _beyond(np.einsum("bii->b", shares), np.sum(both * both, axis=1))


def _beyond(agreed: Array, by_chance: Array) -> Array:
    return _less(1 - agreed, 1 - by_chance)


def _less(differing: Array, by_chance: Array) -> Array:
    """Return by how much less differs than by chance; NaN where chance alone cannot differ."""
    found = np.full(len(differing), np.nan)
    defined = by_chance > _TINY
    found[defined] = 1 - differing[defined] / by_chance[defined]
    return found


def _nominal(counts: Array, drawn: Array) -> Array:
    sizes = counts.sum(axis=1)
    differing = drawn @ (sizes - (np.sum(counts * (counts - 1), axis=1)) / (sizes - 1))
    totals = drawn @ counts
    whole = totals.sum(axis=1)
    by_chance = (whole**2 - np.sum(totals**2, axis=1)) / (whole - 1)
    return _less(differing / whole, by_chance / whole)


def _by_distance(counts: Array, drawn: Array, values: Array | None) -> float:
    """Return alpha with squared distances between values, or between the mean ranks that labels have in this draw."""
    totals = drawn @ counts
    at = np.cumsum(totals) - totals / 2 if values is None else values
    at = at - float(np.dot(totals, at)) / float(totals.sum())
    sizes, whole = counts.sum(axis=1), float(totals.sum())
    differing = 2 * (sizes * (counts @ (at * at)) - (counts @ at) ** 2) / (sizes - 1)
    by_chance = 2 * whole * float(np.dot(totals, at * at)) / (whole - 1)
    return float(_less(np.asarray([np.dot(drawn, differing) / whole]), np.asarray([by_chance / whole]))[0])


def _of_table(
    counted: Tabled, measure: Callable[[Array], Array], method: str, seed: int, draws: int, level: float
) -> Interval:
    whole = int(counted.counts.sum())
    value = _defined(measure(counted.counts[None]))
    chance = np.random.default_rng(seed)
    cells = counted.counts.reshape(-1)
    made = chance.multinomial(whole, cells / whole, size=int(at_least(draws, "draws", 1))).astype(np.float64)
    return _told(value, measure(made.reshape(-1, *counted.counts.shape)), whole, method, level)


def _of_items(
    count: int, measure: Callable[[Array], Array], method: str, seed: int, draws: int, level: float
) -> Interval:
    value = _defined(measure(np.ones((1, count))))
    chance = np.random.default_rng(seed)
    once = max(1, _MOST_AT_ONCE // count)
    found: list[Array] = []
    for start in range(0, int(at_least(draws, "draws", 1)), once):
        some = min(once, draws - start)
        found.append(measure(chance.multinomial(count, np.full(count, 1 / count), size=some).astype(np.float64)))
    return _told(value, np.concatenate(found), count, method, level)


def _defined(found: Array) -> float:
    if np.isnan(found[0]):
        raise OutOfRange(name="the number of different labels", got=1, wanted=f"at least {_LEAST_LABELS}")
    return float(found[0])


def _told(value: float, drawn: Array, count: int, method: str, level: float) -> Interval:
    between(level, "level", above=0, below=1)
    kept = drawn[~np.isnan(drawn)]
    if count < _LEAST_DRAWN or len(kept) < len(drawn) / 2:
        return Interval(value, None, None, "")
    low, high = np.quantile(kept, [(1 - level) / 2, 1 - (1 - level) / 2])
    return Interval(value, min(float(low), value), max(float(high), value), method)

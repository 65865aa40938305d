"""Figures of pairs with their intervals, and slices. Pure; the formulas are `evals.statistics`'."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import NamedTuple

from loomwork.evals.statistics import (
    LEAST_DRAWN,
    Interval,
    Paired,
    mean,
    paired_bootstrap,
    paired_means,
    paired_shares,
    wilson,
)
from loomwork.studio.comparing.pairing import Pair
from loomwork.studio.wire.compare import Better, ComparedFigure, ComparedSlice, Estimate, Verdict

MOST_FIGURES = 40
MOST_SLICES = 60
SMALL = 20
"""Pairs below which a slice says little."""
_DRAWN_TO = 200
"""Pairs up to which means are drawn again; with more, Student's interval says the same."""
_DRAWS = 1000
_VALUES = 50
"""Values of a key that rows are grouped by: with more, it is a name of the row."""
_LEAST = 2
"""Rows that a value has on the average, where rows are grouped by it: with fewer, it is a name of the row, too."""


class Values(NamedTuple):
    """One figure over the pairs that have it."""

    name: str
    is_share: bool
    a: list[float]
    b: list[float]
    clusters: list[int]

    @property
    def is_clustered(self) -> bool:
        """Whether some pairs are of the same input."""
        return len(set(self.clusters)) < len(self.clusters)


def better_of(name: str) -> Better:
    """Return which way of a figure is the better one; of an output's own nobody knows."""
    if name == "ok":
        return "higher"
    return "unknown" if name.partition(".")[0] == "output" else "lower"


def names_of(pairs: Sequence[Pair]) -> list[str]:
    """Return the figures that pairs have, those of most pairs first, `ok` before all."""
    counts: Counter[str] = Counter()
    for pair in pairs:
        if pair.a is not None and pair.b is not None:
            counts.update(name for name in pair.a.figures if name in pair.b.figures)
    order = {name: at for at, name in enumerate(("ok", "ms", "input_tokens", "output_tokens"))}
    return sorted(counts, key=lambda name: (order.get(name, len(order)), -counts[name], name))


def values_of(pairs: Sequence[Pair], name: str) -> Values:
    """Return one figure; where it is a truth value here and a number there, the numbers count."""
    found = [
        (pair.a.figures[name], pair.b.figures[name], pair.cluster)
        for pair in pairs
        if pair.a is not None and pair.b is not None and name in pair.a.figures and name in pair.b.figures
    ]
    is_share = all(isinstance(a, bool) and isinstance(b, bool) for a, b, _ in found)
    if not is_share:
        found = [each for each in found if not (isinstance(each[0], bool) or isinstance(each[1], bool))]
    a, b, clusters = (list(column) for column in zip(*found, strict=True)) if found else ([], [], [])
    return Values(name, is_share, [float(each) for each in a], [float(each) for each in b], clusters)


def figure(values: Values) -> ComparedFigure:
    """Return a figure in both runs and its difference."""
    better = better_of(values.name)
    difference = _difference(values)
    up = sum(b > a for a, b in zip(values.a, values.b, strict=True))
    down = sum(b < a for a, b in zip(values.a, values.b, strict=True))
    return ComparedFigure(
        name=values.name,
        kind="share" if values.is_share else "mean",
        pairs=len(values.a),
        a=_told(_alone(values, values.a)),
        b=_told(_alone(values, values.b)),
        difference=_told(difference),
        better=better,
        verdict=verdict(difference, better, differs=bool(up or down)),
        up=up,
        down=down,
        clustered=values.is_clustered,
    )


def verdict(difference: Interval, better: Better, *, differs: bool) -> Verdict:
    """Return what an interval says: a side only where it lies on one, and `better` only where somebody knows.

    >>> verdict(Interval(-0.2, -0.3, -0.1, "newcombe10"), "higher", differs=True)
    'worse'
    >>> verdict(Interval(-0.2, -0.3, -0.1, "paired_t"), "unknown", differs=True)
    'changed'
    """
    if difference.low is None:
        return "too_few"
    if not differs:
        return "same"
    if not difference.excludes_zero:
        return "unclear"
    if better == "unknown":
        return "changed"
    return "better" if (difference.value > 0) == (better == "higher") else "worse"


def slices_of(pairs: Sequence[Pair], name: str) -> list[ComparedSlice]:
    """Return one figure for each value of each key that groups rows, the surest loss first.

    The order is by the end of the interval that is kindest to b, so that a handful of bad rows does not come before a
    loss that is certain.
    """
    groups: defaultdict[tuple[str, str], list[Pair]] = defaultdict(list)
    counted: defaultdict[str, set[str]] = defaultdict(set)
    rows: Counter[str] = Counter()
    for pair in pairs:
        for key, label in labels_of(pair).items():
            counted[key].add(label)
            rows[key] += 1
            groups[key, label].append(pair)
    better = better_of(name)
    found: list[tuple[float, ComparedSlice]] = []
    for (key, label), members in groups.items():
        if 1 < len(counted[key]) <= min(_VALUES, rows[key] // _LEAST):
            values = values_of(members, name)
            if values.a:
                found.append(_slice(key, label, values, better))
    return [each for _, each in sorted(found, key=lambda one: (one[0], one[1].key, one[1].value))]


def _slice(key: str, label: str, values: Values, better: Better) -> tuple[float, ComparedSlice]:
    difference = _difference(values)
    told = ComparedSlice(
        key=key,
        value=label,
        pairs=len(values.a),
        a=fmean(values.a),
        b=fmean(values.b),
        difference=_told(difference),
        verdict=verdict(difference, better, differs=values.a != values.b),
        small=len(set(values.clusters)) < SMALL,
    )
    return _kindest(difference, better), told


def _kindest(difference: Interval, better: Better) -> float:
    low, high = difference.low, difference.high
    if low is None or high is None:
        return float("inf")
    if better == "higher":
        return high
    return -low if better == "lower" else -max(low, -high)


def labels_of(pair: Pair) -> Mapping[str, str]:
    """Return what a pair's rows are grouped by: the values of both sides' inputs where they agree."""
    if pair.a is None or pair.b is None:
        return {}
    both = pair.a.labels | pair.b.labels
    return {key: label for key, label in both.items() if pair.a.labels.get(key, label) == label}


def _difference(values: Values) -> Interval:
    if values.is_clustered:
        a, b = _by_cluster(values, values.a), _by_cluster(values, values.b)
        return paired_means(a, b)
    if values.is_share:
        return paired_shares(_counted(values))
    if LEAST_DRAWN <= len(values.a) <= _DRAWN_TO:
        return paired_bootstrap(values.a, values.b, seed=0, draws=_DRAWS)
    return paired_means(values.a, values.b)


def _alone(values: Values, side: Sequence[float]) -> Interval:
    if values.is_clustered:
        return mean(_by_cluster(values, side))
    return wilson(round(sum(side)), len(side)) if values.is_share else mean(side)


def _by_cluster(values: Values, side: Sequence[float]) -> list[float]:
    """Return the mean of each input's trials."""
    groups: defaultdict[int, list[float]] = defaultdict(list)
    for cluster, value in zip(values.clusters, side, strict=True):
        groups[cluster].append(value)
    return [fmean(each) for each in groups.values()]


def _counted(values: Values) -> Paired:
    counts = Counter(zip(values.a, values.b, strict=True))
    return Paired(counts[1.0, 1.0], counts[1.0, 0.0], counts[0.0, 1.0], counts[0.0, 0.0])


def _told(each: Interval) -> Estimate:
    return Estimate(value=each.value, low=each.low, high=each.high, method=each.method)

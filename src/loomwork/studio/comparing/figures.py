"""Figures of pairs with their intervals, and slices. Pure; the formulas are `evals.statistics`'.

A score is a figure like another: `score.LABEL`, with the scale that its scorer has.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import fmean
from typing import Literal, NamedTuple

from msgspec import structs

from loomwork.evals.evaluating.marking import Said
from loomwork.evals.statistics import Interval, Slice, adjusted, compare, interval, slices
from loomwork.evals.statistics.verdicts import verdict as verdict_of
from loomwork.studio.comparing.pairing import Pair
from loomwork.studio.wire.compare import Better, ComparedFigure, ComparedSlice, Estimate, Verdict

MOST_FIGURES = 40
MOST_SLICES = 60
SMALL = 20
"""Pairs below which a slice says little."""
SCORE = "score."
"""How the name of a score's figure begins."""
_OK = "ok"
Scales = Mapping[str, Said]
"""How scorers are set, by label."""


class Values(NamedTuple):
    """One figure over the pairs that have it."""

    name: str
    is_share: bool
    a: list[float]
    b: list[float]
    clusters: list[int]
    pairs: list[Pair]

    @property
    def is_clustered(self) -> bool:
        """Whether some pairs are of the same input."""
        return len(set(self.clusters)) < len(self.clusters)


class Ends(NamedTuple):
    """Which end of a figure is the better one, and where it ends."""

    better: Better
    low: float | None
    high: float | None
    unit: str = ""

    @property
    def side(self) -> Literal["higher", "lower"]:
        """For formulas, which want one."""
        return "lower" if self.better == "lower" else "higher"


def ends_of(name: str, scales: Scales) -> Ends:
    """Return what is known of a figure; of an output's own nobody knows which end is the better one."""
    if name.startswith(SCORE):
        said = scales[name.removeprefix(SCORE)]
        better: Better = "lower" if said.better == "lower" else "unknown" if said.better == "none" else "higher"
        return Ends(better, said.low, said.high, said.unit)
    if name == _OK:
        return Ends("higher", 0.0, 1.0)
    return Ends("unknown", None, None) if name.partition(".")[0] == "output" else Ends("lower", None, None)


def names_of(pairs: Sequence[Pair], scales: Scales) -> list[str]:
    """Return the figures that pairs have: `ok`, the scores, then those of most pairs first."""
    counts: Counter[str] = Counter()
    for pair in pairs:
        if pair.a is not None and pair.b is not None:
            counts.update(name for name in pair.a.figures if name in pair.b.figures)
    first = ("ok", *(SCORE + label for label in scales), "ms", "input_tokens", "output_tokens")
    order = {name: at for at, name in enumerate(first)}
    return sorted(counts, key=lambda name: (order.get(name, len(order)), -counts[name], name))


def values_of(pairs: Sequence[Pair], name: str) -> Values:
    """Return one figure; where it is a truth value here and a number there, the numbers count."""
    found = [
        (pair.a.figures[name], pair.b.figures[name], pair)
        for pair in pairs
        if pair.a is not None and pair.b is not None and name in pair.a.figures and name in pair.b.figures
    ]
    is_share = all(isinstance(a, bool) and isinstance(b, bool) for a, b, _ in found)
    if name.startswith(SCORE):
        is_share = all(a in (0.0, 1.0) and b in (0.0, 1.0) for a, b, _ in found)
    elif not is_share:
        found = [each for each in found if not (isinstance(each[0], bool) or isinstance(each[1], bool))]
    a, b, kept = (list(column) for column in zip(*found, strict=True)) if found else ([], [], [])
    clusters = [pair.cluster for pair in kept]
    return Values(name, is_share, [float(each) for each in a], [float(each) for each in b], clusters, kept)


class Asked(NamedTuple):
    """What is compared of one candidate."""

    pairs: Sequence[Pair]
    names: Sequence[str]
    scales: Scales


def figures_of(asked: Sequence[Asked]) -> list[list[ComparedFigure]]:
    """Return figures with verdicts, for each candidate.

    The scores of all candidates are one family of questions, the others another, `ok` stands apart: as it does for
    `loomwork compare`.
    """
    found = [[figure(values_of(each.pairs, name), ends_of(name, each.scales)) for name in each.names] for each in asked]
    told: dict[tuple[int, str], float] = {}
    for family in (_is_score, _is_ok, _is_other):
        members = [(at, each) for at, figures in enumerate(found) for each in figures if family(each.name)]
        ps = adjusted([each.p for _, each in members]) if members else []
        told |= {(at, each.name): p for (at, each), p in zip(members, ps, strict=True)}
    return [[_judged(each, told[at, each.name]) for each in figures] for at, figures in enumerate(found)]


def _is_score(name: str) -> bool:
    return name.startswith(SCORE)


def _is_ok(name: str) -> bool:
    return name == _OK


def _is_other(name: str) -> bool:
    return not _is_score(name) and not _is_ok(name)


def figure(values: Values, ends: Ends) -> ComparedFigure:
    """Return a figure in both runs and its difference; `p_adjusted` and the verdict as if it were the only one."""
    groups = values.clusters if values.is_clustered else None
    found = compare(values.a, values.b, groups=groups, better=ends.side, low=ends.low, high=ends.high)
    up = sum(b > a for a, b in zip(values.a, values.b, strict=True))
    down = sum(b < a for a, b in zip(values.a, values.b, strict=True))
    difference = _told(found.delta)
    return ComparedFigure(
        name=values.name,
        kind="share" if values.is_share else "mean",
        unit=ends.unit,
        pairs=len(values.a),
        a=_told(interval(values.a, groups, low=ends.low, high=ends.high)),
        b=_told(interval(values.b, groups, low=ends.low, high=ends.high)),
        difference=difference,
        p=found.p,
        p_adjusted=found.p,
        test=found.test,
        effect=found.hedges,
        better=ends.better,
        verdict=verdict(difference, found.p, ends.better, differs=bool(up or down)),
        up=up,
        down=down,
        clustered=values.is_clustered,
    )


def _judged(each: ComparedFigure, p: float) -> ComparedFigure:
    said = verdict(each.difference, p, each.better, differs=bool(each.up or each.down))
    return structs.replace(each, p_adjusted=p, verdict=said)


def verdict(difference: Estimate, p: float, better: Better, *, differs: bool) -> Verdict:
    """Return what can be said of a difference on the wire (`statistics.verdicts`)."""
    told = Interval(difference.value, difference.low, difference.high, difference.method)
    return verdict_of(told, p, better, differs=differs)


def slices_of(pairs: Sequence[Pair], name: str, scales: Scales) -> list[ComparedSlice]:
    """Return one figure for each value of each key that groups rows, those that stand out and the worst first."""
    values = values_of(pairs, name)
    ends = ends_of(name, scales)
    labels = [labels_of(pair) for pair in values.pairs]
    if not values.a or not any(labels):
        return []
    groups = values.clusters if values.is_clustered else None
    named = _names(labels)
    found = slices(
        values.a,
        [{key: value for key, value in each.items() if key not in named} for each in labels],
        paired=values.b,
        groups=groups,
        better=ends.side,
        low=ends.low,
        high=ends.high,
    )
    members = _members(labels)
    return [_slice(each, values, members[each.key, each.value], ends) for each in found]


def _names(labels: Sequence[Mapping[str, str]]) -> set[str]:
    """Return the keys that name rows rather than group them: of two rows not even one pair agrees, on the average."""
    counted: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in labels:
        for key, value in row.items():
            counted[key][value] += 1
    return {key for key, values in counted.items() if len(values) * 2 > sum(values.values())}


def _members(labels: Sequence[Mapping[str, str]]) -> dict[tuple[str, str], list[int]]:
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for at, row in enumerate(labels):
        for pair in row.items():
            found[pair].append(at)
    return found


def _slice(each: Slice, values: Values, rows: Sequence[int], ends: Ends) -> ComparedSlice:
    a, b = [values.a[at] for at in rows], [values.b[at] for at in rows]
    difference = _told(each.difference)
    return ComparedSlice(
        key=each.key,
        value=each.value,
        pairs=each.rows,
        a=fmean(a),
        b=fmean(b),
        difference=difference,
        verdict=verdict(difference, 0.0, ends.better, differs=a != b),
        stands_out=each.stands_out and ends.better != "unknown",
        small=len({values.clusters[at] for at in rows}) < SMALL,
    )


def labels_of(pair: Pair) -> Mapping[str, str]:
    """Return what a pair's rows are grouped by: the values of both sides' inputs where they agree."""
    if pair.a is None or pair.b is None:
        return {}
    both = pair.a.labels | pair.b.labels
    return {key: label for key, label in both.items() if pair.a.labels.get(key, label) == label}


def _told(each: Interval) -> Estimate:
    return Estimate(value=each.value, low=each.low, high=each.high, method=each.method)

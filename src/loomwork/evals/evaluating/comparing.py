"""Two scored runs, row by row: which scorer says that b differs from a, and how sure one can be of it."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import msgspec
from msgspec import Struct

from loomwork.evals.evaluating.figures import given_of, labels_of, scorers_of
from loomwork.evals.evaluating.marking import Said
from loomwork.evals.statistics import adjusted, compare
from loomwork.evals.statistics.slices import slices
from loomwork.kernel.bodies import digest_of
from loomwork.kernel.canonical import digest
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow

OK = "ok"
"""The figure that every run has: the share of items that did not fail."""
_SLICES = 12
_WORST = 10
Place = tuple[int, int]


class WorstRow(Struct, frozen=True, kw_only=True):
    """A row that b is worse in."""

    a_row: int
    b_row: int
    trial: int
    a: float
    b: float


class SliceDifference(Struct, frozen=True, kw_only=True):
    """What b differs by in the rows with one value of one key."""

    key: str
    value: str
    n: int
    delta: float
    low: float | None
    high: float | None
    """Corrected for how many slices there are."""
    stands_out: bool


class ScoreDifference(Struct, frozen=True, kw_only=True):
    """What one scorer says of b against a."""

    scorer: str
    a: float
    b: float
    delta: float
    low: float | None
    high: float | None
    p: float
    p_adjusted: float
    """Holm's, over the scorers of this comparison; `ok` stands apart."""
    test: str
    wins: int
    losses: int
    ties: int
    n: int
    better: str
    effect: float | None
    """Hedges' d_z."""
    slices: tuple[SliceDifference, ...] = ()
    worst: tuple[WorstRow, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return one of the objects in `scores` of `compare --json`."""
        return cast("dict[str, Any]", msgspec.to_builtins(self))


class RunsCompared(Struct, frozen=True, kw_only=True):
    """Two runs held against each other."""

    a: str
    b: str
    scores: tuple[ScoreDifference, ...]
    rows: int
    """Pairs."""
    only_a: int
    only_b: int
    changed: int
    """Pairs whose outputs differ."""
    unlike: tuple[str, ...] = ()
    """Scorers of one name that are set differently in the two runs: not compared."""
    missing: tuple[str, ...] = ()
    """Scorers that only one of the runs has."""

    def as_json(self) -> dict[str, Any]:
        """Return the object of `compare --json`."""
        return cast("dict[str, Any]", msgspec.to_builtins(self))


class Pair(NamedTuple):
    """One input in one trial of both runs."""

    a: ItemRow
    b: ItemRow


def pair_items(store: Store, a: str, b: str) -> tuple[list[Pair], int, int]:
    """Return the items of two runs in pairs of one input and trial, and how many only a and only b have.

    Inputs are one where all their values are. Where no pair is found so, the values of the keys that both runs have
    decide (a dataset has gained a column). An input that stands in a run more than once is paired in order.
    """
    first, second = list(store.runs.items(a)), list(store.runs.items(b))
    pairs = _paired(first, second, [each.input for each in first], [each.input for each in second])
    if not pairs and first and second:
        keys = _shared(store, first[0], second[0])
        pairs = _paired(first, second, _keyed(store, first, keys), _keyed(store, second, keys)) if keys else []
    return pairs, len(first) - len(pairs), len(second) - len(pairs)


def _paired(first: Sequence[ItemRow], second: Sequence[ItemRow], a: Sequence[str], b: Sequence[str]) -> list[Pair]:
    waiting: defaultdict[tuple[str, int], deque[ItemRow]] = defaultdict(deque)
    for item, key in zip(second, b, strict=True):
        waiting[key, item.trial].append(item)
    found: list[Pair] = []
    for item, key in zip(first, a, strict=True):
        others = waiting.get((key, item.trial))
        if others:
            found.append(Pair(item, others.popleft()))
    return found


def _shared(store: Store, a: ItemRow, b: ItemRow) -> list[str]:
    return sorted(_fields(store, a).keys() & _fields(store, b).keys())


def _keyed(store: Store, items: Sequence[ItemRow], keys: Sequence[str]) -> list[str]:
    found: list[str] = []
    for item in items:
        fields = _fields(store, item)
        found.append(digest([fields.get(key) for key in keys]))
    return found


def _fields(store: Store, item: ItemRow) -> dict[str, Any]:
    return {name: value for name, value in given_of(store, item).items() if not name.startswith("_")}


def compare_runs(store: Store, a: str, b: str, *, group: str = "", level: float = 0.95, seed: int = 0) -> RunsCompared:
    """Return what the scorers that both runs have say of b against a, row by row.

    Args:
        store: Where both runs are.
        a: The run that is the measure.
        b: The run that is held against it.
        group: The key whose rows belong together; trials of a row always do.
        level: Of the intervals.
        seed: Of draws.
    """
    pairs, only_a, only_b = pair_items(store, a, b)
    first, second = scorers_of(store, a), scorers_of(store, b)
    both = [label for label in first if label in second]
    unlike = tuple([label for label in both if not _same(first[label], second[label])])
    labels = labels_of(store, a)
    asked = _Asked(pairs, labels, group, level, seed)
    found = _ok(asked)
    for label in both:
        if label not in unlike:
            told = _difference(asked, label, first[label], store.scores.values(a, label), store.scores.values(b, label))
            if told is not None:
                found.append(told)
    asked_for = [each for each in found if each.scorer != OK]
    corrected = adjusted([each.p for each in asked_for]) if asked_for else []
    ps = [found[0].p] * (len(found) - len(asked_for)) + corrected  # whether items fail is told of every comparison
    return RunsCompared(
        a=a,
        b=b,
        scores=tuple([msgspec.structs.replace(each, p_adjusted=p) for each, p in zip(found, ps, strict=True)]),
        rows=len(pairs),
        only_a=only_a,
        only_b=only_b,
        changed=sum(_result(pair.a) != _result(pair.b) for pair in pairs),
        unlike=unlike,
        missing=tuple(sorted(first.keys() ^ second.keys())),
    )


class _Asked(NamedTuple):
    pairs: list[Pair]
    labels: dict[int, dict[str, str]]
    group: str
    level: float
    seed: int


def _same(a: Said, b: Said) -> bool:
    return bool(a.scorer) and a.identity == b.identity


def _result(item: ItemRow) -> str:
    return f"error {item.error}" if item.output is None else digest_of(item.output)


def _ok(asked: _Asked) -> list[ScoreDifference]:
    values = [
        {(item.index, item.trial): float(item.status == "ok") for item in side}
        for side in ([pair.a for pair in asked.pairs], [pair.b for pair in asked.pairs])
    ]
    found = _difference(asked, OK, Said(scorer=OK, low=0.0, high=1.0), *values)
    return [] if found is None else [found]


def _difference(
    asked: _Asked, label: str, said: Said, a: dict[Place, float], b: dict[Place, float]
) -> ScoreDifference | None:
    kept = [pair for pair in asked.pairs if (pair.a.index, pair.a.trial) in a and (pair.b.index, pair.b.trial) in b]
    if not kept:
        return None
    first = [a[pair.a.index, pair.a.trial] for pair in kept]
    second = [b[pair.b.index, pair.b.trial] for pair in kept]
    better = "lower" if said.better == "lower" else "higher"
    labels = [asked.labels.get(pair.a.index, {}) for pair in kept]
    groups = _groups(asked, kept)
    told = compare(
        first, second, groups=groups, better=better, low=said.low, high=said.high, seed=asked.seed, level=asked.level
    )
    sliced = slices(first, labels, paired=second, groups=groups, better=better, low=said.low, high=said.high)
    return ScoreDifference(
        scorer=label,
        a=told.a,
        b=told.b,
        delta=told.delta.value,
        low=told.delta.low,
        high=told.delta.high,
        p=told.p,
        p_adjusted=told.p,
        test=told.test,
        wins=told.wins,
        losses=told.losses,
        ties=told.ties,
        n=len(kept),
        better=said.better,
        effect=told.hedges,
        slices=tuple(
            [
                SliceDifference(
                    key=each.key,
                    value=each.value,
                    n=each.rows,
                    delta=each.mean.value,
                    low=each.difference.low,
                    high=each.difference.high,
                    stands_out=each.stands_out,
                )
                for each in sliced[:_SLICES]
            ]
        ),
        worst=_worst(kept, first, second, better),
    )


def _groups(asked: _Asked, kept: Sequence[Pair]) -> list[object] | None:
    if asked.group:
        return [asked.labels.get(pair.a.index, {}).get(asked.group, pair.a.index) for pair in kept]
    return [pair.a.index for pair in kept] if any(pair.a.trial for pair in kept) else None


def _worst(kept: Sequence[Pair], a: Sequence[float], b: Sequence[float], better: str) -> tuple[WorstRow, ...]:
    sign = 1 if better == "higher" else -1
    order = sorted(range(len(kept)), key=lambda at: (sign * (b[at] - a[at]), at))
    return tuple(
        [
            WorstRow(a_row=kept[at].a.index, b_row=kept[at].b.index, trial=kept[at].a.trial, a=a[at], b=b[at])
            for at in order[:_WORST]
            if sign * (b[at] - a[at]) < 0
        ]
    )

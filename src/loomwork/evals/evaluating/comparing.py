"""Scored runs held against one, row by row: which scorer says that they differ, and how sure one can be of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, cast

import msgspec
from msgspec import Struct

from loomwork.evals.evaluating.beforehand import check_keys, rows_of_run
from loomwork.evals.evaluating.figures import given_of, labels_of, scorers_of
from loomwork.evals.evaluating.marking import Said
from loomwork.evals.evaluating.pairing import paired
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
    """Holm's, over all scorers of all candidates that are compared together; `ok` over the candidates."""
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

    How, is `evaluating.pairing`'s to say.
    """
    first, second = list(store.runs.items(a)), list(store.runs.items(b))
    found = paired(first, second, given=lambda each: each.input, keys=lambda each: _keyed(store, each))
    pairs = [Pair(one, other) for one, other in found.pairs if one is not None and other is not None]
    return pairs, len(first) - len(pairs), len(second) - len(pairs)


def _keyed(store: Store, item: ItemRow) -> dict[str, str]:
    return {name: digest(value) for name, value in given_of(store, item).items() if not name.startswith("_")}


def compare_runs(store: Store, a: str, b: str, *, group: str = "", level: float = 0.95, seed: int = 0) -> RunsCompared:
    """Return what the scorers that both runs have say of b against a, row by row (`compare_all` of one candidate)."""
    return compare_all(store, a, (b,), group=group, level=level, seed=seed)[0]


def compare_all(
    store: Store, a: str, candidates: Sequence[str], *, group: str = "", level: float = 0.95, seed: int = 0
) -> list[RunsCompared]:
    """Return what scorers say of each candidate against a, row by row; p corrected for all that is asked together.

    Args:
        store: Where all runs are.
        a: The run that is the measure.
        candidates: The runs that are held against it.
        group: The key whose rows belong together; trials of a row always do.
        level: Of the intervals.
        seed: Of draws.

    Raises:
        NoSuchCluster: No row has the key `group`.
    """
    labels, first = labels_of(store, a), scorers_of(store, a)
    if group:
        check_keys(rows_of_run(store, a), (), group)
    found: list[RunsCompared] = []
    for b in candidates:
        pairs, only_a, only_b = pair_items(store, a, b)
        second = scorers_of(store, b)
        both = [label for label in first if label in second]
        unlike = tuple([label for label in both if not _same(first[label], second[label])])
        alike = {label: first[label] for label in both if label not in unlike}
        scores = _scores(store, _Asked(pairs, labels, group, level, seed), alike, a, b)
        missing = tuple(sorted(first.keys() ^ second.keys()))
        changed = sum(_result(pair.a) != _result(pair.b) for pair in pairs)
        found.append(
            RunsCompared(
                a=a,
                b=b,
                scores=tuple(scores),
                rows=len(pairs),
                only_a=only_a,
                only_b=only_b,
                changed=changed,
                unlike=unlike,
                missing=missing,
            )
        )
    return _corrected(found)


def _scores(store: Store, asked: _Asked, alike: Mapping[str, Said], a: str, b: str) -> list[ScoreDifference]:
    found = [_ok(asked)]
    for label, said in alike.items():
        found.append(_difference(asked, label, said, store.scores.values(a, label), store.scores.values(b, label)))
    return [each for each in found if each is not None]


def _corrected(found: Sequence[RunsCompared]) -> list[RunsCompared]:
    """Correct p: all scorers of all candidates are one family; whether items fail, which is always told, another."""
    told: dict[tuple[int, str], float] = {}
    for is_ok in (True, False):
        family = [(at, each) for at, one in enumerate(found) for each in one.scores if (each.scorer == OK) is is_ok]
        ps = adjusted([each.p for _, each in family]) if family else []
        told |= {(at, each.scorer): p for (at, each), p in zip(family, ps, strict=True)}
    replace = msgspec.structs.replace
    return [
        replace(one, scores=tuple([replace(each, p_adjusted=told[at, each.scorer]) for each in one.scores]))
        for at, one in enumerate(found)
    ]


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


def _ok(asked: _Asked) -> ScoreDifference | None:
    values = [
        {(item.index, item.trial): float(item.status == "ok") for item in side}
        for side in ([pair.a for pair in asked.pairs], [pair.b for pair in asked.pairs])
    ]
    return _difference(asked, OK, Said(scorer=OK, low=0.0, high=1.0), *values)


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

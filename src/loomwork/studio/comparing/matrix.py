"""The runs of one matrix as a table: variants by scorers, each held against the baseline, and the rows that break.

Reads the store; runs no code of the project. Which rows break is `evals.evaluating.matrix`'s to say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import fmean, median
from typing import NamedTuple

import msgspec
from msgspec import Struct

from loomwork.evals.evaluating.comparing import OK, ScoreDifference, compare_all
from loomwork.evals.evaluating.figures import figures, scorers_of
from loomwork.evals.evaluating.marking import Said
from loomwork.evals.evaluating.matrix import Broken, Variant, broken_rows
from loomwork.evals.statistics import interval
from loomwork.store.protocols import Store
from loomwork.store.rows import RunRow
from loomwork.studio.comparing.figures import verdict
from loomwork.studio.wire.compare import Better, Estimate
from loomwork.studio.wire.matrix import MatrixScore, MatrixScorer

_SCANNED = 2_000
"""Runs that are looked at for matrices."""
_PAGE = 200
_HALF = 0.5


class Member(NamedTuple):
    """One variant's run."""

    run: RunRow
    variant: Variant
    is_baseline: bool
    data: str


class Found(NamedTuple):
    """The matrices among the newest runs."""

    matrices: dict[str, list[Member]]
    complete: bool


class _Meta(Struct):
    matrix: str = ""
    variant: Variant = Variant()
    baseline: bool = False
    data: str = ""


def find_matrices(store: Store) -> Found:
    """Return the matrices, the newest first; their runs as they were begun, the baseline before all."""
    found: dict[str, list[Member]] = {}
    before, scanned = "", 0
    while scanned < _SCANNED:
        page = store.runs.list(limit=_PAGE, before=before)
        for run in page:
            meta = _meta(run)
            if meta.matrix:
                member = Member(run, meta.variant, meta.baseline, meta.data)
                found.setdefault(meta.matrix, []).insert(0, member)
        if len(page) < _PAGE:
            return Found(_ordered(found), complete=True)
        before, scanned = page[-1].id, scanned + len(page)
    return Found(_ordered(found), complete=False)


def _ordered(found: Mapping[str, list[Member]]) -> dict[str, list[Member]]:
    return {name: sorted(members, key=lambda one: not one.is_baseline) for name, members in found.items()}


def _meta(run: RunRow) -> _Meta:
    try:
        return msgspec.json.decode(run.meta, type=_Meta) if run.meta else _Meta()
    except (msgspec.DecodeError, msgspec.ValidationError):
        return _Meta()


class Held(Struct, frozen=True, kw_only=True):
    """What the variants of a matrix came to."""

    scorers: tuple[MatrixScorer, ...]
    scores: tuple[tuple[MatrixScore | None, ...], ...]
    """For each variant, one for each scorer."""
    values: tuple[dict[str, dict[int, float]], ...]
    """For each variant, by scorer, the mean of each row's trials."""
    broken: tuple[Broken, ...]
    """Variants are named by their runs."""
    unbounded: tuple[str, ...]
    ms: tuple[float | None, ...]


def hold(store: Store, members: Sequence[Member]) -> Held:
    """Return the figures of a matrix."""
    said = [scorers_of(store, each.run.id) for each in members]
    scales: dict[str, Said] = {OK: Said(scorer=OK, low=0.0, high=1.0)}
    for each in said:
        scales |= {label: one for label, one in each.items() if label not in scales}
    values = tuple(_values(store, each.run.id, one, scales) for each, one in zip(members, said, strict=True))
    differences = _differences(store, members)
    alone = [_alone(store, each.run.id, one, scales) for each, one in zip(members, said, strict=True)]
    bounded = {label: one for label, one in scales.items() if _ends(one) is not None}
    good = {
        each.run.id: {label: _good(rows, bounded[label]) for label, rows in held.items() if label in bounded}
        for each, held in zip(members, values, strict=True)
    }
    return Held(
        scorers=tuple(_scorer(label, one, alone) for label, one in scales.items()),
        scores=tuple(
            tuple(_score(figure.get(label), found.get(label)) for label in scales)
            for figure, found in zip(alone, differences, strict=True)
        ),
        values=values,
        broken=tuple(broken_rows(good, at=_HALF)),
        unbounded=tuple(label for label in scales if label not in bounded),
        ms=tuple(_ms(store, each.run.id) for each in members),
    )


class _Alone(NamedTuple):
    n: int
    mean: float | None
    low: float | None
    high: float | None
    p5: float | None
    worst: float | None
    is_share: bool


def _values(
    store: Store, run: str, said: Mapping[str, Said], scales: Mapping[str, Said]
) -> dict[str, dict[int, float]]:
    rows: dict[int, list[float]] = {}
    for item in store.runs.items(run):
        rows.setdefault(item.index, []).append(float(item.status == "ok"))
    found = {OK: {row: fmean(each) for row, each in rows.items()}}
    for label, one in said.items():
        if one.identity == scales[label].identity:
            trials: dict[int, list[float]] = {}
            for (row, _), value in store.scores.values(run, label).items():
                trials.setdefault(row, []).append(value)
            found[label] = {row: fmean(each) for row, each in trials.items()}
    return found


def _alone(store: Store, run: str, said: Mapping[str, Said], scales: Mapping[str, Said]) -> dict[str, _Alone]:
    items = list(store.runs.items(run))
    ok = [float(item.status == "ok") for item in items]
    found: dict[str, _Alone] = {}
    if ok:
        groups = [item.index for item in items] if any(item.trial for item in items) else None
        share = interval(ok, groups, low=0.0, high=1.0)
        found[OK] = _Alone(len(ok), share.value, share.low, share.high, None, min(ok), True)
    for label, one in said.items():
        if one.identity == scales[label].identity:
            each = figures(list(store.scores.of(run, label)), one, label, labels={})
            found[label] = _Alone(each.n, each.mean, each.low, each.high, each.p5, each.worst, each.is_share)
    return found


def _differences(store: Store, members: Sequence[Member]) -> list[dict[str, ScoreDifference]]:
    """Return, for each variant, its differences to the first one by scorer; none for the first."""
    first, *others = [each.run.id for each in members]
    held = compare_all(store, first, others)
    return [{}, *({one.scorer: one for one in each.scores} for each in held)]


def _score(alone: _Alone | None, one: ScoreDifference | None) -> MatrixScore | None:
    if alone is None:
        return None
    said = None
    if one is not None:
        told = Estimate(value=one.delta, low=one.low, high=one.high, method="")
        said = verdict(told, one.p_adjusted, better_of(one.better), differs=bool(one.wins or one.losses))
    return MatrixScore(
        n=alone.n,
        mean=alone.mean,
        low=alone.low,
        high=alone.high,
        p5=alone.p5,
        worst=alone.worst,
        delta=None if one is None else one.delta,
        delta_low=None if one is None else one.low,
        delta_high=None if one is None else one.high,
        p_adjusted=None if one is None else one.p_adjusted,
        wins=0 if one is None else one.wins,
        losses=0 if one is None else one.losses,
        ties=0 if one is None else one.ties,
        verdict=said,
    )


def _scorer(label: str, said: Said, alone: Sequence[Mapping[str, _Alone]]) -> MatrixScorer:
    held = [each[label] for each in alone if label in each]
    return MatrixScorer(
        scorer=label,
        better=better_of(said.better),
        least=said.low,
        most=said.high,
        unit=said.unit,
        is_share=bool(held) and all(each.is_share for each in held),
        told=said.told,
    )


def better_of(better: str) -> Better:
    """Return which end is the better one; `unknown` where a scorer says that neither is."""
    return "lower" if better == "lower" else "unknown" if better == "none" else "higher"


def _ends(said: Said) -> tuple[float, float] | None:
    if said.low is None or said.high is None or said.high <= said.low or said.better == "none":
        return None
    return said.low, said.high


def _good(rows: Mapping[int, float], said: Said) -> dict[int, float]:
    """Return values from 0, the worst end, to 1, the best."""
    low, high = _ends(said) or (0.0, 1.0)
    up = {row: (value - low) / (high - low) for row, value in rows.items()}
    return {row: 1 - value for row, value in up.items()} if said.better == "lower" else up


def _ms(store: Store, run: str) -> float | None:
    """Return the median time of the items of which a part was really made."""
    ran = {(span.item, span.trial) for span in _spans(store, run)}
    took = [
        (item.ended_ns - item.started_ns) / 1e6 for item in store.runs.items(run) if (item.index, item.trial) in ran
    ]
    return median(took) if took else None


class _Span(NamedTuple):
    item: int
    trial: int


def _spans(store: Store, run: str) -> Iterator[_Span]:
    for span in store.spans.placed(run, until=store.spans.newest()):
        if not span.cached and span.item >= 0:
            yield _Span(span.item, span.trial)

"""Scores of a run as figures: each mean with its interval, the floor beneath it, the slices that stand out.

Reads scores and rows from a store; the formulas are `evals.statistics`'.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias, cast

import msgspec
from msgspec import Struct

from loomwork.evals.evaluating.marking import Said
from loomwork.evals.statistics import interval
from loomwork.evals.statistics.floor import floor
from loomwork.evals.statistics.slices import Slice, slices
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.store.protocols import Store
from loomwork.store.rows import ItemRow, ScoreRow

_LABEL = 60
"""Characters of a value that rows are cut by."""
_SLICES = 12
Cut: TypeAlias = Literal["worst", "all"]
_LOWEST = 5


class SliceFigure(Struct, frozen=True, kw_only=True):
    """The rows with one value of one key."""

    key: str
    value: str
    n: int
    mean: float
    low: float | None
    high: float | None
    stands_out: bool
    """Worse than the other rows beyond doubt, with as many slices as there are."""


class LowRow(Struct, frozen=True, kw_only=True):
    """A row with a bad score."""

    row: int
    trial: int
    value: float
    reason: str
    trace: str
    """Of the scorer's call; empty where it was not called."""


class ScoreFigures(Struct, frozen=True, kw_only=True):
    """What one scorer came to."""

    scorer: str
    mean: float | None
    """None where no row has a score."""
    low: float | None
    high: float | None
    method: str
    p5: float | None
    worst: float | None
    worst_row: int | None
    worst_trial: int | None
    n: int
    """Scores that count."""
    skipped: int
    """Items that the scorer does not apply to."""
    failed: int
    """Items that failed, and have the worst score."""
    errors: int
    """Items for which the scorer itself failed."""
    better: str
    unit: str
    is_share: bool
    why_none: str = ""
    """Where nothing is scored: why the first item is not."""
    lowest: tuple[LowRow, ...] = ()
    """The rows with the worst scores, the worst first."""
    slices: tuple[SliceFigure, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return one of the objects in `scores` of `eval --json`."""
        return cast("dict[str, Any]", msgspec.to_builtins(self))


def scorers_of(store: Store, run: str) -> dict[str, Said]:
    """Return the scorers that a run was scored with, by their labels."""
    return {each.scorer: said_from(each.said) for each in store.scores.scorings(run)}


def said_from(said: bytes) -> Said:
    """Return how a scorer was set; what was erased is empty."""
    try:
        return msgspec.json.decode(said, type=Said)
    except msgspec.ValidationError:
        return Said(scorer="")


def labels_of(store: Store, run: str) -> dict[int, dict[str, str]]:
    """Return what the rows of a run can be cut by: their short values, by row."""
    found: dict[int, dict[str, str]] = {}
    for item in store.runs.items(run):
        if item.index not in found:
            found[item.index] = dict(short_values(given_of(store, item)))
    return found


def given_of(store: Store, item: ItemRow) -> dict[str, Any]:
    """Return an item's row as plain values."""
    given = decode_plain(store.blobs.get(item.input))
    return cast("dict[str, Any]", given) if isinstance(given, dict) else {}


_ANSWERS = frozenset({"expected", "answer", "gold", "output"})
"""Keys that hold what should come out: rows are not cut by them."""


def short_values(row: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    """Yield the values of a row by which rows may be cut."""
    for name, value in row.items():
        if name.startswith("_") or name in _ANSWERS:
            continue
        if isinstance(value, bool | int) or (isinstance(value, str) and len(value) <= _LABEL):
            yield name, str(value)


def figures(
    rows: Sequence[ScoreRow],
    said: Said,
    label: str,
    *,
    labels: Mapping[int, Mapping[str, str]],
    group: str = "",
    level: float = 0.95,
    cut_into: Cut = "worst",
) -> ScoreFigures:
    """Return the figures of one scorer.

    Args:
        rows: What it said.
        said: How it is set.
        label: What its column is called.
        labels: What rows can be cut by (`labels_of`); empty for no slices.
        group: The key whose rows belong together (questions on one document); trials of a row always do.
        level: Of the intervals.
        cut_into: All slices, or the worst twelve.
    """
    counted = [each for each in rows if each.value is not None]
    values = [each.value for each in counted if each.value is not None]
    head = {
        "scorer": label,
        "n": len(values),
        "skipped": sum(each.value is None and each.error is None for each in rows),
        "failed": sum(each.value is not None and each.label == "failed" for each in rows),
        "errors": sum(each.error is not None for each in rows),
        "better": said.better,
        "unit": said.unit,
    }
    if not values:
        nothing = dict.fromkeys(("mean", "low", "high", "p5", "worst", "worst_row", "worst_trial"))
        why = next((each.reason or each.error or "" for each in rows), "")
        return ScoreFigures(**head, **nothing, method="", is_share=False, why_none=why)  # pyright: ignore[reportArgumentType]: None or a count, by name
    groups = groups_of(counted, labels, group)
    found = interval(values, groups, low=said.low, high=said.high, level=level)
    better = "lower" if said.better == "lower" else "higher"
    bottom = floor(values, better=better)
    worst = counted[bottom.position]
    cut = [labels.get(each.index, {}) for each in counted]
    sliced = slices(values, cut, groups=groups, better=better, low=said.low, high=said.high) if any(cut) else []
    return ScoreFigures(
        **head,  # pyright: ignore[reportArgumentType]: counts and words, by name
        mean=found.value,
        low=_within(found.low, said),
        high=_within(found.high, said),
        method=found.method,
        p5=bottom.p5.value,
        worst=bottom.worst,
        worst_row=worst.index,
        worst_trial=worst.trial,
        is_share=all(each in (0.0, 1.0) for each in values),
        lowest=_lowest(counted, said),
        slices=tuple(
            [_slice(each, judged=said.better != "none") for each in sliced[: None if cut_into == "all" else _SLICES]]
        ),
    )


def _lowest(counted: Sequence[ScoreRow], said: Said) -> tuple[LowRow, ...]:
    """Return the worst rows, those that have the best score there is left out."""
    if said.better == "none":
        return ()
    sign = 1 if said.better == "higher" else -1
    best = said.high if said.better == "higher" else said.low
    low = sorted(
        ((sign * each.value, each.index, each.trial, each) for each in counted if each.value not in (None, best)),
        key=lambda one: one[:3],
    )
    return tuple(
        [
            LowRow(row=each.index, trial=each.trial, value=sign * signed, reason=each.reason, trace=each.trace)
            for signed, _, _, each in low[:_LOWEST]
        ]
    )


def _within(end: float | None, said: Said) -> float | None:
    """Return an end of an interval, not beyond what a score can be."""
    if end is None:
        return None
    return min(max(end, end if said.low is None else said.low), math.inf if said.high is None else said.high)


def groups_of(
    rows: Sequence[ScoreRow], labels: Mapping[int, Mapping[str, str]], group: str
) -> list[tuple[str, object]] | None:
    """Return which rows belong together; None where each stands alone."""
    if not group and all(each.trial == 0 for each in rows):
        return None
    found: list[tuple[str, object]] = []
    for each in rows:
        value = labels.get(each.index, {}).get(group) if group else None
        found.append(("row", each.index) if value is None else ("group", value))
    return found


def _slice(found: Slice, *, judged: bool) -> SliceFigure:
    return SliceFigure(
        key=found.key,
        value=found.value,
        n=found.rows,
        mean=found.mean.value,
        low=found.mean.low,
        high=found.mean.high,
        stands_out=found.stands_out and judged,
    )

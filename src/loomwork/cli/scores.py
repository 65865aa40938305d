"""Scores and differences as a person reads them. Knows nothing of how they were made."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from loomwork.cli.session import Session
from loomwork.cli.tables import print_table

if TYPE_CHECKING:
    from loomwork.evals.evaluating.comparing import RunsCompared, ScoreDifference
    from loomwork.evals.evaluating.figures import ScoreFigures
    from loomwork.evals.evaluating.gates import GateResult

_SLICES = 3
_SURE = 0.05
_LEAST = 0.0005
_SMALL, _LARGE = 10, 1000


def figure(value: float | None, *, signed: bool = False) -> str:
    """Return a figure in the digits that a reader needs.

    >>> figure(0.81249), figure(1534.2), figure(None), figure(0.02, signed=True)
    ('0.812', '1534', '-', '+0.020')
    """
    if value is None:
        return "-"
    digits = 3 if abs(value) < _SMALL else 1 if abs(value) < _LARGE else 0
    return f"{value:+.{digits}f}" if signed else f"{value:.{digits}f}"


def between(low: float | None, high: float | None, *, signed: bool = False) -> str:
    """Return an interval."""
    return "-" if low is None or high is None else f"{figure(low, signed=signed)} … {figure(high, signed=signed)}"


def show_scores(session: Session, found: Sequence[ScoreFigures]) -> None:
    """Print a line a scorer, then the slices that are worse beyond doubt."""
    words = session.words
    names = ("scorer", "mean", "interval", "p5", "worst", "row", "scores")
    heads = [words(f"table.{name}") for name in names]
    rows = [
        (
            each.scorer + (f" ({each.unit})" if each.unit else ""),
            figure(each.mean),
            between(each.low, each.high),
            figure(each.p5),
            figure(each.worst),
            "-" if each.worst_row is None else each.worst_row,
            each.n,
        )
        for each in found
    ]
    print_table(session.page, heads, rows, right=(1, 3, 4, 5, 6))
    for each in found:
        _notes(session, each)


def _notes(session: Session, each: ScoreFigures) -> None:
    if each.errors:
        session.show("eval.errors", scorer=each.scorer, count=each.errors)
    if each.failed:
        session.show("eval.failed", scorer=each.scorer, count=each.failed)
    if each.skipped:
        session.show("eval.skipped", scorer=each.scorer, count=each.skipped)
    if each.n and each.low is None:
        session.show("eval.too_few", scorer=each.scorer, count=each.n)
    for one in [slice for slice in each.slices if slice.stands_out][:_SLICES]:
        session.show(
            "eval.slice", scorer=each.scorer, name=one.key, value=one.value, n=one.n, mean=figure(one.mean),
            interval=between(one.low, one.high),
        )  # fmt: skip


def show_gates(session: Session, results: Sequence[GateResult]) -> None:
    """Print which gates are met."""
    for each in results:
        session.show("eval.gate_met" if each.met else "eval.gate_unmet", rule=each.rule, value=figure(each.value))


def show_differences(session: Session, found: RunsCompared) -> None:
    """Print a line a scorer, the verdicts in words, and where b is worse."""
    words = session.words
    names = ("scorer", "a", "b", "delta", "interval", "p", "wins", "losses", "ties")
    heads = [words(f"table.{name}") for name in names]
    rows = [
        (
            each.scorer,
            figure(each.a),
            figure(each.b),
            figure(each.delta, signed=True),
            between(each.low, each.high, signed=True),
            "<0.001" if each.p_adjusted < _LEAST else f"{each.p_adjusted:.3f}",
            each.wins,
            each.losses,
            each.ties,
        )
        for each in found.scores
    ]
    print_table(session.page, heads, rows, right=(1, 2, 3, 5, 6, 7, 8))
    session.show("compare.rows", rows=found.rows, changed=found.changed, a=found.only_a, b=found.only_b)
    for each in found.scores:
        session.show(f"compare.{verdict(each)}", scorer=each.scorer)
        for one in [slice for slice in each.slices if slice.stands_out][:_SLICES]:
            session.show(
                "compare.slice", scorer=each.scorer, name=one.key, value=one.value, n=one.n,
                delta=figure(one.delta, signed=True), interval=between(one.low, one.high, signed=True),
            )  # fmt: skip
        if each.worst:
            listed = ", ".join(f"{row.a_row} ({figure(row.a)} → {figure(row.b)})" for row in each.worst[:5])
            session.show("compare.worst", scorer=each.scorer, listed=listed)
    for label in found.unlike:
        session.show("compare.unlike", scorer=label)
    for label in found.missing:
        session.show("compare.missing", scorer=label)


def verdict(each: ScoreDifference) -> str:
    """Return what a difference allows to be said: `same`, `too_few`, `unclear`, `changed`, `better` or `worse`."""
    if not each.wins and not each.losses:
        return "same"
    if each.low is None or each.high is None:
        return "too_few"
    if each.low <= 0 <= each.high or each.p_adjusted > _SURE:
        return "unclear"
    if each.better == "none":
        return "changed"
    return "better" if (each.delta > 0) == (each.better == "higher") else "worse"

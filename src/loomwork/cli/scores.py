"""Scores and differences as a person reads them. Knows nothing of how they were made."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from string import ascii_uppercase
from typing import TYPE_CHECKING

from loomwork.cli.session import Session
from loomwork.cli.summary import show_report
from loomwork.cli.tables import print_table, shortened
from loomwork.cli.tracing import SHOWN_ID
from loomwork.telling.scoring import between, figure

if TYPE_CHECKING:
    from loomwork.evals.evaluating.comparing import RunsCompared, ScoreDifference
    from loomwork.evals.evaluating.evaluation import Evaluated
    from loomwork.evals.evaluating.figures import ScoreFigures
    from loomwork.evals.evaluating.gates import GateResult
    from loomwork.evals.evaluating.judging import JudgedPairs
    from loomwork.evals.evaluating.traffic import Traffic
    from loomwork.evals.leaks import Leak

_SLICES = 3
_LEAKS = 5
_LOWEST = 3
_REASON = 90
_LEAST = 0.0005


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
    if not each.n:
        session.show("eval.nothing", scorer=each.scorer, reason=each.why_none or session.words("eval.no_items"))
    if each.n and each.low is None:
        session.show("eval.too_few", scorer=each.scorer, count=each.n)
    for one in [slice for slice in each.slices if slice.stands_out][:_SLICES]:
        session.show(
            "eval.slice", scorer=each.scorer, name=one.key, value=one.value, n=one.n, mean=figure(one.mean),
            interval=between(one.low, one.high),
        )  # fmt: skip


def show_slices(session: Session, found: Sequence[ScoreFigures]) -> None:
    """Print a line a slice: the worst of each scorer first, those that stand out marked."""
    words = session.words
    heads = [words(f"table.{name}") for name in ("scorer", "slice", "scores", "mean", "interval", "verdict")]
    rows = [
        (
            each.scorer if place == 0 else "",
            f"{one.key} = {one.value}",
            one.n,
            figure(one.mean),
            between(one.low, one.high),
            words("eval.stands_out") if one.stands_out else "",
        )
        for each in found
        for place, one in enumerate(each.slices)
    ]
    if not rows:
        session.show("eval.no_slices")
        return
    print_table(session.page, heads, rows, right=(2, 3), grow=1)


def show_evaluation(session: Session, found: Evaluated, leaks: Sequence[Leak]) -> None:
    """Print what was run, the scores, what is known elsewhere, the gates, and what to do next."""
    if found.report is not None:
        show_report(session, found.report, out=False)
        if found.decided:
            session.show("eval.stopped_early", done=found.report.ok + found.report.failed, items=found.report.items)
        if found.is_undecided:
            session.show("eval.undecided")
    show_scores(session, found.scores)
    show_lowest(session, found.scores)
    if found.are_copies:
        session.show("eval.copies")
    show_leaks(session, leaks)
    show_gates(session, found.gates)
    for row, label, error in found.marked.first_errors:
        session.say("eval.error", row=row, scorer=label, error=error)
    session.say("eval.next", run=found.run)


def show_leaks(session: Session, leaks: Sequence[Leak]) -> None:
    """Print which rows are known elsewhere: how many of each kind, and the first few."""
    if not leaks:
        return
    from loomwork.evals.leaks import KINDS

    kinds = Counter(each.kind for each in leaks)
    listed = ", ".join(f"{session.words(f'leak.{kind}')} {count}" for kind, count in kinds.most_common())
    session.show("eval.leaks", rows=len({each.row for each in leaks}), kinds=listed)
    for each in sorted(leaks, key=lambda leak: KINDS.index(leak.kind))[:_LEAKS]:
        session.show(
            "eval.leak", row=each.row, kind=session.words(f"leak.{each.kind}"), source=each.source, place=each.place,
            text=each.found or each.text,
        )  # fmt: skip


def show_lowest(session: Session, found: Sequence[ScoreFigures]) -> None:
    """Print the rows with the worst scores and why, for scorers that have worse than the best."""
    for each in found:
        if each.lowest and (not each.is_share or any(one.reason for one in each.lowest)):
            for one in each.lowest[:_LOWEST]:
                trace = session.words("eval.low_trace", trace=one.trace[:SHOWN_ID]) if one.trace else ""
                session.show(
                    "eval.low", scorer=each.scorer, row=one.row, value=figure(one.value),
                    reason=shortened(one.reason, _REASON), trace=trace,
                )  # fmt: skip
        elif each.lowest:
            session.show("eval.low_rows", scorer=each.scorer, rows=", ".join(str(one.row) for one in each.lowest))


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
            _chance(each.p_adjusted),
            each.wins,
            each.losses,
            each.ties,
        )
        for each in found.scores
    ]
    print_table(session.page, heads, rows, right=(1, 2, 3, 5, 6, 7, 8))
    session.show("compare.rows", rows=found.rows, changed=found.changed, a=found.only_a, b=found.only_b)
    for each in found.scores:
        said = verdict(each)
        session.show(f"compare.{said}", scorer=each.scorer)
        if said == "unclear" and leaves_out_zero(each):
            session.show("compare.disagree", scorer=each.scorer)
        for one in [slice for slice in each.slices if slice.stands_out][:_SLICES]:
            session.show(
                "compare.slice", scorer=each.scorer, name=one.key, value=one.value, n=one.n,
                delta=figure(one.delta, signed=True), interval=between(one.low, one.high, signed=True),
            )  # fmt: skip
        if each.worst:
            listed = ", ".join(
                f"{row.a_row}{_trial(row.trial)} ({figure(row.a)} → {figure(row.b)})" for row in each.worst[:5]
            )
            session.show("compare.worst", scorer=each.scorer, listed=listed)
    _apart(session, found)


def show_candidates(session: Session, found: Sequence[RunsCompared]) -> None:
    """Print which letter is which run, then a line a scorer and run: the baseline's mean, each candidate's verdict."""
    words = session.words
    session.show("compare.baseline", letter=letter_of(0), run=found[0].a)
    for place, each in enumerate(found, start=1):
        session.show("compare.candidate", letter=letter_of(place), run=each.b)
        session.show("compare.rows", rows=each.rows, changed=each.changed, a=each.only_a, b=each.only_b)
        _apart(session, each)
    names = ("scorer", "run", "mean", "to_first", "interval", "p", "outcomes", "verdict")
    heads = [words(f"table.{name}") for name in names]
    rows: list[tuple[object, ...]] = []
    for scorer in dict.fromkeys(score.scorer for each in found for score in each.scores):
        told = [
            (letter_of(place), score)
            for place, each in enumerate(found, start=1)
            for score in each.scores
            if score.scorer == scorer
        ]
        rows.append((scorer, letter_of(0), figure(told[0][1].a), "", "", "", "", ""))
        rows += [
            (
                "",
                letter,
                figure(each.b),
                figure(each.delta, signed=True),
                between(each.low, each.high, signed=True),
                _chance(each.p_adjusted),
                f"{each.wins}/{each.losses}/{each.ties}",
                words(f"verdict.{verdict(each)}"),
            )
            for letter, each in told
        ]
    print_table(session.page, heads, rows, right=(2, 3, 5), whole=range(1, len(names)))
    session.say("compare.next", a=found[0].a, b=found[0].b)


def letter_of(place: int) -> str:
    """Return what a run is called in a table: the baseline, at 0, is A.

    >>> letter_of(0), letter_of(25), letter_of(26)
    ('A', 'Z', 'AA')
    """
    before, at = divmod(place, len(ascii_uppercase))
    return (letter_of(before - 1) if before else "") + ascii_uppercase[at]


def _chance(p: float) -> str:
    return "<0.001" if p < _LEAST else f"{p:.3f}"


def _apart(session: Session, found: RunsCompared) -> None:
    """Print which scorers could not be compared."""
    for label in found.unlike:
        session.show("compare.unlike", scorer=label)
    if found.missing:
        session.show("compare.missing", scorers=", ".join(found.missing))


def _trial(trial: int) -> str:
    return f".{trial}" if trial else ""


def show_judged(session: Session, found: JudgedPairs) -> None:
    """Print whom the judge prefers, how sure one can be, and how much its place matters to it."""
    session.show(
        "judge.head", model=found.model, wins=found.wins, losses=found.losses, ties=found.ties, same=found.same,
        delta=figure(found.delta, signed=True), interval=between(found.low, found.high, signed=True),
        p=_chance(found.p),
    )  # fmt: skip
    if found.agreement is not None:
        session.show("judge.orders", agreement=figure(found.agreement), bias=figure(found.position_bias, signed=True))
    for row, _, reason in found.reasons:
        session.show("judge.lost", row=row, reason=reason)
    for error in found.errors:
        session.say("judge.error", error=error)


def show_traffic(session: Session, found: Traffic) -> None:
    """Print a line a variant, and whether the assignment can be trusted."""
    words = session.words
    heads = [words(f"table.{name}") for name in ("variant", "units", "mean", "interval", "delta", "interval", "p")]
    rows = [
        (
            each.arm,
            each.units,
            figure(each.mean),
            between(each.low, each.high),
            "" if each.delta is None else figure(each.delta, signed=True),
            "" if each.delta is None else between(each.delta_low, each.delta_high, signed=True),
            "" if each.p is None else _chance(each.p),
        )
        for each in found.arms
    ]
    print_table(session.page, heads, rows, right=(1, 2, 4, 6))
    if found.without:
        session.show("traffic.without", count=found.without, outcome=found.outcome)
    if found.mixed:
        session.show("traffic.mixed", count=found.mixed)
    if found.is_suspicious:
        session.show("traffic.suspicious", p=f"{found.split_p:.2g}")


def verdict(each: ScoreDifference) -> str:
    """Return what a difference allows to be said: `same`, `too_few`, `unclear`, `changed`, `better` or `worse`."""
    from loomwork.evals.statistics import Interval
    from loomwork.evals.statistics.verdicts import verdict as told

    difference = Interval(each.delta, each.low, each.high, "")
    return told(difference, each.p_adjusted, each.better, differs=bool(each.wins or each.losses))


def leaves_out_zero(each: ScoreDifference) -> bool:
    """Say whether a difference's interval is all on one side: it and the test are of two methods, and may disagree."""
    return each.low is not None and each.high is not None and each.low * each.high > 0


def list_scorers(session: Session) -> int:
    """Print the scorers that loomwork brings along."""
    from importlib import import_module

    from loomwork.evals.scorers import HOMES

    found = [(name, getattr(import_module(module), attribute)) for name, (module, attribute) in sorted(HOMES.items())]
    if session.as_json:
        session.give(
            {
                "scorers": [
                    {
                        "name": name,
                        "told": each.told,
                        "takes": list(each.takes),
                        "settings": list(each.settings),
                        "low": each.scale.low,
                        "high": each.scale.high,
                        "better": each.scale.better,
                        "unit": each.scale.unit,
                    }
                    for name, each in found
                ]
            }
        )
        return 0
    words = session.words
    heads = [words(f"table.{name}") for name in ("scorer", "takes", "range", "settings")]
    rows = [
        (
            name,
            ", ".join(each.takes),
            f"{'…' if each.scale.low is None else f'{each.scale.low:g}'} – "
            f"{'…' if each.scale.high is None else f'{each.scale.high:g}'}",
            ", ".join(each.settings),
        )
        for name, each in found
    ]
    print_table(session.page, heads, rows, grow=3)
    return 0

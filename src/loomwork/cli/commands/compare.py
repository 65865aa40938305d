"""`loomwork compare`: is another run better, by which scorer, and how sure one can be of it; also for live traffic."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.commands.trace_list import known_run
from loomwork.cli.scores import letter_of, show_candidates, show_differences, show_judged, show_traffic
from loomwork.cli.session import Session, command
from loomwork.kernel.durations import parse_seconds
from loomwork.kernel.errors.cli import NothingToPair, RunsOrTraffic

if TYPE_CHECKING:
    from loomwork.evals.evaluating.judging import JudgedPairs
    from loomwork.evals.evaluating.traffic import Traffic
    from loomwork.store.traces import TraceQuery

_TWO = 2


@command
def compare(
    session: Session,
    a: Annotated[str | None, typer.Argument(help="option.run_a", metavar="RUN_A")] = None,
    b: Annotated[str | None, typer.Argument(help="option.run_b", metavar="RUN_B")] = None,
    more: Annotated[list[str] | None, typer.Argument(help="option.run_more", metavar="RUN_C")] = None,
    cluster: Annotated[str, typer.Option("--cluster", help="option.cluster", metavar="KEY")] = "",
    judge: Annotated[str, typer.Option("--judge", help="option.judge", metavar="MODEL")] = "",
    rubric: Annotated[str, typer.Option("--rubric", help="option.rubric", metavar="TEXT")] = "",
    by: Annotated[str, typer.Option("--by", help="option.by", metavar="ATTRIBUTE")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="option.outcome", metavar="ATTRIBUTE")] = "",
    unit: Annotated[str, typer.Option("--unit", help="option.unit", metavar="ATTRIBUTE")] = "",
    name: Annotated[str, typer.Option("--name", help="option.trace_name", metavar="STEP")] = "",
    since: Annotated[str | None, typer.Option("--since", help="option.since", metavar="7d")] = None,
    baseline: Annotated[str, typer.Option("--baseline", help="option.baseline", metavar="ARM")] = "",
) -> int:
    """Compare runs with one of them row by row, or variants of live traffic."""
    if bool(by) == bool(a) or bool(by) != bool(outcome) or bool(a) != bool(b):
        raise RunsOrTraffic
    if by:
        found = _traffic(session, (by, outcome, unit), _query(name, since), baseline)
        if session.as_json:
            session.give(found.as_json())
        else:
            show_traffic(session, found)
        return 1 if found.is_suspicious else 0
    return _runs(session, (a or "", b or "", *(more or ())), cluster, judge, rubric)


def _runs(session: Session, runs: Sequence[str], cluster: str, judge: str, rubric: str) -> int:
    from loomwork.evals.evaluating.comparing import compare_all

    with session.open_store() as store:
        a, *others = (known_run(store, each) for each in runs)
        others = list(dict.fromkeys(others))
        found = compare_all(store, a, others, group=cluster)
    for each in found:
        if not each.rows:
            raise NothingToPair(a=each.a, b=each.b)
    judged = [_judged(session, a, b, judge, rubric) if judge else None for b in others]
    if session.as_json:
        told = [
            each.as_json() | ({} if one is None else {"judge": one.as_json()})
            for each, one in zip(found, judged, strict=True)
        ]
        session.give(told[0] if len(runs) == _TWO else {"a": a, "comparisons": told})
        return 0
    if len(found) == 1:
        show_differences(session, found[0])
    else:
        show_candidates(session, found)
    for b, one in zip(others, judged, strict=True):
        if one is not None:
            if len(others) > 1:
                session.show("compare.candidate", letter=letter_of(1 + others.index(b)), run=b)
            show_judged(session, one)
    return 1 if any(one is not None and one.failed for one in judged) else 0


def _judged(session: Session, a: str, b: str, judge: str, rubric: str) -> JudgedPairs:
    """Ask the judge with the project open: its calls are cached and traced like all others."""
    from loomwork.evals.evaluating.comparing import pair_items
    from loomwork.evals.evaluating.judging import judge_pairs

    with session.open() as workspace:
        workspace.models.resolve(judge)  # an alias that is not there is told before anything is asked
        pairs, _, _ = pair_items(workspace.store, a, b)
        return asyncio.run(judge_pairs(workspace.runtime, pairs, model=judge, rubric=rubric))


def _query(name: str, since: str | None) -> TraceQuery:
    from loomwork.store.traces import TraceQuery

    seconds = parse_seconds(since)
    return TraceQuery(name=name, since_ns=0 if seconds is None else time.time_ns() - int(seconds * 1e9))


def _traffic(session: Session, names: tuple[str, str, str], query: TraceQuery, first: str) -> Traffic:
    from loomwork.evals.evaluating.traffic import traffic

    by, outcome, unit = names
    with session.open_store() as store:
        return traffic(store, by=by, outcome=outcome, unit=unit, query=query, first=first)

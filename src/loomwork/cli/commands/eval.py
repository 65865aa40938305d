"""`loomwork eval`: run what is stale, score every output, say how sure one can be, hold it against gates."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from loomwork.cli.behalf import on_behalf
from loomwork.cli.cases import settle
from loomwork.cli.commands.run import full_names, rows_readable
from loomwork.cli.commands.trace_list import known_run
from loomwork.cli.datasets import as_file
from loomwork.cli.evaluating import Wanted, carry_out, leaks_of, put_summary
from loomwork.cli.matrices import carry_out_matrix
from loomwork.cli.scores import list_scorers, show_evaluation, show_slices
from loomwork.cli.session import Session, command
from loomwork.cli.stopping import INTERRUPTED
from loomwork.kernel.errors.base import UsageError
from loomwork.kernel.errors.cli import NoScorers, NoSuchFile, RunOrTarget
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from loomwork.evals.evaluating.evaluation import Evaluated
    from loomwork.evals.evaluating.figures import Cut
    from loomwork.evals.leaks import Leak
    from loomwork.store.protocols import Store


@command
def evaluate_target(
    session: Session,
    target: Annotated[str | None, typer.Argument(help="option.target", metavar="MODULE:STEP")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="option.data", metavar="FILE.jsonl")] = None,
    scorer: Annotated[list[str] | None, typer.Option("--scorer", help="option.scorer", metavar="NAME")] = None,
    run: Annotated[str, typer.Option("--run", help="option.eval_run", metavar="RUN")] = "",
    gate: Annotated[list[str] | None, typer.Option("--gate", help="option.gate", metavar="RULE")] = None,
    models: Annotated[list[str] | None, typer.Option("--models", help="option.models", metavar="A,B")] = None,
    prompts: Annotated[list[str] | None, typer.Option("--prompts", help="option.prompts", metavar="X,Y")] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="option.limit", min=0)] = None,
    trials: Annotated[int, typer.Option("--trials", help="option.trials", min=1)] = 1,
    cluster: Annotated[str, typer.Option("--cluster", help="option.cluster", metavar="KEY")] = "",
    slices: Annotated[bool, typer.Option("--slices", help="option.eval_slices")] = False,
    stop_early: Annotated[bool, typer.Option("--stop-early", help="option.stop_early")] = False,
    seed: Annotated[int, typer.Option("--seed", help="option.eval_seed")] = 0,
    strict: Annotated[bool, typer.Option("--strict", help="option.strict_leaks")] = False,
    no_leaks: Annotated[bool, typer.Option("--no-leaks", help="option.no_leaks")] = False,
    against: Annotated[list[Path] | None, typer.Option("--against", help="option.against", metavar="FILE")] = None,
    summary: Annotated[Path | None, typer.Option("--summary", help="option.summary", metavar="FILE.md")] = None,
    concurrency: Annotated[int | None, typer.Option("--concurrency", help="option.concurrency", min=1)] = None,
    refresh: Annotated[list[str] | None, typer.Option("--refresh", help="option.refresh", metavar="STEP")] = None,
    max_cost: Annotated[str | None, typer.Option("--max-cost", help="option.max_cost", metavar="5USD")] = None,
    allow_unknown_price: Annotated[
        bool, typer.Option("--allow-unknown-price", help="option.allow_unknown_price")
    ] = False,
    as_principal: Annotated[str | None, typer.Option("--as", help="option.as", metavar="PRINCIPAL")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="option.group", metavar="GROUP")] = None,
    scorers: Annotated[bool, typer.Option("--scorers", help="option.scorers")] = False,
) -> int:
    """Score what a step answers."""
    if scorers:
        return list_scorers(session)
    if bool(run) == bool(target) or (target is not None and data is None):
        raise RunOrTarget
    if data is not None:
        data = as_file(session, data)
        rows_readable(data)
    for path in against or ():
        if not path.is_file():
            raise NoSuchFile(path=path)
    wanted = Wanted(
        target=target or "",
        data=data,
        scorers=tuple(scorer or ()),
        gates=tuple(gate or ()),
        limit=limit,
        trials=trials,
        cluster=cluster,
        stop_early=stop_early,
        seed=seed,
        concurrency=concurrency,
        refresh=full_names(refresh or [], target or ""),
        max_cost=max_cost,
        unknown="allow" if allow_unknown_price else "refuse",
        principal=on_behalf(as_principal, groups),
        leaks="none" if no_leaks else "strict" if strict else "told",
        against=tuple(against or ()),
        summary=summary,
    )
    if models or prompts:
        return carry_out_matrix(session, wanted, models or [], prompts or [])
    return _one(session, wanted, run, "all" if slices else "worst")


def _one(session: Session, wanted: Wanted, run: str, cut_into: Cut) -> int:
    with session.open() as workspace:
        words = wanted.scorers or tuple(workspace.settings.scorers)
        if not words:
            raise NoScorers
        found = carry_out(session, workspace, wanted, words, run=known_run(workspace.store, run) if run else "")
        settle(session, workspace, found.run)
        if cut_into == "all":
            found = _with_slices(workspace.store, found, wanted.cluster)
        leaks = leaks_of(workspace, wanted, found.run)
        put_summary(session, wanted, [found], leaks)
    code = _tell(session, wanted, found, leaks)
    if cut_into == "all":
        show_slices(session, found.scores)
    return code


def _with_slices(store: Store, found: Evaluated, cluster: str) -> Evaluated:
    """Return the figures with every slice that there is, not the worst alone."""
    from msgspec.structs import replace

    from loomwork.evals.evaluating.evaluation import figures_of

    labels = [each.scorer for each in found.scores]
    return replace(found, scores=tuple(figures_of(store, found.run, labels, cluster=cluster, cut_into="all")))


def _tell(session: Session, wanted: Wanted, found: Evaluated, leaks: Sequence[Leak]) -> int:
    refusal = next((each.refusal for each in (found.report, found.marked) if each is not None and each.refusal), None)
    wrong = refusal if isinstance(refusal, UsageError) else None
    if session.as_json:
        problem = {} if wrong is None else session.words.as_json(wrong)
        session.give({**found.as_json(), "leaks": jsonable(list(leaks)), **problem})
    show_evaluation(session, found, leaks)
    if found.report is not None and found.report.stopped_by == "interrupted":
        return INTERRUPTED
    if wrong is not None:
        session.console.print(session.words.complaint(wrong))
        return wrong.exit_code
    leaked = wanted.leaks == "strict" and bool(leaks)
    return 1 if leaked or refusal is not None or not (found.is_whole and found.is_met) else 0

"""`loomwork eval`: run what is stale, score every output, say how sure one can be, hold it against gates."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from msgspec import structs

from loomwork.cli.behalf import on_behalf
from loomwork.cli.commands.run import full_names, rows_readable
from loomwork.cli.commands.trace_list import known_run
from loomwork.cli.progress import progress_bar
from loomwork.cli.scores import show_gates, show_scores
from loomwork.cli.session import Session, command
from loomwork.cli.stopping import INTERRUPTED, Stopping
from loomwork.cli.summary import show_report
from loomwork.cli.tables import print_table
from loomwork.kernel.errors.base import UsageError
from loomwork.kernel.errors.cli import Interrupted, NoScorers, RunOrTarget

if TYPE_CHECKING:
    from loomwork.evals.evaluating.evaluation import Asked, Evaluated
    from loomwork.flow.running import RunBudget, RunOptions
    from loomwork.workspace.opening import Workspace


@command
def evaluate_target(
    session: Session,
    target: Annotated[str | None, typer.Argument(help="option.target", metavar="MODULE:STEP")] = None,
    data: Annotated[Path | None, typer.Option("--data", help="option.data", metavar="FILE.jsonl")] = None,
    scorer: Annotated[list[str] | None, typer.Option("--scorer", help="option.scorer", metavar="NAME")] = None,
    run: Annotated[str, typer.Option("--run", help="option.eval_run", metavar="RUN")] = "",
    gate: Annotated[list[str] | None, typer.Option("--gate", help="option.gate", metavar="RULE")] = None,
    limit: Annotated[int | None, typer.Option("--limit", help="option.limit", min=0)] = None,
    trials: Annotated[int, typer.Option("--trials", help="option.trials", min=1)] = 1,
    cluster: Annotated[str, typer.Option("--cluster", help="option.cluster", metavar="KEY")] = "",
    stop_early: Annotated[bool, typer.Option("--stop-early", help="option.stop_early")] = False,
    seed: Annotated[int, typer.Option("--seed", help="option.eval_seed")] = 0,
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
        return _list(session)
    if bool(run) == bool(target) or (target is not None and data is None):
        raise RunOrTarget
    if data is not None:
        rows_readable(data)
    with session.open() as workspace:
        asked = tuple(scorer or workspace.settings.scorers)
        if not asked:
            raise NoScorers
        options = _options(workspace, asked, limit=limit, trials=trials, concurrency=concurrency)
        wanted = _wanted(workspace, target, data, known_run(workspace.store, run) if run else "", asked)
        wanted = structs.replace(wanted, gates=tuple(gate or ()), cluster=cluster, seed=seed, stop_early=stop_early)
        options = structs.replace(
            options, refresh=full_names(refresh or [], target or ""), principal=on_behalf(as_principal, groups)
        )
        budget = _budget(workspace, max_cost, "allow" if allow_unknown_price else "refuse")
        found = _carry_out(session, workspace, wanted, options, budget)
    return _tell(session, found)


def _options(
    workspace: Workspace, scorers: Sequence[str], *, limit: int | None, trials: int, concurrency: int | None
) -> RunOptions:
    from loomwork.flow.running import RunOptions

    return RunOptions(
        limit=limit,
        trials=trials,
        concurrency=concurrency or workspace.settings.run.concurrency,
        meta={"scorers": list(scorers)},
    )


def _wanted(workspace: Workspace, target: str | None, data: Path | None, run: str, scorers: Sequence[str]) -> Asked:
    from loomwork.evals.evaluating.evaluation import Asked
    from loomwork.evals.scoring.chosen import choose
    from loomwork.flow.targets import load_target

    project = workspace.runtime.project
    step = None if target is None else load_target(target, project)
    chosen = choose(scorers, tables=workspace.settings.scorers, project=project)
    return Asked(step=step, data=data, run=run, chosen=tuple(chosen))


def _budget(workspace: Workspace, max_cost: str | None, unknown: Literal["allow", "refuse"]) -> RunBudget | None:
    from loomwork.flow.running import RunBudget
    from loomwork.kernel.usage import Money

    most = max_cost or workspace.settings.run.max_cost
    return None if most is None else RunBudget(Money.parse(most), unknown=unknown)


def _carry_out(
    session: Session, workspace: Workspace, asked: Asked, options: RunOptions, budget: RunBudget | None
) -> Evaluated:
    with Stopping(session.words("run.stopping")) as stopping:
        try:
            return asyncio.run(_evaluated(session, workspace, asked, options, budget, stopping))
        except asyncio.CancelledError:
            raise Interrupted from None


async def _evaluated(
    session: Session,
    workspace: Workspace,
    asked: Asked,
    options: RunOptions,
    budget: RunBudget | None,
    stopping: Stopping,
) -> Evaluated:
    from loomwork.evals.evaluating.evaluation import evaluate

    gc.freeze()  # as `run` does: the collector need not walk what is imported again and again
    with progress_bar(session, ", ".join(each.label for each in asked.chosen)) as shown:
        work = asyncio.ensure_future(
            evaluate(workspace.runtime, asked, options=options, budget=budget, on_run=shown, on_mark=shown)
        )
        stopping.watch(work, shown.note)
        return await work


def _tell(session: Session, found: Evaluated) -> int:
    refusal = next((each.refusal for each in (found.report, found.marked) if each is not None and each.refusal), None)
    wrong = refusal if isinstance(refusal, UsageError) else None
    if session.as_json:
        problem = {} if wrong is None else session.words.as_json(wrong)
        leaks: list[object] = []
        session.give({**found.as_json(), "leaks": leaks, **problem})
    if found.report is not None:
        show_report(session, found.report)
    if found.decided and found.report is not None:
        done = found.report.ok + found.report.failed
        session.show("eval.stopped_early", done=done, items=found.report.items)
    show_scores(session, found.scores)
    show_gates(session, found.gates)
    for row, label, error in found.marked.first_errors:
        session.say("eval.error", row=row, scorer=label, error=error)
    session.say("eval.next", run=found.run)
    if found.report is not None and found.report.stopped_by == "interrupted":
        return INTERRUPTED
    if wrong is not None:
        session.console.print(session.words.complaint(wrong))
        return wrong.exit_code
    failed = found.report is not None and bool(found.report.failed)
    return 1 if failed or found.marked.failed or refusal is not None or not found.is_met else 0


def _list(session: Session) -> int:
    """Print the scorers that there are."""
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

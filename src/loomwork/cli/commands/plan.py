"""`loomwork plan`: what would run, why, and what it would cost. Sends nothing, writes nothing."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from loomwork.cli.behalf import on_behalf
from loomwork.cli.commands.run import full_names, rows_readable
from loomwork.cli.datasets import as_file
from loomwork.cli.session import Session, command
from loomwork.cli.tables import Ending, print_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from loomwork.flow.plan import Plan, PlannedStep
    from loomwork.telling.words import Words


@command
def plan(
    session: Session,
    target: Annotated[str, typer.Argument(help="option.target")],
    data: Annotated[Path, typer.Option("--data", help="option.data", metavar="FILE.jsonl")],
    limit: Annotated[int | None, typer.Option("--limit", help="option.limit", min=0)] = None,
    trials: Annotated[int, typer.Option("--trials", help="option.trials", min=1)] = 1,
    refresh: Annotated[list[str] | None, typer.Option("--refresh", help="option.refresh", metavar="STEP")] = None,
    as_principal: Annotated[str | None, typer.Option("--as", help="option.as", metavar="PRINCIPAL")] = None,
    groups: Annotated[list[str] | None, typer.Option("--group", help="option.group", metavar="GROUP")] = None,
) -> int:
    """Say what a run would do before anything is spent."""
    from loomwork.flow.context import Scope
    from loomwork.flow.plan import plan_rows
    from loomwork.flow.running import Dataset
    from loomwork.flow.targets import load_target

    data = as_file(session, data)
    rows_readable(data)
    with session.open(writing="nothing") as workspace:
        runtime = workspace.runtime
        step = load_target(target, runtime.project)
        scope = Scope(
            refresh=full_names(refresh or [], target),
            principal=on_behalf(as_principal, groups),
        )
        rows = (row.arguments for row in Dataset(data, step).rows(limit=limit))
        made = plan_rows(runtime, step, rows, trials=trials, scope=scope)
    if session.as_json:
        session.give(made.as_json())
        return 0
    show_plan(session, made)
    if not made.items and limit != 0:
        session.say("data.empty", file=data)
    return 0


def show_plan(session: Session, made: Plan) -> None:
    """Print a plan as a table with its totals."""
    words = session.words
    heads = [words(f"table.{name}") for name in ("step", "kind", "hits", "will_run", "may_run", "why")]
    rows = [row for step in made.steps.values() for row in _rows(words, step)]
    print_table(session.page, heads, rows, right=(2, 3, 4), grow=5)
    found = made.as_json()
    calls = found["model_calls"]
    cost = ", ".join(f"{_range(money)} {currency}" for currency, money in found["cost"].items()) or words(
        "plan.unknown"
    )
    told = words("plan.unknown") if found["unknown"] else _range(calls)
    session.page.print(words("plan.calls", calls=told, cost=cost, items=made.items))
    if found["never_ran"]:
        session.page.print(words("plan.never_ran", names=", ".join(found["never_ran"])))
    elif made.unbounded:
        session.page.print(words("plan.unbounded"))


def _rows(words: Words, step: PlannedStep) -> Iterator[tuple[object, ...]]:
    """Yield the lines of one step: its counts beside the first reason, every further reason below it."""
    reasons = sorted(step.reasons.items(), key=lambda reason: -reason[1])
    first, *others = [Ending(reason_in(words, why), f" ({count})") for why, count in reasons] or [""]
    yield (
        step.name,
        words.get(f"kind.{step.kind}", step.kind),
        step.hits,
        step.will_run or "",
        _may_run(step),
        first,
    )
    yield from (("", "", "", "", "", other) for other in others)


def _may_run(step: PlannedStep) -> str:
    if step.unknown:
        return "?"
    return f"{step.may_run}+" if step.unbounded else str(step.may_run or "")


def reason_in(words: Words, why: str) -> str:
    """Return a plan's reason, `kind: names`, in the person's language."""
    whole = words.get(f"cause.{why}", "")
    if whole:
        return whole
    kind, _, names = why.partition(": ")
    told = words.get(f"cause.{kind}", kind)
    return words("plan.reason", kind=told, names=names) if names else told


def _range(found: dict[str, Any]) -> str:
    least, most = found["min"], found["max"]
    if most is None:
        return f"{least:g}–?"
    return f"{least:g}" if least == most else f"{least:g}–{most:g}"

"""One evaluation carried out for a command: settings, progress, Ctrl-C, leaks, the summary. Prints no result."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Struct

from loomwork.cli.progress import progress_bar
from loomwork.cli.session import Session
from loomwork.cli.stopping import Stopping
from loomwork.kernel.errors.cli import Interrupted, NoSuchFolder
from loomwork.kernel.principals import Principal

if TYPE_CHECKING:
    from loomwork.evals.evaluating.evaluation import Asked, Evaluated
    from loomwork.evals.leaks import Leak
    from loomwork.flow.running import RunBudget, RunOptions
    from loomwork.workspace.opening import Workspace


_FEW = 1_000
"""Rows up to which they are looked for in memos, too: of many that takes longer than the evaluation."""


class Wanted(Struct, frozen=True, kw_only=True):
    """What the words of a command ask for."""

    target: str
    data: Path | None
    scorers: tuple[str, ...]
    """None: those of loomwork.toml."""
    gates: tuple[str, ...]
    limit: int | None
    trials: int
    cluster: str
    stop_early: bool
    seed: int
    concurrency: int | None
    refresh: frozenset[str]
    max_cost: str | None
    unknown: Literal["allow", "refuse"]
    principal: Principal | None
    leaks: Literal["none", "told", "strict"]
    against: tuple[Path, ...]
    """Further files that the rows should not be known to."""
    summary: Path | None


def carry_out(
    session: Session,
    workspace: Workspace,
    wanted: Wanted,
    scorers: Sequence[str],
    *,
    run: str = "",
    meta: Mapping[str, Any] | None = None,
) -> Evaluated:
    """Run and score with a progress bar; Ctrl-C stops cleanly. Raises `Interrupted` where nothing had begun."""
    asked = _asked(workspace, wanted, scorers, run)
    if wanted.data is not None:
        _keep_version(workspace.project, wanted.data)
    options = _options(workspace, wanted, {"scorers": list(scorers)} | dict(meta or {}))
    budget = _budget(workspace, wanted)
    with Stopping(session.words("run.stopping")) as stopping:
        try:
            return asyncio.run(_evaluated(session, workspace, asked, options, budget, stopping))
        except asyncio.CancelledError:
            raise Interrupted from None


def _keep_version(project: Path, data: Path) -> None:
    """Keep the rows that are evaluated, so that they can be shown again when the file has changed."""
    from loomwork.evals.data.versions import Versions

    Versions(project).keep(data, how="eval")


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


def _asked(workspace: Workspace, wanted: Wanted, scorers: Sequence[str], run: str) -> Asked:
    from loomwork.evals.evaluating.evaluation import Asked
    from loomwork.evals.scoring.chosen import choose
    from loomwork.flow.targets import load_target

    project = workspace.runtime.project
    return Asked(
        step=load_target(wanted.target, project) if wanted.target else None,
        data=wanted.data,
        run=run,
        chosen=tuple(choose(scorers, tables=workspace.settings.scorers, project=project)),
        gates=wanted.gates,
        cluster=wanted.cluster,
        stop_early=wanted.stop_early,
        seed=wanted.seed,
    )


def _options(workspace: Workspace, wanted: Wanted, meta: dict[str, Any]) -> RunOptions:
    from loomwork.flow.running import RunOptions

    return RunOptions(
        limit=wanted.limit,
        trials=wanted.trials,
        concurrency=wanted.concurrency or workspace.settings.run.concurrency,
        refresh=wanted.refresh,
        principal=wanted.principal,
        meta={"target": wanted.target, "data": str(wanted.data)} | meta,
    )


def _budget(workspace: Workspace, wanted: Wanted) -> RunBudget | None:
    from loomwork.flow.running import RunBudget
    from loomwork.kernel.usage import Money

    most = wanted.max_cost or workspace.settings.run.max_cost
    return None if most is None else RunBudget(Money.parse(most), unknown=wanted.unknown)


def leaks_of(workspace: Workspace, wanted: Wanted, run: str) -> list[Leak]:
    """Return what of a run's rows is known elsewhere in the project."""
    if wanted.leaks == "none":
        return []
    from loomwork.evals.leaks import find_leaks, project_sources
    from loomwork.flow.targets import load_target

    rows = _rows(workspace, run)
    sources = project_sources(
        workspace.project,
        test=wanted.data,
        against=wanted.against,
        views=_views(workspace),
        store=workspace.store if len(rows) <= _FEW else None,
    )
    step = load_target(wanted.target, workspace.runtime.project) if wanted.target else None
    return find_leaks(rows, sources, inputs=() if step is None else tuple(step.signature.parameters))


def put_summary(
    session: Session, wanted: Wanted, found: Sequence[Evaluated], leaks: Sequence[Leak], labels: Sequence[str] = ()
) -> None:
    """Write what an evaluation came to as Markdown, for a pull request. Raises `NoSuchFolder`."""
    if wanted.summary is None:
        return
    from loomwork.telling.scoring import summary

    if not wanted.summary.absolute().parent.is_dir():
        raise NoSuchFolder(path=wanted.summary.absolute().parent)
    wanted.summary.write_text(
        summary(session.words, found, leaks, title=wanted.target, labels=labels), encoding="utf-8"
    )


def _rows(workspace: Workspace, run: str) -> list[Mapping[str, Any]]:
    """Return the run's rows by their numbers; a row that was not run is empty."""
    from loomwork.evals.evaluating.figures import given_of

    by_row: dict[int, Mapping[str, Any]] = {}
    for item in workspace.store.runs.items(run):
        if item.index not in by_row:
            by_row[item.index] = given_of(workspace.store, item)
    return [by_row.get(index, {}) for index in range(max(by_row, default=-1) + 1)]


def _views(workspace: Workspace) -> dict[str, Any]:
    """Return the project's knowledge bases as everyone sees them, those that are built."""
    found: dict[str, Any] = {}
    for name in workspace.knowledge.names:
        base = workspace.knowledge.base(name)
        if base.status().chunks:
            found[name] = base.full_view()
    return found

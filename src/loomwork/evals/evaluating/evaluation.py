"""One evaluation: run what is stale, score it, read the gates; where asked, stop as soon as the gates are decided.

Knows a runtime; no settings, no terminal.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from loomwork.evals.evaluating.beforehand import check_keys, rows_of_data, rows_of_run
from loomwork.evals.evaluating.early import Early, Shuffled
from loomwork.evals.evaluating.figures import Cut, ScoreFigures, figures, labels_of, scorers_of
from loomwork.evals.evaluating.gates import Gate, GateResult, judge, read_gate
from loomwork.evals.evaluating.marking import INTERRUPTED, Marked, MarkOptions, mark
from loomwork.evals.scoring.chosen import Chosen
from loomwork.flow.context import Budget
from loomwork.flow.running import Dataset, Progress, RunOptions, RunReport, run_dataset
from loomwork.flow.runtime import Runtime
from loomwork.flow.step import Step
from loomwork.store.protocols import Store

Tell = Callable[[Progress], None]


class Asked(Struct, frozen=True, kw_only=True):
    """What is to be evaluated."""

    step: Any = None
    """The `Step`; None where a run is scored that is there already."""
    data: Path | None = None
    run: str = ""
    chosen: tuple[Chosen, ...]
    gates: tuple[str, ...] = ()
    cluster: str = ""
    """The key whose rows belong together; trials of a row always do."""
    stop_early: bool = False
    seed: int = 0
    """Of the order of rows, where one stops early."""
    level: float = 0.95


class Evaluated(Struct, frozen=True, kw_only=True):
    """What an evaluation came to."""

    run: str
    report: RunReport | None
    """None where a run was only scored."""
    marked: Marked
    scores: tuple[ScoreFigures, ...]
    gates: tuple[GateResult, ...]
    decided: str = ""
    """Why it was stopped early."""
    is_undecided: bool = False
    """It was to stop early and could not: what the gates say has no guarantee at every look."""
    trials: int = 1

    @property
    def is_met(self) -> bool:
        """Whether every gate is."""
        return all(each.met for each in self.gates)

    @property
    def is_whole(self) -> bool:
        """Whether every item was answered, every scorer scored something, and none failed."""
        failed = self.report is not None and bool(self.report.failed)
        return not failed and not self.marked.failed and bool(self.scores) and all(each.n for each in self.scores)

    @property
    def are_copies(self) -> bool:
        """Whether further trials were answered by memos alone: they say nothing of how the answers vary."""
        if self.report is None or self.report.items == 0:
            return False
        target = self.report.totals.steps.get(self.report.target)
        rows = self.report.items // self.trials
        return self.trials > 1 and target is not None and target.ran <= rows and target.hits >= rows

    def as_json(self) -> dict[str, Any]:
        """Return the object of `eval --json`, without leaks."""
        found: dict[str, Any] = {
            "run": self.run,
            "scores": [each.as_json() for each in self.scores],
            "gates": [{"rule": each.rule, "met": each.met, "value": each.value} for each in self.gates],
            "scoring": {
                "calls": self.marked.calls,
                "failed": self.marked.failed,
                "model_calls": self.marked.totals.requests,
                "stopped_by": self.marked.stopped_by,
            },
        }
        if self.report is not None:
            run = self.report.as_json()
            found |= {key: run[key] for key in ("target", "items", "ok", "failed", "model_calls", "cost", "wall_s")}
        return found | ({"stopped_early": self.decided} if self.decided else {})


async def evaluate(
    runtime: Runtime,
    asked: Asked,
    *,
    options: RunOptions,
    budget: Budget | None = None,
    on_run: Tell = lambda _progress: None,
    on_mark: Tell = lambda _progress: None,
) -> Evaluated:
    """Carry an evaluation out. Cancelling stops cleanly: what was run and scored stays.

    Args:
        runtime: Where calls are made.
        asked: What is asked for.
        options: How the run is made; concurrency, principal and refresh hold for the scorers too.
        budget: What run and scorers may spend together.
        on_run: Told while the run goes on.
        on_mark: Told while it is scored.

    Raises:
        BadGate, NoSuchScore: Before anything is run.
        BadRow: Before anything is run.
        NoSuchCluster, BadScorer: Before anything is run: no row has a key that is needed.
        StoreError: The store can keep no more.
    """
    gates = [read_gate(rule, [each.label for each in asked.chosen]) for rule in asked.gates]
    how = MarkOptions(concurrency=options.concurrency, refresh=options.refresh, principal=options.principal)
    report: RunReport | None = None
    decided = ""
    _check(runtime, asked, options.limit)
    if asked.step is not None and asked.data is not None:
        early = _early(runtime, asked, gates, how, budget, options.trials)
        report = await _run(runtime, asked, options, budget, on_run, early)
        decided = "" if early is None else early.decided
        if early is not None:
            found = _told(runtime.store, asked, gates, report, early.marked, decided)
            return msgspec.structs.replace(found, is_undecided=not decided)
    run = asked.run if report is None else report.run
    marked = Marked.nothing() if report is not None and report.stopped_by == INTERRUPTED else None
    if marked is None:
        marked = await mark(runtime, run, asked.chosen, options=how, budget=budget, on_progress=on_mark)
    found = _told(runtime.store, asked, gates, report, marked, decided)
    return msgspec.structs.replace(found, trials=options.trials)


def _check(runtime: Runtime, asked: Asked, limit: int | None) -> None:
    if asked.step is not None and asked.data is not None:
        rows = rows_of_data(Dataset(asked.data, asked.step), limit)
    else:
        rows = rows_of_run(runtime.store, asked.run)
    check_keys(rows, asked.chosen, asked.cluster)


def _early(
    runtime: Runtime, asked: Asked, gates: Sequence[Gate], how: MarkOptions, budget: Budget | None, trials: int
) -> Early | None:
    if not asked.stop_early:
        return None
    return Early(runtime, asked.chosen, gates, how, budget=budget, trials=trials, level=asked.level)


async def _run(
    runtime: Runtime,
    asked: Asked,
    options: RunOptions,
    budget: Budget | None,
    on_run: Tell,
    early: Early | None,
) -> RunReport:
    step: Step[..., Any] = asked.step
    path = asked.data or Path()
    data = Dataset(path, step) if early is None else Shuffled(path, step, seed=asked.seed)
    after = None if early is None else early.after
    return await run_dataset(
        runtime, step, data, options=options, budget=budget, on_progress=on_run, after=after,
        on_begin=None if early is None else early.begin,
    )  # fmt: skip


def _told(
    store: Store, asked: Asked, gates: Sequence[Gate], report: RunReport | None, marked: Marked, decided: str
) -> Evaluated:
    run = asked.run if report is None else report.run
    scores = figures_of(store, run, [each.label for each in asked.chosen], cluster=asked.cluster, level=asked.level)
    return Evaluated(
        run=run,
        report=report,
        marked=marked,
        scores=tuple(scores),
        gates=tuple(judge(gates, scores)),
        decided=decided,
    )


def figures_of(
    store: Store, run: str, labels: Sequence[str], *, cluster: str = "", level: float = 0.95, cut_into: Cut = "worst"
) -> list[ScoreFigures]:
    """Return the figures of a run's scores, in the order of the labels; none for a label that it has not."""
    said = scorers_of(store, run)
    rows = labels_of(store, run)
    return [
        figures(
            list(store.scores.of(run, label)),
            said[label],
            label,
            labels=rows,
            group=cluster,
            level=level,
            cut_into=cut_into,
        )
        for label in labels
        if label in said
    ]

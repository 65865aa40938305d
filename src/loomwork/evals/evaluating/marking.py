"""Apply scorers to the items of a run. Every call is a step; what it says is kept beside the run.

The calls are made in a run of their own, `score-RUN`: what a judge spends is not what the application spends.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from typing import Any, cast

import msgspec
from msgspec import Struct

from loomwork.evals.evaluating.quick import Pace
from loomwork.evals.scoring.chosen import Chosen
from loomwork.evals.scoring.score import Score, as_score
from loomwork.evals.scoring.scorer import Scorer
from loomwork.evals.scoring.subject import Subject
from loomwork.flow.context import Budget, Frame, Scope, entered
from loomwork.flow.places import told
from loomwork.flow.running import Progress, RunTotals
from loomwork.flow.running.runner import call_step
from loomwork.flow.runtime import Runtime
from loomwork.kernel.errors.base import LoomworkError, SetupError
from loomwork.kernel.errors.flow import BudgetExceeded, PriceUnknown
from loomwork.kernel.errors.store import StoreError
from loomwork.kernel.principals import Principal
from loomwork.store.rows import ItemRow, ScoreRow, ScoringRow

INTERRUPTED = "interrupted"
RUN = "score-"
"""How the run of the scorers' calls begins."""
_BATCH = 500
_ERRORS_KEPT = 5
_REASON = 2_000
"""Characters of a reason that are kept beside the score; all of it is in the call's record."""


class MarkOptions(Struct, frozen=True, kw_only=True):
    """How a run is scored."""

    concurrency: int = 16
    refresh: frozenset[str] = frozenset()
    """Scorers to call again, by their steps' names."""
    principal: Principal | None = None


class Marked(Struct, frozen=True, kw_only=True):
    """What scoring came to."""

    items: int
    calls: int
    """Scorers applied to items, those answered by memos included."""
    failed: int
    """Scorers that raised."""
    totals: RunTotals
    stopped_by: str = ""
    refusal: LoomworkError | None = None
    first_errors: tuple[tuple[int, str, str], ...] = ()
    """(row, scorer, message) of the first few."""

    @classmethod
    def nothing(cls) -> Marked:
        """Return what no scoring came to."""
        return cls(items=0, calls=0, failed=0, totals=RunTotals())

    def joined(self, other: Marked) -> Marked:
        """Return what both came to."""
        return Marked(
            items=self.items + other.items,
            calls=self.calls + other.calls,
            failed=self.failed + other.failed,
            totals=self.totals.joined(other.totals),
            stopped_by=self.stopped_by or other.stopped_by,
            refusal=self.refusal or other.refusal,
            first_errors=(self.first_errors + other.first_errors)[:_ERRORS_KEPT],
        )


async def mark(
    runtime: Runtime,
    run: str,
    chosen: Sequence[Chosen],
    *,
    options: MarkOptions,
    budget: Budget | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    items: Sequence[tuple[int, int]] | None = None,
) -> Marked:
    """Apply scorers to every finished item of a run; their scores replace those of an earlier time.

    A scorer that raises has no score for that item and does not stop the others. A spent budget, or a model that is
    not there, stops what has not begun.

    Args:
        runtime: Where calls are made.
        run: The run's id.
        chosen: The scorers.
        options: How.
        budget: What may be spent.
        on_progress: Told after each item.
        items: Only these (index, trial), added to the scores that are there: for one who stops early.
    """
    work = _Work(runtime, run, chosen, options, budget, on_progress)
    if items is None:
        work.begin()
        rows = runtime.store.runs.items(run)
        work.total = sum(1 for _ in runtime.store.runs.items(run))
    else:
        found = [runtime.store.runs.item(run, index, trial) for index, trial in items]
        rows = iter([each for each in found if each is not None])
        work.total = len(items)
    return await work.all(rows)


def begin(runtime: Runtime, run: str, chosen: Sequence[Chosen]) -> None:
    """Note how scorers are set for a run; scores of theirs from an earlier time are dropped."""
    for each in chosen:
        said = msgspec.json.encode(said_of(each))
        row = ScoringRow(run=run, scorer=each.label, made_ns=runtime.clock.now_ns(), said=said)
        runtime.store.scores.begin(row)


class Said(Struct, frozen=True, kw_only=True):
    """How a scorer was set, as it is kept beside a run."""

    scorer: str
    """Its name: `exact`, `module:function`."""
    settings: dict[str, Any] = {}
    expected: str = ""
    output: str = ""
    low: float | None = None
    high: float | None = None
    better: str = "higher"
    unit: str = ""
    identity: str = ""
    told: str = ""


def said_of(chosen: Chosen) -> Said:
    """Return how a scorer is set."""
    scorer = cast("Scorer[..., Any]", chosen.scorer)
    scale = chosen.scale
    return Said(
        scorer=scorer.name,
        settings=msgspec.to_builtins(chosen.settings, enc_hook=str),
        expected=chosen.expected,
        output=chosen.output,
        low=scale.low,
        high=scale.high,
        better=scale.better,
        unit=scale.unit,
        identity=chosen.identity,
        told=scorer.told,
    )


class _Work:
    """One scoring in progress."""

    def __init__(
        self,
        runtime: Runtime,
        run: str,
        chosen: Sequence[Chosen],
        options: MarkOptions,
        budget: Budget | None,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._runtime = runtime
        self._run = run
        self._chosen = chosen
        self._prompt = [each for each in chosen if _waits_for_nothing(each)]
        self._own = [each for each in chosen if _is_sync(each) and not _waits_for_nothing(each)]
        self._patient = [each for each in chosen if not _is_sync(each)]
        self._paces = {each.label: Pace() for each in self._own}
        self._in_turn = asyncio.Lock()
        self._options = options
        self._budget = budget
        self._on_progress = on_progress
        self._rows: list[ScoreRow] = []
        self.total = 0
        self._done = 0
        self._calls = 0
        self._failed = 0
        self._errors: list[tuple[int, str, str]] = []
        self._totals = RunTotals()
        self._stopped_by = ""
        self._refusal: LoomworkError | None = None
        self._began = runtime.clock.monotonic()

    def begin(self) -> None:
        """Note the scorers."""
        begin(self._runtime, self._run, self._chosen)

    async def all(self, items: Iterator[ItemRow]) -> Marked:
        """Score the items, so many at a time."""

        async def worker() -> None:
            for item in items:  # one iterator for all workers: nothing waits between its items
                if self._stopped_by:
                    return
                await self._item(item)

        try:
            async with asyncio.TaskGroup() as group:
                for _ in range(max(1, min(self._options.concurrency, self.total))):
                    group.create_task(worker())
        except asyncio.CancelledError:
            self._stopped_by = INTERRUPTED
        except BaseExceptionGroup as several:
            raise several.exceptions[0] from None
        finally:
            self._keep()
            self._runtime.recorder.flush()
        return Marked(
            items=self._done,
            calls=self._calls,
            failed=self._failed,
            totals=self._totals,
            stopped_by=self._stopped_by,
            refusal=self._refusal,
            first_errors=tuple(self._errors),
        )

    async def _item(self, item: ItemRow) -> None:
        runtime = self._runtime
        scope = Scope(
            run=RUN + self._run,
            item=item.index,
            trial=item.trial,
            principal=self._options.principal,
            subject=item.subject,
            budget=self._budget,
            totals=self._totals,
            refresh=self._options.refresh,
        )
        frame = Frame(runtime, scope)
        frame.trace = runtime.ids.trace_id()
        frame.span = runtime.recorder.start(
            "score", kind="scoring", trace=frame.trace, run=scope.run, item=item.index, trial=item.trial,
            subject=item.subject,
        )  # fmt: skip
        subject = Subject(runtime.store, item)
        try:
            with entered(frame):
                with runtime.store.gathering():  # nothing is waited for, and a crash takes the scores of one item
                    self._rows.extend([self._now(each, subject, frame.trace) for each in self._prompt])
                slow = [each for each in self._own if self._paces[each.label].is_slow]
                if len(slow) < len(self._own):
                    self._rows.extend(await self._quickly(set(map(_label, slow)), subject, frame.trace))
                for each in (*slow, *self._patient):
                    self._rows.append(await self._one(each, subject, frame.trace))
        finally:
            frame.span.end()
        if len(self._rows) >= _BATCH:
            self._keep()
        self._done += 1
        elapsed = runtime.clock.monotonic() - self._began
        self._on_progress(Progress(self._done, self.total, self._failed, self._totals, elapsed))

    def _now(self, chosen: Chosen, subject: Subject, trace: str) -> ScoreRow:
        """Score with a sync scorer, here and now."""
        try:
            given = self._given(chosen, subject)
            if isinstance(given, Score):
                return self._row(chosen, subject, given, "")
            returned = cast("Scorer[..., Any]", chosen.scorer)(**given)
            return self._row(chosen, subject, as_score(returned, chosen.scale, scorer=chosen.label), trace)
        except StoreError:
            raise
        except Exception as problem:  # a scorer's failure is the scorer's
            return self._failure(chosen, subject, problem, trace)

    async def _quickly(self, slow: set[str], subject: Subject, trace: str) -> list[ScoreRow]:
        """Score with the other sync scorers of the project in one thread; those known to be quick in a transaction."""
        async with self._in_turn:
            quick = [each for each in self._own if self._paces[each.label].is_quick and each.label not in slow]
            known = slow.union(map(_label, quick))
            unknown = [each for each in self._own if each.label not in known]
            return await asyncio.to_thread(self._in_thread, quick, unknown, subject, trace)

    def _in_thread(
        self, quick: Sequence[Chosen], unknown: Sequence[Chosen], subject: Subject, trace: str
    ) -> list[ScoreRow]:
        rows: list[ScoreRow] = []
        if quick:
            with self._runtime.store.gathering():
                rows += [self._timed(each, subject, trace) for each in quick]
        return rows + [self._timed(each, subject, trace) for each in unknown]

    def _timed(self, chosen: Chosen, subject: Subject, trace: str) -> ScoreRow:
        with self._paces[chosen.label].timed(self._runtime.clock.monotonic):
            return self._now(chosen, subject, trace)

    async def _one(self, chosen: Chosen, subject: Subject, trace: str) -> ScoreRow:
        try:
            given = self._given(chosen, subject)
            if isinstance(given, Score):
                return self._row(chosen, subject, given, "")
            returned = await call_step(cast("Scorer[..., Any]", chosen.scorer), given)
            return self._row(chosen, subject, as_score(returned, chosen.scale, scorer=chosen.label), trace)
        except StoreError:
            raise
        except Exception as problem:  # a scorer's failure is the scorer's
            return self._failure(chosen, subject, problem, trace)

    def _given(self, chosen: Chosen, subject: Subject) -> dict[str, Any] | Score:
        """Return what a scorer is called with, or the score that the item has without a call."""
        scorer = cast("Scorer[..., Any]", chosen.scorer)
        given = subject.of(scorer, expected=chosen.expected, output=chosen.output)
        if isinstance(given, Score):
            return given
        self._calls += 1
        return given | chosen.settings

    def _failure(self, chosen: Chosen, subject: Subject, problem: Exception, trace: str) -> ScoreRow:
        error = told(problem)
        self._note(problem, subject.index, chosen.label, error)
        return self._row(chosen, subject, Score(value=None), trace, error)

    def _row(self, chosen: Chosen, subject: Subject, score: Score, trace: str, error: str | None = None) -> ScoreRow:
        return ScoreRow(
            run=self._run,
            scorer=chosen.label,
            index=subject.item.index,
            trial=subject.item.trial,
            made_ns=self._runtime.clock.now_ns(),
            value=score.value,
            label=score.label,
            reason=score.reason[:_REASON],
            parts=score.parts,
            error=error,
            trace=trace,
        )

    def _note(self, problem: Exception, index: int, label: str, error: str) -> None:
        self._failed += 1
        if len(self._errors) < _ERRORS_KEPT:
            self._errors.append((index, label, error))
        if isinstance(problem, BudgetExceeded | PriceUnknown | SetupError) and self._refusal is None:
            self._stopped_by = str(problem)
            self._refusal = problem

    def _keep(self) -> None:
        rows, self._rows = self._rows, []
        if rows:
            self._runtime.store.scores.put(rows)


def _label(chosen: Chosen) -> str:
    return chosen.label


def _is_sync(chosen: Chosen) -> bool:
    return cast("Scorer[..., Any]", chosen.scorer).form == "sync"


def _waits_for_nothing(chosen: Chosen) -> bool:
    """Say whether it is one of loomwork's own that only compute."""
    return _is_sync(chosen) and cast("Scorer[..., Any]", chosen.scorer).semantics is not None

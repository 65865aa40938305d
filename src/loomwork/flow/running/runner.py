"""Run a step over a dataset: bounded concurrency, trials, progress, clean stop. Knows nothing of terminals.

Concurrency bounds items, never steps, so that nesting cannot deadlock. Each item runs in a scope of its own; the
first trial of a row runs before the others, so that what does not depend on the trial is made once.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextvars import copy_context
from typing import Any, cast

import msgspec
from msgspec import Struct, structs

from loomwork.flow.context import Budget, Frame, Scope, entered
from loomwork.flow.places import told
from loomwork.flow.running.dataset import Dataset, Row
from loomwork.flow.running.totals import RunTotals
from loomwork.flow.runtime import Runtime
from loomwork.flow.step import Step
from loomwork.kernel import codecs
from loomwork.kernel.bodies import refer
from loomwork.kernel.errors.base import LoomworkError, SetupError
from loomwork.kernel.errors.flow import BudgetExceeded, PriceUnknown
from loomwork.kernel.errors.kernel import NoCodec
from loomwork.kernel.errors.store import (
    StoreBusy,
    StoreClosed,
    StoreCorrupt,
    StoreError,
    StoreFailed,
    StoreFull,
    StoreReadOnly,
)
from loomwork.kernel.principals import Principal
from loomwork.store.rows import ItemRow, RunRow, RunStatus

_ERRORS_KEPT = 5
_UNUSABLE = (StoreBusy, StoreClosed, StoreCorrupt, StoreFailed, StoreFull, StoreReadOnly)
"""Failures of the store after which nothing more can be kept."""
SUBJECT_KEY = "subject"
"""Metadata key of a row that says whose data it is (for `store erase`)."""


After = Callable[[int, int], Awaitable[str]]


class RunOptions(Struct, frozen=True, kw_only=True):
    """How a run is made."""

    limit: int | None = None
    trials: int = 1
    concurrency: int = 16
    refresh: frozenset[str] = frozenset()
    principal: Principal | None = None
    meta: dict[str, Any] = {}


class Progress(Struct, frozen=True):
    """Where a run stands: told after each item."""

    done: int
    total: int
    failed: int
    totals: RunTotals
    elapsed_s: float


class RunReport(Struct, frozen=True, kw_only=True):
    """What a run came to."""

    run: str
    target: str
    items: int
    ok: int
    failed: int
    status: RunStatus
    totals: RunTotals
    wall_s: float
    stopped_by: str = ""
    first_errors: tuple[tuple[int, str], ...] = ()
    """(row index, message) of the first few failures."""
    problems: tuple[Exception, ...] = ()
    """The same failures as exceptions, in the same order."""
    refusal: LoomworkError | None = None
    """What stopped the run early, where an error did."""

    def as_json(self) -> dict[str, Any]:
        """Return the object of `run --json`."""
        head = {"run": self.run, "target": self.target, "items": self.items, "ok": self.ok, "failed": self.failed}
        return head | self.totals.as_json() | {"wall_s": round(self.wall_s, 3)}


async def run_dataset(
    runtime: Runtime,
    step: Step[..., Any],
    dataset: Dataset,
    *,
    options: RunOptions,
    budget: Budget | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
    after: After | None = None,
    on_begin: Callable[[str], None] | None = None,
) -> RunReport:
    """Run every row in every trial and return the report; every item is in the store.

    A failed item does not stop the others. A spent budget stops what has not begun, and so does a model that is not
    there: what is under way is finished and kept. Cancelling stops cleanly: what
    was finished stays, and the next run continues.

    Args:
        runtime: Where calls are made.
        step: What is run.
        dataset: Its rows.
        options: How.
        budget: What may be spent.
        on_progress: Told after each item.
        on_begin: Told the run's id before anything is run.
        after: Awaited with (row, trial) when an item is in the store; a text that it returns stops the run.

    Raises:
        BadRow: Before anything is run.
        StoreError: The store can keep no more (full, read-only, damaged): the run stops at once, so that no further
            request is paid for in vain. What was kept before stays, and the next run continues.
    """
    rows = dataset.check(limit=options.limit)
    run = _Run(runtime, step, options, budget, rows * options.trials, on_progress)
    run.after = after
    run.begin(dataset)
    if on_begin is not None:
        on_begin(run.id)
    try:
        await run.all(dataset.rows(limit=options.limit))
    except asyncio.CancelledError:
        return run.end("stopped", "interrupted")
    except BaseException as problem:
        cause = first(problem)
        with contextlib.suppress(StoreError):  # what stopped the run may also keep it from being noted
            run.end("failed", "an error outside the items")
        raise cause from None
    return run.end("stopped" if run.stopped_by else "done", run.stopped_by)


class _Run:
    """One run in progress."""

    def __init__(
        self,
        runtime: Runtime,
        step: Step[..., Any],
        options: RunOptions,
        budget: Budget | None,
        total: int,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._runtime = runtime
        self._step = step
        self._options = options
        self._budget = budget
        self._total = total
        self._on_progress = on_progress
        self.after: After | None = None
        self.totals = RunTotals()
        self.stopped_by = ""
        self._threads: ThreadPoolExecutor | None = None
        """Where items of a sync step are called: the event loop's own threads may be fewer than were asked for."""
        self._ok = 0
        self._failed = 0
        self._errors: list[tuple[int, str]] = []
        self._problems: list[Exception] = []
        self._refusal: LoomworkError | None = None
        self._row = RunRow(
            id=runtime.ids.run_id(),
            target=step.name,
            started_ns=runtime.clock.now_ns(),
            items=total,
            pid=os.getpid(),
            meta=msgspec.json.encode(options.meta | {"trials": options.trials, "limit": options.limit}),
        )
        self._began = runtime.clock.monotonic()

    @property
    def id(self) -> str:
        """The run's id."""
        return self._row.id

    def begin(self, dataset: Dataset) -> None:
        """Write the run's row."""
        self._row = structs.replace(self._row, dataset=dataset.digest())
        self._runtime.store.runs.start(self._row)

    async def all(self, rows: Iterator[Row]) -> None:
        """Run the rows, so many at a time."""
        lock = asyncio.Lock()

        async def worker() -> None:
            while not self.stopped_by:
                async with lock:
                    row = next(rows, None)
                if row is None:
                    return
                await self._trials(row)

        side_by_side = max(1, min(self._options.concurrency, self._total))
        with ThreadPoolExecutor(side_by_side, thread_name_prefix="item") as self._threads:
            async with asyncio.TaskGroup() as group:
                for _ in range(side_by_side):
                    group.create_task(worker())

    async def _trials(self, row: Row) -> None:
        await self._item(row, 0)
        if self._options.trials > 1:
            await asyncio.gather(*(self._item(row, trial) for trial in range(1, self._options.trials)))

    async def _item(self, row: Row, trial: int) -> None:
        if self.stopped_by:
            return
        runtime = self._runtime
        scope = self._scope(row, trial)
        frame = Frame(runtime, scope)
        frame.trace = runtime.ids.trace_id()
        started = runtime.clock.now_ns()
        output: bytes | None = None
        error: str | None = None
        failure: Exception | None = None
        try:
            with entered(frame):
                output = codecs.encode(await call_step(self._step, row.arguments, self._threads))
        except _UNUSABLE:  # not this item's failure: nobody's result could be kept
            raise
        except Exception as problem:  # an item's failure is the item's
            error = told(problem)
            failure = problem
            self._stop_for(first(problem))
        self._note(row, error, failure)
        bodies: list[bytes] = []
        given = refer(_encoded(row.arguments | row.metadata), bodies)
        answer = None if output is None else refer(output, bodies)
        runtime.store.runs.put_item(
            ItemRow(
                run=self._row.id,
                index=row.index,
                trial=trial,
                status="ok" if error is None else "failed",
                input=given,
                output=answer,
                error=error,
                trace=frame.trace,
                subject=scope.subject,
                started_ns=started,
                ended_ns=runtime.clock.now_ns(),
            ),
            bodies,
        )
        self._on_progress(self.progress())
        if self.after is not None and not self.stopped_by:
            self.stopped_by = await self.after(row.index, trial) or self.stopped_by

    def _stop_for(self, problem: BaseException) -> None:
        """Begin no further item where each would meet the same: the money is spent, or a model is not there."""
        if isinstance(problem, BudgetExceeded | PriceUnknown | SetupError) and self._refusal is None:
            self.stopped_by = str(problem)
            self._refusal = problem

    def _scope(self, row: Row, trial: int) -> Scope:
        options = self._options
        return Scope(
            run=self._row.id,
            item=row.index,
            trial=trial,
            principal=options.principal,
            subject=str(row.metadata.get(SUBJECT_KEY, "")),
            budget=self._budget,
            totals=self.totals,
            refresh=options.refresh,
        )

    def _note(self, row: Row, error: str | None, failure: Exception | None) -> None:
        if error is None or failure is None:
            self._ok += 1
            return
        self._failed += 1
        if len(self._errors) < _ERRORS_KEPT:
            self._errors.append((row.index, error))
            self._problems.append(failure)

    def progress(self) -> Progress:
        """Say where the run stands."""
        elapsed = self._runtime.clock.monotonic() - self._began
        return Progress(self._ok + self._failed, self._total, self._failed, self.totals, elapsed)

    def end(self, status: RunStatus, stopped_by: str) -> RunReport:
        """Write the run's final row and return the report."""
        runtime = self._runtime
        report = RunReport(
            run=self._row.id,
            target=self._row.target,
            items=self._total,
            ok=self._ok,
            failed=self._failed,
            status=status,
            totals=self.totals,
            wall_s=runtime.clock.monotonic() - self._began,
            stopped_by=stopped_by,
            first_errors=tuple(self._errors),
            problems=tuple(self._problems),
            refusal=self._refusal,
        )
        runtime.recorder.flush()
        runtime.store.runs.finish(
            structs.replace(
                self._row,
                ended_ns=runtime.clock.now_ns(),
                status=status,
                ok=self._ok,
                failed=self._failed,
                summary=msgspec.json.encode(report.as_json() | {"stopped_by": stopped_by}),
            )
        )
        return report


async def call_step(step: Step[..., Any], arguments: dict[str, Any], threads: Executor | None = None) -> Any:
    """Call a step of any form to its end; a stream gives the list of its chunks. A sync one is called in a thread."""
    match step.form:
        case "async":
            return await step(**arguments)
        case "sync":
            return await _in_a_thread(threads, lambda: step(**arguments))
        case "stream":
            stream: AsyncIterator[Any] = step(**arguments)
            return [chunk async for chunk in stream]
        case "sync-stream":
            return await _in_a_thread(threads, lambda: list(step(**arguments)))


async def _in_a_thread(threads: Executor | None, call: Callable[[], Any]) -> Any:
    return await asyncio.get_running_loop().run_in_executor(threads, copy_context().run, call)


def first(problem: BaseException) -> BaseException:
    """Return what went wrong first, out of whatever groups tasks have wrapped it in."""
    while isinstance(problem, BaseExceptionGroup):
        problem = cast("BaseExceptionGroup[BaseException]", problem).exceptions[0]
    return problem


def _encoded(value: dict[str, Any]) -> bytes:
    try:
        return codecs.encode(value)
    except NoCodec:
        return codecs.encode({name: repr(each) for name, each in value.items()})

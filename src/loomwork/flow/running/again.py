"""Recorded calls of a step once more: only what changed runs, what acts on the outside is answered from the record.

Each recorded trace is an item. What its calls said is taken from its own record as long as nothing that decides them
has changed, so an answer differs only because of a change, never because a model says something else today.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, get_args

import msgspec
from msgspec import Struct, structs

from loomwork.flow.context import Budget, Scope, entered
from loomwork.flow.keys import Keyed
from loomwork.flow.lookup import Found, drawn
from loomwork.flow.places import told
from loomwork.flow.record import body_of
from loomwork.flow.replaying import CALL, Recording, beneath
from loomwork.flow.running.runner import Progress, call_step, first
from loomwork.flow.running.totals import RunTotals
from loomwork.flow.runtime import Runtime
from loomwork.flow.step import Step
from loomwork.kernel import codecs
from loomwork.kernel.bodies import Reference, refer
from loomwork.kernel.canonical import combine
from loomwork.kernel.errors.base import LoomworkError, SetupError
from loomwork.kernel.errors.flow import BudgetExceeded, NotRecorded, PriceUnknown
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing, StoreError
from loomwork.store.rows import CallRow, ItemRow, RunRow, RunStatus

Outcome = Literal["same", "changed", "recovered", "failed", "diverged"]
"""`recovered`: there was no answer then, and there is one now. Without an answer now it is failed, as before or not."""


class Recorded(Struct, frozen=True, kw_only=True):
    """A recorded call of the step, to be made once more."""

    trace: str
    call: CallRow
    subject: str = ""


class Again(Struct, frozen=True, kw_only=True):
    """One recorded call, made once more."""

    index: int
    trace: str
    replay: str
    """The trace that it made now."""
    outcome: Outcome
    before: Reference | None = None
    after: Reference | None = None
    """The encoded answers; None where there was none."""
    error_before: str = ""
    error: str = ""


class AgainReport(Struct, frozen=True, kw_only=True):
    """What it came to."""

    run: str
    target: str
    items: int
    outcomes: dict[Outcome, int]
    differing: tuple[Again, ...]
    """All but those with the same answer, by index."""
    totals: RunTotals
    wall_s: float
    status: RunStatus
    stopped_by: str = ""
    refusal: LoomworkError | None = None

    @property
    def failed(self) -> int:
        """Calls without an answer now."""
        return self.outcomes["failed"] + self.outcomes["diverged"]


class _Taken(Recording):
    """A recording that answers models, too, as long as they are asked the same with the same settings."""

    def given(self, step: Step[..., Any], keyed: Keyed, draw: int | None) -> Found | None:
        found = super().given(step, keyed, draw)
        if found is not None or step.kind != "model":
            return found
        recorded = self.recorded(step.name, keyed.inputs)
        if recorded is None or recorded.key != drawn(keyed.key, draw):
            return None
        return self.found(recorded)


def recorded_calls(runtime: Runtime, step: Step[..., Any], traces: Sequence[str]) -> Iterator[Recorded]:
    """Yield the outermost call of a step in each trace; traces without one are passed over."""
    for trace in traces:
        for span in runtime.store.spans.trace(trace):
            if span.name != step.name:
                continue
            name = span.attributes.get(CALL)
            call = runtime.store.calls.get(name) if isinstance(name, str) else runtime.store.calls.of_span(span.span)
            if call is not None:
                yield Recorded(trace=trace, call=call, subject=span.subject)
                break


async def run_again(
    runtime: Runtime,
    step: Step[..., Any],
    calls: Sequence[Recorded],
    *,
    overrides: dict[str, Any] | None = None,
    concurrency: int = 16,
    budget: Budget | None = None,
    meta: dict[str, Any] | None = None,
    on_progress: Callable[[Progress], None] = lambda _progress: None,
) -> AgainReport:
    """Make recorded calls once more with the present code and settings; every answer is in the store, as a run's.

    Args:
        runtime: Where calls are made.
        step: What was called.
        calls: The recorded calls.
        overrides: Results of steps that are set by hand.
        concurrency: Calls side by side.
        budget: What may be spent.
        meta: How the run was started.
        on_progress: Told after each call.

    Raises:
        StoreError: The store can keep no more.
    """
    run = _AgainRun(
        runtime, step, calls, overrides=overrides or {}, budget=budget, meta=meta or {}, on_progress=on_progress
    )
    run.begin()
    try:
        await run.all(concurrency)
    except asyncio.CancelledError:
        return run.end("stopped", "interrupted")
    except BaseException as problem:
        with contextlib.suppress(StoreError):
            run.end("failed", "an error outside the items")
        raise first(problem) from None
    return run.end("stopped" if run.refusal is not None else "done", str(run.refusal or ""))


class _Made(Struct, kw_only=True):
    trace: str
    started_ns: int
    given: bytes | None
    answer: bytes | None = None
    error: str = ""
    outcome: Outcome = "failed"


class _AgainRun:
    def __init__(
        self,
        runtime: Runtime,
        step: Step[..., Any],
        calls: Sequence[Recorded],
        *,
        overrides: dict[str, Any],
        budget: Budget | None,
        meta: dict[str, Any],
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._runtime = runtime
        self._step = step
        self._calls = calls
        self._overrides = overrides
        self._budget = budget
        self._on_progress = on_progress
        self.refusal: LoomworkError | None = None
        self._totals = RunTotals()
        self._outcomes: dict[Outcome, int] = dict.fromkeys(get_args(Outcome), 0)
        self._differing: list[Again] = []
        self._began = runtime.clock.monotonic()
        self._row = RunRow(
            id=runtime.ids.run_id(),
            target=step.name,
            started_ns=runtime.clock.now_ns(),
            dataset=combine("traces", *(each.trace for each in calls)),
            items=len(calls),
            pid=os.getpid(),
            meta=msgspec.json.encode(meta | {"trials": 1, "limit": None}),
        )

    def begin(self) -> None:
        self._runtime.store.runs.start(self._row)

    async def all(self, concurrency: int) -> None:
        waiting = iter(enumerate(self._calls))

        async def worker() -> None:
            for index, recorded in waiting:
                if self.refusal is not None:
                    return
                await self._one(index, recorded)

        async with asyncio.TaskGroup() as group:
            for _ in range(max(1, min(concurrency, len(self._calls)))):
                group.create_task(worker())

    async def _one(self, index: int, recorded: Recorded) -> None:
        runtime, call = self._runtime, recorded.call
        scope = Scope(
            run=self._row.id, item=index, trial=call.trial, subject=recorded.subject, budget=self._budget,
            totals=self._totals, source=_Taken(runtime, beneath(runtime, call), self._overrides),
        )  # fmt: skip
        frame = runtime.root(scope)
        frame.trace = runtime.ids.trace_id()
        started = runtime.clock.now_ns()
        made = _Made(trace=frame.trace, started_ns=started, given=_given(runtime, call))
        if made.given is None:
            made.error, made.outcome = "its arguments are not kept any more", "diverged"
        else:
            try:
                with entered(frame):
                    made.answer = codecs.encode(await call_step(self._step, codecs.decode(made.given)))
            except StoreError:
                raise
            except Exception as problem:  # an item's failure is the item's
                made.error = told(problem)
                made.outcome = "diverged" if isinstance(problem, NotRecorded) else "failed"
                if isinstance(problem, BudgetExceeded | PriceUnknown | SetupError):
                    self.refusal = problem
        self._note(index, recorded, made)

    def _note(self, index: int, recorded: Recorded, made: _Made) -> None:
        runtime, call = self._runtime, recorded.call
        before = None if call.result is None else _body(runtime, call.result)
        outcome = made.outcome
        if made.answer is not None:
            outcome = "recovered" if call.error else "same" if made.answer == before else "changed"
        bodies: list[bytes] = []
        after = None if made.answer is None else refer(made.answer, bodies)
        row = ItemRow(
            run=self._row.id, index=index, trial=0, status="failed" if made.answer is None else "ok",
            input=refer(made.given or b"", bodies), output=after, error=made.error or None, trace=made.trace,
            subject=recorded.subject, started_ns=made.started_ns, ended_ns=runtime.clock.now_ns(),
        )  # fmt: skip
        runtime.store.runs.put_item(row, bodies)
        self._outcomes[outcome] += 1
        if outcome != "same":
            again = Again(
                index=index, trace=recorded.trace, replay=made.trace, outcome=outcome, before=call.result, after=after,
                error_before=call.error or "", error=made.error,
            )  # fmt: skip
            self._differing.append(again)
        elapsed = runtime.clock.monotonic() - self._began
        done = sum(self._outcomes.values())
        failed = self._outcomes["failed"] + self._outcomes["diverged"]
        self._on_progress(Progress(done, len(self._calls), failed, self._totals, elapsed))

    def end(self, status: RunStatus, stopped_by: str) -> AgainReport:
        runtime = self._runtime
        report = AgainReport(
            run=self._row.id, target=self._row.target, items=len(self._calls), outcomes=self._outcomes,
            differing=tuple(sorted(self._differing, key=lambda each: each.index)), totals=self._totals,
            wall_s=runtime.clock.monotonic() - self._began, status=status, stopped_by=stopped_by,
            refusal=self.refusal,
        )  # fmt: skip
        runtime.recorder.flush()
        ok = sum(self._outcomes.values()) - report.failed
        head = {"run": report.run, "target": report.target, "items": report.items, "ok": ok, "failed": report.failed}
        summary = head | report.totals.as_json() | {"wall_s": round(report.wall_s, 3), "stopped_by": stopped_by}
        row = structs.replace(
            self._row, ended_ns=runtime.clock.now_ns(), status=status, ok=ok, failed=report.failed,
            summary=msgspec.json.encode(summary),
        )  # fmt: skip
        runtime.store.runs.finish(row)
        return report


def _given(runtime: Runtime, call: CallRow) -> bytes | None:
    """Return the encoded arguments of a call; None where they are not kept."""
    record = runtime.lookup.record(call.record)
    body = None if record is None else body_of(record)
    if body is None or isinstance(body, bytes):
        return body
    return _body(runtime, body)


def _body(runtime: Runtime, at: Reference) -> bytes | None:
    try:
        return runtime.store.blobs.get(at)
    except (BlobMissing, BlobCorrupt):
        return None

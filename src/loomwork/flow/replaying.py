"""Replay a recorded trace from a change on, with the present code and without side effects.

Recorded calls are matched by step and inputs. What touched the outside is answered from the record; a pure step or a
model call that the record does not answer runs; anything else that is unmatched raises `NotRecorded`.
"""

from __future__ import annotations

from typing import Any, cast

from msgspec import Struct

from loomwork.flow.context import Scope, entered
from loomwork.flow.keys import Keyed, find
from loomwork.flow.lookup import Found, drawn
from loomwork.flow.preview import preview
from loomwork.flow.record import Record, body_of
from loomwork.flow.running.runner import call_step
from loomwork.flow.running.totals import RunTotals
from loomwork.flow.runtime import Runtime
from loomwork.flow.step import Step
from loomwork.kernel import codecs
from loomwork.kernel.bodies import reference, within
from loomwork.kernel.canonical import Digest
from loomwork.kernel.errors.base import SetupError
from loomwork.kernel.errors.flow import NoSuchTrace, NotRecorded, UnknownStep
from loomwork.store.rows import REPLAYS, CallRow, SpanRow

CALL = "loomwork.call"
"""The attribute of a span that names the executed call behind it."""
_PURE_KINDS = {"step", "model", "prompt"}
"""Kinds whose bodies may run in a replay, unless the record says that they touched the outside."""


class Recording:
    """The calls of one recorded trace, and results set by hand."""

    def __init__(self, runtime: Runtime, calls: list[CallRow], overrides: dict[str, Any]) -> None:
        self._runtime = runtime
        self._overrides = overrides
        self._calls: dict[tuple[str, Digest], CallRow] = {}
        self._acted: set[str] = set()
        """Names of steps that touched the outside in the recording."""
        for call in calls:
            record = runtime.lookup.record(call.record)
            if record is not None and record.outside:
                self._acted.add(call.step)
            if call.status == "ok":
                self._calls[call.step, call.inputs] = call

    def given(self, step: Step[..., Any], keyed: Keyed, draw: int | None) -> Found | None:
        """Answer from what was set by hand, then from what acted."""
        short = step.name.rpartition(":")[2]
        for name in (step.name, short):
            if name in self._overrides:
                return self._set(step, keyed, draw, self._overrides[name])
        recorded = self._calls.get((step.name, keyed.inputs))
        if recorded is None or not self._acts(step, keyed):
            return None
        return self.found(recorded)

    def recorded(self, step: str, inputs: Digest) -> CallRow | None:
        """Return the recorded call of a step with these inputs."""
        return self._calls.get((step, inputs))

    def found(self, call: CallRow) -> Found | None:
        """Return a recorded call as an answer; None where its record is lost."""
        record = self._runtime.lookup.record(call.record)
        return None if record is None else Found(call, record, self._runtime.lookup.worth(call, record))

    def may_run(self, step: Step[..., Any], keyed: Keyed) -> bool:
        """Say whether a body may run: pure steps and models, nothing that acts."""
        return not self._acts(step, keyed)

    def _acts(self, step: Step[..., Any], keyed: Keyed) -> bool:
        return step.kind not in _PURE_KINDS or step.name in self._acted or bool(keyed.behaviour.outside)

    def _set(self, step: Step[..., Any], keyed: Keyed, draw: int | None, value: Any) -> Found:
        data = codecs.encode(value)
        result = reference(data)
        if within(result) is None:
            self._runtime.store.blobs.put(data)
        held = self._runtime.keys.value(value, lambda: (step.name, "the value given"))
        key = drawn(keyed.key, draw)
        row = CallRow(
            id="",
            key=key,
            step=step.name,
            kind=step.kind,
            behaviour=keyed.behaviour.digest,
            inputs=keyed.inputs,
            run="",
            item=-1,
            trial=0,
            status="ok",
            reuse="never",
            result=result,
            value=held.digest,
            observed=key,
            record=key,
            created_ns=self._runtime.clock.now_ns(),
        )
        return Found(row, Record(result_code=held.code, preview_out=preview(value)), self._runtime.keys.worth(held))


class Replay(Struct, frozen=True, kw_only=True):
    """What a replay came to."""

    trace: str
    new_trace: str
    step: str
    status: str
    """`same`, `changed`, `diverged` or `failed`."""
    before: Any
    after: Any
    error: str
    totals: RunTotals

    def as_json(self) -> dict[str, Any]:
        """Return the object of `replay --json`."""
        head = {"trace": self.trace, "replay": self.new_trace, "target": self.step, "status": self.status}
        return head | {"before": self.before, "after": self.after, "error": self.error or None} | self.totals.as_json()


async def replay(runtime: Runtime, trace: str, *, overrides: dict[str, Any]) -> Replay:
    """Run the root step of a recorded trace again over its record. `overrides`: step name -> its result.

    Raises:
        NoSuchTrace: The store has no such trace, or no step call began it.
        UnknownStep: An override names a step that the trace does not hold.
        SetupError: A model that it needs is not there.
    """
    root, calls = _recorded(runtime, trace)
    names = {name for call in calls for name in (call.step, call.step.rpartition(":")[2])}
    for name in overrides:
        if name not in names:
            raise UnknownStep(name=name, option="set", known=", ".join(sorted({call.step for call in calls})))
    found = find(root.step)
    record = runtime.lookup.record(root.record)
    if not isinstance(found, Step) or record is None or (given := body_of(record)) is None:
        raise NoSuchTrace(trace=trace)
    step = cast("Step[..., Any]", found)
    body = given if isinstance(given, bytes) else runtime.store.blobs.get(given)
    arguments: dict[str, Any] = codecs.decode(body)
    totals = RunTotals()
    recording = Recording(runtime, calls, overrides)
    run = REPLAYS + runtime.ids.run_id()
    scope = Scope(run=run, item=root.item, trial=root.trial, totals=totals, source=recording)
    frame = runtime.root(scope)
    frame.trace = runtime.ids.trace_id()
    before = codecs.decode(runtime.store.blobs.get(root.result)) if root.result is not None else None
    status, after, error = await _again(step, arguments, frame)
    runtime.recorder.flush()
    if not status:
        status = "same" if codecs.encode(after) == codecs.encode(before) else "changed"
    return Replay(
        trace=root.trace, new_trace=frame.trace, step=step.name, status=status,
        before=before, after=after, error=error, totals=totals,
    )  # fmt: skip


async def _again(step: Step[..., Any], arguments: dict[str, Any], frame: Any) -> tuple[str, Any, str]:
    try:
        with entered(frame):
            return "", await call_step(step, arguments), ""
    except NotRecorded as error:
        return "diverged", None, str(error)
    except SetupError:
        raise
    except Exception as error:
        return "failed", None, f"{type(error).__name__}: {error}"


def _recorded(runtime: Runtime, trace: str) -> tuple[CallRow, list[CallRow]]:
    """Return the root call of a trace and every call beneath it, those under memos from the runs that made them."""
    spans = runtime.store.spans.trace(trace)
    root_span = _root(spans)
    if root_span is None:
        raise NoSuchTrace(trace=trace)
    root = _call_of(runtime, root_span)
    if root is None:
        raise NoSuchTrace(trace=trace)
    return root, beneath(runtime, root)


def _root(spans: list[SpanRow]) -> SpanRow | None:
    known = {span.span for span in spans}
    return next((span for span in spans if span.parent not in known), None)


def _call_of(runtime: Runtime, span: SpanRow) -> CallRow | None:
    name = span.attributes.get(CALL)
    return runtime.store.calls.get(name) if isinstance(name, str) else runtime.store.calls.of_span(span.span)


def beneath(runtime: Runtime, root: CallRow) -> list[CallRow]:
    """Return a call and every call beneath it, those under memos from the runs that made them."""
    found: dict[str, CallRow] = {}
    waiting = [root]
    while waiting:
        call = waiting.pop()
        if call.id in found:
            continue
        found[call.id] = call
        record = runtime.lookup.record(call.record)
        for inner in record.calls if record is not None else ():
            row = runtime.store.calls.get(inner.call)
            if row is not None:
                waiting.append(row)
    return list(found.values())

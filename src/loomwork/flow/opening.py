"""Open a step call and close it in its caller's frame: key, draw, look-up, observation, spans of hits, counts.

Everything here is what a *caller* sees and owes; what a body produced is `commit`'s.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from loomwork.flow.context import Frame
from loomwork.flow.flight import Pending
from loomwork.flow.keys import Keyed, find
from loomwork.flow.lookup import Found, Missed, drawn, next_draw
from loomwork.flow.record import Arguments, Observed, Record, body_of
from loomwork.flow.step import Step
from loomwork.kernel.bodies import Reference
from loomwork.kernel.canonical import Digest
from loomwork.kernel.labels import Labels

if TYPE_CHECKING:
    from loomwork.flow.commit import Committed
    from loomwork.flow.runtime import Runtime
    from loomwork.trace.feed import Place
    from loomwork.trace.recorder import Span


_NO_LABELS = Labels()


class Opened:
    """One call between its look-up and its end."""

    __slots__ = (
        "args",
        "arguments",
        "began_ns",
        "draw",
        "flight_key",
        "found",
        "frame",
        "full_key",
        "kept",
        "keyed",
        "kwargs",
        "place",
        "seen",
        "step",
    )  # fmt: skip

    def __init__(
        self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any], began_ns: int
    ) -> None:
        self.step = step
        self.frame = frame
        self.args = args
        self.kwargs = kwargs
        self.began_ns = began_ns
        self.place = 0
        """Where the observation goes among the caller's nested calls: its start order."""
        self.seen = 0
        self.arguments: Arguments = Arguments()
        self.kept: dict[str, Any] | None = None
        self.keyed: Keyed
        self.draw: int | None = None
        self.full_key: Digest = Digest("")
        self.flight_key = ""
        self.found: Found | Missed = Missed("new")

    @property
    def since_ns(self) -> int:
        """From when on another's memo of this very call, with equal observations, is taken instead of our own.

        Any is valid that the look-up did not refuse, and it may have been written long before it could be seen. What
        was refused (by `refresh`, by the step's options, for a lost body) must not come back.
        """
        refused = isinstance(self.found, Missed) and self.found.why not in ("new", "call", "read")
        return self.began_ns if refused else 0


class Opener:
    """Opens calls for one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._lock = threading.Lock()
        self._open: set[Frame] = set()
        """Frames of bodies in progress."""

    def open(self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Opened:
        """Key a call and look it up. Raises what a wrong call of the bare function would, or `UnhashableArgument`."""
        runtime = self._runtime
        opened = Opened(step, frame, args, kwargs, runtime.clock.now_ns())
        self._begin(opened)
        keys = runtime.keys
        opened.arguments = keys.arguments(step, args, kwargs)
        if step.settle is not None:
            bound = step.signature.bind(*args, **kwargs)
            bound.apply_defaults()
            opened.kept = step.settle.keep(bound.arguments)
        opened.keyed = keys.keyed(step, opened.arguments, opened.kept)
        if runtime.switches.off:
            runtime.switches.check(step, opened.keyed)
        opened.draw = self._draw(opened)
        opened.full_key = drawn(opened.keyed.key, opened.draw)
        scope = frame.scope
        opened.flight_key = f"{opened.full_key} {step.name} {scope.trial} {scope.who} {scope.run}"
        return self.again(opened)

    def again(self, opened: Opened) -> Opened:
        """Look an opened call up (once more)."""
        opened.found = self._runtime.lookup.memo(opened.step, opened.keyed, opened.frame.scope, opened.draw)
        return opened

    def _begin(self, opened: Opened) -> None:
        """Take the next place among the caller's nested calls. Threads of one step may do so at once."""
        frame = opened.frame
        with self._lock:
            opened.seen = frame.finished
            if frame.step is not None:
                opened.place = len(frame.calls)
                frame.calls.append(None)
        if frame.closed and frame.step is not None:  # its answer can reach any call in progress, unseen
            for each in tuple(self._open):
                each.outside.add(f"a call of {opened.step.name} by a task that outlived {frame.step.name}")

    def inner(self, opened: Opened, attempt: int, flight: Pending | None) -> Frame:
        """Return the frame in which the body runs, with its span started. To be closed with `close`."""
        runtime = self._runtime
        parent = opened.frame
        frame = Frame(runtime, parent.scope, parent=parent, step=opened.step)
        frame.key = opened.full_key
        frame.flight = flight
        frame.own_labels = opened.step.labels
        frame.draw = opened.draw
        frame.slots = opened.keyed.behaviour.slots
        frame.settled = opened.keyed.settled
        frame.watch = runtime.observer.watch()
        frame.watch.begun = frame.calls
        span = frame.span = self._span(opened)
        frame.trace = span.trace
        if attempt:
            span.set("loomwork.attempt", attempt)
        if frame.settled is not None and frame.settled.sampled:
            frame.ambients.add("trial")
        self._open.add(frame)
        if runtime.live.is_watched:
            runtime.live.began(place_of(frame))
        return frame

    def close(self, inner: Frame) -> None:
        """Let a body's frame go, whatever became of it."""
        inner.closed = True
        self._open.discard(inner)
        if self._runtime.live.is_watched:
            self._runtime.live.ended(place_of(inner))
        if inner.watch is not None:
            inner.watch.finish()

    def hit(self, opened: Opened, found: Found, committed: Committed) -> None:
        """Close a call that a memo answered."""
        span = self._span(opened)
        span.mark_cached()
        show_bodies(span, found.record, found.row.result)
        span.set("loomwork.call", found.row.id)
        span.end()
        self._count(opened, "hit")
        self._observe(opened, committed)

    def shared(self, opened: Opened, committed: Committed) -> None:
        """Close a call that joined an identical one in flight."""
        span = self._span(opened)
        span.mark_cached()
        show_bodies(span, committed.record, committed.result)
        span.set("loomwork.call", committed.call)
        span.set("loomwork.shared", value=True)
        span.end()
        self._count(opened, "hit")
        self._observe(opened, committed)

    def ran(self, opened: Opened, committed: Committed) -> None:
        """Close a call whose body ran."""
        self._count(opened, "ran")
        self._observe(opened, committed)

    def failed(self, opened: Opened, labels: Labels = _NO_LABELS) -> None:
        """Close a call that raised: the place of its observation stays empty, which forbids its caller's memo.

        Its error may tell what the body had seen, so the caller takes the labels in.
        """
        self.gains(opened, labels)
        self._count(opened, "failed")

    def gains(self, opened: Opened, labels: Labels) -> None:
        """Let the caller take in the labels of a part of an answer."""
        if labels != _NO_LABELS:
            with self._lock:
                opened.frame.takes_in(labels)

    def _draw(self, opened: Opened) -> int | None:
        """Return which draw of a sampled step this is: the one asked for, else the n-th of its caller."""
        settled = opened.keyed.settled
        if settled is None or not settled.sampled:
            return None
        given = (opened.kept or {}).get("draw")
        if isinstance(given, int):
            return given
        with self._lock:
            return next_draw(opened.frame.draws, opened.keyed.key)

    def _observe(self, opened: Opened, committed: Committed) -> None:
        frame = opened.frame
        frame.ambients |= committed.ambients
        frame.degraded.extend(committed.degraded)
        self.gains(opened, committed.record.labels)
        with self._lock:
            frame.finished += 1
            ended = frame.finished
        if frame.step is None:
            return
        step = opened.step
        frame.calls[opened.place] = Observed(
            slot=_slot(frame.slots, step),
            step=step.name,
            at=step.address if find(step.address) is step else "",
            kind=step.kind,
            arguments=opened.arguments,
            kept=opened.kept,
            draw=opened.draw,
            result=committed.worth,
            after=opened.seen,
            ended=ended,
            call=committed.call,
        )

    def _count(self, opened: Opened, outcome: Any) -> None:
        totals = opened.frame.scope.totals
        if totals is not None:
            totals.called(opened.step.name, opened.step.kind, outcome)

    def _span(self, opened: Opened) -> Span:
        frame = opened.frame
        scope = frame.scope
        return self._runtime.recorder.start(
            opened.step.name,
            kind=opened.step.kind,
            parent=frame.span,
            trace=frame.trace,
            run=scope.run,
            item=scope.item,
            trial=scope.trial,
            subject=scope.subject,
        )


def place_of(frame: Frame) -> Place:
    """Return where in a run a body's frame is, for those who watch."""
    scope = frame.scope
    step = frame.step.name if frame.step is not None else ""
    return scope.run, scope.item, scope.trial, step, frame.span.span if frame.span is not None else ""


def show_bodies(span: Span, record: Record, result: Reference | None) -> None:
    """Attach a call's arguments and result to its span, as far as they are stored."""
    given = body_of(record)
    if given is not None:
        span.body_in(given, record.preview_in)
    if result is not None:
        span.body_out(result, record.preview_out)


def _slot(slots: tuple[object, ...], step: Step[..., Any]) -> int | None:
    for place, each in enumerate(slots):
        if each is step:
            return place
    return None

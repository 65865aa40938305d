"""Open a step call and close it in its caller's frame: key, draw, look-up, observation, spans of hits, counts.

Everything here is what a *caller* sees and owes; what a body produced is `commit`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from loomwork.flow.context import Frame
from loomwork.flow.keys import Keyed
from loomwork.flow.lookup import Found, Missed, drawn
from loomwork.flow.observe import note_beneath
from loomwork.flow.record import Arguments, Observed, Record
from loomwork.flow.step import Step
from loomwork.kernel.canonical import Digest, combine

if TYPE_CHECKING:
    from loomwork.flow.commit import Committed
    from loomwork.flow.runtime import Runtime
    from loomwork.trace.recorder import Span


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
        self.place = len(frame.calls)
        """Where the observation goes among the caller's nested calls: its start order."""
        self.seen = frame.finished
        self.arguments: Arguments = Arguments()
        self.kept: dict[str, Any] | None = None
        self.keyed: Keyed
        self.draw: int | None = None
        self.full_key: Digest = Digest("")
        self.flight_key = ""
        self.found: Found | Missed = Missed("new")


class Opener:
    """Opens calls for one runtime."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime

    def open(self, step: Step[..., Any], frame: Frame, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Opened:
        """Key a call and look it up. Raises what a wrong call of the bare function would, or `UnhashableArgument`."""
        runtime = self._runtime
        opened = Opened(step, frame, args, kwargs, runtime.clock.now_ns())
        frame.calls.append(None)
        if frame.step is not None:
            note_beneath("a step's result kept in a cache")
        keys = runtime.keys
        opened.arguments = keys.arguments(step, args, kwargs)
        if step.settle is not None:
            bound = step.signature.bind(*args, **kwargs)
            bound.apply_defaults()
            opened.kept = step.settle.keep(bound.arguments)
        opened.keyed = keys.keyed(step, opened.arguments, opened.kept)
        opened.draw = _draw(opened)
        opened.full_key = drawn(opened.keyed.key, opened.draw)
        scope = frame.scope
        opened.flight_key = combine(opened.full_key, f"{scope.trial}", scope.who, scope.run)
        return self.again(opened)

    def again(self, opened: Opened) -> Opened:
        """Look an opened call up (once more)."""
        opened.found = self._runtime.lookup.memo(opened.step, opened.keyed, opened.frame.scope, opened.draw)
        return opened

    def inner(self, opened: Opened, attempt: int) -> Frame:
        """Return the frame in which the body runs, with its span started."""
        runtime = self._runtime
        parent = opened.frame
        frame = Frame(runtime, parent.scope, parent=parent, step=opened.step)
        frame.key = opened.full_key
        frame.draw = opened.draw
        frame.slots = opened.keyed.behaviour.slots
        frame.settled = opened.keyed.settled
        frame.watch = runtime.observer.watch()
        span = frame.span = self._span(opened)
        frame.trace = span.trace
        if attempt:
            span.set("loomwork.attempt", attempt)
        if frame.settled is not None and frame.settled.sampled:
            frame.ambients.add("trial")
        return frame

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

    def failed(self, opened: Opened) -> None:
        """Close a call that raised: the place of its observation stays empty, which forbids its caller's memo."""
        self._count(opened, "failed")

    def _observe(self, opened: Opened, committed: Committed) -> None:
        frame = opened.frame
        frame.ambients |= committed.ambients
        frame.degraded.extend(committed.degraded)
        frame.finished += 1
        if frame.step is None:
            return
        frame.calls[opened.place] = Observed(
            slot=_slot(frame.slots, opened.step),
            step=opened.step.name,
            kind=opened.step.kind,
            arguments=opened.arguments,
            kept=opened.kept,
            draw=opened.draw,
            result=committed.worth,
            after=opened.seen,
            ended=frame.finished,
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


def show_bodies(span: Span, record: Record, result: Digest | None) -> None:
    """Attach a call's arguments and result to its span, as far as they are stored."""
    if record.bodies is not None:
        span.body_in(record.bodies, record.preview_in)
    if result is not None:
        span.body_out(result, record.preview_out)


def _slot(slots: tuple[object, ...], step: Step[..., Any]) -> int | None:
    for place, each in enumerate(slots):
        if each is step:
            return place
    return None


def _draw(opened: Opened) -> int | None:
    settled = opened.keyed.settled
    if settled is None or not settled.sampled:
        return None
    given = (opened.kept or {}).get("draw")
    if isinstance(given, int):
        return given
    draws = opened.frame.draws
    key = opened.keyed.key
    number = draws.get(key, 0)
    draws[key] = number + 1
    return number

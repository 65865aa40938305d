"""What the record of a call says: labels, what it depended on, what it called. Knows no body."""

from __future__ import annotations

from loomwork.flow.observe import Observation
from loomwork.flow.record import Record
from loomwork.flow.recordings import CALL, record_of
from loomwork.kernel.labels import Labels
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow, SpanRow
from loomwork.studio.traces.heads import ms
from loomwork.studio.wire.spans import CallBeneath, Fact, Recorded, SpanLabels

_CALLS = 200
_FACTS = 500


def call_of(store: Store, row: SpanRow) -> CallRow | None:
    """Return the call that a span shows, or whose result it took."""
    name = row.attributes.get(CALL)
    if isinstance(name, str):
        return store.calls.get(name)
    return store.calls.of_span(row.span)


def recorded(store: Store, call: CallRow, span: str) -> tuple[Recorded, Record | None]:
    """Return what is recorded of a call, seen from a span that shows it."""
    record = record_of(store, call)
    kept = Record() if record is None else record
    told = Recorded(
        call=call.id,
        step=call.step,
        behaviour=call.behaviour,
        made_ms=ms(call.created_ns),
        run=call.run,
        trace=call.trace,
        span=call.span,
        here=call.span == span,
        reuse=call.reuse,
        arguments={name: value.digest for name, value in kept.inputs.items()},
        settings=kept.shown,
        facts=tuple([_fact(read) for read in kept.reads[:_FACTS]]),
        outside=kept.outside,
        degraded=kept.degraded,
        spoiled=kept.spoiled,
        draw=kept.draw,
        calls=tuple([_beneath(store, each.step, each.kind, each.call) for each in kept.calls[:_CALLS]]),
        more_calls=len(kept.calls) > _CALLS,
    )
    return told, record


def labels_of(labels: Labels) -> SpanLabels:
    """Return labels for the wire."""
    return SpanLabels(
        trusted=labels.trusted_as("user"),
        integrity=labels.integrity,
        origins=tuple(sorted(labels.origins)),
        readers=None if labels.readers is None else tuple(sorted(labels.readers)),
    )


def _fact(read: Observation) -> Fact:
    told = read.describe()
    return Fact(kind=told.kind, what=told.name, seen=told.text)


def _beneath(store: Store, step: str, kind: str, name: str) -> CallBeneath:
    made = store.calls.get(name) if name else None
    return CallBeneath(
        step=step,
        kind=kind,
        call=name,
        trace=made.trace if made is not None else "",
        span=made.span if made is not None else "",
    )

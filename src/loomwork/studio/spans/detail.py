"""One span put together from its row, its bodies and its call's record. Knows no HTTP."""

from __future__ import annotations

from typing import Any, NamedTuple

from loomwork.flow.record import Record
from loomwork.flow.recordings import span_of
from loomwork.kernel.bodies import Reference
from loomwork.kernel.errors.studio_traces import NoSuchSpan
from loomwork.prompts.seam import NAME, VERSION
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow, SpanRow
from loomwork.studio.spans.bodies import Kept, body_of, kept_body
from loomwork.studio.spans.facts import call_of, labels_of, recorded
from loomwork.studio.spans.messages import Conversation, conversation_of
from loomwork.studio.spans.retrieval import retrieval_of
from loomwork.studio.traces.heads import ms, state_of
from loomwork.studio.wire.spans import PromptUsed, Span
from loomwork.telling.jsonable import jsonable
from loomwork.trace.reading import DETAILS, cost_of, usage_of

_TALKING = frozenset({"model", "agent"})
_ATTRIBUTES = 200
_LONGEST = 8_000


class Looked(NamedTuple):
    """A span with its call and its bodies."""

    row: SpanRow
    call: CallRow | None
    given: Kept | None
    answered: Kept | None


def look_at(store: Store, trace: str, span: str) -> Looked:
    """Return a span; one whose row is gone as far as its call tells. Raises `NoSuchSpan`."""
    row = store.traces.span(trace, span)
    if row is None:
        made = store.calls.of_span(span)
        if made is None or made.trace != trace:
            raise NoSuchSpan(trace=trace, span=span)
        return Looked(span_of(store, made), made, None, _kept(store, made.result))
    return Looked(row, call_of(store, row), _kept(store, row.input), _kept(store, row.output))


def made_at(store: Store, looked: Looked) -> SpanRow:
    """Return the span in which a call was really made: of a hit, another; where that is gone, this one."""
    call = looked.call
    if call is None or call.span == looked.row.span:
        return looked.row
    return store.traces.span(call.trace, call.span) or looked.row


def span_detail(store: Store, trace: str, span: str) -> Span:
    """Return a span and what was kept of it. Raises `NoSuchSpan`."""
    looked = look_at(store, trace, span)
    row, call = looked.row, looked.call
    told, record = (None, None) if call is None else recorded(store, call, row.span)
    talk = _conversation(looked)
    made = made_at(store, looked)
    usage = usage_of(row)
    cost = cost_of(row)
    return Span(
        trace=row.trace,
        span=row.span,
        parent=row.parent,
        name=row.name,
        kind=row.kind,
        state=state_of(row),
        error=row.error or "",
        started_ms=ms(row.start_ns),
        ms=ms(row.end_ns - row.start_ns),
        run=row.run,
        item=row.item,
        trial=row.trial,
        subject=row.subject,
        model=row.model or made.model,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        usage={name: count for name in DETAILS if (count := getattr(usage, name))},
        cost={currency: float(amount) for currency, amount in cost.by_currency().items()},
        unpriced=bool(cost.unpriced),
        input=body_of(looked.given, row.preview_in),
        output=body_of(looked.answered, row.preview_out),
        messages=talk.said,
        more_messages=talk.more,
        attributes=_attributes(row),
        labels=_labels(record),
        record=told,
        retrieval=retrieval_of(made, looked.given, looked.answered),
        prompts=prompts_of(made),
    )


def prompts_of(row: SpanRow) -> tuple[PromptUsed, ...]:
    """Return the prompts that a step filled in."""
    names, versions = _texts(row.attributes.get(NAME)), _texts(row.attributes.get(VERSION))
    return tuple([PromptUsed(name=name, version=version) for name, version in zip(names, versions, strict=False)])


def _kept(store: Store, reference: Reference | None) -> Kept | None:
    return None if reference is None else kept_body(store, reference)


def _conversation(looked: Looked) -> Conversation:
    if looked.row.kind not in _TALKING:
        return Conversation()
    return conversation_of(looked.given, looked.answered)


def _labels(record: Record | None) -> Any:
    return None if record is None else labels_of(record.labels)


def _attributes(row: SpanRow) -> dict[str, Any]:
    """Return the attributes, long texts cut."""
    found = sorted(row.attributes.items())[:_ATTRIBUTES]
    return {name: jsonable(_cut(value)) for name, value in found}


def _cut(value: object) -> object:
    if isinstance(value, str):
        return value if len(value) <= _LONGEST else value[: _LONGEST - 1] + "…"
    text = str(value)
    return value if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _texts(value: object) -> list[str]:
    if isinstance(value, list | tuple):
        return [str(item) for item in value]  # pyright: ignore[reportUnknownVariableType, reportUnknownArgumentType] -- any list will do
    return [value] if isinstance(value, str) else []

"""One item and one call of a run, whole: figures from spans, the rest from the call's record. Knows no page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple, cast

from loomwork.flow.observe import FileRead
from loomwork.flow.record import Record, body_of
from loomwork.kernel.errors.flow import NoSuchRow, NothingRan
from loomwork.kernel.usage import Money
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow, ItemRow, SpanRow
from loomwork.studio.grid.badges import record_of
from loomwork.studio.grid.beneath import Briefs
from loomwork.studio.grid.held import Held
from loomwork.studio.grid.rows import hits_of
from loomwork.studio.grid.scores import item_score
from loomwork.studio.grid.table import FAILED, HIT, RAN
from loomwork.studio.grid.values import Told, plain_value, told, turns_of
from loomwork.studio.wire.runs import (
    Beneath,
    CellAsked,
    CellDetail,
    CellState,
    Item,
    ItemAsked,
    ItemCell,
    ItemScore,
    Origin,
    Turn,
)

_PREVIEW = 200
_MOST_BENEATH = 500


def read_item(store: Store, held: Held, asked: ItemAsked) -> Item:
    """Return one item. Raises `NoSuchRow`."""
    at = held.table.find(asked.index, asked.trial)
    if at is None:
        raise NoSuchRow(run=held.run.id, row=asked.index)
    row = held.read(at, longest=_PREVIEW)
    item = store.runs.item(held.run.id, asked.index, asked.trial)
    given = plain_value(store, None if item is None else item.input)
    arguments, metadata = _split(store, held, at, given)
    output = told(plain_value(store, None if item is None else item.output))
    inputs, more = told(arguments), told(metadata)
    return Item(
        run=held.run.id,
        index=row.index,
        trial=row.trial,
        state=row.state,
        input=inputs.json,
        metadata=more.json,
        output=output.json,
        output_text=output.text,
        error="" if item is None else item.error or "",
        trace=row.trace,
        started_ms=0.0 if item is None else item.started_ns / 1e6,
        ms=row.ms,
        cut=inputs.cut or more.cut or output.cut,
        cells=tuple(
            ItemCell(step=slot.name, state=cell.state, ms=cell.ms, preview=cell.preview, count=cell.count)
            for slot, cell in zip(held.table.slots, row.cells, strict=False)
            if cell is not None
        ),
        scores=tuple(_scores(store, held, asked)),
    )


def _scores(store: Store, held: Held, asked: ItemAsked) -> Iterator[ItemScore]:
    for row in store.scores.of_item(held.run.id, asked.index, asked.trial):
        scored = held.scores[row.scorer]
        if scored is not None:
            yield item_score(scored, row)


def _split(store: Store, held: Held, at: int, given: Any) -> tuple[Any, Any]:
    """Part what the step was given from the dataset's further keys, as the target's record tells them apart."""
    if not isinstance(given, dict):
        return given, None
    values = cast("dict[str, Any]", given)
    shown = store.spans.at([held.table.slots[0].n[at]])
    call = next((store.calls.get(each.call) for each in shown.values() if each.call), None)
    record = None if call is None else record_of(store, call)
    if record is None:
        return values, None
    metadata = {name: each for name, each in values.items() if name not in record.inputs}
    return {name: each for name, each in values.items() if name in record.inputs}, metadata or None


class _Call(NamedTuple):
    """One call as far as it is known: its span in this run, its row and its record."""

    span: SpanRow | None
    row: CallRow | None
    record: Record | None


def read_cell(store: Store, held: Held, asked: CellAsked) -> CellDetail:
    """Return one call. Raises `NoSuchRow`, `NothingRan`."""
    at = held.table.find(asked.index, asked.trial)
    if at is None:
        raise NoSuchRow(run=held.run.id, row=asked.index)
    item = store.runs.item(held.run.id, asked.index, asked.trial)
    spans = _spans(store, held, at, item)
    own = _calls([span for span in spans if span.name == asked.step])
    if own:
        count = len(own)
        chosen = own[min(max(0, asked.nth), count - 1)]
        call = _of_span(store, chosen)
    else:
        under = _beneath_hits(store, held, at, asked.step)
        if not under:
            raise NothingRan(run=held.run.id, step=asked.step)
        count = len(under)
        row = store.calls.get(under[min(max(0, asked.nth), count - 1)])
        call = _Call(None, row, None if row is None else record_of(store, row))
    return _detail(store, held, asked, call, count, spans)


def _detail(
    store: Store, held: Held, asked: CellAsked, call: _Call, count: int, spans: Sequence[SpanRow]
) -> CellDetail:
    span, row, record = call
    arguments = plain_value(store, _body(call))
    given, output = told(arguments), _output(store, call)
    state = _state(span)
    beneath = _beneath(store, call, spans)
    return CellDetail(
        run=held.run.id,
        index=asked.index,
        trial=asked.trial,
        step=asked.step,
        nth=min(max(0, asked.nth), count - 1),
        count=count,
        kind=span.kind if span is not None else row.kind if row is not None else "step",
        state=cast("CellState", state),
        ms=0.0 if span is None else (span.end_ns - span.start_ns) / 1e6,
        arguments=given.json,
        arguments_text=given.text,
        output=output.json,
        output_text=output.text,
        error=(span.error or "") if span is not None else "",
        input_tokens=0 if span is None else span.input_tokens,
        output_tokens=0 if span is None else span.output_tokens,
        cost={} if span is None or span.cached or record is None else _money(record.cost_micros),
        model="" if span is None else span.model,
        settings={} if record is None else record.shown,
        messages=_messages(store, arguments, record),
        prompts=() if record is None else tuple(each.path for each in record.reads if isinstance(each, FileRead)),
        outside=() if record is None else record.outside,
        not_memoised=() if record is None else record.spoiled,
        trace="" if span is None else span.trace,
        span="" if span is None else span.span,
        origin=_origin(row) if state == HIT and row is not None else None,
        behaviour="" if row is None else row.behaviour,
        calls=beneath,
        cut=given.cut or output.cut,
    )


def _spans(store: Store, held: Held, at: int, item: ItemRow | None) -> Sequence[SpanRow]:
    if item is not None:
        return store.spans.trace(item.trace)
    places = [slot.n[at] for slot in held.table.slots if slot.n[at]]
    shown = next(iter(store.spans.at(places[:1]).values()), None)
    return () if shown is None else store.spans.trace(shown.trace)


def _calls(spans: Sequence[SpanRow]) -> list[SpanRow]:
    """Return the last attempt at each call."""
    found: list[SpanRow] = []
    for span in spans:
        if span.attributes.get("loomwork.attempt") and found:
            found[-1] = span
        else:
            found.append(span)
    return found


def _of_span(store: Store, span: SpanRow) -> _Call:
    name = span.attributes.get("loomwork.call")
    row = store.calls.get(name) if isinstance(name, str) else store.calls.of_span(span.span)
    return _Call(span, row, None if row is None else record_of(store, row))


def _beneath_hits(store: Store, held: Held, at: int, step: str) -> list[str]:
    """Return the calls of a step that lie beneath a row's hits."""
    places = [slot.n[at] for slot in held.table.slots if slot.n[at]]
    hits = hits_of(store, held.table, at, store.spans.at(places))
    under = Briefs(store).beneath(hits)
    return [brief.call for call in hits for brief in under.get(call, ()) if brief.step == step]


def _state(span: SpanRow | None) -> int:
    if span is None or span.cached:
        return HIT
    return FAILED if span.status == "error" else RAN


def _body(call: _Call) -> Any:
    if call.span is not None and call.span.input is not None:
        return call.span.input
    found = None if call.record is None else body_of(call.record)
    return f"={found.decode('latin-1')}" if isinstance(found, bytes) else found


def _output(store: Store, call: _Call) -> Told:
    reference = call.span.output if call.span is not None else call.row.result if call.row is not None else None
    found = told(plain_value(store, reference))
    if not found.text and call.span is not None:
        return Told(text=call.span.preview_out)
    return found


def _messages(store: Store, arguments: Any, record: Record | None) -> tuple[Turn, ...]:
    """Return what a model was sent: by this call, or by the one call beneath it that asks one."""
    own = turns_of(arguments)
    if own or record is None:
        return own
    models = [each.call for each in record.calls if each.kind == "model" and each.call]
    rows = list(store.calls.many(models).values()) if len(models) == 1 else []
    inner = record_of(store, rows[0]) if rows else None
    return () if inner is None else turns_of(plain_value(store, _body(_Call(None, None, inner))))


def _beneath(store: Store, call: _Call, spans: Sequence[SpanRow]) -> tuple[Beneath, ...]:
    if call.span is not None and not call.span.cached:
        under = _calls([span for span in spans if span.parent == call.span.span])
        return tuple(_of_child(span) for span in under[:_MOST_BENEATH])
    if call.record is None:
        return ()
    names = [each.call for each in call.record.calls if each.call][:_MOST_BENEATH]
    rows = store.calls.many(names)
    return tuple(_of_call(store, rows[name]) for name in names if name in rows)


def _of_child(span: SpanRow) -> Beneath:
    return Beneath(
        step=span.name,
        kind=span.kind,
        state=cast("CellState", _state(span)),
        ms=(span.end_ns - span.start_ns) / 1e6,
        preview=span.error or span.preview_out,
        trace=span.trace,
        span=span.span,
    )


def _of_call(store: Store, row: CallRow) -> Beneath:
    record = record_of(store, row)
    preview = "" if record is None else record.preview_out
    return Beneath(step=row.step, kind=row.kind, state=HIT, ms=0.0, preview=preview, trace=row.trace, span=row.span)


def _origin(row: CallRow) -> Origin:
    return Origin(
        run=row.run, item=row.item, trial=row.trial, trace=row.trace, span=row.span, made_ms=row.created_ns / 1e6
    )


def _money(micros: dict[str, int]) -> dict[str, float]:
    return {currency: float(Money(amount, currency).amount) for currency, amount in micros.items()}

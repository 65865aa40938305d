"""A trace in a line of a list: its root, and what the spans beneath came to. Knows no HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from loomwork.kernel.errors.flow import NoSuchTrace
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow
from loomwork.studio.wire.traces import State, TraceHead, TraceTotals
from loomwork.trace.outline import Outline, sums_of
from loomwork.trace.reading import totals

COUNTED = 200
"""Spans of a trace that are added up for a list."""
_STATES: dict[str, State] = {"ok": "ok", "error": "failed", "unset": "unset"}


def ms(ns: int) -> float:
    """Return milliseconds, to the microsecond."""
    return round(ns / 1_000_000, 3)


def state_of(row: SpanRow) -> State:
    """Return how a span ended."""
    return "hit" if row.cached and row.status != "error" else _STATES[row.status]


def head_of(store: Store, root: SpanRow) -> TraceHead:
    """Return a trace's line."""
    rows = store.traces.spans(root.trace, limit=COUNTED)
    sums = totals(rows)
    partial = len(rows) == COUNTED
    return TraceHead(
        trace=root.trace,
        span=root.span,
        name=root.name,
        kind=root.kind,
        state=state_of(root),
        started_ms=ms(root.start_ns),
        ms=ms(root.end_ns - root.start_ns),
        run=root.run,
        item=root.item,
        trial=root.trial,
        input=root.preview_in,
        output=root.preview_out,
        error=root.error or "",
        spans=store.traces.count(root.trace) if partial else len(rows),
        failed=sums.failed,
        hits=sums.cached,
        models=tuple(sorted(name for name in sums.models if name)),
        input_tokens=sums.usage.input_tokens,
        output_tokens=sums.usage.output_tokens,
        cost={currency: float(amount) for currency, amount in sums.cost.by_currency().items()},
        unpriced_calls=sums.cost.unpriced,
        partial=partial,
    )


def with_ratings(store: Store, heads: Sequence[TraceHead]) -> tuple[TraceHead, ...]:
    """Return the lines with what people said of them."""
    said = store.feedback.of([head.trace for head in heads])
    rated = {trace: [row.rating for row in rows] for trace, rows in said.items()}

    def told(head: TraceHead) -> TraceHead:
        ratings = rated.get(head.trace)
        return head if ratings is None else replace(head, up=ratings.count(1), down=ratings.count(-1))

    return tuple([told(head) for head in heads])


def totals_of(trace: str, root: SpanRow | None, of: Outline) -> TraceTotals:
    """Return what a whole trace came to. Raises `NoSuchTrace` where its root has gone since."""
    if root is None:
        raise NoSuchTrace(trace=trace)
    came = sums_of(of)
    return TraceTotals(
        trace=trace,
        name=root.name,
        kind=root.kind,
        state=state_of(root),
        error=root.error or "",
        run=root.run,
        item=root.item,
        trial=root.trial,
        started_ms=ms(min(of.starts)),
        ms=ms(max(of.ends) - min(of.starts)),
        spans=len(of.lines),
        failed=came.failed,
        hits=came.cached,
        input_tokens=came.input_tokens,
        output_tokens=came.output_tokens,
        cost={currency: float(amount) for currency, amount in came.cost.by_currency().items()},
        unpriced_calls=came.cost.unpriced,
        models=came.models,
    )

"""How an answer was made, as lines that a person reads: the spans of a trace in order. Pure; knows no store."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from loomwork.gateway.trying.values import HowMade, Made
from loomwork.store.rows import SpanRow

MOST = 300
"""Lines that are sent."""
_DEEPEST = 40


def outline(trace: str, spans: Sequence[SpanRow], *, more: bool = False) -> HowMade:
    """Return the lines of a trace: what was called beneath what, in the order in which it began."""
    here = {span.span for span in spans}
    beneath: dict[str, list[SpanRow]] = {}
    for span in sorted(spans, key=lambda each: each.start_ns):
        beneath.setdefault(span.parent if span.parent in here else "", []).append(span)
    lines = tuple(_lines(beneath))
    return HowMade(trace=trace, lines=lines[:MOST], more=more or len(lines) > MOST)


def _lines(beneath: dict[str, list[SpanRow]]) -> Iterator[Made]:
    waiting = [(span, 0) for span in reversed(beneath.get("", []))]
    met: set[str] = set()
    while waiting:
        span, depth = waiting.pop()
        if span.span in met:
            continue
        met.add(span.span)
        yield _line(span, min(depth, _DEEPEST))
        waiting += [(each, depth + 1) for each in reversed(beneath.get(span.span, []))]


def _line(span: SpanRow, depth: int) -> Made:
    return Made(
        depth=depth,
        name=span.name.rpartition(":")[2],
        kind=span.kind,
        ms=(span.end_ns - span.start_ns) / 1e6,
        state="failed" if span.status == "error" else "kept" if span.cached else "ok",
        model=span.model,
        tokens=span.input_tokens + span.output_tokens,
        given=span.preview_in,
        gave=span.preview_out,
        error=span.error or "",
    )

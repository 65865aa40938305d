"""`/api/traces/{trace}/spans/{span}`: one span with its bodies, messages, labels, record and retrieval."""

from __future__ import annotations

from loomwork.kernel.errors.studio_traces import NoSuchSpan
from loomwork.studio.endpoints import Endpoint, File
from loomwork.studio.spans.bodies import json_of, text_of
from loomwork.studio.spans.detail import look_at, span_detail
from loomwork.studio.studio import Studio
from loomwork.studio.wire.spans import BodyAsked, Span, SpanAsked

_MEDIA = {"text": "text/plain; charset=utf-8", "json": "application/json", "raw": "application/octet-stream"}
_ENDS = {"text": "txt", "json": "json", "raw": "bin"}


def get_span(studio: Studio, asked: SpanAsked) -> Span:
    """Return one span."""
    return span_detail(studio.store, asked.trace, asked.span)


def get_body(studio: Studio, asked: BodyAsked) -> File:
    """Return a whole body."""
    looked = look_at(studio.store, asked.trace, asked.span)
    kept = looked.given if asked.side == "input" else looked.answered
    if kept is None or kept.state == "lost":
        raise NoSuchSpan(trace=asked.trace, span=f"{asked.span}/{asked.side}")
    form = asked.form if kept.state == "whole" else "raw"
    content = {"text": lambda: text_of(kept).encode(), "json": lambda: json_of(kept), "raw": lambda: kept.data}[form]()
    name = f"{asked.span}-{asked.side}.{_ENDS[form]}"
    return File(name=name, media=_MEDIA[form], content=content)


ENDPOINTS = (
    Endpoint(
        name="get_span",
        method="GET",
        path="/api/traces/{trace}/spans/{span}",
        tells="One span and what was kept of it; long bodies are cut.",
        call=get_span,
        asked=SpanAsked,
        gives=Span,
    ),
    Endpoint(
        name="get_body",
        method="GET",
        path="/api/traces/{trace}/spans/{span}/body",
        tells="The whole input or output of a span.",
        call=get_body,
        asked=BodyAsked,
        form="file",
    ),
)

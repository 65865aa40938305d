"""`/api/traces/{trace}/spans/{span}`: one span with its bodies, messages, labels, record and retrieval."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint, File
from loomwork.studio.studio import Studio
from loomwork.studio.wire.spans import BodyAsked, Span, SpanAsked


def get_span(studio: Studio, asked: SpanAsked) -> Span:
    """Return one span."""
    raise NoSuchPlace(path=asked.span)


def get_body(studio: Studio, asked: BodyAsked) -> File:
    """Return a whole body."""
    raise NoSuchPlace(path=asked.span)


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

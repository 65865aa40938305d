"""Map our rows to OTLP spans and back. Knows no encoding; the older names it reads are data in `semconv`."""

from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple, cast

import msgspec

from loomwork.kernel.bodies import digest_of, reference, within
from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.store.rows import SpanRow
from loomwork.trace import semconv
from loomwork.trace.foreign import settle_foreign
from loomwork.trace.otlp.model import CLIENT, INTERNAL, STATUS, OtelEvent, OtelLink, OtelSpan, Scope
from loomwork.trace.span import Redact

OUR_RESOURCE: Mapping[str, object] = {"service.name": "loomwork"}
OUR_SCOPE = Scope(name="loomwork")
KIND = "loomwork.kind"
COLUMNS: Mapping[str, tuple[str, object]] = {
    "run": ("loomwork.run", ""),
    "item": ("loomwork.item", -1),
    "trial": ("loomwork.trial", 0),
    "cached": ("loomwork.cached", False),
    "subject": ("loomwork.subject", ""),
    "model": (semconv.REQUEST_MODEL, ""),
    "input_tokens": (semconv.INPUT_TOKENS, 0),
    "output_tokens": (semconv.OUTPUT_TOKENS, 0),
    "cost_micros": ("loomwork.cost.micros", None),
    "currency": ("loomwork.cost.currency", ""),
    "input": ("loomwork.input.digest", None),
    "output": ("loomwork.output.digest", None),
    "preview_in": ("loomwork.input.preview", ""),
    "preview_out": ("loomwork.output.preview", ""),
}
"""Our columns beyond OTLP's own: attribute name, and the value that is not sent."""
Side = Literal["input", "output"]
BODIES: dict[Side, str] = {"input": "loomwork.input.body", "output": "loomwork.output.body"}
MESSAGES = {"input": semconv.INPUT_MESSAGES, "output": semconv.OUTPUT_MESSAGES}
SHAPES = {"otel.events": list[OtelEvent], "otel.links": list[OtelLink], "otel.scope": Scope}

GetBody = Callable[[Digest], bytes]


class Read(NamedTuple):
    """A row that came in, and the bodies that came with it."""

    row: SpanRow
    bodies: dict[Digest, bytes]


def to_otel(row: SpanRow, *, body: GetBody | None = None, redact: Redact | None = None) -> OtelSpan:
    """Return the row as an OTLP span; with `body`, its input and output travel along.

    A body that `redact` changes is sent redacted and without its digest, which belongs to the exact one.
    """
    attributes = dict(row.attributes)
    otel = {name: _shaped(attributes, name) for name in SHAPES}
    resource = attributes.pop("otel.resource", None)
    attributes[KIND] = row.kind
    for column, (name, absent) in COLUMNS.items():
        value = getattr(row, column)
        if value != absent:
            attributes[name] = value
    operation = semconv.OPERATIONS.get(row.kind)
    if operation is not None:
        attributes.setdefault(semconv.OPERATION, operation)
    for side in BODIES:
        _attach_body(row, side, attributes, body, redact)
    kind = attributes.pop("otel.kind", CLIENT if row.kind in {"model", "embed"} else INTERNAL)
    return OtelSpan(
        trace=row.trace,
        span=row.span,
        parent=row.parent,
        name=row.name,
        kind=kind if isinstance(kind, int) else INTERNAL,
        start_ns=row.start_ns,
        end_ns=row.end_ns,
        status=STATUS.index(row.status),
        message=row.error or "",
        attributes=attributes,
        events=tuple(cast("list[OtelEvent]", otel["otel.events"] or [])),
        links=tuple(cast("list[OtelLink]", otel["otel.links"] or [])),
        resource=cast("dict[str, object]", resource) if isinstance(resource, dict) else OUR_RESOURCE,
        scope=cast("Scope | None", otel["otel.scope"]) or OUR_SCOPE,
    )


def _shaped(attributes: dict[str, object], name: str) -> object:
    """Take an `otel.*` attribute out, if it has the shape that it has when we wrote it."""
    if name not in attributes:
        return None
    try:
        value = msgspec.convert(attributes[name], SHAPES[name])
    except msgspec.ValidationError:
        return None
    del attributes[name]
    return value


def _attach_body(
    row: SpanRow, side: Side, attributes: dict[str, object], body: GetBody | None, redact: Redact | None
) -> None:
    """Let a body travel along, or else its digest alone. One that stands for itself in the row is sent without."""
    name = row.input if side == "input" else row.output
    if name is None:
        return
    if body is None:
        attributes[COLUMNS[side][0]] = digest_of(name)
        return
    if within(name) is not None:
        del attributes[COLUMNS[side][0]]
    data = body(name)
    try:
        text = data.decode()
    except UnicodeDecodeError:
        if redact is None:
            attributes[BODIES[side]] = data
        return
    shown = text if redact is None else redact(text)
    if shown != text:
        attributes.pop(COLUMNS[side][0], None)
    attributes[BODIES[side]] = shown


def from_otel(span: OtelSpan) -> Read:
    """Return the row, and the bodies, of a span that came in by OTLP: ours exactly, foreign ones by the tables."""
    if span.attributes.get(KIND):
        return _ours(span)
    return _foreign(span)


def _kept_shape(span: OtelSpan, attributes: dict[str, object]) -> None:
    """Keep what OTLP says beyond our columns under `otel.*`, so that it can be sent on as it came."""
    if span.events:
        attributes["otel.events"] = [msgspec.to_builtins(each, builtin_types=(bytes,)) for each in span.events]
    if span.links:
        attributes["otel.links"] = [msgspec.to_builtins(each, builtin_types=(bytes,)) for each in span.links]
    if span.resource != OUR_RESOURCE:
        attributes["otel.resource"] = dict(span.resource)
    if span.scope != OUR_SCOPE:
        attributes["otel.scope"] = msgspec.to_builtins(span.scope)


def _base(span: OtelSpan, kind: str, attributes: dict[str, object]) -> SpanRow:
    if span.kind != (CLIENT if kind in {"model", "embed"} else INTERNAL):
        attributes["otel.kind"] = span.kind
    if span.trace_state:
        attributes["otel.trace_state"] = span.trace_state
    return SpanRow(
        trace=span.trace,
        span=span.span,
        parent=span.parent,
        name=span.name,
        kind=kind,
        start_ns=span.start_ns,
        end_ns=max(span.end_ns, span.start_ns),
        status=STATUS[span.status] if 0 <= span.status < len(STATUS) else "unset",
        error=span.message or None,
        attributes=attributes,
    )


def _ours(span: OtelSpan) -> Read:
    attributes = dict(span.attributes)
    kind = str(attributes.pop(KIND))
    attributes = semconv.drop_redundant(kind, attributes)
    bodies = _take_bodies(attributes)
    columns: dict[str, object] = {}
    for column, (name, absent) in COLUMNS.items():
        columns[column] = attributes.pop(name, absent)
    for side, data in bodies.items():
        if columns[side] is None:
            columns[side] = reference(data)
    _kept_shape(span, attributes)
    fields = msgspec.structs.asdict(_base(span, kind, attributes)) | columns
    row = msgspec.convert(fields, SpanRow, strict=False)
    named = {Digest(str(columns[side])): data for side, data in bodies.items()}
    return Read(row, {name: data for name, data in named.items() if within(name) is None})


def _take_bodies(attributes: dict[str, object]) -> dict[Side, bytes]:
    bodies: dict[Side, bytes] = {}
    for side, name in BODIES.items():
        value = attributes.pop(name, None)
        if isinstance(value, str | bytes):
            bodies[side] = value.encode() if isinstance(value, str) else value
    return bodies


def _foreign(span: OtelSpan) -> Read:
    attributes = semconv.current(span.attributes)
    base = _base(span, semconv.kind_of(attributes), attributes)
    _kept_shape(span, attributes)
    settled = settle_foreign(base)
    return Read(settled.row, {digest_bytes(body): body for body in settled.bodies})

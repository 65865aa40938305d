"""OTLP/protobuf, through the published message classes (imported on first use). Knows no row."""

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, cast

from loomwork.kernel.errors.trace import BadTraceFile
from loomwork.trace.otlp.model import OtelEvent, OtelLink, OtelSpan, Scope

if TYPE_CHECKING:
    from google.protobuf.internal.containers import RepeatedCompositeFieldContainer
    from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
    from opentelemetry.proto.trace.v1.trace_pb2 import Span as WireSpan

FORMAT = "OTLP/protobuf"


def encode(spans: Iterable[OtelSpan]) -> bytes:
    """Return one ExportTraceServiceRequest as protobuf."""
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    request = ExportTraceServiceRequest()
    groups: dict[bytes, dict[Scope, list[OtelSpan]]] = {}
    for span in spans:
        groups.setdefault(_resource_key(span.resource), {}).setdefault(span.scope, []).append(span)
    for scopes in groups.values():
        group = request.resource_spans.add()
        _write_attributes(group.resource.attributes, next(iter(scopes.values()))[0].resource)
        for scope, members in scopes.items():
            scoped = group.scope_spans.add()
            scoped.scope.name, scoped.scope.version = scope.name, scope.version
            for span in members:
                _write_span(scoped.spans.add(), span)
    return request.SerializeToString()


def _resource_key(resource: Mapping[str, object]) -> bytes:
    from opentelemetry.proto.resource.v1.resource_pb2 import Resource

    message = Resource()
    _write_attributes(message.attributes, resource)
    return message.SerializeToString(deterministic=True)


def _write_span(wire: "WireSpan", span: OtelSpan) -> None:
    wire.trace_id = bytes.fromhex(span.trace)
    wire.span_id = bytes.fromhex(span.span)
    wire.parent_span_id = bytes.fromhex(span.parent)
    wire.trace_state = span.trace_state
    wire.name = span.name
    wire.kind = span.kind  # pyright: ignore[reportAttributeAccessIssue] an enum is an int on the wire
    wire.start_time_unix_nano = span.start_ns
    wire.end_time_unix_nano = span.end_ns
    wire.status.code = span.status  # pyright: ignore[reportAttributeAccessIssue] an enum is an int on the wire
    wire.status.message = span.message
    _write_attributes(wire.attributes, span.attributes)
    for event in span.events:
        added = wire.events.add()
        added.name, added.time_unix_nano = event.name, event.time_ns
        _write_attributes(added.attributes, event.attributes)
    for link in span.links:
        linked = wire.links.add()
        linked.trace_id, linked.span_id = bytes.fromhex(link.trace), bytes.fromhex(link.span)
        _write_attributes(linked.attributes, link.attributes)


def _write_attributes(container: "RepeatedCompositeFieldContainer[KeyValue]", attributes: Mapping[str, object]) -> None:
    for key, value in attributes.items():
        pair = container.add()
        pair.key = key
        _write_any(pair.value, value)


def _write_any(wire: "AnyValue", value: object) -> None:
    match value:
        case None:
            wire.Clear()
        case bool():
            wire.bool_value = value
        case int():
            wire.int_value = value
        case float():
            wire.double_value = value
        case bytes():
            wire.bytes_value = value
        case dict():
            wire.kvlist_value.SetInParent()
            _write_attributes(wire.kvlist_value.values, cast("dict[str, object]", value))
        case list():
            wire.array_value.SetInParent()
            for each in cast("list[object]", value):
                _write_any(wire.array_value.values.add(), each)
        case _:
            wire.string_value = str(value)


def decode(data: bytes, *, file: str = "request") -> list[OtelSpan]:
    """Return the spans of an ExportTraceServiceRequest. Raises `BadTraceFile`."""
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

    try:
        request = ExportTraceServiceRequest.FromString(data)
    except DecodeError as error:
        raise BadTraceFile(file=file, format=FORMAT, position=f"{len(data)} bytes", detail=str(error)) from None
    spans: list[OtelSpan] = []
    for group in request.resource_spans:
        resource = _read_attributes(group.resource.attributes)
        for scoped in group.scope_spans:
            scope = Scope(name=scoped.scope.name, version=scoped.scope.version)
            for number, span in enumerate(scoped.spans):
                _check_ids(span, file, number)
                spans.append(_read_span(span, resource, scope))
    return spans


def _check_ids(span: "WireSpan", file: str, number: int) -> None:
    sizes = len(span.trace_id), len(span.span_id), len(span.parent_span_id)
    if sizes[:2] != (16, 8) or sizes[2] not in {0, 8}:
        raise BadTraceFile(
            file=file,
            format=FORMAT,
            position=f"spans[{number}]",
            detail=f"ids of 16, 8 and 8 bytes were expected, found {sizes}",
        )


def _read_span(wire: "WireSpan", resource: Mapping[str, object], scope: Scope) -> OtelSpan:
    parent = wire.parent_span_id.hex()
    return OtelSpan(
        trace=wire.trace_id.hex(),
        span=wire.span_id.hex(),
        parent="" if parent == "0" * 16 else parent,
        name=wire.name,
        kind=int(wire.kind),
        start_ns=wire.start_time_unix_nano,
        end_ns=wire.end_time_unix_nano,
        status=int(wire.status.code),
        message=wire.status.message,
        trace_state=wire.trace_state,
        attributes=_read_attributes(wire.attributes),
        events=tuple(
            OtelEvent(name=each.name, time_ns=each.time_unix_nano, attributes=_read_attributes(each.attributes))
            for each in wire.events
        ),
        links=tuple(
            OtelLink(trace=each.trace_id.hex(), span=each.span_id.hex(), attributes=_read_attributes(each.attributes))
            for each in wire.links
        ),
        resource=resource,
        scope=scope,
    )


def _read_attributes(pairs: "Iterable[KeyValue]") -> dict[str, object]:
    return {pair.key: _read_any(pair.value) for pair in pairs}


def _read_any(wire: "AnyValue") -> object:
    name = wire.WhichOneof("value")
    if name is None:
        return None
    if name == "kvlist_value":
        return _read_attributes(wire.kvlist_value.values)
    if name == "array_value":
        return [_read_any(each) for each in wire.array_value.values]
    return cast("object", getattr(wire, name))

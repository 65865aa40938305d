"""OTLP/JSON: camelCase, hex ids, 64-bit integers as strings; lenient where real exporters differ. Knows no row."""

import base64
import binascii
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import cast

import msgspec

from loomwork.kernel.errors.trace import BadTraceFile
from loomwork.trace.otlp.model import SPAN_KINDS, STATUS, OtelEvent, OtelLink, OtelSpan, Scope

FORMAT = "OTLP/JSON"
Json = Mapping[str, object]


def encode(spans: Iterable[OtelSpan]) -> bytes:
    """Return one ExportTraceServiceRequest as JSON."""
    return msgspec.json.encode({"resourceSpans": list(_resources(spans))})


def _resources(spans: Iterable[OtelSpan]) -> Iterator[Json]:
    groups: dict[bytes, dict[Scope, list[OtelSpan]]] = {}
    resources: dict[bytes, Json] = {}
    for span in spans:
        resource: Json = {"attributes": _attributes(span.resource)}
        key = msgspec.json.encode(resource)
        resources[key] = resource
        groups.setdefault(key, {}).setdefault(span.scope, []).append(span)
    for key, scopes in groups.items():
        yield {
            "resource": resources[key],
            "scopeSpans": [
                {"scope": msgspec.to_builtins(scope), "spans": [_span(each) for each in members]}
                for scope, members in scopes.items()
            ],
        }


def _span(span: OtelSpan) -> Json:
    return {
        "traceId": span.trace,
        "spanId": span.span,
        "traceState": span.trace_state,
        "parentSpanId": span.parent,
        "name": span.name,
        "kind": span.kind,
        "startTimeUnixNano": str(span.start_ns),
        "endTimeUnixNano": str(span.end_ns),
        "attributes": _attributes(span.attributes),
        "events": [
            {"name": each.name, "timeUnixNano": str(each.time_ns), "attributes": _attributes(each.attributes)}
            for each in span.events
        ],
        "links": [
            {"traceId": each.trace, "spanId": each.span, "attributes": _attributes(each.attributes)}
            for each in span.links
        ],
        "status": {"code": span.status, "message": span.message},
    }


def _attributes(attributes: Mapping[str, object]) -> list[Json]:
    return [{"key": key, "value": _any(value)} for key, value in attributes.items()]


def _any(value: object) -> Json:
    match value:
        case None:
            return {}
        case bool():
            return {"boolValue": value}
        case int():
            return {"intValue": str(value)}
        case float():
            return {"doubleValue": value if math.isfinite(value) else _infinite(value)}
        case str():
            return {"stringValue": value}
        case bytes():
            return {"bytesValue": base64.b64encode(value).decode()}
        case dict():
            return {"kvlistValue": {"values": _attributes(cast("dict[str, object]", value))}}
        case list():
            return {"arrayValue": {"values": [_any(each) for each in cast("list[object]", value)]}}
        case _:
            return {"stringValue": str(value)}


def _infinite(value: float) -> str:
    return "NaN" if math.isnan(value) else ("Infinity" if value > 0 else "-Infinity")


def decode(document: object, *, file: str = "request") -> list[OtelSpan]:
    """Return the spans of a decoded ExportTraceServiceRequest (or of a list of them).

    Accepts snake_case names, numbers for strings and strings for numbers, enum names, base64 ids and missing fields.
    Raises `BadTraceFile` where a span has no usable id or a value has no type.
    """
    requests = cast("list[object]", document) if isinstance(document, list) else [document]
    return [span for number, request in enumerate(requests) for span in _request(_Reader(file, f"[{number}]"), request)]


class _Reader:
    """Where in the file we are, so that an error can say it."""

    def __init__(self, file: str, position: str) -> None:
        self.file = file
        self.position = position

    def at(self, where: object) -> "_Reader":
        return _Reader(self.file, f"{self.position}.{where}")

    def bad(self, detail: str) -> BadTraceFile:
        return BadTraceFile(file=self.file, format=FORMAT, position=self.position, detail=detail)

    def record(self, value: object) -> Json:
        if not isinstance(value, dict):
            raise self.bad(f"an object was expected, found {type(value).__name__}")
        return cast("Json", value)

    def items(self, value: object) -> list[object]:
        if value is None:
            return []
        if not isinstance(value, list):
            raise self.bad(f"a list was expected, found {type(value).__name__}")
        return cast("list[object]", value)

    def number(self, value: object) -> int:
        try:
            return int(value) if isinstance(value, str | int | float) else 0
        except (ValueError, OverflowError):
            raise self.bad(f"a number was expected, found {value!r}") from None

    def enum(self, value: object, names: tuple[str, ...], prefix: str) -> int:
        if isinstance(value, str) and not value.isdecimal():
            word = value.removeprefix(prefix).lower()
            return names.index(word) if word in names else 0
        return self.number(value)

    def id(self, value: object, digits: int) -> str:
        text = value if isinstance(value, str) else ""
        if len(text) == digits and all(c in "0123456789abcdefABCDEF" for c in text):
            return text.lower()
        try:
            found = base64.b64decode(text, validate=True).hex()
        except (binascii.Error, ValueError):
            found = ""
        if len(found) != digits:
            raise self.bad(f"an id of {digits} hex digits was expected, found {text!r}")
        return found


def _get(record: Json, name: str) -> object:
    """Return a field under its camelCase or its snake_case name."""
    if name in record:
        return record[name]
    return record.get("".join(f"_{c.lower()}" if c.isupper() else c for c in name))


def _request(read: _Reader, request: object) -> Iterator[OtelSpan]:
    groups = read.items(_get(read.record(request), "resourceSpans"))
    for i, group in enumerate(groups):
        here = read.at(f"resourceSpans[{i}]")
        record = here.record(group)
        resource = _mapping(here, _get(here.record(_get(record, "resource") or {}), "attributes"))
        scopes = _get(record, "scopeSpans") or _get(record, "instrumentationLibrarySpans")
        for j, scoped in enumerate(here.items(scopes)):
            yield from _scope(here.at(f"scopeSpans[{j}]"), scoped, resource)


def _scope(read: _Reader, scoped: object, resource: Mapping[str, object]) -> Iterator[OtelSpan]:
    record = read.record(scoped)
    named = read.record(_get(record, "scope") or _get(record, "instrumentationLibrary") or {})
    scope = Scope(name=str(named.get("name") or ""), version=str(named.get("version") or ""))
    for k, span in enumerate(read.items(_get(record, "spans"))):
        here = read.at(f"spans[{k}]")
        yield _read_span(here, here.record(span), resource, scope)


def _read_span(read: _Reader, record: Json, resource: Mapping[str, object], scope: Scope) -> OtelSpan:
    status = read.record(_get(record, "status") or {})
    parent = _get(record, "parentSpanId")
    return OtelSpan(
        trace=read.id(_get(record, "traceId"), 32),
        span=read.id(_get(record, "spanId"), 16),
        parent=read.id(parent, 16) if parent and parent != "0" * 16 else "",
        name=str(record.get("name") or ""),
        kind=read.enum(record.get("kind"), SPAN_KINDS, "SPAN_KIND_"),
        start_ns=read.number(_get(record, "startTimeUnixNano")),
        end_ns=read.number(_get(record, "endTimeUnixNano")),
        status=read.enum(status.get("code"), STATUS, "STATUS_CODE_"),
        message=str(status.get("message") or ""),
        trace_state=str(_get(record, "traceState") or ""),
        attributes=_mapping(read, record.get("attributes")),
        events=tuple(_event(read, each) for each in read.items(record.get("events"))),
        links=tuple(_link(read, each) for each in read.items(record.get("links"))),
        resource=resource,
        scope=scope,
    )


def _event(read: _Reader, event: object) -> OtelEvent:
    record = read.record(event)
    return OtelEvent(
        name=str(record.get("name") or ""),
        time_ns=read.number(_get(record, "timeUnixNano")),
        attributes=_mapping(read, record.get("attributes")),
    )


def _link(read: _Reader, link: object) -> OtelLink:
    record = read.record(link)
    return OtelLink(
        trace=read.id(_get(record, "traceId"), 32),
        span=read.id(_get(record, "spanId"), 16),
        attributes=_mapping(read, record.get("attributes")),
    )


def _mapping(read: _Reader, attributes: object) -> dict[str, object]:
    """Read attributes: OTLP's list of key and value, or a plain object as some tools write it."""
    if isinstance(attributes, dict):
        return cast("dict[str, object]", attributes)
    found: dict[str, object] = {}
    for each in read.items(attributes):
        record = read.record(each)
        key = str(record.get("key"))
        found[key] = _value(read.at(key), record.get("value"))
    return found


def _value(read: _Reader, value: object) -> object:
    if value is None:
        return None
    record = read.record(value)
    for name, convert in _VALUES.items():
        found = _get(record, name)
        if found is not None:
            return convert(read, found)
    return None


def _bytes(read: _Reader, value: object) -> bytes:
    try:
        return base64.b64decode(str(value), validate=True)
    except (binascii.Error, ValueError):
        raise read.bad("bytes in base64 were expected") from None


def _double(read: _Reader, value: object) -> float:
    try:
        return float(cast("str | float", value))
    except (TypeError, ValueError):
        raise read.bad(f"a number was expected, found {value!r}") from None


def _text(read: _Reader, value: object) -> str:
    del read
    return str(value)


def _truth(read: _Reader, value: object) -> bool:
    del read
    return value is True or value == "true"


def _items(read: _Reader, value: object) -> list[object]:
    return [_value(read, each) for each in read.items(read.record(value).get("values"))]


def _pairs(read: _Reader, value: object) -> dict[str, object]:
    return _mapping(read, read.record(value).get("values"))


_VALUES: Mapping[str, Callable[[_Reader, object], object]] = {
    "stringValue": _text,
    "boolValue": _truth,
    "intValue": _Reader.number,
    "doubleValue": _double,
    "bytesValue": _bytes,
    "arrayValue": _items,
    "kvlistValue": _pairs,
}

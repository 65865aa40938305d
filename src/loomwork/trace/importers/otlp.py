"""OpenTelemetry's own files: OTLP/JSON as collectors and SDKs write it, and OTLP/protobuf."""

from typing import cast

from loomwork.trace.importers.imported import Imported
from loomwork.trace.otlp import as_json, as_protobuf
from loomwork.trace.otlp.mapping import from_otel
from loomwork.trace.otlp.model import OtelSpan
from loomwork.trace.span import Settled

NAMES = {"resourceSpans", "resource_spans"}


def fits(document: object) -> bool:
    """Say whether a decoded document is OTLP: one request, or a list of requests."""
    if isinstance(document, list):
        entries = cast("list[object]", document)
        return bool(entries) and all(map(fits, entries))
    return isinstance(document, dict) and not NAMES.isdisjoint(cast("dict[str, object]", document))


def read(document: object, file: str) -> Imported:
    """Read OTLP/JSON. Raises `BadTraceFile`."""
    return _imported(as_json.decode(document, file=file), file, "otlp-json")


def read_protobuf(data: bytes, file: str) -> Imported:
    """Read OTLP/protobuf. Raises `BadTraceFile`."""
    return _imported(as_protobuf.decode(data, file=file), file, "otlp-protobuf")


def _imported(spans: list[OtelSpan], file: str, name: str) -> Imported:
    read_spans = [from_otel(span) for span in spans]
    return Imported.of((Settled(each.row, tuple(each.bodies.values())) for each in read_spans), file=file, format=name)

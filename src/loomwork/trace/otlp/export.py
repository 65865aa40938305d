"""Write our spans as OTLP: bytes, files, batches. Knows no network."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from loomwork.store.rows import SpanRow
from loomwork.trace.otlp import as_json, as_protobuf
from loomwork.trace.otlp.mapping import GetBody, to_otel
from loomwork.trace.otlp.model import OtelSpan
from loomwork.trace.span import Redact

Encoding = Literal["json", "protobuf"]
ENCODERS = {"json": as_json.encode, "protobuf": as_protobuf.encode}
MOST_SPANS, MOST_BYTES = 512, 2 * 1024 * 1024
"""One request holds at most so many spans, and bodies of about so many bytes: collectors refuse more than 4 MB."""


class Batch(NamedTuple):
    """One encoded request."""

    data: bytes
    spans: int


def encode(
    rows: Iterable[SpanRow], *, encoding: Encoding, body: GetBody | None = None, redact: Redact | None = None
) -> bytes:
    """Return one ExportTraceServiceRequest with all the spans.

    With `body` (the store's `blobs.get`) inputs and outputs travel along, passed through `redact` when it is given.
    """
    return ENCODERS[encoding]([to_otel(row, body=body, redact=redact) for row in rows])


def batches(
    rows: Iterable[SpanRow], *, encoding: Encoding, body: GetBody | None = None, redact: Redact | None = None
) -> Iterator[Batch]:
    """Yield requests of a size that collectors take."""
    held: list[OtelSpan] = []
    size = 0
    for row in rows:
        span = to_otel(row, body=body, redact=redact)
        weight = _weight(span)
        if held and (len(held) >= MOST_SPANS or size + weight > MOST_BYTES):
            yield Batch(ENCODERS[encoding](held), len(held))
            held, size = [], 0
        held.append(span)
        size += weight
    if held:
        yield Batch(ENCODERS[encoding](held), len(held))


def _weight(span: OtelSpan) -> int:
    return 256 + sum(len(value) for value in span.attributes.values() if isinstance(value, str | bytes))


def write_file(
    rows: Iterable[SpanRow],
    path: Path,
    *,
    encoding: Encoding = "json",
    body: GetBody | None = None,
    redact: Redact | None = None,
) -> int:
    """Write a file that `trace import` and every OTLP tool reads; return the number of spans.

    JSON is written as the collector's file exporter does, one request a line, so that it needs no memory for all of
    it; protobuf is one request (requests of one kind may simply follow each other: the format merges them).
    """
    written = 0
    with path.open("wb") as file:
        for batch in batches(rows, encoding=encoding, body=body, redact=redact):
            file.write(batch.data)
            if encoding == "json":
                file.write(b"\n")
            written += batch.spans
    return written

"""What an import found, and how it goes into the store. Knows no format."""

from collections.abc import Iterable
from functools import cached_property
from itertools import islice

import msgspec
from msgspec import Struct, field

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.store.protocols import TakesSpans
from loomwork.store.rows import SpanRow
from loomwork.trace.span import ERROR_CHARS, Redact, Settled
from loomwork.trace.values import plain, preview

BATCH = 200


class Imported(Struct, frozen=True, kw_only=True, dict=True):
    """The spans of one file with their exact bodies. Previews are not redacted until `keep`."""

    file: str
    format: str
    spans: tuple[SpanRow, ...]
    bodies: dict[Digest, bytes] = field(default_factory=dict[Digest, bytes])

    @classmethod
    def of(cls, settled: Iterable[Settled], *, file: str, format: str) -> "Imported":
        """Gather settled spans."""
        rows: list[SpanRow] = []
        bodies: dict[Digest, bytes] = {}
        for row, found in settled:
            rows.append(row)
            bodies |= {digest_bytes(body): body for body in found}
        return cls(file=file, format=format, spans=tuple(rows), bodies=bodies)

    @cached_property
    def traces(self) -> tuple[str, ...]:
        """The traces that the spans belong to, in order of appearance."""
        return tuple(dict.fromkeys(span.trace for span in self.spans))

    @property
    def models(self) -> tuple[str, ...]:
        """The models that the spans name."""
        return tuple(sorted({span.model for span in self.spans if span.model}))

    @property
    def tokens(self) -> tuple[int, int]:
        """Input and output tokens of the model spans (frameworks repeat the sums on the spans above them)."""
        called = [span for span in self.spans if span.kind in {"model", "embed"}]
        return sum(span.input_tokens for span in called), sum(span.output_tokens for span in called)


def keep(imported: Imported, spans: TakesSpans, *, redact: Redact = lambda text: text) -> int:
    """Write the spans and bodies; texts outside the bodies are redacted. Returns the number of spans."""
    rows = iter(imported.spans)
    while batch := list(islice(rows, BATCH)):
        digests = {digest for row in batch for digest in (row.input, row.output) if digest is not None}
        bodies = [imported.bodies[digest] for digest in sorted(digests) if digest in imported.bodies]
        spans.write([_redacted(row, redact) for row in batch], bodies)
    return len(imported.spans)


def _redacted(row: SpanRow, redact: Redact) -> SpanRow:
    return msgspec.structs.replace(
        row,
        error=preview(redact(row.error), ERROR_CHARS) if row.error else None,
        preview_in=preview(redact(row.preview_in)),
        preview_out=preview(redact(row.preview_out)),
        attributes={key: plain(value, redact) for key, value in row.attributes.items()},
    )

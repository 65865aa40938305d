"""Minute rollups: add a batch of spans to them, read them back. Knows nothing of bodies."""

from collections.abc import Iterable
from typing import Any

from loomwork.store import buckets
from loomwork.store.rows import RollupRow, SpanRow
from loomwork.store.sqlite.connections import Session
from loomwork.store.sqlite.names import Names

_MINUTE_NS = 60_000_000_000
_PLACE = "minute = ? AND name = ? AND kind = ? AND model = ? AND currency = ?"
_COUNTS = "count, errors, cached, input_tokens, output_tokens, cost_micros, unpriced, duration_ns"
_INSERT = (
    f"INSERT INTO rollups (minute, name, kind, model, currency, {_COUNTS}, buckets)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_ADD = (
    "UPDATE rollups SET count = count + ?, errors = errors + ?, cached = cached + ?, input_tokens = input_tokens + ?,"
    " output_tokens = output_tokens + ?, cost_micros = cost_micros + ?, unpriced = unpriced + ?,"
    " duration_ns = duration_ns + ?, buckets = ? WHERE n = ?"
)

Place = tuple[int, str, str, str, str]


class _Sum:
    __slots__ = ("counts", "histogram")

    def __init__(self) -> None:
        self.counts = [0] * 8
        self.histogram: dict[int, int] = {}

    def add(self, span: SpanRow) -> None:
        duration = max(0, span.end_ns - span.start_ns)
        unpriced = span.cost_micros is None and bool(span.model) and not span.cached
        count, errors, cached, tokens_in, tokens_out, cost, unknown, lasted = self.counts
        self.counts = [
            count + 1, errors + (span.status == "error"), cached + span.cached, tokens_in + span.input_tokens,
            tokens_out + span.output_tokens, cost + (span.cost_micros or 0), unknown + unpriced, lasted + duration,
        ]  # fmt: skip
        bucket = buckets.bucket_of(duration)
        self.histogram[bucket] = self.histogram.get(bucket, 0) + 1


def add_to_rollups(session: Session, spans: Iterable[SpanRow], names: Names) -> None:
    """Add finished spans to the rollups of their minutes, inside the caller's transaction.

    The names' numbers must be known already: the spans were written with them.
    """
    sums: dict[Place, _Sum] = {}
    for span in spans:
        place = (span.end_ns // _MINUTE_NS, span.name, span.kind, span.model, span.currency)
        sums.setdefault(place, _Sum()).add(span)
    execute = session.connection.execute
    for (minute, name, kind, model, currency), total in sums.items():
        place = (minute, names.number(name), names.number(kind), names.number(model), currency)
        found = execute(f"SELECT n, buckets FROM rollups WHERE {_PLACE}", place).fetchone()
        if found is None:
            execute(_INSERT, (*place, *total.counts, buckets.pack(total.histogram)))
            continue
        histogram = buckets.merged((buckets.unpack(found[1]), total.histogram))
        execute(_ADD, (*total.counts, buckets.pack(histogram), found[0]))


def rollup_row(row: Any, names: Names) -> RollupRow:
    """Return a row of the table as a value."""
    return RollupRow(
        minute=row[1],
        name=names.text(row[2]),
        kind=names.text(row[3]),
        model=names.text(row[4]),
        currency=row[5],
        count=row[6],
        errors=row[7],
        cached=row[8],
        input_tokens=row[9],
        output_tokens=row[10],
        cost_micros=row[11],
        unpriced=row[12],
        duration_ns=row[13],
        buckets=row[14],
    )

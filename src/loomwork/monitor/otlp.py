"""Push meters and finished traces to an OTLP endpoint. Knows no HTTP: `trace.otlp.http.Sender` has that.

Metrics are OTLP/JSON (cumulative since the process began); traces go on from a mark in the store, so none is sent
twice and none is left out when the endpoint was away.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, Protocol

import msgspec

from loomwork.kernel.errors.trace import SpansNotSent
from loomwork.monitor.meters import Family, Histogram
from loomwork.store.protocols import Store
from loomwork.store.traces import TraceQuery
from loomwork.trace.otlp.export import Batch, batches

MARK = "otlp traces"
_CUMULATIVE = 2
_PAGE = 200
_SERVICE = "loomwork"


class Sends(Protocol):
    """What sends batches."""

    async def send(self, batches: Iterable[Batch]) -> object:
        """Send all, or raise `SpansNotSent`."""
        ...


def metrics(counters: Sequence[Family], histograms: Sequence[Family], *, since_ns: int, now_ns: int) -> Batch:
    """Return one ExportMetricsServiceRequest."""
    times = {"startTimeUnixNano": str(since_ns), "timeUnixNano": str(now_ns)}
    listed: list[dict[str, Any]] = []
    for family in counters:
        points = [
            {"attributes": _attributes(family, labels), "asDouble": value, **times}
            for labels, value in family.values.items()
        ]
        listed.append(
            {
                "name": family.name.replace("_", ".", 1),
                "description": family.tells,
                "sum": {"dataPoints": points, "aggregationTemporality": _CUMULATIVE, "isMonotonic": True},
            }
        )
    for family in histograms:
        points = [
            {**_histogram(histogram), "attributes": _attributes(family, labels), **times}  # pyright: ignore[reportArgumentType] # of histograms
            for labels, histogram in family.values.items()
        ]
        listed.append(
            {
                "name": family.name.replace("_", ".", 1),
                "description": family.tells,
                "unit": "s",
                "histogram": {"dataPoints": points, "aggregationTemporality": _CUMULATIVE},
            }
        )
    resource = {"attributes": [_attribute("service.name", _SERVICE)]}
    scope = {"scope": {"name": "loomwork.monitor"}, "metrics": [each for each in listed if _points(each)]}
    return Batch(msgspec.json.encode({"resourceMetrics": [{"resource": resource, "scopeMetrics": [scope]}]}), 0)


def _points(metric: dict[str, Any]) -> list[Any]:
    return (metric.get("sum") or metric["histogram"])["dataPoints"]


def _histogram(histogram: Histogram) -> dict[str, Any]:
    return {
        "count": str(sum(histogram.counts)),
        "sum": histogram.sum,
        "bucketCounts": [str(count) for count in histogram.counts],
        "explicitBounds": list(histogram.bounds),
    }


def _attributes(family: Family, labels: Sequence[str]) -> list[dict[str, Any]]:
    return [_attribute(name, text) for name, text in zip(family.labels, labels, strict=True) if text]


def _attribute(name: str, text: str) -> dict[str, Any]:
    return {"key": name, "value": {"stringValue": text}}


async def push_traces(store: Store, sender: Sends) -> int:
    """Send the traces that were finished since the last time; return how many. Raises `SpansNotSent`."""
    sent = 0
    while True:
        mark = store.watched.mark(MARK)
        page = store.traces.written_after(mark, TraceQuery(), limit=_PAGE)
        if not page.roots and page.next is None:
            return sent
        traces = [root.row.trace for root in page.roots]
        for part in _parts(batches(_spans(store, traces), encoding="json")):
            await sender.send(part)
        if page.next is None or page.next.number <= mark:
            return sent + len(traces)
        store.watched.set_mark(MARK, page.next.number)
        sent += len(traces)


def _spans(store: Store, traces: Iterable[str]) -> Iterator[Any]:
    for trace in traces:
        yield from store.spans.trace(trace)


def _parts(waiting: Iterator[Batch]) -> Iterator[list[Batch]]:
    while part := list(islice(waiting, 1)):
        yield part


__all__ = ["MARK", "Sends", "SpansNotSent", "metrics", "push_traces"]

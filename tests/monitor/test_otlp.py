"""Metrics and traces reach an OTLP endpoint in OTLP's own form, none twice, and none is lost while it is away."""

import json
from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from google.protobuf.json_format import ParseDict
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

from loomwork.kernel.clock import ManualClock
from loomwork.kernel.errors.trace import SpansNotSent
from loomwork.monitor import otlp
from loomwork.monitor.meters import Meters
from loomwork.monitor.server import Monitor
from loomwork.monitor.settings import MonitorTable
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.trace.otlp.export import Batch
from loomwork.trace.otlp.http import Sender
from tests.monitor.test_served import until
from tests.store.contract_of_requests import a_request
from tests.store.rowmaking import a_span


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    yield store
    store.close()


class Collector:
    url = ""

    def __init__(self) -> None:
        self.got: list[tuple[str, dict[str, Any]]] = []

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((request.path, json.loads(await request.read())))
        return web.json_response({})

    def at(self, path: str) -> list[dict[str, Any]]:
        return [body for where, body in self.got if where == path]


@pytest.fixture
async def collector() -> AsyncIterator[Collector]:
    made = Collector()
    app = web.Application()
    app.router.add_post("/{rest:.*}", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


def test_metrics_are_what_otlp_says_they_are() -> None:
    meters = Meters()
    meters.write([a_request("a"), a_request("b", status=503, error="ModelDown", first_ns=0)])
    batch = otlp.metrics(meters.counters, meters.histograms, since_ns=5, now_ns=9)
    request = ParseDict(json.loads(batch.data), ExportMetricsServiceRequest())
    (resource,) = request.resource_metrics
    found = {metric.name: metric for metric in resource.scope_metrics[0].metrics}
    points = {
        tuple((each.key, each.value.string_value) for each in point.attributes): point.as_double
        for point in found["loomwork.requests"].sum.data_points
    }
    assert points[("served", "answer"), ("model", "fast"), ("status", "503")] == 1
    assert found["loomwork.requests"].sum.is_monotonic
    (histogram,) = found["loomwork.request_seconds"].histogram.data_points
    assert (histogram.count, histogram.sum) == (1, 1.2)
    assert len(histogram.bucket_counts) == len(histogram.explicit_bounds) + 1
    assert (histogram.start_time_unix_nano, histogram.time_unix_nano) == (5, 9)
    assert "loomwork.saved" not in found  # nothing was


async def test_traces_are_sent_once_and_go_on_where_the_endpoint_was_away(store: Store, collector: Collector) -> None:
    def span_ids() -> list[str]:
        return [
            span["spanId"]
            for body in collector.at("/v1/traces")
            for resource in body["resourceSpans"]
            for scope in resource["scopeSpans"]
            for span in scope["spans"]
        ]

    class Away:
        async def send(self, batches: Iterable[Batch]) -> object:
            raise SpansNotSent(url="", attempts=1, reason="away")

    async with aiohttp.ClientSession() as session:
        sender = Sender(session, f"{collector.url}/v1/traces", encoding="json", clock=ManualClock(), chance=lambda: 0.5)
        first, second = a_span("one", trace="1" * 32), a_span("two", trace="2" * 32)
        store.spans.write([first])
        assert await otlp.push_traces(store, sender) == 1
        store.spans.write([second])
        with pytest.raises(SpansNotSent):
            await otlp.push_traces(store, Away())
        assert await otlp.push_traces(store, sender) == 1
        assert await otlp.push_traces(store, sender) == 0
    assert span_ids() == [first.span, second.span]


async def test_a_server_pushes_both_again_and_again(store: Store, collector: Collector) -> None:
    clock = ManualClock()
    store.spans.write([a_span()])
    watched = Monitor(store, MonitorTable(otlp=collector.url), {}, clock=clock, environ={})
    watched.notes.write([a_request()])
    async with watched.running():
        await until(lambda: len(collector.at("/v1/metrics")) >= 2 and collector.at("/v1/traces"), clock, 30)
    assert len(collector.at("/v1/traces")) == 1

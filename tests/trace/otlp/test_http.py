"""Sending to an OTLP endpoint: a real server on loopback."""

import gzip
import json
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from loomwork.kernel.clock import ManualClock
from loomwork.kernel.errors.trace import SpansNotSent
from loomwork.store.rows import SpanRow
from loomwork.trace.otlp import as_json, as_protobuf, export
from loomwork.trace.otlp.http import Patience, Sender
from loomwork.trace.otlp.mapping import from_otel

SPANS = [
    SpanRow(trace="a" * 32, span=f"{number:016x}", name="n", kind="model", start_ns=1, end_ns=2)
    for number in range(1, 6)
]


class Waits(ManualClock):
    """A clock that does not wait, but remembers."""

    def __init__(self):
        super().__init__()
        self.waited: list[float] = []

    async def sleep(self, seconds):
        self.waited.append(seconds)


class Collector:
    """An OTLP endpoint that answers what it is told to."""

    def __init__(self):
        self.url = ""
        self.answers: list[web.Response] = []
        self.requests: list[tuple[web.Request, bytes]] = []

    async def take(self, request):
        self.requests.append((request, await request.read()))
        return self.answers.pop(0) if self.answers else web.Response(text="{}")


@pytest.fixture
async def collector():
    made = Collector()
    app = web.Application()
    app.router.add_post("/v1/traces", made.take)
    app.router.add_post("/elsewhere", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    made.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield made
    await runner.cleanup()


async def send(url, *, encoding: Any = "json", clock=None, **more):
    async with aiohttp.ClientSession() as session:
        sender = Sender(session, url, encoding=encoding, clock=clock or Waits(), chance=lambda: 0.5, **more)
        return await sender.send(export.batches(SPANS, encoding=encoding))


@pytest.mark.parametrize("encoding", ["json", "protobuf"])
async def test_a_collector_gets_every_span_once(collector, encoding):
    sent = await send(collector.url, encoding=encoding, headers={"api-key": "k"})
    ((request, body),) = collector.requests
    assert request.headers["api-key"] == "k"
    assert request.headers["Content-Encoding"] == "gzip"
    decoded = as_json.decode(json.loads(body)) if encoding == "json" else as_protobuf.decode(body)
    assert [from_otel(span).row for span in decoded] == SPANS
    assert (sent.spans, sent.rejected, sent.retries) == (5, 0, 0)


async def test_the_body_is_really_compressed(collector):
    batch = next(export.batches(SPANS, encoding="json"))
    await send(collector.url)
    request, body = collector.requests[0]
    assert body == batch.data
    assert request.content_length is not None
    assert request.content_length < len(batch.data) == len(gzip.decompress(gzip.compress(batch.data)))


async def test_a_path_of_ones_own_is_kept(collector):
    await send(collector.url + "/elsewhere")
    assert collector.requests[0][0].path == "/elsewhere"


async def test_a_busy_collector_is_asked_again_after_the_time_it_names(collector):
    clock = Waits()
    collector.answers = [web.Response(status=429, headers={"Retry-After": "7"}), web.Response(status=503)]
    sent = await send(collector.url, clock=clock)
    assert sent == (5, 0, "", 2)
    assert clock.waited == [7.0, 1.0]


async def test_a_retry_date_is_understood(collector):
    clock = Waits()
    collector.answers = [web.Response(status=503, headers={"Retry-After": "Tue, 14 Nov 2023 22:13:29 GMT"})]
    await send(collector.url, clock=clock)
    assert clock.waited == [9.0]


async def test_no_wait_is_longer_than_our_patience(collector):
    clock = Waits()
    collector.answers = [web.Response(status=429, headers={"Retry-After": "86400"})]
    await send(collector.url, clock=clock, patience=Patience(longest_s=3))
    assert clock.waited == [3.0]


async def test_a_refusal_is_final_and_says_why(collector):
    collector.answers = [web.Response(status=401, text="who are you")]
    with pytest.raises(SpansNotSent) as raised:
        await send(collector.url.replace("http://", "http://user:pass@") + "/v1/traces?key=s3cret")
    assert len(collector.requests) == 1
    assert "who are you" in str(raised.value)
    assert "401" in str(raised.value)
    assert "s3cret" not in str(raised.value)
    assert "pass" not in str(raised.value)


async def test_retries_end(collector):
    collector.answers = [web.Response(status=503) for _ in range(9)]
    with pytest.raises(SpansNotSent) as raised:
        await send(collector.url, patience=Patience(attempts=3))
    assert len(collector.requests) == 3
    assert raised.value.fields["attempts"] == 3


async def test_a_dead_address_is_named():
    with pytest.raises(SpansNotSent) as raised:
        await send("http://127.0.0.1:9", patience=Patience(attempts=2))
    assert "127.0.0.1:9" in str(raised.value)


@pytest.mark.parametrize("encoding", ["json", "protobuf"])
async def test_spans_that_a_collector_rejects_are_counted(collector, encoding):
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceResponse

    answer = ExportTraceServiceResponse()
    answer.partial_success.rejected_spans = 2
    answer.partial_success.error_message = "too old"
    text = {"partialSuccess": {"rejectedSpans": "2", "errorMessage": "too old"}}
    body = json.dumps(text).encode() if encoding == "json" else answer.SerializeToString()
    collector.answers = [web.Response(body=body)]
    assert await send(collector.url, encoding=encoding) == (3, 2, "too old", 0)

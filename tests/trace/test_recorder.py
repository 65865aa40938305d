"""The recorder: cheap for the caller, one writer, nothing lost in silence."""

import threading
import time

import pytest

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.clock import ManualClock, SystemClock
from loomwork.kernel.errors.trace import RedactionFailed, SpanRefused, SpansDropped, SpansKept, TraceWarning
from loomwork.kernel.ids import Ids
from loomwork.kernel.usage import Cost, Money, Usage
from loomwork.trace import reading
from loomwork.trace.recorder import Limits, Recorder
from tests.trace.fakes import MemorySpans


class Bench:
    """A recorder over a store in memory, with the warnings it gave."""

    def __init__(self, **more):
        self.spans = MemorySpans()
        self.clock = more.pop("clock", ManualClock())
        self.warnings: list[TraceWarning] = []
        more.setdefault("writing", "inline")
        ids = Ids.seeded(1, clock=self.clock)
        self.recorder = Recorder(self.spans, clock=self.clock, ids=ids, warn=self.warnings.append, **more)

    def span(self, name="s", **more):
        return self.recorder.start(name, kind=more.pop("kind", "step"), **more)

    @property
    def lost(self):
        return sum(int(str(w.fields["count"])) for w in self.warnings if isinstance(w, SpansDropped))


@pytest.fixture
def bench():
    made = Bench()
    yield made
    made.spans.fail = None
    made.recorder.close()


def test_a_span_becomes_a_row_with_everything_that_was_set(bench):
    span = bench.span("ask", kind="model", run="r1", item=3, trial=2, subject="anna", attributes={"a": 1})
    span.set("gen_ai.request.model", "gpt-4o")
    span.usage(Usage(input_tokens=10, output_tokens=4, cached_input_tokens=6, reasoning_tokens=1))
    span.cost(Money(1500, "CNY"))
    span.body_in(b"question", "quest")
    span.body_out(digest_bytes(b"answer"), "ans")
    bench.clock.tick(1.5)
    span.end()
    assert bench.recorder.flush() == 0
    (row,) = bench.spans.rows
    assert (row.name, row.kind, row.run, row.item, row.trial, row.subject) == ("ask", "model", "r1", 3, 2, "anna")
    assert row.end_ns - row.start_ns == 1_500_000_000
    assert (row.model, row.input_tokens, row.output_tokens) == ("gpt-4o", 10, 4)
    assert (row.cost_micros, row.currency, row.status, row.error) == (1500, "CNY", "ok", None)
    assert (row.input, row.output) == ("=question", digest_bytes(b"answer"))
    assert (row.preview_in, row.preview_out) == ("quest", "ans")
    assert bench.spans.bodies == {}
    cached, reasoning = "gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.reasoning.output_tokens"
    assert row.attributes == {"a": 1, cached: 6, reasoning: 1}


def test_a_price_that_nobody_knows_stays_unknown(bench):
    span = bench.span()
    span.cost(None)
    span.end()
    bench.recorder.flush()
    assert bench.spans.rows[0].cost_micros is None


def test_what_is_metered_adds_up(bench):
    span = bench.span("ask", kind="model")
    for _ in range(2):
        usage = Usage(input_tokens=5, output_tokens=1)
        span.meter(requests=1, usage=usage, cost=Cost.of(Money(70, "USD")))
    span.meter(requests=1)
    span.end()
    bench.recorder.flush()
    (row,) = bench.spans.rows
    assert (row.input_tokens, row.output_tokens, row.cost_micros, row.currency) == (10, 2, 140, "USD")
    assert row.attributes == {"loomwork.requests": 3}


@pytest.mark.parametrize("second", [Cost.of(Money(3, "CNY")), Cost.of(None)])
def test_a_cost_that_one_amount_cannot_say_is_kept_in_its_parts(bench, second):
    span = bench.span("ask", kind="model")
    span.meter(cost=Cost.of(Money(70, "USD")))
    span.meter(cost=second)
    span.end()
    bench.recorder.flush()
    (row,) = bench.spans.rows
    assert (row.cost_micros, row.currency) == (None, "")
    assert reading.totals([row]).cost == Cost.of(Money(70, "USD")) + second


def test_a_child_belongs_to_its_parents_trace_and_item(bench):
    parent = bench.span("parent", run="r1", item=3, trial=1, subject="anna")
    child = bench.span("child", parent=parent)
    other = bench.span("other", parent=parent, run="r2", item=9)
    for span in (child, other, parent):
        span.end()
    bench.recorder.flush()
    rows = {row.name: row for row in bench.spans.rows}
    assert rows["child"].parent == rows["parent"].span
    assert rows["child"].trace == rows["parent"].trace
    assert (rows["child"].run, rows["child"].item, rows["child"].trial, rows["child"].subject) == ("r1", 3, 1, "anna")
    assert (rows["other"].run, rows["other"].item, rows["other"].subject) == ("r2", 9, "anna")


def test_ending_a_span_twice_records_it_once(bench):
    span = bench.span()
    span.end("error", "boom")
    span.end()
    bench.recorder.flush()
    assert [(row.status, row.error) for row in bench.spans.rows] == [("error", "boom")]


def test_a_long_body_is_written_once_and_referred_to(bench):
    long = b"long " * 1000
    for _ in range(2):
        span = bench.span()
        span.body_in(long)
        span.end()
    assert bench.recorder.flush() == 0
    assert {row.input for row in bench.spans.rows} == {digest_bytes(long)}
    assert bench.spans.bodies == {digest_bytes(long): long}


def test_previews_errors_and_texts_are_redacted_and_bodies_are_exact():
    bench = Bench(redact=lambda text: text.replace("s3cret", "***"))
    span = bench.span(attributes={"note": ["s3cret"], "loomwork.call": "s3cret-id"})
    span.body_in(b"s3cret", "my s3cret")
    span.body_out(b"s3cret out", "s3cret out")
    span.end("error", "bad s3cret")
    bench.recorder.close()
    (row,) = bench.spans.rows
    assert (row.preview_in, row.preview_out, row.error) == ("my ***", "*** out", "bad ***")
    assert row.attributes == {"note": ["***"], "loomwork.call": "s3cret-id"}
    assert (row.input, row.output) == ("=s3cret", "=s3cret out")


def test_a_secret_at_the_cut_of_a_preview_is_redacted_before_the_cut():
    bench = Bench(redact=lambda text: text.replace("s3cret", "***"))
    span = bench.span()
    span.body_in(b"", "x" * 397 + "s3cret" + "y" * 500)
    span.end()
    bench.recorder.close()
    assert "s3" not in bench.spans.rows[0].preview_in


def test_a_failing_redactor_leaves_the_text_out_and_says_so():
    def broken(text):
        raise RuntimeError("no patterns")

    bench = Bench(redact=broken)
    span = bench.span("s", attributes={"note": "private", "loomwork.call": "c1"})
    span.body_in(b"body", "private")
    span.end("error", "private")
    bench.recorder.close()
    (row,) = bench.spans.rows
    assert "private" not in repr(row)
    assert row.status == "error"
    assert row.attributes == {"loomwork.call": "c1"}
    assert row.input == "=body"
    assert [type(warning) for warning in bench.warnings] == [RedactionFailed]


def test_any_attribute_value_can_be_stored(bench):
    class Odd:
        def __str__(self):
            return "odd"

    span = bench.span(attributes={"big": 2**80, "set": {1}, "odd": Odd(), "lone": chr(0xD800), "map": {1: (None,)}})
    span.end()
    bench.recorder.flush()
    (row,) = bench.spans.rows
    expected = {"big": str(2**80), "set": [1], "odd": "odd", "lone": "\ufffd", "map": {"1": [None]}}
    assert row.attributes == expected


def test_one_span_that_no_store_can_keep_is_refused_alone(bench):
    bench.spans.refuse = "poison"
    for name in ("a", "b", "poison", "c", "d"):
        bench.span(name).end()
    assert bench.recorder.flush() == 0
    assert bench.spans.names == ["a", "b", "c", "d"]
    assert [type(warning) for warning in bench.warnings] == [SpanRefused]
    assert "poison" in str(bench.warnings[0])


def test_a_failing_store_keeps_the_spans_and_warns_once(bench):
    bench.spans.fail = OSError("disk full")
    bench.span("a").end()
    assert bench.recorder.flush() == 1
    bench.span("b").end()
    assert bench.recorder.flush() == 2
    assert [type(warning) for warning in bench.warnings] == [SpansKept]
    bench.spans.fail = None
    assert bench.recorder.flush() == 0
    assert bench.spans.names == ["a", "b"]


def test_a_second_failure_is_told_again(bench):
    for _ in range(2):
        bench.spans.fail = OSError("disk full")
        bench.span().end()
        bench.recorder.flush()
        bench.spans.fail = None
        bench.recorder.flush()
    assert [type(warning) for warning in bench.warnings] == [SpansKept, SpansKept]


def test_memory_for_waiting_spans_is_bounded_and_the_lost_are_counted():
    bench = Bench(limits=Limits(spans=10, inline=5))
    bench.spans.fail = OSError("disk full")
    for number in range(50):
        bench.span(str(number)).end()
    assert bench.recorder.flush() == 20
    bench.spans.fail = None
    assert bench.recorder.close() == 0
    assert bench.spans.names == [str(number) for number in range(20)]
    assert bench.lost == 30


def test_memory_for_waiting_bodies_is_bounded():
    bench = Bench(limits=Limits(bytes=10_000, inline=1000))
    bench.spans.fail = OSError("disk full")
    for _ in range(50):
        span = bench.span()
        span.body_in(b"x" * 1000)
        span.end()
    held = bench.recorder.flush()
    assert 10 <= held <= 14
    assert bench.lost == 50 - held
    bench.spans.fail = None
    bench.recorder.close()


def test_closing_over_a_failing_store_says_how_many_are_lost():
    bench = Bench()
    bench.spans.fail = OSError("gone")
    bench.span().end()
    assert bench.recorder.close() == 1
    assert isinstance(bench.warnings[-1], SpansDropped)


def test_a_span_that_ends_after_close_is_reported(bench):
    span = bench.span()
    bench.recorder.close()
    span.end()
    assert [type(warning) for warning in bench.warnings] == [SpansDropped]


def test_a_broken_warning_callback_does_not_stop_the_writing(caplog):
    def broken(warning):
        raise RuntimeError("callback")

    spans = MemorySpans()
    clock = ManualClock()
    recorder = Recorder(spans, clock=clock, ids=Ids.seeded(1, clock=clock), warn=broken, writing="inline")
    spans.fail = OSError("disk full")
    recorder.start("a", kind="step").end()
    assert recorder.flush() == 1
    spans.fail = None
    assert recorder.close() == 0
    assert "callback failed" in caplog.text


def test_a_full_batch_is_written_inline_without_a_thread():
    bench = Bench(limits=Limits(inline=3))
    for _ in range(7):
        bench.span().end()
    assert len(bench.spans.rows) == 6
    bench.recorder.close()


def test_the_writer_thread_stores_a_span_by_itself():
    written = threading.Event()
    bench = Bench(writing="thread", clock=SystemClock())
    bench.spans.before_write = written.set
    bench.span().end()
    assert written.wait(5)
    bench.recorder.close()
    assert len(bench.spans.rows) == 1


def test_many_threads_lose_no_span():
    bench = Bench(writing="thread", clock=SystemClock())

    def work(number):
        for each in range(200):
            bench.span(f"{number}-{each}").end()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert bench.recorder.flush() == 0
    bench.recorder.close()
    assert len(set(bench.spans.names)) == 1600 == len(bench.spans.rows)
    assert bench.warnings == []


def test_transactions_shrink_to_their_time_when_the_store_is_slow():
    bench = Bench(limits=Limits(inline=100_000, transaction_s=0.005))
    bench.spans.before_write = lambda: None

    def slow_write(rows, bodies=(), write=bench.spans.write):
        bench.clock.tick(0.001 * len(rows))
        write(rows, bodies)

    bench.spans.write = slow_write
    for _ in range(2000):
        bench.span().end()
    bench.recorder.close()
    assert max(bench.spans.batches[-50:]) <= 6
    assert len(bench.spans.rows) == 2000


def test_a_full_buffer_blocks_its_caller_only_briefly():
    release = threading.Event()
    bench = Bench(writing="thread", clock=SystemClock(), limits=Limits(spans=5, patience_s=0.01, gather_s=0.001))
    bench.spans.before_write = release.wait
    began = time.monotonic()
    for _ in range(30):
        bench.span().end()
    took = time.monotonic() - began
    release.set()
    bench.recorder.close()
    assert took < 5
    assert len(bench.spans.rows) + bench.lost == 30
    assert bench.lost > 0

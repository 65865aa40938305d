"""The list of traces, its live tail, and one trace as columns."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from starlette.testclient import TestClient

from loomwork.store.rows import SpanRow
from loomwork.studio.api.traces import live_traces
from loomwork.studio.studio import Studio
from loomwork.studio.traces.columns import short, text_of, trace_as_columns
from loomwork.studio.wire.traces import NewTraces, Trace, TraceFilter, TraceList
from tests.store.rowmaking import NOW_NS, a_call, a_span, d
from tests.studio.traced import XSS, asked, copied, opened, runs_of, spans_of

_MS = 1_000_000


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    with opened(copied(tmp_path)) as studio:
        yield studio


@pytest.fixture
def client(studio: Studio) -> Iterator[TestClient]:
    with asked(studio) as client:
        yield client


def listed(client: TestClient, **query: object) -> TraceList:
    answer = client.get("/api/traces", params={name: str(value) for name, value in query.items()})
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=TraceList)


def shown(client: TestClient, trace: str, **query: str) -> Trace:
    answer = client.get(f"/api/traces/{trace}", params=query)
    assert answer.status_code == 200, answer.text
    return msgspec.json.decode(answer.content, type=Trace)


def names(trace: Trace) -> list[tuple[int, str]]:
    return [
        (depth, trace.strings[name].rpartition(":")[2]) for depth, name in zip(trace.depths, trace.names, strict=True)
    ]


def test_the_newest_trace_stands_first_with_what_it_came_to(client: TestClient) -> None:
    page = listed(client)
    assert len(page.traces) == 6
    assert not page.more
    assert page.scanned == 6
    assert [head.started_ms for head in page.traces] == sorted((h.started_ms for h in page.traces), reverse=True)
    head = page.traces[0]
    assert (head.name, head.kind, head.state) == ("app:answer", "step", "ok")
    assert (head.spans, head.hits, head.failed, head.partial) == (4, 2, 0, False)
    assert head.input_tokens > 0


def test_a_question_of_markup_is_listed_as_it_was_asked(client: TestClient) -> None:
    assert any(XSS[:20] in head.input for head in listed(client, q="ONERROR").traces)


def test_filters_choose_traces_by_root_and_by_what_lies_beneath(client: TestClient, studio: Studio) -> None:
    made, hits, edited = runs_of(studio.store)
    assert {head.run for head in listed(client, cached="yes").traces} == {hits}
    assert {head.run for head in listed(client, run="last").traces} == {edited}
    assert {head.run for head in listed(client, name="look_up").traces} == {made, edited}
    assert {head.run for head in listed(client, kind="model", name="app:answer").traces} == set()
    assert len(listed(client, status="ok").traces) == 6
    assert listed(client, status="failed").traces == ()
    assert listed(client, run="none").traces == ()
    assert listed(client, min_ms=3_600_000).traces == ()


def test_pages_go_on_where_the_one_before_ended(client: TestClient) -> None:
    first = listed(client, limit=4)
    assert first.more
    rest = listed(client, limit=4, before=first.next)
    assert len({head.trace for head in (*first.traces, *rest.traces)}) == 6
    assert not rest.more


def test_a_filter_by_an_alias_finds_what_the_alias_stands_for(client: TestClient, studio: Studio) -> None:
    (studio.folder / "loomwork.toml").write_text('[models.quick]\ndriver = "scripted"\nmodel = "tiny-1"\n')
    studio.store.spans.write([a_span("m", kind="model", model="tiny-1")])
    assert [head.models for head in listed(client, model="quick").traces] == [("tiny-1",)]
    assert [head.models for head in listed(client, model="tiny-1").traces] == [("tiny-1",)]


@pytest.mark.parametrize("query", [{"before": "x"}, {"status": "odd"}, {"limit": "many"}])
def test_a_filter_that_means_nothing_is_refused(client: TestClient, query: dict[str, str]) -> None:
    answer = client.get("/api/traces", params=query)
    assert (answer.status_code, answer.json()["kind"]) == (422, "ParameterWrong")


def test_a_trace_is_found_by_the_beginning_of_its_id(client: TestClient) -> None:
    whole = listed(client).traces[0].trace
    assert shown(client, whole[:28]).head.trace == whole
    assert shown(client, "last").head.trace == whole
    for wrong in ("0" * 32, "not-hex", "ff" * 40):
        assert client.get(f"/api/traces/{wrong}").json()["kind"] == "NoSuchTrace"


def test_a_trace_stands_in_the_order_of_its_tree(client: TestClient, studio: Studio) -> None:
    made, _, _ = runs_of(studio.store)
    trace = shown(client, spans_of(studio.store, made)[0].trace)
    assert names(trace) == [(0, "answer"), (1, "rewrite"), (2, "model"), (1, "look_up"), (1, "model")]
    assert trace.parents == [-1, 0, 1, 0, 0]
    assert trace.starts_ms[0] == 0
    assert all(ms >= 0 for ms in trace.starts_ms)
    assert set(trace.from_record) == {0}
    assert trace.head.spans == trace.total == 5
    assert not trace.more
    assert trace.critical[0] == 0 or 0 in trace.critical
    assert sum(trace.critical_ms) == pytest.approx(trace.durations_ms[0], abs=0.01)


def test_beneath_a_hit_stands_what_its_record_says(client: TestClient, studio: Studio) -> None:
    made, hits, edited = runs_of(studio.store)
    first = spans_of(studio.store, made)[0].trace
    trace = shown(client, spans_of(studio.store, hits)[0].trace)
    assert names(trace) == [(0, "answer"), (1, "rewrite"), (2, "model"), (1, "look_up"), (1, "model")]
    assert [trace.strings[origin] for origin in trace.from_record] == ["", first, first, first, first]
    assert [trace.states[0], trace.states[2]] == [1, 2]
    assert trace.head.spans == trace.total == 1
    assert trace.head.input_tokens == 0
    assert trace.critical == [0]
    changed = shown(client, spans_of(studio.store, edited)[0].trace)
    assert names(changed) == [(0, "answer"), (1, "rewrite"), (2, "model"), (1, "look_up"), (1, "model")]
    assert [bool(origin) for origin in changed.from_record] == [False, False, True, False, False]


def test_hits_may_stay_closed(client: TestClient, studio: Studio) -> None:
    _, hits, _ = runs_of(studio.store)
    assert names(shown(client, spans_of(studio.store, hits)[0].trace, hits="closed")) == [(0, "answer")]


def test_a_hit_whose_first_spans_are_gone_shows_the_calls_of_its_record(client: TestClient, studio: Studio) -> None:
    made, hits, _ = runs_of(studio.store)
    studio.store.care.prune(runs=[made], tables=["spans"])
    trace = shown(client, spans_of(studio.store, hits)[0].trace)
    assert names(trace) == [(0, "answer"), (1, "rewrite"), (1, "look_up"), (1, "model")]
    assert all(trace.from_record[1:])


def test_hits_that_lead_to_each_other_end(studio: Studio) -> None:
    """A damaged store must not hang the server."""
    store = studio.store
    one, two = "11" * 16, "22" * 16
    calls = {name: d(f"call {name}")[:28] for name in "ab"}
    store.calls.commit(a_call("a", id=calls["a"], trace=one, span=d("span a")[:16]), [], since_ns=0)
    store.calls.commit(a_call("b", id=calls["b"], key=d("k2"), trace=two, span=d("span b")[:16]), [], since_ns=0)
    for trace, name, other in ((one, "a", "b"), (two, "b", "a")):
        root = a_span(name, trace=trace)
        hit = a_span(
            f"hit {name}", trace=trace, parent=root.span, cached=True, attributes={"loomwork.call": calls[other]}
        )
        store.spans.write([root, hit])
    shown_ = trace_as_columns(store, one)
    assert len(shown_.ids) <= 4
    assert not shown_.more


def test_what_failed_and_what_was_slow_or_dear_can_be_jumped_to(studio: Studio) -> None:
    root = a_span("root", end_ns=NOW_NS + 100 * _MS, status="error", error="beneath")

    def child(name: str, start: int, end: int, **more: object) -> SpanRow:
        times = {"start_ns": NOW_NS + start * _MS, "end_ns": NOW_NS + end * _MS}
        return a_span(name, name=name, parent=root.span, **times, **more)

    rows = [
        root,
        child("quick", 0, 10, cost_micros=7, currency="USD"),
        child("slow", 10, 90, cost_micros=3, currency="USD"),
        child("broken", 90, 95, status="error", error="ValueError: no", cost_micros=9, currency="CNY"),
    ]
    studio.store.spans.write(rows)
    trace = trace_as_columns(studio.store, root.trace)
    label = [name for _, name in names(trace)]
    assert [label[at] for at in trace.slowest[:2]] == ["slow", "quick"]
    assert [label[at] for at in trace.dearest] == ["quick", "slow"]
    assert [label[at] for at in trace.failed] == ["broken", "answer"]
    assert trace.states == [3, 2, 2, 3]
    assert trace.previews[3] == "ValueError: no"
    assert [label[at] for at in trace.critical] == ["quick", "slow", "broken", "answer"]


def test_more_spans_than_are_asked_for_are_told_of_and_the_first_are_a_tree(studio: Studio) -> None:
    root = a_span("root", end_ns=NOW_NS + 100 * _MS)
    rest = [a_span(f"{n}", parent=root.span, start_ns=NOW_NS + n, end_ns=NOW_NS + n) for n in range(1, 20)]
    studio.store.spans.write([*reversed(rest), root])
    trace = trace_as_columns(studio.store, root.trace, limit=5)
    assert trace.parents == [-1, 0, 0, 0, 0]
    assert (trace.total, trace.more) == (20, True)


@pytest.mark.parametrize("text", ["plain " * 100, "三十天内可以退货。" * 100, "a\n\n b\tc", "\ud800 lone"])
def test_a_preview_is_one_line_of_few_bytes(text: str) -> None:
    line = short(text_of(a_span(preview_out=text)), 24)
    assert len(line.encode("utf-8", "replace")) <= 27
    assert "\n" not in line


def test_a_large_trace_is_less_than_a_megabyte_and_a_half(studio: Studio) -> None:
    root = a_span("root", end_ns=NOW_NS + 10_000 * _MS)
    said = {"preview_in": "问题" * 200, "preview_out": "答案" * 200, "model": "m", "input_tokens": 1234}
    rest = [
        a_span(
            f"{n}", parent=root.span, start_ns=NOW_NS + n * _MS, end_ns=NOW_NS + (n + 7) * _MS, cost_micros=n, **said
        )
        for n in range(1, 10_000)
    ]
    studio.store.spans.write([*rest, root])
    trace = trace_as_columns(studio.store, root.trace)
    assert len(trace.ids) == 10_000
    assert len(msgspec.json.encode(trace)) < 1_500_000


async def test_the_live_tail_tells_of_traces_as_they_end_and_goes_on_where_it_was(studio: Studio) -> None:
    query = TraceFilter(status="failed")
    tail = live_traces(studio, query, "0")
    studio.store.spans.write([a_span("one", status="error")])
    event = await anext(tail)
    assert isinstance(event.data, NewTraces)
    assert [head.trace for head in event.data.traces] == [d("trace")[:32]]
    await tail.aclose()
    studio.store.spans.write([a_span("fine", trace="33" * 16), a_span("two", trace="44" * 16, status="error")])
    again = live_traces(studio, query, event.id)
    event = await anext(again)
    assert isinstance(event.data, NewTraces)
    assert [head.trace for head in event.data.traces] == ["44" * 16]
    studio.store.spans.write([a_span("three", trace="55" * 16, status="error")])
    event = await anext(again)
    assert isinstance(event.data, NewTraces)
    assert [head.trace for head in event.data.traces] == ["55" * 16]
    await again.aclose()

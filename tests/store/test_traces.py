"""Traces are found by what their spans are, newest first, a page and a while at a time."""

import pytest

from loomwork.kernel.clock import ManualClock
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow
from loomwork.store.sqlite.store import SqliteStore
from loomwork.store.traces import Mark, TraceQuery
from tests.store.rowmaking import NOW_NS, a_span, d

_MS = 1_000_000


def trace_id(number: int) -> str:
    return d(f"trace {number}")[:32]


def a_root(number: int, **changes: object) -> SpanRow:
    start = NOW_NS + number * _MS
    fields: dict[str, object] = {"trace": trace_id(number), "start_ns": start, "end_ns": start + _MS}
    return a_span(f"root {number}", **(fields | changes))


def a_child(number: int, **changes: object) -> SpanRow:
    return a_root(number, **({"span": d(f"child {number}")[:16], "parent": d(f"span root {number}")[:16]} | changes))


@pytest.fixture
def filled(store: Store) -> Store:
    """Ten traces: 3 failed beneath, 4 itself, 5 called a model, 6 is a hit, 7 is slow, 8 of a run, 9 says needle."""
    further: dict[int, dict[str, object]] = {
        4: {"status": "error", "error": "ValueError: no"},
        6: {"cached": True},
        7: {"end_ns": NOW_NS + 10_000 * _MS},
        8: {"run": "r8", "name": "app.steps:answer"},
        9: {"preview_out": "a Needle in 50%_hay"},
    }
    children = {3: {"status": "error", "kind": "tool"}, 5: {"kind": "model", "model": "qwen", "name": "model"}}
    for number in range(10):
        spans = [a_child(number, **children[number])] if number in children else []
        store.spans.write([*spans, a_root(number, **further.get(number, {}))])
    return store


def found(store: Store, query: TraceQuery, *, limit: int = 50) -> list[int]:
    ids = {trace_id(number): number for number in range(10)}
    return [ids[root.row.trace] for root in store.traces.find(query, limit=limit).roots]


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        (TraceQuery(), list(range(9, -1, -1))),
        (TraceQuery(failed="yes"), [4, 3]),
        (TraceQuery(failed="no"), [9, 8, 7, 6, 5, 2, 1, 0]),
        (TraceQuery(failed="yes", kind="tool"), [3]),
        (TraceQuery(failed="yes", kind="model"), []),
        (TraceQuery(failed="no", kind="model"), [5]),
        (TraceQuery(kind="model"), [5]),
        (TraceQuery(models=("gpt", "qwen")), [5]),
        (TraceQuery(models=("gpt",)), []),
        (TraceQuery(name="model"), [5]),
        (TraceQuery(name="app.steps:answer"), [8]),
        (TraceQuery(name="answer", run="r8"), [8]),
        (TraceQuery(name="steps:answer"), []),
        (TraceQuery(run="r8"), [8]),
        (TraceQuery(run="nobody's"), []),
        (TraceQuery(run="", cached=True), [6]),
        (TraceQuery(min_ns=2 * _MS), [7]),
        (TraceQuery(max_ns=_MS, since_ns=NOW_NS + 6 * _MS), [9, 8, 6]),
        (TraceQuery(until_ns=NOW_NS + 2 * _MS), [1, 0]),
        (TraceQuery(text="needle"), [9]),
        (TraceQuery(text="50%_H"), [9]),
        (TraceQuery(text="50_%"), []),
        (TraceQuery(text="valueerror"), [4]),
        (TraceQuery(text="app.steps"), [8]),
    ],
)
def test_traces_are_found_by_what_is_asked(filled: Store, query: TraceQuery, numbers: list[int]) -> None:
    assert found(filled, query) == numbers


def test_a_failure_long_after_the_root_began_is_found_on_any_page(store: Store) -> None:
    hour = 3_600_000_000_000
    late = {"start_ns": NOW_NS + hour, "end_ns": NOW_NS + hour, "status": "error"}
    store.spans.write([a_child(0, **late), a_root(0, end_ns=NOW_NS + hour + 1), *map(a_root, range(1, 10))])
    page = store.traces.find(TraceQuery(failed="yes"), limit=5, before=Mark(NOW_NS + 4 * _MS, 0))
    assert [root.row.trace for root in page.roots] == [trace_id(0)]


def test_pages_follow_one_another_without_gap_or_repetition(store: Store) -> None:
    """Also where several began at the same moment."""
    store.spans.write([a_root(number, start_ns=NOW_NS + number // 4) for number in range(10)])
    seen: list[str] = []
    scanned, before = 0, None
    for _ in range(4):
        page = store.traces.find(TraceQuery(), limit=3, before=before)
        seen += [root.row.trace for root in page.roots]
        scanned, before = scanned + page.scanned, page.next
    assert seen == [trace_id(number) for number in range(9, -1, -1)]
    assert (scanned, before) == (10, None)


def test_a_page_that_ends_with_the_last_trace_says_that_there_are_no_more(filled: Store) -> None:
    assert filled.traces.find(TraceQuery(), limit=10).next is None
    assert filled.traces.find(TraceQuery(), limit=9).next is not None


class _Ticking(ManualClock):
    """Every look at the clock costs a tenth of a second."""

    def monotonic(self) -> float:
        self.tick(0.1)
        return super().monotonic()


def test_a_search_whose_time_is_up_says_how_far_it_came_and_goes_on_from_there() -> None:
    store = SqliteStore.temporary(clock=_Ticking())
    store.spans.write([a_root(number) for number in range(3500)])
    query = TraceQuery(failed="yes")
    page = store.traces.find(query, limit=50, patience_s=0.05)
    assert (page.roots, page.scanned) == ([], 1000)
    assert page.next is not None
    rest = store.traces.find(query, limit=50, before=page.next, patience_s=60.0)
    assert (rest.scanned, rest.next) == (2500, None)
    store.close()


def test_what_was_written_since_is_found_in_order_of_writing(filled: Store) -> None:
    before = filled.traces.newest()
    assert filled.traces.written_after(before, TraceQuery(), limit=10).roots == []
    filled.spans.write([a_child(21, status="error"), a_root(21)])
    filled.spans.write([a_root(20)])
    ids = [root.row.trace for root in filled.traces.written_after(before, TraceQuery(), limit=10).roots]
    assert ids == [trace_id(21), trace_id(20)]
    failed = filled.traces.written_after(before, TraceQuery(failed="yes"), limit=10)
    assert [root.row.trace for root in failed.roots] == [trace_id(21)]
    assert failed.next is not None
    assert failed.next.number == filled.traces.newest()
    well = filled.traces.written_after(before, TraceQuery(failed="no"), limit=10)
    assert [root.row.trace for root in well.roots] == [trace_id(20)]


def test_a_trace_is_read_from_its_start_up_to_a_number_of_spans(filled: Store) -> None:
    trace = trace_id(5)
    assert [row.span for row in filled.traces.spans(trace, limit=10)] == [row.span for row in filled.spans.trace(trace)]
    assert filled.traces.count(trace) == 2
    assert len(filled.traces.spans(trace, limit=1)) == 1
    first = filled.spans.trace(trace)[0]
    assert filled.traces.span(trace, first.span) == first
    assert filled.traces.span(trace, "0" * 16) is None


def test_a_trace_is_found_by_the_beginning_of_its_id(filled: Store) -> None:
    whole = trace_id(3)
    assert filled.traces.beginning(whole[:7]) == [whole]
    assert filled.traces.beginning(whole) == [whole]
    assert len(filled.traces.beginning("")) == 5

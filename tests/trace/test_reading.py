"""Reading one trace: tree, critical path, totals."""

from decimal import Decimal
from typing import Any

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.store.rows import SpanRow
from loomwork.trace import outline, reading

BASE = SpanRow(trace="a" * 32, span="root", name="n", kind="step", start_ns=0, end_ns=100)


def span(name: str, parent: str = "", **more: Any) -> SpanRow:
    return msgspec.structs.replace(BASE, span=name, name=name, parent=parent, **more)


@st.composite
def traces(draw):
    """Draw a trace with overlapping, late and stray children, missing parents and rings."""
    found = []
    for number in range(draw(st.integers(1, 12))):
        start = draw(st.integers(0, 100))
        parent = draw(st.sampled_from(["", "missing", *(str(each) for each in range(12))]))
        found.append(span(str(number), parent, start_ns=start, end_ns=start + draw(st.integers(0, 100))))
    return found


def test_children_stand_under_their_parents_in_order_of_start():
    rows = [span("c2", "root", start_ns=50), span("root"), span("c1", "root", start_ns=10), span("g", "c1")]
    (root,) = reading.build_tree(rows)
    assert [child.row.span for child in root.children] == ["c1", "c2"]
    assert [(node.row.span, node.depth) for node in reading.walk([root])] == [
        ("root", 0),
        ("c1", 1),
        ("g", 2),
        ("c2", 1),
    ]


def test_a_span_whose_parent_is_missing_is_a_root():
    assert [root.row.span for root in reading.build_tree([span("a"), span("b", "gone", start_ns=5)])] == ["a", "b"]


def test_spans_that_are_each_others_parents_are_still_shown():
    roots = reading.build_tree([span("a", "b", start_ns=1), span("b", "a"), span("self", "self", start_ns=9)])
    assert [node.row.span for node in reading.walk(roots)] == ["b", "a", "self"]


@settings(max_examples=100, deadline=None)
@given(traces())
def test_every_span_is_in_the_tree_once(rows):
    shown = [node.row for node in reading.walk(reading.build_tree(rows))]
    assert sorted(row.span for row in shown) == sorted(row.span for row in rows)


def test_a_chain_of_ten_thousand_spans_is_read():
    rows = [span(str(number), str(number - 1) if number else "") for number in range(10_000)]
    (root,) = reading.build_tree(rows)
    assert len(list(reading.walk([root]))) == 10_000
    of = outline.outlined([reading.line_of(row) for row in rows])
    assert outline.critical_path(of, 0) == [(9999, 0, 100)]


def test_the_critical_path_follows_the_child_that_ended_last():
    rows = [
        span("root"),
        span("short", "root", start_ns=10, end_ns=40),
        span("long", "root", start_ns=10, end_ns=70),
        span("inner", "long", start_ns=20, end_ns=65),
        span("tail", "root", start_ns=80, end_ns=95),
    ]
    of = outline.outlined([reading.line_of(row) for row in rows])
    found = [(of.lines[at].span, end - start) for at, start, end in outline.critical_path(of, 0)]
    expected = [("root", 10), ("long", 10), ("inner", 45), ("long", 5), ("root", 10), ("tail", 15), ("root", 5)]
    assert found == expected


def test_totals_count_usage_where_it_is_stated_lowest():
    rows = [
        span("agent", kind="agent", input_tokens=30, output_tokens=3, cost_micros=50, currency="USD"),
        span("m1", "agent", kind="model", model="x", input_tokens=10, output_tokens=1, cost_micros=20, currency="USD"),
        span("step", "agent"),
        span("m2", "step", kind="model", model="x", input_tokens=20, output_tokens=2, cost_micros=30, currency="CNY"),
    ]
    found = reading.totals(rows)
    assert (found.usage.input_tokens, found.usage.output_tokens) == (30, 3)
    assert found.cost.by_currency() == {"USD": Decimal("0.00002"), "CNY": Decimal("0.00003")}
    assert (found.cost.unpriced, found.models, found.spans) == (0, {"x": 2}, 4)


def test_a_call_without_a_price_is_counted_as_unknown_and_never_as_nothing():
    rows = [
        span("free", kind="model", cost_micros=0, currency="USD"),
        span("unknown", kind="model", input_tokens=5),
        span("hit", kind="model", cached=True),
        span("refused", kind="model", status="error"),
        span("step"),
    ]
    assert reading.totals(rows).cost.unpriced == 1


def test_totals_add_the_parts_of_the_usage():
    rows = [span(n, kind="model", input_tokens=9, attributes={"gen_ai.usage.cache_read.input_tokens": 4}) for n in "ab"]
    assert reading.totals(rows).usage.cached_input_tokens == 8


def test_totals_of_nothing_are_nothing():
    assert reading.totals([]).spans == 0

"""An outline says of a trace what `reading` says of its rows: the same tree, path and sums."""

from hypothesis import given
from hypothesis import strategies as st

from loomwork.kernel.clock import SystemClock
from loomwork.store.outlines import SpanLine
from loomwork.store.rows import SpanRow
from loomwork.store.sqlite.store import SqliteStore
from loomwork.trace import outline, reading, semconv

_KINDS = st.sampled_from(["step", "model", "tool", "embed"])
_MIXED = {"amounts": {"CNY": 5, "USD": 7}, "unpriced": 1}


@st.composite
def traces(draw: st.DrawFn, *, rings: bool) -> list[SpanRow]:
    """Spans of one trace: a parent is nobody, somebody who is not there, one before it, or (a ring) any of them."""
    count = draw(st.integers(1, 12))

    def a_row(number: int) -> SpanRow:
        parents = st.sampled_from(["", "ff" * 8, *(f"{n:016x}" for n in range(count if rings else number))])
        start = draw(st.integers(0, 40))
        cost = draw(st.sampled_from([None, 0, 3, 9]))
        mixed = cost is None and draw(st.booleans())
        return SpanRow(
            trace="aa" * 16,
            span=f"{number:016x}",
            parent=draw(parents),
            name=draw(st.sampled_from(["ask", "find"])),
            kind=draw(_KINDS),
            start_ns=start,
            end_ns=start + draw(st.integers(0, 30)),
            status=draw(st.sampled_from(["ok", "error", "unset"])),
            error=draw(st.sampled_from([None, "", "ValueError: no"])),
            cached=draw(st.booleans()),
            model=draw(st.sampled_from(["", "m"])),
            input_tokens=draw(st.integers(0, 2)),
            output_tokens=draw(st.integers(0, 2)),
            cost_micros=cost,
            currency="" if cost is None else draw(st.sampled_from(["USD", "CNY"])),
            preview_out=draw(st.sampled_from(["", "said"])),
            preview_in="asked",
            attributes={semconv.MIXED_COST: _MIXED} if mixed else {},
        )

    return [a_row(number) for number in range(count)]


def line_of(row: SpanRow) -> SpanLine:
    """Return a row's line, as a store gives it."""
    return SpanLine(
        row.span, row.parent, row.name, row.kind, row.start_ns, row.end_ns, row.status, row.cached, row.model,
        row.input_tokens, row.output_tokens, row.cost_micros, row.currency, row.attributes.get(semconv.MIXED_COST),
        "", "",
    )  # fmt: skip


@given(traces(rings=True))
def test_an_outline_is_the_tree_that_reading_builds(rows: list[SpanRow]) -> None:
    nodes = list(reading.walk(reading.build_tree(rows)))
    of = outline.outlined(list(map(line_of, rows)))
    assert [line.span for line in of.lines] == [node.row.span for node in nodes]
    assert of.depths == [node.depth for node in nodes]
    assert outline.own_times(of) == [node.own_ns for node in nodes]
    places = {node.row.span: at for at, node in enumerate(nodes)}
    assert [children or [] for children in of.children] == [
        [places[child.row.span] for child in node.children] for node in nodes
    ]


@given(traces(rings=False))
def test_an_outline_has_the_critical_path_and_the_sums_that_reading_has(rows: list[SpanRow]) -> None:
    roots = reading.build_tree(rows)
    of = outline.outlined(list(map(line_of, rows)))
    held: dict[str, int] = {}
    for segment in reading.critical_path(max(roots, key=lambda node: node.duration_ns)):
        held[segment.span] = held.get(segment.span, 0) + segment.end_ns - segment.start_ns
    assert {of.lines[at].span: ns for at, ns in outline.critical_times(of).items()} == held
    assert [of.lines[at].span for at in outline.critical_times(of)] == list(held)
    said, came = reading.totals(rows), outline.sums(of)
    assert (came.failed, came.cached, came.models) == (said.failed, said.cached, said.models)
    assert (came.input_tokens, came.output_tokens) == (said.usage.input_tokens, said.usage.output_tokens)
    assert came.cost.by_currency() == said.cost.by_currency()
    assert came.cost.unpriced == said.cost.unpriced


def test_a_store_gives_lines_by_start_with_the_error_of_what_failed_else_the_output_else_the_input() -> None:
    def row(number: int, **said: object) -> SpanRow:
        fields: dict[str, object] = {"start_ns": -number, "end_ns": 0, "preview_in": "asked", **said}
        return SpanRow(trace="aa" * 16, span=f"{number:016x}", name="n", kind="step", **fields)  # pyright: ignore[reportArgumentType]  fields by name

    rows = [
        row(5, attributes={semconv.MIXED_COST: _MIXED}, cached=True, model="m", cost_micros=4, currency="CNY"),
        row(4, status="error", error="broken", preview_out="said"),
        row(3, status="ok", error="broken", preview_out="said"),
        row(2, status="error", error=None),
        row(1, attributes={"loomwork.call": "c1"}),
    ]
    store = SqliteStore.temporary(clock=SystemClock())
    try:
        store.spans.write(rows[::-1])
        lines = store.traces.lines("aa" * 16, limit=10, preview=4)
        first = store.traces.lines("aa" * 16, limit=2, preview=4)
    finally:
        store.close()
    assert [line.preview for line in lines] == ["aske", "brok", "said", "aske", "aske"]
    assert [line.call for line in lines] == ["", "", "", "", "c1"]
    assert [line._replace(preview="", call="") for line in lines] == [line_of(row) for row in rows]
    assert first == lines[:2]

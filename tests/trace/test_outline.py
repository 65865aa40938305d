"""An outline against what its words say, tried on each moment and each span by itself: tree, own time, path, sums."""

import itertools
from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from loomwork.kernel.clock import SystemClock
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


def outlined(rows: list[SpanRow]) -> outline.Outline:
    return outline.outlined(list(map(reading.line_of, rows)))


def moments(of: outline.Outline, at: int) -> set[int]:
    """The nanoseconds that a span took, each by itself."""
    return set(range(of.starts[at], of.ends[at]))


@given(traces(rings=True))
def test_every_span_stands_once_behind_its_parent_among_its_siblings_by_start(rows: list[SpanRow]) -> None:
    of = outlined(rows)
    assert sorted(line.span for line in of.lines) == [row.span for row in rows]
    known = {row.span for row in rows}
    for at, line in enumerate(of.lines):
        parent = of.parents[at]
        if parent < 0:
            ring = line.parent in known and line.parent != line.span
            assert not ring or line.parent in {of.lines[each].span for each in range(len(rows)) if at in _up(of, each)}
        else:
            assert parent < at
            assert of.lines[parent].span == line.parent
        assert of.depths[at] == (0 if parent < 0 else of.depths[parent] + 1)
        assert (of.children[at] or []) == [each for each, above in enumerate(of.parents) if above == at]
    for siblings in ([at for at, above in enumerate(of.parents) if above < 0], *(each or [] for each in of.children)):
        starts = [(of.starts[at], -of.ends[at]) for at in siblings]
        assert starts == sorted(starts)


def _up(of: outline.Outline, at: int) -> list[int]:
    found = [at]
    while of.parents[found[-1]] >= 0:
        found.append(of.parents[found[-1]])
    return found


@given(traces(rings=True))
def test_own_time_is_every_moment_in_which_no_child_ran(rows: list[SpanRow]) -> None:
    of = outlined(rows)
    own = [
        len(moments(of, at) - {moment for child in of.children[at] or () for moment in moments(of, child)})
        for at in range(len(rows))
    ]
    assert outline.own_times(of) == own


@given(traces(rings=True))
def test_the_critical_path_has_no_gap_adds_up_and_waits_for_whoever_ended_last(rows: list[SpanRow]) -> None:
    of = outlined(rows)
    for root in [at for at, parent in enumerate(of.parents) if parent < 0]:
        path = outline.critical_path(of, root)
        assert sum(end - start for _, start, end in path) == of.ends[root] - of.starts[root]
        assert all(before[2] == after[1] for before, after in itertools.pairwise(path))
        for at, start, end in path:
            assert root in _up(of, at)
            for child in of.children[at] or ():
                assert not moments(of, child) & set(range(start, end))


@given(traces(rings=False))
def test_tokens_and_money_count_where_nothing_beneath_states_any(rows: list[SpanRow]) -> None:
    of = outlined(rows)

    def states(at: int) -> bool:
        line = of.lines[at]
        return bool(line.input_tokens or line.output_tokens) or line.cost_micros is not None or line.mixed is not None

    beneath = [{each for each in range(len(rows)) if at in _up(of, each)[1:]} for at in range(len(rows))]
    counted = [of.lines[at] for at in range(len(rows)) if not any(map(states, beneath[at]))]
    came = outline.sums_of(of)
    assert came.input_tokens == sum(line.input_tokens for line in counted)
    micros: Counter[str] = Counter()
    unpriced = 0
    for line in counted:
        if line.mixed is not None:
            micros.update({"CNY": 5, "USD": 7})
            unpriced += 1
        elif line.cost_micros is not None:
            micros[line.currency] += line.cost_micros
        elif line.kind in ("model", "embed") and not line.cached:
            unpriced += line.status != "error" or bool(line.input_tokens or line.output_tokens)
    assert {name: int(amount * 10**6) for name, amount in came.cost.by_currency().items() if amount} == +micros
    assert came.cost.unpriced == unpriced
    said = reading.totals(rows)
    assert (said.usage.input_tokens, said.usage.output_tokens) == (came.input_tokens, came.output_tokens)
    assert (said.cost, said.models, said.failed, said.cached) == (came.cost, came.models, came.failed, came.cached)


@given(traces(rings=True))
def test_nodes_stand_as_the_lines_do(rows: list[SpanRow]) -> None:
    of = outlined(rows)
    nodes = list(reading.walk(reading.build_tree(rows)))
    assert [(node.row.span, node.depth) for node in nodes] == [
        (line.span, depth) for line, depth in zip(of.lines, of.depths, strict=True)
    ]


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
    assert [line._replace(preview="", call="") for line in lines] == [reading.line_of(row) for row in rows]
    assert first == lines[:2]

"""Strategies for span rows in their canonical form."""

from hypothesis import strategies as st

from loomwork.kernel.bodies import reference, within
from loomwork.store.rows import SpanRow
from loomwork.trace import semconv
from loomwork.trace.otlp.mapping import BODIES, COLUMNS, KIND

RESERVED = {name for name, _ in COLUMNS.values()} | set(BODIES.values()) | {KIND, semconv.REQUEST_MODEL}
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
scalars = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False)
    | text
    | st.binary(max_size=8)
)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=6
)
names = (text | st.sampled_from(["gen_ai.provider.name", "gen_ai.system", "tool.name", "loomwork.call"])).filter(
    lambda name: name not in RESERVED and not name.startswith("otel.")
)


def hexes(digits):
    return st.text("0123456789abcdef", min_size=digits, max_size=digits)


moments = st.integers(0, 2**63 - 1)
plain_attributes = st.dictionaries(names, values, max_size=4)
events = st.lists(
    st.fixed_dictionaries({"name": text, "time_ns": moments, "attributes": plain_attributes}), min_size=1, max_size=2
)
links = st.lists(
    st.fixed_dictionaries({"trace": hexes(32), "span": hexes(16), "attributes": plain_attributes}),
    min_size=1,
    max_size=2,
)
scopes = st.fixed_dictionaries({"name": text, "version": text}).filter(
    lambda s: s != {"name": "loomwork", "version": ""}
)
resources = st.dictionaries(text, values, max_size=2).filter(lambda r: r != {"service.name": "loomwork"})
otel = st.fixed_dictionaries(
    {},
    optional={"otel.events": events, "otel.links": links, "otel.scope": scopes, "otel.resource": resources},
)
bodies = st.text(st.characters(exclude_categories=["Cs"]), max_size=20).map(str.encode) | st.binary(max_size=20)


@st.composite
def rows(draw) -> tuple[SpanRow, dict[str, bytes]]:
    """Return a canonical row and its bodies by digest."""
    kind = draw(st.sampled_from(["step", "model", "tool", "search", "embed", "agent", "span"]) | text.filter(bool))
    start = draw(moments)
    found = draw(st.fixed_dictionaries({}, optional={"input": bodies, "output": bodies}))
    cost = draw(st.none() | st.integers(0, 2**62))
    row = SpanRow(
        trace=draw(hexes(32)),
        span=draw(hexes(16)),
        parent=draw(st.just("") | hexes(16).filter(lambda i: i != "0" * 16)),
        name=draw(text),
        kind=kind,
        start_ns=start,
        end_ns=draw(st.integers(start, 2**63 - 1)),
        status=draw(st.sampled_from(["ok", "error", "unset"])),
        error=draw(st.none() | text.filter(bool)),
        run=draw(text),
        item=draw(st.integers(-1, 2**40)),
        trial=draw(st.integers(0, 2**20)),
        cached=draw(st.booleans()),
        model=draw(text),
        input_tokens=draw(st.integers(0, 2**40)),
        output_tokens=draw(st.integers(0, 2**40)),
        cost_micros=cost,
        currency=draw(st.sampled_from(["", "USD", "CNY"])),
        input=reference(found["input"]) if "input" in found else None,
        output=reference(found["output"]) if "output" in found else None,
        preview_in=draw(text),
        preview_out=draw(text),
        subject=draw(text),
        attributes=semconv.drop_redundant(kind, draw(plain_attributes) | draw(otel)),
    )
    return row, {name: body for body in found.values() if within(name := reference(body)) is None}

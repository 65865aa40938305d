"""An independent reading of "same value and type", and generators of values, for the laws."""

import math
import struct
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st

from tests.kernel.zoo import Colour, Frozen, Level, Loose, Packed, Pair, Person, Point, Things, Tone

_FEW = ["", "a", "b", "ab", "1", "\x00", "é", "e\u0301", "\ud800", "😀"]

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.integers(),
    st.integers(-(2**70), 2**70),
    st.sampled_from([0.0, -0.0, 1.0, -1.0, math.nan, -math.nan, math.inf]),
    st.floats(),
    st.complex_numbers(max_magnitude=4),
    st.sampled_from(_FEW),
    st.text(max_size=6),
    st.binary(max_size=3),
    st.sampled_from([b"", b"a", bytearray(b""), bytearray(b"a")]),
    st.sampled_from([Decimal("1"), Decimal("1.0"), Decimal("-0"), Decimal("NaN")]),
    st.sampled_from([Colour.RED, Colour.BLUE, Tone.WARM, Level.LOW, "warm", 1]),
    st.sampled_from([range(0), range(2), range(0, 2, 2), ..., NotImplemented]),
    st.sampled_from([Loose("a"), Loose("")]),
)
hashables = st.one_of(
    st.integers(-3, 3),
    st.sampled_from(_FEW),
    st.booleans(),
    st.none(),
    st.sampled_from([0.0, 1.0, b"a", Level.LOW]),
    st.tuples(st.integers(0, 2)),
    st.frozensets(st.sampled_from([0, 1, "a"]), max_size=2),
)


def _containers(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    few = st.lists(inner, max_size=3)
    return st.one_of(
        few,
        few.map(tuple),
        few.map(Things),
        st.dictionaries(hashables, inner, max_size=3),
        st.sets(hashables, max_size=3),
        st.frozensets(hashables, max_size=3),
        st.builds(Point, inner, inner),
        st.builds(Frozen, st.sampled_from(_FEW), few.map(tuple)),
        st.builds(Pair, inner, inner),
        st.builds(Packed, inner, inner),
        st.builds(lambda name, age: Person.model_construct(name=name, age=age), inner, inner),
    )


values = st.recursive(scalars, _containers, max_leaves=8)


def alike(a: Any, b: Any) -> bool:
    """Say whether two values are of the same types and hold the same, so that no program could tell them apart."""
    if type(a) is not type(b):
        return False
    compare = _COMPARE.get(type(a))
    if compare is not None:
        return compare(a, b)
    if isinstance(a, (Point, Frozen, Packed, Person)):
        names = [name for name in ("x", "y", "name", "tags", "age") if hasattr(a, name)]
        return all(alike(getattr(a, name), getattr(b, name)) for name in names)
    if isinstance(a, (list, tuple)):
        return _in_order(a, b)
    return a == b


def _in_order(a: Any, b: Any) -> bool:
    return len(a) == len(b) and all(alike(x, y) for x, y in zip(a, b, strict=True))


def _members(a: Any, b: Any) -> bool:
    return len(a) == len(b) and all(any(alike(x, y) for y in b) for x in a)


def _floats(a: float, b: float) -> bool:
    return (math.isnan(a) and math.isnan(b)) or struct.pack("d", a) == struct.pack("d", b)


_COMPARE: dict[type, Any] = {
    list: _in_order,
    tuple: _in_order,
    dict: lambda a, b: _in_order(list(a), list(b)) and _in_order(list(a.values()), list(b.values())),
    set: _members,
    frozenset: _members,
    float: _floats,
    complex: lambda a, b: _floats(a.real, b.real) and _floats(a.imag, b.imag),
    Decimal: lambda a, b: str(a) == str(b),
    range: lambda a, b: (a.start, a.stop, a.step) == (b.start, b.stop, b.step),
}

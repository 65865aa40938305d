"""What counts in a value, kind by kind."""

import dataclasses
import functools
import time
import tracemalloc
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from pathlib import Path, PurePath, PurePosixPath, PureWindowsPath
from typing import Any

import numpy as np
import pytest

from loomwork.kernel.canonical import digest, digest_value
from loomwork.kernel.codecs import register_codec
from loomwork.kernel.errors import CyclicValue, TooDeep, Unhashable
from tests.kernel.zoo import (
    SHANGHAI,
    Box,
    Colour,
    Frozen,
    Lazy,
    Loose,
    Open,
    Pair,
    Person,
    Point,
    Told,
    Tree,
    helper,
    loose,
    noted,
    remembered,
)


class Unknown:
    pass


def test_one_and_true_and_one_point_zero_differ() -> None:
    assert len({digest(1), digest(1.0), digest(True), digest("1"), digest(np.int64(1)), digest(1 + 0j)}) == 6


def test_zero_and_minus_zero_differ_and_every_nan_is_one() -> None:
    assert digest(0.0) != digest(-0.0)
    assert digest(float("nan")) == digest(-float("nan")) == digest(float("inf") - float("inf"))
    quiet = np.array([np.nan, 1.0])
    odd = quiet.copy()
    odd.view("u8")[0] |= 1
    assert np.isnan(odd[0])
    assert digest(odd) == digest(quiet)
    assert digest(odd[:1].astype("c16")) == digest(quiet[:1].astype("c16"))


def test_the_order_of_a_dict_counts_and_that_of_a_set_does_not() -> None:
    assert digest({"a": 1, "b": 2}) != digest({"b": 2, "a": 1})
    assert digest({"a", "b", "c"}) == digest({"c", "b", "a"})


def test_a_named_tuple_and_a_tuple_of_the_same_items_differ() -> None:
    assert digest(Pair(1, "a")) != digest((1, "a"))


def test_the_zone_of_a_moment_counts_even_where_the_moment_is_the_same() -> None:
    east = datetime(2024, 1, 1, 8, tzinfo=timezone(timedelta(hours=8)))
    shanghai = datetime(2024, 1, 1, 8, tzinfo=SHANGHAI)
    utc = datetime(2024, 1, 1, tzinfo=UTC)
    assert east == shanghai == utc
    assert len({digest(east), digest(shanghai), digest(utc), digest(utc.replace(tzinfo=None))}) == 4


def test_a_path_is_its_posix_text_and_its_flavour() -> None:
    assert digest(PureWindowsPath("a\\b")) == digest(PureWindowsPath("a/b"))
    assert digest(PurePosixPath("a/b")) != digest(PureWindowsPath("a/b"))
    assert digest(Path("a/b")) == digest(Path("a//b/"))
    assert digest(Path("a/b")) != digest(PurePath("a/b"))


def test_fields_never_set_count_as_such() -> None:
    lazy, told = Lazy(1), Lazy(1)
    vars(told)["unset"] = None
    assert digest(lazy) != digest(told)


def test_a_cached_property_that_has_been_read_changes_nothing() -> None:
    lazy = Lazy(1)
    before = digest(lazy)
    assert lazy.double == 2
    assert digest(lazy) == before


def test_an_attribute_set_on_a_dataclass_counts() -> None:
    point, other = Point(1, 2), Point(1, 2)
    vars(other)["note"] = "seen"
    assert point == other
    assert digest(point) != digest(other)


def test_an_attribute_of_a_text_subclass_counts_in_dict_and_slots() -> None:
    assert digest(loose("a", note=1)) != digest(loose("a", note=2)) != digest(Loose("a"))
    assert digest(noted("a", 1)) != digest(noted("a", 2))


def test_a_pydantic_model_counts_its_extra_fields_and_which_were_set_but_not_its_private_ones() -> None:
    one, two = Open.model_validate({"name": "a", "more": 1}), Open.model_validate({"name": "a", "more": 2})
    assert len({digest(one), digest(two), digest(Open(name="a"))}) == 3
    assert digest(Person(name="a")) != digest(Person(name="a", age=0))
    private = Open(name="a")
    private._seen = 5
    assert digest(private) == digest(Open(name="a"))


def test_a_parametrised_model_differs_from_the_bare_one() -> None:
    assert digest(Box[int](content=1)) != digest(Box(content=1)) != digest(Box[float](content=1.0))


def test_a_subclass_that_overrides_iteration_is_still_read_as_it_is() -> None:
    class Empty(dict[str, int]):
        def items(self) -> Any:
            return ()

        def __iter__(self) -> Any:
            return iter(())

        def __len__(self) -> int:
            return 0

    assert digest(Empty(a=1)) != digest(Empty(a=2))


def test_the_memory_layout_of_an_array_does_not_count_but_its_type_does() -> None:
    array = np.arange(12, dtype="i4").reshape(3, 4)
    assert digest(np.asfortranarray(array)) == digest(array)
    assert digest(np.arange(24, dtype="i4").reshape(3, 8)[:, ::2] // 2) == digest(array)
    assert digest(array.astype(">i4")) != digest(array)
    assert digest(array.astype("i8")) != digest(array)
    assert digest(array.reshape(4, 3)) != digest(array)
    assert digest(np.float32(1)) != digest(np.float64(1)) != digest(1.0)


def test_the_padding_of_a_record_does_not_count() -> None:
    kind = np.dtype([("a", "i1"), ("b", "f8")], align=True)
    clean, dirty = np.zeros(2, kind), np.frombuffer(b"\xff" * 2 * kind.itemsize, kind).copy()
    dirty["a"], dirty["b"] = 0, 0.0
    assert clean.tobytes() != dirty.tobytes()
    assert digest(clean) == digest(dirty)


def test_what_a_mask_hides_does_not_count() -> None:
    assert digest(np.ma.array([1, 2], mask=[False, True])) == digest(np.ma.array([1, 3], mask=[False, True]))
    assert digest(np.ma.array([1, 2], mask=[False, False])) != digest(np.ma.array([1, 3], mask=[False, False]))


@pytest.mark.parametrize(
    "array", [np.array([object()]), np.array([1.0], dtype="g"), np.array([(1, None)], dtype="i4,O")]
)
def test_an_array_of_objects_or_long_doubles_is_refused(array: Any) -> None:
    with pytest.raises(Unhashable, match="dtype"):
        digest(array)


def test_the_order_of_code_does_not_follow_the_order_of_a_set() -> None:
    members = [Point, Person, Frozen, Colour.RED, Told, Tree]
    codes = {tuple(map(repr, digest_value({*members[at:], *members[:at]}).code)) for at in range(len(members))}
    assert len(codes) == 1


def test_code_holds_each_class_and_function_once_in_the_order_met() -> None:
    value = [Point(1, 2), helper, functools.partial(helper, 1), Colour.RED, Point(3, 4), Told("x").__fingerprint__, int]
    assert digest_value(value).code == (Point, helper, Colour, Told.__fingerprint__, Told)


def test_code_holds_what_a_cache_wraps() -> None:
    assert digest_value(remembered).code == (remembered.__wrapped__,)


def test_builtin_values_bring_no_code() -> None:
    assert digest_value({"a": [1, (2.0, {"b"})], "n": len, "t": str.lower}).code == ()


def test_an_object_may_say_itself_what_identifies_it() -> None:
    assert digest(Told("a")) == digest(Told("a")) != digest(Told("b"))
    assert digest(Told("a")) != digest("a")
    assert digest_value([Told("a")]).code == (Told,)


def test_a_shared_part_counts_where_it_stands() -> None:
    part = [1]
    assert digest([part, part]) == digest([[1], [1]])


def test_a_cycle_is_refused_with_the_path_that_leads_back() -> None:
    root = Tree("root", [Tree("leaf")])
    root.children[0].parent = root
    with pytest.raises(CyclicValue, match=r"\.children\[0\]\.parent leads back"):
        digest(root)
    rows: list[Any] = [{}]
    rows[0]["rows"] = (rows,)
    with pytest.raises(CyclicValue, match=r"\[0\]\['rows'\]\[0\] leads back"):
        digest(rows)


def test_a_cycle_through_a_set_is_refused() -> None:
    class Knot:
        def __fingerprint__(self) -> frozenset[Any]:
            return frozenset({self})

    with pytest.raises(CyclicValue, match=r"__fingerprint__\(\)\{\.\.\.\} leads back"):
        digest(Knot())


def test_a_value_without_a_form_is_refused_with_its_path_and_what_to_do() -> None:
    order = Tree("a", [Tree("b"), Tree("c", parent={"client": Unknown()})])
    with pytest.raises(Unhashable) as caught:
        digest(order, at="order")
    assert caught.value.fields["where"] == "order.children[1].parent['client']"
    assert caught.value.fields["type"] == f"{__name__}:Unknown"
    assert "__fingerprint__" in str(caught.value)


@pytest.mark.parametrize(
    "part", [Unknown(), object(), iter([]), (n for n in [1]), memoryview(b""), pytest, ValueError("x")]
)
def test_things_that_live_are_refused(part: Any) -> None:
    with pytest.raises(Unhashable, match=r"\['deep'\]\[0\]"):
        digest({"deep": (part,)})


def test_a_type_that_holds_more_than_python_sees_is_refused() -> None:
    @dataclasses.dataclass
    class Failure(Exception):
        code: int

    class Metres(np.float64):
        pass

    for hidden in (time.struct_time(range(9)), Failure(1), Metres(1.0), np.rec.array([(1,)], dtype=[("a", "i4")])[0]):
        with pytest.raises(Unhashable):
            digest(hidden)


def test_a_member_of_a_set_that_has_no_form_is_refused() -> None:
    with pytest.raises(Unhashable, match=r"\{\.\.\.\}"):
        digest({Unknown()})


def test_a_zone_without_a_fixed_offset_or_a_key_is_refused() -> None:
    class Strange(tzinfo):
        def utcoffset(self, dt: datetime | None) -> timedelta | None:
            return None

    with pytest.raises(Unhashable, match=r"\.tzinfo"):
        digest(datetime(2024, 1, 1, tzinfo=Strange()))


def test_a_value_nested_beyond_pythons_stack_is_refused() -> None:
    value: list[Any] = []
    for _ in range(100_000):
        value = [value]
    with pytest.raises(TooDeep):
        digest(value)


def test_a_registered_codec_gives_a_class_its_form() -> None:
    class Handle:
        def __init__(self, name: str) -> None:
            self.name = name

    with pytest.raises(Unhashable):
        digest(Handle("a"))
    register_codec(Handle, lambda handle: handle.name, Handle)
    assert digest(Handle("a")) == digest(Handle("a")) != digest(Handle("b"))


def test_two_classes_of_one_name_and_shape_have_one_digest_and_different_code() -> None:
    """What they do is for flow to hash: it is handed the classes."""

    def make() -> Any:
        @dataclasses.dataclass
        class Made:
            a: int

        return Made

    first, second = make(), make()
    assert digest(first(1)) == digest(second(1))
    assert digest_value(first(1)).code != digest_value(second(1)).code


@pytest.mark.parametrize("kind", ["text", "bytes", "rows", "array"])
def test_hashing_a_large_value_takes_little_memory(kind: str) -> None:
    large: Any = {
        "text": lambda: "数" * 10_000_000,
        "bytes": lambda: bytes(30_000_000),
        "rows": lambda: ["x" * 5_000] * 6_000,
        "array": lambda: np.zeros(4_000_000),
    }[kind]()
    tracemalloc.start()
    try:
        digest(large)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 18_000_000

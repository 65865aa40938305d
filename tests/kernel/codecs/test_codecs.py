"""What is written down comes back equal and of the same types, in this process and in the next."""

import collections
import dataclasses
import os
import pickle
import subprocess
import sys
import types
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
import pydantic
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.kernel.canonical import digest
from loomwork.kernel.codecs import decode, encode, register_codec
from loomwork.kernel.errors import BadCodec, CyclicValue, NoCodec, TooDeep, Undecodable
from tests.kernel import zoo
from tests.kernel.likeness import alike, values

EXAMPLES = 4000 if os.environ.get("LOOMWORK_NIGHTLY") else 300
ROOT = Path(__file__).parents[3]


@settings(max_examples=EXAMPLES, deadline=None)
@given(values)
def test_every_value_comes_back_as_it_was(value: Any) -> None:
    back = decode(encode(value))
    assert alike(back, value)
    assert digest(back) == digest(value)


@pytest.mark.parametrize("name", sorted(zoo.CODABLE))
def test_every_kind_of_value_comes_back_as_it_was(name: str) -> None:
    value = zoo.CODABLE[name]
    written = encode(value)
    back = decode(written)
    assert type(back) is type(value)
    assert digest(back) == digest(value)
    assert encode(back) == written


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.binary(max_size=40), st.sampled_from([b"", b"\x01", b"\x02"]))
def test_any_bytes_are_read_or_refused_clearly(data: bytes, first: bytes) -> None:
    assert refusal(first + data) != ""


@settings(max_examples=EXAMPLES, deadline=None)
@given(st.sampled_from(sorted(zoo.CODABLE)), st.data())
def test_damaged_bytes_are_read_or_refused_clearly(name: str, data: st.DataObject) -> None:
    written = bytearray(encode(zoo.CODABLE[name]))
    written[data.draw(st.integers(0, len(written) - 1))] ^= data.draw(st.integers(1, 255))
    assert refusal(bytes(written[: data.draw(st.integers(1, len(written)))])) != ""


def refusal(data: bytes) -> object:
    """Return why bytes are refused, None for bytes that are read. Any other error than `Undecodable` gets through."""
    try:
        decode(data)
    except Undecodable as error:
        return error.fields["reason"]
    return None


def test_another_process_reads_what_this_one_wrote(tmp_path: Path) -> None:
    for number, value in enumerate(zoo.CODABLE.values()):
        (tmp_path / str(number)).write_bytes(encode(value))
    script = (
        "import sys, pathlib; from loomwork.kernel.codecs import decode; from loomwork.kernel.canonical import digest; "
        "assert 'numpy' not in sys.modules and 'pydantic' not in sys.modules; "
        "files = sorted(pathlib.Path(sys.argv[1]).iterdir(), key=lambda file: int(file.name)); "
        "print(*(digest(decode(file.read_bytes())) for file in files))"
    )
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'src'}"}
    command = [sys.executable, "-c", script, str(tmp_path)]
    done = subprocess.run(command, env=environment, capture_output=True, check=True, cwd=ROOT, text=True)
    assert done.stdout.split() == [digest(value) for value in zoo.CODABLE.values()]


def test_a_dataclass_is_put_together_without_running_its_code() -> None:
    @dataclasses.dataclass
    class Counted:
        x: int
        made: int = 0

        def __post_init__(self) -> None:
            self.made += 1

    back = decode(encode(Counted(1)))
    assert (back.x, back.made) == (1, 1)


def test_a_model_is_put_together_without_validating_again_and_keeps_what_was_set() -> None:
    odd = zoo.Person.model_construct(_fields_set={"age"}, name=5, age="old")
    back = decode(encode(odd))
    assert back.name == 5
    assert back.model_fields_set == {"age"}


def test_a_model_keeps_its_private_attributes() -> None:
    seen = zoo.Open(name="a")
    seen._seen = 7
    assert decode(encode(seen))._seen == 7


def test_a_struct_whose_post_init_changes_it_comes_back_as_it_was() -> None:
    class Growing(msgspec.Struct):
        x: int

        def __post_init__(self) -> None:
            self.x += 1

    grown = Growing(1)
    assert grown.x == 2
    assert decode(encode(grown)).x == 2


def test_what_comes_back_is_never_shared_and_can_be_changed() -> None:
    array = np.arange(3)
    back = decode(encode(array))
    back[0] = 9
    assert array[0] == 0
    rows = {"rows": [1]}
    decode(encode(rows))["rows"].append(2)
    assert rows == {"rows": [1]}


def test_equal_sets_are_written_alike() -> None:
    assert encode({"a", "b", (1, 2)}) == encode({(1, 2), "b", "a"})


def test_a_list_that_looks_like_a_marked_one_stays_a_list() -> None:
    marked = msgspec.msgpack.decode(encode((1, 2))[1:])
    with pytest.raises(NoCodec, match=r"\[0\] is of type msgspec"):
        encode(marked)
    assert decode(encode([1, (2,)])) == [1, (2,)]


@pytest.mark.parametrize("part", [object(), len, zoo.helper, ValueError("x"), iter([]), np.array([object()])])
def test_what_cannot_be_written_is_refused_with_its_path(part: Any) -> None:
    with pytest.raises(NoCodec, match=r"at \['rows'\]\[1\]\.children is of type"):
        encode({"rows": [None, zoo.Tree("a", part)]})


def test_a_dataclass_that_is_an_error_is_refused() -> None:
    @dataclasses.dataclass
    class Failure(Exception):
        code: int

    with pytest.raises(NoCodec, match="Failure"):
        encode(Failure(1))


def test_a_default_factory_that_is_no_class_is_refused() -> None:
    with pytest.raises(NoCodec, match="default_factory"):
        encode(collections.defaultdict(lambda: 1))


def test_a_cycle_and_a_bottomless_value_are_refused() -> None:
    rows: list[Any] = []
    rows.append(rows)
    with pytest.raises(CyclicValue):
        encode(rows)
    deep: list[Any] = []
    for _ in range(100_000):
        deep = [deep]
    with pytest.raises(TooDeep):
        encode(deep)


def test_a_local_class_comes_back_in_the_process_that_knows_it() -> None:
    @dataclasses.dataclass
    class Local:
        x: int

    assert decode(encode(Local(1))) == Local(1)


def test_two_local_classes_of_one_name_are_not_mixed_up() -> None:
    def make() -> Any:
        @dataclasses.dataclass
        class Twin:
            x: int

        return Twin

    first, second = make(), make()
    written = encode(first(1))
    assert type(decode(written)) is first
    encode(second(1))
    with pytest.raises(Undecodable, match="2 classes"):
        decode(written)


def test_a_local_class_of_another_process_is_refused() -> None:
    class Gone(msgspec.Struct):
        x: int

    written = encode(Gone(1)).replace(b"Gone", b"Lost")
    with pytest.raises(Undecodable, match="local to the process"):
        decode(written)


def test_a_class_that_was_replaced_in_its_module_is_told_from_the_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = types.ModuleType("replaced_here")
    monkeypatch.setitem(sys.modules, "replaced_here", module)
    old, new = (dataclasses.make_dataclass("Thing", ["x"], namespace={"__module__": "replaced_here"}) for _ in range(2))
    module.Thing = old
    before = encode(old(1))
    module.Thing = new
    assert type(decode(before)) is new
    assert type(decode(encode(old(1)))) is old


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda module: delattr(module, "Thing"), "no class"),
        (lambda module: setattr(module, "Thing", dataclasses.make_dataclass("Thing", ["x", "y"])), "other fields"),
        (lambda module: setattr(module, "Thing", dataclasses.make_dataclass("Thing", ["z"])), "other fields"),
        (lambda module: setattr(module, "Thing", print), "no class"),
        (lambda module: setattr(module, "Thing", type("Thing", (), {})), "another kind"),
        (lambda module: setattr(module, "Thing", pydantic.create_model("Thing", x=(int, 0))), "another kind"),
        (lambda module: sys.modules.pop("changed_here"), "cannot be imported"),
    ],
)
def test_a_class_that_has_changed_is_refused(change: Any, reason: str, monkeypatch: pytest.MonkeyPatch) -> None:
    module: Any = types.ModuleType("changed_here")
    monkeypatch.setitem(sys.modules, "changed_here", module)
    module.Thing = dataclasses.make_dataclass("Thing", ["x"], namespace={"__module__": "changed_here"})
    written = encode(module.Thing(1))
    change(module)
    with pytest.raises(Undecodable, match=reason):
        decode(written)


def test_a_named_tuple_with_another_field_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    class Wider(NamedTuple):
        left: int
        right: str
        more: int = 0

    written = encode(zoo.Pair(1, "a"))
    monkeypatch.setattr(zoo, "Pair", Wider)
    with pytest.raises(Undecodable, match="other fields"):
        decode(written)


def test_a_member_that_an_enum_has_lost_is_refused() -> None:
    written = encode(zoo.Colour.RED).replace(b"RED", b"REX")
    with pytest.raises(Undecodable, match="no member 'REX'"):
        decode(written)


def test_bytes_cannot_name_a_function_to_be_called() -> None:
    for victim in (b"os:system", b"builtins:eval"):
        original = b"tests.kernel.zoo:Point"
        written = encode(zoo.Point(1, 2))
        forged = written.replace(bytes([0xA0 | len(original)]) + original, bytes([0xA0 | len(victim)]) + victim)
        assert forged != written
        with pytest.raises(Undecodable, match="no class"):
            decode(forged)


def test_pickles_are_not_read() -> None:
    with pytest.raises(Undecodable):
        decode(pickle.dumps([1]))


class Handle:
    def __init__(self, name: str) -> None:
        self.name = name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Handle) and other.name == self.name

    def __hash__(self) -> int:
        return hash(self.name)


def test_a_registered_codec_is_used_and_is_registered_once_only() -> None:
    with pytest.raises(NoCodec):
        encode(Handle("a"))
    register_codec(Handle, lambda handle: (handle.name, {"v": 1}), lambda plain: Handle(plain[0]))
    back = decode(encode([Handle("a")]))
    assert back == [Handle("a")]
    assert digest(back) == digest([Handle("a")])
    with pytest.raises(BadCodec, match="one already"):
        register_codec(Handle, str, Handle)


@pytest.mark.parametrize("cls", [int, list, datetime, type])
def test_no_codec_can_replace_that_of_pythons_own_types(cls: type) -> None:
    with pytest.raises(BadCodec, match="Python's own"):
        register_codec(cls, str, cls)

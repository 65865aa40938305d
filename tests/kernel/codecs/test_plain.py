"""Values are read as plain data without any class being looked up."""

import sys
from collections import OrderedDict, defaultdict
from dataclasses import dataclass
from datetime import date
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
import pytest
from pydantic import BaseModel

from loomwork.kernel import codecs
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.kernel.errors import Undecodable


class Colour(Enum):
    RED = 1


@dataclass(frozen=True)
class Point:
    x: int
    colour: Colour


class Pair(NamedTuple):
    a: int
    b: str


class Row(msgspec.Struct):
    names: list[str]


class Reply(BaseModel):
    ok: bool
    points: list[int]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        ({"a": (1, 2.5, None)}, {"a": (1, 2.5, None)}),
        (Point(1, Colour.RED), {"x": 1, "colour": "RED"}),
        ([Row(["织机"])], [{"names": ["织机"]}]),
        (Reply(ok=True, points=[1]), {"ok": True, "points": [1]}),
        (Pair(1, "x"), (1, "x")),
        ({Point(1, Colour.RED)}, [{"x": 1, "colour": "RED"}]),
        ({Point(1, Colour.RED): 2}, {"{'x': 1, 'colour': 'RED'}": 2}),
        (OrderedDict(a=1), {"a": 1}),
        (cast("Any", defaultdict)(Row, a=1), {"a": 1}),
        (date(2024, 5, 1), date(2024, 5, 1)),
        (Path("a"), Path("a")),
    ],
)
def test_an_instance_is_read_as_its_fields(value: Any, plain: Any) -> None:
    assert decode_plain(codecs.encode(value)) == plain


def test_no_module_is_imported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "of_a_person.py").write_text("import dataclasses\n@dataclasses.dataclass\nclass A:\n    n: int\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    import of_a_person  # pyright: ignore[reportMissingImports]  written above

    data = codecs.encode(of_a_person.A(7))
    del sys.modules["of_a_person"]
    assert decode_plain(data) == {"n": 7}
    assert "of_a_person" not in sys.modules


@pytest.mark.parametrize("data", [b"", b"\x03x", b"\x02\xc1", b"\x02\x91\xd4\x63\x00", b"\x01\xc1"])
def test_what_is_damaged_is_told(data: bytes) -> None:
    with pytest.raises(Undecodable):
        decode_plain(data)

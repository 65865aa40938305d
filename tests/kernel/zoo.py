"""One value of every kind that has a canonical form, by name, and their classes. Imported by subprocesses too."""

import array
import collections
import decimal
import enum
import fractions
import functools
import operator
import pathlib
import re
import types
import uuid
import zoneinfo
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, Generic, Literal, NamedTuple, TypeVar

import msgspec
import numpy as np
import pydantic

from loomwork.kernel.labels import Labels
from loomwork.kernel.messages import ImagePart, Message, NamedTool, Request, Response, ToolCall, ToolSpec
from loomwork.kernel.principals import Principal
from loomwork.kernel.references import KnowledgeRef, ModelRef
from loomwork.kernel.usage import Cost, Money, Usage

T = TypeVar("T")


class Colour(enum.Enum):
    RED = 1
    BLUE = "blue"


class Tone(enum.StrEnum):
    WARM = "warm"


class Level(enum.IntEnum):
    LOW = 1


class Access(enum.Flag):
    READ = 1
    WRITE = 2


class Bits(enum.IntFlag):
    A = 1
    B = 2


@dataclass
class Point:
    x: int
    y: int = 0


@dataclass(frozen=True, slots=True)
class Frozen:
    name: str
    tags: tuple[str, ...] = ()


@dataclass
class Lazy:
    """Has a field that is never set by `__init__`, and a cached property."""

    base: int
    unset: int = field(init=False)

    @functools.cached_property
    def double(self) -> int:
        return self.base * 2


@dataclass
class Tree:
    name: str
    children: list["Tree"] = field(default_factory=list)
    parent: Any = None


@dataclass
class Table(dict):
    """A dataclass that is also a dict."""

    title: str = ""

    __hash__ = None


class Pair(NamedTuple):
    left: int
    right: str


class Person(pydantic.BaseModel):
    name: str
    age: int = 0


class Open(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="allow")
    name: str
    _seen: int = pydantic.PrivateAttr(default=0)


class Box(pydantic.BaseModel, Generic[T]):
    content: T


class Names(pydantic.RootModel[list[str]]):
    pass


class Stamped(pydantic.BaseModel):
    at: datetime


@pydantic.dataclasses.dataclass
class Checked:
    size: int


class Packed(msgspec.Struct):
    x: int
    y: str = ""


class Tagged(msgspec.Struct, frozen=True, tag="t", kw_only=True):
    z: Any = None


class Text(str):
    __slots__ = ("note",)


class Loose(str):
    pass


class Number(int):
    pass


class Things(list):
    pass


class Ratio(float):
    pass


class Day(date):
    pass


class Moment(datetime):
    pass


class Told:
    """Says itself what identifies it."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.client = object()

    def __fingerprint__(self) -> str:
        return self.name


def helper(x: int) -> int:
    return x


def remembered_nothing() -> int:
    return 0


@functools.cache
def remembered(x: int) -> int:
    return x


def loose(text: str, **own: object) -> Loose:
    made = Loose(text)
    vars(made).update(own)
    return made


def noted(text: str, note: object) -> Text:
    made = Text(text)
    made.note = note
    return made


SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
EIGHT = timezone(timedelta(hours=8))

PLAIN: dict[str, Any] = {
    **{"none": None, "true": True, "false": False, "zero": 0, "one": 1, "minus one": -1},
    "huge": 10**400,
    "minus huge": -(10**400),
    "2**63": 2**63,
    "2**64": 2**64,
    "-2**63": -(2**63),
    "-2**63-1": -(2**63) - 1,
    **{"float": 1.0, "zero float": 0.0},
    "minus zero": -0.0,
    "infinity": float("inf"),
    "nan": float("nan"),
    "complex": 1 - 0j,
    "complex minus zero": complex(1.0, -0.0),
    "empty text": "",
    "text": "one",
    "chinese": "数据库备份",
    "emoji": "😀",
    "surrogate": "\ud83d",
    "surrogate pair": "\ud83d\ude00",
    "nul": "\x00",
    "long text": "é" * 20_000,
    "bytes": b"one",
    "long bytes": b"x" * 20_000,
    "bytearray": bytearray(b"one"),
    "empty list": [],
    "list": [1, "a", None],
    "nested list": [[1], ["a", [None]]],
    "flat list": [[1], "a", [None]],
    "empty tuple": (),
    "tuple": (1, "a", None),
    "empty dict": {},
    "dict": {"a": 1, "b": 2},
    "dict other order": {"b": 2, "a": 1},
    "dict odd keys": {1: "a", (2, None): {"b": b"c"}, None: 0, b"k": 1},
    "dict surrogate key": {"\ud800": 1},
    "empty set": set(),
    "set": {"a", "b", 1, (2, "c"), None},
    "frozenset": frozenset({"a", "b"}),
    "set of sets": {frozenset({"a", "b"}), frozenset({"c"})},
    "range": range(3),
    "range step": range(0, 3, 2),
    "range step stop": range(0, 4, 2),
    "slice": slice(1, None, 2),
    "ellipsis": ...,
    "not implemented": NotImplemented,
    "proxy": types.MappingProxyType({"a": (1,)}),
    "namespace": types.SimpleNamespace(a=1, b=(2,)),
}

STANDARD: dict[str, Any] = {
    "date": date(2024, 2, 29),
    "datetime": datetime(2024, 2, 29, 12, 30, 1, 7),
    "datetime midnight": datetime(2024, 2, 29),
    "datetime fold": datetime(2024, 2, 29, 12, 30, 1, 7, fold=1),
    "datetime utc": datetime(2024, 2, 29, 12, 30, 1, 7, tzinfo=UTC),
    "datetime +8": datetime(2024, 2, 29, 20, 30, 1, 7, tzinfo=EIGHT),
    "datetime shanghai": datetime(2024, 2, 29, 20, 30, 1, 7, tzinfo=SHANGHAI),
    "datetime named": datetime(2024, 2, 29, 20, 30, tzinfo=timezone(timedelta(hours=8), "CST")),
    "time": time(12, 30, 1, 7),
    "time utc": time(12, 30, 1, 7, tzinfo=UTC),
    "timedelta": timedelta(days=-1, microseconds=1),
    "timezone": EIGHT,
    "zone": SHANGHAI,
    "decimal": decimal.Decimal("1.0"),
    "decimal zeros": decimal.Decimal("1.00"),
    "decimal minus zero": decimal.Decimal("-0"),
    "decimal infinity": decimal.Decimal("-Infinity"),
    "decimal nan": decimal.Decimal("NaN"),
    "fraction": fractions.Fraction(1, 3),
    "uuid": uuid.UUID(int=7),
    "path": pathlib.Path("a/b"),
    "pure posix": pathlib.PurePosixPath("a/b"),
    "pure windows": pathlib.PureWindowsPath("a\\b"),
    "pattern": re.compile("a+", re.IGNORECASE),
    "bytes pattern": re.compile(b"a+"),
    "ordered": collections.OrderedDict(a=1, b=2),
    "counter": collections.Counter("aab"),
    "defaultdict": collections.defaultdict(list, a=[1]),
    "defaultdict none": collections.defaultdict(None, a=[1]),
    "deque": collections.deque([1, 2]),
    "deque bounded": collections.deque([1, 2], 3),
    "unset": msgspec.UNSET,
}

INSTANCES: dict[str, Any] = {
    "enum": Colour.RED,
    "enum text": Colour.BLUE,
    "str enum": Tone.WARM,
    "int enum": Level.LOW,
    "flag": Access.READ | Access.WRITE,
    "no flag": Access(0),
    "int flag": Bits.A | Bits.B,
    "dataclass": Point(1, 2),
    "dataclass same data": Frozen("1", ("2",)),
    "dataclass unset": Lazy(1),
    "tree": Tree("root", [Tree("leaf")]),
    "named tuple": Pair(1, "a"),
    "model": Person(name="Ada", age=3),
    "model default": Person(name="Ada"),
    "model extra": Open.model_validate({"name": "Ada", "more": [1]}),
    "model no extra": Open(name="Ada"),
    "generic model": Box[int](content=1),
    "generic model nested": Box[Box[int]](content=Box[int](content=1)),
    "bare generic model": Box(content=1),
    "root model": Names(["a"]),
    "model time": Stamped.model_validate({"at": "2024-02-29T12:00:00+08:00"}),
    "model utc": Stamped.model_validate({"at": "2024-02-29T12:00:00Z"}),
    "pydantic dataclass": Checked(size=3),
    "struct": Packed(1, "a"),
    "struct nested": Tagged(z=[Packed(1), (Packed(2),)]),
    "text subclass": Loose("one"),
    "text subclass attribute": loose("one", note=1),
    "text slots": noted("one", (1,)),
    "int subclass": Number(1),
    "list subclass": Things([1, "a", None]),
    "float subclass": Ratio(1.0),
    "date subclass": Day(2024, 2, 29),
    "datetime subclass": Moment(2024, 2, 29, 12, tzinfo=UTC),
    "class": Point,
    "builtin class": int,
    "model class": Person,
    "generic model class": Box[int],
    "labels": Labels(origins=frozenset({"web", "user"}), readers=frozenset({"staff"})),
    "principal": Principal(id="ada", groups=frozenset({"staff", "board"})),
    "model reference": ModelRef("fast"),
    "knowledge reference": KnowledgeRef("fast"),
    "usage": Usage(input_tokens=3),
    "cost": Cost.of(Money(3, "USD")),
    "request": Request(
        messages=(Message.user("hi", ImagePart(data=b"x", mime="image/png")),),
        tools=(ToolSpec(name="look", parameters={"type": "object"}),),
        tool_choice=NamedTool(name="look"),
        temperature=0.0,
    ),
    "response": Response(
        message=Message.assistant("", ToolCall(id="1", name="look")), finish_reason="tool_calls", usage=Usage()
    ),
}

ARRAYS: dict[str, Any] = {
    "array ints": np.arange(6, dtype="i8"),
    "array shaped": np.arange(6, dtype="i8").reshape(2, 3),
    "array shaped otherwise": np.arange(6, dtype="i8").reshape(3, 2),
    "array i4": np.arange(6, dtype="i4"),
    "array big endian": np.arange(6, dtype=">i4"),
    "array f8": np.array([1.0, -0.0, np.nan]),
    "array complex": np.array([1 + 2j, np.nan]),
    "array bool": np.array([True, False]),
    "array text": np.array(["a", "数据"]),
    "array bytes": np.array([b"a", b"bc"]),
    "array dates": np.array(["2024-02-29", "NaT"], dtype="M8[D]"),
    "array seconds": np.array(["2024-02-29", "NaT"], dtype="M8[s]"),
    "array records": np.array([(1, 2.5), (3, 4.5)], dtype=[("a", "i4"), ("b", "f8")]),
    "array records aligned": np.array([(1, 2.5)], dtype=np.dtype([("a", "i1"), ("b", "f8")], align=True)),
    "array sub-arrays": np.array([((1, 2),)], dtype=[("a", "i4", (2,))]),
    "array strings": np.array(["a", "longer than that"], dtype=np.dtypes.StringDType()),
    "array empty": np.zeros((0, 3)),
    "array empty otherwise": np.zeros((3, 0)),
    "array of no dimensions": np.array(3.0),
    "numpy float": np.float64(1.0),
    "numpy single": np.float32(1.0),
    "numpy int": np.int64(1),
    "numpy bool": np.bool_(True),
    "numpy text": np.str_("one"),
    "numpy date": np.datetime64("2024-02-29"),
    "dtype": np.dtype("f4"),
    "dtype records": np.dtype([("a", "i4"), ("b", "f8")]),
}

ONLY_HASHED: dict[str, Any] = {
    "told": Told("one"),
    "function": helper,
    "cached function": remembered,
    "builtin function": len,
    "bound builtin": [1].append,
    "method descriptor": str.lower,
    "wrapper descriptor": int.__add__,
    "bound wrapper": (1).__add__,
    "class method": dict.fromkeys,
    "method": Told("one").__fingerprint__,
    "partial": functools.partial(helper, 1),
    "partial keyword": functools.partial(helper, x=1),
    "itemgetter": operator.itemgetter("a"),
    "attrgetter": operator.attrgetter("a"),
    "array.array": array.array("i", [1, 2]),
    "masked": np.ma.array([1, 2], mask=[True, False]),
    "dict dataclass": Table(title="t"),
    "defaultdict function": collections.defaultdict(remembered_nothing),
}
ONLY_HASHED.update({
    "list of int": list[int], "list of str": list[str], "union": int | None, "optional": Literal["a", "b"],
    "typing any": Any, "type variable": T, "ufunc": np.add,
})  # fmt: skip

CODABLE = {**PLAIN, **STANDARD, **INSTANCES, **ARRAYS}
ALL = {**CODABLE, **ONLY_HASHED}

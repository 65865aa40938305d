"""How a value that MessagePack cannot say is written in what it can: a list that starts with a mark. Knows no types.

Lists, maps with text keys, text, bytes, floats, booleans, None and 64-bit integers stand for themselves. Everything
else is `[mark, ...]`; a mark is an extension value, which nothing else produces, so no list can be mistaken for one.
"""

from collections.abc import Callable
from enum import IntEnum
from typing import Any, TypeAlias, cast

from loomwork.kernel.canonical.sink import Refused, class_of, type_name
from loomwork.kernel.errors import NoCodec

Tree: TypeAlias = Any
"""What MessagePack can say, marks included."""


class Mark(IntEnum):
    """What the rest of a marked list is. The numbers are in stored data: never reuse one."""

    TUPLE = 1
    SET = 2
    FROZENSET = 3
    DICT = 4
    INT = 5
    SURROGATES = 6
    COMPLEX = 7
    BYTEARRAY = 8
    RANGE = 9
    SLICE = 10
    ELLIPSIS = 11
    NOT_IMPLEMENTED = 12
    MAPPING_PROXY = 13
    NAMESPACE = 14
    CLASS = 20
    GENERIC = 21
    CUSTOM = 22
    ENUM = 23
    FLAG = 24
    INSTANCE = 25
    MODEL = 26
    STRUCT = 27
    DATE = 40
    DATETIME = 41
    TIME = 42
    TIMEDELTA = 43
    ZONE = 44
    DECIMAL = 45
    FRACTION = 46
    UUID = 47
    PATH = 48
    PATTERN = 49
    DEQUE = 50
    ORDERED = 51
    DEFAULTS = 52
    UNSET = 53
    ARRAY = 60
    SCALAR = 61
    DTYPE = 62


BY_CODE: dict[int, Mark] = {int(mark): mark for mark in Mark}


class Unreadable(Exception):
    """A tree that cannot be turned back into a value; says why."""


class Lowering:
    """One walk from a value to a tree. `marked` tells whether anything needed a mark."""

    __slots__ = ("careful", "exact", "marked", "plan")

    def __init__(self, exact: "dict[type, Lower]", plan: "Callable[[type], Lower]", *, careful: bool = False) -> None:
        self.exact = exact
        self.plan = plan
        self.marked = False
        self.careful = careful
        """Look at each text for lone surrogates, which MessagePack cannot say."""

    def lower(self, value: object) -> Tree:
        """Return the tree of one value."""
        cls = class_of(value)
        return (self.exact.get(cls) or self.plan(cls))(value, self)

    def lower_at(self, step: str, value: object) -> Tree:
        """Return the tree of a part; `step` leads to it in the path of an error."""
        try:
            return self.lower(value)
        except Refused as refused:
            refused.path.append(step)
            raise

    def mark(self, mark: Mark, *parts: Tree) -> list[Tree]:
        """Return a marked list."""
        self.marked = True
        return [MARKS[mark], *parts]


class Lifting:
    """One walk from a tree back to a value."""

    __slots__ = ("lifters",)

    def __init__(self, lifters: "dict[Mark, Lift]") -> None:
        self.lifters = lifters

    def lift(self, tree: Tree) -> Any:
        """Return the value of one tree. Raises `Unreadable`."""
        if type(tree) is list:
            items = cast("list[Tree]", tree)
            if items and type(items[0]) is Mark:
                return self.lifters[items[0]](items[1:], self)
            return [self.lift(item) if type(item) in _NESTED else item for item in items]
        if type(tree) is dict:
            pairs = cast("dict[str, Tree]", tree)
            return {key: self.lift(item) if type(item) in _NESTED else item for key, item in pairs.items()}
        return tree


Lower = Callable[[Any, Lowering], Tree]
Lift = Callable[[list[Tree], Lifting], Any]

_NESTED = frozenset({list, dict})
MARKS: dict[Mark, Any] = {}
"""The extension value that stands for each mark; filled by `coding`, which knows MessagePack."""


def refuse(value: object, _low: Lowering) -> Tree:
    """Refuse a value that cannot be written down."""
    raise Refused(NoCodec, type=type_name(type(value)))


def unread(condition: object, reason: str) -> None:
    """Raise `Unreadable` unless the condition holds."""
    if not condition:
        raise Unreadable(reason)

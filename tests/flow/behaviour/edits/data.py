"""Edits to classes that are data: dataclasses, models, enums, tuples, protocols, objects that are called."""

from tests.flow.behaviour.edits import edit, files

DATA = files("""
from dataclasses import dataclass, field
from enum import Enum, IntFlag, auto
from typing import NamedTuple, TypedDict, Protocol
from abc import ABC, abstractmethod
import typing

def fresh():
    return [1]

def stamp(cls):
    cls.stamped = True
    return cls

@dataclass(frozen=True)
class Options:
    '''Options.'''
    depth: int = 3
    names: list = field(default_factory=fresh)
    scale: float = field(default=1.0, metadata={"unit": "m"})
    hidden: int = field(default=0, repr=False)

@stamp
@dataclass(slots=True)
class Twice:
    a: int = 1
    def doubled(self): return self.a * 2

class Color(Enum):
    RED = "r"
    GREEN = "g"
    def short(self): return self.value[0]

class Mode(IntFlag):
    A = auto()
    B = auto()

class Pair(NamedTuple):
    left: int
    right: int = 5
    def total(self): return self.left + self.right

class Config(TypedDict, total=False):
    k: int

class HasName(Protocol):
    def name(self) -> str: ...

class Shape(ABC):
    @abstractmethod
    def area(self): ...
    def doubled(self): return self.area() * 2

class Square(Shape):
    __slots__ = ("side",)
    def __init__(self, side): self.side = side
    def area(self): return self.side ** 2

class Failure(Exception):
    def __str__(self): return "failed"

class Call:
    def __init__(self, n): self.n = n
    def __call__(self, x): return x + self.n

DEFAULT = Options(depth=4)
CALL = Call(3)

@step
def work(x):
    made = Config(k=1)
    try:
        shape: HasName = Square(x)
        return Options(), Twice().doubled(), Color.RED.short(), Mode.A | Mode.B, Pair(1).total(), made, shape.doubled(), DEFAULT.depth, CALL(x)
    except Failure as error:
        return str(error)
""")

MODELS = files("""
from typing import Literal, Annotated
from pydantic import BaseModel, Field, ConfigDict, field_validator, model_validator, computed_field

class Inner(BaseModel):
    n: int = 1

class Reply(BaseModel):
    '''A reply.'''
    model_config = ConfigDict(extra="forbid")
    text: str = Field(default="none", description="what is said")
    grade: int = Field(ge=0, le=9)
    kind: Literal["a", "b"] = "a"
    inner: Inner = Inner()
    tags: list[str] = Field(default_factory=lambda: ["x"])

    @field_validator("text")
    @classmethod
    def shorten(cls, value):
        return value[:20]

    @model_validator(mode="after")
    def consistent(self):
        return self

    @computed_field
    @property
    def size(self) -> int:
        return len(self.text)

    def shown(self):
        return self.text + "!"

class Other(BaseModel):
    z: int = 0

@step
def work(x):
    return Reply(grade=x).shown()
""")

EDITS = [
    edit("a dataclass default", DATA, "depth: int = 3", "depth: int = 4", "app:Options.depth"),
    edit("a dataclass factory", DATA, "return [1]", "return [2]", "app:fresh", "app.DEFAULT"),
    edit("a dataclass field's metadata", DATA, '{"unit": "m"}', '{"unit": "km"}', "app:Options.scale.metadata"),
    edit("a dataclass field's options", DATA, "default=0, repr=False", "default=0, repr=True", "app:Options"),
    edit("a dataclass field's annotation", DATA, "depth: int = 3", "depth: float = 3", "app:Options"),
    edit(
        "dataclass fields change places",
        DATA,
        "    depth: int = 3\n    names: list = field(default_factory=fresh)\n",
        "    names: list = field(default_factory=fresh)\n    depth: int = 3\n",
        "app:Options",
        "app.DEFAULT",
    ),
    edit("a dataclass' options", DATA, "@dataclass(frozen=True)", "@dataclass(frozen=True, order=True)", "app:Options"),
    edit("a dataclass' docstring", DATA, "'''Options.'''", "'''All options.'''"),
    edit("a class decorated twice", DATA, "return self.a * 2", "return self.a * 3", "app:Twice.doubled"),
    edit("what a class decorator sets", DATA, "cls.stamped = True", "cls.stamped = False", "app:Twice.stamped"),
    edit("an enum's value", DATA, 'RED = "r"', 'RED = "R"', "app:Color.RED"),
    edit("an enum's method", DATA, "self.value[0]", "self.value[-1]", "app:Color.short"),
    edit("a new enum member", DATA, '    GREEN = "g"\n', '    GREEN = "g"\n    BLUE = "b"\n', "app:Color"),
    edit(
        "enum members change places",
        DATA,
        '    RED = "r"\n    GREEN = "g"\n',
        '    GREEN = "g"\n    RED = "r"\n',
        "app:Color",
    ),
    edit(
        "auto members change places",
        DATA,
        "    A = auto()\n    B = auto()\n",
        "    B = auto()\n    A = auto()\n",
        "app:Mode",
        "app:Mode.A",
        "app:Mode.B",
    ),
    edit("a NamedTuple default", DATA, "right: int = 5", "right: int = 6", "app:Pair.right"),
    edit("a NamedTuple method", DATA, "self.left + self.right", "self.left - self.right", "app:Pair.total"),
    edit("a TypedDict key's type", DATA, "k: int\n", "k: str\n", "app:Config"),
    edit("a method of an abstract base", DATA, "self.area() * 2", "self.area() * 3", "app:Shape.doubled"),
    edit("an abstract method's implementation", DATA, "self.side ** 2", "self.side ** 3", "app:Square.area"),
    edit("slots", DATA, '("side",)', '("side", "other")', "app:Square"),
    edit("an exception's text", DATA, 'return "failed"', 'return "broke"', "app:Failure.__str__"),
    edit("an object that is called", DATA, "return x + self.n", "return x - self.n", "app:Call.__call__"),
    edit("the state of an object that is called", DATA, "Call(3)", "Call(4)", "app.CALL"),
    edit("a constant that is a dataclass", DATA, "Options(depth=4)", "Options(depth=5)", "app.DEFAULT"),
    edit(
        "a protocol that is only an annotation of a local",
        DATA,
        "class HasName(Protocol):\n    def name(self) -> str: ...",
        "class HasName(Protocol):\n    def name(self) -> bytes: ...",
    ),
    edit("a model's default", MODELS, 'default="none"', 'default="nothing"', "app:Reply.text"),
    edit("a model's description", MODELS, "what is said", "what was said", "app:Reply.text"),
    edit("a model's docstring", MODELS, "'''A reply.'''", "'''The reply.'''", "app:Reply"),
    edit("a model's bounds", MODELS, "le=9", "le=8", "app:Reply.grade"),
    edit("a model's literal", MODELS, 'Literal["a", "b"]', 'Literal["a", "c"]', "app:Reply.kind"),
    edit("a model's validator", MODELS, "value[:20]", "value[:21]", "app:Reply.shorten"),
    edit(
        "a model validator",
        MODELS,
        "    def consistent(self):\n        return self\n",
        "    def consistent(self):\n        self.text = ''\n        return self\n",
        "app:Reply.consistent",
    ),
    edit("a computed field", MODELS, "len(self.text)", "len(self.text) + 1", "app:Reply.size"),
    edit("a model's configuration", MODELS, 'extra="forbid"', 'extra="ignore"', "app:Reply"),
    edit("a model in a model", MODELS, "n: int = 1", "n: int = 2", "app:Inner.n", "app:Reply.inner"),
    edit("a model's factory", MODELS, 'lambda: ["x"]', 'lambda: ["y"]', "app:Reply.<lambda>"),
    edit("a model's method", MODELS, '+ "!"', '+ "?"', "app:Reply.shown"),
    edit("a model's new field", MODELS, "    kind: Literal", "    more: int = 0\n    kind: Literal", "app:Reply"),
    edit("another model", MODELS, "z: int = 0", "z: int = 1"),
]

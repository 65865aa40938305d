"""Edits to classes: methods, overrides, descriptors, metaclasses, dataclasses, models, enums, tuples."""

from tests.flow.behaviour.edits import edit, files

PLAIN = files(
    """
from base import Base, Mixed
from shapes import Point, POINTS

class Worker(Base):
    size = 4
    limits = {"a": 1}

    def __init__(self, n):
        self.n = n

    def run(self, x):
        return super().run(x) + self.extra(x) + self.size

    def extra(self, x):
        return x

    @property
    def wide(self):
        return self.n * 2

    @classmethod
    def made(cls, n):
        return cls(n + 1)

    @staticmethod
    def plain(x):
        return x + 100

    class Inner:
        depth = 2
        def dig(self):
            return self.depth

class Unrelated:
    def run(self): return 1

@step
def work(x):
    worker = Worker.made(x)
    point = Point(1, 2) + Point(3, 4)
    return worker.run(x), worker.wide, Worker.plain(x), Worker.Inner().dig(), point, POINTS[0].x, Mixed().go()
""",
    base="""
class Meta(type):
    @property
    def label(cls):
        return cls.__name__.lower()
    def __call__(cls, *args):
        made = super().__call__(*args)
        made.stamp = 7
        return made

class Base:
    kinds = []
    def __init_subclass__(cls, **kwargs):
        super().__init_subclass__(**kwargs)
        cls.tag = cls.__name__ + "!"
    def run(self, x):
        return x + self.offset()
    def offset(self):
        return 1

class Loud:
    def go(self): return "LOUD"

class Quiet:
    def go(self): return "quiet"

class Mixed(Loud, Quiet, metaclass=Meta):
    pass
""",
    shapes="""
class Field:
    def __init__(self, default): self.default = default
    def __set_name__(self, owner, name): self.name = "_" + name
    def __get__(self, obj, owner=None):
        return self.default if obj is None else getattr(obj, self.name, self.default)
    def __set__(self, obj, value): obj.__dict__[self.name] = value

class Point:
    x = Field(0)
    y = Field(5)
    def __init__(self, x, y): self.x, self.y = x, y
    def __add__(self, other): return Point(self.x + other.x, self.y + other.y)
    def __eq__(self, other): return self.x == other.x

POINTS = [Point(1, 1)]
""",
)

REGISTERED = files(
    """
import plugins
from rules import Rule, REGISTRY, SHOP

@step
def work(x):
    return [rule().score(x) for rule in REGISTRY.values()], Rule().name, SHOP.price(x)
""",
    rules="""
REGISTRY = {}
class Rule:
    name = "rule"
    def score(self, x): return 0
class Shop:
    def __init__(self, rate): self.rate = rate
    def price(self, x): return x * self.rate + self._tax()
    def _tax(self): return 1
SHOP = Shop(2)
def register(cls):
    REGISTRY[cls.__name__] = cls
    return cls
""",
    plugins="""
from rules import Rule, register
@register
class Strong(Rule):
    def score(self, x): return x + 5
class Weak(Rule):
    def score(self, x): return x + 1
class Alone:
    def score(self, x): return 2
""",
)

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
    edit(
        "a method",
        PLAIN,
        "def extra(self, x):\n        return x\n",
        "def extra(self, x):\n        return -x\n",
        "app:Worker.extra",
    ),
    edit(
        "a method of a base class",
        PLAIN,
        "return x + self.offset()",
        "return x - self.offset()",
        "base:Base.run",
        file="base.py",
    ),
    edit(
        "a method that a base class calls",
        PLAIN,
        "def offset(self):\n        return 1",
        "def offset(self):\n        return 2",
        "base:Base.offset",
        file="base.py",
    ),
    edit(
        "a new override",
        PLAIN,
        "    def extra(self, x):\n",
        "    def offset(self):\n        return 9\n\n    def extra(self, x):\n",
        "app:Worker",
    ),
    edit("a property", PLAIN, "self.n * 2", "self.n * 3", "app:Worker.wide"),
    edit("a classmethod", PLAIN, "cls(n + 1)", "cls(n + 2)", "app:Worker.made"),
    edit("a staticmethod", PLAIN, "x + 100", "x + 101", "app:Worker.plain"),
    edit("a class attribute", PLAIN, "size = 4", "size = 5", "app:Worker.size"),
    edit("a class attribute's table", PLAIN, '{"a": 1}', '{"a": 2}', "app:Worker.limits"),
    edit("an attribute of a nested class", PLAIN, "depth = 2", "depth = 3", "app:Worker.Inner.depth"),
    edit("a method of a nested class", PLAIN, "return self.depth", "return -self.depth", "app:Worker.Inner.dig"),
    edit(
        "a method becomes a property",
        PLAIN,
        "    def extra(self, x):\n        return x\n",
        "    @property\n    def extra(self):\n        return lambda x: x\n",
        "app:Worker",
        "app:Worker.extra",
    ),
    edit(
        "what __init_subclass__ does",
        PLAIN,
        '+ "!"',
        '+ "?"',
        "app:Worker.tag",
        "base:Base.__init_subclass__",
        file="base.py",
    ),
    edit("an operator", PLAIN, "self.x + other.x", "self.x - other.x", "shapes:Point.__add__", file="shapes.py"),
    edit("a descriptor's code", PLAIN, '"_" + name', '"__" + name', "shapes:Field.__set_name__", file="shapes.py"),
    edit("a descriptor's default", PLAIN, "y = Field(5)", "y = Field(6)", "shapes:Point.y", file="shapes.py"),
    edit("an instance in a module's list", PLAIN, "[Point(1, 1)]", "[Point(1, 2)]", "shapes.POINTS", file="shapes.py"),
    edit(
        "a metaclass' property",
        PLAIN,
        "cls.__name__.lower()",
        "cls.__name__.upper()",
        "base:Meta.label",
        file="base.py",
    ),
    edit("a metaclass' call", PLAIN, "made.stamp = 7", "made.stamp = 8", "base:Meta.__call__", file="base.py"),
    edit("the order of bases", PLAIN, "Mixed(Loud, Quiet,", "Mixed(Quiet, Loud,", "base:Mixed", file="base.py"),
    edit("an unrelated class", PLAIN, "def run(self): return 1", "def run(self): return 2"),
    edit(
        "methods change places",
        PLAIN,
        'def go(self): return "LOUD"',
        'def go(self): return "LOUD"  # same',
        file="base.py",
    ),
    edit("a class' docstring", PLAIN, "class Base:\n", "class Base:\n    '''The base.'''\n", file="base.py"),
    edit(
        "an override registered in a third module",
        REGISTERED,
        "return x + 5",
        "return x + 6",
        "plugins:Strong.score",
        file="plugins.py",
    ),
    edit(
        "an override of a class that is used, in a third module",
        REGISTERED,
        "return x + 1\n",
        "return x + 2\n",
        "plugins:Weak.score",
        file="plugins.py",
    ),
    edit("a class that only looks alike", REGISTERED, "return 2\n", "return 3\n", file="plugins.py"),
    edit("an instance's attribute", REGISTERED, "Shop(2)", "Shop(3)", "rules.SHOP", file="rules.py"),
    edit("a private method of an instance", REGISTERED, "return 1\n", "return 2\n", "rules:Shop._tax", file="rules.py"),
    edit("a base class' attribute", REGISTERED, 'name = "rule"', 'name = "Rule"', "rules:Rule.name", file="rules.py"),
    edit(
        "a class registered under another order",
        REGISTERED,
        "@register\nclass Strong",
        "class Strong",
        "rules.REGISTRY",
        "plugins:Strong",
        file="plugins.py",
    ),
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

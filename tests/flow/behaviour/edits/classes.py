"""Edits to classes: methods, overrides, descriptors, metaclasses, registered subclasses."""

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
]

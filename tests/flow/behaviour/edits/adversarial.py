"""Edits that hide: values behind values, code made at run time, patches, late imports, dynamic classes."""

from tests.flow.behaviour.edits import edit, files

MADE = files(
    """
import argparse
import functools
import operator
import typing
from collections import namedtuple
from dataclasses import make_dataclass, field
from enum import Enum
import msgspec
import contextvars

class Base:
    def go(self): return 1

Made = type("Made", (Base,), {"extra": lambda self: 5})
Pair = namedtuple("Pair", "a b", defaults=[7])
Row = make_dataclass("Row", [("n", int, field(default=3))])
Shade = Enum("Shade", "DARK LIGHT")
PAIR = Pair(1)
BOUND = Base().go
PICK = operator.itemgetter(0)
SENDERS = [lambda x, i=i: x + i for i in range(3)]
CHAIN = functools.partial(functools.partial(lambda a, b, c: (a, b, c), 1), 2)
ALIAS = dict[str, list[int]]
VAR = contextvars.ContextVar("var", default=3)
parser = argparse.ArgumentParser()
parser.add_argument("--size", default=4)

class Point(msgspec.Struct, frozen=True):
    x: int
    y: int = 2

POINT = Point(1)

def nested(x):
    class Local:
        size = 3
        def go(self): return self.size + x
    return Local().go()

def deep(n):
    def one(x):
        def two(y):
            return y * n
        return two(x)
    return one

DEEP = deep(4)

class Temperature:
    def __init__(self, n): self._n = n
    @functools.cached_property
    def shown(self): return f"{self._n} C"
    @functools.singledispatchmethod
    def add(self, x): return str(x)
    @add.register
    def _(self, x: int): return x + self._n
    def __getattr__(self, name): return name + "?"
    def __class_getitem__(cls, item): return item * 2
    def __len__(self): return 3
    def __enter__(self): return self
    def __exit__(self, *exc): return True
    def __iter__(self): yield 1
    def __format__(self, spec): return "T"
    half = functools.partialmethod(add, 4)

def work_one(x):
    t = Temperature(x)
    with t:
        return t.shown, t.add(x), t.missing, Temperature[x], len(t), [*t], f"{t}", t.half()

@step
def work(x):
    return (Made().extra(), Pair(1), Row(), Shade.DARK, PAIR, BOUND(), PICK([x]), SENDERS[1](x), CHAIN(3), ALIAS, VAR,
            parser.parse_args([]), POINT, Point(3), nested(x), DEEP(x), work_one(x))
""",
)

HIDDEN = files(
    """
import other
import third
from base import Plugin, PLUGINS
from virtual import Shape
import sys

def call(x):
    return getattr(sys.modules["other"], "secret")(x)

@step
def work(x):
    return [each().run(x) for each in PLUGINS], isinstance(x, Shape), other.client.ask(x), other.SETTING, other.patched(x)

@step
def reach(x):
    return call(x)
""",
    base="""
PLUGINS = []
class Plugin:
    def __init_subclass__(cls): PLUGINS.append(cls)
    def run(self, x): return x
""",
    other="""
import threading
import base
SETTING = 1
client = threading.Event()
def secret(x): return x + 41
def patched(x): return 0
class Mine(base.Plugin):
    def run(self, x): return x + 2
""",
    third="""
import base
import other
import virtual
import threading
import functools

class Late(base.Plugin):
    def run(self, x): return x + 3

class Round: pass
virtual.Shape.register(Round)

other.SETTING = 2
setattr(other, "EXTRA", 5)
other.client.ask = lambda x: x + 8

@functools.wraps(other.patched)
def better(x): return x + 9
other.patched = better

def install():
    import colorsys
    colorsys.loomwork_installed = 6
install()
""",
    virtual="from abc import ABC\nclass Shape(ABC): pass\n",
)

LIBRARY = files(
    """
import routes
from probe_library import registry, remember
import helpers

@remember
def kept(x): return x + 1

def unused(x): return x

@step
def work(x):
    return helpers.go(x)
""",
    probe_library="",
    routes="""
import argparse
app = argparse.ArgumentParser()
sub = app.add_subparsers()
def view(x): return 1
app.set_defaults(func=view)
""",
    helpers="""
from functools import wraps
import logging
log = logging.getLogger(__name__)
def traced(f):
    @wraps(f)
    def inner(*args):
        log.info("called")
        return f(*args)
    return inner
@traced
def go(x): return x + 1
@traced
def stay(x): return x + 1
""",
)
LIBRARY.pop("probe_library.py")
LIBRARY["app.py"] = (
    LIBRARY["app.py"].replace("from probe_library import registry, remember\n", "").replace("@remember\n", "")
)

GENERATED = files(
    """
names = {}
exec("def generated(x): return x + 1", names)
generated = names["generated"]

@step
def work(x):
    return generated(x)
"""
)

LAZY = files(
    """
_CLIENT = None

class Client:
    def __init__(self, url): self.url = url
    def ask(self, x): return self.url + x

def client():
    global _CLIENT
    if _CLIENT is None:
        _CLIENT = Client("a")
    return _CLIENT

@step(ignore=["_CLIENT"])
def work(x):
    return client().ask(x)
"""
)

EDITS = [
    edit("a method of a class made by type()", MADE, "lambda self: 5", "lambda self: 6", "app:<lambda>"),
    edit("a base of a class made by type()", MADE, "def go(self): return 1", "def go(self): return 2", "app:Base.go"),
    edit("a default of a namedtuple", MADE, "defaults=[7]", "defaults=[8]", "app:Pair.b", "app.PAIR"),
    edit("a field of a made dataclass", MADE, "field(default=3)", "field(default=4)", "types:Row.n"),
    edit("a member of a made enum", MADE, '"DARK LIGHT"', '"DIM DARK LIGHT"', "app:Shade.DARK", "app:Shade.LIGHT"),
    edit("a named tuple's value", MADE, "PAIR = Pair(1)", "PAIR = Pair(2)", "app.PAIR"),
    edit("an itemgetter", MADE, "itemgetter(0)", "itemgetter(-1)", "app.PICK"),
    edit("a range of lambdas", MADE, "x + i for i", "x - i for i", "app:<listcomp>.<lambda>"),
    edit("the defaults of a range of lambdas", MADE, "range(3)]", "range(1, 4)]", "app:<listcomp>.<lambda>(i=)"),
    edit("a partial of a partial", MADE, "(a, b, c), 1), 2)", "(a, b, c), 1), 3)", "app.CHAIN"),
    edit("a type expression", MADE, "dict[str, list[int]]", "dict[str, list[str]]", "app.ALIAS"),
    edit("what is done to a parser", MADE, "default=4)", "default=5)", "app.parser"),
    edit("a struct's default", MADE, "y: int = 2", "y: int = 3", "app:Point.y", "app.POINT"),
    edit("a struct's value", MADE, "Point(1)", "Point(9)", "app.POINT"),
    edit("generated code", GENERATED, "return x + 1", "return x + 2", "?:generated", "app (import)", "app.py"),
    edit("an attribute of a local class", MADE, "size = 3", "size = 4", "app:nested"),
    edit("a cell two functions deep", MADE, "deep(4)", "deep(5)", "app:deep.<locals>.one[n]"),
    edit("a cached property", MADE, "{self._n} C", "{self._n} F", "app:Temperature.shown"),
    edit(
        "a method for one type", MADE, "x: int): return x + self._n", "x: int): return x - self._n", "app:Temperature._"
    ),
    edit("a method for missing attributes", MADE, '+ "?"', '+ "!"', "app:Temperature.__getattr__"),
    edit("a method of the class' brackets", MADE, "item * 2", "item * 3", "app:Temperature.__class_getitem__"),
    edit("a length", MADE, "return 3\n    def __enter__", "return 4\n    def __enter__", "app:Temperature.__len__"),
    edit("an exit", MADE, "return True", "return False", "app:Temperature.__exit__"),
    edit("an iterator", MADE, "yield 1", "yield 2", "app:Temperature.__iter__"),
    edit("a format", MADE, 'return "T"', 'return "U"', "app:Temperature.__format__"),
    edit("a partial method", MADE, "partialmethod(add, 4)", "partialmethod(add, 5)", "app:Temperature.half"),
    edit(
        "a plugin that enters itself by being defined",
        HIDDEN,
        "return x + 3",
        "return x + 4",
        "third:Late.run",
        file="third.py",
    ),
    edit("a plugin in another module", HIDDEN, "return x + 2", "return x + 4", "other:Mine.run", file="other.py"),
    edit(
        "a virtual subclass",
        HIDDEN,
        "virtual.Shape.register(Round)",
        "virtual.Shape.register(int)",
        "virtual:Shape",
        file="third.py",
    ),
    edit(
        "a constant set by another module",
        HIDDEN,
        "other.SETTING = 2",
        "other.SETTING = 3",
        "other.SETTING",
        file="third.py",
    ),
    edit("the constant that another module overrides", HIDDEN, "SETTING = 1", "SETTING = 7", file="other.py"),
    edit("a method put on an object by another module", HIDDEN, "x + 8", "x + 9", "other.client", file="third.py"),
    edit(
        "a function put in place by another module",
        HIDDEN,
        "return x + 9",
        "return x + 10",
        "third:better",
        file="third.py",
    ),
    edit(
        "the function that was replaced",
        HIDDEN,
        "def patched(x): return 0",
        "def patched(x): return 1",
        "other:patched",
        file="other.py",
    ),
    edit(
        "a patch made by a function that is called at import",
        HIDDEN,
        "loomwork_installed = 6",
        "loomwork_installed = 7",
        "third:install",
        file="third.py",
    ),
    edit("a function reached through sys.modules", HIDDEN, "x + 41", "x + 42", "other.py", file="other.py")._replace(
        target="app:reach"
    ),
    edit("a view of an object that is not read", LIBRARY, "return 1", "return 2", file="routes.py"),
    edit(
        "a function that logs",
        LIBRARY,
        "def go(x): return x + 1",
        "def go(x): return x + 2",
        "helpers:go",
        file="helpers.py",
    ),
    edit(
        "another function that logs",
        LIBRARY,
        "def stay(x): return x + 1",
        "def stay(x): return x + 2",
        file="helpers.py",
    ),
    edit("what is logged", LIBRARY, '"called"', '"called it"', "helpers:traced.<locals>.inner", file="helpers.py"),
    edit("the class behind a lazy object that is ignored", LAZY, "self.url + x", "x + self.url", "app:Client.ask"),
    edit("how a lazy object that is ignored is made", LAZY, 'Client("a")', 'Client("b")', "app:client"),
]

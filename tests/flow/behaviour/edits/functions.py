"""Edits to functions: helpers, nesting, lambdas, decorators, closures, defaults, partials, caches."""

from tests.flow.behaviour.edits import SAME, edit, files

HELPERS = files(
    """
import helpers
import pkg.deep.text as t
from pkg import shout as loud
from other import *

LIMIT = 3

def near(x):
    return x[:LIMIT]

def unrelated(x):
    return x * 2

@step
def work(x):
    '''Docs.'''
    total = near(x)
    return helpers.clean(total) + t.trim(x) + loud(x) + starred(x)
""",
    helpers="""
from pkg.deep import text
FORMS = {"a": 1}
def clean(x):
    return text.strip(x) + inner(x)
def inner(x):
    return x.lower()
def unused(x):
    return FORMS
""",
    pkg__="from .deep.text import shout\n",
    pkg__deep__="",
    pkg__deep__text="""
MARK = "!"
def trim(x): return x.strip()
def strip(x): return x.rstrip("x")
def shout(x): return x + MARK
""",
    other="""
__all__ = ["starred"]
def starred(x): return x + "1"
def hidden(x): return x
""",
)

NESTED = files("""
def outer(x):
    def inner(y):
        return y + 1
    return [inner(each) for each in x if each > 0]

@step
def work(x):
    table = {"a": lambda v: v + 1, "b": lambda v: v + 2}
    if (size := len(x)) > 3:
        x = x[:size]
    match x:
        case [first, *rest]:
            x = [first, *sorted(rest, key=lambda each: -each)]
        case _:
            pass
    return outer(x), table["a"](1), table["b"](1)
""")

LAMBDAS = files("""
pair = (lambda x: x + 1, lambda x: x + 2)
first, second = lambda x: x + 3, lambda x: x + 4
TABLE = {"one": lambda x: x * 1, "two": lambda x: x * 2}
@step
def work(x):
    return pair[0](x) + second(x) + TABLE["one"](x)
""")

DECORATED = files(
    """
from deco import plain, times, Counting
import functools

@plain
def helper(x):
    return x + 1

@times(3)
def other(x):
    return x - 1

@Counting("a")
def third(x):
    return x

@times(2)
@plain
def both(x):
    return x

@functools.cache
def cached(x):
    return x + 9

@functools.lru_cache(maxsize=10)
def cached_too(x):
    return x + 19

@step
def work(x):
    return helper(x), other(x), third(x), both(x), cached(x), cached_too(x)
""",
    deco="""
import functools
SCALE = 10
def plain(f):
    @functools.wraps(f)
    def inner(*args):
        return f(*args) * SCALE
    return inner
def times(n):
    def wrap(f):
        @functools.wraps(f)
        def inner(*args):
            return [f(*args) for _ in range(n)]
        return inner
    return wrap
class Counting:
    def __init__(self, tag):
        self.tag = tag
    def __call__(self, f):
        tag = self.tag
        def inner(x):
            return tag, f(x)
        return inner
""",
)

CLOSURES = files("""
from functools import partial, reduce, singledispatch

def make(n, table):
    def inner(x):
        return x + n + table["k"]
    return inner

adder = make(3, {"k": 4})

def scale(x, factor, *, base=7):
    return x * factor + base

double = partial(scale, factor=2)
bumped = partial(lambda x, by: x + by, by=5)
chosen = scale

def defaults(x, by=partial(lambda v: v + 1), names=("a", "b"), *, mode="fast"):
    return by(x), names, mode

def walrus(x, y=(z := 5)):
    return x + y

@singledispatch
def show(value):
    return str(value)

@show.register
def _(value: int):
    return f"{value:03d}"

@show.register(list)
def _show_list(value):
    return ",".join(value)

def summed(xs):
    return reduce(lambda a, b: a + b, xs)

@step
def work(x, k=4, *, deep={"a": [1]}):
    return adder(x), double(x), bumped(x), chosen(x, 1), defaults(x), walrus(x), show(x), show(['a', 'b']), show(1.5), summed([x, 1]), k
""")

ASYNC = files("""
import asyncio
import contextlib

async def fetch(x):
    await asyncio.sleep(0)
    return x + 1

async def stream(n):
    for each in range(n):
        yield each

@contextlib.contextmanager
def opened(x):
    yield x + 1

class Timer:
    async def __aenter__(self):
        return 1
    async def __aexit__(self, *exc):
        return False

def numbers(n):
    yield from range(n)

@step
async def work(x):
    async with Timer() as t:
        with opened(x) as y:
            return [each async for each in stream(y)], await asyncio.gather(*(fetch(i) for i in numbers(t)))
""")

EDITS = [
    edit("a helper in the same module", HELPERS, "x[:LIMIT]", "x[1:LIMIT]", "app:near"),
    edit("a constant that a helper reads", HELPERS, "LIMIT = 3", "LIMIT = 4", "app.LIMIT"),
    edit("a constant's type", HELPERS, "LIMIT = 3", "LIMIT = 3.0", "app.LIMIT"),
    edit("a constant becomes an equal bool", HELPERS, "LIMIT = 3", "LIMIT = True", "app.LIMIT"),
    edit(
        "a helper in another module",
        HELPERS,
        "text.strip(x) +",
        "text.strip(x) + '-' +",
        "helpers:clean",
        file="helpers.py",
    ),
    edit("a helper's helper", HELPERS, "x.lower()", "x.upper()", "helpers:inner", file="helpers.py"),
    edit(
        "a helper in a nested package",
        HELPERS,
        'x.rstrip("x")',
        'x.rstrip("y")',
        "pkg.deep.text:strip",
        file="pkg/deep/text.py",
    ),
    edit(
        "a helper through `import a.b as c`",
        HELPERS,
        "return x.strip()",
        "return x.strip().strip()",
        "pkg.deep.text:trim",
        file="pkg/deep/text.py",
    ),
    edit(
        "a constant behind a re-export",
        HELPERS,
        'MARK = "!"',
        'MARK = "?"',
        "pkg.deep.text.MARK",
        file="pkg/deep/text.py",
    ),
    edit("a helper from a star import", HELPERS, 'x + "1"', 'x + "2"', "other:starred", file="other.py"),
    edit("the step's own body", HELPERS, "loud(x) +", "loud(x) + 'z' +", "app:work"),
    edit("another helper is called", HELPERS, "total = near(x)", "total = unrelated(x)", "app:work"),
    edit("two helpers change places", HELPERS, "t.trim(x) + loud(x)", "loud(x) + t.trim(x)", "app:work"),
    edit("an unrelated function", HELPERS, "x * 2", "x * 3"),
    edit("an unrelated function in a helper module", HELPERS, "return FORMS", "return None", file="helpers.py"),
    edit("a constant that nothing reads", HELPERS, '{"a": 1}', '{"a": 2}', file="helpers.py"),
    edit(
        "a hidden name of a star import", HELPERS, "def hidden(x): return x", "def hidden(x): return 1", file="other.py"
    ),
    edit("a comment", HELPERS, "total = near(x)", "total = near(x)  # the first letters"),
    edit("a docstring", HELPERS, "'''Docs.'''", "'''Other docs.'''"),
    edit("a docstring goes away", HELPERS, "    '''Docs.'''\n", ""),
    edit(
        "a docstring of a helper",
        HELPERS,
        "def inner(x):\n",
        "def inner(x):\n    '''Small letters.'''\n",
        file="helpers.py",
    ),
    edit(
        "formatting",
        HELPERS,
        "return helpers.clean(total) + t.trim(x)",
        "return helpers.clean(\n        total\n    ) + t.trim( x )",
    ),
    edit(
        "a local variable's name",
        HELPERS,
        "total = near(x)\n    return helpers.clean(total)",
        "short = near(x)\n    return helpers.clean(short)",
    ),
    edit(
        "definitions change places",
        HELPERS,
        "def clean(x):\n    return text.strip(x) + inner(x)\ndef inner(x):\n    return x.lower()\n",
        "def inner(x):\n    return x.lower()\ndef clean(x):\n    return text.strip(x) + inner(x)\n",
        file="helpers.py",
    ),
    edit("an annotation of a helper", HELPERS, "def near(x):", "def near(x: str) -> str:"),
    edit("an annotation of the step", HELPERS, "def work(x):", "def work(x: 'str') -> str:"),
    edit(
        "an argument's name",
        HELPERS,
        "def inner(x):\n    return x.lower()",
        "def inner(y):\n    return y.lower()",
        "helpers:inner",
        file="helpers.py",
    ),
    edit("a nested function", NESTED, "return y + 1", "return y + 2", "app:outer"),
    edit("the condition of a comprehension", NESTED, "if each > 0", "if each >= 0", "app:outer"),
    edit(
        "a comprehension's variable",
        NESTED,
        "[inner(each) for each in x if each > 0]",
        "[inner(one) for one in x if one > 0]",
    ),
    edit("a lambda in a local table", NESTED, "lambda v: v + 2", "lambda v: v + 3", "app:work"),
    edit("a walrus' condition", NESTED, "len(x)) > 3", "len(x)) > 4", "app:work"),
    edit(
        "a walrus' name", NESTED, "(size := len(x)) > 3:\n        x = x[:size]", "(n := len(x)) > 3:\n        x = x[:n]"
    ),
    edit("a pattern of a match", NESTED, "case [first, *rest]:", "case [first, _, *rest]:", "app:work"),
    edit("a sort key", NESTED, "-each", "+each", "app:work"),
    edit("the first of two lambdas in a tuple", LAMBDAS, "(lambda x: x + 1,", "(lambda x: x + 10,", "app:<lambda>"),
    edit(
        "the second of two lambdas in a tuple that is read",
        LAMBDAS,
        "lambda x: x + 2)",
        "lambda x: x + 20)",
        "app:<lambda>",
    ),
    edit("the other of two lambdas on one line", LAMBDAS, "lambda x: x + 3,", "lambda x: x + 30,"),
    edit(
        "the right one of two lambdas on one line", LAMBDAS, "lambda x: x + 4\n", "lambda x: x + 40\n", "app:<lambda>"
    ),
    edit("a lambda in a table", LAMBDAS, "lambda x: x * 1", "lambda x: x * 11", "app:<lambda>"),
    edit(
        "two lambdas on one line change places",
        LAMBDAS,
        "first, second = lambda x: x + 3, lambda x: x + 4",
        "first, second = lambda x: x + 4, lambda x: x + 3",
        "app:<lambda>",
    ),
    edit("a decorated function", DECORATED, "return x + 1", "return x + 2", "app:helper"),
    edit(
        "a decorator's code",
        DECORATED,
        "f(*args) * SCALE",
        "f(*args) + SCALE",
        "deco:plain.<locals>.inner",
        file="deco.py",
    ),
    edit("a constant that a decorator reads", DECORATED, "SCALE = 10", "SCALE = 11", "deco.SCALE", file="deco.py"),
    edit("a decorator's argument", DECORATED, "@times(3)", "@times(4)", "deco:times.<locals>.wrap.<locals>.inner[n]"),
    edit(
        "a decorator class' argument",
        DECORATED,
        '@Counting("a")',
        '@Counting("b")',
        "deco:Counting.__call__.<locals>.inner[tag]",
    ),
    edit(
        "a decorator class' code",
        DECORATED,
        "return tag, f(x)",
        "return f(x), tag",
        "deco:Counting.__call__.<locals>.inner",
        file="deco.py",
    ),
    edit(
        "a function under two decorators",
        DECORATED,
        "def both(x):\n    return x",
        "def both(x):\n    return -x",
        "app:both",
    ),
    edit("one of two decorators goes away", DECORATED, "@times(2)\n@plain", "@times(2)", "app:both"),
    edit("a cached function", DECORATED, "x + 9", "x + 10", "app:cached"),
    edit("a function under lru_cache", DECORATED, "x + 19", "x + 20", "app:cached_too"),
    edit("the size of a cache", DECORATED, "maxsize=10", "maxsize=20"),
    edit("a closure's number", CLOSURES, "make(3,", "make(5,", "app:make.<locals>.inner[n]"),
    edit("a closure's table", CLOSURES, '{"k": 4}', '{"k": 5}', "app:make.<locals>.inner[table]"),
    edit("a closure's code", CLOSURES, "return x + n + table", "return x - n + table", "app:make.<locals>.inner"),
    edit("a partial's argument", CLOSURES, "factor=2", "factor=3", "app.double"),
    edit("a partial's function", CLOSURES, "x * factor + base", "x * factor - base", "app:scale"),
    edit("a keyword default", CLOSURES, "base=7", "base=8", "app:scale(base=)"),
    edit("a lambda in a partial", CLOSURES, "x + by, by=5", "x - by, by=5", "app:<lambda>"),
    edit("a default that is a partial of a lambda", CLOSURES, "lambda v: v + 1", "lambda v: v + 2", "app:<lambda>"),
    edit("a default tuple", CLOSURES, '("a", "b")', '("a", "c")', "app:defaults(names=)"),
    edit("a keyword-only default", CLOSURES, 'mode="fast"', 'mode="slow"', "app:defaults(mode=)"),
    edit("a walrus in a default", CLOSURES, "(z := 5)", "(z := 6)", "app:walrus(y=)"),
    edit("a default of the step", CLOSURES, "k=4", "k=5", "app:work(k=)"),
    edit("a nested default of the step", CLOSURES, '{"a": [1]}', '{"a": [2]}', "app:work(deep=)"),
    edit("an alias points elsewhere", CLOSURES, "chosen = scale", "chosen = make", "app:make"),
    edit("a singledispatch implementation", CLOSURES, "{value:03d}", "{value:04d}", "app:_"),
    edit("a singledispatch implementation by type", CLOSURES, '",".join', '";".join', "app:_show_list"),
    edit("a singledispatch base", CLOSURES, "return str(value)", "return repr(value)", "app:show"),
    edit("a lambda handed to reduce", CLOSURES, "a + b", "b + a", "app:summed"),
    edit("a coroutine", ASYNC, "return x + 1", "return x + 2", "app:fetch"),
    edit("an async generator", ASYNC, "        yield each", "        yield -each", "app:stream"),
    edit("a context manager function", ASYNC, "yield x + 1", "yield x + 2", "app:opened"),
    edit("a context manager class", ASYNC, "return 1\n", "return 2\n", "app:Timer.__aenter__"),
    edit("a generator", ASYNC, "yield from range(n)", "yield from range(n, 0, -1)", "app:numbers"),
    edit(
        "a coroutine becomes a generator",
        ASYNC,
        "    await asyncio.sleep(0)\n    return x + 1",
        "    return x + 1",
        "app:fetch",
    ),
]

assert SAME == ()

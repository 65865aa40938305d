"""Edits to what stands around functions: decorators, closures, partials, defaults, caches, dispatch."""

from tests.flow.behaviour.edits import edit, files

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

EDITS = [
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
]

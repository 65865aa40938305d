"""Edits to functions: helpers near and far, nesting, lambdas, coroutines, generators."""

from tests.flow.behaviour.edits import edit, files

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

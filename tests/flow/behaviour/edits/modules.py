"""Edits to modules: imports of every kind, effects at import, constants, dynamic access."""

from tests.flow.behaviour.edits import Edit, edit, files

IMPORTS = files(
    """
from typing import TYPE_CHECKING
if TYPE_CHECKING:
    from typed import Only
try:
    from missing_package import fast
except ImportError:
    from slow import fast
import settings
from settings import MODE
if MODE == "strict":
    from strict import fold
else:
    from lenient import fold
if settings.BIG:
    def size(x): return 100
else:
    def size(x): return 10
from tables import HANDLERS

clean = 5

def shadow(x):
    clean = str
    return clean(x)

def lazy(x):
    from late import convert
    import late_module
    import pack.sub as sub
    return convert(x) + late_module.twice(x) + sub.deep(x)

@step
def work(x: Only):
    return fast(x), fold(x), size(x), shadow(x), lazy(x), HANDLERS["a"](x)
""",
    typed="class Only:\n    a = 1\n",
    slow="def fast(x): return x\n",
    settings='MODE = "lenient"\nBIG = False\nUNUSED = 1\n',
    strict='def fold(x): return "s"\n',
    lenient='def fold(x): return "l"\n',
    late="def convert(x): return x + 1\ndef unused(x): return 1\n",
    late_module="def twice(x): return x * 2\ndef unused(x): return 1\n",
    pack__="",
    pack__sub="LEVEL = 3\ndef deep(x): return x + LEVEL\n",
    tables="import handlers\nHANDLERS = {'a': handlers.first, 'b': handlers.second}\n",
    handlers="def first(x): return 1\ndef second(x): return 2\ndef third(x): return 3\n",
)

CIRCLE = files(
    "import left\n@step\ndef work(x):\n    return left.go(x)\n",
    left="import right\nWEIGHT = 2\ndef go(x): return right.back(x) if x else 1\n",
    right="import left\ndef back(x): return left.go(x - 1) * left.WEIGHT\n",
)

EFFECTS = files(
    """
import patches
import json
import helpers
import thing
from registry import HANDLERS, handles

@handles("local")
def local(x): return x

def quiet(x): return x

@step
def work(x):
    return helpers.clean(x) + thing.client.ask(x) + HANDLERS["other"](x)
""",
    helpers="def clean(x): return x\n",
    patches="""
import json
import helpers
import colorsys
def replacement(x): return x + 'patched'
helpers.clean = replacement
colorsys.loomwork_probe = 1
for name in ("a", "b"):
    colorsys.loomwork_names = name
""",
    registry="""
HANDLERS = {}
def handles(name):
    def enter(f):
        HANDLERS[name] = f
        return f
    return enter
@handles("other")
def other(x): return x + 1
""",
    thing="""
import threading
class Client(threading.local):
    def ask(self, x): return x
def make(timeout): return threading.Event()
class Wrapped:
    def __init__(self, inner): self.inner = inner
    def ask(self, x): return x
client = Wrapped(make(timeout=3))
other = make(timeout=5)
client.inner.name = "n"
other.name = "o"
""",
)

CONSTANTS = files(
    """
import os
import re
import config as cfg
from config import NAMES as known, Level
from collections import OrderedDict
from decimal import Decimal
import datetime
from pathlib import Path

SHOP = "Loom"
GREETING = f"Hello {SHOP}"
WORD = re.compile(r"[a-z]+", re.I)
SETS = frozenset({"a", "b"})
NESTED = {"a": [1, {"b": (2, 3)}], "c": {4}}
RATE = Decimal("0.10")
DAY = datetime.date(2024, 1, 1)
ROOT = Path(__file__).parent / "data"
FIELD = "name"
BYTES = b"abc"
NUMBERS = [1, 2, 3]
ORDER = {"x": 1, "y": 2}

class Holder:
    name = "n"
    other = "o"

def probe(x):
    return getattr(Holder, FIELD)

@step
def work(x):
    return (SHOP, GREETING, WORD.findall(x), "a" in SETS, NESTED["a"], RATE, DAY, ROOT, probe(x), BYTES,
            NUMBERS[0], ORDER, cfg.TABLE["k"], known, Level.HIGH, f"{SHOP!r:>10} {x=}", cfg.sub.X)
""",
    config="""
from enum import Enum
import sub
TABLE = {"k": lambda x: x + 1}
NAMES = ["a", "b"]
class Level(Enum):
    HIGH = 3
DEAD = 1
del DEAD
""",
    sub="X = 1\nY = 2\n",
)

DYNAMIC = files(
    """
import styles
import words
import importlib
import lazy

def kind(x):
    return getattr(styles, "for_" + x)()

def named(x):
    return globals()["helper_" + x]()

def helper_a():
    return 1

def by_import():
    return importlib.import_module("words").SHOUT

@step
def work(x):
    return kind(x), by_import(), lazy.VALUE

@step
def loose(x):
    return named(x)

@step
def wide(x):
    return eval(x)

@step
def computed(x):
    from plugins import load
    return load(x)
""",
    styles='def for_a(): return "a"\ndef for_b(): return "b"\nSIZE = 1\n',
    words='SHOUT = "!"\nQUIET = "."\n',
    lazy="FORMS = {'VALUE': 7}\ndef __getattr__(name):\n    return FORMS[name]\n",
    plugins="import importlib\ndef load(x): return importlib.import_module('plug_' + x).run()\n",
    plug_a="def run(): return 1\n",
    unrelated="def nothing(): return 1\n",
)


def at(found: Edit, target: str) -> Edit:
    """The same edit, seen by another step."""
    return found._replace(name=f"{found.name} ({target})", target=f"app:{target}")


EDITS = [
    edit("a type that is imported for checking only", IMPORTS, "a = 1", "a = 2", file="typed.py"),
    edit("a fallback of a missing import", IMPORTS, "return x", "return -x", "slow:fast", file="slow.py"),
    edit(
        "a setting switches a conditional import", IMPORTS, '"lenient"', '"strict"', "strict:fold", file="settings.py"
    ),
    edit("the import that is not taken", IMPORTS, '"s"', '"S"', file="strict.py"),
    edit("the import that is taken", IMPORTS, '"l"', '"L"', "lenient:fold", file="lenient.py"),
    edit(
        "a setting switches a conditional definition",
        IMPORTS,
        "BIG = False",
        "BIG = True",
        "app:size",
        file="settings.py",
    ),
    edit("the definition that is not taken", IMPORTS, "return 100", "return 101"),
    edit("a setting that nothing reads", IMPORTS, "UNUSED = 1", "UNUSED = 2", file="settings.py"),
    edit("a global under a local's name", IMPORTS, "clean = 5", "clean = 6"),
    edit(
        "a name imported inside of a function", IMPORTS, "return x + 1", "return x + 2", "late:convert", file="late.py"
    ),
    edit("something else in a module imported inside of a function", IMPORTS, "return 1", "return 2", file="late.py"),
    edit(
        "a module imported inside of a function",
        IMPORTS,
        "return x * 2",
        "return x * 3",
        "late_module:twice",
        file="late_module.py",
    ),
    edit(
        "something else in a module imported whole inside of a function",
        IMPORTS,
        "return 1",
        "return 2",
        file="late_module.py",
    ),
    edit(
        "a constant behind `import a.b as c` in a function",
        IMPORTS,
        "LEVEL = 3",
        "LEVEL = 4",
        "pack.sub.LEVEL",
        file="pack/sub.py",
    ),
    edit(
        "a helper reached only through a table in another module",
        IMPORTS,
        "return 1",
        "return 11",
        "handlers:first",
        file="handlers.py",
    ),
    edit("another function of the table", IMPORTS, "return 2", "return 22", "handlers:second", file="handlers.py"),
    edit("a function that is not in the table", IMPORTS, "return 3", "return 33", file="handlers.py"),
    edit("a circular import, far side", CIRCLE, "left.go(x - 1)", "left.go(x - 2)", "right:back", file="right.py"),
    edit("a circular import, near side", CIRCLE, "if x else 1", "if x else 2", "left:go", file="left.py"),
    edit("a constant in a circle", CIRCLE, "WEIGHT = 2", "WEIGHT = 3", "left.WEIGHT", file="left.py"),
    edit(
        "a patch of another module", EFFECTS, "x + 'patched'", "x + 'changed'", "patches:replacement", file="patches.py"
    ),
    edit(
        "a patch of an installed module",
        EFFECTS,
        "loomwork_probe = 1",
        "loomwork_probe = 2",
        "patches (import)",
        file="patches.py",
    ),
    edit(
        "a loop that patches an installed module",
        EFFECTS,
        '("a", "b")',
        '("a", "c")',
        "patches (import)",
        "patches.name",
        file="patches.py",
    ),
    edit(
        "a function in a registry of another module",
        EFFECTS,
        "return x + 1",
        "return x + 2",
        "registry:other",
        file="registry.py",
    ),
    edit(
        "a registered function of the same table",
        EFFECTS,
        "def local(x): return x",
        "def local(x): return -x",
        "app:local",
    ),
    edit("an unrelated function beside effects", EFFECTS, "def quiet(x): return x", "def quiet(x): return -x"),
    edit(
        "the assignment of an object without a form",
        EFFECTS,
        "make(timeout=3)",
        "make(timeout=4)",
        "thing.client",
        file="thing.py",
    ),
    edit(
        "what is done to an object without a form",
        EFFECTS,
        'client.inner.name = "n"',
        'client.inner.name = "m"',
        "thing.client",
        file="thing.py",
    ),
    edit(
        "what is done to an object that is not read", EFFECTS, 'other.name = "o"', 'other.name = "p"', file="thing.py"
    ),
    edit("another object without a form", EFFECTS, "make(timeout=5)", "make(timeout=6)", file="thing.py"),
    edit("a string", CONSTANTS, 'SHOP = "Loom"', 'SHOP = "Loome"', "app.SHOP", "app.GREETING"),
    edit("a piece of an f-string constant", CONSTANTS, "Hello {SHOP}", "Hi {SHOP}", "app.GREETING"),
    edit("an f-string in the step", CONSTANTS, "{SHOP!r:>10}", "{SHOP!r:>11}", "app:work"),
    edit("a compiled pattern", CONSTANTS, "[a-z]+", "[a-y]+", "app.WORD"),
    edit("a pattern's flags", CONSTANTS, ", re.I)", ")", "app.WORD"),
    edit("a set", CONSTANTS, '{"a", "b"}', '{"a", "c"}', "app.SETS"),
    edit("a set written in another order", CONSTANTS, '{"a", "b"}', '{"b", "a"}'),
    edit("a nested value", CONSTANTS, "(2, 3)", "(2, 4)", "app.NESTED"),
    edit("a nested value's type", CONSTANTS, "(2, 3)", "[2, 3]", "app.NESTED"),
    edit("a decimal", CONSTANTS, '"0.10"', '"0.1"', "app.RATE"),
    edit("a date", CONSTANTS, "date(2024, 1, 1)", "date(2024, 1, 2)", "app.DAY"),
    edit("a path inside of the project", CONSTANTS, '/ "data"', '/ "files"', "app.ROOT"),
    edit("a string that is an attribute's name", CONSTANTS, 'FIELD = "name"', 'FIELD = "other"', "app.FIELD"),
    edit("an attribute that is reached by its name's text", CONSTANTS, 'name = "n"', 'name = "m"', "app:Holder.name"),
    edit("bytes", CONSTANTS, 'b"abc"', 'b"abd"', "app.BYTES"),
    edit("a list", CONSTANTS, "[1, 2, 3]", "[1, 2, 4]", "app.NUMBERS"),
    edit("the order of a dict", CONSTANTS, '{"x": 1, "y": 2}', '{"y": 2, "x": 1}', "app.ORDER"),
    edit(
        "a lambda in a table of another module",
        CONSTANTS,
        "lambda x: x + 1",
        "lambda x: x + 2",
        "config:<lambda>",
        file="config.py",
    ),
    edit("a list imported under another name", CONSTANTS, '["a", "b"]', '["a", "z"]', "config.NAMES", file="config.py"),
    edit("an imported enum", CONSTANTS, "HIGH = 3", "HIGH = 4", "config:Level.HIGH", file="config.py"),
    edit("a constant behind two modules", CONSTANTS, "X = 1", "X = 9", "sub.X", file="sub.py"),
    edit("another constant behind two modules", CONSTANTS, "Y = 2", "Y = 9", file="sub.py"),
    edit("a constant that was deleted", CONSTANTS, "DEAD = 1", "DEAD = 2", file="config.py"),
    edit(
        "a function reached by a computed name", DYNAMIC, 'return "b"', 'return "B"', "styles:for_b", file="styles.py"
    ),
    edit("a constant of a module that is widened to", DYNAMIC, "SIZE = 1", "SIZE = 2", "styles.SIZE", file="styles.py"),
    edit("a constant behind import_module", DYNAMIC, 'SHOUT = "!"', 'SHOUT = "?"', "words.SHOUT", file="words.py"),
    edit("what a module's __getattr__ reads", DYNAMIC, "'VALUE': 7", "'VALUE': 8", "lazy.FORMS", file="lazy.py"),
    edit(
        "a module's __getattr__",
        DYNAMIC,
        "return FORMS[name]",
        "return FORMS[name] + 1",
        "lazy:__getattr__",
        file="lazy.py",
    ),
    at(
        edit(
            "a function reached through globals()",
            DYNAMIC,
            "def helper_a():\n    return 1",
            "def helper_a():\n    return 2",
            "app:helper_a",
        ),
        "loose",
    ),
    at(
        edit(
            "anything, for a step that evaluates text",
            DYNAMIC,
            "return 1",
            "return 2",
            "unrelated.py",
            file="unrelated.py",
        ),
        "wide",
    ),
    at(
        edit("a module imported by a computed name", DYNAMIC, "return 1", "return 2", "plug_a.py", file="plug_a.py"),
        "computed",
    ),
    edit("a module that nothing imports", DYNAMIC, "return 1", "return 2", file="unrelated.py"),
]

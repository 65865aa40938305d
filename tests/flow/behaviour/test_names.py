"""Renaming and moving cost nothing; what is renamed or moved and also edited is named."""

from pathlib import Path

import pytest

from loomwork.flow.behaviour import diff_parts
from tests.flow.behaviour.apps import behaviour_at, put

STEP = "from loomwork.flow.step import step\n"

SAME: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "a helper renamed": (
        {"app.py": STEP + "def tidy(x): return x\n@step\ndef work(x): return tidy(x)\n"},
        {"app.py": STEP + "def clean(x): return x\n@step\ndef work(x): return clean(x)\n"},
    ),
    "a helper moved to another module": (
        {"app.py": STEP + "LIMIT = 3\ndef tidy(x): return x[:LIMIT]\n@step\ndef work(x): return tidy(x)\n"},
        {
            "app.py": STEP + "from deep.er import tidy\n@step\ndef work(x): return tidy(x)\n",
            "deep/__init__.py": "",
            "deep/er.py": "LIMIT = 3\ndef tidy(x): return x[:LIMIT]\n",
        },
    ),
    "a helper reached through its module": (
        {"app.py": STEP + "from h import tidy\n@step\ndef work(x): return tidy(x)\n", "h.py": "def tidy(x): return x\n"},
        {"app.py": STEP + "import h\n@step\ndef work(x): return h.tidy(x)\n", "h.py": "def tidy(x): return x\n"},
    ),
    "a helper reached through a re-export": (
        {"app.py": STEP + "from h import tidy\n@step\ndef work(x): return tidy(x)\n", "h.py": "def tidy(x): return x\n"},
        {
            "app.py": STEP + "import pkg\n@step\ndef work(x): return pkg.tidy(x) if True else 0\n",
            "pkg/__init__.py": "from pkg.h import *\n",
            "pkg/h.py": "def tidy(x): return x\n",
        },
    ),
    "a constant renamed": (
        {"app.py": STEP + "A = {'k': [1]}\n@step\ndef work(x): return A\n"},
        {"app.py": STEP + "B = {'k': [1]}\n@step\ndef work(x): return B\n"},
    ),
    "a constant computed another way": (
        {"app.py": STEP + "A = 'x' + 'y'\n@step\ndef work(x): return A\n"},
        {"app.py": STEP + "A = ''.join(['x', 'y'])\n@step\ndef work(x): return A\n"},
    ),
    "a step renamed": (
        {"app.py": STEP + "@step\ndef other(x): return x\n@step\ndef work(x): return other(x)\n"},
        {"app.py": STEP + "@step\ndef another(x): return x + 1\n@step\ndef work(x): return another(x)\n"},
    ),
    "a module renamed": (
        {"app.py": STEP + "import one\n@step\ndef work(x): return one.C().go()\n", "one.py": "class C:\n    def go(self): return 1\n"},
        {"app.py": STEP + "import two\n@step\ndef work(x): return two.C().go()\n", "two.py": "class C:\n    def go(self): return 1\n"},
    ),
    "a plain class renamed": (
        {"app.py": STEP + "class A:\n    def go(self): return 1\n@step\ndef work(x): return A().go()\n"},
        {"app.py": STEP + "class B:\n    def go(self): return 1\n@step\ndef work(x): return B().go()\n"},
    ),
    "a recursive helper renamed": (
        {"app.py": STEP + "def f(x): return f(x - 1) if x else 0\n@step\ndef work(x): return f(x)\n"},
        {"app.py": STEP + "def g(x): return g(x - 1) if x else 0\n@step\ndef work(x): return g(x)\n"},
    ),
    "mutual recursion renamed": (
        {"app.py": STEP + "def a(x): return b(x)\ndef b(x): return a(x)\n@step\ndef work(x): return a(x)\n"},
        {"app.py": STEP + "def b(x): return a(x)\ndef a(x): return b(x)\n@step\ndef work(x): return b(x)\n"},
    ),
    "an import inside of a function moves": (
        {"app.py": STEP + "@step\ndef work(x):\n    from one import go\n    return go(x)\n", "one.py": "def go(x): return 1\n"},
        {"app.py": STEP + "@step\ndef work(x):\n    from two import go\n    return go(x)\n", "two.py": "def go(x): return 1\n"},
    ),
    "a closure's variable renamed": (
        {"app.py": STEP + "def make(n):\n    def inner(x): return x + n\n    return inner\nf = make(3)\n@step\ndef work(x): return f(x)\n"},
        {"app.py": STEP + "def make(z):\n    def inner(x): return x + z\n    return inner\nf = make(3)\n@step\ndef work(x): return f(x)\n"},
    ),
    "cells whose names sort the other way": (
        {"app.py": STEP + "@step\ndef work(x):\n    a = 1\n    b = 2\n    return (lambda: (a, b))()\n"},
        {"app.py": STEP + "@step\ndef work(x):\n    z = 1\n    b = 2\n    return (lambda: (z, b))()\n"},
    ),
    "a third-party module under another alias": (
        {"app.py": STEP + "import numpy as np\n@step\ndef work(x): return np.array([x])\n"},
        {"app.py": STEP + "import numpy\n@step\ndef work(x): return numpy.array([x])\n"},
    ),
    "definitions in another order": (
        {"app.py": STEP + "def a(x): return 1\ndef b(x): return 2\nclass C:\n    def p(self): return 1\n    def q(self): return 2\n@step\ndef work(x): return a(x), b(x), C()\n"},
        {"app.py": STEP + "class C:\n    def q(self): return 2\n    def p(self): return 1\ndef b(x): return 2\ndef a(x): return 1\n@step\ndef work(x): return a(x), b(x), C()\n"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_names_and_places_cost_nothing(name: str, tmp_path: Path) -> None:
    one, two = SAME[name]
    before = behaviour_at(put(tmp_path / "one", one))
    after = behaviour_at(put(tmp_path / "two", two))
    assert before.digest == after.digest
    assert diff_parts(before.parts, after.parts) == []


DIFFERENT: dict[str, tuple[dict[str, str], dict[str, str], set[str]]] = {
    "a helper renamed and edited": (
        {"app.py": STEP + "def tidy(x):\n    y = x.strip()\n    return y + 'a'\n@step\ndef work(x): return tidy(x)\n"},
        {"app.py": STEP + "def clean(x):\n    y = x.strip()\n    return y + 'b'\n@step\ndef work(x): return clean(x)\n"},
        {"app:clean"},
    ),
    "a helper moved and edited": (
        {"app.py": STEP + "def tidy(x): return x + 1\n@step\ndef work(x): return tidy(x)\n"},
        {"app.py": STEP + "from h import tidy\n@step\ndef work(x): return tidy(x)\n", "h.py": "def tidy(x): return x + 2\n"},
        {"h:tidy"},
    ),
    "two helpers exchanged under their names": (
        {"app.py": STEP + "def a(x): return 1\ndef b(x): return 2\n@step\ndef work(x): return a(x), b(x)\n"},
        {"app.py": STEP + "def a(x): return 2\ndef b(x): return 1\n@step\ndef work(x): return a(x), b(x)\n"},
        {"app:a", "app:b"},
    ),
    "an argument more": (
        {"app.py": STEP + "def a(x): return 1\n@step\ndef work(x): return a(x)\n"},
        {"app.py": STEP + "def a(x, y=1): return 1\n@step\ndef work(x): return a(x)\n"},
        {"app:a"},
    ),
    "a helper used twice where two were used": (
        {"app.py": STEP + "def a(x): return x * 3\ndef b(x): return x + 4\n@step\ndef work(x): return a(x), b(x)\n"},
        {"app.py": STEP + "def a(x): return x * 3\ndef b(x): return x + 4\n@step\ndef work(x): return a(x), a(x)\n"},
        {"app:work"},
    ),
    "a dataclass renamed": (
        {"app.py": STEP + "from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n@step\ndef work(x): return repr(A(x))\n"},
        {"app.py": STEP + "from dataclasses import dataclass\n@dataclass\nclass B:\n    x: int\n@step\ndef work(x): return repr(B(x))\n"},
        {"app:B"},
    ),
    "names that are seen by locals()": (
        {"app.py": STEP + "@step\ndef work(x):\n    a = 1\n    return locals()\n"},
        {"app.py": STEP + "@step\ndef work(x):\n    b = 1\n    return locals()\n"},
        {"app:work"},
    ),
    "a name in a self-documenting f-string": (
        {"app.py": STEP + "@step\ndef work(x):\n    a = 1\n    return f'{a=}'\n"},
        {"app.py": STEP + "@step\ndef work(x):\n    b = 1\n    return f'{b=}'\n"},
        {"app:work"},
    ),
    "the name of a function that is read": (
        {"app.py": STEP + "def tidy(x): return x\n@step\ndef work(x): return tidy.__name__\n"},
        {"app.py": STEP + "def clean(x): return x\n@step\ndef work(x): return clean.__name__\n"},
        {"app:work"},
    ),
    "a constant instead of a literal": (
        {"app.py": STEP + "A = 1\n@step\ndef work(x): return A\n"},
        {"app.py": STEP + "@step\ndef work(x): return 1\n"},
        {"app:work"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", DIFFERENT)
def test_what_is_not_only_a_name_counts(name: str, tmp_path: Path) -> None:
    one, two, changed = DIFFERENT[name]
    before = behaviour_at(put(tmp_path / "one", one))
    after = behaviour_at(put(tmp_path / "two", two))
    assert before.digest != after.digest
    assert {change.name for change in diff_parts(before.parts, after.parts)} == changed


def test_a_change_says_where_it_is_and_what_it_was(tmp_path: Path) -> None:
    files = {
        "app.py": STEP + "from pkg.settings import LIMIT\n@step\ndef work(x): return LIMIT\n",
        "pkg/__init__.py": "",
        "pkg/settings.py": "# limits\nLIMIT = 3\n",
    }
    before = behaviour_at(put(tmp_path, files))
    after = behaviour_at(put(tmp_path, {"pkg/settings.py": "# limits\nLIMIT = 4\n"}))
    (change,) = diff_parts(before.parts, after.parts)
    assert (change.kind, change.name, change.file, change.line) == (
        "constant",
        "pkg.settings.LIMIT",
        "pkg/settings.py",
        2,
    )
    assert (change.before, change.after) == ("3", "4")

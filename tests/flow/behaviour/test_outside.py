"""A global that a step changes makes it `outside`, and its changing value no part of what the step is."""

from pathlib import Path

import pytest

from tests.flow.behaviour.apps import behaviour_at, opened, put

STEP = "from loomwork.flow.step import step\n"

CHANGING = {
    "a global bound anew": "COUNT = 0\n@step\ndef work(x):\n    global COUNT\n    COUNT += 1\n    return COUNT\n",
    "an item set": "SEEN = {}\n@step\ndef work(x):\n    SEEN[x] = 1\n    return len(SEEN)\n",
    "an item added to": "SEEN = {'n': 0}\n@step\ndef work(x):\n    SEEN['n'] += 1\n    return SEEN['n']\n",
    "an item deleted": "SEEN = {'n': 0}\n@step\ndef work(x):\n    del SEEN['n']\n",
    "a list grown": "SEEN = []\n@step\ndef work(x):\n    SEEN.append(x)\n    return len(SEEN)\n",
    "a list grown under a local name": "SEEN = []\n@step\ndef work(x):\n    mine = SEEN\n    mine.append(x)\n",
    "a list inside of a table": "SEEN = {'a': []}\n@step\ndef work(x):\n    SEEN['a'].append(x)\n",
    "a set grown by a helper": "SEEN = set()\ndef note(x):\n    SEEN.add(x)\n@step\ndef work(x):\n    note(x)\n",
    "another module's global": "import other\n@step\ndef work(x):\n    other.LAST = x\n",
    "another module's list": "import other\n@step\ndef work(x):\n    other.SEEN.append(x)\n",
    "a class attribute": "class C:\n    n = 0\n@step\ndef work(x):\n    C.n += 1\n    return C.n\n",
    "an object's attribute": "class C:\n    n = 0\nONE = C()\n@step\ndef work(x):\n    ONE.n = x\n",
    "an object's attribute in its own method": (
        "class C:\n    def __init__(self): self.n = 0\n    def bump(self): self.n += 1; return self.n\n"
        "ONE = C()\n@step\ndef work(x):\n    return ONE.bump()\n"
    ),
    "an object's list in its own method": (
        "class C:\n    def __init__(self): self.seen = []\n    def note(self, x): self.seen.append(x)\n"
        "ONE = C()\n@step\ndef work(x):\n    return ONE.note(x)\n"
    ),
    "an object that is called": (
        "class C:\n    def __init__(self): self.n = 0\n    def __call__(self, x): self.n = x\n"
        "ONE = C()\n@step\ndef work(x):\n    return ONE(x)\n"
    ),
    "a closure's variable": (
        "def counter():\n    n = 0\n    def bump():\n        nonlocal n\n        n += 1\n        return n\n    return bump\n"
        "bump = counter()\n@step\ndef work(x):\n    return bump()\n"
    ),
    "a closure's table": (
        "def remember(f):\n    seen = {}\n    def inner(x):\n        if x not in seen:\n            seen[x] = f(x)\n"
        "        return seen[x]\n    return inner\n@remember\ndef slow(x): return x\n@step\ndef work(x):\n    return slow(x)\n"
    ),
}


@pytest.mark.parametrize("name", CHANGING)
def test_changing_what_lies_outside_is_said(name: str, tmp_path: Path) -> None:
    found = behaviour_at(put(tmp_path, {"app.py": STEP + CHANGING[name], "other.py": "LAST = 0\nSEEN = []\n"}))
    assert found.outside, found.parts


@pytest.mark.parametrize(
    "name", [name for name in CHANGING if name not in {"another module's global", "an item deleted"}]
)
def test_the_changing_value_is_no_part_of_the_step(name: str, tmp_path: Path) -> None:
    app = {"app.py": STEP + CHANGING[name], "other.py": "LAST = 0\nSEEN = []\n"}
    with opened(put(tmp_path, app)) as (work, behaviours):
        before = behaviours.current(work).digest
        work.func(1)
        work.func(2)
        assert behaviours.current(work).digest == before


QUIET = {
    "a local table": "@step\ndef work(x):\n    seen = {}\n    seen[x] = 1\n    seen.update(a=1)\n    return seen\n",
    "an argument": "@step\ndef work(x):\n    x.append(1)\n    x['a'] = 1\n    return x\n",
    "an object made in the step": (
        "class C:\n    def __init__(self, n): self.n = n\n    def bump(self): self.n += 1\n"
        "@step\ndef work(x):\n    made = C(x)\n    made.bump()\n    return made.n\n"
    ),
    "a registry that is filled at import": (
        "class R:\n    def __init__(self): self.items = {}\n    def register(self, f):\n        self.items[f.__name__] = f\n"
        "        return f\n    def find(self, name): return self.items[name]\n"
        "REG = R()\n@REG.register\ndef one(x): return x\n@step\ndef work(x):\n    return REG.find('one')(x)\n"
    ),
    "a global that only other functions change": "SEEN = []\ndef note(x): SEEN.append(x)\n@step\ndef work(x):\n    return len(SEEN)\n",
    "a method of a string": "NAME = 'a'\n@step\ndef work(x):\n    return NAME.replace('a', 'b').index('b')\n",
}


@pytest.mark.parametrize("name", QUIET)
def test_what_a_step_keeps_to_itself_is_not_outside(name: str, tmp_path: Path) -> None:
    assert behaviour_at(put(tmp_path, {"app.py": STEP + QUIET[name]})).outside == ()


def test_a_global_that_another_step_changes_counts_by_its_value(tmp_path: Path) -> None:
    app = STEP + "SEEN = []\n@step\ndef note(x): SEEN.append(x)\n@step\ndef work(x): return len(SEEN)\n"
    with opened(put(tmp_path, {"app.py": app})) as (work, behaviours):
        before = behaviours.current(work)
        work.func.__globals__["SEEN"].append(1)
        assert before.outside == ()
        assert behaviours.current(work).digest != before.digest

"""A behaviour is checked again cheaply: whatever is bound anew or changed in place is noticed."""

import sys
import time
import timeit
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loomwork.flow.behaviour import Behaviours
from tests.flow.behaviour.apps import opened, put

APP = {
    "app.py": """
from loomwork.flow.step import step
from functools import partial
import helpers
from helpers import Holder, clean, TABLE, counted

LIMIT = 3
NAMES = ["a"]
DEEP = {"k": {"l": [1]}}

def make(n):
    table = {"n": n}
    def inner(x): return x + n + len(table)
    return inner

adder = make(3)
half = partial(clean, y=2)

@step
def work(x):
    return LIMIT, NAMES, DEEP, helpers.SIZE, Holder.size, clean(x), adder(x), half(x), TABLE["a"](x), counted(x), POINT

class Point:
    __slots__ = ("x",)
    def __init__(self, x): self.x = x
POINT = Point(1)

@step
def small(x):
    return clean(x), LIMIT, NAMES, helpers.SIZE
""",
    "helpers.py": """
import functools
SIZE = 1
class Holder:
    size = 4
    def go(self): return 1
def clean(x, y=1): return x
def other(x): return x
TABLE = {"a": clean}
@functools.cache
def counted(x): return x
""",
}


def rebind(app: Any) -> None:
    app.LIMIT = 4


def rebind_equal_value(app: Any) -> None:
    app.LIMIT = 3.0


def rebind_in_other_module(app: Any) -> None:
    app.helpers.SIZE = 2


def replace_function(app: Any) -> None:
    app.clean = app.helpers.other


def grow_list(app: Any) -> None:
    app.NAMES.append("b")


def change_deep(app: Any) -> None:
    app.DEEP["k"]["l"][0] = 2


def class_attribute(app: Any) -> None:
    app.Holder.size = 5


def class_method(app: Any) -> None:
    app.Holder.go = lambda self: 2


def closure_cell(app: Any) -> None:
    app.adder.__closure__[0].cell_contents = 9


def closure_table(app: Any) -> None:
    app.adder.__closure__[1].cell_contents["m"] = 9


def code(app: Any) -> None:
    app.clean.__code__ = (lambda x, y: x + y).__code__


def defaults(app: Any) -> None:
    app.clean.__defaults__ = (2,)


def table(app: Any) -> None:
    app.TABLE["a"] = app.helpers.other


def deleted(app: Any) -> None:
    del app.LIMIT


def shadowed_builtin(app: Any) -> None:
    app.len = lambda _: 7


def slot(app: Any) -> None:
    app.POINT.x = 2


def keywords(app: Any) -> None:
    app.half.keywords["y"] = 3


CHANGES = [
    rebind, rebind_equal_value, rebind_in_other_module, replace_function, grow_list, change_deep, class_attribute,
    class_method, closure_cell, closure_table, code, defaults, table, deleted, shadowed_builtin, slot, keywords,
]  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=[each.__name__ for each in CHANGES])
def test_a_live_change_is_noticed(change: Callable[[Any], None], tmp_path: Path) -> None:
    with opened(put(tmp_path, APP)) as (work, behaviours):
        before = behaviours.current(work)
        assert behaviours.current(work) is before
        change(sys.modules["app"])
        after = behaviours.current(work)
        assert after.digest != before.digest
        assert behaviours.current(work) is after


def test_a_change_taken_back_gives_the_old_digest(tmp_path: Path) -> None:
    with opened(put(tmp_path, APP)) as (work, behaviours):
        before = behaviours.current(work).digest
        app = sys.modules["app"]
        app.NAMES.append("b")
        assert behaviours.current(work).digest != before
        app.NAMES.pop()
        assert behaviours.current(work).digest == before


def test_what_a_step_does_not_read_is_not_looked_at(tmp_path: Path) -> None:
    with opened(put(tmp_path, APP)) as (work, behaviours):
        before = behaviours.current(work)
        sys.modules["app"].__dict__["UNRELATED"] = 1
        sys.modules["helpers"].__dict__["UNRELATED"] = 1
        assert behaviours.current(work) is before


def test_a_subclass_defined_later_is_noticed(tmp_path: Path) -> None:
    with opened(put(tmp_path, APP)) as (work, behaviours):
        before = behaviours.current(work)
        helpers = sys.modules["helpers"]
        exec("class Late(Holder):\n    size = 9\n", helpers.__dict__)
        assert behaviours.current(work).digest != before.digest


def test_a_module_loaded_later_counts_if_it_acts(tmp_path: Path) -> None:
    late = {"late.py": "import colorsys\ncolorsys.loomwork_late = 1\n", "mild.py": "X = 1\n"}
    with opened(put(tmp_path, APP | late)) as (work, behaviours):
        before = behaviours.current(work)
        __import__("mild")
        assert behaviours.current(work).digest == before.digest
        __import__("late")
        assert behaviours.current(work).digest != before.digest


def test_a_look_takes_microseconds(tmp_path: Path) -> None:
    with opened(put(tmp_path, APP), "app:small") as (small, behaviours):
        behaviours.current(small)
        times = timeit.repeat(lambda: behaviours.current(small), timer=time.process_time, number=500, repeat=10)
        assert min(times) / 500 < 20e-6


def test_a_first_walk_of_ten_modules_takes_milliseconds(tmp_path: Path) -> None:
    helper = (
        "def f{0}(x, y={0}):\n    return [each + LIMIT for each in x if each > y] + TABLE['a'](x) + next{1}.g{0}(x)\n"
    )
    names = [f"part{number}" for number in range(10)]
    files = {
        f"{name}.py": "import re\nWORD = re.compile('a+')\nLIMIT = 3\nTABLE = {'a': lambda x: [WORD.sub('b', x[0])]}\n"
        f"import {names[(at + 1) % 10]} as next{at}\n"
        + "".join(helper.format(number, at) for number in range(10))
        + "".join(
            f"class C{number}:\n    size = {number}\n    def go(self, x): return f{number}(x)\n" for number in range(5)
        )
        + "".join(f"def g{number}(x): return C{number % 5}().go(x)\n" for number in range(10))
        for at, name in enumerate(names)
    }
    app = "from loomwork.flow.step import step\n" + "".join(f"import {name}\n" for name in names)
    app += "@step\ndef work(x): return [" + ", ".join(f"{name}.f{n}(x)" for name in names for n in range(10)) + "]\n"
    with opened(put(tmp_path, {**files, "app.py": app})) as (work, behaviours):
        took: list[float] = []
        for fresh in (Behaviours(behaviours.project, semantics=1) for _ in range(3)):
            begun = time.process_time()
            found = fresh.of(work)
            took.append(time.process_time() - begun)
            assert len(found.parts) > 300
        assert min(took) < 0.15, f"{[f'{each * 1e3:.0f}' for each in took]} ms"

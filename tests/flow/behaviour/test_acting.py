"""Docstrings, annotations and names count where something can read them, and nowhere else."""

from pathlib import Path

import pytest

from loomwork.flow.behaviour import diff_parts
from tests.flow.behaviour.apps import behaviour_at, edited, put

STEP = "from loomwork.flow.step import step\n"
TOOL = "def tool(x: int) -> int:\n    '''One.'''\n    return x\n"

ACTS: dict[str, tuple[str, str, str]] = {
    "a docstring that the step reads": (TOOL + "@step\ndef work(x): return tool.__doc__\n", "One.", "Two."),
    "a docstring read through inspect": (
        TOOL + "import inspect\n@step\ndef work(x): return inspect.getdoc(tool)\n", "One.", "Two.",
    ),
    "a docstring read by a helper": (
        TOOL + "def shown(f): return f.__doc__\n@step\ndef work(x): return shown(tool)\n", "One.", "Two.",
    ),
    "a docstring of a tool handed to an installed library": (
        TOOL + "import json\n@step\ndef work(x): return json.dumps(x, default=tool)\n", "One.", "Two.",
    ),
    "a docstring of a tool in a list": (TOOL + "@step\ndef work(x): return x.agent(tools=[tool])\n", "One.", "Two."),
    "a docstring of a tool in a module's list": (
        TOOL + "TOOLS = [tool]\n@step\ndef work(x): return x.agent(tools=TOOLS)\n", "One.", "Two.",
    ),
    "an annotation of a tool": (TOOL + "@step\ndef work(x): return x.agent(tool)\n", "x: int", "x: str"),
    "an annotation written as text": (
        "from dataclasses import dataclass\n@dataclass\nclass Arg:\n    n: int = 1\n"
        "def tool(x: 'Arg'): return x\n@step\ndef work(x): return x.agent(tool)\n", "n: int = 1", "n: int = 2",
    ),
    "a signature read by a decorator": (
        "import inspect\ndef checked(f):\n    def inner(*args):\n        return inspect.signature(f).bind(*args), f(*args)\n"
        "    return inner\n@checked\ndef one(x: int): return x\n@step\ndef work(x): return one(x)\n", "x: int", "x: str",
    ),
    "hints read by the step": (
        "import typing\nclass A:\n    x: int = 1\n@step\ndef work(x): return typing.get_type_hints(A)\n", "x: int", "x: str",
    ),
    "source that the step reads": (
        "import inspect\ndef tool(x):\n    # one\n    return x\n@step\ndef work(x): return inspect.getsource(tool)\n",
        "# one", "# two",
    ),
    "a function's name that a decorator reads": (
        "def logged(f):\n    def inner(*args):\n        return f.__name__, f(*args)\n    return inner\n"
        "@logged\ndef one(x): return x\n@step\ndef work(x): return one(x)\n", "def one(x): return x\n@step\ndef work(x): return one(x)",
        "def two(x): return x\n@step\ndef work(x): return two(x)",
    ),
    "an exception's name": (
        "class Odd(ValueError): pass\n@step\ndef work(x):\n    raise Odd(x)\n", "class Odd(ValueError): pass\n@step\ndef work(x):\n    raise Odd(x)",
        "class Bad(ValueError): pass\n@step\ndef work(x):\n    raise Bad(x)",
    ),
    "a docstring of a nested tool": (
        "@step\ndef work(x):\n    def tool(y):\n        '''One.'''\n        return y\n    return x.agent(tool)\n", "One.", "Two.",
    ),
    "a docstring of a dataclass handed on": (
        "from dataclasses import dataclass\n@dataclass\nclass Out:\n    '''One.'''\n    x: int\n"
        "@step\ndef work(x): return x.ask(type=Out)\n", "One.", "Two.",
    ),
    "the name of a module": ("import logging\n@step\ndef work(x): return __name__ + x\n", "+ x", "+ x + x"),
}  # fmt: skip


@pytest.mark.parametrize("name", ACTS)
def test_what_is_read_counts(name: str, tmp_path: Path) -> None:
    text, old, new = ACTS[name]
    files = {"app.py": STEP + text}
    before = behaviour_at(put(tmp_path, files))
    after = behaviour_at(put(tmp_path, edited(files, {"app.py": (old, new)})))
    assert before.digest != after.digest
    assert diff_parts(before.parts, after.parts)


RESTS: dict[str, tuple[str, str, str]] = {
    "a docstring of a helper that is called": (TOOL + "@step\ndef work(x): return tool(x)\n", "One.", "Two."),
    "a docstring of a mapped helper": (TOOL + "@step\ndef work(x): return list(map(tool, x))\n", "One.", "Two."),
    "a docstring of a sort key": (TOOL + "@step\ndef work(x): return sorted(x, key=tool)\n", "One.", "Two."),
    "a docstring of a function sent to a thread": (
        TOOL + "import asyncio\n@step\nasync def work(x): return await asyncio.to_thread(tool, x)\n", "One.", "Two.",
    ),
    "a docstring of a function in a table": (
        TOOL + "TABLE = {'a': tool}\n@step\ndef work(x): return TABLE['a'](x)\n", "One.", "Two.",
    ),
    "a docstring of a function got from a table": (
        TOOL + "TABLE = {'a': tool}\n@step\ndef work(x): return TABLE.get(x)(x)\n", "One.", "Two.",
    ),
    "a docstring of a dataclass": (
        "from dataclasses import dataclass\n@dataclass\nclass Out:\n    '''One.'''\n    x: int\n"
        "@step\ndef work(x): return Out(x)\n", "One.", "Two.",
    ),
    "a docstring of a method": (
        "class A:\n    def go(self):\n        '''One.'''\n        return 1\n@step\ndef work(x): return A().go()\n", "One.", "Two.",
    ),
    "a docstring of a module": ("'''One.'''\n@step\ndef work(x): return x\n", "One.", "Two."),
    "an annotation of a helper": (TOOL + "@step\ndef work(x): return tool(x)\n", "x: int", "x: str"),
    "an annotation of a local": ("@step\ndef work(x):\n    y: int = x\n    return y\n", "y: int", "y: str"),
    "a docstring of a decorated helper": (
        "import functools\ndef plain(f):\n    @functools.wraps(f)\n    def inner(*args):\n        return f(*args)\n    return inner\n"
        "@plain\ndef one(x):\n    '''One.'''\n    return x\n@step\ndef work(x): return one(x)\n", "One.", "Two.",
    ),
    "a docstring of a base class": (
        "class A:\n    '''One.'''\n    def go(self): return 1\nclass B(A): pass\n@step\ndef work(x): return B().go()\n", "One.", "Two.",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", RESTS)
def test_what_nothing_reads_costs_nothing(name: str, tmp_path: Path) -> None:
    text, old, new = RESTS[name]
    files = {"app.py": STEP + text}
    before = behaviour_at(put(tmp_path, files))
    after = behaviour_at(put(tmp_path, edited(files, {"app.py": (old, new)})))
    assert before.digest == after.digest

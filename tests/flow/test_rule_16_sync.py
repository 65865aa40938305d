"""FLOW.md rule 16: sync and async steps in scripts, notebooks, threads, and code without a file."""

from __future__ import annotations

import asyncio
import linecache
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from loomwork.flow.context import current_frame
from loomwork.flow.sync import blocking, run_sync
from loomwork.kernel.errors.flow import SyncOnLoop
from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    import asyncio
    from loomwork.flow.step import step

    @step
    def clean(text: str) -> str:
        return text.strip()

    @step
    def shout(text: str) -> str:
        return clean(text).upper()

    @step
    async def mixed(text: str) -> list:
        return [shout(text), await asyncio.to_thread(shout, text + "!"), await later(text)]

    @step
    async def later(text: str) -> str:
        await asyncio.sleep(0)
        return clean(text)

    @step
    async def words(text: str):
        for word in text.split():
            yield word

    @step
    def from_sync(text: str) -> str:
        from loomwork.flow.sync import run_sync
        return run_sync(later, text)
"""


def test_with_no_workspace_open_a_step_is_just_its_function(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        app = opened.app
    assert current_frame() is None
    assert app.shout(" a ") == "A"
    assert asyncio.run(app.mixed(" a ")) == ["A", "A !", "a"]
    assert run_sync(app.words, "a b") == ["a", "b"]
    assert opened.ran() == {}


async def test_sync_and_async_steps_call_each_other_and_are_memoised_where_they_run(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as first:
        assert await first.app.mixed(" a ") == ["A", "A !", "a"]
        assert first.ran() == {"mixed": 1, "shout": 2, "clean": 2, "later": 1}
        assert first.hits() == {"clean": 1}
    with project.open() as second:
        assert await second.app.mixed(" a ") == ["A", "A !", "a"]
        assert second.ran() == {}
    project.edit("app.py", "text.strip()", "text.strip().title()")
    with project.open() as third:
        assert await third.app.mixed(" a ") == ["A", "A !", "A"]


def test_a_script_calls_async_steps_with_run_sync(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        assert run_sync(opened.app.later, " a ") == "a"
        assert run_sync(opened.app.words, "a b") == ["a", "b"]
        assert opened.app.from_sync(" b ") == "b"
    with project.open() as again:
        assert again.app.from_sync(" b ") == "b"
        assert again.ran() == {}


async def test_a_notebook_calls_async_steps_with_run_sync_although_its_loop_runs(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        assert run_sync(opened.app.later, " a ") == "a"
        assert opened.ran() == {"later": 1, "clean": 1}


async def test_what_would_block_the_loop_says_so_clearly() -> None:
    async def answer() -> int:
        return 1

    with pytest.raises(SyncOnLoop, match=r"await model\.ask"):
        blocking("ask_sync", "model.ask", answer())
    assert await asyncio.to_thread(lambda: blocking("ask_sync", "model.ask", answer())) == 1


async def test_a_cell_that_is_run_again_counts_with_its_new_code(lab: Make) -> None:
    project = lab(app="")

    def cell(number: int, text: str) -> None:
        source = textwrap.dedent(text)
        name = f"<ipython-input-{number}>"
        linecache.cache[name] = (len(source), None, source.splitlines(keepends=True), name)
        exec(compile(source, name, "exec"), vars(sys.modules["app"]))

    with project.open() as opened:
        cell(1, "from loomwork.flow.step import step\nFACTOR = 2\ndef scale(x):\n    return x * FACTOR")
        cell(2, "@step\nasync def answer(x: int) -> int:\n    return scale(x)")
        assert [await opened.app.answer(3), await opened.app.answer(3)] == [6, 6]
        assert opened.ran() == {"answer": 1}
        cell(3, "FACTOR = 5")
        assert await opened.app.answer(3) == 15
        cell(4, "def scale(x):\n    return x + FACTOR")
        assert await opened.app.answer(3) == 8
        cell(5, "@step\nasync def answer(x: int) -> int:\n    return -scale(x)")
        assert await opened.app.answer(3) == -8
        cell(6, "FACTOR = 2\ndef scale(x):\n    return x * FACTOR")
        cell(7, "@step\nasync def answer(x: int) -> int:\n    return scale(x)")
        before = opened.ran()
        assert await opened.app.answer(3) == 6
        assert opened.ran() == before, "back to the first cells, back to their memo"


SCRIPT = """
import asyncio
from loomwork import Workspace, step

@step
async def answer(x: int) -> int:
    print("runs", flush=True)
    return x * {factor}

with Workspace.open({root!r}):
    print(asyncio.run(answer(3)))
"""


def test_code_given_on_the_command_line_is_memoised_by_what_it_does(lab: Make) -> None:
    project = lab(app="")

    def told(factor: int) -> list[str]:
        code = SCRIPT.format(factor=factor, root=str(project.root))
        made = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2] / "src",
        )  # fmt: skip
        return made.stdout.split()

    assert told(2) == ["runs", "6"]
    assert told(2) == ["6"]
    assert told(5) == ["runs", "15"]

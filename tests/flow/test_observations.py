"""FLOW.md rule 3: files, folders and environment that a step read are re-checked at look-up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    import os
    from functools import cache
    from pathlib import Path
    from loomwork.flow.step import step

    HERE = Path(__file__).parent

    @cache
    def table() -> str:
        return (HERE / "table.txt").read_text()

    @step
    async def first(n: int) -> str:
        return table() + str(n)

    @step
    async def second(n: int) -> str:
        return str(n) + table()

    @step
    async def listed() -> list:
        return sorted(path.name for path in (HERE / "docs").iterdir())

    @step
    async def optional() -> str:
        path = HERE / "maybe.txt"
        return path.read_text() if path.exists() else "none"

    @step
    async def mood() -> str:
        return os.environ.get("LAB_MOOD", "calm")
"""


async def test_a_changed_file_reruns_the_steps_that_read_it(lab: Make) -> None:
    project = lab(app=APP)
    project.write("table.txt", "one")
    with project.open() as opened:
        assert await opened.app.first(1) == "one1"
    project.write("table.txt", "two")
    with project.open() as again:
        assert await again.app.first(1) == "two1"


async def test_a_cached_reader_is_inherited_by_every_step_that_reaches_it(lab: Make) -> None:
    project = lab(app=APP)
    project.write("table.txt", "one")
    with project.open() as opened:
        assert await opened.app.first(1) == "one1"
        assert await opened.app.second(1) == "1one", "no file is opened this time: the reader is cached"
    project.write("table.txt", "two")
    with project.open() as again:
        assert await again.app.second(1) == "1two"


async def test_a_folder_listing_is_an_observation(lab: Make) -> None:
    project = lab(app=APP)
    project.write("docs/a.md", "a")
    with project.open() as opened:
        assert await opened.app.listed() == ["a.md"]
    project.write("docs/b.md", "b")
    with project.open() as again:
        assert await again.app.listed() == ["a.md", "b.md"]


async def test_a_missing_file_is_an_observation_too(lab: Make) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        assert await opened.app.optional() == "none"
    with project.open() as unchanged:
        assert await unchanged.app.optional() == "none"
        assert unchanged.ran() == {}
    project.write("maybe.txt", "here")
    with project.open() as again:
        assert await again.app.optional() == "here"


async def test_an_environment_variable_is_an_observation(lab: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    project = lab(app=APP)
    with project.open() as opened:
        assert await opened.app.mood() == "calm"
    with project.open() as unchanged:
        assert await unchanged.app.mood() == "calm"
        assert unchanged.ran() == {}
    monkeypatch.setenv("LAB_MOOD", "merry")
    with project.open() as again:
        assert await again.app.mood() == "merry"

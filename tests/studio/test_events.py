"""The page hears of runs, jobs and files, whoever makes them."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import aclosing
from typing import Any

import pytest

from loomwork.kernel.canonical import digest_bytes
from loomwork.studio.api.events import events
from loomwork.studio.api.jobs import start_run
from loomwork.studio.endpoints import Event, Nothing
from loomwork.studio.noticing.disk import Disk
from loomwork.studio.studio import Studio
from loomwork.studio.wire.jobs import CasesChanged, FilesChanged, JobsChanged, RunBody, RunsChanged
from loomwork.studio.wire.runs import RunHead
from tests.studio.running import loomwork, project


class Heard:
    """What a page has been told, the last word on everything."""

    def __init__(self) -> None:
        self.runs: dict[str, RunHead] = {}
        self.jobs: dict[str, Any] = {}
        self.files: dict[str, tuple[str, bool]] = {}
        self.cases = 0

    def take(self, event: Event) -> None:
        match event.data:
            case RunsChanged() as told:
                self.runs.update({run.id: run for run in told.runs})
            case JobsChanged() as told:
                self.jobs.update({job.id: job for job in told.jobs})
            case FilesChanged() as told:
                self.files.update({file.path: (file.digest, file.gone) for file in told.files})
            case CasesChanged() as told:
                self.cases = told.newest
            case _:
                raise AssertionError(event)


@pytest.fixture
async def stream(studio: Studio) -> AsyncIterator[AsyncIterator[Event]]:
    project(studio.folder)
    (studio.folder / "prompts").mkdir()
    (studio.folder / "prompts" / "reply.md").write_text("before")
    made: Any = events(studio, Nothing(), "")
    async with aclosing(made):
        yield made
    while studio.closing:
        await studio.closing.pop()()


async def hear(stream: AsyncIterator[Event], heard: Heard, until: Callable[[Heard], Any]) -> None:
    async with asyncio.timeout(30):
        while not until(heard):
            heard.take(await anext(stream))


async def test_a_run_of_the_terminal_appears(studio: Studio, stream: AsyncIterator[Event]) -> None:
    first = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]
    heard = Heard()
    await hear(stream, heard, lambda heard: heard.runs)
    assert heard.runs[first].status == "done"
    second = loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")["run"]
    heard.runs.clear()
    await hear(stream, heard, lambda heard: heard.runs)
    assert [*heard.runs] == [second]
    assert heard.runs[second].hits > 0


async def test_a_job_is_told_of_until_it_ends(studio: Studio, stream: AsyncIterator[Event]) -> None:
    job = await start_run(studio, None, RunBody(target="app:main", data="data.jsonl"))
    heard = Heard()
    await hear(stream, heard, lambda heard: job.id in heard.jobs and heard.jobs[job.id].ended_ms is not None)
    told = heard.jobs[job.id]
    assert told.status == "done"
    await hear(stream, heard, lambda heard: told.run in heard.runs and heard.runs[told.run].status == "done")
    assert heard.runs[told.run].failed == 1


async def test_a_file_that_is_written_made_or_removed_is_told_of(studio: Studio, stream: AsyncIterator[Event]) -> None:
    loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")
    heard = Heard()
    await hear(stream, heard, lambda heard: heard.runs)
    (studio.folder / "prompts" / "reply.md").write_text("after")
    (studio.folder / "new.jsonl").write_text("{}\n")
    (studio.folder / "data.jsonl").unlink()
    (studio.folder / ".hidden.md").write_text("nobody's")
    await hear(stream, heard, lambda heard: len(heard.files) == 3)
    assert heard.files == {
        "prompts/reply.md": (digest_bytes(b"after"), False),
        "new.jsonl": (digest_bytes(b"{}\n"), False),
        "data.jsonl": ("", True),
    }


async def test_two_readers_hear_of_the_same_change(studio: Studio, stream: AsyncIterator[Event]) -> None:
    loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")
    other: Any = events(studio, Nothing(), "")
    one, two = Heard(), Heard()
    async with aclosing(other):
        await hear(stream, one, lambda heard: heard.runs)
        await hear(other, two, lambda heard: heard.runs)
        (studio.folder / "prompts" / "reply.md").write_text("after")
        await hear(stream, one, lambda heard: heard.files)
        await hear(other, two, lambda heard: heard.files)
    assert one.files == two.files


def test_a_project_is_looked_through_once_for_all_readers(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = Disk(studio)
    looks: list[None] = []
    monkeypatch.setattr(disk, "_compare", lambda: looks.append(None))
    for _ in range(5):
        disk.look()
    assert len(looks) == 1


async def test_what_becomes_of_a_case_is_told_whoever_did_it(studio: Studio, stream: AsyncIterator[Event]) -> None:
    loomwork(studio.folder, studio.store_url, "run", "app:main", "--data=data.jsonl")
    heard = Heard()
    await hear(stream, heard, lambda heard: heard.runs)
    assert heard.cases == 0
    loomwork(studio.folder, studio.store_url, "case", "from", "last", "--failed")
    await hear(stream, heard, lambda heard: heard.cases)
    before = heard.cases
    loomwork(studio.folder, studio.store_url, "case", "note", "1", "seen")
    await hear(stream, heard, lambda heard: heard.cases > before)

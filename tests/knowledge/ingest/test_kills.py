"""`kill -9` of a build: searches go on before, during and after, the next build finishes, nothing is embedded twice."""

import json
import os
import random
import signal
from pathlib import Path

import pytest

from loomwork.kernel.errors import IndexMissing
from loomwork.knowledge.ingest import gathering
from tests.knowledge.ingest.making import Project
from tests.store import children

pytestmark = pytest.mark.crash

DOCUMENTS = 12
BATCH = 2

BUILD = """
import asyncio
from loomwork.knowledge.index import writer
from loomwork.knowledge.ingest import gathering
from tests.knowledge.ingest import test_kills as rules
from tests.knowledge.ingest.making import Project

gathering.BATCH_CHUNKS = rules.BATCH
project = Project(Path(sys.argv[1]))
embed, put, switch = project.stub.embed, writer.Writer.put_vectors, writer.Writer.commit

async def embeds(texts, *, progress=None):
    say(embeds=list(texts))
    vectors = await embed(texts, progress=progress)
    say(embedded=True)
    return vectors

def puts(self, keys, vectors):
    put(self, keys, vectors)
    say(kept=len(keys))

def commits(self):
    say(commits=True)
    made = switch(self)
    say(committed=made.name)
    return made

project.stub.embed, writer.Writer.put_vectors, writer.Writer.commit = embeds, puts, commits
say(start=True)
built = asyncio.run(project.base().build(progress=lambda progress: say(files=progress.files)))
say(end=built.snapshot)
"""


def text_of(number: int, version: int) -> str:
    said = f"Chapter {number} in version {version} tells of mill {number} and nothing else. " * 6
    return f"# Mill {number}\n\n{said}\n\n# Wheel {number}\n\n{said.replace('mill', 'wheel')}\n"


class World:
    """A folder that changes, and what all builds over it said."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.chance = random.Random(seed)
        self.project = Project(folder)
        self.base = self.project.base()
        self.versions = dict.fromkeys(range(DOCUMENTS), 0)
        self.durable: set[str] = set()
        self.snapshot = ""
        for number in self.versions:
            self.write(number)

    def write(self, number: int) -> None:
        self.project.write(f"docs/{number}.md", text_of(number, self.versions[number]))

    def edit(self) -> None:
        for number in self.chance.sample(range(DOCUMENTS), 4):
            self.versions[number] += 1
            self.write(number)

    async def live(self, *, until: int | None) -> None:
        """Let a build work until it has said so many things, then kill it; None: to its end."""
        await self.search()
        child = children.start(BUILD, str(self.project.folder))
        assert child.stdout is not None
        heard: list[str] = []
        for line in child.stdout:
            heard.append(line)
            if len(heard) % 7 == 0:
                await self.search()
            if len(heard) == until:
                os.kill(child.pid, signal.SIGKILL)
                break
        rest = child.stdout.read()  # what lies in the pipe's buffer here, too, which `communicate` would pass over
        _, errors = child.communicate()
        assert child.returncode in ({0} if until is None else {0, -signal.SIGKILL}), errors
        self.hear("".join([*heard, rest]).splitlines(keepends=True))
        await self.search()

    def hear(self, lines: list[str]) -> None:
        waiting: list[str] = []
        for line in lines:
            match json.loads(line) if line.endswith("\n") else {}:
                case {"embeds": texts}:
                    assert not self.durable & set(texts), "embedded twice"
                    waiting = texts
                case {"kept": count}:
                    assert count == len(waiting)
                    self.durable |= set(waiting)
                case {"committed": name}:
                    self.snapshot = name
                case _:
                    pass

    async def search(self) -> None:
        """A search finds the last whole build, or nothing where there was none."""
        try:
            found = await self.base.find("which mill tells of the wheel", k=4)
        except IndexMissing:
            assert not self.snapshot
            return
        if self.snapshot:
            assert len(found.passages) == 4
            assert len(self.base.full_documents()) == DOCUMENTS
            view = self.base.view()
            if view.name != found.snapshot:  # a build has switched since
                return
            for each in found.passages:
                assert view.text(view.rows_of(each.doc).start)[each.start : each.end] == each.text


async def die_often(folder: Path, *, lives: int, seed: int) -> None:
    world = World(folder, seed)
    for life in range(lives):
        await world.live(until=world.chance.randrange(2, 40))
        if life % 2:
            world.edit()
    await world.live(until=None)
    anew = world.project.base("anew")
    assert (await anew.build()).snapshot == world.snapshot == world.base.view().name
    assert (await world.base.build()).files.same == DOCUMENTS


async def test_builds_killed_at_random_moments_embed_nothing_twice(tmp_path: Path):
    await die_often(tmp_path, lives=2, seed=5)


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(10))
async def test_builds_killed_at_fifty_random_moments_embed_nothing_twice(tmp_path: Path, seed: int):
    await die_often(tmp_path, lives=5, seed=seed)


def test_batches_of_the_tests_are_smaller_than_those_of_a_build():
    assert gathering.BATCH_CHUNKS > BATCH

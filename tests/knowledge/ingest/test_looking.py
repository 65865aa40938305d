"""A build with nothing to do sees that at a glance, and nothing that changed escapes the glance."""

import os
import random
import sqlite3
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from loomwork.kernel.errors import IndexDamaged
from loomwork.knowledge.ingest import gathering
from loomwork.knowledge.ingest.building import Build
from loomwork.knowledge.ingest.values import Built
from loomwork.testing.embedder import StubEmbedder
from tests.knowledge.ingest.making import GUIDE, LEAVE, Project, figures, long_ago

PAGE = "# {0}\n\nAbout {0} and nothing else, in a sentence of its own that is long enough to matter.\n"


async def quiet(project: Project, **said) -> Built:
    """Build until there is nothing to do and the next build would see it at a glance."""
    base = project.base(**said)
    await base.build()
    long_ago(project.folder)
    await base.build()
    return await base.build()


def glances(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Build, "run", lambda _: pytest.fail("it did more than look"))


def told(built: Built) -> Built:
    return msgspec.structs.replace(built, wall_s=0.0)


async def test_a_glance_tells_what_comparing_each_file_told(project: Project, monkeypatch: pytest.MonkeyPatch):
    project.write("docs/guide.md", GUIDE)
    project.write("docs/leave.md", LEAVE)
    project.write("docs/empty.md", "")
    project.write("docs/old.md", "---\neffective_until: 2019-12-31\n---\nParking costs 3 euros a day.\n")
    compared = await quiet(project)
    assert (compared.files.same, compared.files.failed) == (3, 1)
    assert [each.doc for each in compared.failures] == ["empty.md", "old.md"]
    glances(monkeypatch)
    assert told(await project.base().build()) == told(compared)


async def test_a_first_build_leaves_nothing_to_read_for_the_next(project: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathering, "BATCH_CHUNKS", 2)
    for number in range(7):
        project.write(f"docs/{number}.md", PAGE.format(f"topic{number}"))
    long_ago(project.folder)
    await project.base().build()
    monkeypatch.setattr(gathering.Gatherer, "batches", lambda _, places, _met: pytest.fail(f"{places} were read"))
    assert (await project.base().build()).files.same == 7


def _same_size_and_time(project: Project) -> None:
    path = project.folder / "docs" / "a.md"
    before = os.stat(path)
    path.write_text(path.read_text().replace("topic", "topos"))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert os.stat(path).st_size == before.st_size


def _put_in_its_place(project: Project) -> None:
    """Replace a file by another one of the same size and time."""
    path = project.folder / "docs" / "a.md"
    before = os.stat(path)
    beside = project.write("beside.md", path.read_text().replace("topic", "topos"))
    os.utime(beside, ns=(before.st_atime_ns, before.st_mtime_ns))
    beside.replace(path)


EDITS: dict[str, Callable[[Project], object]] = {
    "a file of the same size and time": _same_size_and_time,
    "another file in its place": _put_in_its_place,
    "a new file": lambda project: project.write("docs/new.md", GUIDE),
    "a new folder": lambda project: project.write("docs/deep/down/new.md", GUIDE),
    "a file that is gone": lambda project: (project.folder / "docs" / "a.md").unlink(),
    "another name": lambda project: (project.folder / "docs/a.md").rename(project.folder / "docs/z.md"),
    "readers": lambda project: project.write("docs/.readers", "staff\n"),
    "other readers": lambda project: project.write("docs/hr/.readers", "board\n"),
    "no readers": lambda project: (project.folder / "docs/hr/.readers").unlink(),
    "a word of the dictionary": lambda project: project.write("words.toml", 'protected = ["nothing else"]\n'),
}


@pytest.mark.parametrize("edit", [*EDITS])
async def test_nothing_that_changed_escapes(project: Project, edit: str):
    project.write("docs/a.md", PAGE.format("topic"))
    project.write("docs/hr/b.md", PAGE.format("wages"))
    project.write("docs/hr/.readers", "staff\n")
    project.write("words.toml", "")
    before = await quiet(project, dictionary="words.toml")
    readers = project.base(dictionary="words.toml").readers()
    EDITS[edit](project)
    base = project.base(dictionary="words.toml")
    after = await base.build()
    anew = project.base("anew", dictionary="words.toml")
    assert after.snapshot == (await anew.build()).snapshot
    assert (base.readers(), base.full_documents()) == (anew.readers(), anew.full_documents())
    assert (figures(after), after.snapshot, base.readers()) != (figures(before), before.snapshot, readers)


@pytest.mark.parametrize(
    "said",
    [
        {"splitter": {"max_tokens": 12, "overlap": 0}},
        {"include": ["a.md"]},
        {"exclude": ["a.md"]},
        {"readers": ["staff"]},
        {"index": {"k1": 2.0}},
        {"embedder": "none"},
    ],
    ids=lambda said: next(iter(said)),
)
async def test_no_setting_that_changed_escapes(project: Project, said: dict[str, Any]):
    project.write("docs/a.md", PAGE.format("topic") * 3)
    project.write("docs/b.md", PAGE.format("wages"))
    await quiet(project)
    base, anew = project.base(**said), project.base("anew", **said)
    fresh = said == {"embedder": "none"}
    assert (await base.build(fresh=fresh)).snapshot == (await anew.build()).snapshot
    assert base.readers() == anew.readers()


async def test_another_embedder_does_not_escape(project: Project):
    project.write("docs/a.md", GUIDE)
    await quiet(project)
    project.stub = StubEmbedder(dimensions=16, languages=frozenset({"en"}))
    assert (await project.base().build(fresh=True)).chunks.embedded > 0


async def test_what_a_person_took_out_escapes_no_glance(project: Project):
    project.write("docs/a.md", GUIDE)
    project.write("docs/b.md", PAGE.format("wages"))
    await quiet(project)
    project.base().remove("a.md")
    base = project.base()
    assert (await base.build()).documents == 1
    assert base.full_documents() == ("b.md",)


async def test_neither_does_what_another_process_was_killed_at(project: Project, monkeypatch: pytest.MonkeyPatch):
    """It had noted what to leave out, and died before the index was changed."""
    project.write("docs/a.md", GUIDE)
    project.write("docs/b.md", PAGE.format("wages"))
    await quiet(project)
    monkeypatch.setattr("loomwork.knowledge.index.writer.Writer.__enter__", lambda _: pytest.fail("killed"))
    with pytest.raises(pytest.fail.Exception):
        project.base().remove("a.md")
    monkeypatch.undo()
    assert (await project.base().build()).documents == 1


async def test_readers_that_a_function_decides_are_always_asked_for(project: Project):
    said = ["staff"]
    project.functions["acl:of"] = lambda _doc, _metadata: said
    project.write("docs/a.md", GUIDE)
    await quiet(project, readers="acl:of")
    said[:] = ["board"]
    base = project.base(readers="acl:of")
    await base.build()
    assert base.readers() == {"a.md": ("board",)}


@pytest.mark.parametrize("gone", [True, False], ids=["gone", "damaged"])
async def test_a_damaged_index_is_told(project: Project, gone: bool):
    project.write("docs/a.md", GUIDE)
    await quiet(project)
    (segment,) = (project.folder / ".loomwork" / "knowledge" / "kb").glob("segment-*.lw")
    data = segment.read_bytes()
    segment.unlink()
    if not gone:
        segment.write_bytes(data[:-200] + bytes(200))
    with pytest.raises(IndexDamaged):
        await project.base().build()


async def test_an_index_that_was_put_in_its_place_is_looked_at(project: Project):
    project.write("docs/a.md", GUIDE)
    project.write("elsewhere/a.md", PAGE.format("wages"))
    await quiet(project)
    other, base = project.base("other", sources=["elsewhere"]), project.base()
    await other.build()
    for path in other.folder.iterdir():
        if path.name != "sources.db":
            path.replace(base.folder / path.name)
    await base.build()
    assert "database" in base.text("a.md")


async def test_what_another_version_kept_costs_one_look_more(project: Project):
    project.write("docs/a.md", GUIDE)
    built = await quiet(project)
    with sqlite3.connect(project.base().folder / "sources.db") as connection:
        changed = connection.execute(
            "UPDATE facts SET value = replace(value, '\"built\"', '\"made\"') WHERE name = 'whole'"
        )
        assert changed.rowcount == 1
    connection.close()
    assert told(await project.base().build()) == told(built)


@pytest.mark.parametrize("seed", range(2))
async def test_builds_after_any_changes_are_those_of_an_index_made_anew(project: Project, seed: int):
    chance = random.Random(seed)
    names = ["a.md", "b.md", "in/c.md", "in/deep/d.md"]
    os.utime(project.write("docs/always.md", GUIDE), (1, 1))
    for turn in range(6):
        for name in chance.sample(names, chance.choice([0, 0, 1, 2])):
            path = project.folder / "docs" / name
            if path.exists() and chance.random() < 0.3:
                path.unlink()
            else:
                os.utime(project.write(f"docs/{name}", PAGE.format(f"topic{chance.randrange(3)}")), (1, 1))
        if chance.random() < 0.3:
            project.write("docs/in/.readers", chance.choice(["staff\n", "everyone\n"]))
        base, anew = project.base(), project.base(f"anew{turn}")
        for _ in range(chance.choice([0, 2])):
            await base.build()
            long_ago(project.folder)
        built = await base.build()
        assert built.snapshot == (await anew.build()).snapshot
        assert base.readers() == anew.readers()

"""Builds that fail, are cancelled, wait for each other or follow one that died."""

import asyncio

import pytest

from loomwork.kernel.errors import (
    IndexMissing,
)
from loomwork.kernel.errors.knowledge import FetchFailed
from loomwork.kernel.principals import Principal
from loomwork.knowledge.fetched import Fetched
from loomwork.knowledge.index import Writer
from loomwork.knowledge.ingest import gathering
from tests.knowledge.ingest.making import GUIDE, LEAVE, Project

PAGE = "# {0}\n\nAbout {0} and nothing else, in a sentence of its own that is long enough to matter.\n"


async def found(base, query: str, **options) -> list[str]:
    return [each.doc for each in await base.search(query, **options)]


async def test_a_failing_embedder_keeps_the_old_index_and_what_was_embedded(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gathering, "BATCH_CHUNKS", 1)
    project.write("docs/0.md", PAGE.format("old"))
    base = project.base()
    await base.build()
    for number in range(1, 6):
        project.write(f"docs/{number}.md", PAGE.format(f"topic{number}"))
    project.stub.embedded.clear()
    real = project.stub.embed

    async def failing(texts, *, progress=None):
        if len(project.stub.embedded) >= 2:
            raise ConnectionError("the server is gone")
        return await real(texts, progress=progress)

    monkeypatch.setattr(project.stub, "embed", failing)
    with pytest.raises(ConnectionError):
        await base.build()
    assert base.full_documents() == ("0.md",)
    monkeypatch.undo()
    monkeypatch.setattr(gathering, "BATCH_CHUNKS", 1)
    await base.build()
    assert len(project.stub.embedded) == len(set(project.stub.embedded)) == 5


async def test_a_search_tells_why_and_a_principal_is_asked_for(project: Project):
    project.write("docs/guide.md", GUIDE)
    base = project.base()
    await base.build()
    said = (await base.search("database", explain=True, principal=Principal(id="ada")))[0].notes
    assert any(note.startswith("sparse: place 1") for note in said)
    assert any(note.startswith("term databas") for note in said)


async def test_a_page_is_fetched_anew_and_stays_while_its_server_is_away(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    texts = {"https://example.org/a": "<html><body><h1>Mills</h1><p>About mills.</p></body></html>"}

    async def fetched(url: str, **_limits: object) -> Fetched:
        if url not in texts:
            raise FetchFailed(url=url, reason="status 503")
        return Fetched(url=url, data=texts[url].encode(), media_type="text/html", encoding="utf-8", modified="")

    monkeypatch.setattr("loomwork.knowledge.fetching.fetch", fetched)
    base = project.base(sources=["https://example.org/a", "https://example.org/b"])
    first = await base.build()
    assert (first.files.new, [(each.doc, each.failed) for each in first.failures]) == (
        1,
        [("https://example.org/b", True)],
    )
    assert await found(base, "mills", mode="sparse") == ["https://example.org/a"]
    assert (await base.build()).files.same == 1
    page = texts.pop("https://example.org/a")
    away = await base.build()
    assert (away.files.same, away.documents, away.failures[0].problems[0].code) == (1, 1, "unfetched")
    texts["https://example.org/a"] = page.replace("About", "Nothing about")
    assert (await base.build()).files.changed == 1


async def test_a_build_that_is_cancelled_keeps_the_old_index_and_what_was_embedded(
    project: Project, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(gathering, "BATCH_CHUNKS", 1)
    for number in range(4):
        project.write(f"docs/{number}.md", PAGE.format(f"topic{number}"))
    base = project.base()
    real, reached = project.stub.embed, asyncio.Event()

    async def slow(texts, *, progress=None):
        if len(project.stub.embedded) >= 2:
            reached.set()
            await asyncio.Event().wait()
        return await real(texts, progress=progress)

    monkeypatch.setattr(project.stub, "embed", slow)
    work = asyncio.create_task(base.build())
    await reached.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    with pytest.raises(IndexMissing):
        await base.search("topic1")
    monkeypatch.setattr(project.stub, "embed", real)
    assert (await base.build()).files.new == 4
    assert len(project.stub.embedded) == len(set(project.stub.embedded)) == 4


async def test_two_builds_at_once_take_turns(project: Project):
    project.write("docs/guide.md", GUIDE)
    one, other = project.base(), project.base()
    first, second = await asyncio.gather(one.build(), other.build())
    assert first.snapshot == second.snapshot
    assert len(set(project.stub.embedded)) == len(project.stub.embedded)


@pytest.mark.parametrize("name", ["..", "../x", "a/b", ".hidden", "手册"])
async def test_no_name_of_a_base_leads_out_of_the_place_of_indexes(project: Project, name: str):
    project.write("docs/guide.md", GUIDE)
    base = project.base(name)
    await base.build()
    home = project.folder / ".loomwork" / "knowledge"
    assert [path.resolve() for path in home.iterdir()] == [base.folder.resolve()]
    base.drop()
    assert home.exists()


async def test_a_build_goes_on_where_another_died_before_it_had_written_anything(project: Project):
    project.write("docs/guide.md", GUIDE)
    base = project.base()
    base.folder.mkdir(parents=True)
    (base.folder / "index.db").write_bytes(b"")
    with pytest.raises(IndexMissing):
        await base.search("database")
    assert (await base.build()).files.new == 1


async def test_a_build_that_waited_for_another_looks_anew(project: Project, monkeypatch: pytest.MonkeyPatch):
    project.write("docs/guide.md", GUIDE)
    base, other = project.base(), project.base()
    real = Writer.__enter__
    built: list[object] = []

    def late(writer: Writer) -> Writer:
        monkeypatch.setattr(Writer, "__enter__", real)
        project.write("docs/new.md", LEAVE)
        built.append(asyncio.run(other.build()))
        return real(writer)

    monkeypatch.setattr(Writer, "__enter__", late)
    ours = await base.build()
    assert built
    assert (ours.files.same, ours.documents) == (2, 2)

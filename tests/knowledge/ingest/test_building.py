"""What a build does, and above all what it does not do again."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from loomwork.kernel.errors import (
    BadDictionary,
    IndexMissing,
    IndexOtherEmbedder,
    NoSources,
    NoSuchDocument,
    SourceMissing,
)
from loomwork.knowledge.ingest import gathering
from loomwork.testing.embedder import StubEmbedder
from tests.knowledge.ingest.making import GUIDE, LEAVE, Project, figures, long_ago

PAGE = "# {0}\n\nAbout {0} and nothing else, in a sentence of its own that is long enough to matter.\n"


async def found(base, query: str, **options) -> list[str]:
    return [each.doc for each in await base.search(query, **options)]


async def test_a_folder_is_built_and_found(project: Project):
    project.write("docs/guide.md", GUIDE)
    project.write("docs/hr/leave.md", LEAVE)
    base = project.base()
    built = await base.build()
    assert figures(built) == {
        "files": {"new": 2, "changed": 0, "same": 0, "removed": 0, "failed": 0},
        "chunks": {"embedded": len(project.stub.embedded), "reused": 0, "removed": 0, "keywords": 1},
    }
    assert await found(base, "who saves the database") == ["guide.md"]
    assert await found(base, "年假") == ["hr/leave.md"]
    assert built.snapshot == base.view().name
    passage = (await base.search("night shift"))[0]
    assert base.text("guide.md")[passage.start : passage.end] == passage.text


async def test_texts_in_a_language_that_the_embedder_was_not_made_for_are_found_by_keywords_only(project: Project):
    project.write("docs/leave.md", LEAVE)
    base = project.base()
    built = await base.build()
    assert built.by_keywords == 1
    assert project.stub.embedded == []
    assert (await base.search("年假"))[0].ranks == {"sparse": 1}
    forced = project.base("all", embedder={"driver": "stub", "languages": ["*"]})
    assert (await forced.build()).by_keywords == 0
    assert set((await forced.search("年假"))[0].ranks) == {"sparse", "dense"}


async def test_an_unchanged_folder_costs_no_reading(project: Project, monkeypatch: pytest.MonkeyPatch):
    for number in range(20):
        project.write(f"docs/{number}.md", PAGE.format(f"topic{number}"))
    base = project.base()
    first = await base.build()
    long_ago(project.folder)
    await base.build()  # stamps younger than a tick are not believed: this one reads them again
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail(f"{path} was read"))
    monkeypatch.setattr("loomwork.knowledge.index.writer.Writer.__enter__", lambda _: pytest.fail("it was written"))
    project.stub.embedded.clear()
    again = await project.base().build()
    assert again.files.same == 20
    assert again.snapshot == first.snapshot
    assert project.stub.embedded == []


async def test_a_file_that_was_only_touched_is_the_same(project: Project):
    path = project.write("docs/guide.md", GUIDE)
    base = project.base()
    first = await base.build()
    os.utime(path, (1, 1))
    again = await base.build()
    assert (again.files.same, again.files.changed, again.snapshot) == (1, 0, first.snapshot)


async def test_a_lost_ledger_costs_reading_and_no_embedding(project: Project):
    project.write("docs/guide.md", GUIDE)
    base = project.base()
    first = await base.build()
    (base.folder / "sources.db").unlink()
    count = len(project.stub.embedded)
    again = await base.build()
    assert (again.files.same, again.snapshot) == (1, first.snapshot)
    assert len(project.stub.embedded) == count


async def test_one_changed_paragraph_embeds_only_the_chunks_that_it_touches(project: Project):
    sections = [PAGE.format(f"subject{number}") + "More words about it. " * 30 + "\n" for number in range(12)]
    project.write("docs/long.md", "\n".join(sections))
    project.write("docs/other.md", GUIDE)
    base = project.base()
    first = await base.build()
    project.stub.embedded.clear()
    sections[5] = sections[5].replace("nothing else", "something else")
    project.write("docs/long.md", "\n".join(sections))
    second = await base.build()
    assert second.files.changed == 1
    assert 1 <= second.chunks.embedded <= 2
    assert all("something else" in text for text in project.stub.embedded)
    assert second.chunks.embedded + second.chunks.reused == second.total
    assert second.chunks.removed == second.chunks.embedded
    assert second.total == first.total


async def test_the_same_text_elsewhere_is_not_embedded_again(project: Project):
    project.write("docs/a.md", GUIDE)
    base = project.base()
    await base.build()
    project.stub.embedded.clear()
    project.write("docs/copy.md", GUIDE)
    built = await base.build()
    assert (built.files.new, built.chunks.embedded, project.stub.embedded) == (1, 0, [])


async def test_what_is_gone_from_the_folder_is_gone_from_the_index(project: Project):
    project.write("docs/guide.md", GUIDE)
    gone = project.write("docs/old.md", PAGE.format("zebras"))
    base = project.base()
    await base.build()
    assert await found(base, "zebras", mode="sparse") == ["old.md"]
    gone.unlink()
    built = await base.build()
    assert (built.files.removed, built.documents) == (1, 1)
    assert await found(base, "zebras", mode="sparse") == []


async def test_a_build_from_changes_equals_a_build_anew(project: Project):
    for number in range(6):
        project.write(f"docs/{number}.md", PAGE.format(f"topic{number}"))
    base = project.base()
    await base.build()
    project.write("docs/2.md", PAGE.format("rewritten"))
    (project.folder / "docs/3.md").unlink()
    project.write("docs/7.md", LEAVE)
    changed = await base.build()
    assert changed.snapshot == (await project.base("anew").build()).snapshot


async def test_a_build_begun_afresh_embeds_everything_again(project: Project):
    project.write("docs/guide.md", GUIDE)
    base = project.base()
    first = await base.build()
    count = len(project.stub.embedded)
    fresh = await base.build(fresh=True)
    assert fresh.snapshot == first.snapshot
    assert len(project.stub.embedded) == 2 * count


async def test_another_embedder_is_refused_until_the_index_is_made_anew(project: Project):
    project.write("docs/guide.md", GUIDE)
    base = project.base()
    await base.build()
    project.stub = StubEmbedder(dimensions=16, version=2)
    other = project.base()
    with pytest.raises(IndexOtherEmbedder):
        await other.build()
    with pytest.raises(IndexOtherEmbedder):
        await other.search("database")
    assert await found(other, "database", mode="sparse") == ["guide.md"]
    await other.build(fresh=True)
    assert (await other.search("database"))[0].ranks["dense"] == 1
    assert await found(base, "database", mode="sparse") == ["guide.md"]


async def test_files_that_cannot_be_read_are_named_and_stop_nothing(project: Project):
    project.write("docs/guide.md", GUIDE)
    project.write("docs/empty.md", "")
    project.write("docs/broken.pdf", b"%PDF-1.7 nothing of that kind")
    project.write("docs/data.bin", bytes(range(256)) * 8)
    base = project.base()
    built = await base.build()
    assert (built.files.new, built.files.failed) == (1, 3)
    problems = {each.doc: each.problems[0].code for each in built.failures}
    assert problems == {"broken.pdf": "broken", "data.bin": "unsupported", "empty.md": "empty"}
    long_ago(project.folder)
    again = await base.build()
    assert (again.files.same, again.files.failed) == (1, 3)
    assert {each.doc: each.problems[0].code for each in again.failures} == problems
    assert base.status().problems == {"broken": 1, "unsupported": 1, "empty": 1}
    project.write("docs/empty.md", "not any more")
    assert (await base.build()).files.failed == 2
    assert "empty.md" in base.full_documents()


async def test_a_document_that_became_unreadable_is_not_found_any_more(project: Project):
    project.write("docs/guide.md", GUIDE)
    base = project.base()
    await base.build()
    project.write("docs/guide.md", b"")
    built = await base.build()
    assert (built.files.failed, built.files.removed, built.documents) == (1, 0, 0)
    assert await found(base, "database", mode="sparse") == []


async def test_rows_of_a_corpus_are_documents(project: Project):
    rows = [
        {"id": "a1", "title": "Wings", "text": "The wing lifts.", "year": 1958},
        {"_id": 7, "text": "Slabs conduct heat.", "url": "https://example.org/7"},
    ]
    project.write("corpus.jsonl", "\n".join(map(json.dumps, rows)) + '\nno json\n{"id": "x"}\n')
    base = project.base(sources=["corpus.jsonl"])
    built = await base.build()
    assert (built.files.new, built.files.failed) == (2, 2)
    assert {each.problems[0].code for each in built.failures} == {"bad_row"}
    wing = (await base.search("wing"))[0]
    assert (wing.doc, wing.path, wing.title, wing.metadata["year"]) == ("a1", "corpus.jsonl", "Wings", 1958)
    assert (await base.search("heat"))[0].path == "https://example.org/7"
    assert [each.doc for each in await base.search("lifts or heat", filters={"year": {"from": 1950}})] == ["a1"]
    project.stub.embedded.clear()
    rows[1]["text"] = "Slabs store heat."
    project.write("corpus.jsonl", "\n".join(map(json.dumps, rows)))
    second = await base.build()
    assert (second.files.changed, second.files.same, second.files.failed) == (1, 1, 0)
    assert len(project.stub.embedded) == 1


async def test_an_archive_counts_as_a_folder(project: Project):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("guide/backup.md", GUIDE)
        archive.writestr("leave.md", LEAVE)
    project.write("docs/all.zip", packed.getvalue())
    base = project.base()
    assert (await base.build()).files.new == 2
    assert await found(base, "night shift", mode="sparse") == ["all.zip!/guide/backup.md"]


async def test_two_documents_of_one_id_are_told_and_the_second_comes_in_when_the_first_goes(project: Project):
    first = project.write("docs/a.jsonl", '{"id": "same", "text": "about apples"}\n')
    project.write("docs/b.jsonl", '{"id": "same", "text": "about pears"}\n')
    base = project.base()
    built = await base.build()
    assert (built.files.new, [each.problems[0].code for each in built.failures]) == (1, ["duplicate"])
    long_ago(project.folder)
    first.unlink()
    await base.build()
    assert await found(base, "pears", mode="sparse") == ["same"]


async def test_several_folders_are_told_apart_by_their_names(project: Project):
    project.write("en/index.md", GUIDE)
    project.write("zh/index.md", LEAVE)
    base = project.base(sources=["en", "zh"])
    await base.build()
    assert base.full_documents() == ("en/index.md", "zh/index.md")


async def test_what_is_included_and_excluded(project: Project):
    for name in ("a.md", "b.txt", "drafts/c.md", ".hidden/d.md", "~$e.docx", "f/node_modules/g.md"):
        project.write(f"docs/{name}", GUIDE)
    base = project.base(include=["*.md"], exclude=["drafts/"])
    await base.build()
    assert base.full_documents() == ("a.md",)


async def test_a_source_that_is_not_there_changes_nothing(project: Project):
    project.write("docs/guide.md", GUIDE)
    base = project.base()
    await base.build()
    (project.folder / "docs").rename(project.folder / "elsewhere")
    with pytest.raises(SourceMissing):
        await base.build()
    assert await found(base, "database", mode="sparse") == ["guide.md"]
    with pytest.raises(NoSources):
        await project.base(sources=[]).build()


async def test_what_a_person_took_out_stays_out(project: Project):
    project.write("docs/guide.md", GUIDE)
    project.write("docs/secret.md", PAGE.format("layoffs"))
    base = project.base()
    await base.build()
    with pytest.raises(NoSuchDocument):
        base.remove("sercet.md")
    base.remove("secret.md")
    assert await found(base, "layoffs", mode="sparse") == []
    assert not any(b"layoffs" in path.read_bytes() for path in base.folder.iterdir() if path.is_file())
    project.write("docs/secret.md", PAGE.format("layoffs") + "More of it.\n")
    built = await base.build()
    assert (built.documents, base.status().left_out) == (1, ("secret.md",))
    await base.build(fresh=True)
    assert await found(base, "layoffs", mode="sparse") == ["secret.md"]


async def test_an_index_that_was_removed_is_missing(project: Project):
    project.write("docs/guide.md", GUIDE)
    base = project.base()
    with pytest.raises(IndexMissing):
        await base.search("database")
    await base.build()
    base.drop()
    with pytest.raises(IndexMissing):
        await base.search("database")
    assert (await base.build()).files.new == 1


async def test_a_base_without_an_embedder_searches_by_keywords(project: Project):
    project.write("docs/guide.md", GUIDE)
    base = project.base(embedder="none")
    built = await base.build()
    assert (built.chunks.embedded, built.by_keywords) == (0, 0)
    assert (await base.search("database"))[0].ranks == {"sparse": 1}


async def test_a_company_dictionary_joins_what_means_the_same(project: Project):
    project.write("docs/guide.md", GUIDE)
    words = project.write("words.toml", 'synonyms = [["DBA on duty", "night shift"]]\n')
    base = project.base(dictionary="words.toml", embedder="none")
    await base.build()
    assert await found(base, "DBA on duty") == ["guide.md"]
    words.write_text("synonyms = []\n")
    assert await found(base, "DBA on duty") == []
    words.write_text("synonims = []\n")
    with pytest.raises(BadDictionary, match="synonims"):
        await base.search("x")


async def test_another_splitter_splits_again_and_embeds_what_is_new(project: Project):
    project.write("docs/guide.md", "\n\n".join(PAGE.format(f"subject{number}") for number in range(8)))
    base = project.base()
    first = await base.build()
    small = project.base(splitter={"max_tokens": 24, "overlap": 0})
    second = await small.build()
    assert (second.files.same, second.files.changed) == (1, 0), "its source is what it was"
    assert second.total > first.total
    assert (await small.build()).files.same == 1


async def test_documents_split_by_meaning_are_whole_too(project: Project):
    text = "\n\n".join(PAGE.format(f"subject{number}") for number in range(8))
    project.write("docs/guide.md", text)
    base = project.base(splitter={"max_tokens": 40, "overlap": 0, "by": "meaning"})
    await base.build()
    view = base.view()
    chunks = sorted((row.chunk.start, row.chunk.text) for row in view.fetch(view.rows_of("guide.md")))
    assert "".join("".join(part for _, part in chunks).split()) == "".join(text.split())


async def test_documents_of_many_batches_are_all_there(project: Project, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(gathering, "BATCH_CHUNKS", 3)
    for number in range(10):
        project.write(f"docs/{number}.md", PAGE.format(f"topic{number}") * 3)
    told: list[int] = []
    base = project.base()
    built = await base.build(progress=lambda progress: told.append(progress.files))
    assert (built.files.new, built.documents) == (10, 10)
    assert told[-1] == 10
    assert told == sorted(told)

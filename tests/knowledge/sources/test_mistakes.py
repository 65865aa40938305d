"""Mistakes in permissions, front matter and links are told, and never let anybody see more."""

import os
from pathlib import Path

import pytest

from loomwork.knowledge.sources.frontmatter import unknown_keys
from loomwork.telling.words import Words
from tests.knowledge.ingest.making import Project

WORDS = "The quarterly figures of the mill.\n"


def told(base) -> dict[str, list[str]]:
    return {each.doc: [problem.message for problem in each.problems] for each in base.status().failures}


async def test_readers_that_leave_nobody_are_told_until_they_are_mended(project: Project):
    project.write("docs/hr/.readers", "hr\n")
    project.write("docs/hr/a.md", f"---\nreaders: [legal]\n---\n{WORDS}")
    project.write("docs/hr/b.md", WORDS)
    base = project.base()
    built = await base.build()
    assert [each.doc for each in built.failures] == ["hr/a.md"]
    assert told(base)["hr/a.md"][0].startswith("its folder lets hr read it and it names legal itself")
    assert (await base.build()).failures[0].doc == "hr/a.md", "told again while nothing has changed"
    project.write("docs/hr/.readers", "hr\nlegal\n")
    assert (await base.build()).failures == ()
    assert told(base) == {}
    project.write("docs/hr/.readers", "hr\n")
    await base.build()
    assert "hr/a.md" in told(base)


async def test_a_group_with_a_blank_is_told_as_the_one_group_that_it_is(project: Project):
    project.write("docs/a.md", f"---\nreaders: legal board\n---\n{WORDS}")
    project.write("docs/b.md", f"---\nreaders: legal, board\n---\n{WORDS}")
    project.write("docs/c/d.md", WORDS)
    project.write("docs/c/.readers", "legal board\n")
    base = project.base()
    await base.build()
    assert sorted(told(base)) == ["a.md", "c/d.md"]
    assert told(base)["a.md"][0].startswith("'legal board' is taken as the name of one group")


async def test_a_key_that_is_nearly_one_that_means_something_is_told(project: Project):
    project.write("docs/a.md", f"---\neffective: 2024-01-01\neffective_until: 2025-01-01\nauthor: Ada\n---\n{WORDS}")
    project.write("docs/b.md", f"---\neffective_from: 2024-01-01\nreaders: everyone\n---\n{WORDS}")
    base = project.base()
    built = await base.build()
    assert (built.documents, built.files.failed) == (2, 0)
    assert told(base) == {
        "a.md": [
            "'effective' in its front matter means nothing here: did you mean `effective_from`?",
            "'effective_until' in its front matter means nothing here: did you mean `effective_to`?",
        ]
    }


@pytest.mark.parametrize("key", ["author", "subject", "keywords", "from", "to", "date", "readers", "leaders", "year"])
def test_keys_of_other_things_are_left_alone(key: str):
    assert unknown_keys([key]) == ()


def test_a_renamed_readers_key_is_the_one_that_is_near():
    assert [each.fields["near"] for each in unknown_keys(["visble_to"], "visible_to")] == ["visible_to"]


@pytest.fixture
def outside(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("outside")
    (folder / "secret.md").write_text("The secret figures of the mill.\n")
    return folder


async def test_links_that_lead_out_of_the_sources_are_told_and_not_followed(project: Project, outside: Path):
    project.write("docs/a.md", WORDS)
    (project.folder / "docs" / "file.md").symlink_to(outside / "secret.md")
    (project.folder / "docs" / "folder").symlink_to(outside)
    (project.folder / "docs" / "again.md").symlink_to(project.folder / "docs" / "a.md")
    base = project.base()
    built = await base.build()
    assert base.full_documents() == ("a.md", "again.md")
    assert {each.doc: each.problems[0].code for each in built.failures} == {"file.md": "link", "folder": "link"}
    assert str(outside) in told(base)["file.md"][0]
    again = await base.build()
    assert (again.snapshot, again.files.failed) == (built.snapshot, 2)
    followed = project.base(links="follow")
    assert (await followed.build()).files.failed == 0
    assert followed.full_documents() == ("a.md", "again.md", "file.md", "folder/secret.md")
    await base.build()
    assert base.full_documents() == ("a.md", "again.md"), "what was followed before is gone"


async def test_what_is_no_file_and_links_to_nothing_are_told(project: Project):
    project.write("docs/a.md", WORDS)
    (project.folder / "docs" / "gone.md").symlink_to(project.folder / "docs" / "nothing.md")
    os.mkfifo(project.folder / "docs" / "pipe.md")
    base = project.base()
    built = await base.build()
    assert base.full_documents() == ("a.md",)
    assert {each.doc: each.problems[0].code for each in built.failures} == {
        "gone.md": "unreadable", "pipe.md": "unreadable",
    }  # fmt: skip
    assert "leads nowhere" in told(base)["gone.md"][0]
    (project.folder / "docs" / "nothing.md").write_text(WORDS)
    await base.build()
    assert base.full_documents() == ("a.md", "gone.md", "nothing.md")


async def test_a_source_that_is_a_link_itself_is_where_the_person_says(project: Project, outside: Path):
    (project.folder / "docs").symlink_to(outside)
    base = project.base()
    await base.build()
    assert base.full_documents() == ("secret.md",)


def test_the_mistakes_are_told_in_chinese():
    from loomwork.knowledge.parsing.problems import error_of

    said = Words("zh").failure(error_of(unknown_keys(["effective"])[0]))
    assert "文首设置里的“effective”没有含义" in said

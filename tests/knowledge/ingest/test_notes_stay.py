"""What was wrong with a document is told by every build until the document is another one."""

import os
from pathlib import Path

import pytest

from tests.knowledge.ingest.making import Project, long_ago

PARKING = "---\neffective_until: 2019-12-31\n---\nParking costs 3 euros a day.\n"
KEY = [("a.md", ["front_matter"])]


def told(built) -> list[tuple[str, list[str]]]:
    return [(each.doc, [problem.code for problem in each.problems]) for each in built.failures]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write("docs/a.md", PARKING)
    made.write("docs/b.md", "Lunch costs 6 euros.\n")
    return made


async def test_a_build_that_changes_nothing_tells_it_again(project: Project):
    long_ago(project.folder)
    base = project.base()
    assert told(await base.build()) == KEY
    assert told(await base.build()) == KEY


async def test_so_does_one_that_changes_another_document(project: Project):
    long_ago(project.folder)
    base = project.base()
    await base.build()
    project.write("docs/b.md", "Lunch costs 7 euros.\n")
    assert told(await base.build()) == KEY
    assert told(base.status()) == KEY


async def test_and_one_that_reads_the_same_bytes_once_more(project: Project):
    base = project.base()
    await base.build()
    os.utime(project.folder / "docs/a.md", ns=(1, 1))
    assert told(await base.build()) == KEY
    assert told(base.status()) == KEY


async def test_a_row_s_note_stays_while_another_row_of_the_file_changes(project: Project):
    rows = '{"id": "1", "text": "One.", "effective_until": "2020"}\n{"id": "2", "text": "%s"}\n'
    project.write("rows.jsonl", rows % "Two.")
    base = project.base(sources=["rows.jsonl"])
    first = told(await base.build())
    assert first == [("1", ["front_matter"])]
    project.write("rows.jsonl", rows % "Three.")
    assert told(await base.build()) == first
    assert told(base.status()) == first


async def test_what_was_put_right_is_told_no_more(project: Project):
    base = project.base()
    await base.build()
    project.write("docs/a.md", PARKING.replace("until", "to"))
    assert told(await base.build()) == []
    assert told(base.status()) == []

"""A row of a table is quoted beneath its header, wherever the header stands: also far above what was found."""

from pathlib import Path

import pytest

from loomwork.knowledge.answering import AnswerSettings, answer
from loomwork.knowledge.answering.budget import fitted, shown
from loomwork.knowledge.splitting.tables import header_above
from loomwork.knowledge.values import Passage, TableHeader
from tests.knowledge.answering.making import TOOLS
from tests.knowledge.ingest.making import Project

STAFF = ["Employee", "Desk", "Phone"]
PEOPLE = [[f"Person{number}", f"desk {number}", f"+41 44 555 {number:04}"] for number in range(400)]


def a_table(*lines: str) -> str:
    return "\n".join([*lines, ",".join(STAFF), *(",".join(row) for row in PEOPLE)])


@pytest.mark.parametrize("name", ["staff.csv", "staff.md"])
async def test_a_row_far_below_the_header_is_quoted_with_it(tmp_path: Path, name: str):
    project = Project(tmp_path)
    rows = "\n".join("| " + " | ".join(row) + " |" for row in ([*STAFF], ["---"] * 3, *PEOPLE))
    project.write(f"docs/{name}", f"# Staff\n\n{rows}\n" if name.endswith("md") else a_table())
    base = project.base(embedder="none")
    await base.build()
    given = await base.ask("What is the phone of Person377?")
    assert [each.quote for each in given.citations] == [
        "| Employee | Desk | Phone |", "| Person377 | desk 377 | +41 44 555 0377 |",
    ]  # fmt: skip
    text = base.text(name)
    assert [text[each.start : each.end] for each in given.citations] == [each.quote for each in given.citations]
    assert given.mode == "quoted"
    assert given.evidence.enough


async def test_rows_of_one_table_from_several_passages_come_with_one_header(tmp_path: Path):
    project = Project(tmp_path)
    project.write("docs/staff.csv", a_table())
    base = project.base(embedder="none")
    await base.build()
    passages = [*await base.search("Person20", k=1), *await base.search("Person390", k=1)]
    assert len({each.start for each in passages}) == 2
    given = await answer("Which desks have Person20 and Person390?", passages, TOOLS, settings=AnswerSettings())
    assert [each.quote for each in given.citations].count("| Employee | Desk | Phone |") == 1
    assert {"| Person20 | desk 20 | +41 44 555 0020 |", "| Person390 | desk 390 | +41 44 555 0390 |"} <= {
        each.quote for each in given.citations
    }


async def test_a_model_is_shown_the_header_of_rows_that_it_reads(tmp_path: Path):
    project = Project(tmp_path)
    project.write("docs/staff.csv", a_table())
    base = project.base(embedder="none")
    await base.build()
    (found,) = await base.search("Person377", k=1)
    assert "Employee" not in found.text
    assert "| Employee | Desk | Phone |\n|" in shown(fitted([found], budget=10_000))


async def test_a_passage_that_begins_with_its_table_has_no_header_above(tmp_path: Path):
    project = Project(tmp_path)
    project.write("docs/staff.csv", a_table())
    base = project.base(embedder="none")
    await base.build()
    (first,) = await base.search("Person0", k=1)
    assert first.text.startswith("| Employee |")
    assert first.header is None


async def test_a_table_that_begins_with_data_has_none_that_is_quoted():
    text = "|  |  |\n| --- | --- |\n| Revenue | 98000 |\n| Costs | 33000 |"
    page = Passage(rank=1, score=1, doc="a", path="a", title="", section=(), page=0, start=0, end=len(text), text=text)
    given = await answer("What was the revenue?", [page], TOOLS)
    assert [each.quote for each in given.citations] == ["| Revenue | 98000 |"]


def test_a_row_of_dashes_is_no_rule_and_text_between_ends_a_table():
    table = "| a | b |\n| --- | --- |\n| - | - |\n| 3 | 4 |"
    assert header_above(table, len(table)) == TableHeader(0, "| a | b |")
    assert header_above(table, 3) is None
    assert header_above("| a | b |\n| --- | --- |\n\ntext\n| 1 | 2 |", 38) is None
    assert header_above("| 1 | 2 |\n| 3 | 4 |", 12) is None

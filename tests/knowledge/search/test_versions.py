"""Which document holds."""

import pytest

from loomwork.knowledge.index import DocumentRow
from loomwork.knowledge.search import mark_of, out_of_force, superseded


def rows(*paths: str) -> list[DocumentRow]:
    return [DocumentRow(doc=path, path=path) for path in paths]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("hr/请假制度.docx", "hr/请假制度-最终版.docx"),
        ("hr/请假制度（初稿）.docx", "hr/请假制度.docx"),
        ("hr/请假制度_第2版.docx", "hr/请假制度_第10版.docx"),
        ("报销流程 修订稿.docx", "报销流程 定稿.docx"),
        ("handbook.md", "handbook_v2.md"),
        ("Handbook v2.md", "handbook-V3.md"),
        ("api rev 1.9.md", "api rev 1.10.md"),
        ("plan draft.md", "plan final.md"),
    ],
)
def test_the_newer_name_replaces_the_older(older: str, newer: str) -> None:
    assert superseded(rows(older, newer)) == {older: newer}
    assert superseded(rows(newer, older)) == {older: newer}


@pytest.mark.parametrize(
    "paths",
    [
        ("a/plan v1.md", "b/plan v2.md"),
        ("minutes 2024-05-01.md", "minutes 2024-06-01.md"),
        ("report 2023.pdf", "report 2024.pdf"),
        ("guide.md", "guide.pdf"),
        ("policy final.docx", "policy final.pdf"),
        ("finals.md", "drafting.md"),
        ("v1.md", "other.md"),
    ],
)
def test_these_are_no_versions_of_each_other(paths: tuple[str, ...]) -> None:
    assert superseded(rows(*paths)) == {}


def test_all_older_ones_name_the_newest() -> None:
    found = superseded(rows("plan.md", "plan v2.md", "plan v3.md"))
    assert found == {"plan.md": "plan v3.md", "plan v2.md": "plan v3.md"}


def test_a_declared_successor_counts_by_id_or_path_and_through_a_chain() -> None:
    documents = [
        DocumentRow(doc="1", path="old.md"),
        DocumentRow(doc="2", path="new.md", supersedes=("old.md",)),
        DocumentRow(doc="3", path="newest.md", metadata={"supersedes": ["2", "unknown", 7]}),
    ]
    assert superseded(documents, "declared") == {"1": "3", "2": "3"}


def test_documents_that_replace_each_other_come_to_an_end() -> None:
    documents = [DocumentRow(doc="a", path="a", supersedes=("b",)), DocumentRow(doc="b", path="b", supersedes=("a",))]
    assert superseded(documents) == {"b": "a"}
    assert superseded([DocumentRow(doc="a", path="a", supersedes=("a",))]) == {}


def test_names_can_be_left_alone() -> None:
    assert superseded(rows("plan v1.md", "plan v2.md"), "declared") == {}


@pytest.mark.parametrize(
    ("since", "until", "day", "said"),
    [
        ("", "", "2024-01-01", ""),
        ("2024-01-01", "2024-12-31", "2024-01-01", ""),
        ("2024-01-01", "2024-12-31", "2024-12-31", ""),
        ("2024-01-01", "", "2023-12-31", "not in force before 2024-01-01"),
        ("", "2024-12-31", "2025-01-01", "no longer in force since 2024-12-31"),
        ("2024-01-01", "", "", ""),
    ],
)
def test_a_day_is_inside_or_outside(since: str, until: str, day: str, said: str) -> None:
    assert out_of_force(DocumentRow(doc="a", path="a", effective_from=since, effective_to=until), day) == said
    row = DocumentRow(doc="a", path="a", metadata={"effective_from": since, "effective_to": until})
    assert out_of_force(row, day) == said


def test_marks_are_taken_off_the_name() -> None:
    assert mark_of("x/制度 第3版（最终版）.docx") == mark_of("x/制度.终稿.第3版.pdf")
    assert not mark_of("x/制度.docx").marked

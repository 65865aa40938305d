"""On whose behalf steps search: one meaning of `--as` everywhere, and causes that compare a person with themselves."""

import json

import pytest

from loomwork.knowledge.embedding import DRIVERS
from loomwork.testing.embedder import StubEmbedder
from tests.cli.conftest import Shell
from tests.knowledge.ingest.making import GUIDE, LEAVE

SETTINGS = """
[knowledge.handbook]
sources = ["docs/"]
embedder = {driver = "stub"}
"""
APP = """
from loomwork import knowledge, step

@step
async def find(question: str) -> list[str]:
    return [each.doc for each in await knowledge("handbook").search(question, k=1)]

@step
async def other(question: str) -> int:
    return len(await knowledge("handbook").search(question, k=1))

@step
async def read(question: str) -> str:
    return await knowledge("handbook").text(question)
"""


def with_a_stub() -> None:
    DRIVERS["stub"] = lambda settings, around: StubEmbedder(dimensions=32)


@pytest.fixture
def docs(shell: Shell) -> Shell:
    """A project with two documents."""
    shell.before(with_a_stub)
    shell.write("loomwork.toml", SETTINGS)
    shell.write("app.py", APP)
    shell.write("docs/guide.md", GUIDE)
    shell.write("docs/hr/leave.md", LEAVE)
    return shell


def test_why_names_who_asks_where_their_own_search_was_made_before(docs: Shell):
    docs.write("docs/hr/.readers", "staff\n")
    docs("knowledge", "build", "handbook")
    docs.rows({"question": "who saves the database"})
    assert docs("run", "app:other", "--data", "data.jsonl", "--as", "ada").code == 0
    assert docs("run", "app:find", "--data", "data.jsonl").code == 0
    assert docs("run", "app:find", "--data", "data.jsonl", "--as", "ada").code == 0
    causes = docs("why", "--json").json["causes"]
    assert [(cause["name"], cause["before"], cause["after"]) for cause in causes] == [
        ("knowledge.handbook.asker", "", "ada")
    ]


def test_why_compares_with_the_same_persons_earlier_run(docs: Shell):
    docs("knowledge", "build", "handbook")
    docs.rows({"question": "who saves the database"})
    assert docs("run", "app:find", "--data", "data.jsonl", "--as", "bob").code == 0
    assert docs("run", "app:find", "--data", "data.jsonl", "--as", "board").code == 0
    docs.write("docs/guide.md", GUIDE.replace("two", "three"))
    docs("knowledge", "build", "handbook")
    assert docs("run", "app:find", "--data", "data.jsonl", "--as", "bob").code == 0
    told = [(cause["kind"], cause["name"]) for cause in docs("why", "--json").json["causes"]]
    assert told == [("document changed", "knowledge.handbook/guide.md")]


def test_the_name_of_as_is_a_group_in_a_run_as_in_a_search(docs: Shell):
    docs.write("docs/hr/.readers", "staff\n")
    docs("knowledge", "build", "handbook")
    docs.rows({"question": "年假"})
    assert docs("run", "app:find", "--data", "data.jsonl", "--as", "staff", "--out", "o.jsonl").code == 0
    assert "hr/leave.md" in (docs.folder / "o.jsonl").read_text("utf-8")


def test_a_step_reads_the_text_of_a_cited_document_and_reads_it_again_when_that_changed(docs: Shell):
    docs.rows({"question": "guide.md"})
    for text in (GUIDE, GUIDE.replace("two", "three")):
        docs.write("docs/guide.md", text)
        docs("knowledge", "build", "handbook")
        assert docs("run", "app:read", "--data", "data.jsonl", "--out", "o.jsonl").code == 0
        assert json.loads((docs.folder / "o.jsonl").read_text("utf-8").splitlines()[0])["output"] == text

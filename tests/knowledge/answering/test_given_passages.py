"""Answering from passages that the application found itself: the answer holds while they are the same."""

import json

import pytest

from tests.cli.conftest import Shell

TOML = """
[knowledge.docs]
sources = ["pages"]
embedder = "none"

[knowledge.docs.search]
k = {k}
"""
APP = """
from loomwork import knowledge, step

@step
async def answer(question: str):
    passages = await knowledge("docs").search(question)
    return await knowledge("docs").ask(question, passages=passages)
"""


@pytest.fixture
def project(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    shell = Shell(folder, tmp_path)
    shell.write("loomwork.toml", TOML.format(k=4))
    shell.write("app.py", APP)
    shell.write("pages/backup.md", "# Backup\n\nBackups are kept for 30 days.\n")
    shell.rows({"question": "How long are backups kept?"})
    assert shell("knowledge", "build", "docs").code == 0
    return shell


def run(shell: Shell) -> dict[str, tuple[int, int]]:
    done = shell("run", "app:answer", "--data", "data.jsonl", "--json", "--out", "out.jsonl")
    assert done.code == 0, done
    return {each["name"]: (each["ran"], each["hits"]) for each in done.json["steps"]}


def test_an_answer_is_there_already_where_the_same_passages_are_found_in_another_way(project: Shell):
    assert run(project) == {"app:answer": (1, 0), "search": (1, 0), "answer": (1, 0)}
    project.write("loomwork.toml", TOML.format(k=5))
    assert run(project) == {"app:answer": (1, 0), "search": (1, 0), "answer": (0, 1)}


def test_an_answer_is_made_again_where_the_passages_differ(project: Shell):
    run(project)
    project.write("pages/backup.md", "# Backup\n\nBackups are kept for 90 days.\n")
    assert project("knowledge", "build", "docs").code == 0
    assert run(project) == {"app:answer": (1, 0), "search": (1, 0), "answer": (1, 0)}
    row = json.loads((project.folder / "out.jsonl").read_text())
    assert "90 days" in row["output"]["answer"]

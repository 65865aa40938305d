"""`loomwork data make|confirm|leaks` over a real index: drafts, who may read what, a person at a terminal."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell, environment

SETTINGS = '[knowledge.handbook]\nsources = ["docs"]\nembedder = "none"\n' + (
    'readers = {front_matter = "readers", otherwise = "everyone"}\n'
)
LONG = "Every backup is written to another building and is kept there for ninety days. " * 8


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


@pytest.fixture
def handbook(shell: Shell) -> Shell:
    shell.write("loomwork.toml", SETTINGS)
    shell.write("docs/backup.md", "# Backups\n\n## Keeping of backups\n\n"
                "They are kept for ninety days. Then they go.\n\n"
                f"## Restoring a database\n\n{LONG}\n")  # fmt: skip
    shell.write("docs/zh.md", "# 假期\n\n## 年假的天数规定\n\n每年有十五天年假。未用完的可以顺延。\n")
    shell.write(
        "docs/secret.md", "---\nreaders: [legal]\n---\n# Plans\n\n## The secret merger plan\n\nIt closes in July.\n"
    )
    assert shell("knowledge", "build", "handbook").code == 0
    return shell


def test_headings_become_drafts_with_passage_and_answer_spread_over_the_documents(handbook: Shell):
    done = handbook("data", "make", "--from", "knowledge:handbook", "-n", "10", "--json")
    assert (done.code, done.json["rows"], done.json["documents"], done.json["by"]) == (0, 3, 2, "headings")
    rows = rows_of(handbook.folder / "data" / "handbook.made.jsonl")
    by_question = {row["question"]: row for row in rows}
    kept = by_question["Keeping of backups"]
    assert kept["expected"] == "They are kept for ninety days. Then they go."
    assert kept["_status"] == "draft"
    (passage,) = kept["passages"]
    assert (passage["doc"], kept["_origin"]["by"]) == ("backup.md", "heading")
    text = (handbook.folder / "docs/backup.md").read_text()
    assert text[passage["start"] : passage["end"]] == passage["quote"]
    assert by_question["年假的天数规定"]["expected"] == "每年有十五天年假。未用完的可以顺延。"
    assert "The secret merger plan" not in by_question


def test_only_what_the_asking_person_may_read_is_made_into_anything(handbook: Shell):
    handbook("data", "make", "--from", "knowledge:handbook", "--as", "legal", "--out", "l.jsonl")
    assert "The secret merger plan" in [row["question"] for row in rows_of(handbook.folder / "l.jsonl")]


def test_a_model_asks_about_passages_and_answers(handbook: Shell, double: str):
    handbook.write(
        "loomwork.toml", SETTINGS + f'[models.smart]\ndriver = "openai"\nmodel = "m"\nbase_url = "{double}"\n'
    )
    done = handbook("data", "make", "--from", "knowledge:handbook", "--model", "smart", "--json")
    assert (done.code, done.json["by"]) == (0, "smart")
    (row,) = rows_of(handbook.folder / "data" / "handbook.made.jsonl")
    assert row["question"]
    assert row["expected"]
    assert row["_origin"]["by"] == "smart"
    unknown = handbook(
        "data", "make", "--from", "knowledge:handbook", "--model", "smarter", "--out", "x.jsonl", "--json"
    )
    assert unknown.json["error"]["kind"] == "UnknownModel"


@pytest.mark.parametrize(
    ("source", "kind"),
    [("handbook", "WrongValue"), ("file:a", "WrongValue"), ("knowledge:manual", "UnknownKnowledge")],
)
def test_a_source_that_is_none_is_refused(handbook: Shell, source: str, kind: str):
    assert handbook("data", "make", "--from", source, "--json").json["error"]["kind"] == kind


def at_terminal(shell: Shell, typed: str, *words: str) -> tuple[int, str]:
    """Run a command at a terminal of its own, and type."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "loomwork.cli.main", *words],
        cwd=shell.folder, stdin=theirs, stdout=theirs, stderr=theirs, env=environment({}), close_fds=True,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, typed.encode())
    said = b""
    while True:
        try:
            piece = os.read(ours, 4096)
        except OSError:  # the other end is closed
            break
        if not piece:
            break
        said += piece
    code = process.wait()
    os.close(ours)
    return code, said.decode("utf-8", "replace")


def test_a_person_accepts_edits_drops_and_quits(handbook: Shell):
    handbook("data", "make", "--from", "knowledge:handbook", "--out", "m.jsonl")
    before = [row["question"] for row in rows_of(handbook.folder / "m.jsonl")]
    counted = handbook("data", "confirm", "m.jsonl", "--json").json
    assert (counted["rows"], counted["drafts"]) == (3, 3)
    code, said = at_terminal(handbook, "huh\ne\nHow long are they kept?\n\nn\nq\n", "data", "confirm", "m.jsonl")
    assert code == 0, said
    assert "1/3" in said
    rows = rows_of(handbook.folder / "m.jsonl")
    assert [row["question"] for row in rows] == ["How long are they kept?", before[2]]
    assert [row.get("_status") for row in rows] == [None, "draft"]
    assert handbook("data", "show", "m.jsonl", "--json").json["drafts"] == 1
    first = handbook("data", "show", "m.jsonl", "--versions", "--json").json["versions"][-1]["version"]
    assert handbook("data", "show", f"m.jsonl@{first}", "--json").json["drafts"] == 3
    code, said = at_terminal(handbook, "y\n", "data", "confirm", "m.jsonl", "--lang", "zh")
    assert "已决定 1 条；共 2 行，其中 0 行仍是草稿" in said
    assert "其中 0 行是草稿" in handbook("data", "confirm", "m.jsonl", "--lang", "zh").out


def test_a_faq_in_the_index_is_a_leak_and_a_heading_that_a_row_was_made_from_is_none(handbook: Shell):
    handbook("data", "make", "--from", "knowledge:handbook", "--out", "made.jsonl")
    assert handbook("data", "leaks", "made.jsonl", "--json").json["leaks"] == []
    handbook.rows({"question": "Keeping of backups", "expected": "They are kept for ninety days."}, name="own.jsonl")
    (leak,) = handbook("data", "leaks", "own.jsonl", "--json").json["leaks"]
    assert (leak["kind"], leak["source"]) == ("index", "knowledge handbook")
    assert leak["place"].startswith("backup.md:")
    handbook.rows({"question": "The secret merger plan", "expected": "It closes in July."}, name="own.jsonl")
    assert handbook("data", "leaks", "own.jsonl", "--json").json["leaks"] == []
    assert handbook("data", "leaks", "own.jsonl", "--as", "legal", "--json").json["leaked"] == 1


MEMOS = """
from pathlib import Path

from loomwork import step

@step
def reply(prompt: str) -> str:
    return prompt[:9]

@step
def main(question: str) -> str:
    shown = Path(__file__).with_name("shown.txt").read_text()
    return reply(f"{shown} Question: {question} Answer:")
"""


def test_a_test_row_shown_to_a_step_that_worked_on_another_row_is_a_leak(app: Shell):
    app.write("app.py", MEMOS)
    test = {"question": "How long are all of the old backups kept?", "expected": "ninety days"}
    app.rows(test, {"question": "Who restores them?", "expected": "x"}, name="test.jsonl")
    app.write("shown.txt", "They are kept for ninety days.")
    app.rows({"question": test["question"]}, name="own.jsonl")
    app("run", "app:main", "--data", "own.jsonl")
    assert app("data", "leaks", "test.jsonl", "--json").json["leaks"] == []
    shown = f"Question: {test['question']} Answer: {test['expected']}"
    app.write("shown.txt", shown)
    app.rows({"question": "Who restores them?"}, name="other.jsonl")
    app("run", "app:main", "--data", "other.jsonl")
    (leak,) = app("data", "leaks", "test.jsonl", "--json").json["leaks"]
    assert (leak["kind"], leak["row"], leak["source"]) == ("memo", 0, "memos")

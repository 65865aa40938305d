"""`loomwork knowledge ask`. The models here are scripted doubles that say what their rules tell them to."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

TOML = """
[knowledge.handbook]
sources = ["docs"]
embedder = "none"

[models.good]
driver = "scripted"
rules = [{ text = "Backups are kept for 30 days [1]. The office cat guards them [1]." }]

[models.down]
driver = "scripted"
retries = 0
rules = [{ fail = "overloaded" }]
"""
PAGE = "# Backup\n\nThe database is backed up every night. Backups are kept for 30 days.\n"
SECRET = "# Salaries\n\nThe salaries of the staff are paid on the fifth day.\n"
QUESTION = "How long are backups kept?"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its index, made once."""
    folder = tmp_path_factory.mktemp("built") / "here"
    folder.mkdir()
    shell = Shell(folder, folder.parent)
    shell.write("loomwork.toml", TOML)
    shell.write("docs/backup.md", PAGE)
    shell.write("docs/zh.md", "# 备份\n\n数据库每天凌晨备份。备份保留三十天。\n")
    shell.write("docs/hr/salaries.md", SECRET)
    shell.write("docs/hr/.readers", "hr\n")
    done = shell("knowledge", "build", "handbook")
    assert done.code == 0, done
    return folder


@pytest.fixture
def handbook(built: Path, tmp_path: Path) -> Shell:
    return Shell(shutil.copytree(built, tmp_path / "here"), tmp_path)


def ask(shell: Shell, *words: str):
    done = shell("knowledge", "ask", "handbook", *words, "--json")
    assert done.code == 0, done
    return done.json


def test_without_a_model_the_answer_quotes_the_file_to_the_letter(handbook: Shell):
    given = ask(handbook, QUESTION)
    assert (given["mode"], given["degraded"]) == ("quoted", "")
    first = given["citations"][0]
    text = (handbook.folder / "docs" / first["doc"]).read_text(encoding="utf-8")
    assert text[first["start"] : first["end"]] == first["sentence"] == "Backups are kept for 30 days."
    assert given["answer"].startswith("Backups are kept for 30 days. [1]")


def test_people_read_the_answer_its_places_and_that_it_quotes(handbook: Shell):
    done = handbook("knowledge", "ask", "handbook", "备份保留多少天？", "--lang", "zh")
    assert done.code == 0
    assert done.out.startswith("备份保留三十天。 [1]\n")
    assert "[1] zh.md > 备份" in done.out
    assert "这不是模型写的" in done.out


def test_what_the_documents_do_not_say_is_refused(handbook: Shell):
    given = ask(handbook, "Which printers does the office in Lyon own?")
    assert (given["mode"], given["citations"]) == ("none", [])
    assert given["answer"] == "The documents do not answer this."


def test_a_model_s_sentences_carry_their_places_and_the_unsupported_one_is_marked(handbook: Shell):
    given = ask(handbook, QUESTION, "--model", "good")
    assert given["mode"] == "generated"
    assert [each["quote"] for each in given["citations"]] == ["Backups are kept for 30 days."]
    assert given["unsupported"] == ["The office cat guards them."]


def test_when_the_model_is_down_the_answer_is_quoted_and_asked_anew_next_time(handbook: Shell):
    for _ in range(2):
        given = ask(handbook, QUESTION, "--model", "down")
        assert given["mode"] == "quoted"
        assert given["degraded"]
    toml = handbook.folder / "loomwork.toml"
    toml.write_text(toml.read_text().replace('{ fail = "overloaded" }', '{ text = "They are kept for 30 days [1]." }'))
    assert ask(handbook, QUESTION, "--model", "down")["mode"] == "generated"


def test_a_technique_of_retrieval_asks_the_model_for_it_and_falls_back_to_a_plain_search(handbook: Shell):
    toml = handbook.folder / "loomwork.toml"
    toml.write_text(toml.read_text() + '\n[knowledge.handbook.answer]\nretrieve = "hyde"\nmodel = "good"\n')
    given = ask(handbook, QUESTION)
    shown = json.loads(handbook("trace", "show", given["trace"], "--json").out)
    assert sorted(span["name"] for span in shown["spans"]) == ["answer", "model", "model", "search", "search"]
    assert given["mode"] == "generated"
    assert ask(handbook, QUESTION, "--model", "down")["mode"] == "quoted"
    assert ask(handbook, QUESTION, "--model", "")["mode"] == "quoted"


def test_a_model_that_is_not_there_is_told_before_anything_is_asked(handbook: Shell):
    done = handbook("knowledge", "ask", "handbook", QUESTION, "--model", "goood")
    assert done.code == 2
    assert "did you mean 'good'" in done.err


def test_only_what_the_asker_may_read_is_quoted(handbook: Shell):
    question = "When are the salaries of the staff paid?"
    assert ask(handbook, question)["mode"] == "none"
    given = ask(handbook, question, "--as", "ada", "--group", "hr")
    assert given["citations"][0]["doc"] == "hr/salaries.md"


def test_the_trace_holds_the_answer_its_search_and_its_model(handbook: Shell):
    given = ask(handbook, QUESTION, "--model", "good")
    shown = handbook("trace", "show", given["trace"], "--json")
    assert shown.code == 0, shown
    names = {span["name"] for span in json.loads(shown.out)["spans"]}
    assert {"answer", "search", "model"} <= names


APP = """
from loomwork import knowledge, step

@step
async def answer(question: str) -> str:
    return (await knowledge("handbook").ask(question)).answer
"""


def ran(shell: Shell) -> dict[str, int]:
    done = shell("run", "app:answer", "--data", "data.jsonl", "--out", "out.jsonl", "--json")
    assert done.code == 0, done
    return {row["name"]: row["ran"] for row in done.json["steps"] if row["ran"]}


def test_a_step_that_asked_runs_again_when_documents_or_the_settings_of_answers_change(handbook: Shell):
    handbook.write("app.py", APP)
    handbook.rows({"question": QUESTION})
    assert ran(handbook) == {"app:answer": 1, "answer": 1, "search": 1}
    assert ran(handbook) == {}
    toml = handbook.folder / "loomwork.toml"
    toml.write_text(toml.read_text() + "\n[knowledge.handbook.answer]\nsentences = 1\n")
    assert ran(handbook) == {"app:answer": 1, "answer": 1}
    handbook.write("docs/backup.md", PAGE.replace("30", "90"))
    assert handbook("knowledge", "build", "handbook").code == 0
    assert ran(handbook) == {"app:answer": 1, "answer": 1, "search": 1}
    (row,) = (json.loads(line) for line in Path(handbook.folder / "out.jsonl").read_text().splitlines())
    assert "90 days" in json.dumps(row)


def test_a_wrong_setting_of_answers_is_told_with_its_place(handbook: Shell):
    toml = handbook.folder / "loomwork.toml"
    toml.write_text(toml.read_text() + "\n[knowledge.handbook.answer]\nsentence = 1\n")
    done = handbook("knowledge", "ask", "handbook", QUESTION)
    assert done.code == 2
    assert "did you mean 'sentences'" in done.err

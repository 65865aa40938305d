"""`loomwork case`: failing rows are opened, looked at, spoken about, closed and written out."""

import json

import pytest

from tests.cli.conftest import Shell

APP = """
from loomwork import step

@step
async def check(text: str) -> str:
    if "broken" in text:
        raise ValueError(f"cannot read {text}")
    return text

@step
async def main(text: str) -> str:
    return await check(text)
"""


@pytest.fixture
def project(shell: Shell) -> Shell:
    shell.write("loomwork.toml", "")
    shell.write("app.py", APP)
    shell.rows({"text": "a broken pot"}, {"text": "fine"}, {"text": "a broken cup"})
    assert shell("run", "app:main", "--data", "data.jsonl").code == 1
    return shell


def test_all_failing_rows_of_a_run_become_cases_with_the_reason_why_they_are_one(project: Shell):
    done = project("case", "from", "last", "--failed", "--json")
    (case,) = done.json["cases"]
    assert (case["case"], case["how"], case["added"], case["why"]) == (1, "new", 2, "error")
    assert (case["step"], case["error"], case["status"]) == ("app:check", "ValueError", "open")
    told = project("case", "show", "1")
    assert "one case because: ValueError from app:check each time" in told.out
    assert "row 0 fails" in told.out
    assert "opened, rows: 2" in told.out


def test_a_bound_that_is_missing_is_asked_for_with_the_scorer_that_was_written(project: Shell):
    for words in (["--below", "numeric"], ["--above", "numeric>=2"]):
        assert "for example numeric=0.5" in project("case", "from", "last", *words).err
    absent = project("case", "open", "last", "--row", "77", "--wrong").err
    assert "rows count from 0" in absent
    assert "leave --row" not in absent


def test_one_row_becomes_a_case_with_a_title_of_ones_own(project: Shell):
    assert project("case", "open", "last", "--row", "2", "--title", "Cups").code == 0
    assert "Cups" in project("case", "list").out
    assert "no case of app:nope; there are cases of: app:main" in project("case", "list", "--target", "app:nope").out
    assert project("case", "open", "last", "--row", "1").code == 2
    again = project("case", "open", "last", "--row", "2")
    assert again.code == 2
    assert "in case 1 already" in again.err


def test_a_case_is_noted_assigned_closed_and_opened_again(project: Shell):
    project("case", "from", "last")
    assert project("case", "note", "1", "the cup too", "--json").json["note"] == "the cup too"
    assert project("case", "assign", "1", "mei", "--json").json["status"] == "triaged"
    assert project("case", "close", "1", "--why", "sold out", "--json").json["status"] == "closed"
    assert "now closed: sold out" in project("case", "show", "1").out
    assert project("case", "list", "--json").json["cases"] == []
    (kept,) = project("case", "list", "--all", "--json").json["cases"]
    assert kept["owner"] == "mei"
    assert project("case", "reopen", "1", "--json").json["status"] == "open"
    history = project("case", "show", "1", "--json").json["history"]
    assert [each["what"] for each in history] == ["opened", "note", "owner", "status", "status"]
    assert project("case", "reopen", "1").code == 2


def test_cases_are_written_out_as_a_regression_test_that_runs(project: Shell):
    project("case", "from", "last")
    assert project("case", "export", "--to", "regression.jsonl", "--json").json["rows"] == 2
    rows = [json.loads(line) for line in (project.folder / "regression.jsonl").read_text().splitlines()]
    assert [row["_origin"]["case"] for row in rows] == ["1", "1"]
    assert project("run", "app:main", "--data", "regression.jsonl", "--json").json["items"] == 2
    assert project("case", "export", "--to", "regression.jsonl").code == 2


def test_cases_speak_chinese(project: Shell):
    told = project("case", "from", "last", "--lang", "zh")
    assert "归为一单的理由：每次都是 app:check 中的 ValueError" in told.out
    assert "问题单 1，未处理" in project("case", "show", "1", "--lang", "zh").out
    assert "没有编号为 9 的问题单" in project("case", "show", "9", "--lang", "zh").err


@pytest.mark.parametrize("words", [("from", "last", "--below", "exact"), ("from", "last", "--below", "exact>=0.5")])
def test_a_rule_that_cannot_be_read_is_refused(project: Shell, words: tuple[str, ...]):
    done = project("case", *words)
    assert done.code == 2
    assert "is no rule for what passes" in done.err


def test_a_case_that_is_not_there_is_told(project: Shell):
    assert "there is no case" in project("case", "list").out
    for words in (
        ("show", "7"),
        ("note", "7", "x"),
        ("assign", "7", "mei"),
        ("close", "7"),
        ("export", "7", "--to", "x"),
    ):
        done = project("case", *words)
        assert (done.code, "there is no case 7" in done.err) == (2, True), words

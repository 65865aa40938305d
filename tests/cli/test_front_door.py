"""What every command has in common: languages, usage errors, exit codes, one JSON object, no traceback."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import Shell

CASES = Path(__file__).parent / "wrong_words.jsonl"
WRONG_WORDS = [json.loads(line) for line in CASES.read_text("utf-8").splitlines()]


def test_the_overview_names_every_command_in_both_languages(shell: Shell):
    english, chinese = shell("--help"), shell("--help", "--lang", "zh")
    assert english.code == chinese.code == 0
    assert "Begin here" in english.out
    assert "从这里开始" in chinese.out
    for word in ("init", "run", "plan", "why", "doctor", "trace", "store"):
        assert f"  {word} " in english.out
        assert f"  {word} " in chinese.out


def test_help_of_a_command_is_in_chinese_down_to_its_section_titles(shell: Shell):
    done = shell("run", "--help", "--lang", "zh")
    assert done.code == 0
    assert [line for line in done.out.splitlines() if line and not line.startswith(" ")] == [
        "用法：loomwork run TARGET [选项]",
        "参数",
        "选项",
        "所有命令都有的选项",
        "示例",
    ]


@pytest.mark.parametrize("case", WRONG_WORDS, ids=lambda case: " ".join(case["words"]))
def test_a_wrong_word_is_told_in_both_languages_with_what_to_do(app: Shell, case: dict[str, Any]):
    for language in ("en", "zh"):
        done = app(*(("--lang", language) if "--lang" not in case["words"] else ()), *case["words"])
        assert done.code == 2
        assert case[language] is None or case[language] in done.err
        assert "  → " in done.err
        assert "Traceback" not in done.err


def test_the_language_comes_from_the_environment_too(app: Shell):
    assert "没有“rnu”" in app("rnu", LOOMWORK_LANG="zh").err
    assert "没有“rnu”" in app("rnu", LANG="zh_CN.UTF-8").err


@pytest.mark.parametrize(
    "words",
    [
        ("rnu", "--json"),
        ("run", "app:main", "--json"),
        ("run", "app:nothing", "--data", "data.jsonl", "--json"),
        ("run", "app:main", "--data", "data.jsonl", "--json"),
        ("plan", "app:main", "--data", "data.jsonl", "--json"),
        ("why", "--json"),
        ("trace", "list", "--json"),
        ("trace", "show", "ff", "--json"),
        ("prompt", "list", "--json"),
        ("prompt", "show", "x", "--json"),
        ("data", "show", "data.jsonl", "--json"),
        ("data", "check", "data.jsonl", "--json"),
        ("model", "list", "--json"),
        ("model", "check", "x", "--json"),
        ("store", "size", "--json"),
        ("store", "prune", "--json"),
        ("doctor", "--json"),
    ],
)
def test_json_is_exactly_one_object_even_for_an_error(app: Shell, words: tuple[str, ...]):
    done = app(*words)
    assert isinstance(done.json, dict)
    if done.code == 2:
        assert set(done.json["error"]) == {"kind", "what", "todo", "told"}


def test_an_error_in_the_application_is_one_sentence_with_its_place(app: Shell):
    app.write("app.py", "from loomwork import step\n\nraise RuntimeError('broken on purpose')\n")
    done = app("run", "app:main", "--data", "data.jsonl")
    assert done.code == 1
    assert "app.py:3: RuntimeError: broken on purpose" in done.err
    assert "Traceback" not in done.err


def test_a_syntax_error_in_the_application_is_one_sentence_with_its_place(app: Shell):
    app.write("app.py", "from loomwork import step\n\ndef broken(:\n")
    done = app("run", "app:main", "--data", "data.jsonl", "--json")
    assert done.code == 1
    assert done.json["error"]["what"].startswith("app.py:3: SyntaxError")


def test_debug_shows_the_traceback(app: Shell):
    app.write("app.py", "raise RuntimeError('broken on purpose')\n")
    done = app("run", "app:main", "--data", "data.jsonl", "--debug")
    assert "Traceback" in done.err
    assert "broken on purpose" in done.err


def test_common_options_may_stand_before_the_command(app: Shell):
    done = app("--json", "--lang", "zh", "trace", "list")
    assert done.code == 0
    assert done.json == {"traces": []}


def test_the_version_is_printed(shell: Shell):
    assert shell("--version").out.startswith("loomwork 0.")


def test_a_project_is_found_from_a_folder_below_it(app: Shell):
    below = app.folder / "data"
    below.mkdir()
    done = Shell(below, app.folder.parent)("data", "check", "../data.jsonl", "--target", "app:main", "--json")
    assert done.json["bad"] == 0


def test_errors_in_json_are_in_the_language_asked_for(app: Shell):
    error = app("run", "app:shouts", "--data", "data.jsonl", "--json", "--lang", "zh").json["error"]
    assert error["what"] == "“app:shouts”不是步骤（“app”里没有“shouts”）（是否想用“shout”？）"
    assert json.dumps(error)

"""What every command has in common: languages, usage errors, exit codes, one JSON object, no traceback."""

import json

import pytest

from tests.cli.conftest import Shell


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
        "用法：loomwork run TARGET --data FILE.jsonl [OPTIONS]",
        "参数",
        "选项",
        "所有命令都有的选项",
        "示例",
    ]


@pytest.mark.parametrize(
    ("words", "english", "chinese"),
    [
        (("rnu",), "there is no command 'rnu'", "没有“rnu”这个命令"),
        (("trace", "lst"), "there is no command 'trace lst'", "没有“trace lst”这个命令"),
        (("run", "app:main", "--dta", "d"), "has no option --dta (did you mean '--data'?)", "没有选项 --dta（是否想用“--data”？）"),
        (("run", "app:main"), "loomwork run needs --data", "loomwork run 需要 --data"),
        (("run", "--data", "d"), "loomwork run needs a TARGET", "loomwork run 需要给出 TARGET"),
        (("run", "a:b", "--data"), "--data needs a value behind it", "--data 后面需要一个值"),
        (("run", "a:b", "--data", "d", "--json=3"), "--json takes no value", "--json 不带值"),
        (("run", "a:b", "--data", "d", "--limit", "x"), "--limit must be a whole number of at least 0", "--limit 必须是不小于 0 的整数"),
        (("run", "a:b", "c", "--data", "d"), "does not know what to do with: c", "不知道怎样处理：c"),
        (("trace", "export", "--format", "xml"), "--format must be one of otlp-json, otlp-protobuf", "--format 必须是其中之一：otlp-json, otlp-protobuf"),
        (("run", "app:main", "--data", "absent.jsonl"), "there is no file absent.jsonl", "没有文件 absent.jsonl"),
        (("trace", "show", "ffff"), "no trace begins with 'ffff'", "没有以“ffff”开头的调用链"),
        (("trace", "list", "--run", "rx"), "no run is called 'rx'; the newest are: none", "没有叫“rx”的运行；最近的是：（无）"),
        (("store", "size", "--lang", "fr"), "loomwork does not speak 'fr'", None),
    ],
)  # fmt: skip
def test_a_wrong_word_is_told_in_both_languages_with_what_to_do(
    app: Shell, words: tuple[str, ...], english: str, chinese: str | None
):
    done = app(*words)
    assert done.code == 2
    assert english in done.err
    assert "  → " in done.err
    assert "Traceback" not in done.err
    if chinese is not None:
        other = app(*words, "--lang", "zh") if "--data" != words[-1] else app("--lang", "zh", *words)
        assert other.code == 2
        assert chinese in other.err


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
        assert set(done.json["error"]) == {"kind", "what", "todo"}


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

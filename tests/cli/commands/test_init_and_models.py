"""`loomwork init` and `loomwork model`: a project that runs at once, models found, tried and written down."""

import json
import os
import pty
import socket
import subprocess
import sys
from contextlib import closing
from urllib.parse import urlsplit

import pytest

from loomwork.cli.settings_file import with_model
from loomwork.models.presets import presets
from tests.cli.conftest import Shell, environment

COMMENTED = """\
# my settings
[models.fast]            # quick answers
driver = "scripted"
temperature = 0.3        # measured

[run]
concurrency = 4          # two cores
"""


def is_open(url: str) -> bool:
    with closing(socket.socket()) as probe:
        address = urlsplit(url)
        return probe.connect_ex((address.hostname or "", address.port or 0)) == 0


SERVERS_HERE = [name for name, preset in presets().items() if preset.local == "yes" and is_open(preset.base_url)]
needs_an_empty_machine = pytest.mark.skipif(bool(SERVERS_HERE), reason="a model server listens on this machine")


@needs_an_empty_machine
@pytest.mark.parametrize(("language", "word"), [("en", "scripted doubles"), ("zh", "照脚本回答的替身")])
def test_init_without_a_model_says_that_its_models_are_doubles(shell: Shell, language: str, word: str):
    done = shell("init", "new", "--lang", language)
    assert done.code == 0
    assert word in done.err
    text = (shell.folder / "new" / "loomwork.toml").read_text("utf-8")
    assert text.count('driver = "scripted"') == 2
    inside = Shell(shell.folder / "new", shell.folder.parent)
    assert inside("doctor", "--json").json["ok"]


def test_init_takes_a_key_from_the_environment_without_writing_it(shell: Shell):
    done = shell("init", "--json", DEEPSEEK_API_KEY="sk-secret-value-of-mine")
    assert done.code == 0
    if not SERVERS_HERE:
        assert done.json["model"] == {"preset": "deepseek", "model": presets()["deepseek"].suggest}
    assert "sk-secret" not in (shell.folder / "loomwork.toml").read_text("utf-8") + done.out + done.err


def test_init_overwrites_nothing(shell: Shell):
    shell.write("app.py", "mine = True\n")
    done = shell("init")
    assert done.code == 2
    assert "app.py exists already in" in done.err
    assert sorted(path.name for path in shell.folder.iterdir()) == ["app.py"]
    shell.write("loomwork.toml", "")
    shell.write("data", "a file where a folder is to be")
    both = shell("init", "--lang", "zh")
    assert "里已经有 app.py, loomwork.toml, data" in both.err
    shell.write("a_file", "")
    assert shell("init", "a_file").code == 2
    assert sorted(path.name for path in shell.folder.iterdir()) == ["a_file", "app.py", "data", "loomwork.toml"]


def test_a_model_is_tried_and_written_with_the_comments_kept(shell: Shell, double: str):
    shell.write("loomwork.toml", COMMENTED)
    done = shell("model", "add", "--base-url", double, "--json")
    assert done.code == 0
    assert done.json["aliases"] == ["fast"]
    assert done.json["settings"] == {"driver": "openai", "model": "double", "base_url": double}
    assert done.json["test"]["answer"]
    text = (shell.folder / "loomwork.toml").read_text("utf-8")
    for kept in ("# my settings", "# quick answers", "temperature = 0.3        # measured", "# two cores"):
        assert kept in text
    assert "scripted" not in text
    checked = shell("model", "check", "fast", "--json")
    assert (checked.code, checked.json["served_as"]) == (0, "double")
    listed = shell("model", "list", "--json").json["models"][0]
    assert (listed["base_url"], listed["key"], listed["price"]) == (double, "not needed", None)


def test_the_comment_about_doubles_goes_with_them(shell: Shell, double: str):
    shell("init")
    assert shell("model", "add", "--base-url", double, "--yes").code == 0
    text = (shell.folder / "loomwork.toml").read_text("utf-8")
    assert "double" in text  # the name of the model
    assert "Two scripted doubles" not in text
    assert "Secrets never stand here" in text
    assert text.count(f'base_url = "{double}"') == 2


def test_a_model_that_does_not_answer_is_not_written(shell: Shell):
    shell.write("loomwork.toml", COMMENTED)
    done = shell("model", "add", "--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--lang", "zh")
    assert done.code == 1
    assert "测试调用失败，loomwork.toml 没有改动" in done.err
    assert (shell.folder / "loomwork.toml").read_text("utf-8") == COMMENTED
    written = shell("model", "add", "--base-url", "http://127.0.0.1:9/v1", "--model", "m", "--untested")
    assert written.code == 0
    assert "model check fast" in written.err


def test_a_real_model_is_replaced_only_when_asked_to(shell: Shell, double: str):
    shell.write("loomwork.toml", "")
    assert shell("model", "add", "--base-url", double).code == 0
    refused = shell("model", "add", "--base-url", double, "--as", "fast")
    assert refused.code == 2
    assert "[models.fast] is there already (double)" in refused.err
    assert shell("model", "add", "--base-url", double, "--as", "fast", "--as", "smart", "--yes").code == 0
    assert [each["name"] for each in shell("model", "list", "--json").json["models"]] == ["fast", "smart"]


def test_a_preset_without_its_key_says_which_variable(shell: Shell):
    shell.write("loomwork.toml", "")
    done = shell("model", "add", "--preset", "openai", "--as", "smart")
    assert done.code == 1
    assert "OPENAI_API_KEY is not set" in done.err
    near = shell("model", "add", "--preset", "opnai")
    assert near.code == 2
    assert "there is no preset 'opnai' (did you mean 'openai'?)" in near.err


@needs_an_empty_machine
def test_a_machine_with_nothing_says_what_to_start(shell: Shell):
    shell.write("loomwork.toml", "")
    done = shell("model", "add", "--yes")
    assert done.code == 2
    assert "no model server answers on this machine" in done.err
    assert "Ollama" in done.err


def test_a_person_at_a_terminal_chooses(shell: Shell, double: str):
    shell.write("loomwork.toml", "")
    place = [name for name in presets()].index("openai") + 1 + len(SERVERS_HERE)
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "loomwork.cli.main", "model", "add", "--untested", "--as", "chosen"],
        cwd=shell.folder, env=environment({}), stdin=theirs, stdout=theirs, stderr=theirs, close_fds=True,
    )  # fmt: skip
    os.close(theirs)
    os.write(ours, f"{place}\n\n".encode())  # the number, then the suggested model
    shown = b""
    while True:
        try:
            shown += os.read(ours, 4096)
        except OSError:
            break
    assert process.wait(timeout=30) == 0, shown.decode()
    assert "OpenAI" in shown.decode()
    listed = shell("model", "list", "--json").json["models"]
    assert [(each["name"], each["model"], each["key"]) for each in listed] == [("chosen", "gpt-4o-mini", "missing")]


def test_a_route_and_a_wrong_table_are_listed(shell: Shell):
    shell.write(
        "loomwork.toml",
        '[models.a]\ndriver = "scripted"\n[models.both]\nroute = "fallback"\nmodels = ["a"]\n'
        "[models.odd]\ntemperature = 1\n",
    )
    done = shell("model", "list", "--lang", "zh")
    assert done.code == 1
    assert "fallback: a" in done.out
    assert "odd" in done.out


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[models]\n",
        "[models.fast]\nmodel='x'\nroute='balance'\n",
        "models = {fast = {model = 'x'}}\n",
        "[store]\nurl='x'\n[models.smart]\nmodel='y'\n",
    ],
)
def test_a_model_fits_into_any_shape_of_file(text: str):
    import tomllib

    made = tomllib.loads(with_model(text, "fast", {"preset": "ollama", "model": "qwen"}))
    before = tomllib.loads(text)
    assert made["models"]["fast"] == {"preset": "ollama", "model": "qwen"}
    assert {**before, "models": None} == {**made, "models": None}
    assert {k: v for k, v in made["models"].items() if k != "fast"} == {
        k: v for k, v in before.get("models", {}).items() if k != "fast"
    }
    assert json.dumps(made)


def test_a_scripted_double_is_added_like_a_model(shell: Shell):
    shell.write("loomwork.toml", COMMENTED)
    done = shell("model", "add", "--preset", "scripted", "--as", "smart", "--json")
    assert (done.code, done.json["settings"], done.json["aliases"]) == (0, {"driver": "scripted"}, ["smart"])
    assert "scripted" in done.json["test"]["answer"]
    assert '[models.smart]\ndriver = "scripted"' in (shell.folder / "loomwork.toml").read_text("utf-8")
    told = shell("model", "add", "--preset", "scripted", "--as", "third", "--untested", "--lang", "zh")
    assert "third = scripted（照脚本回答的替身）" in told.err
    near = shell("model", "add", "--preset", "scritped")
    assert "did you mean 'scripted'?" in near.err


@pytest.mark.parametrize(
    ("line", "english", "chinese"),
    [
        (
            'driver = "opneai"',
            "'opneai' is wrong: it must be one of openai, anthropic, replay, scripted (did you mean 'openai'?)",
            "应为其中之一：openai, anthropic, replay, scripted（是否想用“openai”？）",
        ),
        ("driver = 3", "it must be one of openai,", "应为其中之一：openai,"),
        ('route = "best"', "it must be one of fallback, balance, weighted, cheapest", "fallback, balance, weighted"),
    ],
)
def test_a_wrong_word_in_a_models_table_lists_the_right_ones(shell: Shell, line: str, english: str, chinese: str):
    shell.write("loomwork.toml", f"[models.fast]\n{line}\n")
    assert english in shell("model", "list").err
    assert chinese in shell("model", "list", "--lang", "zh").err

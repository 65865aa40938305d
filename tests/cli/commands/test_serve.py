"""`loomwork serve` where it cannot: it says why, names the line, and leaves nothing behind."""

import os
from pathlib import Path

import pytest

from tests.cli.conftest import Shell

TOML = """
[models.double]
driver = "scripted"
"""


def test_without_a_project_nothing_is_served_and_nothing_made(shell: Shell):
    done = shell("serve")
    assert done.code == 2
    assert "loomwork.toml" in done.err
    assert str(shell.folder) in done.err
    assert os.listdir(shell.folder) == []


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--host", "300.1.1.1"), "'300.1.1.1', port 0: it is no address"),
        (("--host", "192.0.2.7"), "this machine has no such address"),
        (("--port", "99999"), "--port must be a whole number from 0 to 65535"),
    ],
)
def test_an_address_that_cannot_be_listened_on_is_named(shell: Shell, words: tuple[str, ...], says: str):
    shell.write("loomwork.toml", TOML + "[gateway]\nport = 0\n")
    done = shell("serve", *words)
    assert done.code == 2
    assert says in done.err
    told = shell("serve", *words, "--lang", "zh").err
    assert "原文" not in told
    assert "address" not in told


def test_what_is_wrong_in_the_settings_is_said_with_the_projects_own_line(shell: Shell):
    shell.write("loomwork.toml", TOML + "\n# a word\n\n[serve.answer]\nstep = 'app:answer'\ntitel = 'x'\n")
    with shell.process("serve", "--port", "0") as server:
        _, err = server.communicate(timeout=60)
    assert server.returncode == 2
    assert "loomwork.toml:9: 'serve.answer.titel'" in err
    assert not Path(shell.folder / ".loomwork").exists()


def test_a_time_may_be_a_date_and_what_is_neither_is_told_both(shell: Shell):
    shell.write("loomwork.toml", TOML)
    assert shell("release", "affected", "--since", "2026-11-22").code == 0
    done = shell("release", "affected", "--since", "yesterday")
    assert done.code == 2
    assert "'yesterday' is no time" in done.err
    assert "2026-11-22T10:00" in done.err
    assert "日期" in shell("release", "affected", "--until", "yesterday", "--lang", "zh").err


def test_a_new_project_shows_how_a_step_is_served(shell: Shell):
    shell("init", "here", "--lang", "zh")
    settings = shell.folder / "here" / "loomwork.toml"
    text = settings.read_text("utf-8")
    assert '# [serve.answer]\n# step = "app:answer"' in text
    settings.write_text(text.replace("# [serve.answer]\n# step", "[serve.answer]\nstep"), "utf-8")
    made = shell("link", "new", "answer", "--to", "Ada", "--project", "here", "--json")
    assert made.json["served"] == "answer"

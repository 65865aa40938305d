"""`loomwork prompt` and `loomwork data`."""

import os
import subprocess

import pytest

from tests.cli.conftest import Shell

PROMPT = """---
description: Answer shortly
defaults:
  tone: kind
---
## system
Be {{ tone }}.

## user
{{ question }}
"""
ASKING = """
from loomwork import Prompt, model, step

reply = Prompt("prompts/reply.md")

@step
async def main(question: str) -> str:
    return await model("fast").ask(reply, question=question)
"""


@pytest.fixture
def asking(shell: Shell) -> Shell:
    shell.write("loomwork.toml", '[models.fast]\ndriver = "scripted"\n')
    shell.write("app.py", ASKING)
    shell.write("prompts/reply.md", PROMPT)
    shell.rows({"question": "why"}, {"question": "为什么"})
    return shell


def git(shell: Shell, *words: str) -> None:
    identity = ["-c", "user.name=A", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *identity, *words], cwd=shell.folder, check=True, capture_output=True, env=os.environ)


def test_prompts_are_listed_and_taken_apart(asking: Shell):
    listed = asking("prompt", "list", "--json").json["prompts"]
    assert [(each["name"], each["variables"]) for each in listed] == [("reply", ["question", "tone"])]
    shown = asking("prompt", "show", "reply", "--json").json
    assert shown["needed"] == ["question"]
    assert "## system" in asking("prompt", "show", "reply").out
    near = asking("prompt", "show", "repl", "--lang", "zh")
    assert near.code == 2
    assert "是否想用“reply”" in near.err


def test_a_broken_prompt_makes_the_list_fail(asking: Shell):
    asking.write("prompts/odd.md", "## user\n{{ x\n")
    assert asking("prompt", "list").code == 1


def test_two_versions_are_compared_word_by_word(asking: Shell):
    git(asking, "init", "-q")
    git(asking, "add", ".")
    git(asking, "commit", "-q", "-m", "first words")
    assert "no difference" in asking("prompt", "diff", "reply@HEAD").out
    asking.write("prompts/reply.md", PROMPT.replace("Be {{ tone }}.", "Be very {{ tone }}."))
    done = asking("prompt", "diff", "reply@HEAD")
    assert "Be {+very +}{{ tone }}." in done.out
    changes = asking("prompt", "diff", "reply@HEAD", "--json").json["changes"]
    assert [change["text"] for change in changes if change["op"] != "same"] == ["very "]


def test_the_history_joins_runs_and_commits(asking: Shell):
    git(asking, "init", "-q")
    git(asking, "add", ".")
    git(asking, "commit", "-q", "-m", "first words")
    first = asking("run", "app:main", "--data", "data.jsonl", "--json").json["run"]
    asking.write("prompts/reply.md", PROMPT.replace("kind", "brief"))
    second = asking("run", "app:main", "--data", "data.jsonl", "--json").json["run"]
    versions = asking("prompt", "history", "reply", "--json").json["versions"]
    assert [version["is_current"] for version in versions] == [True, False]
    assert [[use["run"] for use in version["uses"]] for version in versions] == [[second], [first]]
    assert versions[1]["commits"][0]["subject"] == "first words"
    told = asking("prompt", "history", "reply", "--lang", "zh", COLUMNS="120").out
    assert "（当前）" in told
    assert "first words" in told


def test_a_dataset_is_described(app: Shell):
    app.rows({"text": "a", "n": 1}, {"text": "b"})
    found = app("data", "show", "data.jsonl", "--json").json
    assert found["keys"] == [{"name": "text", "rows": 2, "types": ["str"]}, {"name": "n", "rows": 1, "types": ["int"]}]
    assert "2 rows" in app("data", "show", "data.jsonl").out


def test_every_bad_row_is_named_at_once(app: Shell):
    app.write("data.jsonl", '{"text": "a"}\n{"txt": "b"}\n[1]\nnope\n\n{"text": "c"}\n')
    done = app("data", "check", "data.jsonl", "--target", "app:main", "--json")
    assert done.code == 1
    assert [(each["line"], each["kind"]) for each in done.json["problems"]] == [
        (2, "RowLacks"), (3, "RowNotObject"), (4, "RowNotJson"),
    ]  # fmt: skip
    assert (done.json["rows"], done.json["bad"]) == (5, 3)
    chinese = app("data", "check", "data.jsonl", "--target", "app:main", "--lang", "zh")
    assert "data.jsonl 第 2 行：缺少 'text'；这一行有 txt" in chinese.out
    assert app("data", "check", "data.jsonl").code == 1

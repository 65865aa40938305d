"""`loomwork prompt` and `loomwork data`."""

import os
import subprocess
import sys

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
FILLING = """
from loomwork import Prompt, step

reply = Prompt("prompts/reply.md")

@step
async def main(question: str) -> str:
    return "\\n".join(message.text for message in reply.messages(question=question))
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


def test_versions_are_compared_without_git(asking: Shell):
    assert "no earlier version of reply is known" in asking("prompt", "diff", "reply").out
    asking("run", "app:main", "--data", "data.jsonl")
    first = asking("prompt", "list", "--json").json["prompts"][0]["version"]
    assert "没有已知的较早版本" in asking("prompt", "diff", "reply", "--lang", "zh").out
    asking.write("prompts/reply.md", PROMPT.replace("Be {{ tone }}.", "Be very {{ tone }}."))
    for words in (["reply"], [f"reply@{first[:12]}"], [f"reply@{first[:12]}", "reply"]):
        assert "Be {+very +}{{ tone }}." in asking("prompt", "diff", *words).out
    asking("run", "app:main", "--data", "data.jsonl")
    asking.write("prompts/reply.md", PROMPT.replace("Be {{ tone }}.", "Be quite {{ tone }}."))
    found = asking("prompt", "diff", "reply", "--json").json
    assert [change["text"] for change in found["changes"] if change["op"] != "same"] == ["very", "quite"]
    assert found["before"].startswith("reply@")
    assert asking("prompt", "show", f"reply@{first}", "--json").json["text"] == PROMPT
    near = asking("prompt", "diff", "reply@ffffffffffff")
    assert near.code == 2
    assert "no such version of reply is known, neither to git nor to a run that is kept" in near.err


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


def test_a_trace_is_replayed_with_another_prompt_and_what_differs_is_shown_line_by_line(asking: Shell):
    asking.write("app.py", FILLING)
    asking("run", "app:main", "--data", "data.jsonl", "--limit", "1")
    trace = asking("trace", "list", "--json").json["traces"][0]["trace"]
    asking.write("other.md", PROMPT.replace("Be", "Be very"))
    done = asking("replay", trace, "--set", "prompt:reply=other.md")
    assert done.code == 0
    assert "\n  - Be kind.\n  + Be very kind.\n" in done.out
    assert "\n    why\n" in done.out


def test_a_replay_refuses_a_prompt_and_a_file_that_are_not_there(asking: Shell):
    asking("run", "app:main", "--data", "data.jsonl", "--limit", "1")
    trace = asking("trace", "list", "--json").json["traces"][0]["trace"]
    unknown = asking("replay", trace, "--set", "prompt:reply2=app.py")
    assert unknown.code == 2
    assert "no prompt is called 'reply2' (did you mean 'reply'?)\n  → known here: reply" in unknown.err
    absent = asking("replay", trace, "--set", "prompt:reply=absent.md", "--json", "--lang", "zh")
    assert (absent.code, absent.json["error"]["kind"]) == (2, "NoSuchFile")
    assert "没有文件 absent.md" in absent.err


def test_an_empty_dataset_is_said_to_be_empty(app: Shell):
    app.write("data.jsonl", "\n")
    for language, words in (("en", "data.jsonl has no rows"), ("zh", "data.jsonl 里没有数据行")):
        for command in (["run", "app:main", "--data"], ["plan", "app:main", "--data"], ["data", "show"]):
            done = app(*command, "data.jsonl", "--lang", language)
            assert done.code == 0
            assert words in done.out + done.err
    assert app("run", "app:main", "--data", "data.jsonl", "--json").json["items"] == 0
    app.rows({"text": "a"})
    assert "has no rows" not in app("run", "app:main", "--data", "data.jsonl", "--limit", "0").err


def test_a_dataset_may_begin_with_a_byte_order_mark(app: Shell):
    (app.folder / "data.jsonl").write_bytes(b"\xef\xbb\xbf" + '{"text": "为什么"}\n'.encode())
    done = app("run", "app:main", "--data", "data.jsonl", "--json")
    assert (done.code, done.json["ok"]) == (0, 1)
    assert app("data", "check", "data.jsonl", "--target", "app:main").code == 0


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("rows.csv", 'text,n\na,1\n"b, c",2\n', "DataIsTable"),
        ("rows.tsv", "text\tn\na\t1\nb, c\t2\n", "DataIsTable"),
        ("rows.json", '[{"text": "a"},\n {"text": "b, c"}]', "DataIsArray"),
    ],
)
def test_a_dataset_in_another_format_says_how_to_convert_it(app: Shell, name: str, content: str, kind: str):
    app.write(name, content)
    done = app("run", "app:main", "--data", name, "--json")
    assert (done.code, done.json["error"]["kind"]) == (2, kind)
    assert app("data", "check", name, "--lang", "zh").code == 2
    command = done.json["error"]["todo"].removeprefix("convert it: ")
    written = "rows.jsonl"
    if command.startswith("loomwork "):
        written = app(*command.split()[1:], "--json").json["path"]
    else:
        subprocess.run(command.replace("python", sys.executable, 1), shell=True, cwd=app.folder, check=True)
    found = app("run", "app:main", "--data", written, "--out", "out.jsonl", "--json")
    assert (found.code, found.json["ok"]) == (0, 2)
    assert "B, C!" in (app.folder / "out.jsonl").read_text()


def test_a_spreadsheet_is_refused(app: Shell):
    app.write("rows.xlsx", "PK")
    assert app("plan", "app:main", "--data", "rows.xlsx", "--json").json["error"]["kind"] == "DataIsSheet"

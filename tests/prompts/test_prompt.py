import os
from pathlib import Path

import pytest

from loomwork.kernel.canonical import digest
from loomwork.kernel.errors.prompts import (
    BadExample,
    BadFrontMatter,
    MissingVariables,
    PromptNotFound,
    PromptUnreadable,
    TemplateSyntax,
)
from loomwork.prompts import Example, Prompt, describe_use

REPLY = """\
---
description: Reply to a customer
defaults:
  tone: kind
params:
  temperature: 0
  stop: [END]
examples:
  - question: Hi
    output: Hello!
---
## system
Be {{ tone }}.
## user
{{ question }}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "loomwork.toml").write_text("")
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "reply.md").write_text(REPLY)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def said(prompt: Prompt, **values: object) -> list[tuple[str, str]]:
    return [(message.role, message.text) for message in prompt.messages(**values)]


def test_a_prompt_file_becomes_a_conversation(project: Path):
    assert said(Prompt("prompts/reply.md"), question="Why?") == [
        ("system", "Be kind."),
        ("user", "Hi"),
        ("assistant", "Hello!"),
        ("user", "Why?"),
    ]


def test_a_prompt_is_found_from_the_file_that_names_it_not_from_where_one_stands(
    project: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
):
    folder = project / "deep" / "er"
    folder.mkdir(parents=True)
    (folder / "app.py").write_text("from loomwork.prompts import Prompt\nreply = Prompt('prompts/reply.md')\n")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    scope: dict[str, Prompt] = {}
    exec(compile((folder / "app.py").read_text(), str(folder / "app.py"), "exec"), scope)
    assert scope["reply"].path == project / "prompts" / "reply.md"
    assert scope["reply"].variables == {"tone", "question"}


def test_nothing_is_read_before_it_is_used(project: Path):
    prompt = Prompt("prompts/none.md")
    with pytest.raises(PromptNotFound, match=r"prompts/none\.md"):
        prompt.source()


def test_a_missing_file_names_the_nearest_one(project: Path):
    with pytest.raises(PromptNotFound, match=r"there is reply\.md"):
        Prompt("prompts/repyl.md").source()


def test_a_file_that_is_no_text_is_a_clear_error(project: Path):
    (project / "prompts" / "reply.md").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(PromptUnreadable, match=r"UTF-8"):
        Prompt("prompts/reply.md").source()


def test_a_changed_file_is_read_again_and_is_another_version(project: Path):
    prompt = Prompt("prompts/reply.md")
    before = prompt.version
    path = project / "prompts" / "reply.md"
    path.write_text(REPLY.replace("Be ", "Always be "))
    assert said(prompt, question="?")[0] == ("system", "Always be kind.")
    assert prompt.version != before
    path.write_text(REPLY)
    assert prompt.version == before


def test_a_change_within_one_clock_tick_is_seen_by_its_size(project: Path):
    prompt, path = Prompt("prompts/reply.md"), project / "prompts" / "reply.md"
    stamp = path.stat().st_mtime_ns
    prompt.source()
    path.write_text(REPLY + "\nmore")
    os.utime(path, ns=(stamp, stamp))
    assert said(prompt, question="?")[-1][1].endswith("more")


def test_a_change_of_the_same_size_right_after_reading_is_seen(project: Path):
    prompt, path = Prompt("prompts/reply.md"), project / "prompts" / "reply.md"
    for word in ("kind", "calm", "firm", "warm"):
        path.write_text(REPLY.replace("tone: kind", f"tone: {word}"))
        assert said(prompt, question="?")[0] == ("system", f"Be {word}.")


def test_line_ends_do_not_make_a_version(project: Path):
    before = Prompt("prompts/reply.md").version
    (project / "prompts" / "reply.md").write_bytes(REPLY.replace("\n", "\r\n").encode())
    assert Prompt("prompts/reply.md").version == before


def test_every_missing_variable_is_named_at_once_with_what_was_probably_meant():
    prompt = Prompt.inline("{{ question }} {{ passages }} {{ tone }}")
    with pytest.raises(MissingVariables) as caught:
        prompt.messages(questoin=1, tone=2)
    text = str(caught.value)
    assert "'passages', 'question'" in text
    assert "'questoin' (did you mean 'question'?)" in text
    assert "passages=..., question=..." in text


def test_a_variable_with_the_name_of_an_option_of_ask_is_explained():
    with pytest.raises(MissingVariables, match="ask keeps tools for itself: rename the variable"):
        Prompt.inline("{{ tools }}").messages()


def test_errors_inside_a_file_name_the_line_of_the_file(project: Path):
    path = project / "prompts" / "reply.md"
    path.write_text("---\ndescription: x\n---\n## system\nfine\n## user\n\n{{ a b }}\n")
    with pytest.raises(TemplateSyntax, match=r"prompts/reply\.md:8:"):
        Prompt("prompts/reply.md").source()
    path.write_text("---\na: b: c\n---\n")
    with pytest.raises(BadFrontMatter, match=r"prompts/reply\.md:2:"):
        Prompt("prompts/reply.md").source()
    path.write_text("---\ndescription: x\n")
    with pytest.raises(BadFrontMatter, match="not closed"):
        Prompt("prompts/reply.md").source()


def test_examples_can_lie_in_a_file_beside_the_prompt(project: Path):
    path = project / "prompts" / "reply.md"
    path.write_text("---\nexamples: cases.jsonl\n---\n{{ q }}")
    cases = project / "prompts" / "cases.jsonl"
    cases.write_text('{"q": "1+1", "output": 2}\n\n{"q": "tag", "output": {"a": "é"}}\n')
    prompt = Prompt("prompts/reply.md")
    assert said(prompt, q="?")[:4] == [
        ("user", "1+1"),
        ("assistant", "2"),
        ("user", "tag"),
        ("assistant", '{"a": "é"}'),
    ]
    before = prompt.version
    cases.write_text('{"q": "1+1", "output": 3}\n')
    assert said(prompt, q="?")[1] == ("assistant", "3")
    assert prompt.version != before


@pytest.mark.parametrize(
    ("line", "says"),
    [("{bad", "is no JSON"), ('{"q": 1}', "has no output"), ("[1]", "is not an object")],
)
def test_a_bad_example_names_its_file_and_line(project: Path, line: str, says: str):
    (project / "prompts" / "reply.md").write_text("---\nexamples: cases.jsonl\n---\n{{ q }}")
    (project / "prompts" / "cases.jsonl").write_text('{"q": 1, "output": 2}\n' + line + "\n")
    with pytest.raises(BadExample, match=rf"cases\.jsonl:2: .*{says}"):
        Prompt("prompts/reply.md").source()


def test_an_example_that_lacks_a_variable_says_which(project: Path):
    prompt = Prompt("prompts/reply.md").with_examples([{"other": 1, "output": "x"}])
    with pytest.raises(BadExample, match="gives no question"):
        prompt.messages(question="?")


def test_a_copy_leaves_the_prompt_as_it_was(project: Path):
    prompt = Prompt("prompts/reply.md")
    copy = prompt.with_examples([]).with_defaults(tone="short").with_suffix("Use {{ braces }}.")
    assert said(copy, question="?") == [("system", "Be short."), ("user", "?\n\nUse {{ braces }}.")]
    assert len(said(prompt, question="?")) == 4
    assert copy != prompt
    assert copy.name == prompt.name


def test_the_fingerprint_is_the_path_in_the_project_and_the_changes(project: Path, tmp_path_factory, monkeypatch):
    prompt = Prompt("prompts/reply.md")
    before = digest(prompt)
    (project / "prompts" / "reply.md").write_text("other")
    assert digest(prompt) == before, "the content is observed, not fingerprinted"
    assert digest(prompt.with_suffix("x")) != before
    assert digest(prompt.with_examples([{"question": 1, "output": 2}])) != before
    moved = tmp_path_factory.mktemp("moved")
    (moved / "loomwork.toml").write_text("")
    monkeypatch.chdir(moved)
    assert digest(Prompt("prompts/reply.md")) == before
    assert digest(Prompt.inline("a")) != digest(Prompt.inline("b"))


def test_a_place_in_a_file_is_no_part_of_what_an_example_says():
    one = Example(variables={"q": 1}, output=2, place="a:1")
    assert digest(one) == digest(Example(variables={"q": 1}, output=2, place="b:9"))


def test_what_span_attributes_say(project: Path):
    prompt = Prompt("prompts/reply.md")
    assert describe_use(prompt) == {"loomwork.prompt.name": "reply", "loomwork.prompt.version": prompt.version}

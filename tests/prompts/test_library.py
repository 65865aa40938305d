import subprocess
from pathlib import Path

import pytest

from loomwork.kernel.errors.workspace import NoSuchPrompt
from loomwork.prompts.git import commits, text_at
from loomwork.prompts.library import diff, list_prompts, show
from loomwork.prompts.words import word_diff

REPLY = "---\ndescription: Reply\ndefaults:\n  tone: kind\n---\n## system\nBe {{ tone }}.\n## user\n{{ q }}\n"


def git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@x.y", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    (tmp_path / "loomwork.toml").write_text("")
    (tmp_path / "prompts" / "mail").mkdir(parents=True)
    (tmp_path / "prompts" / "reply.md").write_text(REPLY)
    (tmp_path / "prompts" / "mail" / "bad.md").write_text("{% if %}")
    return tmp_path


def commit(project: Path, text: str, subject: str) -> None:
    (project / "prompts" / "reply.md").write_text(text)
    git(project, "add", "prompts/reply.md")
    git(project, "commit", "-q", "-m", subject)


def test_every_prompt_is_listed_and_a_broken_one_says_why(project: Path):
    bad, reply = list_prompts(project)
    assert (reply.name, reply.path, reply.variables, reply.description) == (
        "reply",
        "prompts/reply.md",
        ("q", "tone"),
        "Reply",
    )
    assert len(reply.version) == 40
    assert bad.name == "mail/bad"
    assert "prompts/mail/bad.md:1" in str(bad.error)


def test_a_prompt_is_shown_taken_apart(project: Path):
    shown = show(project, "reply")
    assert shown.needed == ("q",)
    assert shown.sections == (("system", "Be {{ tone }}."), ("user", "{{ q }}"))
    assert shown.text == REPLY
    assert show(project, "prompts/reply.md") == shown


def test_an_unknown_prompt_names_the_nearest(project: Path):
    with pytest.raises(NoSuchPrompt, match="did you mean 'reply'"):
        show(project, "repyl")


def test_earlier_versions_come_from_git_by_content_hash_or_revision(project: Path):
    git(project, "init", "-q")
    commit(project, REPLY, "first")
    first = show(project, "reply").version
    commit(project, REPLY.replace("Be", "Always be"), "second")
    assert show(project, f"reply@{first[:8]}").text == REPLY
    assert show(project, "reply@HEAD~1").version == first
    assert show(project, "reply@HEAD").text == show(project, "reply").text
    changes = [
        (change.op, change.text) for change in diff(project, f"reply@{first[:12]}", "reply") if change.op != "same"
    ]
    assert changes == [("removed", "Be"), ("added", "Always be")]
    with pytest.raises(NoSuchPrompt, match="no such version"):
        show(project, "reply@nowhere")


def test_without_git_there_is_no_past_and_no_error(project: Path, monkeypatch: pytest.MonkeyPatch):
    path = project / "prompts" / "reply.md"
    assert commits(path) == []
    assert text_at(path, "HEAD") is None
    monkeypatch.setenv("PATH", "")
    assert commits(path) == []


@pytest.mark.parametrize(
    ("before", "after", "changes"),
    [
        ("a b", "a b", [("same", "a b")]),
        ("", "a", [("added", "a")]),
        ("请简短回答", "请礼貌地回答", [("same", "请"), ("removed", "简短"), ("added", "礼貌地"), ("same", "回答")]),
        ("one two three", "one 2 three", [("same", "one "), ("removed", "two"), ("added", "2"), ("same", " three")]),
    ],
)
def test_texts_are_compared_word_by_word(before: str, after: str, changes: list[tuple[str, str]]):
    assert [(change.op, change.text) for change in word_diff(before, after)] == changes

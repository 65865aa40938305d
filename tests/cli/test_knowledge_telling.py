"""What the knowledge commands tell of themselves: what changed, where a build stands, whose mistake it is."""

import threading

import pytest

from loomwork.cli import building
from loomwork.cli.building import Lines, build_bar, names_text
from loomwork.cli.session import Session
from loomwork.knowledge.ingest import Progress
from tests.cli.conftest import Shell

SETTINGS = """
[knowledge.handbook]
sources = ["docs/"]
embedder = "none"
"""
ACL = """
def readers(doc, metadata):
    return "everyone"

staff = ["sam"]
"""


@pytest.fixture
def docs(shell: Shell) -> Shell:
    shell.write("loomwork.toml", SETTINGS)
    shell.write("docs/guide.md", "# Backup\n\nThe database is saved daily at two.\n")
    shell.write("docs/leave.md", "# Leave\n\nEveryone has twenty days of leave.\n")
    built = shell("knowledge", "build", "handbook")
    assert built.code == 0, built.err
    assert "new:" not in built.err, "all are new in a first build"
    return shell


def test_a_build_names_what_is_new_changed_and_removed(docs: Shell):
    docs.write("docs/guide.md", "# Backup\n\nThe database is saved daily at three.\n")
    (docs.folder / "docs/leave.md").unlink()
    for number in range(12):
        docs.write(f"docs/page{number:02}.md", f"This is page {number}.\n")
    told = docs("knowledge", "build", "handbook")
    assert told.out == ""
    listed = ", ".join(f"page{number:02}.md" for number in range(10))
    assert f"  new: {listed} and 2 more\n  changed: guide.md\n  removed: leave.md\n" in told.err
    again = docs("knowledge", "build", "handbook", "--lang", "zh").err
    assert "新增" not in again.replace("新增 0", "")


def a_session(lang: str = "en") -> Session:
    return Session(project=None, store=None, lang=lang, json=True, debug=False)


def standing() -> Progress:
    return Progress(files=3, of=1200, chunks=90, embedded=40, elapsed_s=2.0, position=300.0)


def test_a_build_without_a_terminal_says_where_it_stands_on_standard_error(capsys: pytest.CaptureFixture[str]):
    lines = Lines(a_session(), "handbook")
    lines.say()
    lines.tell(standing())
    lines.say()
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "handbook: looking at the sources\nhandbook: 300 of 1,200 files, 90 chunks, 20/s embedded\n"
    Lines(a_session("zh"), "handbook").say()
    assert capsys.readouterr().err == "handbook：正在查看来源\n"


def test_the_lines_come_while_the_build_is_busy_and_end_with_it(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(building, "EVERY_S", 0.001)
    session, told = a_session(), threading.Event()
    monkeypatch.setattr(session, "say", lambda key, **fields: told.set())
    with build_bar(session, "handbook"):
        assert told.wait(30)
    assert "loomwork-build-lines" not in [thread.name for thread in threading.enumerate()]


def test_names_beyond_the_first_few_are_counted():
    assert names_text(a_session(), ["a", "b"]) == "a, b"
    assert names_text(a_session(), [str(number) for number in range(12)]).endswith("8, 9 and 2 more")


def test_an_empty_file_is_told_as_one(docs: Shell):
    docs.write("docs/empty.md", "")
    assert (
        "empty.md: the document is empty (0 bytes): write something in it" in docs("knowledge", "build", "handbook").err
    )
    assert "empty.md：文档是空的（0 字节）" in docs("knowledge", "status", "handbook", "--lang", "zh").out


def test_a_row_is_told_of_its_column_and_a_file_of_its_front_matter(docs: Shell):
    docs.write("rows.jsonl", '{"id": "q1", "text": "The canteen opens at eight."}\n')
    docs.write("loomwork.toml", SETTINGS.replace("docs/", "rows.jsonl") + 'readers = {column = "acl"}\n')
    told = docs("knowledge", "build", "handbook").err
    assert "q1: nothing says who may read the document, so nobody may (its row has no 'acl')" in told
    assert "fill the column 'acl' of its row" in told
    assert ".readers" not in told
    assert "请填写该行的“acl”列" in docs("knowledge", "status", "handbook", "--lang", "zh").out
    docs.write("loomwork.toml", SETTINGS + 'readers = {front_matter = "audience"}\n')
    assert "write `audience` into its front matter" in docs("knowledge", "build", "handbook").err


@pytest.mark.parametrize(
    ("named", "near"),
    [("rules:nofunc", ""), ("rules:reader", " (did you mean 'readers'?)"), ("nomodule:x", ""), ("rules:staff", "")],
)
def test_a_function_of_readers_that_is_not_there_is_told_as_one(docs: Shell, named: str, near: str):
    docs.write("rules.py", ACL)
    docs.write("loomwork.toml", SETTINGS + f'readers = "{named}"\n')
    told = docs("knowledge", "build", "handbook").err
    assert f"`readers` in loomwork.toml names a function that is not there: '{named}'{near}" in told
    assert "is not a step" not in told


def test_a_document_that_is_not_there_is_told_with_one_of_nearly_its_name(docs: Shell):
    assert "did you mean" not in docs("knowledge", "remove", "handbook", "nosuch.md", "--yes").err
    assert "did you mean 'guide.md'?" in docs("knowledge", "remove", "handbook", "old/guied.md", "--yes").err


def test_a_dry_run_says_that_nothing_was_removed(docs: Shell):
    assert docs("knowledge", "remove", "handbook", "guide.md", "--dry-run").err.endswith(
        "nothing was removed (--dry-run)\n"
    )
    assert docs("knowledge", "remove", "handbook", "--dry-run", "--lang", "zh").err.endswith(
        "什么都没有移除（--dry-run）\n"
    )


def test_the_newer_version_says_that_it_was_put_before_the_older_one(docs: Shell):
    docs.write("docs/leave-2020.md", "Leave leave leave: everyone has twenty days of leave.\n")
    newer = "---\nsupersedes: leave-2020.md\n---\nNobody asks why everyone who works here has thirty days of leave.\n"
    docs.write("docs/leave-2024.md", newer)
    (docs.folder / "docs/leave.md").unlink()
    docs("knowledge", "build", "handbook")
    assert (
        "put before leave-2020.md, which it replaces" in docs("knowledge", "search", "handbook", "leave", "-k", "1").out
    )
    asked = docs("knowledge", "ask", "handbook", "How many days of leave has everyone?", "--lang", "zh")
    assert "leave-2024.md：排在被它取代的 leave-2020.md 之前" in asked.out


@pytest.mark.parametrize("option", [["--as", ""], ["--as", " "], ["--as", "ada", "--group", ""]])
def test_a_name_that_is_empty_is_nobodys(docs: Shell, option: list[str]):
    told = docs("knowledge", "search", "handbook", "leave", *option)
    assert told.code == 2
    assert f"{option[-2]} names nobody" in told.err


def test_doctor_counts_the_documents_that_could_not_be_read(docs: Shell):
    docs.write("docs/empty.md", "")
    docs.write("docs/later.md", "---\neffective: 2030\n---\nFrom then on.\n")
    docs("knowledge", "build", "handbook")
    checks = docs("doctor", "--json").json["checks"]
    assert [(each["status"], each["what"]) for each in checks if each["subject"] == "knowledge"] == [
        ("ok", "handbook: 3 documents, 3 chunks"),
        ("warning", "handbook: 1 document could not be read"),
        ("warning", "handbook: 1 document with something to be looked at"),
    ]
    assert "`loomwork knowledge status handbook` 会逐一说明问题" in docs("doctor", "--lang", "zh").out

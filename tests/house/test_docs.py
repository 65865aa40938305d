"""The command reference is up to date, and what documents show runs."""

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_tool", ROOT / "tools" / "docs.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


DOCS = tool()
WITH_EXAMPLES = [path for path in DOCS.documents() if DOCS.blocks(path.read_text("utf-8"))]


def test_the_command_reference_is_up_to_date():
    assert DOCS.stale() == []


def test_the_command_reference_holds_every_command_in_both_languages():
    for name in DOCS.PAGES.values():
        text = (ROOT / name).read_text("utf-8")
        assert [path for path in DOCS.commands() if f"\n## loomwork {path}\n" not in text] == []


@pytest.mark.parametrize("path", WITH_EXAMPLES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_what_a_document_shows_runs(path: Path):
    assert DOCS.run_examples(path) == []


def test_an_example_is_run_and_what_it_shows_is_compared(tmp_path: Path):
    page = tmp_path / "page.md"
    page.write_text(
        "<!-- file: a/b.txt -->\n```\nhello\n```\n\n"
        "<!-- run -->\n```console\n$ cat a/b.txt\nhe...o\n$ echo  two   words\ntwo words\n```\n"
        "```console\n$ false\n```\n<!-- run: exit 1 -->\n```console\n$ false\n```\n"
    )
    assert DOCS.run_examples(page) == []
    page.write_text("<!-- run -->\n```console\n$ echo hello\ngoodbye\n```\n")
    assert "do not print" in DOCS.run_examples(page)[0]
    page.write_text("text\n\n<!-- run -->\n```console\n$ exit 3\n```\n")
    assert DOCS.run_examples(page)[0].startswith("page.md:3: `exit 3` ended with 3, not 0")

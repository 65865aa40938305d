"""Both languages hold the same sentences with the same fields, and nothing asks for one that is not there."""

import ast
import importlib
import json
import pkgutil
import re
import shlex
import string
from collections.abc import Iterator
from pathlib import Path

import pytest

import loomwork.cli
import loomwork.telling
import loomwork.testing
from loomwork.cli.helping import describe, examples_of, wrapped
from loomwork.cli.paper import Paper
from loomwork.cli.tree import COMMANDS, find, load
from loomwork.gateway.caching.warming import read_file
from loomwork.kernel import errors
from loomwork.kernel.errors.flow import NoSuchName
from loomwork.kernel.errors.phrases import Phrase, nearest
from loomwork.kernel.errors.warming import WarmLineWrong
from loomwork.telling.words import LOCALES, Words, cells, choose_language, padded

ENGLISH = json.loads((LOCALES / "en.json").read_text("utf-8"))
CHINESE = json.loads((LOCALES / "zh.json").read_text("utf-8"))
PHRASES = json.loads((LOCALES / "phrases.zh.json").read_text("utf-8"))
HAN = re.compile(r"[\u4e00-\u9fff]")
SAME_IN_BOTH = {
    "case.row.value", "case.said", "doctor.subject.python", "doctor.packages_todo", "error.todo", "eval.low_trace",
    "knowledge.problem",
    "knowledge.row", "plan.reason", "status.unset", "table.a", "table.alpha", "table.b", "table.delta", "table.kappa",
    "table.p", "table.p5",
}  # fmt: skip
"""Words without a Chinese character."""
COMPUTED = (
    "blame.note.", "case.", "cause.", "compare.", "demo.", "docs.", "doctor.subject.", "help.", "init.",
    "key.active", "key.expired", "key.revoked", "kind.", "leak.",
    "model.found.", "model.key.", "release.", "replay.", "review.why_", "status.", "stopped.", "store.", "table.",
    "verdict.",
)  # fmt: skip
"""Beginnings of keys that are put together, or asked for by `make docs`."""
SOURCES = sorted(
    path for part in (loomwork.cli, loomwork.telling, loomwork.testing) for path in Path(part.__path__[0]).rglob("*.py")
)


def fields(template: str) -> list[str]:
    return sorted(name for _, name, _, _ in string.Formatter().parse(template) if name)


def commands(table: dict[str, object] = COMMANDS, path: str = "") -> Iterator[str]:
    for name, below in table.items():
        if isinstance(below, dict):
            yield from commands(below, f"{path} {name}".strip())
        else:
            yield f"{path} {name}".strip()


def phrases() -> dict[str, type[Phrase]]:
    found: dict[str, type[Phrase]] = {}
    for module in pkgutil.iter_modules(errors.__path__, f"{errors.__name__}."):
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, type) and issubclass(thing, Phrase) and thing is not Phrase:
                found[thing.__name__] = thing
    return found


def test_both_languages_hold_the_same_sentences_with_the_same_fields():
    assert sorted(ENGLISH) == sorted(CHINESE)
    assert [key for key in ENGLISH if fields(ENGLISH[key]) != fields(CHINESE[key])] == []


def test_every_chinese_sentence_is_chinese():
    assert [key for key, text in CHINESE.items() if not HAN.search(text) and key not in SAME_IN_BOTH] == []
    assert [key for key, text in ENGLISH.items() if HAN.search(text)] == []


def test_every_clause_of_an_error_is_told_in_chinese_with_the_same_fields():
    known = phrases()
    assert sorted(known) == sorted(PHRASES)
    assert [name for name, phrase in known.items() if fields(phrase.text) != fields(PHRASES[name])] == []


def test_every_sentence_that_a_command_asks_for_is_there():
    asked: set[str] = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args:
                name = getattr(node.func, "attr", getattr(node.func, "id", ""))
                first = node.args[0]
                if name in ("words", "say", "show", "_words") and isinstance(first, ast.Constant):
                    asked.add(str(first.value))
            if isinstance(node, ast.keyword) and node.arg == "help" and isinstance(node.value, ast.Constant):
                asked.add(str(node.value.value))
    assert sorted(key for key in asked if "." in key and key not in ENGLISH) == []


def test_no_sentence_is_left_that_nothing_asks_for():
    source = "".join(path.read_text("utf-8") for path in SOURCES)
    asked = {key for key in ENGLISH if f'"{key}"' in source or f"'{key}'" in source}
    assert sorted(key for key in ENGLISH if key not in asked and not key.startswith(COMPUTED)) == []


@pytest.mark.parametrize("path", sorted(commands()))
@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("width", [60, 80])
def test_the_help_of_every_command_is_whole_and_fits(path: str, language: str, width: int):
    words = Words(choose_language(["--lang", language]))
    command = load(words, find(path.split()))
    lines = describe(command, words, path, width=width).splitlines()
    examples = {f"  {each}" for each in examples_of(path)}
    assert max(cells(line) for line in lines[1:] if line not in examples) <= width
    assert all(text.startswith("option.") and text in ENGLISH for each in command.params if (text := each.help))
    assert not any("option." in line for line in lines)


def test_every_example_is_a_command_line_that_its_command_takes():
    words = Words("en")
    shown = json.loads((LOCALES / "examples.json").read_text("utf-8"))
    assert set(shown) <= set(commands())
    for path, lines in shown.items():
        for line in lines:
            wanted = find(shlex.split(line.removeprefix("loomwork ")))
            assert wanted.path == path
            load(words, wanted).make_context("loomwork", list(wanted.rest))


def test_text_is_wrapped_by_columns_and_never_before_closing_punctuation():
    text = "预演：花钱之前说明会运行什么、为什么、要花多少，然后再决定。"
    for width in range(12, 40):
        lines = wrapped(text, width)
        assert "".join(lines) == text
        assert all(cells(line) <= width + 2 for line in lines)
        assert not any(line.startswith(("，", "。", "、", "：")) for line in lines)


def test_columns_are_counted_as_a_terminal_does():
    from rich.cells import cell_len

    for text in ("abc", "步骤", "a步b骤", "é", "e\u0301", "…", "█▏", "“引号”", "，。", "→"):
        assert cells(text) == cell_len(text), text
    assert cells(padded("步骤", 9)) == 9


def test_a_clause_inside_an_error_is_told_in_the_same_language():
    error = NoSuchName(target="app:mian", module="app", name="mian", near=nearest("mian", ["main"]))
    assert Words("en").error(error)[0] == "'app:mian' is not a step ('app' has no 'mian') (did you mean 'main'?)"
    assert Words("zh").error(error)[0] == "“app:mian”不是步骤（“app”里没有“mian”）（是否想用“main”？）"


def test_a_stream_that_cannot_say_a_word_shows_a_mark(tmp_path: Path):
    with (tmp_path / "out").open("w", encoding="ascii") as stream:
        Paper(stream).print("步骤 ✓")
    assert (tmp_path / "out").read_text("ascii") == "?? ?\n"


def test_what_a_limit_of_a_document_counts_is_told_in_chinese():
    folder = Path(loomwork.telling.__file__).parents[1] / "knowledge/parsing"
    code = "".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    units = {*re.findall(r'unit="([^"]+)"', code), *re.findall(r'_hold\(.*, "([^"]+)", "\w+"\)', code)}
    assert {"bytes", "pages", "table cells", "attachments"} <= units
    for unit in units:
        told, _ = Words("zh").error(errors.knowledge.DocumentTooLarge(limit=7, unit=unit, setting="bytes"))
        assert not re.search("[a-z]", told), told


@pytest.mark.parametrize(
    "line", [b'{"ask": 3, "question": "?"}', b'{"path": "/v1/models"}', b'{"path": "/v1/messages", "body": 1}', b"{}"]
)
def test_what_is_wrong_with_a_line_to_be_warmed_is_told_in_chinese(tmp_path: Path, line: bytes):
    (tmp_path / "faq.jsonl").write_bytes(line)
    with pytest.raises(WarmLineWrong) as caught:
        read_file(tmp_path / "faq.jsonl")
    told, _ = Words("zh").error(caught.value)
    assert HAN.search(told.partition("行：")[2]), told
    assert "原文" not in told

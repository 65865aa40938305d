"""One Chinese word for one thing: the glossary is data, and no other word stands for the same thing anywhere."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "src" / "loomwork" / "telling" / "locales"
GLOSSARY: list[dict[str, Any]] = json.loads((LOCALES / "glossary.json").read_text("utf-8"))
CHINESE = json.loads((LOCALES / "zh.json").read_text("utf-8"))
FIXED = {
    "step": "步骤", "run": "运行", "plan": "预演", "why": "重跑原因", "replay": "回放", "memo": "结果缓存",
    "trace": "调用链", "case": "问题单", "guard": "护栏", "knowledge": "知识库",
}  # fmt: skip


def chinese_texts() -> list[Path]:
    """Return the Chinese files of the project: locales, templates, documents."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    return [
        ROOT / name
        for name in listed
        if (name.endswith((".zh.json", ".zh-CN.md", "locales/zh.json")) or "/templates/zh/" in name)
        and (ROOT / name).is_file()
    ]


def test_the_fixed_terms_are_in_the_glossary():
    assert {term["en"]: term["zh"] for term in GLOSSARY}.items() >= FIXED.items()


@pytest.mark.parametrize("term", [term for term in GLOSSARY if term["command"]], ids=lambda term: term["en"])
def test_a_command_is_described_by_its_term(term: dict[str, Any]):
    assert term["zh"] in CHINESE[f"help.{term['command']}"]


def test_there_are_chinese_texts_to_look_at():
    names = {path.name for path in chinese_texts()}
    assert {"zh.json", "flow.zh.json", "phrases.zh.json", "app.py", "cli.zh-CN.md"} <= names


@pytest.mark.parametrize("path", chinese_texts(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_no_other_word_stands_for_a_term(path: Path):
    text = path.read_text("utf-8")
    assert [(wrong, term["zh"]) for term in GLOSSARY for wrong in term["not"] if wrong in text] == []

"""Every sentence that a scorer gives as its reason is known in Chinese."""

import ast
import json
import re
from importlib.resources import files
from pathlib import Path

import pytest

from loomwork.evals import scorers
from loomwork.evals.scorers.reasons import in_language

FOLDER = Path(scorers.__file__).parent
HELD: dict[str, str] = json.loads(files(scorers).joinpath("data", "reasons.zh.json").read_text("utf-8"))
HAN = re.compile("[\u4e00-\u9fff]")


def sentences(tree: ast.AST) -> list[str]:
    """Texts with a space or more than one word that are given to `Score(reason=...)`, returned, or made a `Result`."""
    found: list[str] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("Score", "_Read", "Result"):
            given = [each.value for each in node.keywords if each.arg == "reason"] + node.args
            found += [text for each in given for text in texts(each)]
        elif isinstance(node, ast.Assign) and any(getattr(each, "id", "") == "reason" for each in node.targets):
            found += texts(node.value)
    return found


def texts(node: ast.expr) -> list[str]:
    match node:
        case ast.Constant(value=str(text)):
            return [text] if " " in text else []
        case ast.JoinedStr(values=values):
            made = "".join(str(each.value) if isinstance(each, ast.Constant) else "7" for each in values)
            return [made] if re.search("[a-z]{2} ", made) else []
        case ast.IfExp(body=body, orelse=other):
            return texts(body) + texts(other)
        case ast.Subscript(value=value):
            return texts(value)
        case _:
            return []


FOUND = sorted({text for path in FOLDER.glob("*.py") for text in sentences(ast.parse(path.read_text("utf-8")))})


def test_the_sentences_are_found_where_they_are_made():
    assert len(FOUND) > 25
    assert "there is no number in it" in FOUND


@pytest.mark.parametrize("text", FOUND)
def test_a_reason_is_known_in_chinese(text: str):
    told = in_language(text, "zh")
    assert told != text
    assert HAN.search(told)


def test_both_sentences_have_the_same_fields():
    for english, chinese in HELD.items():
        assert sorted(re.findall(r"\{\w+\}", english)) == sorted(re.findall(r"\{\w+\}", chinese))


def test_english_and_what_a_judge_said_stay_as_they_are():
    assert in_language("there is no text", "en") == "there is no text"
    assert in_language("It says when.", "zh") == "It says when."
    assert in_language("", "zh") == ""

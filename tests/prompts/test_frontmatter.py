import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.kernel.errors.prompts import BadFrontMatter, BadPromptField
from loomwork.prompts.fields import read_fields
from loomwork.prompts.frontmatter import read_front_matter

EVERYTHING = """\
# a comment
description: Answer kindly, in one line
temperature: 0.2   # low
stop: [a, "b c", 'd''e', -1, {x: 1, "y": [2]}]
empty:
schema:
  type: object
  properties:
    answer: {type: string,
      minLength: 1}
  required: [answer]
examples:
- question: What is it?
  answer: |
    Line one
      indented

    Line: three
- question: "中文 \\u95ee题"
  answer: >-
    folded
    text

    para
url: http://x.y/z
"""


def read(text: str):
    return read_front_matter(text, file="p.md").plain()


def test_the_subset_of_yaml_that_prompts_need_is_read():
    assert read(EVERYTHING) == {
        "description": "Answer kindly, in one line",
        "temperature": 0.2,
        "stop": ["a", "b c", "d'e", -1, {"x": 1, "y": [2]}],
        "empty": None,
        "schema": {
            "type": "object",
            "properties": {"answer": {"type": "string", "minLength": 1}},
            "required": ["answer"],
        },
        "examples": [
            {"question": "What is it?", "answer": "Line one\n  indented\n\nLine: three\n"},
            {"question": "中文 问题", "answer": "folded text\npara"},
        ],
        "url": "http://x.y/z",
    }


def test_every_value_knows_its_line():
    node: Any = read_front_matter(EVERYTHING, file="p.md", first_line=2)
    schema = node.value["schema"]
    assert (schema.line, schema.value["required"].line) == (7, 12)
    assert node.value["examples"].value[1].line == 20


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: b: c", 2, "colon"),
        ("a: no", 2, "different readers"),
        ("x: 1\na: 012", 3, "different readers"),
        ("a: 1:30", 2, "different readers"),
        ("a: 1e3", 2, "different readers"),
        ("a:\n\tb: 1", 3, "tab"),
        ("a: 1\nb: 2\na: 2", 4, "twice"),
        ("a: [1, 2", 2, "bracket|comma"),
        ("a: 'x", 2, "quote"),
        ("a: &x 1", 2, "begin with '&'"),
        ("a: !!str 1", 2, "begin with '!'"),
        ("- a", 2, "list item"),
        ("a: 1\n  b: 2", 3, "indented"),
        ("a:\n  b: 1\n c: 2", 4, "indented"),
        (" a: 1", 2, "indented"),
        ("just text", 2, "name: value"),
        ("a: {b: 1} c", 2, "behind the closing"),
        ('a: "\\x41"', 2, "escape"),
    ],
)
def test_what_yaml_readers_disagree_about_is_refused_with_its_line(text: str, line: int, says: str):
    with pytest.raises(BadFrontMatter, match=says) as caught:
        read(text)
    assert caught.value.fields["line"] == line
    assert str(caught.value).startswith(f"p.md:{line}:")


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(min_size=1, max_size=8), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=8), JSON_VALUES, max_size=4))
def test_every_json_object_reads_as_itself(value: dict[str, object]):
    """JSON is YAML: whatever is written as JSON behind a quoted name comes back."""
    text = "\n".join(f"{json.dumps(key)}: {json.dumps(item)}" for key, item in value.items())
    assert read(text) == value


def block(value: object, indent: int) -> str:
    """Write a value the way people write YAML."""
    pad = " " * indent
    if isinstance(value, dict) and value:
        return "\n" + "\n".join(f"{pad}{json.dumps(key)}:{block(item, indent + 2)}" for key, item in value.items())
    if isinstance(value, list) and value:
        return "\n" + "\n".join(f"{pad}-{block(item, indent + 2)}" for item in value)
    return " " + json.dumps(value)


@settings(deadline=None)
@given(st.dictionaries(st.text(min_size=1, max_size=8), JSON_VALUES, min_size=1, max_size=4))
def test_every_object_reads_back_from_block_style(value: dict[str, object]):
    assert read(block(value, 0).removeprefix("\n")) == value


@settings(deadline=None)
@given(st.text(alphabet="ab:-[]{}#'\" \n|>&,~1.", max_size=40))
def test_no_text_breaks_the_reader(text: str):
    line = 2
    try:
        read(text)
    except BadFrontMatter as bad:
        line = int(str(bad.fields["line"]))
    assert 2 <= line <= text.count("\n") + 2


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("descripton: x", 2, "did you mean 'description'"),
        ("params:\n  temprature: 1", 3, "did you mean 'params.temperature'"),
        ("temperature: 1", 2, "put it under `params:`"),
        ("defaults: x", 2, "must be: mapping"),
        ('params:\n  temperature: "0"', 3, "must be: number"),
        ("params:\n  seed: 1.5", 3, "must be: integer"),
        ("params:\n  reasoning_effort: lots", 3, "none . minimal"),
    ],
)
def test_a_wrong_field_names_its_line_and_the_nearest_field(text: str, line: int, says: str):
    with pytest.raises(BadPromptField, match=says) as caught:
        read_fields(read_front_matter(text, file="p.md"), file="p.md")
    assert caught.value.fields["line"] == line

"""Reasons that libraries give in English are told in Chinese; what nobody has translated is introduced as quoted."""

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import msgspec
import pytest
from minijinja import Environment, TemplateError
from pydantic import BaseModel, Field, ValidationError

from loomwork.kernel.errors.cli import CodeFailed
from loomwork.kernel.errors.flow import RowNotJson
from loomwork.kernel.errors.models import BadRequest, DeadlineExceeded
from loomwork.kernel.errors.prompts import TemplateForbidden, WrongField
from loomwork.telling.reasons import INTRODUCED, in_chinese
from loomwork.telling.words import Words
from tests.cli.conftest import Shell

HAN = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b(?:the|is|of|an|expected|invalid|unexpected|should|not|cannot|missing|value)\b", re.IGNORECASE)

JSON = [
    '{"a": }',
    '{"a" 1}',
    '{"a":1',
    '{"a":1,}',
    "nope",
    "{1:2}",
    '{"a":01}',
    '{"a":1} x',
    '{"a":"\\q"}',
    '{"a":1 "b"}',
]
TOML = [
    "a", "a = ", "[a", "[a]\n[a]", "a=1\na=2", 'a="x', "a=[1", "a={b=1", "=1", "a = 1 b", "a='x", 'a = "\\q"', "a=tru",
    'a = "x\ny"', "[[a]\n", "a={b=1,b=2}",
]  # fmt: skip
TEMPLATES = [
    "{{ x", "{{ x }", "{% if x %}", "{% for %}", "{{ x | nofilter }}", "{{ }}", "{% foo %}", "{% endif %}",
    '{{ "abc }}', "{% for a b %}{% endfor %}", "{# foo", "{{ x y }}", "{{ x is foo }}", "{{ x.y.z }}",
    '{{ 1 + "a" }}', "{{ 1/0 }}",
    "{{ x() }}", "{{ 5 | length }}", "{% for a in 5 %}{% endfor %}", "{{ foo(1) }}", "{{ @ }}", "{% raw %}",
]  # fmt: skip


class Given(BaseModel):
    a: int
    text: str = "x"
    kind: Literal["a", "b"] = "a"
    few: int = Field(1, ge=1, le=5)
    short: str = Field("abc", min_length=2, max_length=4)
    flag: bool = True
    more: dict[str, int] = {}


ODD: list[Any] = [
    {}, {"a": "x"}, {"a": 1.5}, {"a": 1, "text": 1}, {"a": 1, "kind": "c"}, {"a": 1, "few": 0}, {"a": 1, "few": 9},
    {"a": 1, "short": "a"}, {"a": 1, "short": "aaaaaa"}, {"a": 1, "flag": "zz"}, {"a": 1, "more": 1}, 5,
]  # fmt: skip


def said(parse: Callable[[str], object], text: str) -> str:
    with pytest.raises((ValueError, msgspec.DecodeError, TemplateError)) as raised:
        parse(text)
    detail = getattr(raised.value, "detail", None)
    return str(detail or raised.value)


def render(text: str) -> str:
    return Environment(undefined_behavior="strict").render_str(text, x=1)


def is_told(reason: str) -> None:
    told = in_chinese(reason)
    assert HAN.search(told), (reason, told)
    assert not told.startswith(INTRODUCED), reason
    assert not ENGLISH.search(re.sub(r"`.*?`|“.*?”", "", told)), told


@pytest.mark.parametrize("text", JSON)
def test_what_is_no_json_is_told_in_chinese(text: str):
    is_told(said(msgspec.json.decode, text))
    is_told(said(json.loads, text))


@pytest.mark.parametrize("text", TOML)
def test_what_is_no_toml_is_told_in_chinese(text: str):
    is_told(said(tomllib.loads, text).partition(" (at ")[0])


@pytest.mark.parametrize("text", TEMPLATES)
def test_what_is_no_template_is_told_in_chinese(text: str):
    is_told(said(render, text))


@pytest.mark.parametrize("value", ODD)
def test_what_does_not_fit_is_told_in_chinese(value: Any):
    with pytest.raises(ValidationError) as raised:
        Given.model_validate(value)
    for each in raised.value.errors(include_url=False):
        is_told(each["msg"])
        is_told(f"a.0: {each['msg']}; b: {each['msg']}")


def test_an_unknown_reason_is_introduced_and_a_name_or_chinese_is_left():
    assert in_chinese("model is warming up") == "原文：model is warming up"
    assert in_chinese("HTTP 404") == "HTTP 404"
    assert in_chinese("余额不足 please pay now") == "余额不足 please pay now"


def test_the_reason_inside_an_error_is_told_in_its_language():
    error = RowNotJson(file="d.jsonl", line=3, detail="Input data was truncated")
    assert Words("zh").error(error)[0] == "d.jsonl 第 3 行：不是 JSON（内容不完整，没有结束）"
    assert "Input data was truncated" in Words("en").error(error)[0]
    refused = BadRequest(provider="p", model="m", detail="max_tokens is too large")
    assert "（原文：max_tokens is too large）" in Words("zh").error(refused)[0]
    own = CodeFailed(place="app.py:3", kind="ValueError", detail="the moon is full")
    assert Words("zh").error(own)[0] == "app.py:3：ValueError：the moon is full"


def test_a_row_that_does_not_fit_a_dataclass_is_told_in_one_line(app: Shell):
    app.write(
        "app.py",
        "from pydantic import BaseModel\nfrom loomwork import step\nclass Question(BaseModel):\n    topic: str\n"
        "    words: int\n@step\ndef main(question: Question) -> str:\n    return question.topic\n",
    )
    app.rows({"question": {"words": "many"}})
    english = app("run", "app:main", "--data", "data.jsonl").err.splitlines()
    assert english[0].endswith(
        "'question' does not fit: topic: Field required; "
        "words: Input should be a valid integer, unable to parse string as an integer"
    )
    chinese = app("run", "app:main", "--data", "data.jsonl", "--lang", "zh").err.splitlines()
    assert chinese[0] == "错误：data.jsonl 第 1 行：“question”不符合要求：topic：缺少这一项；words：应为整数"


def test_chinese_help_and_tables_speak_of_options_and_keys_in_chinese(app: Shell):
    app.write("loomwork.toml", '[models.fast]\ndriver = "scripted"\n')
    assert "密钥" in app("model", "list", "--lang", "zh").out.splitlines()[0]
    usage = app("run", "--help", "--lang", "zh").out.splitlines()[0]
    assert usage == "用法：loomwork run TARGET [选项]"
    reference = Path(__file__).parents[2] / "docs" / "reference" / "cli.zh-CN.md"
    assert "[OPTIONS]" not in reference.read_text("utf-8")


def test_our_own_words_inside_an_error_are_told_in_chinese_and_names_are_left(app: Shell):
    words = Words("zh")
    late = DeadlineExceeded(provider="deepseek", model="m", phase="first token", seconds=3)
    assert words.error(late)[0] == "deepseek 的“m”没有及时回答（首个词元：3 秒）"
    assert words.error(TemplateForbidden(kind="tag", name="x", known="if", file="p.md", line=1))[0].endswith("标签 “x”")
    assert words.error(WrongField(wanted="list | text (JSONL file)", name="examples", file="p.md", line=1))[0].endswith(
        "应为：列表或文本（JSONL 文件）"
    )
    app.write("loomwork.toml", "[models.fast]\ndriver = 'scripted'\ntemperature = 'hot'\n[run]\nconcurrency = 'x'\n")
    told = app("doctor", "--lang", "zh").out
    assert "应为小数或空值，却是文本" in told
    assert "应为整数类型" in told
    assert words.failure(late).endswith("换更快的模型）")


def test_the_reasons_of_a_plan_are_written_as_chinese_is(app: Shell):
    app("run", "app:main", "--data", "data.jsonl")
    app.write("app.py", (app.folder / "app.py").read_text().replace('"!"', '"?"'))
    assert "代码：app.STYLE (3)" in app("plan", "app:main", "--data", "data.jsonl", "--lang", "zh").out

import dataclasses
import datetime
import enum
import resource
import sys

import numpy as np
import pydantic
import pytest

from loomwork.kernel.errors.prompts import (
    BlockSet,
    PromptTooLarge,
    TemplateFailed,
    TemplateForbidden,
    TemplateSyntax,
    TemplateTooCostly,
    TooManyJoins,
    UnprintableValue,
)
from loomwork.prompts.language import FILTERS, tags
from loomwork.prompts.templates import Template


def fill(text: str, **values: object) -> str:
    return Template(text, file="p.md").render(values)


class Colour(enum.Enum):
    RED = "red"


class Word(enum.StrEnum):
    YES = "yes"


@dataclasses.dataclass
class Point:
    x: int = 1


class Person(pydantic.BaseModel):
    name: str = "Ann"


class Anything:
    pass


class Quoted:
    def __prompt__(self) -> str:
        return "«quoted»"


@pytest.mark.parametrize(
    ("text", "values", "filled"),
    [
        ("Hi {{ name }}", {"name": "<b>&'é中"}, "Hi <b>&'é中"),
        ("{{ xs }} {{ d }}", {"xs": ["é", 1, None, True], "d": {"k": 1.5}}, '["é", 1, null, true] {"k": 1.5}'),
        ("{{ a }} {{ b }} {{ c }}", {"a": None, "b": True, "c": 1.0}, "None True 1"),
        (
            "{{ a }} {{ b }} {{ c }}",
            {"a": Colour.RED, "b": Word.YES, "c": datetime.date(2026, 1, 2)},
            "red yes 2026-01-02",
        ),
        ("{{ a }} {{ b }} {{ c }}", {"a": Point(), "b": Person(), "c": {3, 1}}, '{"x": 1} {"name": "Ann"} [1, 3]'),
        ("{{ a.x }} {{ b.name }}", {"a": Point(), "b": Person()}, "1 Ann"),
        ("{{ a }} {{ q }}", {"a": np.arange(3), "q": Quoted()}, "[0, 1, 2] «quoted»"),
        ("{{ x|tojson }}", {"x": {"y": "<'中"}}, '{"y": "<\'中"}'),
        ("{{ x|json }}", {"x": [1]}, "[\n  1\n]"),
        ("{{ xs|join(', ') }} {{ xs|map('upper')|join('-') }}", {"xs": ["a", "b"]}, "a, b A-B"),
        ("{{ ps|passages }}", {"ps": [{"text": "T", "source": "s.md"}, "U"]}, "[1] (s.md) T\n\n[2] U"),
        ("{{ t|indent(2) }}|{{ t|indent(2, true) }}", {"t": "a\nb"}, "a\n  b|  a\n  b"),
        ("{{ t|replace('a', 'bb') }}", {"t": "aca"}, "bbcbb"),
        ("{% for k, v in d.items() %}{{ loop.index }}{{ k }}{{ v }};{% endfor %}", {"d": {"b": 1, "a": 2}}, "1b1;2a2;"),
        ("a\n{% if x %}\n  b\n{% endif %}\nc", {"x": 1}, "a\n  b\nc"),
        ("{% set n = x ~ '!' %}{{ n }}", {"x": "hi"}, "hi!"),
        ("{%- set a, b = [1, 2] -%} {{ a }}{{ b }}", {}, "12"),
        ("{% raw %}{{ x }}{% nope %}{% endraw %} {{ '}}' }}{# {{ y }} #}", {}, "{{ x }}{% nope %} }}"),
        ("{{ 问题 }}", {"问题": "好"}, "好"),
        ("{{ {'a': {'b': 1}} }}", {}, '{"a": {"b": 1}}'),
    ],
)
def test_values_become_text_that_is_the_same_every_time(text: str, values: dict[str, object], filled: str):
    assert fill(text, **values) == filled


@pytest.mark.parametrize("value", [Anything(), [Anything()], b"raw", {"k": b"raw"}, object()])
def test_a_value_whose_text_would_differ_tomorrow_is_refused(value: object):
    with pytest.raises(UnprintableValue):
        fill("{{ x }}", x=value)


def test_variables_are_found_without_filling_in():
    template = Template("{{ a.b }}{% for x in xs %}{{ x }}{{ y }}{{ loop.index }}{% endfor %}{{ range(2) }}", file="p")
    assert template.variables == {"a", "xs", "y"} == template.needed


def test_a_variable_that_the_template_provides_for_is_not_needed():
    template = Template("{% if a is defined %}{{ a }}{% endif %}{{ b|default('-') }}{{ c }}", file="p")
    assert template.variables == {"a", "b", "c"}
    assert template.needed == {"c"}
    assert template.render({"c": 1}) == "-1"


def test_an_undefined_attribute_is_an_error_with_its_line():
    with pytest.raises(TemplateFailed, match=r"p\.md:2: .*x\.nope.* is undefined") as caught:
        fill("one\n{{ x.nope }}", x={"a": 1})
    assert caught.value.fields["source"] == "{{ x.nope }}"


def test_a_syntax_error_names_file_and_line():
    with pytest.raises(TemplateSyntax, match=r"p\.md:8: .*raw"):
        Template("a\nb\n{{ a b }}", file="p.md", line=6)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("{% include 'x' %}", "include"),
        ("{% import 'x' as y %}", "import"),
        ("{% macro f() %}{% endmacro %}", "macro"),
        ("{{ x|format(1) }}", "format"),
        ("{{ 'a' * 1000 }}", "*"),
        ("{{ x.append(1) }}", "append"),
        ("{{ x.read_text() }}", "read_text"),
        ("{{ f(1) }}", "f"),
        ("{{ namespace(a=1) }}", "namespace"),
        ("{{ debug() }}", "debug"),
        ("{{ xs[0](1) }}", "]"),
    ],
)
def test_what_templates_cannot_do_is_refused_before_anything_runs(text: str, name: str):
    with pytest.raises(TemplateForbidden) as caught:
        Template("\n" + text, file="p.md")
    assert caught.value.fields["name"] == name
    assert caught.value.fields["line"] == 2


def test_a_block_set_and_endless_joins_are_refused():
    with pytest.raises(BlockSet, match=r"write {% set name = value %}"):
        Template("{% set x %}a{% endset %}", file="p.md")
    with pytest.raises(TooManyJoins, match=r"p\.md:2"):
        Template("\n{{ " + " ~ ".join("x" * 40) + " }}", file="p.md")


def test_an_endless_loop_runs_out_of_fuel():
    text = "{% for a in r %}{% for b in r %}{% for c in r %}{% endfor %}{% endfor %}{% endfor %}"
    with pytest.raises(TemplateTooCostly, match=r"p\.md:1"):
        fill(text, r=list(range(1000)))


HUGE = [
    "{% set x = 'aaaaaaaaaaaaaaaa' %}" + "{% set x = x ~ x %}" * 40 + "{{ x }}",
    "{% for i in range(20000) %}{{ big }}{% endfor %}",
    "{{ big|replace('a', big) }}",
    "{{ big|indent(100000000) }}",
    "{{ range(50000)|join(big) }}",
    "{% for i in range(20000) %}" + "b" * 100_000 + "{% endfor %}",
    "{{ " + " ~ ".join(["big"] * 30) + " }}",
    "{% set xs = range(90000)|list %}" + "{% set xs = xs + xs %}" * 30 + "{{ xs|length }}",
]


@pytest.mark.parametrize("text", HUGE)
def test_no_template_takes_the_memory_of_the_machine(text: str):
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with pytest.raises((PromptTooLarge, TemplateTooCostly, TemplateFailed)):
        fill(text, big="a" * 1_000_000)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 600_000 if sys.platform == "linux" else True, f"grew by {grown} kB"


def test_values_are_not_templates():
    assert fill("{{ x }}", x="{{ y }} {% if %} ## system") == "{{ y }} {% if %} ## system"


def test_every_allowed_filter_exists():
    for name in FILTERS:
        said = ""
        try:
            fill("{{ x|" + name + " }}", x="a")
        except TemplateFailed as bad:
            said = str(bad)
        assert "unknown" not in said, name


def test_tags_are_found_where_the_engine_finds_them():
    found = [tag.source().strip() for tag in tags("a{{ '%}' }}{% if '}}' %}{# {{ no }} #}{% endif %}{{ {'a': {}} }}b")]
    assert found == ["'%}'", "if '}}'", "endif", "{'a': {}}"]

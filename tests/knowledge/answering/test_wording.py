"""What is said to models and people is there in both languages, with the same variables, and all of it is used."""

import json
import re
import string
from importlib.resources import files

import pytest

from loomwork.knowledge.wording import LANGUAGES, identity, in_language, prompt, said

HOME = files("loomwork.knowledge.wording")
SENTENCES = {each: json.loads(HOME.joinpath(f"sentences.{each}.json").read_text("utf-8")) for each in LANGUAGES}
PROMPTS = sorted({each.name.split(".")[0] for each in HOME.joinpath("prompts").iterdir()})
SOURCES = "".join(
    each.read_text("utf-8")
    for package in ("", ".answering", ".techniques", ".search")
    for each in files(f"loomwork.knowledge{package}").iterdir()
    if each.name.endswith(".py")
)


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def test_both_languages_hold_the_same_sentences_with_the_same_fields():
    assert SENTENCES["en"].keys() == SENTENCES["zh"].keys()
    assert all(fields(SENTENCES["en"][key]) == fields(SENTENCES["zh"][key]) for key in SENTENCES["en"])
    assert all(re.search(r"[\u4e00-\u9fff]", text) for key, text in SENTENCES["zh"].items() if key != "warned")


def test_every_sentence_and_every_prompt_is_used():
    assert [key for key in SENTENCES["en"] if not re.search(rf"['\"]{key}['\"]", SOURCES)] == []
    assert [name for name in PROMPTS if f'prompt("{name}"' not in SOURCES.replace("prompt(\n", "prompt(")] == []


@pytest.mark.parametrize("name", PROMPTS)
def test_a_prompt_takes_the_same_variables_in_both_languages(name: str):
    assert prompt(name, "en").variables == prompt(name, "zh").variables
    assert prompt(name, "en").version != prompt(name, "zh").version


def test_another_language_is_answered_in_english_and_the_identity_is_stable():
    assert said("none", "fr") == said("none", "en")
    assert identity() == identity()
    assert len(identity()) == 40


def test_whatever_is_said_can_be_told_in_the_other_language():
    for key, template in SENTENCES["en"].items():
        given = {name: {"path": "a/b.md", "doc": "c.md", "place": 2}.get(name, "7.5") for name in fields(template)}
        for one, other in (("en", "zh"), ("zh", "en")):
            assert in_language(said(key, one, **given), other) == said(key, other, **given)


def test_what_is_no_sentence_of_ours_stays_as_it_is():
    assert in_language("whatever somebody wrote", "zh") == "whatever somebody wrote"

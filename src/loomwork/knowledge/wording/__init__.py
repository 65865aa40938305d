"""What the knowledge package says to models and to people, in the language of the question. Knows no model.

Prompts are files beside this one, `NAME.en.md` and `NAME.zh.md`; sentences for people are in `sentences.LANGUAGE.json`.
"""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Final, NamedTuple

from loomwork.kernel.canonical import combine
from loomwork.kernel.errors.base import DefectError
from loomwork.prompts import Prompt

LANGUAGES: Final = ("en", "zh")
_FIELD = re.compile(r"\{(\w+)\}")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")


@cache
def identity() -> str:
    """Return what answers depend on beside the question: the digest of everything that is said here."""
    home = files("loomwork.knowledge.wording")
    prompts = sorted(home.joinpath("prompts").iterdir(), key=lambda each: each.name)
    sentences = [home.joinpath(f"sentences.{language}.json") for language in LANGUAGES]
    return combine(*(part for each in (*prompts, *sentences) for part in (each.name, each.read_text("utf-8"))))


def language_asked(text: str) -> str:
    """Return `zh` for a question with Chinese characters in it, else `en`: what it is to be answered in.

    >>> language_asked("FastAPI 怎么配置 CORS？"), language_asked("How do I configure CORS?")
    ('zh', 'en')
    """
    return "zh" if _HAN.search(text) else "en"


@cache
def prompt(name: str, language: str) -> Prompt:
    """Return one of the package's prompts. Its text is part of what a step that asks with it depends on."""
    return Prompt.inline(_here("prompts", f"{name}.{_known(language)}.md"))


def said(key: str, language: str, **fields: object) -> str:
    """Return a sentence for people.

    >>> said("none", "en")
    'The documents do not answer this.'
    """
    return _sentences(_known(language))[key].format_map(fields)


def in_language(text: str, language: str) -> str:
    """Return a sentence that `said` made, in another language; what it did not make stays as it is.

    Notes are kept as they were first told: an answer's in the language of its question, a passage's in English.

    >>> in_language("hr/old.md: superseded by new.md", "zh")
    'hr/old.md：已被 new.md 取代'
    """
    for pattern in _patterns():
        if found := pattern.said.fullmatch(text):
            fields = {name: in_language(value, language) for name, value in found.groupdict().items()}
            return said(pattern.key, language, **fields)
    return text


class _Pattern(NamedTuple):
    key: str
    said: re.Pattern[str]
    fixed: int
    """Characters that are always the same: what has more of them is the more certain reading."""


@cache
def _patterns() -> tuple[_Pattern, ...]:
    made: list[_Pattern] = []
    for language in LANGUAGES:
        for key, template in _sentences(language).items():
            pieces = _FIELD.split(template)
            texts, names = pieces[::2], pieces[1::2]
            fields = [f"(?P<{name}>.+?)" for name in names]
            both = zip(map(re.escape, texts), [*fields, ""], strict=True)
            made.append(_Pattern(key, re.compile("".join(map("".join, both)), re.DOTALL), sum(map(len, texts))))
    return tuple(sorted(made, key=lambda pattern: -pattern.fixed))


@cache
def _sentences(language: str) -> dict[str, str]:
    return json.loads(_here(f"sentences.{language}.json"))


def _here(*path: str) -> str:
    try:
        return files("loomwork.knowledge.wording").joinpath(*path).read_text("utf-8")
    except FileNotFoundError:
        raise DefectError(detail=f"{'/'.join(path)} is not in the package") from None


def _known(language: str) -> str:
    return language if language in LANGUAGES else "en"


__all__ = ["LANGUAGES", "identity", "in_language", "language_asked", "prompt", "said"]

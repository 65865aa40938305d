"""What the knowledge package says to models and to people, in the language of the question. Knows no model.

Prompts are files beside this one, `NAME.en.md` and `NAME.zh.md`; sentences for people are in `sentences.LANGUAGE.json`.
"""

import json
import re
from functools import cache
from importlib.resources import files
from typing import Final

from loomwork.kernel.canonical import combine
from loomwork.kernel.errors.base import DefectError
from loomwork.prompts import Prompt

LANGUAGES: Final = ("en", "zh")
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


__all__ = ["LANGUAGES", "identity", "language_asked", "prompt", "said"]

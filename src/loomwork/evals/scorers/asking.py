"""What every judge that asks a model shares: its prompt, the language it is asked in, the question, the passages.

Prompts are files: `prompts/NAME.en.md` and `prompts/NAME.zh.md` here, or the one that the setting `prompt` names. What
they say is part of what a score depends on through the request that they become; an edit of one here raises the
`semantics` of its scorers (a test holds their texts to it).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any, cast

from loomwork.evals.scorers.given import one_of
from loomwork.evals.scorers.places import file_of
from loomwork.evals.scorers.texts import has_han
from loomwork.evals.scoring import PassageSeen
from loomwork.evals.scoring.subject import as_text, part_of
from loomwork.kernel.references import ModelRef
from loomwork.prompts import Asks, Prompt

QUESTIONS = ("question", "query", "input", "prompt", "instruction", "text")
"""Keys of a row that hold what was asked, unless a setting names another; the first that is there."""
REASON = 600
"""Characters of a judge's reasons that are kept for people."""
LANGUAGES = ("en", "zh")


def asked(model: str | Asks) -> Asks:
    """Return what is asked: the model of an alias, or something that can be asked itself."""
    return ModelRef(model) if isinstance(model, str) else model


def prompt_for(name: str, language: str, own: str = "") -> Prompt:
    """Return a judge's prompt: the project's own file, or the one that loomwork brings along."""
    return Prompt(file_of(own)) if own else _packaged(name, language)


@cache
def _packaged(name: str, language: str) -> Prompt:
    home = files("loomwork.evals.scorers").joinpath("prompts", f"{name}.{language}.md")
    return Prompt.inline(home.read_text("utf-8"))


def language_of(wanted: str, *texts: str) -> str:
    """Return the language that a judge is asked in: the one wanted, else `zh` where the first text is Chinese.

    >>> language_of("", "天气如何？", "Fine"), language_of("en", "天气如何？")
    ('zh', 'en')
    """
    if wanted:
        one_of("judge", LANGUAGES, language=wanted)
        return wanted
    first = next((each for each in texts if each), "")
    return "zh" if has_han(first) else "en"


def question_of(row: Mapping[str, Any], key: str = "") -> str:
    """Return what was asked in a row; empty where it does not say."""
    names = (key,) if key else QUESTIONS
    return next((as_text(row[name]) for name in names if row.get(name) not in (None, "")), "")


def passages_of(seen: Sequence[PassageSeen], row: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """Return the numbered texts that an answer could rest on: what was found on the way, or a key of the row."""
    given: Iterable[Any] = seen
    if key:
        held = row.get(key)
        given = cast("list[Any]", held) if isinstance(held, list | tuple) else [] if held is None else [held]
    texts = [(str(part_of(each, "doc") or ""), as_text(each)) for each in given]
    return [{"number": number, "doc": doc, "text": text} for number, (doc, text) in enumerate(texts, start=1)]


def a_object(**properties: Any) -> dict[str, Any]:
    """Return the JSON schema of an object that has exactly these properties, in this order."""
    return {
        "type": "object", "properties": properties, "required": list(properties), "additionalProperties": False,
        "title": "verdict",
    }  # fmt: skip

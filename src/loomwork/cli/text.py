"""Words for people, in English and Chinese, from one file a language. Knows nothing of terminals."""

from __future__ import annotations

import json
import os
from functools import cache
from importlib.resources import files
from typing import Any, Literal, cast

from loomwork.kernel.errors.base import LoomworkError

Language = Literal["en", "zh"]


class Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._words = _load(language)

    def __call__(self, key: str, **fields: object) -> str:
        """Return the sentence called `key` with its fields filled in. Raises KeyError for an unknown key."""
        return self._words[key].format_map(fields) if fields else self._words[key]

    def get(self, key: str, default: str) -> str:
        """Return a word, or the default where the language has none (names that come from data)."""
        return self._words.get(key, default)

    def error(self, error: LoomworkError) -> tuple[str, str]:
        """Return what is wrong and what to do, in this language."""
        name = type(error).__name__
        if self.language == "zh":
            found = _errors().get(name)
            if found is not None:
                return found["what"].format_map(error.fields), found["todo"].format_map(error.fields)
        return error.what.format_map(error.fields), error.todo.format_map(error.fields)


def choose_language(arguments: list[str], environment: dict[str, str] | None = None) -> Language:
    """Return the language that the command line, LOOMWORK_LANG or the locale asks for.

    >>> choose_language(["run", "--lang", "zh"], {}), choose_language([], {"LANG": "zh_CN.UTF-8"})
    ('zh', 'zh')
    """
    given = dict(os.environ) if environment is None else environment
    for place, word in enumerate(arguments):
        if word == "--lang" and place + 1 < len(arguments):
            return _language(arguments[place + 1])
        if word.startswith("--lang="):
            return _language(word.removeprefix("--lang="))
    wanted = given.get("LOOMWORK_LANG") or given.get("LC_ALL") or given.get("LC_MESSAGES") or given.get("LANG") or "en"
    return _language(wanted)


def _language(text: str) -> Language:
    return "zh" if text.lower().startswith("zh") else "en"


@cache
def _load(language: Language) -> dict[str, str]:
    text = files("loomwork.cli").joinpath("locales", f"{language}.json").read_text(encoding="utf-8")
    return cast("dict[str, str]", json.loads(text))


@cache
def _errors() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, Any]] = {}
    for file in files("loomwork.cli").joinpath("locales", "errors").iterdir():
        if file.name.endswith(".zh.json"):
            found.update(json.loads(file.read_text(encoding="utf-8")))
    return found

"""Words for people, in English and Chinese, from one file a language. Knows nothing of terminals."""

from __future__ import annotations

import json
import os
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Literal, cast, get_args

from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.phrases import Phrase

Language = Literal["en", "zh"]
Where = Literal["shell", "page"]
"""Where a person reads what to do: some of it is about the options of a command."""
_REASONS = ("detail", "reason", "problem")
"""Fields of errors that hold what a library, a server or the system said."""
_TERMS = ("phase", "feature", "wanted", "provider")
"""Fields that hold one of our own words, or a name."""
_KINDS = {"TemplateForbidden": ("kind",), "NotConnected": ("kind",), "DocumentTooLarge": ("unit",)}
"""Further ones, of these errors alone."""
_QUOTING = ("CodeFailed", "Unexpected")
"""Errors that show an exception of the person's own code, word for word."""
LOCALES = Path(__file__).parent / "locales"


class Words:
    """The words of one language."""

    def __init__(self, language: Language) -> None:
        self.language: Language = language
        self._words = _load(language)

    def __call__(self, key: str, **fields: object) -> str:
        """Return the sentence called `key` with its fields filled in. Raises KeyError for an unknown key."""
        return self._words[key].format_map(self._told(fields)) if fields else self._words[key]

    def get(self, key: str, default: str) -> str:
        """Return a word, or the default where the language has none (names that come from data)."""
        return self._words.get(key, default)

    def error(self, error: LoomworkError, *, where: Where = "shell") -> tuple[str, str]:
        """Return what is wrong and what to do, in this language, for a person at a command line or at a page."""
        todo_of = "on_page" if where == "page" and error.on_page is not None else "todo"
        what, todo = error.what, str(getattr(error, todo_of))
        if self.language == "zh":
            found = _errors().get(type(error).__name__, {})
            what, todo = found.get("what", what), found.get(todo_of, todo)
        fields = self._told(error.fields)
        name = type(error).__name__
        if self.language == "zh" and name not in _QUOTING:
            fields |= {key: _reason(value) for key, value in fields.items() if key in _REASONS}
            fields |= {key: _term(value) for key, value in fields.items() if key in (*_TERMS, *_KINDS.get(name, ()))}
        return what.format_map(fields), todo.format_map(fields)

    def complaint(self, error: LoomworkError) -> str:
        """Return an error as it ends a command: what is wrong, and below it what to do."""
        what, todo = self.error(error)
        return f"{self('error')}{what}" + (f"\n  {self('error.todo')} {todo}" if todo else "")

    def as_json(self, error: LoomworkError) -> dict[str, object]:
        """Return an error as programs get it: in this language, and in each under `told`."""
        told = {language: Words(language)._both(error) for language in get_args(Language)}
        return {"error": {"kind": type(error).__name__, **self.flat(error), "told": told}}

    def _both(self, error: LoomworkError) -> dict[str, str]:
        """Return an error's words, with `on_page` where a page says another thing to do."""
        told, page = self.flat(error), self.flat(error, where="page")
        return told if told == page else told | {"on_page": page["todo"]}

    def flat(self, error: LoomworkError, *, where: Where = "shell") -> dict[str, str]:
        """Return what is wrong and what to do; of an error that is made of others, theirs, on one line."""
        problems = cast("tuple[LoomworkError, ...]", error.fields.get("problems", ()))
        pairs = [self.error(each, where=where) for each in problems] or [self.error(error, where=where)]
        between = "；" if self.language == "zh" else "; "
        return {
            "what": between.join(what for what, _ in pairs),
            "todo": between.join(dict.fromkeys(todo for _, todo in pairs if todo)),
        }

    def failure(self, error: BaseException) -> str:
        """Return any exception in one line: ours in this language, others as they are."""
        if isinstance(error, LoomworkError):
            what, todo = self.error(error)
            return (f"{what}（{todo}）" if self.language == "zh" else f"{what} ({todo})") if todo else what
        return f"{type(error).__name__}: {error}"

    def reason(self, text: str) -> str:
        """Return a reason that came from a library, in this language."""
        return str(_reason(text)) if self.language == "zh" else text

    def _told(self, fields: Mapping[str, object]) -> dict[str, object]:
        """Return the fields with those in this language that are sentences themselves."""
        return {name: self._tell(value) for name, value in fields.items()} | self._list(fields)

    def _tell(self, value: object) -> object:
        if isinstance(value, Phrase):
            text = value.text
            fields = self._told(value.fields)
            if self.language == "zh":
                text = _phrases().get(type(value).__name__, text)
                fields |= {key: _term(each) for key, each in fields.items() if key in ("kind", "wanted", "given")}
            return text.format_map(fields)
        return self.failure(value) if isinstance(value, LoomworkError) else value

    def _list(self, fields: Mapping[str, object]) -> dict[str, object]:
        """Return the text of an error that is made of others (`problems`, shown as `listed`)."""
        if "listed" not in fields or "problems" not in fields:
            return {}
        problems = cast("tuple[LoomworkError, ...]", fields["problems"])
        return {"listed": "\n".join(f"  {self.failure(problem)}" for problem in problems)}


def _reason(value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    from loomwork.telling.reasons import in_chinese

    return in_chinese(value)


def _term(value: object) -> object:
    if not isinstance(value, str) or not value:
        return value
    from loomwork.telling.reasons import term

    return term(value)


def choose_language(arguments: list[str], environment: Mapping[str, str] | None = None) -> Language:
    """Return the language that the command line, LOOMWORK_LANG or the locale asks for.

    >>> choose_language(["run", "--lang", "zh"], {}), choose_language([], {"LANG": "zh_CN.UTF-8"})
    ('zh', 'zh')
    """
    given = os.environ if environment is None else environment
    for place, word in enumerate(arguments):
        if word == "--lang" and place + 1 < len(arguments):
            return _language(arguments[place + 1])
        if word.startswith("--lang="):
            return _language(word.removeprefix("--lang="))
    wanted = given.get("LOOMWORK_LANG") or given.get("LC_ALL") or given.get("LC_MESSAGES") or given.get("LANG") or "en"
    return _language(wanted)


def cells(text: str) -> int:
    """Return how many columns of a terminal a text takes: a Chinese character takes two.

    >>> cells("step"), cells("步骤")
    (4, 4)
    """
    return sum(_cells(character) for character in text)


def padded(text: str, width: int) -> str:
    """Return the text with spaces behind it up to a number of columns."""
    return text + " " * max(0, width - cells(text))


def _cells(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in ("Cf", "Mn", "Cc"):
        return 0
    return 2 if unicodedata.east_asian_width(character) in ("W", "F") else 1


def _language(text: str) -> Language:
    return "zh" if text.lower().startswith("zh") else "en"


@cache
def _load(language: Language) -> dict[str, str]:
    return cast("dict[str, str]", _read(LOCALES / f"{language}.json"))


@cache
def _errors() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for file in sorted((LOCALES / "errors").glob("*.zh.json")):
        found.update(_read(file))
    return found


@cache
def _phrases() -> dict[str, str]:
    return cast("dict[str, str]", _read(LOCALES / "phrases.zh.json"))


def _read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))

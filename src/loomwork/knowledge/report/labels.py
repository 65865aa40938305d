"""The words of reports, in English and Chinese, from one file a language. Knows no figure."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "zh")


class Labels:
    """The words of one language."""

    def __init__(self, language: str) -> None:
        self.language = language if language in LANGUAGES else "en"
        self._words = _load(self.language)

    def __call__(self, key: str, **fields: object) -> str:
        """Return the words called `key` with their fields filled in."""
        return self._words[key].format_map(fields) if fields else self._words[key]

    def counted(self, noun: str, count: int) -> str:
        """Return how many there are of a `document` or a `chunk`: one is one."""
        return self(f"counted.{noun}" if count == 1 else f"counted.{noun}s", count=f"{count:,}")

    def named(self, kind: str, name: str) -> str:
        """Return what people call a value that comes from data: a language's or a problem's code; else the value."""
        return self._words.get(f"{kind}.{name}", name)


@cache
def _load(language: str) -> Mapping[str, str]:
    return json.loads(files("loomwork.knowledge.report").joinpath(f"labels.{language}.json").read_text("utf-8"))


__all__ = ["LANGUAGES", "Labels"]

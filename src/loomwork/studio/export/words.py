"""The words of reports, in English and Chinese. Knows no format."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Literal, cast

_FILE = Path(__file__).parent / "words.json"


class Words:
    """Those of one language."""

    def __init__(self, language: Literal["en", "zh"]) -> None:
        self.language: Literal["en", "zh"] = language
        self._words = _all()[language]

    def __call__(self, key: str, **fields: object) -> str:
        """Return a word or a sentence. Raises KeyError for an unknown one."""
        return self._words[key].format_map(fields)


@cache
def _all() -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", json.loads(_FILE.read_text(encoding="utf-8")))

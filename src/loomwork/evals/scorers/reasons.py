"""The reasons that scorers give, in Chinese. Scores keep them in English; a judge speaks the language it was asked in.

The sentences are in data/reasons.zh.json: as they are made in English, with their fields, and as they read in Chinese.
"""

from __future__ import annotations

import json
import re
from functools import cache
from importlib.resources import files
from typing import NamedTuple

_FIELD = re.compile(r"\{(\w+)\}")


class _Sentence(NamedTuple):
    english: re.Pattern[str]
    chinese: str
    fixed: int
    """Characters that are always the same: what has more of them is the more certain reading."""


def in_language(reason: str, language: str) -> str:
    """Return a reason in another language; what no scorer of loomwork's made stays as it is.

    >>> in_language("5 where 6 is expected", "zh"), in_language("It says when.", "zh")
    ('得到 5，期望 6', 'It says when.')
    """
    if language != "zh":
        return reason
    for each in _sentences():
        if found := each.english.fullmatch(reason):
            return each.chinese.format_map(found.groupdict())
    return reason


@cache
def _sentences() -> tuple[_Sentence, ...]:
    held = json.loads(files("loomwork.evals.scorers").joinpath("data", "reasons.zh.json").read_text("utf-8"))
    made: list[_Sentence] = []
    for english, chinese in held.items():
        pieces = _FIELD.split(english)
        texts, names = pieces[::2], pieces[1::2]
        pattern = "".join(
            re.escape(text) + (f"(?P<{name}>.+?)" if name else "")
            for text, name in zip(texts, [*names, ""], strict=True)
        )
        made.append(_Sentence(re.compile(pattern, re.DOTALL), chinese, sum(map(len, texts))))
    return tuple(sorted(made, key=lambda each: -each.fixed))

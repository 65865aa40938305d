"""Reasons that libraries give in English, told in Chinese: a table of patterns. Knows nothing of errors."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

_TABLE = Path(__file__).parent / "locales" / "reasons.zh.json"
_HAN = re.compile(r"[\u3400-\u9fff]")
_WORDS = re.compile(r"[A-Za-z]{2,}.*\s.*[A-Za-z]{2,}", re.DOTALL)
_PLACED = re.compile(r"([\w.\[\]$-]+): (.+)", re.DOTALL)
INTRODUCED = "原文："
"""What stands before a reason that the table does not know."""


class _Table(NamedTuple):
    reasons: tuple[tuple[re.Pattern[str], str], ...]
    terms: dict[str, str]


def in_chinese(reason: str) -> str:
    """Return a reason in Chinese; one that nobody has translated is introduced as quoted.

    >>> in_chinese("Input data was truncated"), in_chinese("the moon is full")
    ('内容不完整，没有结束', '原文：the moon is full')
    """
    if _HAN.search(reason):
        return reason
    told = _translated(reason)
    if told is None:
        return INTRODUCED + reason if _WORDS.search(reason) else reason
    return told


def _translated(reason: str) -> str | None:
    found = next(_matching(reason), None)
    if found is not None:
        return found
    pieces = reason.split("; ")
    told = [_placed(piece) for piece in pieces]
    return "；".join(each for each in told if each is not None) if all(told) else None


def _placed(piece: str) -> str | None:
    """Translate `place: reason`."""
    found = _PLACED.fullmatch(piece)
    inner = next(_matching(found[2] if found else piece), None)
    return None if inner is None else f"{found[1]}：{inner}" if found else inner


def _matching(reason: str) -> Iterator[str]:
    table = _table()
    for pattern, template in table.reasons:
        found = pattern.fullmatch(reason)
        if found is not None:
            yield template.format(*(_term(group or "") for group in found.groups()))


def term(text: str) -> str:
    """Return a word, a kind of value or kinds joined by `|` in Chinese; anything else as it is.

    >>> term("`float | null`"), term("deepseek")
    ('小数或空值', 'deepseek')
    """
    terms = _table().terms
    kinds = text.strip("`").split(" | ")
    return "或".join(terms[kind] for kind in kinds) if set(kinds) <= set(terms) else text


def _term(text: str) -> str:
    """Return a captured word in Chinese, a captured reason too, anything else as it is."""
    told = term(text)
    return next(_matching(text), text) if told == text and " " in text else told


@cache
def _table() -> _Table:
    read: Any = json.loads(_TABLE.read_text(encoding="utf-8"))
    return _Table(tuple((re.compile(pattern, re.DOTALL), told) for pattern, told in read["reasons"]), read["terms"])

"""What texts have in common with each other before they are compared. Knows no scorer and no score."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, cast

from loomwork.evals.scoring import Score
from loomwork.evals.scoring.subject import as_text

HAN = "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
"""Chinese characters, as a class of a regular expression."""
_HAN = re.compile(f"[{HAN}]")
_MARK = re.compile(r"[^\w\s]|_")
_KEPT = "%$€£¥°+"
_JOINING = "'’.`"
_ARTICLES = re.compile(r"\b(?:a|an|the)\b")
_SPACE = re.compile(r"\s+")
_BETWEEN_HAN = re.compile(rf"(?<=[{HAN}])\s+|\s+(?=[{HAN}])")

NOTHING_EXPECTED = Score(value=None, reason="nothing is expected of this row", label="absent")


def has_han(text: str) -> bool:
    """Say whether a text has a Chinese character."""
    return not text.isascii() and _HAN.search(text) is not None


def accepted(expected: Any) -> list[str]:
    """Return the texts that are accepted: one, or each of a list; none where nothing is expected.

    >>> accepted("Paris"), accepted(["Paris", None, 3]), accepted(None)
    (['Paris'], ['Paris', '3'], [])
    """
    if isinstance(expected, str):
        return [expected]
    several = cast("list[Any]", expected) if isinstance(expected, list | tuple) else [expected]
    return [as_text(each) for each in several if each is not None]


def normal(text: str, *, case: bool = False, punctuation: bool = False, articles: bool = False) -> str:
    """Return a text without what seldom matters: form of characters (NFKC), case, punctuation, articles, spaces.

    A point or colon between digits, the minus before a number, `%` and signs of currency are kept: they matter.

    >>> normal("The  U.S.A. paid -3.50 $!"), normal("“你好，  世界”。")
    ('usa paid -3.50 $', '你好世界')

    Args:
        text: The text.
        case: Keep upper case apart from lower case.
        punctuation: Keep punctuation.
        articles: Keep `a`, `an` and `the`.
    """
    found = text if text.isascii() else unicodedata.normalize("NFKC", text)
    if not case:
        found = found.casefold()
    if not punctuation:
        found = _MARK.sub(_without, found)
    if not articles:
        found = _ARTICLES.sub(" ", found)
    found = _SPACE.sub(" ", found).strip()
    return found if found.isascii() else _BETWEEN_HAN.sub("", found)


def _without(found: re.Match[str]) -> str:
    mark, text, at = found[0], found.string, found.start()
    before = text[at - 1] if at else " "
    behind = text[at + 1] if at + 1 < len(text) else " "
    if mark in _KEPT or (behind.isdigit() and _counts(mark, before)):
        return mark
    if unicodedata.category(mark)[0] not in "PS":
        return mark  # a mark that belongs to a letter
    return "" if mark in _JOINING else " "


def _counts(mark: str, before: str) -> bool:
    """Say whether a mark before a digit belongs to a number."""
    return (mark in ".,:/" and before.isdigit()) or (mark in "-−" and not before.isalnum())

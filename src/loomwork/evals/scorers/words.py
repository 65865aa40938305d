"""Scorers by shared words: SQuAD's F1 and exact match as its official script defines them; Chinese by character."""

from __future__ import annotations

import re
import string
from collections import Counter
from typing import Any, Literal

from loomwork.evals.scorers.given import one_of
from loomwork.evals.scorers.texts import HAN, NOTHING_EXPECTED, accepted, has_han
from loomwork.evals.scoring import Score, builtin_scorer

Language = Literal["auto", "en", "zh"]
_DROPPED = str.maketrans("", "", string.punctuation)
_ARTICLES = re.compile(r"\b(a|an|the)\b")
_CHINESE_MARKS = re.compile("[\u3000-\u303f\uff00-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65“”‘’—…·]")
_PIECES = re.compile(rf"[{HAN}]|[^\s{HAN}]+")


@builtin_scorer(name="squad_em", semantics=1)
def squad_em(text: str, expected: Any, *, language: Language = "auto") -> bool | Score:
    """Whether the text is an accepted answer as SQuAD's official script compares: no case, punctuation and articles.

    Args:
        text: The words of the output.
        expected: A text, or a list of accepted ones.
        language: `zh`: spaces and Chinese punctuation do not count either; `auto`: where there is a Chinese character.
    """
    wanted = accepted(expected)
    if not wanted:
        return NOTHING_EXPECTED
    said = tokens(text, language)
    return any(said == tokens(each, language) for each in wanted)


@builtin_scorer(name="token_f1", semantics=1)
def token_f1(text: str, expected: Any, *, language: Language = "auto") -> Score:
    """The words that the text shares with the nearest accepted answer (F1), as SQuAD's official script counts them.

    Chinese is counted by character. An empty text is right only where an empty answer is accepted.

    Args:
        text: The words of the output.
        expected: A text, or a list of accepted ones.
        language: As of `squad_em`.
    """
    wanted = accepted(expected)
    if not wanted:
        return NOTHING_EXPECTED
    said = tokens(text, language)
    return max((_shared(said, tokens(each, language)) for each in wanted), key=lambda score: score.value or 0.0)


def tokens(text: str, language: Language = "auto") -> list[str]:
    """Return the words that count.

    >>> tokens("The cat, a Persian."), tokens("他住在《北京》，对吧？")
    (['cat', 'persian'], ['他', '住', '在', '北', '京', '对', '吧'])
    """
    one_of("token_f1", ("auto", "en", "zh"), language=language)
    is_chinese = language == "zh" or (language == "auto" and has_han(text))
    plain = text.lower().translate(_DROPPED)
    if is_chinese:
        plain = _CHINESE_MARKS.sub(" ", plain)
    plain = _ARTICLES.sub(" ", plain)
    return _PIECES.findall(plain) if is_chinese else plain.split()


def _shared(said: list[str], wanted: list[str]) -> Score:
    if not said or not wanted:
        return Score(
            value=float(said == wanted), parts={"precision": float(said == wanted), "recall": float(said == wanted)}
        )
    same = sum((Counter(said) & Counter(wanted)).values())
    precision, recall = same / len(said), same / len(wanted)
    value = 2 * precision * recall / (precision + recall) if same else 0.0
    return Score(value=value, parts={"precision": precision, "recall": recall})

"""Scorers by order: ROUGE-L and the edit distance. Both work on whole rows of bits, and say what is too long for them.

The longest common subsequence is found as Hyyrö (2004) does it, the edit distance as Myers (1999) and Hyyrö (2003) do:
a column of the table is one integer, so that a text of n against one of m costs n operations on integers of m bits.
"""

from __future__ import annotations

import re
from collections.abc import Hashable, Sequence
from typing import Any, Literal

from loomwork.evals.scorers.given import one_of
from loomwork.evals.scorers.porter import stem
from loomwork.evals.scorers.texts import HAN, NOTHING_EXPECTED, accepted, has_han, normal
from loomwork.evals.scoring import Score, builtin_scorer

_LATIN = re.compile(r"[a-z0-9]+")
_MIXED = re.compile(rf"[a-z0-9]+|[{HAN}]")
_STEMMED_FROM = 4
ROUGE_LIMIT = 20_000
"""Words; a pair of texts of as many takes about 0.2 s."""
EDIT_LIMIT = 20_000
"""Characters; likewise."""


@builtin_scorer(name="rouge_l", semantics=1)
def rouge_l(
    text: str,
    expected: Any,
    *,
    part: Literal["f1", "precision", "recall"] = "f1",
    stemmer: bool = False,
    limit: int = ROUGE_LIMIT,
) -> Score:
    """The longest run of words in common order with the nearest accepted text (ROUGE-L, Lin 2004), as `rouge-score`.

    Chinese, which `rouge-score` leaves out, is counted by character.

    Args:
        text: The words of the output.
        expected: A text, or a list of accepted ones.
        part: Which of its three figures is the score; all stand in the parts.
        stemmer: Compare the stems of English words.
        limit: A text with more words gets no score.
    """
    one_of("rouge_l", ("f1", "precision", "recall"), part=part)
    wanted = [rouge_words(each, stemmer=stemmer) for each in accepted(expected)]
    if not wanted:
        return NOTHING_EXPECTED
    said = rouge_words(text, stemmer=stemmer)
    if max(len(said), *map(len, wanted)) > limit:
        return Score(value=None, reason=f"more than {limit} words", label="too long")
    scores = [_overlap(said, each, part) for each in wanted]
    return max(scores, key=lambda score: score.value or 0.0)


def rouge_words(text: str, *, stemmer: bool = False) -> list[str]:
    """Return the words that ROUGE counts: Latin letters and digits, and each Chinese character.

    >>> rouge_words("The cats' café", stemmer=True), rouge_words("GPT-4 很好")
    (['the', 'cat', 'caf'], ['gpt', '4', '很', '好'])
    """
    words = (_MIXED if has_han(text) else _LATIN).findall(text.lower())
    return [stem(each) if len(each) >= _STEMMED_FROM else each for each in words] if stemmer else words


def _overlap(said: list[str], wanted: list[str], part: str) -> Score:
    shared = common(said, wanted)
    precision = shared / len(said) if said else 0.0
    recall = shared / len(wanted) if wanted else 0.0
    parts = {"precision": precision, "recall": recall, "f1": 0.0}
    if shared:
        parts["f1"] = 2 * precision * recall / (precision + recall)
    return Score(value=parts[part], parts=parts)


def common(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Return the length of the longest common subsequence.

    >>> common("nematode knowledge", "empty bottle")
    7
    """
    if len(a) > len(b):
        a, b = b, a
    places = _places(a)
    whole = (1 << len(a)) - 1
    row = whole
    for each in b:
        hit = row & places.get(each, 0)
        row = ((row + hit) | (row - hit)) & whole
    return len(a) - row.bit_count()


def _places(sequence: Sequence[Hashable]) -> dict[Hashable, int]:
    """Return for each member the places where it stands, as bits."""
    raw: dict[Hashable, bytearray] = {}
    size = len(sequence) // 8 + 1
    for at, each in enumerate(sequence):
        bits = raw.get(each)
        if bits is None:
            bits = raw[each] = bytearray(size)
        bits[at >> 3] |= 1 << (at & 7)
    return {each: int.from_bytes(bits, "little") for each, bits in raw.items()}


@builtin_scorer(name="edit", semantics=1)
def edit(text: str, expected: Any, *, normalise: bool = False, limit: int = EDIT_LIMIT) -> float | Score:
    """How near the text is to the nearest accepted one: 1 less the edits (Levenshtein) per character of the longer.

    Args:
        text: The words of the output.
        expected: A text, or a list of accepted ones.
        normalise: Compare without case, punctuation and articles.
        limit: Where more than so many characters of both differ in the middle, there is no score.
    """
    wanted = accepted(expected)
    if not wanted:
        return NOTHING_EXPECTED
    if normalise:
        text, wanted = normal(text), [normal(each) for each in wanted]
    near = [_nearness(text, each, limit) for each in wanted]
    known = [each for each in near if each is not None]
    return max(known) if known else Score(value=None, reason=f"more than {limit} characters", label="too long")


def _nearness(a: str, b: str, limit: int) -> float | None:
    longer = max(len(a), len(b))
    if a == b:
        return 1.0
    start, end = _alike(a, b)
    a, b = a[start : len(a) - end], b[start : len(b) - end]
    if min(len(a), len(b)) and max(len(a), len(b)) > limit:
        return None
    return 1.0 - edits(a, b) / longer


def _alike(a: str, b: str) -> tuple[int, int]:
    """Return how many characters two different texts share at their start, and of the rest at their end."""
    most = min(len(a), len(b))
    start = 0
    while start < most and a[start] == b[start]:
        start += 1
    end = 0
    while end < most - start and a[-1 - end] == b[-1 - end]:
        end += 1
    return start, end


def edits(a: Sequence[Hashable], b: Sequence[Hashable]) -> int:
    """Return how many insertions, deletions and replacements lead from one to the other.

    >>> edits("kitten", "sitting"), edits("", "abc")
    (3, 3)
    """
    if len(a) > len(b):
        a, b = b, a
    if not a:
        return len(b)
    places = _places(a)
    whole, top = (1 << len(a)) - 1, 1 << (len(a) - 1)
    up, down, count = whole, 0, len(a)
    for each in b:
        same = places.get(each, 0)
        straight = (((same & up) + up) ^ up) | same | down
        rise = down | (whole & ~(straight | up))
        fall = up & straight
        count += bool(rise & top) - bool(fall & top)
        rise = (rise << 1) | 1
        up = whole & ((fall << 1) | ~(straight | rise))
        down = rise & straight & whole
    return count

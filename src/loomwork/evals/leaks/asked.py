"""The test rows, made ready to be met by any number of texts. Knows no source."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

from loomwork.evals.data.likeness import normalised, texts_in, words_of
from loomwork.evals.data.lineage import ABOUT
from loomwork.evals.leaks.limits import Limits

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_SHORT_ANSWER = 12
_END = 8
"""Word pairs at either end of a text."""
_AGREE = 0.5
"""F1 of the words of two answers that say the same."""
ANSWERS = ("expected", "answer", "output", "label", "target", "reference", "gold", "答案", "标签")
"""Keys that hold what should come out, where nobody says which."""
QUESTIONS = ("question", "query", "prompt", "instruction", "problem", "input", "text", "问题", "输入")
"""Keys that hold what is asked, where nobody says which."""
_UNKNOWN = 0
_GROUP = 3
"""Digits between commas."""


class Asked(NamedTuple):
    """A test row as it is compared."""

    question: str
    plain: str
    pairs: frozenset[int]
    numbers: Counter[str]
    answer: str
    """Normalised."""
    ends: tuple[frozenset[int], ...]
    """The first and the last word pairs of a long one: both must stand where it stands, not its middle alone."""


class Met(NamedTuple):
    """A text as it meets the test rows."""

    plain: str
    words: list[str]
    codes: set[int]
    """Its word pairs, those that some test row has."""

    @property
    def pairs(self) -> int:
        """How many different word pairs it has."""
        return len(set(pairwise(self.words))) or len(self.words)


class Keys(NamedTuple):
    """Which keys of a row say what."""

    questions: tuple[str, ...]
    answers: tuple[str, ...]

    def question(self, row: Mapping[str, Any]) -> str:
        """Return what a row asks; where it has none of the keys, all that it says but answers."""
        named = [key for key in self.questions if key in row]
        chosen = named or [key for key in row if not key.startswith(ABOUT) and key not in self.answers]
        return " ".join(text for key in chosen for text in texts_in(row[key]))

    def answer(self, row: Mapping[str, Any]) -> str:
        """Return what should come out."""
        return " ".join(text for key in self.answers if key in row for text in texts_in(row[key]))


def keys_of(rows: Sequence[Mapping[str, Any]], *, inputs: Sequence[str], expected: str) -> Keys:
    """Return the keys to compare: those given, else those whose names say so, else every key with words in it.

    Of several inputs, those are left out that say the same in most rows: what is asked differs, a context does not.

    >>> keys_of([{"question": "a b", "context": "c", "answer": "d"}], inputs=(), expected="")
    Keys(questions=('question',), answers=('answer',))
    """
    present = dict.fromkeys(key for row in rows[:1000] for key in row if not key.startswith(ABOUT))
    answers = (expected,) if expected in present else tuple(key for key in ANSWERS if key in present)
    wanted = [key for key in inputs if key in present and key not in answers]
    named = [key for key in QUESTIONS if key in present and key not in answers]
    chosen = wanted or named[:1] or [key for key in present if key not in answers and _has_words(rows, key)]
    if len(chosen) > 1:
        differ = {key: len({repr(row.get(key)) for row in rows}) for key in chosen}
        most = max(differ.values())
        chosen = [key for key in chosen if differ[key] * 2 >= most]
    return Keys(tuple(chosen), answers)


def _has_words(rows: Sequence[Mapping[str, Any]], key: str) -> bool:
    some = [row[key] for row in rows[:100] if isinstance(row.get(key), str)]
    return bool(some) and sum(len(plain_of(text).split()) for text in some) > len(some)


class AskedRows:
    """Test rows and an index of their word pairs.

    Args:
        rows: The rows.
        keys: What of them is compared.
        limits: From where on they count as found.
    """

    def __init__(self, rows: Sequence[Mapping[str, Any]], keys: Keys, limits: Limits) -> None:
        self.rows = rows
        self.limits = limits
        self._words: dict[str, int] = {}
        questions = [keys.question(row) for row in rows]
        plain = [plain_of(text) for text in questions]
        for text in plain:
            for word in text.split():
                self._words.setdefault(word, len(self._words) + 1)
        self._base = len(self._words) + 1
        self.asked = [
            self._asked(question, text, plain_of(answer))
            for question, text, answer in zip(questions, plain, map(keys.answer, rows), strict=True)
        ]
        self.exact = _places(each.question for each in self.asked)
        self.plain = _places(each.plain for each in self.asked)
        self.postings = _postings(each.pairs for each in self.asked)
        self._alike = self._prefixes(min(limits.near, limits.contained))
        self._within = self._prefixes(limits.contained)

    def met(self, text: str) -> Met:
        """Return a text as it meets these rows."""
        plain = plain_of(text)
        words = plain.split()
        return Met(plain, words, self._codes(words) & self.postings.keys())

    def sharing(self, met: Met) -> set[int]:
        """Return the rows that a text may be nearly, or may hold; none that it does is left out."""
        heads = self._alike
        return {row for code in met.codes & heads.keys() for row in heads[code]}

    def within(self, met: Met) -> set[int]:
        """Return the rows that a text may hold; none that it does is left out."""
        heads = self._within
        return {row for code in met.codes & heads.keys() for row in heads[code]}

    def around(self, met: Met, size: int) -> set[int]:
        """Return the rows that may hold enough of a short text with so many pairs; none that does is left out."""
        if size < self.limits.least_pairs or len(met.codes) < self.limits.contained * size:
            return set()
        head = size - math.ceil(self.limits.contained * size) + 1 - (size - len(met.codes))
        rare = sorted(met.codes, key=lambda code: (len(self.postings[code]), code))
        return {row for code in rare[:head] for row in self.postings[code]}

    def _asked(self, question: str, plain: str, answer: str) -> Asked:
        words = plain.split()
        cut = (words[: _END + 1], words[-_END - 1 :]) if len(words) > 2 * _END else ()
        ends = tuple(frozenset(self._codes(each)) for each in cut)
        return Asked(question, plain, frozenset(self._codes(words)), numbers_in(question), answer, ends)

    def _codes(self, words: Sequence[str]) -> set[int]:
        known = self._words
        numbers = [known.get(word, _UNKNOWN) for word in words]
        if len(numbers) == 1:
            return {-numbers[0]} - {0}
        base = self._base
        return {one * base + two for one, two in pairwise(numbers) if one and two}

    def _prefixes(self, share: float) -> dict[int, list[int]]:
        """Return which rows begin with a word pair, the rarest first: so far as a row must share one of them."""
        heads: defaultdict[int, list[int]] = defaultdict(list)
        for place, each in enumerate(self.asked):
            size = len(each.pairs)
            ordered = sorted(each.pairs, key=lambda code: (len(self.postings[code]), code))
            for code in ordered[: size - math.ceil(share * size) + 1]:
                heads[code].append(place)
        return dict(heads)


def plain_of(text: str) -> str:
    """Return a normalised text as its words, between spaces; so is each Chinese character, however it was spaced.

    >>> plain_of("在 FastAPI中") == plain_of("在FastAPI 中")
    True
    """
    plain = normalised(text)
    return plain if plain.isascii() else " ".join(words_of(plain))


def numbers_in(text: str) -> Counter[str]:
    """Return the numbers of a text as often as they stand there, however thousands are set off.

    >>> numbers_in("1,000 of 1000, 2.5%") == Counter({"1000": 2, "2.5": 1})
    True
    """
    return Counter(_canonical(found) for found in _NUMBER.findall(text))


def holds_answer(plain: str, answer: str, limits: Limits) -> bool:
    """Say whether a normalised text holds a normalised answer: word for word, or most of a long one.

    >>> holds_answer("it is 42 in all", "42", Limits()), holds_answer("it is 421", "42", Limits())
    (True, False)
    """
    if not answer:
        return False
    words = answer.split()
    if len(words) <= _SHORT_ANSWER:
        return f" {answer} " in f" {plain} "
    wanted = set(pairwise(words))
    return len(wanted & set(pairwise(plain.split()))) >= limits.answer * len(wanted)


def agree(one: str, two: str) -> bool:
    """Say whether two normalised answers may be the answer to one question; one that is not there may be any.

    >>> agree("in 1990", "1990"), agree("denver broncos", "in 1990"), agree("", "42")
    (True, False, True)
    """
    if not one or not two:
        return True
    first, second = Counter(one.split()), Counter(two.split())
    common = (first & second).total()
    return 2 * common >= _AGREE * (first.total() + second.total())


def _canonical(number: str) -> str:
    whole, dot, part = number.rpartition(".")
    if dot and "," not in part:
        return f"{whole.replace(',', '')}.{part}"
    groups = number.split(",")
    is_thousands = all(len(group) == _GROUP for group in groups[1:])
    return "".join(groups) if is_thousands else number


def _places(texts: Iterable[str]) -> dict[str, list[int]]:
    places: defaultdict[str, list[int]] = defaultdict(list)
    for place, text in enumerate(texts):
        if text:
            places[text].append(place)
    return dict(places)


def _postings(sets: Iterable[frozenset[int]]) -> dict[int, list[int]]:
    postings: defaultdict[int, list[int]] = defaultdict(list)
    for place, each in enumerate(sets):
        for code in each:
            postings[code].append(place)
    return dict(postings)

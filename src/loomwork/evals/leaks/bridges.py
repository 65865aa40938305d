"""Rows in other words, or in another language: what two texts share where they share no phrase. Knows no source.

In other words: rare words in common propose pairs; vectors decide where an embedder covers the language, else the words
themselves. In another language: what translators leave as it is, which is names and code in Latin letters, and numbers.
A text without any of these is not found: this is a light bridge, and its recall is said in the benchmarks.
"""

from __future__ import annotations

import asyncio
import heapq
import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from loomwork.evals.data.likeness import normalised, words_of
from loomwork.evals.leaks.asked import AskedRows, agree, numbers_in
from loomwork.evals.leaks.limits import Limits
from loomwork.evals.leaks.values import Kind, Text

if TYPE_CHECKING:
    from loomwork.knowledge.embedding import Embedder

_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_BRIDGE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:[./-][A-Za-z0-9_]+)*|\d+(?:[.,]\d+)*")
_CODE = re.compile(r"\d|[_./]|[a-z][A-Z]|^[A-Z]{2,}$")
_STEM = 6
"""Letters of a word that count: `surrender` and `surrendered` are one."""
_MOST_WORDS = 400
"""A longer text is no row."""
_RARE = 50
"""Rows that share a word, where it still proposes pairs."""
_FEW = 1000
"""Rows below which a word is no less rare for there being so few."""
_KEPT = 3
"""Texts a row that vectors are asked for."""
_CHINESE = 0.15


class Bridged(NamedTuple):
    """A row found over a bridge."""

    kind: Kind
    row: int
    similarity: float
    text: Text


class _Side(NamedTuple):
    """A text as bridges see it."""

    is_chinese: bool
    words: frozenset[str]
    numbers: frozenset[tuple[str, int]]
    """Each with how often it stands there."""
    marks: frozenset[str]
    """Names, code and numbers as they are written, in small letters."""
    firm: frozenset[str]
    """Those of the marks that no translator changes: numbers and code."""


class _Candidate(NamedTuple):
    score: float
    order: int
    text: Text


class Bridges:
    """The test rows by their rare words and marks.

    Args:
        rows: The test rows.
        limits: From where on two texts count as one.
        embedder: For vectors.
    """

    def __init__(self, rows: AskedRows, limits: Limits, embedder: Embedder | None) -> None:
        self._limits = limits
        self._embedder = embedder
        self._rows = rows
        self._sides = [_side(each.question) for each in rows.asked]
        self._words = _Rarity([side.words for side in self._sides])
        self._marks = _Rarity([side.marks | side.words for side in self._sides])
        chinese = {place for place, side in enumerate(self._sides) if side.is_chinese}
        self._foreign = {True: {*range(len(self._sides))} - chinese, False: chinese}
        """By whether a text is Chinese: the rows in another language."""
        self._near: defaultdict[int, list[_Candidate]] = defaultdict(list)
        self._over: dict[int, _Candidate] = {}
        self._met = 0

    def meet(self, text: Text) -> None:
        """Note what a text may be."""
        if len(text.question) > _MOST_WORDS * 12:
            return
        side = _side(text.question)
        self._met += 1
        length = self._words.length(side.words)
        for row in self._words.sharing(side.words):
            own = self._sides[row]
            if own.is_chinese == side.is_chinese and own.numbers == side.numbers:
                score = self._words.cosine(row, side.words, length)
                if score >= self._limits.candidate and agree(self._rows.asked[row].answer, text.answer):
                    kept = self._near[row]
                    heapq.heappush(kept, _Candidate(score, -self._met, text))
                    if len(kept) > _KEPT:
                        heapq.heappop(kept)
        foreign = self._foreign[side.is_chinese]
        if side.marks and foreign:
            self._translated(side, text, foreign)

    def settled(self, kinds: Collection[Kind]) -> list[Bridged]:
        """Return what was found since the last time."""
        found: list[Bridged] = []
        if "paraphrase" in kinds:
            found += self._paraphrases()
        if "translated" in kinds:
            found += [Bridged("translated", row, each.score, each.text) for row, each in self._over.items()]
        self._near.clear()
        self._over.clear()
        return found

    def _translated(self, side: _Side, text: Text, foreign: set[int]) -> None:
        for row in self._marks.sharing(side.marks) & foreign:
            own = self._sides[row]
            chinese, other = (own, side) if own.is_chinese else (side, own)
            common = chinese.marks & other.marks
            if self._marks.mass(common) < self._limits.translated_mass:
                continue
            score = min(self._marks.share(common, chinese.marks), self._marks.share(common & other.firm, other.firm))
            known = self._over.get(row)
            if score >= self._limits.translated and (known is None or score > known.score):
                self._over[row] = _Candidate(score, self._met, text)

    def _paraphrases(self) -> list[Bridged]:
        pairs = [(row, each) for row, several in self._near.items() for each in several]
        by_vector = [pair for pair in pairs if self._is_covered(self._sides[pair[0]])]
        cosines = self._cosines(by_vector) if by_vector else []
        found: dict[int, Bridged] = {}
        scored = [
            (row, each, cosine, self._limits.paraphrase) for (row, each), cosine in zip(by_vector, cosines, strict=True)
        ]
        scored += [
            (row, each, each.score, self._limits.paraphrase_words)
            for row, each in pairs
            if not self._is_covered(self._sides[row])
        ]
        for row, each, score, limit in scored:
            if score >= limit and (row not in found or score > found[row].similarity):
                found[row] = Bridged("paraphrase", row, score, each.text)
        return list(found.values())

    def _is_covered(self, side: _Side) -> bool:
        if self._embedder is None:
            return False
        languages = self._embedder.languages
        return not languages or ("zh" if side.is_chinese else "en") in languages

    def _cosines(self, pairs: Sequence[tuple[int, _Candidate]]) -> list[float]:
        texts = list(
            dict.fromkeys(
                [self._rows.asked[row].question for row, _ in pairs] + [each.text.question for _, each in pairs]
            )
        )
        vectors = _embedded(self._embedder, texts)
        place = {text: at for at, text in enumerate(texts)}
        return [
            float(vectors[place[self._rows.asked[row].question]] @ vectors[place[each.text.question]])
            for row, each in pairs
        ]


class _Rarity:
    """Sets of words, and how much each word says."""

    def __init__(self, sets: Sequence[frozenset[str]]) -> None:
        self._sets = sets
        counts = Counter(word for each in sets for word in each)
        size = max(_FEW, len(sets))
        self._unknown = math.log(1 + 2 * size)
        self._says = {word: math.log(1 + size / count) for word, count in counts.items()}
        self._rare: defaultdict[str, list[int]] = defaultdict(list)
        for place, each in enumerate(sets):
            for word in each:
                if counts[word] <= _RARE:
                    self._rare[word].append(place)
        self._lengths = [self.length(each) for each in sets]

    def sharing(self, words: Collection[str]) -> set[int]:
        """Return the sets that share a rare word."""
        return {place for word in words if word in self._rare for place in self._rare[word]}

    def cosine(self, place: int, words: frozenset[str], length: float) -> float:
        """Return the cosine of a set with another one of that length, words weighted by what they say."""
        common = sum(self._says[word] ** 2 for word in self._sets[place] & words)
        whole = self._lengths[place] * length
        return common / whole if whole else 0.0

    def mass(self, words: Collection[str]) -> float:
        """Return how much words say together."""
        return sum(self._says.get(word, self._unknown) for word in words)

    def share(self, some: Collection[str], of: Collection[str]) -> float:
        """Return how much of what words say some of them say; 1 of no words."""
        whole = self.mass(of)
        return self.mass(some) / whole if whole else 1.0

    def length(self, words: Collection[str]) -> float:
        """Return the length of a set as a vector."""
        return math.sqrt(sum(self._says.get(word, self._unknown) ** 2 for word in words))


def _side(text: str) -> _Side:
    words = words_of(normalised(text))
    han = len(_HAN.findall(text))
    marks = [found for found in _BRIDGE.findall(text)]
    return _Side(
        is_chinese=han > _CHINESE * max(1, len(words)),
        words=frozenset(_terms(words)),
        numbers=frozenset(numbers_in(text).items()),
        marks=frozenset(mark.lower() for mark in marks if len(mark) > 1 or mark.isdigit()),
        firm=frozenset(mark.lower() for mark in marks if _CODE.search(mark)),
    )


def _terms(words: Sequence[str]) -> Iterator[str]:
    """Yield Latin words by their beginnings, and Chinese characters in pairs."""
    for word in words:
        if not _HAN.match(word):
            yield word[:_STEM]
    for one, two in pairwise(words):
        if _HAN.match(one) and _HAN.match(two):
            yield one + two


def _embedded(embedder: Embedder | None, texts: Sequence[str]) -> Any:
    """Embed in a thread with a loop of its own: whoever asks may have one running."""
    if embedder is None:
        return []
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(_all(embedder, texts))).result()


async def _all(embedder: Embedder, texts: Sequence[str]) -> Any:
    return await embedder.embed(texts)

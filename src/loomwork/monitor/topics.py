"""What people ask about: questions that lie close together are one topic. Knows no store and no page.

Deliberately simple, and honest about what it is: each question is laid to the nearest topic so far, or begins one where
none is near enough (leader clustering, Hartigan 1975). Near is the cosine of sentence embeddings for questions whose
language the embedder covers, and of TF-IDF weighted words for all others (Chinese is cut into words first). Numbers,
ids and addresses count for nothing in it: what is asked about two orders is one question. A topic is named by the
question nearest to its middle and by the words that set it apart.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from loomwork.store.requests import UNANSWERED, Question

By = Literal["embedding", "words"]
Embed = Callable[[Sequence[str]], Sequence[Sequence[float]]]
Terms = Callable[[str], Sequence[str]]
Vector = dict[int, float]
EMBEDDED_NEAR, WORDED_NEAR = 0.55, 0.22
"""From which cosine on a question belongs to a topic."""
MOST_WORDS = 5
_CJK = (0x3400, 0x9FFF)
_SHARE = 0.2
_NAMES = re.compile(
    r"[\w.+-]+@[\w-]+\.[\w.-]+"  # addresses of mail
    r"|https?://\S+"
    r"|[A-Za-z0-9_./:#-]*\d[A-Za-z0-9_./:#-]*"  # whatever holds a digit: numbers, dates, ids
)
_ASKING = frozenset({
    "what", "is", "are", "was", "a", "an", "the", "of", "for", "about", "does", "do", "did", "mean", "tell", "me",
    "please", "how", "who", "which", "是", "什么", "是什", "意思", "怎么", "请问", "的", "了", "呢",
})  # fmt: skip
"""Words that ask, and name nothing."""
_SPACES = re.compile(r"\s+")


class Topic(NamedTuple):
    """Questions that lie close together."""

    example: str
    words: tuple[str, ...]
    by: By
    questions: tuple[Question, ...]

    @property
    def unanswered(self) -> int:
        """How many of them the documents had no answer to."""
        return sum(each.flags & UNANSWERED != 0 for each in self.questions)


def is_chinese(text: str) -> bool:
    """Say whether a text is to be cut as Chinese.

    >>> is_chinese("怎么退货 order 12"), is_chinese("How do I return it?")
    (True, False)
    """
    letters = [each for each in text if each.isalpha()]
    if not letters:
        return False
    return sum(_CJK[0] <= ord(each) <= _CJK[1] for each in letters) / len(letters) >= _SHARE


def plainly(text: str, terms: Terms) -> str:
    """Return a question without what only names the thing that it is about: numbers, dates, ids, addresses.

    Two questions about two orders are the same question. Where no word that means something is left, all of it stays.

    >>> def words(text: str) -> list[str]:
    ...     return text.lower().replace("?", "").split()
    >>> plainly("Where is order A-1042/7 of 2026-11-03?", words), plainly("What is E-4012?", words)
    ('Where is order of ?', 'What is E-4012?')
    """
    left = _SPACES.sub(" ", _NAMES.sub(" ", text)).strip()
    return text if _ASKING.issuperset(terms(left)) else left


def topics(questions: Sequence[Question], *, terms: Terms, embed: Embed | None) -> list[Topic]:
    """Return the topics of questions, the largest first.

    Args:
        questions: Any number; time grows with their number times that of the topics.
        terms: Cuts a text into words, without those that mean nothing.
        embed: Sentence embeddings for texts that are not Chinese; None: words for all.
    """
    chinese = [each for each in questions if embed is None or is_chinese(each.text)]
    others = [each for each in questions if embed is not None and not is_chinese(each.text)]
    plain = _plain_terms(terms)
    found = _topics(chinese, _worded([plain(each.text) for each in chinese]), WORDED_NEAR, "words", plain)
    if embed is not None and others:
        vectors = [dict(enumerate(vector)) for vector in embed([plainly(each.text, terms) for each in others])]
        found += _topics(others, [_unit(each) for each in vectors], EMBEDDED_NEAR, "embedding", plain)
    return sorted(found, key=lambda each: (-len(each.questions), each.example))


def _plain_terms(terms: Terms) -> Terms:
    return lambda text: terms(plainly(text, terms))


def _topics(questions: Sequence[Question], vectors: Sequence[Vector], near: float, by: By, terms: Terms) -> list[Topic]:
    groups = _groups(vectors, near)
    spread = Counter(term for each in questions for term in set(terms(each.text)))
    return [_named([questions[n] for n in group], [vectors[n] for n in group], by, terms, spread) for group in groups]


def _groups(vectors: Sequence[Vector], near: float) -> list[list[int]]:
    """Lay each vector to the topic whose middle is nearest, if it is near enough; then once more from the middles."""
    middles: list[Vector] = []
    sums: list[Vector] = []
    for vector in vectors:
        best, likeness = _nearest(vector, middles)
        if best is None or likeness < near:
            sums.append(dict(vector))
            middles.append(_unit(vector))
        else:
            for place, value in vector.items():
                sums[best][place] = sums[best].get(place, 0.0) + value
            middles[best] = _unit(sums[best])
    groups: list[list[int]] = [[] for _ in middles]
    for number, vector in enumerate(vectors):
        best, _ = _nearest(vector, middles)
        if best is not None:
            groups[best].append(number)
    return [group for group in groups if group]


def _nearest(vector: Vector, middles: Sequence[Vector]) -> tuple[int | None, float]:
    best, likeness = None, -1.0
    for number, middle in enumerate(middles):
        cosine = _dot(vector, middle)
        if cosine > likeness:
            best, likeness = number, cosine
    return best, likeness


def _named(
    questions: Sequence[Question], vectors: Sequence[Vector], by: By, terms: Terms, spread: Counter[str]
) -> Topic:
    whole: Vector = {}
    for vector in vectors:
        for place, value in vector.items():
            whole[place] = whole.get(place, 0.0) + value
    middle = _unit(whole)
    example = max(range(len(questions)), key=lambda n: (_dot(vectors[n], middle), -n))
    counted = Counter(term for each in questions for term in set(terms(each.text)))
    words = sorted(counted, key=lambda term: (-(counted[term] ** 2) / spread[term], term))
    return Topic(questions[example].text, tuple(words[:MOST_WORDS]), by, tuple(questions))


def _worded(texts: Sequence[Sequence[str]]) -> list[Vector]:
    """Return TF-IDF vectors of texts that were cut into words."""
    frequency = Counter(term for text in texts for term in set(text))
    numbers = {term: number for number, term in enumerate(frequency)}
    return [
        _unit({
            numbers[term]: (1 + math.log(count)) * math.log(1 + len(texts) / frequency[term])
            for term, count in Counter(text).items()
        })
        for text in texts
    ]  # fmt: skip


def _dot(one: Vector, other: Vector) -> float:
    if len(other) < len(one):
        one, other = other, one
    return sum(value * other[place] for place, value in one.items() if place in other)


def _unit(vector: Vector) -> Vector:
    length = math.sqrt(sum(value * value for value in vector.values()))
    return {place: value / length for place, value in vector.items()} if length else {}

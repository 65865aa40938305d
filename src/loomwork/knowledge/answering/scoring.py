"""How well sentences answer a question, without a model: words, headings above, meaning, place. Chooses nothing."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from loomwork.knowledge.answering.sentences import all_sentences
from loomwork.knowledge.answering.together import header_of, is_header, is_heading
from loomwork.knowledge.answering.tools import Tools, Wanted, wanted
from loomwork.knowledge.answering.values import Evidence, Sentence
from loomwork.knowledge.values import Passage, section_at
from loomwork.knowledge.wording import language_asked

ABOVE = 0.5
"""What a word in the title or the headings counts, beside one in the sentence."""
MEANING = 1.0
PLACE = 0.3
OTHER_LANGUAGE = 0.25
"""What a sentence loses that is in another language than the question."""
EMBEDDED = 24
"""Sentences whose meaning is looked at: the best by words."""
LOOKED_AT = 5
"""Passages that are evidence."""


class Scored(NamedTuple):
    """A sentence with its score, the share of the question's words that it holds, and its likeness to the question."""

    sentence: Sentence
    score: float
    words: float
    meaning: float | None
    header: Sentence | None = None
    """Of the table that it is a row of: read, and quoted, with it."""
    place: float = 0.0
    """How much of the score is only that its passage was found early."""
    own: float = 0.0
    """Of a row: the share of the question's words that stands in itself, not in its header."""

    @property
    def fit(self) -> float:
        """The score without its place."""
        return self.score - self.place

    @property
    def text(self) -> str:
        """What is read: a row beneath its header."""
        return f"{self.header.text}\n{self.sentence.text}" if self.header else self.sentence.text


class Read(NamedTuple):
    """Passages, read with a question in mind: their sentences, best first, and what they are evidence of."""

    sentences: tuple[Scored, ...]
    evidence: Evidence
    """Of the document that speaks most of the question, in its passages among the first."""
    of: tuple[Evidence, ...] = ()
    """Of every passage's document by itself: what one says does not speak for another's sentences."""


async def read(question: str, passages: Sequence[Passage], tools: Tools) -> Read:
    """Score every sentence of the passages; equal ones stay in the passages' order."""
    by_words, covered = await asyncio.to_thread(_by_words, question, passages, tools)
    language = language_asked(question)
    near = [each for each in by_words[:EMBEDDED] if language_asked(each.text) == language]
    vectors = await tools.vectors([question, *(each.text for each in near)], language) if near else None
    if vectors is None:
        of = tuple(_by_document(passages, covered, None))
        return Read(tuple(by_words), _most(of), of)
    likeness = (vectors[1:] @ vectors[0]).tolist()
    known = {each.sentence: value for each, value in zip(near, likeness, strict=True)}
    scored = [_with_meaning(each, known.get(each.sentence)) for each in by_words]
    of = tuple(_by_document(passages, covered, _nearest(scored, len(passages))))
    return Read(tuple(sorted(scored, key=lambda each: -each.score)), _most(of), of)


def _by_document(passages: Sequence[Passage], covered: Sequence[float], near: Sequence[float] | None) -> list[Evidence]:
    """Return for each passage what its document is evidence of: its best passage's words, its nearest sentence."""
    words: dict[str, float] = {}
    meaning: dict[str, float] = {}
    for at, passage in enumerate(passages):
        if at < LOOKED_AT:
            words[passage.doc] = max(words.get(passage.doc, 0.0), covered[at])
        meaning[passage.doc] = max(meaning.get(passage.doc, 0.0), 0.0 if near is None else near[at])
    return [_evidence(words.get(each.doc, 0.0), None if near is None else meaning[each.doc]) for each in passages]


def _nearest(scored: Sequence[Scored], passages: int) -> list[float]:
    """Return how near to the question the nearest sentence of each passage is."""
    nearest = [0.0] * passages
    for each in scored:
        at = each.sentence.passage
        nearest[at] = max(nearest[at], each.meaning or 0.0)
    return nearest


def _evidence(words: float, meaning: float | None) -> Evidence:
    return Evidence(words=words, meaning=meaning, support=words if meaning is None else (words + meaning) / 2)


def _most(of: Sequence[Evidence]) -> Evidence:
    return max(of, key=lambda each: each.support, default=Evidence())


def _by_words(question: str, passages: Sequence[Passage], tools: Tools) -> tuple[list[Scored], list[float]]:
    asked = wanted(question, tools)
    language = language_asked(question)
    reading = _Reading(asked, tools, language)
    scored = [
        reading.score(each, passages[each.passage])
        for each in all_sentences(passages)
        if not is_header(passages[each.passage], each) and not is_heading(passages[each.passage], each)
    ]
    covered = [
        asked.share(
            tools.words.terms(" ".join((passage.title, *passage.section, *_header_text(passage), passage.text))),
            script=language_asked(passage.text),
        )
        for passage in passages
    ]
    return sorted(scored, key=lambda each: -each.score), covered


def _header_text(passage: Passage) -> tuple[str, ...]:
    return () if passage.header is None else (passage.header.text,)


class _Reading(NamedTuple):
    """What sentences are read with."""

    asked: Wanted
    tools: Tools
    language: str

    def score(self, sentence: Sentence, passage: Passage) -> Scored:
        header = header_of(passage, sentence)
        text = sentence.text if header is None else f"{header.text}\n{sentence.text}"
        script = language_asked(text)
        own = frozenset(self.tools.words.terms(text))
        names = (passage.title, *section_at(passage, sentence.start))
        above = frozenset(self.tools.words.terms(" ".join(names)))
        words = self.asked.share(own, script=script)
        place = PLACE / (1 + sentence.passage)
        score = words + ABOVE * (self.asked.share(own | above, script=script) - words) + place
        if script != self.language:
            score -= OTHER_LANGUAGE
        alone = words if header is None else self.asked.share(self.tools.words.terms(sentence.text), script=script)
        return Scored(sentence, score, words, None, header, place, alone)


def _with_meaning(scored: Scored, likeness: float | None) -> Scored:
    if likeness is None:
        return scored
    return scored._replace(score=scored.score + MEANING * likeness, meaning=likeness)

"""How well sentences answer a question, without a model: words, headings above, meaning, place. Chooses nothing."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from loomwork.knowledge.answering.sentences import all_sentences
from loomwork.knowledge.answering.tools import Tools, Wanted, wanted
from loomwork.knowledge.answering.values import Evidence, Sentence
from loomwork.knowledge.values import Passage
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


class Read(NamedTuple):
    """Passages, read with a question in mind: their sentences, best first, and what they are evidence of."""

    sentences: tuple[Scored, ...]
    evidence: Evidence


async def read(question: str, passages: Sequence[Passage], tools: Tools) -> Read:
    """Score every sentence of the passages; equal ones stay in the passages' order."""
    by_words, covered = await asyncio.to_thread(_by_words, question, passages, tools)
    language = language_asked(question)
    near = [each for each in by_words[:EMBEDDED] if _same_language(passages[each.sentence.passage], language)]
    vectors = await tools.vectors([question, *(each.sentence.text for each in near)], language) if near else None
    if vectors is None:
        return Read(tuple(by_words), Evidence(words=covered, support=covered))
    likeness = (vectors[1:] @ vectors[0]).tolist()
    known = {each.sentence: value for each, value in zip(near, likeness, strict=True)}
    scored = [_with_meaning(each, known.get(each.sentence)) for each in by_words]
    best = max(likeness)
    evidence = Evidence(words=covered, meaning=best, support=(covered + max(best, 0.0)) / 2)
    return Read(tuple(sorted(scored, key=lambda each: -each.score)), evidence)


def _by_words(question: str, passages: Sequence[Passage], tools: Tools) -> tuple[list[Scored], float]:
    asked = wanted(question, tools)
    above = [frozenset(tools.words.terms(" ".join((each.title, *each.section)))) for each in passages]
    language = language_asked(question)
    scored = [_score(each, above[each.passage], asked, tools, language) for each in all_sentences(passages)]
    covered = [
        asked.share(above[at] | frozenset(tools.words.terms(passage.text)))
        for at, passage in enumerate(passages[:LOOKED_AT])
    ]
    return sorted(scored, key=lambda each: -each.score), max(covered, default=0.0)


def _score(sentence: Sentence, above: frozenset[str], asked: Wanted, tools: Tools, language: str) -> Scored:
    own = frozenset(tools.words.terms(sentence.text))
    words = asked.share(own)
    score = words + ABOVE * (asked.share(own | above) - words) + PLACE / (1 + sentence.passage)
    if language_asked(sentence.text) != language:
        score -= OTHER_LANGUAGE
    return Scored(sentence, score, words, None)


def _with_meaning(scored: Scored, likeness: float | None) -> Scored:
    if likeness is None:
        return scored
    return scored._replace(score=scored.score + MEANING * likeness, meaning=likeness)


def _same_language(passage: Passage, language: str) -> bool:
    return not passage.language or passage.language == language

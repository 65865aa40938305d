"""How well questions with known answers are found, answered, cited and refused. Counts; runs nothing.

A set is JSONL: `{"id", "language", "split", "question", "pages", "sentence"}`; no pages: the documents do not say.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from loomwork.knowledge.answering.values import Answer
from loomwork.knowledge.values import Passage

AT = 5


class Question(Struct, frozen=True, kw_only=True):
    """A question, the pages that answer it, and the sentence that does, to the letter."""

    id: str
    language: str
    split: str
    question: str
    pages: tuple[str, ...] = ()
    sentence: str = ""

    @property
    def answerable(self) -> bool:
        """Whether the documents answer it."""
        return bool(self.pages)


class Outcome(Struct, frozen=True, kw_only=True):
    """What became of one question."""

    question: Question
    rank: int
    """Place of the first right page among the passages, from 1; 0 where none is right."""
    refused: bool
    cited: int
    """Citations."""
    exact: int
    """Citations whose place in the document holds what they quote."""
    on_page: bool
    """A citation points into a right page."""
    told: bool
    """A citation holds the right sentence, or lies inside it."""


class Figures(Struct, frozen=True, kw_only=True):
    """Means over questions; None where there is no question to take them over."""

    answerable: int
    unanswerable: int
    recall_at_1: float | None
    recall_at_5: float | None
    mrr: float | None
    """Mean of 1/rank of the first right page, among the passages that were asked for."""
    refused_rightly: float | None
    """Of the unanswerable."""
    refused_wrongly: float | None
    """Of the answerable."""
    cited_page: float | None
    """Of the answerable that were answered: a citation points into a right page."""
    told: float | None
    """Of the answerable: a citation holds the sentence that answers."""
    exact: float | None
    """Of all citations: their place holds what they quote."""


def questions_of(path: Path) -> list[Question]:
    """Read a set of questions."""
    decoder = msgspec.json.Decoder(Question)
    return [decoder.decode(line) for line in path.read_bytes().splitlines() if line.strip()]


def outcome(question: Question, answer: Answer, text_of: Callable[[str], str]) -> Outcome:
    """Compare an answer with what is known; `text_of` gives the parsed text of a document."""
    exact = [text_of(each.doc)[each.start : each.end] == each.quote for each in answer.citations]
    told = [
        question.sentence in each.quote or each.quote in question.sentence
        for each in answer.citations
        if question.sentence and page_of(each.doc) in question.pages
    ]
    return Outcome(
        question=question,
        rank=rank_of(question.pages, answer.passages),
        refused=answer.mode == "none",
        cited=len(exact),
        exact=sum(exact),
        on_page=any(page_of(each.doc) in question.pages for each in answer.citations),
        told=any(told),
    )


def rank_of(pages: Sequence[str], passages: Sequence[Passage]) -> int:
    """Return the place of the first passage from one of the pages; 0 for none."""
    return next((rank for rank, each in enumerate(passages, start=1) if page_of(each.doc) in pages), 0)


def page_of(doc: str) -> str:
    """Return a document's name within its archive.

    >>> page_of("fastapi-docs.zip!/en/async.md")
    'en/async.md'
    """
    return doc.rpartition("!/")[2]


def figures(outcomes: Iterable[Outcome]) -> Figures:
    """Return the figures of some outcomes: all of them, or those of one language and split."""
    every = list(outcomes)
    known = [each for each in every if each.question.answerable]
    unknown = [each for each in every if not each.question.answerable]
    answered = [each for each in known if not each.refused]
    return Figures(
        answerable=len(known),
        unanswerable=len(unknown),
        recall_at_1=_mean(each.rank == 1 for each in known),
        recall_at_5=_mean(0 < each.rank <= AT for each in known),
        mrr=_mean(1 / each.rank if each.rank else 0.0 for each in known),
        refused_rightly=_mean(each.refused for each in unknown),
        refused_wrongly=_mean(each.refused for each in known),
        cited_page=_mean(each.on_page for each in answered),
        told=_mean(each.told for each in known),
        exact=_mean(value for each in every for value in [1.0] * each.exact + [0.0] * (each.cited - each.exact)),
    )


def _mean(values: Iterable[float]) -> float | None:
    given = list(values)
    return math.fsum(given) / len(given) if given else None

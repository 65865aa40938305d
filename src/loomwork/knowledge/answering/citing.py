"""Tie each sentence of a generated answer to the place that says so. Judges by words; asks no model.

A sentence is supported where a stretch of up to three sentences of a passage holds enough of its words and every one of
its numbers. The passages that the model named are looked at first, then all. A passage in another script than the
sentence cannot be judged by words: there the model's own mark is believed, and the citation says so (`support` 0).
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec import Struct

from loomwork.knowledge.answering.sentences import sentences_of
from loomwork.knowledge.answering.tools import Tools, Wanted, wanted
from loomwork.knowledge.answering.values import Citation, Excerpt
from loomwork.knowledge.parsing.languages import language_of
from loomwork.knowledge.splitting.breaking import sentences as cut
from loomwork.knowledge.values import page_at, section_at
from loomwork.knowledge.wording import language_asked

SUPPORTED = 0.5
"""The least share of a claim's words, by weight, that its place must hold."""
STRETCH = 3
LEAST_TERMS = 2
"""What has fewer words claims nothing ("Yes.", "Here is how:")."""
_MARK = re.compile(r"\s*[\[【]\s*(\d{1,3}(?:\s*[,，、]\s*\d{1,3})*)\s*[\]】]")
_BEHIND = re.compile(r"\s*([.!?。！？])\s*((?:[\[【]\s*\d{1,3}(?:\s*[,，、]\s*\d{1,3})*\s*[\]】]\s*)+)")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Statement(NamedTuple):
    """One sentence of an answer without its marks, the white space behind it, and the passages that it names."""

    text: str
    behind: str
    marks: tuple[int, ...]


class Tied(Struct, frozen=True, kw_only=True):
    """One sentence of an answer and where it comes from."""

    statement: Statement
    citations: tuple[Citation, ...] = ()
    claims: bool = True
    """Whether it says anything that needs support."""

    @property
    def supported(self) -> bool:
        """Whether it stands in the passages, or claims nothing."""
        return bool(self.citations) or not self.claims


class _Place(NamedTuple):
    excerpt: Excerpt
    start: int
    end: int
    support: float


def statements(text: str) -> list[Statement]:
    """Take an answer apart. Marks behind a full stop belong to the sentence before it.

    >>> statements("Use a list [1]. It works.[2, 3] Done")
    [Statement(text='Use a list.', behind=' ', marks=(1,)), Statement(text='It works.', behind=' ', marks=(2, 3)), \
Statement(text='Done', behind='', marks=())]
    """
    text = _BEHIND.sub(lambda found: f"{found[2].rstrip()}{found[1]} ", text).strip()
    said: list[Statement] = []
    for start, end in cut(text, 0, len(text)):
        piece = text[start:end]
        marks = [int(number) for found in _MARK.finditer(piece) for number in re.findall(r"\d+", found[1])]
        bare = _MARK.sub("", piece)
        if bare.strip():
            said.append(Statement(bare.strip(), bare[len(bare.rstrip()) :], tuple(dict.fromkeys(marks))))
    return said


def tied(said: Sequence[Statement], excerpts: Sequence[Excerpt], tools: Tools) -> list[Tied]:
    """Tie every statement to the excerpts; what is not supported has no citation."""
    return [_tied(each, excerpts, tools) for each in said]


def _tied(statement: Statement, excerpts: Sequence[Excerpt], tools: Tools) -> Tied:
    claim = wanted(statement.text, tools)
    if len(claim.weights) < LEAST_TERMS:
        return Tied(statement=statement, claims=False)
    named = [each for each in excerpts if each.number in statement.marks]
    own = [each for each in named if _same_script(statement.text, each)]
    places = [place for each in own if (place := _best(statement.text, claim, [each], tools))]
    if not places:
        readable = [each for each in excerpts if _same_script(statement.text, each)]
        found = _best(statement.text, claim, readable, tools)
        places = [found] if found else [_on_its_word(each) for each in named if each not in own]
    return Tied(statement=statement, citations=tuple(_citation(statement.text, each) for each in places))


def _best(text: str, claim: Wanted, excerpts: Sequence[Excerpt], tools: Tools) -> _Place | None:
    """Return the shortest stretch that supports the claim best, if any does."""
    numbers = frozenset(_NUMBER.findall(text))
    best: _Place | None = None
    for excerpt in excerpts:
        for start, end in _stretches(excerpt):
            said = excerpt.passage.text[start - excerpt.passage.start : end - excerpt.passage.start]
            support = claim.share(frozenset(tools.words.terms(said)))
            if support < SUPPORTED or not numbers <= frozenset(_NUMBER.findall(said)):
                continue
            place = _Place(excerpt, start, end, support)
            if best is None or _better(place, best):
                best = place
    return best


def _better(place: _Place, best: _Place) -> bool:
    """A longer stretch has to say clearly more than a shorter one."""
    margin = 0.05 * (1 if place.end - place.start > best.end - best.start else -1)
    return place.support > best.support + margin


def _stretches(excerpt: Excerpt) -> Iterator[tuple[int, int]]:
    """Yield stretches of up to three sentences inside one piece, and every piece as a whole."""
    pieces = excerpt.pieces
    all_ = [each for each in sentences_of(excerpt.passage) if any(p.start <= each.start < p.end for p in pieces)]
    for piece in pieces:
        inside = [each for each in all_ if piece.start <= each.start and each.end <= piece.end]
        for first in range(len(inside)):
            for last in range(first, min(first + STRETCH, len(inside))):
                yield inside[first].start, inside[last].end
        if not inside:
            yield piece.start, piece.end


def _on_its_word(excerpt: Excerpt) -> _Place:
    """Return the whole of a passage in another script."""
    return _Place(excerpt, excerpt.pieces[0].start, excerpt.pieces[-1].end, 0.0)


def _same_script(text: str, excerpt: Excerpt) -> bool:
    """Whether words can be compared: a passage that mixes languages can be read in both."""
    if language_asked(text) == "zh":
        return language_asked(excerpt.text) == "zh"
    return language_of(excerpt.text) != "zh"


def _citation(sentence: str, place: _Place) -> Citation:
    passage = place.excerpt.passage
    page = page_at(passage.page_marks, place.start)
    return Citation(
        sentence=sentence, doc=passage.doc, path=passage.path, title=passage.title, start=place.start, end=place.end,
        quote=passage.text[place.start - passage.start : place.end - passage.start],
        support=round(place.support, 4), section=section_at(passage, place.start), page=page.page or passage.page,
        page_name=page.name,
    )  # fmt: skip

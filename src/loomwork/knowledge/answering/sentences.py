"""The sentences of a passage, English and Chinese, each with its place in the document. Knows no question.

Code, headings, front matter and markup that says nothing are no sentences; an item of a list is one or several, a row
of a table is one.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from loomwork.knowledge.answering.running import cut_running
from loomwork.knowledge.answering.together import past_front_matter
from loomwork.knowledge.answering.values import Sentence
from loomwork.knowledge.splitting.breaking import sentences as cut
from loomwork.knowledge.splitting.tables import is_row
from loomwork.knowledge.values import Passage

_FENCE = re.compile(r"[ \t]*(```+|~~~+)")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]")
_MARKUP = re.compile(r"[ \t]*(?:/{3,}.*|\{[*%!].*|[-*_=]{3,}|<[^>]*>|!\[[^\]]*\]\([^)]*\)|:::.*|\|?[-:| ]{3,})[ \t]*$")
_ROW = re.compile(r"[ \t]*\|")
_ITEM = re.compile(r"[ \t]*(?:[-*+•·]|\(?\d{1,3}[.)、]|>)[ \t]+")
_PAIR = 2
_SAYS = re.compile(r"[^\W_]")
_TAG_OPEN = re.compile(r"<[a-zA-Z][^<>]*\Z")


class _Line(NamedTuple):
    start: int
    end: int


def sentences_of(passage: Passage, *, at: int = 0) -> tuple[Sentence, ...]:
    """Return the passage's sentences in order; `at` is its place among the passages.

    >>> text = "Twenty days. Ask first! 每年二十天。"
    >>> leave = Passage(rank=1, score=1, doc="a", path="a", title="", section=(), page=0, start=100, end=130, text=text)
    >>> [(each.start, each.text) for each in sentences_of(leave)]
    [(100, 'Twenty days.'), (113, 'Ask first!'), (124, '每年二十天。')]
    """
    text = passage.text
    found: list[Sentence] = []
    front = past_front_matter(passage)
    for start, end in _regions(text):
        if start < front or _reads_as_code(text, start, end):
            continue
        pieces = [(start, end)] if is_row(text[start:end]) else _cut(text, start, end)
        for first, last in _whole_tags(text, pieces):
            said = text[first:last].strip()
            if not _SAYS.search(said):
                continue
            begin = passage.start + text.index(said, first)
            found.append(Sentence(start=begin, end=begin + len(said), text=said, passage=at))
    return tuple(found)


def all_sentences(passages: Sequence[Passage]) -> list[Sentence]:
    """Return the sentences of all passages, each place of a document once, the best passage's first."""
    seen: set[tuple[str, int, int]] = set()
    found: list[Sentence] = []
    for at, passage in enumerate(passages):
        for sentence in sentences_of(passage, at=at):
            place = (passage.doc, sentence.start, sentence.end)
            if place not in seen:
                seen.add(place)
                found.append(sentence)
    return found


def _regions(text: str) -> Iterator[_Line]:
    """Yield stretches of running text: paragraphs, items of lists without their marks, rows of tables."""
    begun = -1
    ended = 0
    fence = _fence_before(text)
    for start, end in _lines(text):
        line = text[start:end]
        mark = _FENCE.match(line)
        if mark or fence:
            if begun >= 0:
                yield _Line(begun, ended)
                begun = -1
            fence = _fence_after(fence, mark)
            continue
        item, row = _ITEM.match(line), _ROW.match(line)
        breaks = not line.strip() or _HEADING.match(line) or _MARKUP.match(line)
        if begun >= 0 and (breaks or item or row):
            yield _Line(begun, ended)
            begun = -1
        if breaks:
            continue
        if begun < 0:
            begun = start + (item.end() if item else 0)
        ended = end
        if row:
            yield _Line(begun, ended)
            begun = -1
    if begun >= 0:
        yield _Line(begun, ended)


def _cut(text: str, start: int, end: int) -> list[tuple[int, int]]:
    return [piece for begin, stop in cut(text, start, end) for piece in cut_running(text, begin, stop)]


def _whole_tags(text: str, pieces: Sequence[tuple[int, int]]) -> Iterator[_Line]:
    """Yield the pieces, those joined again that were cut inside a tag of HTML."""
    begun = -1
    for start, end in pieces:
        begun = start if begun < 0 else begun
        if not _TAG_OPEN.search(text, begun, end):
            yield _Line(begun, end)
            begun = -1
    if begun >= 0:
        yield _Line(begun, pieces[-1][1])


def _fence_before(text: str) -> str:
    """Return the fence that was open where the text begins: of an odd number of fences, a first one without a name."""
    marks = [match for line in text.splitlines() if (match := _FENCE.match(line))]
    if len(marks) % _PAIR == 0 or marks[0].string[marks[0].end() :].strip():
        return ""
    return marks[0][1]


def _reads_as_code(text: str, start: int, end: int) -> bool:
    """Say whether lines are indented like code: a piece of it whose fences lie outside; items of lists may be."""
    first, *rest = text[start:end].splitlines() or [""]
    begins = text.rfind("\n", 0, start) + 1
    if _ITEM.match(text[begins:start] + first):
        return False
    return len(rest) >= _PAIR and sum(line[:_PAIR].isspace() for line in rest) >= len(rest) / _PAIR


def _fence_after(fence: str, mark: re.Match[str] | None) -> str:
    """Return the fence that is open behind a line with or without a mark; empty where none is."""
    if mark is None:
        return fence
    if not fence:
        return mark[1]
    return "" if mark[1].startswith(fence) else fence


def _lines(text: str) -> Iterator[_Line]:
    start = 0
    for line in text.splitlines(keepends=True):
        yield _Line(start, start + len(line.rstrip("\r\n")))
        start += len(line)

"""Widen a passage to its neighbours or its section, without inventing a character. Knows views, no ranking.

What is between two chunks (blank lines, markup) is known only where the index holds the document's whole text;
without it a passage grows only over chunks that touch or overlap.
"""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from loomwork.knowledge.index import ChunkRow, View
from loomwork.knowledge.values import Chunk, SectionMark

Widen = Literal["none", "neighbours", "section"]


class Span(NamedTuple):
    """A piece of a document."""

    start: int
    end: int
    text: str
    sections: tuple[SectionMark, ...] = ()
    """Where sections begin in it, if it holds more than one."""


def widened(view: View, row: ChunkRow, how: Widen, *, by: int = 1, most: int = 6_000) -> Span:
    """Return a chunk's span, widened.

    Args:
        view: where the chunk was found.
        row: the chunk.
        how: `neighbours` takes `by` chunks on each side, `section` all chunks of the innermost section around it.
        by: for `neighbours`.
        most: characters; the nearest chunks are taken first, and the side that would exceed it stays shut.
    """
    own = Span(row.chunk.start, row.chunk.end, row.chunk.text, row.chunk.sections)
    if how == "none":
        return own
    siblings = view.siblings(row.row)
    whole = view.text(row.row)
    low = high = siblings.index(row.row)
    chunks = {row.row: row}

    def fetch(at: int) -> ChunkRow | None:
        if not 0 <= at < len(siblings):
            return None
        number = siblings[at]
        if number not in chunks:
            chunks[number] = view.fetch([number])[0]
        found = chunks[number]
        return found if how == "neighbours" or found.chunk.section == row.chunk.section else None

    open_sides = {-1, 1}
    steps = 0
    while open_sides and (how == "section" or steps < by):
        steps += 1
        for side in sorted(open_sides):
            found = fetch(low - 1 if side < 0 else high + 1)
            grown = None if found is None else _joined(own, found, whole)
            if grown is None or grown.end - grown.start > most:
                open_sides.discard(side)
                continue
            own = grown
            low, high = (low - 1, high) if side < 0 else (low, high + 1)
    return own._replace(sections=_sections([chunks[siblings[at]].chunk for at in range(low, high + 1)]))


def _sections(chunks: Sequence[Chunk]) -> tuple[SectionMark, ...]:
    marks: dict[int, SectionMark] = {}
    for chunk in chunks:
        for mark in chunk.sections or (SectionMark(chunk.start, chunk.section),):
            marks.setdefault(mark.start, mark)
    ordered = [marks[start] for start in sorted(marks)]
    return tuple(ordered) if len({mark.section for mark in ordered}) > 1 else ()


def _joined(span: Span, other: ChunkRow, whole: str) -> Span | None:
    start, end = min(span.start, other.chunk.start), max(span.end, other.chunk.end)
    if whole:
        return Span(start, end, whole[start:end])
    if other.chunk.start <= span.end and other.chunk.end >= span.end:
        return Span(start, end, span.text + other.chunk.text[span.end - other.chunk.start :])
    if other.chunk.end >= span.start and other.chunk.start <= span.start:
        return Span(start, end, other.chunk.text[: span.start - other.chunk.start] + span.text)
    return span if other.chunk.start >= span.start and other.chunk.end <= span.end else None

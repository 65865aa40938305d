"""Lay a document out as regions that leave nothing of its text out. Knows nothing of tokens."""

from collections.abc import Iterator

from msgspec import Struct

from loomwork.knowledge.values import Document


class Region(Struct, frozen=True, gc=False):
    """A block, with what stands between it and the next one."""

    kind: str
    start: int
    end: int
    section: tuple[str, ...]
    page: int


def regions(document: Document) -> list[Region]:
    """The document's regions in order, without white space at their ends."""
    return [region for region in _covering(document) if region is not None]


def _covering(document: Document) -> Iterator[Region | None]:
    text = document.text
    blocks = [block for block in document.blocks if block.start < block.end]
    first = blocks[0].start if blocks else len(text)
    yield _region(text, "paragraph", 0, first, (), 0)
    for number, block in enumerate(blocks):
        end = blocks[number + 1].start if number + 1 < len(blocks) else len(text)
        yield _region(text, block.kind, block.start, end, block.section, block.page)


def _region(text: str, kind: str, start: int, end: int, section: tuple[str, ...], page: int) -> Region | None:
    start, end = trimmed(text, start, end)
    return Region(kind, start, end, section, page) if start < end else None


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The same piece without white space at its ends; an empty one if it is nothing else."""
    piece = text[start:end]
    begin = start + len(piece) - len(piece.lstrip())
    return begin, max(begin, start + len(piece.rstrip()))

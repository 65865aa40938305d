"""The values that the parts of the knowledge package hand to each other. Knows no file format, model or index."""

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

BlockKind = Literal["heading", "paragraph", "list", "table", "code", "quote", "image", "page"]
"""What a block of a document is; `image` is a page or a picture without text."""


class Block(Struct, frozen=True, kw_only=True, gc=False):
    """One piece of a document's structure: where it stands in the text and beneath which headings."""

    kind: BlockKind
    start: int
    """Offset of the first character in `Document.text` (characters, not bytes)."""
    end: int
    """Offset behind the last character."""
    level: int = 0
    """Of a heading: 1 to 6."""
    page: int = 0
    """Page, slide or sheet, from 1; 0 where the format has none."""
    section: tuple[str, ...] = ()
    """Titles of the headings above, the outermost first."""


class PageMark(Struct, frozen=True, array_like=True):
    """Where a page, slide or sheet of a document begins; it goes on to the next mark."""

    start: int
    """Offset of its first character in `Document.text`."""
    page: int
    """Page, slide or sheet, from 1; 0 for text that stands on none (what is attached to a mail)."""
    name: str = ""
    """Of a sheet: what its tab says."""


class SectionMark(Struct, frozen=True, array_like=True):
    """Where a section begins inside a chunk or a passage; it goes on to the next mark."""

    start: int
    """Offset of its first character in `Document.text`."""
    section: tuple[str, ...]
    """Titles of the headings above, the outermost first."""


class TableHeader(Struct, frozen=True, array_like=True):
    """The header row of a table: a slice of the document."""

    start: int
    """Offset of its first character in `Document.text`."""
    text: str


class Problem(Struct, frozen=True, kw_only=True):
    """Something that kept a document, or a part of it, from being read."""

    code: str
    """`encrypted`, `broken`, `too_large`, `unsupported`, `no_text`, `encoding`, `timeout`, `missing_program`, ..."""
    message: str
    """The English sentence; other languages are told from `code` and `fields`."""
    fields: dict[str, str] = {}
    page: int = 0
    """Page, slide or sheet, from 1; 0 where the whole document is meant."""


class Document(Struct, frozen=True, kw_only=True):
    """A parsed document. Everything that is cited is a slice of `text`."""

    doc: str
    """Stable id: the path relative to its source, `archive.zip!/inner.txt`, or the id of a row."""
    path: str
    """What a person opens."""
    text: str
    """The parsed text; chunks and citations are offsets into it."""
    blocks: tuple[Block, ...]
    """In order of the text, not overlapping; what lies between them is white space and markup."""
    title: str = ""
    language: str = ""
    """`en`, `zh`, `mixed`, or empty where unknown."""
    format: str = ""
    """`markdown`, `pdf`, ..."""
    created: str = ""
    """ISO 8601, or empty."""
    modified: str = ""
    """ISO 8601, or empty."""
    pages: int = 0
    page_marks: tuple[PageMark, ...] = ()
    """Where pages, slides or sheets begin, in order of the text; empty where the format has none."""
    metadata: dict[str, Any] = {}
    """Front matter, mail headers, columns of a row, ..."""
    problems: tuple[Problem, ...] = ()


class Chunk(Struct, frozen=True, kw_only=True, gc=False):
    """A piece of a document that is indexed and found: `Document.text[start:end] == text`, always."""

    doc: str
    start: int
    end: int
    text: str
    section: tuple[str, ...]
    page: int
    kind: str
    language: str
    tokens: int
    sections: tuple[SectionMark, ...] = ()
    """Where sections begin in it, if it holds more than one; `section` is then what they have in common."""


class Passage(Struct, frozen=True, kw_only=True):
    """What a search returns: a piece of a document with its place, score and the reasons for both."""

    rank: int
    score: float
    doc: str
    path: str
    title: str
    section: tuple[str, ...]
    page: int
    """Where the chunk begins that was found; what stands at an offset may be on a later one: `page_at`."""
    start: int
    end: int
    text: str
    ranks: dict[str, int] = {}
    """Place in each retriever, from 1: `{"dense": 3, "sparse": 1}`; a retriever that did not find it is absent."""
    scores: dict[str, float] = {}
    """The retrievers' own scores."""
    language: str = ""
    metadata: dict[str, Any] = {}
    notes: tuple[str, ...] = ()
    """For people: "superseded by ..."."""
    page_marks: tuple[PageMark, ...] = ()
    """Those of the document that say on which page each character of the passage stands."""
    section_marks: tuple[SectionMark, ...] = ()
    """Where sections begin in it, if it holds more than one: `section_at`."""
    header: TableHeader | None = None
    """Of the table inside which it begins, where the header stands above it."""


def page_at(marks: Sequence[PageMark], offset: int) -> PageMark:
    """Return the page, slide or sheet that the character at an offset of a document stands on.

    `page` is 0 where the format has none. `marks` are those of a document or of a passage from it; the offset counts
    from the beginning of the document in both cases.

    >>> marks = (PageMark(0, 1, "Prices"), PageMark(40, 2, "Stock"))
    >>> page_at(marks, 39).page, page_at(marks, 40).name, page_at((), 40).page
    (1, 'Stock', 0)
    """
    place = bisect_right(marks, offset, key=lambda mark: mark.start) - 1
    return marks[place] if place >= 0 else PageMark(0, 0)


def section_at(passage: Passage, offset: int) -> tuple[str, ...]:
    """Return the headings above the character at an offset of a passage's document, the outermost first.

    >>> marks = (SectionMark(0, ("Leave",)), SectionMark(40, ("Leave", "Marriage")))
    >>> leave = Passage(rank=1, score=1, doc="a", path="a", title="", section=("Leave",), page=0, start=0, end=60,
    ...                 text="", section_marks=marks)
    >>> section_at(leave, 39), section_at(leave, 50)
    (('Leave',), ('Leave', 'Marriage'))
    """
    place = bisect_right(passage.section_marks, offset, key=lambda mark: mark.start) - 1
    return passage.section_marks[place].section if place >= 0 else passage.section


def marks_within(marks: Sequence[PageMark], start: int, end: int) -> tuple[PageMark, ...]:
    """Return the marks that a piece of a document needs: the last one up to its start, and those inside it.

    >>> marks_within((PageMark(0, 1), PageMark(40, 2), PageMark(90, 3)), 50, 90)
    (PageMark(40, 2, ''),)
    """
    first = max(0, bisect_right(marks, start, key=lambda mark: mark.start) - 1)
    return tuple([mark for mark in marks[first:] if mark.start < end])


__all__ = [
    "Block",
    "BlockKind",
    "Chunk",
    "Document",
    "PageMark",
    "Passage",
    "Problem",
    "SectionMark",
    "TableHeader",
    "marks_within",
    "page_at",
    "section_at",
]

"""The values that the parts of the knowledge package hand to each other. Knows no file format, model or index."""

from typing import Any, Literal

from msgspec import Struct

BlockKind = Literal["heading", "paragraph", "list", "table", "code", "quote", "image", "page"]
"""What a block of a document is; `image` is a page or a picture without text."""


class Block(Struct, frozen=True, kw_only=True):
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
    metadata: dict[str, Any] = {}
    """Front matter, mail headers, columns of a row, ..."""
    problems: tuple[Problem, ...] = ()


class Chunk(Struct, frozen=True, kw_only=True):
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


class Passage(Struct, frozen=True, kw_only=True):
    """What a search returns: a piece of a document with its place, score and the reasons for both."""

    rank: int
    score: float
    doc: str
    path: str
    title: str
    section: tuple[str, ...]
    page: int
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


__all__ = ["Block", "BlockKind", "Chunk", "Document", "Passage", "Problem"]

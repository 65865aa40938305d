"""Knowledge bases on the wire: what is in them, what a search found and why. Values only.

`as` and `groups` are the permission lens: what is sent is what that person would be given. Without them it is what
somebody unknown would be given, except in `Base` and in lists with `all`, which are for whoever looks after the index.
"""

from typing import Any, Literal

from msgspec import Struct, field

SearchMode = Literal["", "dense", "sparse", "hybrid"]


class BaseHead(Struct, frozen=True, kw_only=True):
    """One base of loomwork.toml."""

    name: str
    sources: tuple[str, ...]
    is_built: bool


class BaseList(Struct, frozen=True, kw_only=True):
    """All bases."""

    bases: tuple[BaseHead, ...]


class DocumentProblem(Struct, frozen=True, kw_only=True):
    """Why a document, or a part of it, could not be read."""

    code: str
    en: str
    zh: str
    page: int


class TroubledDocument(Struct, frozen=True, kw_only=True):
    """A document with its problems."""

    doc: str
    failed: bool
    """Nothing of it is in the index."""
    problems: tuple[DocumentProblem, ...]


class Base(Struct, frozen=True, kw_only=True):
    """What is in a base, counted over every document."""

    name: str
    is_built: bool
    sources: tuple[str, ...]
    snapshot: str = ""
    built: str = ""
    """When, ISO 8601."""
    documents: int = 0
    chunks: int = 0
    vectors: int = 0
    embedder: str = ""
    languages: dict[str, int] = {}
    formats: dict[str, int] = {}
    lengths: dict[str, int] = {}
    """How many chunks have from so many tokens, in steps; empty where there are too many to be looked at."""
    by_keywords: int = 0
    """Chunks that are found by keywords only."""
    restricted: int = 0
    """Documents that not everyone may read."""
    groups: tuple[str, ...] = ()
    """Everyone who is named as a reader somewhere: groups, and `user:ID`."""
    bytes: int = 0
    left_out: tuple[str, ...] = ()
    problems: dict[str, int] = {}
    troubled: tuple[TroubledDocument, ...] = ()
    troubled_total: int = 0
    k: int = 0
    mode: str = ""
    fusion: str = ""
    rerank: str = ""


class BaseDocument(Struct, frozen=True, kw_only=True):
    """One document of a list."""

    doc: str
    path: str
    title: str
    language: str
    format: str
    modified: str
    pages: int
    chunks: int
    readers: tuple[str, ...] | None
    """Who may read it, for whoever looks after the index; null: everyone, or not told."""
    problems: int


class DocumentList(Struct, frozen=True, kw_only=True):
    """A page of a base's documents, by id."""

    snapshot: str
    """Its name as this person sees it."""
    documents: tuple[BaseDocument, ...]
    total: int
    """That this person sees."""
    matching: int
    offset: int


class DocumentChunk(Struct, frozen=True, kw_only=True):
    """A chunk's place in its document's text."""

    start: int
    end: int
    section: tuple[str, ...]
    page: int
    kind: str
    language: str
    tokens: int


class DocumentText(Struct, frozen=True, kw_only=True):
    """A document's parsed text, or a piece of it, with the chunks that lie in it."""

    doc: str
    path: str
    title: str
    language: str
    format: str
    modified: str
    pages: int
    metadata: dict[str, Any]
    text: str
    """From `start`; chunks' places count from the beginning of the document, in characters."""
    start: int
    length: int
    """Of the whole text."""
    more: bool
    chunks: tuple[DocumentChunk, ...]
    chunks_total: int
    problems: tuple[DocumentProblem, ...]


class SearchBase(Struct, frozen=True, kw_only=True):
    """A question."""

    query: str
    k: int | None = None
    mode: SearchMode = ""
    principal: str = field(default="", name="as")
    groups: tuple[str, ...] = ()
    filters: dict[str, Any] = {}
    day: str = ""
    """ISO 8601: the day whose rules are asked for."""


class RetrieverPlace(Struct, frozen=True, kw_only=True):
    """What one retriever said of a passage."""

    name: str
    rank: int
    score: float
    added: float
    """What it contributes to the joined score."""


class TermShare(Struct, frozen=True, kw_only=True):
    """What one term of the question adds to a passage's keyword score."""

    term: str
    tf: int
    df: int
    idf: float
    score: float


class FoundPassage(Struct, frozen=True, kw_only=True):
    """One passage and why it stands where it does."""

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
    language: str
    metadata: dict[str, Any]
    notes: tuple[str, ...]
    joined_rank: int
    """Its place when the retrievers had been joined, before versions, variety and reranking; 0 where unknown."""
    joined: float
    retrievers: tuple[RetrieverPlace, ...]
    terms: tuple[TermShare, ...]
    moved: str


class Searched(Struct, frozen=True, kw_only=True):
    """What a question found."""

    base: str
    snapshot: str
    mode: str
    fusion: str
    rerank: str
    retrievers: tuple[str, ...]
    """Those that took part."""
    ms: float
    passages: tuple[FoundPassage, ...]


class AskBase(Struct, frozen=True, kw_only=True):
    """A question to be answered."""

    query: str
    k: int | None = None
    model: str = ""
    principal: str = field(default="", name="as")
    groups: tuple[str, ...] = ()


class AnswerCitation(Struct, frozen=True, kw_only=True):
    """Where a sentence of an answer stands."""

    sentence: str
    """Of the answer."""
    doc: str
    path: str
    start: int
    end: int
    quote: str
    support: float
    section: tuple[str, ...]
    page: int


class BaseAnswer(Struct, frozen=True, kw_only=True):
    """An answer from the documents."""

    answer: str
    mode: str
    """`generated`, `quoted`, or `none`: the documents do not say."""
    citations: tuple[AnswerCitation, ...]
    notes: tuple[str, ...]
    unsupported: tuple[str, ...]
    degraded: str
    """Why the answer is second best; empty where it is not."""
    trace: str


class BuildBase(Struct, frozen=True, kw_only=True):
    """How to build."""

    fresh: bool = False
    """Begin anew, embedding everything again."""


class AskOfBase(Struct, frozen=True, kw_only=True):
    """Which base."""

    base: str


class AskDocuments(Struct, frozen=True, kw_only=True):
    """Which documents, through whose eyes."""

    base: str
    principal: str = field(default="", name="as")
    groups: str = ""
    """Names between commas."""
    all: bool = False
    """Every document with its readers: for whoever looks after the index."""
    q: str = ""
    only: Literal["", "problems", "restricted"] = ""
    offset: int = 0
    limit: int = 100


class AskDocument(Struct, frozen=True, kw_only=True):
    """Which document, through whose eyes."""

    base: str
    doc: str
    principal: str = field(default="", name="as")
    groups: str = ""
    all: bool = False
    start: int = 0


__all__ = [
    "AnswerCitation",
    "AskBase",
    "AskDocument",
    "AskDocuments",
    "AskOfBase",
    "Base",
    "BaseAnswer",
    "BaseDocument",
    "BaseHead",
    "BaseList",
    "BuildBase",
    "DocumentChunk",
    "DocumentList",
    "DocumentProblem",
    "DocumentText",
    "FoundPassage",
    "RetrieverPlace",
    "SearchBase",
    "SearchMode",
    "Searched",
    "TermShare",
    "TroubledDocument",
]

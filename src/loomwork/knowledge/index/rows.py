"""The values that the index takes and gives. Knows no file and no score."""

from typing import Any, NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from loomwork.kernel.canonical import Digest
from loomwork.knowledge.values import Chunk, PageMark, Problem

Readers = tuple[str, ...] | None
"""Groups or `user:ID`; None: everyone; empty: nobody."""
Mask = NDArray[np.bool_]
"""One truth value a row of a view."""
Floats = NDArray[np.float32]


class IndexSettings(Struct, frozen=True, kw_only=True):
    """How an index scores, and which embedder its vectors come from.

    `embedder` and `dimensions` are fixed when the index is made; the rest may differ from one opening to the next.
    """

    embedder: str = ""
    """Identity of the embedder (model, revision, semantics); empty: this index has no vectors."""
    dimensions: int = 0
    k1: float = 1.2
    b: float = 0.75
    hnsw_above: int = 200_000
    """A reader class with more vectors than this gets graphs."""
    hnsw_bucket: int = 65_536
    """About so many vectors a graph: what has to be built again when one document changes."""
    flush_rows: int = 32_768
    """Chunks that a writer holds in memory before it writes them to a file."""


class DocumentRow(Struct, frozen=True, kw_only=True):
    """What the index keeps of a document beside its chunks."""

    doc: str
    path: str
    digest: str = ""
    """Of the source's bytes: how whoever builds sees that nothing changed. Views do not tell it (a source may name its
    readers, and its digest would tell that they changed); `Index.all_documents` does."""
    title: str = ""
    language: str = ""
    format: str = ""
    created: str = ""
    modified: str = ""
    pages: int = 0
    page_marks: tuple[PageMark, ...] = ()
    """Where its pages, slides or sheets begin in its text."""
    metadata: dict[str, Any] = {}
    """Plain data; a key `readers` is not kept, because who else may read a document is nobody's business."""
    readers: Readers = None
    effective_from: str = ""
    """ISO 8601, or empty."""
    effective_to: str = ""
    supersedes: tuple[str, ...] = ()
    """Ids of documents that this one replaces."""
    problems: tuple[Problem, ...] = ()


class Entry(Struct, frozen=True, kw_only=True):
    """A document with its chunks, ready to be indexed."""

    document: DocumentRow
    chunks: tuple[Chunk, ...]
    terms: tuple[tuple[str, ...], ...]
    """For each chunk its terms in order, repeated as often as they stand there."""
    vectors: Floats | None = None
    """(chunks that have one, dimensions), L2-normalised; None with `keys` given: taken from what was put before; None
    without: no vectors."""
    text: str = ""
    """The whole text that the chunks are slices of; without it a passage is widened only where chunks touch."""
    keys: tuple[Digest, ...] = ()
    """For each chunk the digest of the text that was embedded, so that the same text is never embedded again; empty for
    a chunk without a vector, such as one in a language that the embedder was not made for."""


class Known(NamedTuple):
    """What whoever builds has to know of a document to see that it did not change."""

    digest: str
    readers: Readers
    chunks: int


class Snapshot(Struct, frozen=True, kw_only=True):
    """What a commit made current. For whoever builds: it counts every document, whoever may read it."""

    name: str
    documents: int
    chunks: int


class Hits(NamedTuple):
    """Rows of a view, best first; equal scores are ordered by the chunks' digests."""

    rows: NDArray[np.int64]
    scores: NDArray[np.float64]


class ChunkRow(Struct, frozen=True, kw_only=True):
    """A chunk as it was indexed, with its document."""

    row: int
    """Its place in the view that gave it: for asking that view again, not for showing."""
    key: str
    """32 hex digits of the chunk's digest."""
    chunk: Chunk
    document: DocumentRow


class TermScore(NamedTuple):
    """What one term adds to a chunk's BM25 score."""

    term: str
    tf: int
    df: int
    idf: float
    score: float

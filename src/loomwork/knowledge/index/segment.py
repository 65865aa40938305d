"""One immutable file of documents: vectors, postings, texts. Knows nothing of who may read what, or what was deleted.

A segment holds whole documents. Whether a document is still there, and for whom, stands in the roster that a snapshot
keeps for each segment, so that deleting and changing readers touch no segment.
"""

from collections.abc import Sequence
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.canonical import digest_bytes
from loomwork.knowledge.index import files
from loomwork.knowledge.index.files import Array, Stamp
from loomwork.knowledge.index.quantised import Codes
from loomwork.knowledge.index.rows import DocumentRow, Floats
from loomwork.knowledge.values import Chunk, SectionMark


class ChunkBlob(NamedTuple):
    """What is kept of a chunk beside its numbers; the document's id is the segment's."""

    start: int
    end: int
    text: str
    section: tuple[str, ...]
    page: int
    kind: str
    language: str
    tokens: int
    sections: tuple[SectionMark, ...] = ()


class Postings(NamedTuple):
    """The rows of a segment that hold a term, ascending, and how often each."""

    rows: NDArray[np.int32]
    counts: NDArray[np.uint16]


_NO_POSTINGS = Postings(np.empty(0, np.int32), np.empty(0, np.uint16))
_decode_chunk = msgspec.msgpack.Decoder(ChunkBlob).decode
_decode_document = msgspec.msgpack.Decoder(DocumentRow).decode


def term_hash(term: str) -> int:
    """Return the 64 bits that a term is sorted by."""
    return int(digest_bytes(term.encode("utf-8", "surrogatepass"))[:16], 16)


class Segment:
    """Read access to one file."""

    def __init__(self, path: Path, stamp: Stamp | None) -> None:
        """Map the file. Raises `files.Damaged`, `FileNotFoundError`."""
        self.file = path.name
        self._arrays = files.read(path, stamp)
        try:
            self.rows = len(self._arrays["length"])
            self.documents = len(self._arrays["doc_first"]) - 1
        except KeyError as error:
            raise files.Damaged(f"{error} is not in it") from error

    def array(self, name: str) -> Array:
        """Return one of the file's arrays."""
        return self._arrays[name]

    @cached_property
    def length(self) -> NDArray[np.int32]:
        """Terms in each row."""
        return self._arrays["length"]

    @cached_property
    def doc_first(self) -> NDArray[np.int64]:
        """The first row of each document, and the number of rows at the end."""
        return self._arrays["doc_first"]

    @cached_property
    def versions(self) -> Array:
        """(documents, 20) bytes: the digest of all that the index holds of each document."""
        return self._arrays["doc_version"]

    @cached_property
    def vectors(self) -> Floats:
        """(vectors, dimensions)."""
        return self._arrays["vectors"]

    @cached_property
    def vector_of(self) -> NDArray[np.int32]:
        """For each row the place of its vector, or -1."""
        return self._arrays["vector_of"]

    @cached_property
    def row_of(self) -> NDArray[np.int32]:
        """For each vector its row, ascending."""
        return np.flatnonzero(self.vector_of >= 0).astype(np.int32)

    @cached_property
    def codes(self) -> Codes:
        """The quantised vectors."""
        arrays = self._arrays
        return Codes(arrays["codes"], arrays["scale"], arrays["error"], arrays["near"])

    @cached_property
    def high(self) -> NDArray[np.uint64]:
        """The first 8 bytes of each chunk's digest, as a number."""
        return self._arrays["high"]

    @cached_property
    def low(self) -> NDArray[np.uint64]:
        """The last 8 bytes of each chunk's digest, as a number."""
        return self._arrays["low"]

    @cached_property
    def keys(self) -> Array:
        """(rows, 2) numbers: the digest of what was embedded; zeros where nothing was said."""
        return self._arrays["keys"]

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """For each document its id and the digest of its source."""
        return msgspec.msgpack.decode(self._arrays["doc_names"].tobytes(), type=list[tuple[str, str]])

    def postings(self, term: str) -> Postings:
        """Return where a term stands."""
        number = self.term_number(term)
        if number < 0:
            return _NO_POSTINGS
        start, end = self._arrays["post_first"][number : number + 2].tolist()
        return Postings(self._arrays["post_row"][start:end], self._arrays["post_count"][start:end])

    def term_number(self, term: str) -> int:
        """Return a term's number in this segment, or -1."""
        wanted = term_hash(term)
        hashes = self._arrays["term_hash"]
        at = int(np.searchsorted(hashes, np.uint64(wanted)))
        while at < len(hashes) and int(hashes[at]) == wanted:
            if self.term(at) == term:
                return at
            at += 1
        return -1

    def term(self, number: int) -> str:
        """Return a term's text."""
        start, end = self._arrays["term_first"][number : number + 2].tolist()
        return self._arrays["term_text"][start:end].tobytes().decode("utf-8", "surrogatepass")

    def sequence(self, row: int) -> NDArray[np.int32]:
        """Return a row's terms in order, as numbers of this segment."""
        end = int(self._ends[row])
        return self._arrays["terms"][end - int(self.length[row]) : end]

    @cached_property
    def _ends(self) -> NDArray[np.int64]:
        return np.cumsum(self.length, dtype=np.int64)

    def document_of(self, row: int) -> int:
        """Return the number of the document that a row belongs to."""
        return int(np.searchsorted(self.doc_first, row, side="right")) - 1

    def documents_of(self, rows: NDArray[np.int64]) -> list[DocumentRow]:
        """Return the documents that rows belong to, without their readers."""
        numbers = np.searchsorted(self.doc_first, rows, side="right") - 1
        return [self.rows_of_documents[number] for number in numbers.tolist()]

    def spread(self, documents: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Return for each row what is said of its document."""
        return np.repeat(documents, np.diff(self.doc_first))

    def document(self, number: int) -> DocumentRow:
        """Return a document's row, without its readers (those are the snapshot's)."""
        return _decode_document(self.blob("doc", number))

    @cached_property
    def rows_of_documents(self) -> tuple[DocumentRow, ...]:
        """All documents' rows: for what has to look at each of them."""
        return tuple([self.document(number) for number in range(self.documents)])

    def text(self, number: int) -> str:
        """Return a document's whole text; empty where it was not given."""
        return self.blob("text", number).decode("utf-8", "surrogatepass")

    def chunk(self, row: int, doc: str) -> Chunk:
        """Return a chunk."""
        return Chunk(doc=doc, **_decode_chunk(self.blob("chunk", row))._asdict())

    def blob(self, kind: str, number: int) -> bytes:
        """Return the packed form of a document (`doc`), its whole text (`text`) or a chunk (`chunk`)."""
        start, end = self._arrays[f"{kind}_at"][number : number + 2].tolist()
        return self._arrays[f"{kind}_blob"][start:end].tobytes()

    def find_keys(self, keys: Array) -> NDArray[np.int64]:
        """Return for each of (n, 2) numbers a row whose vector was made from the text with that digest, or -1."""
        high, low, rows = self._by_key
        at = np.searchsorted(high, keys[:, 0])
        found = np.full(len(keys), -1, np.int64)
        for place, (first, (_, wanted)) in enumerate(zip(at.tolist(), keys.tolist(), strict=True)):
            here = first
            while here < len(high) and high[here] == keys[place, 0]:
                if int(low[here]) == wanted:
                    found[place] = rows[here]
                    break
                here += 1
        return found

    @cached_property
    def _by_key(self) -> tuple[Array, Array, Array]:
        rows = np.flatnonzero((self.vector_of >= 0) & (self.keys[:, 0] | self.keys[:, 1]).astype(np.bool_))
        high, low = self.keys[rows, 0], self.keys[rows, 1]
        order = np.argsort(high, kind="stable")
        return high[order], low[order], rows[order]

    def blobs(self, kind: str, numbers: Sequence[int]) -> list[bytes]:
        """Return many packed forms at once."""
        ends: list[int] = self._arrays[f"{kind}_at"].tolist()
        data = self._arrays[f"{kind}_blob"].data
        return [bytes(data[ends[number] : ends[number + 1]]) for number in numbers]

    def words(self) -> list[str]:
        """Return all terms, by number."""
        ends: list[int] = self._arrays["term_first"].tolist()
        data = self._arrays["term_text"].tobytes()
        return [data[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(ends)]

    @cached_property
    def columns(self) -> dict[str, Any]:
        """Room for what filters compute once for this segment (it never changes)."""
        return cast("dict[str, Any]", {})


def stands_in(sequence: NDArray[np.int32], wanted: NDArray[np.int32]) -> bool:
    """Say whether terms stand somewhere one after the other."""
    if len(sequence) < len(wanted):
        return False
    windows = np.lib.stride_tricks.sliding_window_view(sequence, len(wanted))
    return bool((windows == wanted).all(axis=1).any())

"""From entries, or from older segments, to the arrays of a new segment. Knows no file, reader or snapshot."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import chain, count
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.canonical import combine, digest_bytes
from loomwork.kernel.errors import BadVectors
from loomwork.knowledge.index.files import Array
from loomwork.knowledge.index.quantised import quantise
from loomwork.knowledge.index.rows import Entry, Floats
from loomwork.knowledge.index.segment import ChunkBlob, Segment, term_hash
from loomwork.knowledge.values import Chunk

_pack = msgspec.msgpack.Encoder(enc_hook=str, order="deterministic").encode
_MOST = 65_535
_PIECE = 8_192
"""Rows that are worked on at a time, which bounds the memory that it takes."""


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in the form in which it is kept."""

    doc: str
    digest: str
    version: bytes
    """20 bytes over all that a view can tell of the document: not its readers, nor the source's digest."""
    blob: bytes
    text: bytes
    chunks: tuple[bytes, ...]
    marks: bytes
    """16 bytes a chunk: its digest."""


def pack(entry: Entry, vectors: Floats | None) -> Packed:
    """Encode a document and its chunks and give them their digests."""
    row = entry.document
    metadata = {name: value for name, value in row.metadata.items() if name != "readers"}
    blob = _pack(msgspec.structs.replace(row, readers=None, digest="", metadata=metadata))
    chunks = tuple([_pack(_blob_of(chunk)) for chunk in entry.chunks])
    name = row.doc.encode("utf-8", "surrogatepass")
    marks = b"".join(
        [
            bytes.fromhex(digest_bytes(b"%d %d %b%b" % (number, len(name), name, packed))[:32])
            for number, packed in enumerate(chunks)
        ]
    )
    said = b"" if vectors is None else vectors.tobytes()
    if vectors is not None and len(vectors) < len(chunks):
        said += bytes(map(bool, entry.keys))
    text = entry.text.encode("utf-8", "surrogatepass")
    version = bytes.fromhex(combine(blob, text, marks, _pack(entry.terms), said))
    return Packed(doc=row.doc, digest=row.digest, version=version, blob=blob, text=text, chunks=chunks, marks=marks)


def _blob_of(chunk: Chunk) -> ChunkBlob:
    return ChunkBlob(
        chunk.start, chunk.end, chunk.text, chunk.section, chunk.page, chunk.kind, chunk.language, chunk.tokens,
        chunk.sections,
    )  # fmt: skip


class Builder:
    """Collects documents until they make a segment."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions
        self.rows = 0
        self.names: list[tuple[str, str]] = []
        self._numbers: defaultdict[str, int] = defaultdict(count().__next__)
        self._first: list[int] = [0]
        self._versions: list[bytes] = []
        self._blobs: list[bytes] = []
        self._texts: list[bytes] = []
        self._chunks: list[bytes] = []
        self._marks: list[bytes] = []
        self._keys: list[bytes] = []
        self._lengths: list[int] = []
        self._terms: list[NDArray[np.int32]] = []
        self._vectors: list[Floats] = []
        self._vector_of: list[NDArray[np.int32]] = []
        self._vector_count = 0

    def add(
        self, packed: Packed, terms: Sequence[Sequence[str]], vectors: Floats | None, keys: bytes, has: Sequence[bool]
    ) -> int:
        """Take a document in; return its number in the segment.

        Args:
            packed: Its packed form.
            terms: Of each chunk.
            vectors: Of the chunks that have one; None: of none.
            keys: 16 bytes a chunk.
            has: Whether each chunk has a vector.
        """
        words = chain.from_iterable(terms)
        self._terms.append(np.fromiter(map(self._numbers.__getitem__, words), np.int32))
        self._lengths.extend(map(len, terms))
        self._marks.append(packed.marks)
        self._keys.append(keys)
        self._chunks.extend(packed.chunks)
        some = np.empty((0, self.dimensions), np.float32) if vectors is None else vectors
        self._take_some(np.array(has, np.bool_), some)
        return self._close(packed, len(packed.chunks))

    def copy(self, segment: Segment, documents: Sequence[int]) -> None:
        """Take documents over from a segment, in ascending order."""
        kept = np.zeros(segment.documents, np.bool_)
        kept[list(documents)] = True
        sizes = np.diff(segment.doc_first)
        of_rows = np.repeat(kept, sizes)
        rows = np.flatnonzero(of_rows)
        numbers = np.array([self._numbers[word] for word in segment.words()], np.int32)
        self._terms.append(numbers[segment.array("terms")[np.repeat(of_rows, segment.length)]])
        self._lengths.extend(segment.length[rows].tolist())
        marks = np.stack([segment.high[rows], segment.low[rows]], axis=1)
        self._marks.append(marks.astype(">u8").tobytes())
        self._keys.append(segment.keys[rows].astype(">u8").tobytes())
        self._chunks.extend(segment.blobs("chunk", rows.tolist()))
        for at in range(0, len(rows), _PIECE):
            places = segment.vector_of[rows[at : at + _PIECE]]
            has = places >= 0
            self._take_some(has, segment.vectors[places[has]])
        blobs, texts = segment.blobs("doc", documents), segment.blobs("text", documents)
        for number, blob, text in zip(documents, blobs, texts, strict=True):
            name, digest = segment.names[number]
            version = segment.versions[number].tobytes()
            taken = Packed(doc=name, digest=digest, version=version, blob=blob, text=text, chunks=(), marks=b"")
            self._close(taken, int(sizes[number]))

    def span(self, number: int) -> tuple[int, int]:
        """Return the first row of a document and the one behind its last."""
        return self._first[number], self._first[number + 1]

    def version(self, number: int) -> bytes:
        """Return a document's version."""
        return self._versions[number]

    def _take_some(self, has: NDArray[np.bool_], vectors: Floats) -> None:
        places = np.full(len(has), -1, np.int32)
        places[has] = np.arange(self._vector_count, self._vector_count + len(vectors), dtype=np.int32)
        self._vector_of.append(places)
        self._vectors.append(vectors)
        self._vector_count += len(vectors)

    def _close(self, packed: Packed, rows: int) -> int:
        self.names.append((packed.doc, packed.digest))
        self._versions.append(packed.version)
        self._blobs.append(packed.blob)
        self._texts.append(packed.text)
        self.rows += rows
        self._first.append(self.rows)
        return len(self.names) - 1

    def arrays(self) -> dict[str, Array | list[Array]]:
        """Return the segment's arrays, some of them in pieces. What was collected is used up."""
        lengths = np.array(self._lengths, np.int32)
        marks = _numbers_of(b"".join(self._marks))
        vectors = list(_pieces(self._vectors, self.dimensions))
        codes = [quantise(piece) for piece in vectors]
        return {
            "length": lengths,
            "doc_first": np.array(self._first, np.int64),
            "doc_version": np.frombuffer(b"".join(self._versions), np.uint8).reshape(-1, 20),
            "doc_hash": np.array([term_hash(name) for name, _ in self.names], np.uint64),
            "doc_names": np.frombuffer(_pack(self.names), np.uint8),
            **_blobs("doc", self._blobs),
            **_blobs("text", self._texts),
            **_blobs("chunk", self._chunks),
            "high": np.ascontiguousarray(marks[:, 0]),
            "low": np.ascontiguousarray(marks[:, 1]),
            "keys": _numbers_of(b"".join(self._keys)),
            "vector_of": np.concatenate([np.empty(0, np.int32), *self._vector_of]),
            "vectors": [*vectors],
            "codes": [each.codes for each in codes],
            "scale": [each.scale for each in codes],
            "error": [each.error for each in codes],
            "near": [each.length for each in codes],
            **_postings(list(self._numbers), np.concatenate([np.empty(0, np.int32), *self._terms]), lengths),
        }


def _numbers_of(data: bytes) -> Array:
    return np.frombuffer(data, ">u8").astype(np.uint64).reshape(-1, 2)


def _blobs(kind: str, blobs: Sequence[bytes]) -> dict[str, Array]:
    ends = np.cumsum([0, *map(len, blobs)], dtype=np.int64)
    return {f"{kind}_at": ends, f"{kind}_blob": np.frombuffer(b"".join(blobs), np.uint8)}


def _postings(words: list[str], terms: NDArray[np.int32], lengths: NDArray[np.int32]) -> dict[str, Array]:
    """Sort the terms that stand somewhere by their hash and list the rows of each."""
    used: NDArray[np.int64] = (
        np.flatnonzero(np.bincount(terms, minlength=len(words))) if len(words) else np.empty(0, np.int64)
    )
    if len(used) < len(words):
        words = [words[at] for at in used.tolist()]
        terms = np.searchsorted(used, terms).astype(np.int32)
    hashes = np.array([term_hash(word) for word in words], np.uint64)
    order = sorted(range(len(words)), key=lambda at: (int(hashes[at]), words[at]))
    place = np.empty(len(words), np.int32)
    place[order] = np.arange(len(words), dtype=np.int32)
    terms = place[terms]
    texts = [words[at].encode("utf-8", "surrogatepass") for at in order]
    blocks = [_counted(terms, lengths, at) for at in range(0, len(lengths), _PIECE)]
    first = np.zeros(len(words) + 1, np.int64)
    for block in blocks:
        first[1:] += np.bincount(block.term, minlength=len(words))
    first = np.cumsum(first)
    rows, counts = np.empty(int(first[-1]), np.int32), np.empty(int(first[-1]), np.uint16)
    filled = first[:-1].copy()
    for block in blocks:  # terms ascend within a block, and rows from block to block
        here = np.bincount(block.term, minlength=len(words))
        place = np.arange(len(block.term)) + np.repeat(filled - (np.cumsum(here) - here), here)
        rows[place], counts[place] = block.row, block.often
        filled += here
    return {
        "term_hash": hashes[order] if words else hashes,
        "term_first": np.cumsum([0, *map(len, texts)], dtype=np.int64),
        "term_text": np.frombuffer(b"".join(texts), np.uint8),
        "terms": terms,
        "post_first": first,
        "post_row": rows,
        "post_count": counts,
    }


class _Block(NamedTuple):
    """Postings of some rows, ordered by term, then by row."""

    term: NDArray[np.int32]
    row: NDArray[np.int32]
    often: NDArray[np.uint16]


def _counted(terms: NDArray[np.int32], lengths: NDArray[np.int32], at: int) -> _Block:
    mine = lengths[at : at + _PIECE]
    start = int(lengths[:at].sum(dtype=np.int64))
    said = terms[start : start + int(mine.sum(dtype=np.int64))].astype(np.int64)
    said *= _PIECE
    said += np.repeat(np.arange(len(mine)), mine)
    said.sort()
    starts = np.flatnonzero(np.diff(said, prepend=-1))
    counts = np.minimum(np.diff(starts, append=len(said)), _MOST)
    pairs = said[starts]
    row = (pairs % _PIECE + at).astype(np.int32)
    return _Block((pairs // _PIECE).astype(np.int32), row, counts.astype(np.uint16))


def _pieces(vectors: list[Floats], dimensions: int) -> Iterator[Floats]:
    """Join small arrays to larger ones, letting go of the small ones on the way."""
    vectors.reverse()
    while vectors:
        some: list[Floats] = []
        size = 0
        while vectors and size < _PIECE:
            some.append(vectors.pop())
            size += len(some[-1])
        yield np.concatenate(some)
    yield np.empty((0, dimensions), np.float32)


def checked(vectors: Any, rows: int, dimensions: int, where: str) -> Floats:
    """Return the vectors as they are kept, or raise `BadVectors`."""
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    if array.shape != (rows, dimensions):
        raise BadVectors(where=where, detail=f"shape {array.shape}, expected {(rows, dimensions)}")
    if not bool(np.isfinite(array).all()):
        raise BadVectors(where=where, detail="not all numbers are finite")
    return array

"""From entries, or from older segments, to the arrays of a new segment. Knows no file, reader or snapshot."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import count
from typing import Any

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


class Packed(msgspec.Struct, frozen=True, kw_only=True):
    """An entry in the form in which it is kept."""

    doc: str
    digest: str
    version: bytes
    """20 bytes over all that the index holds of the document, but its readers."""
    blob: bytes
    text: bytes
    chunks: tuple[bytes, ...]
    marks: bytes
    """16 bytes a chunk: its digest."""


def pack(entry: Entry, vectors: Floats | None) -> Packed:
    """Encode a document and its chunks and give them their digests."""
    row = entry.document
    blob = _pack(msgspec.structs.replace(row, readers=None))
    chunks = tuple([_pack(_blob_of(chunk)) for chunk in entry.chunks])
    name = row.doc.encode("utf-8", "surrogatepass")
    marks = b"".join(
        [
            bytes.fromhex(digest_bytes(b"%d %d %b%b" % (number, len(name), name, packed))[:32])
            for number, packed in enumerate(chunks)
        ]
    )
    said = b"" if vectors is None else vectors.tobytes()
    text = entry.text.encode("utf-8", "surrogatepass")
    version = bytes.fromhex(combine(blob, text, marks, _pack(entry.terms), said))
    return Packed(doc=row.doc, digest=row.digest, version=version, blob=blob, text=text, chunks=chunks, marks=marks)


def _taken_over(segment: Segment, document: int) -> Packed:
    """A document's own part of a segment, without its chunks."""
    name, digest = segment.names[document]
    return Packed(
        doc=name, digest=digest, version=segment.versions[document].tobytes(), blob=segment.blob("doc", document),
        text=segment.blob("text", document), chunks=(), marks=b"",
    )  # fmt: skip


def _blob_of(chunk: Chunk) -> ChunkBlob:
    return ChunkBlob(
        chunk.start, chunk.end, chunk.text, chunk.section, chunk.page, chunk.kind, chunk.language, chunk.tokens
    )


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

    def add(self, packed: Packed, terms: Sequence[Sequence[str]], vectors: Floats | None, keys: bytes) -> int:
        """Take a document in; return its number in the segment. `keys` are 16 bytes a chunk."""
        for words in terms:
            self._terms.append(np.array([self._numbers[word] for word in words], np.int32))
            self._lengths.append(len(words))
        self._marks.append(packed.marks)
        self._keys.append(keys)
        self._chunks.extend(packed.chunks)
        self._take_vectors(len(packed.chunks), vectors)
        return self._close(packed, len(packed.chunks))

    def copy(self, segment: Segment, documents: Iterable[int]) -> list[int]:
        """Take documents over from a segment; return their numbers in the new one."""
        numbers = np.array([self._numbers[segment.term(at)] for at in range(len(segment.array("term_hash")))], np.int32)
        starts = np.cumsum([0, *segment.length], dtype=np.int64)
        made: list[int] = []
        for document in documents:
            first, last = segment.doc_first[document : document + 2].tolist()
            here = slice(first, last)
            self._lengths.extend(segment.length[here].tolist())
            self._terms.append(numbers[segment.array("terms")[int(starts[first]) : int(starts[last])]])
            marks = np.stack([segment.high[here], segment.low[here]], axis=1)
            self._marks.append(marks.astype(">u8").tobytes())
            self._keys.append(segment.keys[here].astype(">u8").tobytes())
            self._chunks.extend([segment.blob("chunk", row) for row in range(first, last)])
            places = segment.vector_of[here]
            has = places >= 0
            self._take_some(has, segment.vectors[places[has]])
            made.append(self._close(_taken_over(segment, document), last - first))
        return made

    def span(self, number: int) -> tuple[int, int]:
        """Return the first row of a document and the one behind its last."""
        return self._first[number], self._first[number + 1]

    def version(self, number: int) -> bytes:
        """Return a document's version."""
        return self._versions[number]

    def _take_vectors(self, rows: int, vectors: Floats | None) -> None:
        if vectors is None:
            self._take_some(np.zeros(rows, np.bool_), np.empty((0, self.dimensions), np.float32))
        else:
            self._take_some(np.ones(rows, np.bool_), vectors)

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

    def arrays(self) -> dict[str, Array]:
        """Return the segment's arrays."""
        lengths = np.array(self._lengths, np.int32)
        marks = _numbers_of(b"".join(self._marks))
        vectors = np.concatenate([np.empty((0, self.dimensions), np.float32), *self._vectors])
        codes = quantise(vectors)
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
            "vectors": vectors,
            "codes": codes.codes,
            "scale": codes.scale,
            "error": codes.error,
            "near": codes.length,
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
    rows = np.repeat(np.arange(len(lengths), dtype=np.int64), lengths)
    width = max(len(lengths), 1)
    pairs = np.sort(terms.astype(np.int64) * width + rows)
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    counts = np.diff(starts, append=len(pairs))
    first = pairs[starts]
    term, row = first // width, first % width
    return {
        "term_hash": hashes[order] if words else hashes,
        "term_first": np.cumsum([0, *map(len, texts)], dtype=np.int64),
        "term_text": np.frombuffer(b"".join(texts), np.uint8),
        "terms": terms,
        "post_first": np.searchsorted(term, np.arange(len(words) + 1)).astype(np.int64),
        "post_row": row.astype(np.int32),
        "post_count": np.minimum(counts, _MOST).astype(np.uint16),
    }


def checked(vectors: Any, rows: int, dimensions: int, where: str) -> Floats:
    """Return the vectors as they are kept, or raise `BadVectors`."""
    array = np.ascontiguousarray(vectors, dtype=np.float32)
    if array.shape != (rows, dimensions):
        raise BadVectors(where=where, detail=f"shape {array.shape}, expected {(rows, dimensions)}")
    if not bool(np.isfinite(array).all()):
        raise BadVectors(where=where, detail="not all numbers are finite")
    return array

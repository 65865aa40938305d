"""HNSW graphs (usearch) over the vectors of one reader class. Knows nothing of principals.

A graph is a function of the documents in it and of nothing else: rows go in in the order of their digests, on one
thread, and the file is named after the documents' versions. So hidden documents and past edits cannot show in it. A
big class is cut into buckets by the digests of its documents' ids, because a graph is never edited, only made anew.
"""

import importlib
import math
import threading
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.canonical import combine
from loomwork.knowledge.index.rows import Floats, IndexSettings

_CONNECTIVITY, _EXPANSION_ADD, _EXPANSION_SEARCH = 16, 128, 64
_OVERFETCH = 2


def bits_of(vectors: int, settings: IndexSettings) -> int | None:
    """Return by how many leading bits a class of this size is cut; None where it gets no graph.

    >>> [bits_of(size, IndexSettings()) for size in (200_000, 200_001, 1_000_000)]
    [None, 2, 4]
    """
    if vectors <= settings.hnsw_above:
        return None
    return max(0, math.ceil(math.log2(vectors / settings.hnsw_bucket)))


def buckets(hashes: NDArray[np.uint64], bits: int) -> NDArray[np.uint64]:
    """Return the bucket of each document."""
    return hashes >> np.uint64(64 - bits) if bits else np.zeros(len(hashes), np.uint64)


def name_of(versions: bytes, dimensions: int) -> str:
    """Return the name of the graph over documents with these versions, sorted."""
    settings = f"{_CONNECTIVITY} {_EXPANSION_ADD} {dimensions}"
    return f"graph-{combine(settings, versions)}.usearch"


def build(path: Path, vectors: Floats) -> None:
    """Write the graph over vectors that are in the order of their chunks' digests."""
    graph = _empty(vectors.shape[1])
    graph.add(np.arange(len(vectors), dtype=np.uint64), np.ascontiguousarray(vectors), threads=1)
    beside = path.with_name(path.name + ".tmp")
    graph.save(str(beside))
    with beside.open("rb+") as file:
        import os

        os.fsync(file.fileno())
    beside.rename(path)


def _empty(dimensions: int) -> Any:
    # usearch 2.26 puts C++ locale facets of its own into the process: ONNX Runtime, loaded after, would crash it.
    importlib.import_module("onnxruntime")
    from usearch.index import Index as Graph

    return Graph(
        ndim=dimensions, metric="ip", dtype="f32", connectivity=_CONNECTIVITY,
        expansion_add=_EXPANSION_ADD, expansion_search=_EXPANSION_SEARCH,
    )  # fmt: skip


class Searcher:
    """A graph that is mapped from its file. One search at a time: usearch's contexts are not shared safely."""

    def __init__(self, path: Path, dimensions: int) -> None:
        self._graph = _empty(dimensions)
        self._graph.view(str(path))
        self._lock = threading.Lock()

    def nearest(self, query: Floats, k: int) -> NDArray[np.int64]:
        """Return the places of about the nearest k vectors, more than k of them where there are."""
        wanted = min(k * _OVERFETCH, len(self._graph))
        with self._lock:
            self._graph.expansion_search = max(_EXPANSION_SEARCH, _OVERFETCH * wanted)
            found = self._graph.search(query, wanted, threads=1)
        return np.sort(np.asarray(found.keys).astype(np.int64))

"""Which graphs a snapshot should have, and making them. Knows nothing of principals or queries."""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loomwork.knowledge.index import files, graphs
from loomwork.knowledge.index.catalog import Graph
from loomwork.knowledge.index.files import Stamp
from loomwork.knowledge.index.held import Held
from loomwork.knowledge.index.rows import Floats, IndexSettings


class Wanted(NamedTuple):
    """The graphs of a snapshot, by what is in them."""

    held: Sequence[Held]
    graphs: tuple[Graph, ...]

    def ready(self, folder: Path) -> tuple[Graph, ...]:
        """Return those whose files are there."""
        return tuple(
            [
                graph._replace(stamp=files.stamp_of(folder / graph.file))
                for graph in self.graphs
                if (folder / graph.file).exists()
            ]
        )

    def lacking(self, folder: Path) -> tuple[Graph, ...]:
        """Return those that have to be made."""
        return tuple([graph for graph in self.graphs if not (folder / graph.file).exists()])

    def build(self, folder: Path) -> None:
        """Make what is lacking."""
        for graph in self.lacking(folder):
            graphs.build(folder / graph.file, _vectors(self.held, graph))


def graphs_for(held: Sequence[Held], settings: IndexSettings) -> Wanted:
    """Return the graphs that the segments call for."""
    found: list[Graph] = []
    sizes = _sizes(held)
    for reader_class in np.flatnonzero(sizes).tolist():
        bits = graphs.bits_of(int(sizes[reader_class]), settings)
        if bits is None:
            continue
        for bucket in range(2**bits):
            versions = [
                each.segment.versions[_members(each, reader_class, bits, bucket) & _with_vectors(each)] for each in held
            ]
            joined = np.ascontiguousarray(np.concatenate(versions))
            if len(joined):
                name = graphs.name_of(np.sort(joined.view("S20").reshape(-1)).tobytes(), settings.dimensions)
                found.append(Graph(reader_class, bits, bucket, name, Stamp(0, 0, 0)))
    return Wanted(held, tuple(found))


def _with_vectors(each: Held) -> NDArray[np.bool_]:
    """Which documents have any vector."""
    ends = np.cumsum([0, *(each.segment.vector_of >= 0)], dtype=np.int64)
    return np.diff(ends[each.segment.doc_first]) > 0


def _members(each: Held, reader_class: int, bits: int, bucket: int) -> NDArray[np.bool_]:
    in_bucket = graphs.buckets(each.segment.array("doc_hash"), bits) == np.uint64(bucket)
    return (each.roster == reader_class) & in_bucket


def _sizes(held: Sequence[Held]) -> NDArray[np.int64]:
    """Vectors in each reader class."""
    sizes = np.zeros(max([int(each.roster.max(initial=-1)) for each in held], default=-1) + 1, np.int64)
    for each in held:
        rows = np.repeat(each.roster, np.diff(each.segment.doc_first))
        counted = rows[(rows >= 0) & (each.segment.vector_of >= 0)]
        sizes += np.bincount(counted, minlength=len(sizes))
    return sizes


def _vectors(held: Sequence[Held], graph: Graph) -> Floats:
    """The vectors of a graph, in the order of their chunks' digests."""
    vectors: list[Floats] = []
    marks: list[NDArray[np.uint64]] = []
    for each in held:
        members = _members(each, graph.reader_class, graph.bits, graph.bucket)
        rows = np.repeat(members, np.diff(each.segment.doc_first)) & (each.segment.vector_of >= 0)
        vectors.append(each.segment.vectors[each.segment.vector_of[rows]])
        marks.append(np.stack([each.segment.high[rows], each.segment.low[rows]], axis=1))
    joined = np.concatenate(marks)
    order = np.lexsort((joined[:, 1], joined[:, 0]))
    return np.concatenate(vectors)[order]

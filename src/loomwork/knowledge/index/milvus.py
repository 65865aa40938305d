"""Let Milvus find the nearest vectors of an index that is too big for one machine's scan. Knows nothing of documents.

The index stays the truth: rows, terms, snapshots and permissions are its own, and whatever Milvus proposes is looked up
in the view that asks, scored exactly and dropped if that view does not show it. So nothing hidden is ever returned,
and a removal or a change of readers holds before Milvus has heard of it. What is not promised here, other than on
the index itself: Milvus's structures (IVF's centres, HNSW's links) are made of all vectors, so which of the visible
ones it misses may depend on hidden ones; and what was committed after the last `sync` is not found by vector.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.canonical import digest_bytes
from loomwork.kernel.errors import MilvusFailed, MilvusMissing
from loomwork.knowledge.index.rows import Floats
from loomwork.knowledge.index.view import View

_BATCH = 1_000
_OVERFETCH = 2


class MilvusSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where Milvus is and how it searches. The metric is the inner product, as everywhere here."""

    uri: str
    """`http://host:19530`, or a file's path for Milvus Lite (one process only)."""
    token: str = ""
    collection: str = "loomwork"
    kind: Literal["FLAT", "IVF_FLAT", "HNSW"] = "HNSW"
    nlist: int = 1_024
    nprobe: int = 32
    connectivity: int = 16
    ef_construction: int = 128
    ef: int = 128


class MilvusVectors:
    """The vectors of one index in one collection."""

    def __init__(self, settings: MilvusSettings, dimensions: int) -> None:
        """Connect, and make the collection if there is none. Raises `MilvusMissing`, `MilvusFailed`."""
        try:
            import pymilvus  # pyright: ignore[reportMissingImports]  # an optional extra
        except ImportError as error:
            raise MilvusMissing from error
        self.settings = settings
        self._library: Any = pymilvus
        self._failure: type[Exception] = self._library.MilvusException
        try:
            self._client: Any = self._library.MilvusClient(settings.uri, token=settings.token)
            if not self._client.has_collection(settings.collection):
                self._create(dimensions)
            self._client.load_collection(settings.collection)
        except self._failure as error:
            raise self._told(error) from error

    def _create(self, dimensions: int) -> None:
        kinds = self._library.DataType
        schema = self._client.create_schema(auto_id=False, enable_dynamic_field=False)
        schema.add_field("key", kinds.VARCHAR, is_primary=True, max_length=32)
        schema.add_field("readers", kinds.INT64)
        schema.add_field("version", kinds.INT64)
        schema.add_field("vector", kinds.FLOAT_VECTOR, dim=dimensions)
        index = self._client.prepare_index_params()
        index.add_index(field_name="vector", index_type=self.settings.kind, metric_type="IP", params=self._building)
        self._client.create_collection(
            self.settings.collection, schema=schema, index_params=index, consistency_level="Strong"
        )

    @property
    def _building(self) -> dict[str, int]:
        asked = self.settings
        return {
            "FLAT": {},
            "IVF_FLAT": {"nlist": asked.nlist},
            "HNSW": {"M": asked.connectivity, "efConstruction": asked.ef_construction},
        }[asked.kind]

    def _searching(self, wanted: int) -> dict[str, int]:
        asked = self.settings
        return {"FLAT": {}, "IVF_FLAT": {"nprobe": asked.nprobe}, "HNSW": {"ef": max(asked.ef, wanted)}}[asked.kind]

    def sync(self, view: View) -> tuple[int, int]:
        """Bring the collection to what a full view holds; return how many vectors were written and removed.

        For whoever builds, after a commit, with `Index.full_view()`. What stopped half-way goes on from there.
        """
        try:
            known = dict(self._known())
            rows = view.rows_with_vectors()
            written = 0
            for at in range(0, len(rows), _BATCH):
                written += self._write(view, rows[at : at + _BATCH], known)
            gone = list(known)
            for at in range(0, len(gone), _BATCH):
                self._client.delete(self.settings.collection, ids=gone[at : at + _BATCH])
        except self._failure as error:
            raise self._told(error) from error
        return written, len(gone)

    def _known(self) -> Iterator[tuple[str, tuple[int, int]]]:
        pages = self._client.query_iterator(
            self.settings.collection, filter="", output_fields=["key", "readers", "version"], batch_size=_BATCH
        )
        while page := pages.next():
            yield from ((row["key"], (row["readers"], row["version"])) for row in page)
        pages.close()

    def _write(self, view: View, rows: NDArray[np.int64], known: dict[str, tuple[int, int]]) -> int:
        vectors = view.vectors_of(rows.tolist())
        said: list[dict[str, object]] = []
        for key, readers, vector in zip(
            view.digests.keys_of(rows), view.readers_of(rows).tolist(), vectors, strict=True
        ):
            version = int(digest_bytes(vector.tobytes())[:15], 16)
            if known.pop(key, None) != (readers, version):
                said.append({"key": key, "readers": readers, "version": version, "vector": vector})
        if said:
            self._client.upsert(self.settings.collection, said)
        return len(said)

    def over(self, view: View) -> View:
        """Return a view whose unfiltered dense searches ask Milvus; filtered ones stay exact and local."""
        rows = view.rows_with_vectors()
        classes = sorted(set(view.readers_of(rows).tolist()))
        finder = view.digests.finder(rows)

        def propose(query: Floats, k: int) -> NDArray[np.int64]:
            return finder.rows_of(self._nearest(query, k, classes))

        return view.proposing(propose, f"milvus {msgspec.json.encode(self._public).decode()}")

    @property
    def _public(self) -> MilvusSettings:
        return msgspec.structs.replace(self.settings, uri="", token="")

    def _nearest(self, query: Floats, k: int, classes: list[int]) -> list[str]:
        if not classes:
            return []
        wanted = k * _OVERFETCH
        try:
            (found,) = self._client.search(
                self.settings.collection, data=[query], anns_field="vector", limit=wanted,
                filter=f"readers in {classes}",
                search_params={"metric_type": "IP", "params": self._searching(wanted)},
            )  # fmt: skip
        except self._failure as error:
            raise self._told(error) from error
        return [hit["key"] if "key" in hit else hit["id"] for hit in found]

    def _told(self, error: Exception) -> MilvusFailed:
        return MilvusFailed(uri=self.settings.uri, detail=getattr(error, "message", str(error)))

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

"""Vectors that were computed and belong to no snapshot yet: appended, checked, kept through any death of the writer.

Records of one size: the 16 bytes of the text's digest, CRC-32, padding, the vector. What a dying writer left half
written is cut off by the next one. Knows nothing of documents.
"""

import mmap
import os
import zlib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from loomwork.knowledge.index.files import Array
from loomwork.knowledge.index.rows import Floats


class VectorLog:
    """For the one writer of an index. The file is named after the embedder, so that no two are mixed."""

    def __init__(self, path: Path, dimensions: int) -> None:
        self.path = path
        self._record = np.dtype([("key", "V16"), ("crc", "<u4"), ("pad", "V12"), ("vector", "<f4", (dimensions,))])
        self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self._places: dict[bytes, int] = {}
        self._count = 0
        self._seen: Array = np.empty(0, self._record)
        self._recover()

    def _recover(self) -> None:
        data = self.path.read_bytes()
        size = self._record.itemsize
        whole = len(data) // size
        records = np.frombuffer(data[: whole * size], self._record)
        for at in range(whole):
            if int(records["crc"][at]) != _crc(records[at]):
                whole = at
                break
            self._places[records["key"][at].tobytes()] = at
        if whole * size != len(data):
            os.ftruncate(self._file, whole * size)
        self._count = whole

    def __contains__(self, key: bytes) -> bool:
        return key in self._places

    def __len__(self) -> int:
        return len(self._places)

    def keys(self) -> list[bytes]:
        """Return the digests of all texts that have a vector here."""
        return list(self._places)

    def append(self, keys: Sequence[bytes], vectors: Floats) -> None:
        """Keep vectors; they are on disk when this returns."""
        records = np.zeros(len(keys), self._record)
        records["key"] = np.frombuffer(b"".join(keys), "V16")
        records["vector"] = vectors
        given = zip(keys, np.ascontiguousarray(records["vector"]), strict=True)
        records["crc"] = [zlib.crc32(vector.data, zlib.crc32(key)) for key, vector in given]
        data = memoryview(records.tobytes())
        while data:
            data = data[os.write(self._file, data) :]
        os.fdatasync(self._file)
        self._places.update(zip(keys, range(self._count, self._count + len(keys)), strict=True))
        self._count += len(keys)

    def take(self, keys: Sequence[bytes]) -> Floats:
        """Return the vectors of texts that are all here, a row each."""
        return self._records()["vector"][[self._places[key] for key in keys]]

    def _records(self) -> Array:
        """Return all records, mapped."""
        if len(self._seen) < self._count:
            mapped = mmap.mmap(self._file, self._count * self._record.itemsize, access=mmap.ACCESS_READ)
            self._seen = np.frombuffer(mapped, self._record)
        return self._seen

    def forget(self, keys: Collection[bytes]) -> None:
        """Drop what a committed snapshot now holds; keep what none holds yet."""
        left = [key for key in self._places if key not in keys]
        records = self._records()[[self._places[key] for key in left]]
        beside = self.path.with_name(self.path.name + ".tmp")
        with beside.open("wb") as file:
            file.write(records.tobytes())
            file.flush()
            os.fsync(file.fileno())
        os.close(self._file)
        beside.rename(self.path)
        self._file = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o644)
        self._places = {key: at for at, key in enumerate(left)}
        self._count = len(left)
        self._seen = np.empty(0, self._record)

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _crc(record: Any) -> int:
    return zlib.crc32(record["vector"].tobytes(), zlib.crc32(record["key"].tobytes()))

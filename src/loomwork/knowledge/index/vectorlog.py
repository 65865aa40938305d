"""Vectors that were computed and belong to no snapshot yet: appended, checked, kept through any death of the writer.

Records of one size: the 16 bytes of the text's digest, CRC-32, padding, the vector. What a dying writer left half
written is cut off by the next one. Knows nothing of documents.
"""

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
        records["crc"] = [_crc(record) for record in records]
        self._write(records)
        os.fdatasync(self._file)

    def _write(self, records: Array) -> None:
        data = memoryview(records.tobytes())
        while data:
            data = data[os.write(self._file, data) :]
        for key in records["key"]:
            self._places[key.tobytes()] = self._count
            self._count += 1

    def get(self, key: bytes) -> Floats:
        """Return one vector."""
        size = self._record.itemsize
        record = np.frombuffer(os.pread(self._file, size, self._places[key] * size), self._record)
        return record["vector"][0]

    def forget(self, keys: Collection[bytes]) -> None:
        """Drop what a committed snapshot now holds; keep what none holds yet."""
        left = [key for key in self._places if key not in keys]
        records = np.zeros(len(left), self._record)
        for at, key in enumerate(left):
            records[at] = np.frombuffer(
                os.pread(self._file, self._record.itemsize, self._places[key] * self._record.itemsize), self._record
            )[0]
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

    def close(self) -> None:
        """Close the file."""
        os.close(self._file)


def _crc(record: Any) -> int:
    return zlib.crc32(record["vector"].tobytes(), zlib.crc32(record["key"].tobytes()))

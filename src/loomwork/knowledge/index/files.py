"""Immutable files of named arrays: written beside, checked, mapped into memory. Knows nothing of documents.

`LOOMSEG1`, the length and CRC-32 of a table of contents (msgpack: name, dtype, shape, offset, CRC-32), the table, then
each array at a multiple of 64 bytes. A file is believed without reading it whole when it has the size, time and inode
that it was written with (`Stamp`); any other is checked array by array when it is opened.
"""

import mmap
import os
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
_MAGIC = b"LOOMSEG1"
_ALIGN = 64


class Stamp(NamedTuple):
    """What tells that nobody touched a file."""

    size: int
    modified_ns: int
    inode: int


class _Section(NamedTuple):
    name: str
    dtype: str
    shape: list[int]
    offset: int
    crc: int


class Damaged(Exception):
    """Not the bytes that were written; the text says where."""


def stamp_of(path: Path) -> Stamp:
    """Return a file's stamp as it is now."""
    stat = path.stat()
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ino)


def sync_folder(folder: Path) -> None:
    """Make new names in a folder survive a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write(path: Path, arrays: Mapping[str, Array | list[Array]]) -> Stamp:
    """Write arrays to a new file, which is complete and on disk when this returns; a list is one array in pieces."""
    made = {name: _pieces(array) for name, array in arrays.items()}
    sections: list[_Section] = []
    offset = 0
    for name, pieces in made.items():
        shape = [sum(len(piece) for piece in pieces), *pieces[0].shape[1:]]
        crc = 0
        for piece in pieces:
            crc = zlib.crc32(_bytes(piece), crc)
        sections.append(_Section(name, pieces[0].dtype.str, shape, offset, crc))
        offset += _padded(_size(pieces))
    table = msgspec.msgpack.encode(sections)
    head = _MAGIC + len(table).to_bytes(4, "little") + zlib.crc32(table).to_bytes(4, "little") + table
    beside = path.with_name(path.name + ".tmp")
    with beside.open("wb") as file:
        file.write(head + bytes(-len(head) % _ALIGN))
        for pieces in made.values():
            for piece in pieces:
                file.write(_bytes(piece))
            file.write(bytes(-_size(pieces) % _ALIGN))
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
    return stamp_of(path)


def _pieces(array: Array | list[Array]) -> list[Array]:
    return [np.ascontiguousarray(piece) for piece in (array if isinstance(array, list) else [array])]


def _size(pieces: list[Array]) -> int:
    return sum(piece.nbytes for piece in pieces)


def _padded(size: int) -> int:
    return -(-size // _ALIGN) * _ALIGN


def read(path: Path, stamp: Stamp | None) -> dict[str, Array]:
    """Map a file. Raises `Damaged`; `FileNotFoundError` where it is gone."""
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        if size < len(_MAGIC) + 8:
            raise Damaged("too short")
        mapped = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    sections, start = _table(mapped)
    trusted = stamp is not None and stamp_of(path) == stamp
    found: dict[str, Array] = {}
    for section in sections:
        dtype = np.dtype(section.dtype)
        count = int(np.prod(section.shape, dtype=np.int64))
        if start + section.offset + count * dtype.itemsize > size:
            raise Damaged(f"{section.name} is cut off")
        flat: Array = np.frombuffer(mapped, dtype=dtype, count=count, offset=start + section.offset)
        if not trusted and zlib.crc32(_bytes(flat)) != section.crc:
            raise Damaged(f"{section.name} has another checksum")
        found[section.name] = flat.reshape(section.shape)
    return found


def _table(mapped: mmap.mmap) -> tuple[list[_Section], int]:
    if mapped[: len(_MAGIC)] != _MAGIC:
        raise Damaged("not a segment")
    at = len(_MAGIC)
    length = int.from_bytes(mapped[at : at + 4], "little")
    crc = int.from_bytes(mapped[at + 4 : at + 8], "little")
    table = mapped[at + 8 : at + 8 + length]
    if len(table) != length or zlib.crc32(table) != crc:
        raise Damaged("the table of contents has another checksum")
    end = at + 8 + length
    return msgspec.msgpack.decode(table, type=list[_Section]), end + (-end % _ALIGN)


def _bytes(array: Array) -> memoryview:
    return array.reshape(-1).view(np.uint8).data

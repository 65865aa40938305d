"""What a SQLite database says, from its files alone. Opens no connection.

A database in WAL mode is its main file overlaid with the committed frames of the `-wal` file. Hashing the pages as a
reader would see them makes a checkpoint invisible, as it is to the reader; a plain hash of both files would change.
The frames' checksums are not recomputed: a torn last commit counts as if it had happened.
File format: https://www.sqlite.org/fileformat2.html#the_write_ahead_log
"""

import hashlib
import os
import struct
from typing import BinaryIO
from urllib.parse import unquote

from loomwork.flow.observe.hashes import UNREADABLE, Known, Stamp, at_rest, hashes, now_ns, stamp_of
from loomwork.flow.observe.hidden import own_io
from loomwork.flow.observe.place import text_of
from loomwork.kernel.canonical import Digest, combine

_MAGIC = (0x377F0682, 0x377F0683)
_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_CHUNK_PAGES = 256
_DIGITS = 40


def database_path(given: object) -> str | None:
    """Return the file behind the first argument of `sqlite3.connect`; None for a database in memory."""
    text = text_of(given)
    if text is None or text in ("", ":memory:"):
        return None
    if not text.startswith("file:"):
        return text
    path, _, query = text[5:].partition("?")
    path = unquote(path.partition("#")[0])
    if "mode=memory" in query or path in ("", ":memory:"):
        return None
    return "/" + path.lstrip("/") if path.startswith("//") else path


def stamps_of(path: str) -> tuple[Stamp | None, Stamp | None, Stamp | None]:
    """Return the stamps of the database file, its WAL and its rollback journal."""
    return stamp_of(path), stamp_of(path + "-wal"), stamp_of(path + "-journal")


def database(path: str) -> Digest | None:
    """Return the hash of a database's pages as a reader would see them now, None where there is none."""
    main, wal, journal = stamps_of(path)
    if journal is not None and journal[2] > 0:
        return combine(hashes.content(path) or "", hashes.content(path + "-journal") or "")
    if main is None or wal is None or wal[2] == 0:
        return hashes.content(path)
    stamp: Stamp = (max(main[0], wal[0]), hash((main, wal)), main[2] + wal[2], main[3], main[4])
    name = path + "\0wal"
    known = hashes.known(name)
    if known is not None and known.settled and known.stamp == stamp:
        return known.digest
    began = now_ns()
    try:
        digest = _overlaid(path)
    except OSError:
        return UNREADABLE
    if stamps_of(path) == (main, wal, journal):
        hashes.keep(name, Known(stamp, digest, at_rest(stamp, began)))
    return digest


def _overlaid(path: str) -> Digest:
    with own_io(), open(path, "rb") as main, open(path + "-wal", "rb") as wal:
        page_size, frames, pages = _committed(wal)
        hasher = hashlib.sha256()
        if not frames:
            while chunk := main.read(1 << 20):
                hasher.update(chunk)
            return Digest(hasher.hexdigest()[:_DIGITS])
        page = 1
        while page <= pages:
            if page in frames:
                wal.seek(frames[page])
                hasher.update(wal.read(page_size))
                page += 1
                continue
            last = page
            while last + 1 <= pages and last - page < _CHUNK_PAGES and last + 1 not in frames:
                last += 1
            main.seek((page - 1) * page_size)
            hasher.update(main.read((last - page + 1) * page_size))
            page = last + 1
        return Digest(hasher.hexdigest()[:_DIGITS])


def _committed(wal: BinaryIO) -> tuple[int, dict[int, int], int]:
    """Return the page size, where in the WAL each committed page lies, and the size of the database in pages."""
    header = wal.read(_HEADER.size)
    if len(header) < _HEADER.size:
        return 0, {}, 0
    magic, _version, page_size, _sequence, salt1, salt2, _sum1, _sum2 = _HEADER.unpack(header)
    if magic not in _MAGIC:
        return 0, {}, 0
    committed: dict[int, int] = {}
    pending: dict[int, int] = {}
    pages = 0
    while len(head := wal.read(_FRAME.size)) == _FRAME.size:
        number, size_after, frame1, frame2, _sum1, _sum2 = _FRAME.unpack(head)
        if (frame1, frame2) != (salt1, salt2):
            break
        pending[number] = wal.tell()
        wal.seek(page_size, os.SEEK_CUR)
        if size_after:
            committed.update(pending)
            pending.clear()
            pages = size_after
    return page_size, committed, pages

"""From what SQLite says to what a person can act on. Decides only which error it is; knows no table."""

import os
import sqlite3
from pathlib import Path

from loomwork.kernel.errors.store import (
    BodyTooLarge,
    NotAStore,
    StoreBusy,
    StoreClosed,
    StoreCorrupt,
    StoreError,
    StoreFailed,
    StoreFull,
    StoreReadOnly,
    StoreUnopenable,
)

BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
LARGEST_BODY = 1_000_000_000
_SPARE = 4 << 20
"""A disk with less than this free is called full when a write to it fails."""


def code_of(error: sqlite3.Error) -> int:
    """Return SQLite's primary result code; 0 where the driver itself complained."""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def is_busy(error: sqlite3.Error) -> bool:
    """Say whether waiting can help."""
    return code_of(error) in BUSY


def translated(error: sqlite3.Error, path: Path, *, waited: float = 0.0) -> Exception:
    """Return the store's error for SQLite's, or SQLite's own where it shows a defect of ours."""
    code = code_of(error)
    detail = str(error)
    if code in BUSY:
        return StoreBusy(path=str(path), seconds=round(waited))
    if code == sqlite3.SQLITE_IOERR and _is_out_of_room(path):
        return StoreFull(path=str(path), detail=detail)
    if code == sqlite3.SQLITE_TOOBIG or isinstance(error, sqlite3.DataError):
        return BodyTooLarge(size=f"more than {LARGEST_BODY}", limit=LARGEST_BODY)
    if "closed database" in detail:
        return StoreClosed(path=str(path))
    kind = _KINDS.get(code)
    return error if kind is None else kind(path=str(path), detail=detail)


_KINDS: dict[int, type[StoreError]] = {
    sqlite3.SQLITE_FULL: StoreFull,
    sqlite3.SQLITE_READONLY: StoreReadOnly,
    sqlite3.SQLITE_CANTOPEN: StoreUnopenable,
    sqlite3.SQLITE_PERM: StoreUnopenable,
    sqlite3.SQLITE_CORRUPT: StoreCorrupt,
    sqlite3.SQLITE_NOTADB: NotAStore,
    sqlite3.SQLITE_IOERR: StoreFailed,
}


def _is_out_of_room(path: Path) -> bool:
    """A full disk, a quota or a file-size limit: SQLite calls all but the first an I/O error."""
    try:
        room = os.statvfs(path.parent)
        if room.f_bavail * room.f_frsize < _SPARE:
            return True
        import resource

        limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
        sizes = [each.stat().st_size for each in beside(path) if each.exists()]
    except (OSError, ImportError, AttributeError):
        return False
    return limit != resource.RLIM_INFINITY and any(size + _SPARE >= limit for size in sizes)


def beside(path: Path) -> tuple[Path, ...]:
    """Return the database and the files that SQLite keeps beside it."""
    return (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm"))

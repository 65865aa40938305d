"""Hashes of files and folders, kept by their stat. Knows nothing of steps.

As git does with its index, a hash is believed only while (change time, modification time, size, inode, device) are the
same *and* the file had been at rest for a while when it was hashed: a second edit within one tick of the clock leaves
no trace in the stat. The change time cannot be set back by `os.utime`, so a restored modification time fools nobody.
"""

import hashlib
import os
import stat
import time
from typing import NamedTuple

from loomwork.flow.observe.hidden import own_io
from loomwork.kernel.canonical import Digest, digest_bytes

UNREADABLE = Digest("unreadable")
NOT_A_FILE = Digest("not a file")
"""What stands for the content of a device, a pipe or a folder opened as a file."""

_REST_NS = 2_000_000_000
"""Covers file systems that keep whole seconds (and FAT, which keeps every other one)."""
_SMALL = 1 << 18
_DIGITS = 40
_KEPT = 100_000
SKIPPED = ("__pycache__", ".loomwork")
"""Names that a listing leaves out: running writes them."""

_stat = os.stat  # the functions of `os` are wrapped later, and these reads are nobody's
_scandir = os.scandir
now_ns = time.time_ns

Stamp = tuple[int, int, int, int, int]


class Known(NamedTuple):
    """A hash and what it was true of."""

    stamp: Stamp
    digest: Digest
    settled: bool


class Listed(NamedTuple):
    """A folder's listing."""

    digest: Digest | None
    entries: int


def stamp_of(path: str) -> Stamp | None:
    """Return what the stat says of a path; None where there is nothing or nothing can be learnt."""
    try:
        return _stamp(_stat(path))
    except (OSError, ValueError):
        return None


def _stamp(found: os.stat_result) -> Stamp:
    return (found.st_ctime_ns, found.st_mtime_ns, found.st_size, found.st_ino, found.st_dev)


class Hashes:
    """Content hashes of one process. Safe in threads: entries are only replaced."""

    def __init__(self) -> None:
        self._known: dict[str, Known] = {}

    def content(self, path: str) -> Digest | None:
        """Return the hash of a file's bytes, None where there is no file."""
        try:
            found = _stat(path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except (OSError, ValueError):
            return UNREADABLE
        known = self._known.get(path)
        if known is not None and known.settled and known.stamp == _stamp(found):
            return known.digest
        if not stat.S_ISREG(found.st_mode):
            return NOT_A_FILE
        return self._hash(path)

    def is_settled(self, path: str, stamp: Stamp) -> bool:
        """Say whether this stamp alone proves that the file still has the hash that we know."""
        known = self._known.get(path)
        return known is not None and known.settled and known.stamp == stamp

    def keep(self, path: str, known: Known) -> None:
        """Remember a hash under a path (or another name that stands for files)."""
        if len(self._known) >= _KEPT:
            self._known.clear()
        self._known[path] = known

    def known(self, path: str) -> Known | None:
        """Return what is remembered under a name."""
        return self._known.get(path)

    def _hash(self, path: str) -> Digest | None:
        for _ in range(3):
            began = now_ns()
            try:
                with own_io(), open(path, "rb", buffering=0) as file:
                    before = _stamp(os.fstat(file.fileno()))
                    if before[2] <= _SMALL:
                        digest = digest_bytes(file.readall())
                    else:
                        digest = Digest(hashlib.file_digest(file, "sha256").hexdigest()[:_DIGITS])
                    after = _stamp(os.fstat(file.fileno()))
            except (FileNotFoundError, NotADirectoryError):
                return None
            except OSError:
                return UNREADABLE
            if before == after:
                self.keep(path, Known(before, digest, at_rest(before, began)))
                return digest
        return UNREADABLE  # written faster than it can be read: no memo will hold


def at_rest(stamp: Stamp, now_ns: int) -> bool:
    """Say whether the last change is so long ago that another one would show in the stamp."""
    return stamp[0] + _REST_NS < now_ns


hashes = Hashes()


def listing(path: str, *, stats: bool = False) -> Listed:
    """Return the hash of a folder's entries: names and kinds, with `stats` sizes and times, too."""
    stamp = stamp_of(path)
    name = f"{path}{os.sep}"
    known = None if stats else hashes.known(name)
    if known is not None and known.settled and known.stamp == stamp:
        return Listed(Digest(known.digest[:_DIGITS]), int(known.digest[_DIGITS:]))
    began = now_ns()
    try:
        with own_io(), _scandir(path) as entries:
            lines = sorted(_line(entry, stats) for entry in entries if not _is_skipped(entry.name))
    except (FileNotFoundError, NotADirectoryError):
        return Listed(None, 0)
    except (OSError, ValueError):
        return Listed(UNREADABLE, 0)
    digest = digest_bytes(b"\0".join(lines))
    if stamp is not None and not stats and stamp == stamp_of(path):
        hashes.keep(name, Known(stamp, Digest(f"{digest}{len(lines)}"), at_rest(stamp, began)))
    return Listed(digest, len(lines))


def _is_skipped(name: str) -> bool:
    return name in SKIPPED or name.endswith(".pyc")


def _line(entry: os.DirEntry[str], stats: bool) -> bytes:
    kind = "l" if entry.is_symlink() else "d" if entry.is_dir(follow_symlinks=False) else "f"
    line = kind + entry.name
    if stats:
        try:
            found = entry.stat()
        except OSError:
            line += "/gone"
        else:
            line += f"/{found.st_size}/{found.st_mtime_ns}" if kind != "d" else ""
    return os.fsencode(line)

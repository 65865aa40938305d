"""Files of the project that the studio opens and writes: which they may be, what they say, who wrote last.

Knows no format. A path is one below the project's folder, resolved; nothing hidden, nothing of a virtual environment.
A file is replaced whole or not at all, and only where it still is what its reader saw.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
import threading
import time
from collections.abc import Generator, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO, NamedTuple

from loomwork.kernel.canonical import Digest
from loomwork.kernel.errors.studio import ChangedMeanwhile, OutsideProject
from loomwork.kernel.errors.studio_data import FileUnwritable

SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "env"})
"""Folders that hold what others made. Hidden ones are skipped, too."""
MOST_LOOKED_AT = 50_000
"""Entries of folders that one listing looks at."""
MOST_DEEP = 12
_LONGEST_NAME = 240
"""Bytes; file systems take 255, and what is written lies beside it for a while."""
_ENVIRONMENT = "pyvenv.cfg"
_PIECE = 1 << 20
_DIGITS = 40
_RACY_NS = 50_000_000
"""A file changed so shortly before it was read may change again within the same time stamp."""
_SURELY = 32 << 20
"""Files up to this size are hashed again right before they are replaced; larger ones are known by their stamp."""


class Stamp(NamedTuple):
    """By what a changed file is recognised."""

    device: int
    inode: int
    changed_ns: int
    size: int

    def is_racy(self, now_ns: int) -> bool:
        """Say whether the file might have changed since within the same stamp."""
        return self.changed_ns > now_ns - _RACY_NS


class Listing(NamedTuple):
    """What a look through the project found."""

    paths: list[Path]
    more: bool


class Writes:
    """One writer at a time in this process. A part of the studio."""

    def __init__(self, studio: object) -> None:
        del studio
        self.lock = threading.Lock()


def inside(folder: Path, given: str) -> Path:
    """Return where a path of the project leads, links followed; it need not exist. Raises `OutsideProject`."""
    parts = PurePosixPath(given).parts
    if not parts or given.startswith("/") or any(_is_skipped(part) for part in parts):
        raise OutsideProject(path=given)
    root = folder.resolve()
    try:
        if any(len(part.encode()) > _LONGEST_NAME for part in parts):
            raise OutsideProject(path=given)
        found = (root / given).resolve()
        beneath = found.relative_to(root).parts
    except (OSError, RuntimeError, ValueError):  # a link in a circle, a zero byte, another place
        raise OutsideProject(path=given) from None
    if not beneath or any(_is_skipped(part) for part in beneath):
        raise OutsideProject(path=given)
    return found


def listed(folder: Path, suffix: str | tuple[str, ...], *, most: int) -> Listing:
    """Return the files of the project that end so, by path; links to folders are not followed."""
    found: list[Path] = []
    for seen, path in enumerate(_walk(folder, 0)):
        if seen >= MOST_LOOKED_AT or len(found) >= most:
            return Listing(sorted(found), more=True)
        if path.name.endswith(suffix) and _is_ours(folder, path):
            found.append(path)
    return Listing(sorted(found), more=False)


def stamp_of(path: Path) -> Stamp:
    """Return a file's stamp. Raises `OSError`."""
    return _stamp(os.stat(path))


def stamp_of_open(file: IO[bytes]) -> Stamp:
    """Return the stamp of an open file."""
    return _stamp(os.fstat(file.fileno()))


def now_ns() -> int:
    """Return the time that stamps are compared with."""
    return time.time_ns()


def digest_of(path: Path) -> Digest:
    """Return the hash of a file's content. Raises `OSError`."""
    hasher = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            hasher.update(piece)
    return shortened(hasher.hexdigest())


def shortened(hexadecimal: str) -> Digest:
    """Return a SHA-256 as the house writes digests."""
    return Digest(hexadecimal[:_DIGITS])


def create(path: Path, pieces: Iterable[bytes], *, label: str) -> None:
    """Write a new file. Raises `ChangedMeanwhile` where there is one by now."""
    with _beside(path, pieces, label) as part:
        try:
            os.link(part, path)
        except FileExistsError:
            raise ChangedMeanwhile(path=label) from None
        except OSError as error:
            raise FileUnwritable(path=label, reason=error.strerror or str(error)) from error
        _sync_folder(path.parent)


def replace(path: Path, pieces: Iterable[bytes], *, seen: Digest, stamp: Stamp, label: str) -> None:
    """Replace a file, where it still is what was seen. Raises `ChangedMeanwhile`."""
    with _beside(path, pieces, label) as part:
        with contextlib.suppress(OSError):
            shutil.copymode(path, part)
        if not _is_still(path, seen, stamp):
            raise ChangedMeanwhile(path=label)
        os.replace(part, path)
        _sync_folder(path.parent)


def copied(file: IO[bytes], start: int, end: int) -> Iterator[bytes]:
    """Yield the bytes of an open file between two places."""
    file.seek(start)
    left = end - start
    while left > 0 and (piece := file.read(min(_PIECE, left))):
        left -= len(piece)
        yield piece


def changed_ms(path: Path) -> float:
    """Return when a file was changed; 0 where it is gone."""
    try:
        return path.stat().st_mtime_ns / 1e6
    except OSError:
        return 0.0


def _is_still(path: Path, seen: Digest, stamp: Stamp) -> bool:
    try:
        if stamp.size <= _SURELY:
            return digest_of(path) == seen
        return stamp_of(path) == stamp
    except OSError:
        return False


@contextlib.contextmanager
def _beside(path: Path, pieces: Iterable[bytes], label: str) -> Generator[Path]:
    """Write a file beside another, on the disk by the time the block begins; what is left of it then goes."""
    part = path.with_name(f".{secrets.token_hex(8)}.part")
    try:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with part.open("xb") as file:
                for piece in pieces:
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
        except OSError as error:
            raise FileUnwritable(path=label, reason=error.strerror or str(error)) from error
        yield part
    finally:
        with contextlib.suppress(OSError):
            part.unlink()


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every file system knows it
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _stamp(stat: os.stat_result) -> Stamp:
    return Stamp(stat.st_dev, stat.st_ino, stat.st_mtime_ns, stat.st_size)


def _is_skipped(part: str) -> bool:
    return part.startswith(".") or part in SKIPPED or "\\" in part


def _walk(folder: Path, depth: int) -> Iterator[Path]:
    try:
        with os.scandir(folder) as entries:
            listed = sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return
    if any(entry.name == _ENVIRONMENT for entry in listed):
        return
    for entry in listed:
        if _is_skipped(entry.name):
            continue
        yield Path(entry.path)
        if depth < MOST_DEEP and _is_folder(entry):
            yield from _walk(Path(entry.path), depth + 1)


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_ours(folder: Path, path: Path) -> bool:
    try:
        return inside(folder, path.relative_to(folder).as_posix()).is_file()
    except (OutsideProject, OSError):
        return False

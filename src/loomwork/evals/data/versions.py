"""What datasets said before: their versions, each row kept once. Knows no format but lines.

One SQLite file in the project, `.loomwork/datasets.db`. A version is the list of its lines' digests, so that a file of
a million rows in which one changed costs one row and the list.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct

from loomwork.evals.data.reading import DAMAGED, opened, version_of
from loomwork.kernel.canonical import Digest
from loomwork.kernel.errors.evals_data import AmbiguousVersion, DataDamaged, NoSuchVersion
from loomwork.kernel.errors.phrases import Nothing
from loomwork.prompts.git import text_at
from loomwork.store.spellings import spellings

HOME = Path(".loomwork", "datasets.db")
LAID_OUT = Path(".loomwork", "datasets")
"""Versions as files of their own."""
AT = "@"
"""`data/questions.jsonl@1a2b3c`: the file at a version or a git revision."""
SHOWN = 12
_NAME = 20
"""Bytes of a line's digest."""
_BATCH = 2_000
_PATIENCE_S = 10
_SHAPE = """
CREATE TABLE IF NOT EXISTS lines (name BLOB PRIMARY KEY, body BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS versions (
  dataset TEXT NOT NULL, version TEXT NOT NULL, at_ns INTEGER NOT NULL, rows INTEGER NOT NULL, how TEXT NOT NULL,
  lines BLOB NOT NULL, PRIMARY KEY (dataset, version)
);
"""


class FileAt(NamedTuple):
    """A file, and which of its versions; none is named: as it is now."""

    path: Path
    version: str


class Version(Struct, frozen=True, kw_only=True):
    """A content that a dataset had."""

    version: Digest
    at_ns: int
    """When it was last kept."""
    rows: int
    how: str
    """What made it: the command, or empty."""


class Versions:
    """The versions of a project's datasets; safe to share between threads and processes.

    Args:
        folder: The project.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()
        self._path = self._folder / HOME
        self._lock = threading.Lock()

    def keep(self, path: Path, *, how: str = "") -> Digest:
        """Keep what a file says now, and return its version. Raises `DataMissing`, `DataDamaged`."""
        version, names, rows = version_of(path), bytearray(), 0
        if self._is_kept(path, version):
            return version
        with self._open() as base:
            batch: list[tuple[bytes, bytes]] = []
            try:
                with opened(path) as file:
                    for line in file:
                        name = hashlib.sha256(line).digest()[:_NAME]
                        names += name
                        rows += bool(line.strip())
                        batch.append((name, line))
                        if len(batch) >= _BATCH:
                            base.executemany("INSERT OR IGNORE INTO lines VALUES (?, ?)", batch)
                            batch.clear()
            except DAMAGED as error:
                raise DataDamaged(path=path, detail=str(error)) from None
            base.executemany("INSERT OR IGNORE INTO lines VALUES (?, ?)", batch)
            row = (self._label(path), version, time.time_ns(), rows, how, bytes(names))
            base.execute("INSERT OR REPLACE INTO versions VALUES (?, ?, ?, ?, ?, ?)", row)
        return version

    def list(self, path: Path) -> list[Version]:
        """Return the versions of a dataset that are kept, newest first."""
        if not self._path.exists():
            return []
        asked = "SELECT version, at_ns, rows, how FROM versions WHERE dataset = ? ORDER BY at_ns DESC"
        with self._open() as base:
            found = base.execute(asked, (self._label(path),)).fetchall()
        return [Version(version=version, at_ns=at_ns, rows=rows, how=how) for version, at_ns, rows, how in found]

    def lines(self, path: Path, version: str) -> Iterator[bytes]:
        """Return the lines of a version, or of a git revision. Raises `NoSuchVersion`, `AmbiguousVersion`."""
        kept = [each.version for each in self.list(path)]
        found = [each for each in kept if each.startswith(version)]
        if len(found) > 1:
            raise AmbiguousVersion(path=path, version=version, known=", ".join(each[:SHOWN] for each in found))
        if found:
            return self._lines(path, found[0])
        text = text_at(path, version)
        if text is None:
            known = ", ".join(each[:SHOWN] for each in kept)
            raise NoSuchVersion(path=path, version=version, known=known or Nothing())
        return iter(text.encode().splitlines(keepends=True))

    def laid_out(self, path: Path, version: str) -> Path:
        """Write a version as a file of its own, for what reads files. Raises what `lines` does."""
        lines = list(self.lines(path, version))
        stem = path.name.partition(".")[0]
        place = self._folder / LAID_OUT / f"{stem}@{hashlib.sha256(b''.join(lines)).hexdigest()[:SHOWN]}.jsonl"
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_name(f"{place.name}.{os.getpid()}.part")
        part.write_bytes(b"".join(lines))
        part.replace(place)
        return place

    def erase(self, subject: str) -> int:
        """Remove the kept rows that hold a text, and return how many. The files themselves stay as they are."""
        for laid_out in (self._folder / LAID_OUT).glob("*"):
            laid_out.unlink()  # they are written anew when they are asked for
        if not self._path.exists() or not subject:
            return 0
        with self._open() as base:
            gone = sum(
                base.execute("DELETE FROM lines WHERE instr(body, ?)", (needle,)).rowcount
                for needle in spellings(subject)
            )
        with closing(sqlite3.connect(self._path, timeout=_PATIENCE_S)) as base:
            base.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def _lines(self, path: Path, version: Digest) -> Iterator[bytes]:
        asked = "SELECT lines FROM versions WHERE dataset = ? AND version = ?"
        with self._open() as base:
            names: bytes = base.execute(asked, (self._label(path), version)).fetchone()[0]
        for begin in range(0, len(names), _NAME * _BATCH):
            some = [names[at : at + _NAME] for at in range(begin, min(begin + _NAME * _BATCH, len(names)), _NAME)]
            with self._open() as base:
                found = [base.execute("SELECT body FROM lines WHERE name = ?", (name,)).fetchone() for name in some]
            yield from (row[0] for row in found if row is not None)  # one that is not there was erased

    def _is_kept(self, path: Path, version: Digest) -> bool:
        if not self._path.exists():
            return False
        with self._open() as base:
            asked = "UPDATE versions SET at_ns = ? WHERE dataset = ? AND version = ?"
            return base.execute(asked, (time.time_ns(), self._label(path), version)).rowcount > 0

    def _label(self, path: Path) -> str:
        resolved = path.resolve()
        return (
            resolved.relative_to(self._folder).as_posix()
            if resolved.is_relative_to(self._folder)
            else resolved.as_posix()
        )

    @contextmanager
    def _open(self) -> Generator[sqlite3.Connection]:
        """Open the file for one piece of work, which is written whole or not at all."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock, closing(sqlite3.connect(self._path, timeout=_PATIENCE_S)) as base:
            base.execute("PRAGMA journal_mode = WAL")
            base.execute("PRAGMA secure_delete = ON")
            base.executescript(_SHAPE)
            with base:
                yield base


def file_and_version(given: str) -> FileAt:
    """Return the file and the version that `FILE@VERSION` names; a file whose own name holds an `@` is found first.

    >>> file_and_version("data.jsonl@1a2b").version
    '1a2b'
    """
    whole = Path(given)
    name, at, version = given.rpartition(AT)
    return FileAt(whole, "") if not at or whole.exists() else FileAt(Path(name), version)

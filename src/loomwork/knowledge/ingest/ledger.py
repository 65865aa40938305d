"""What an earlier build saw of each file, so that an unchanged one costs no more than asking the system for its stamp.

A cache and nothing more: the index says which documents are there and in which version; what is lost here is read
again. What a person took out by hand (`left_out`) and the last build's figures are kept here, too.
"""

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
from msgspec import Struct

from loomwork.knowledge.index.rows import Readers
from loomwork.knowledge.sources.values import Allowed, Stamp
from loomwork.knowledge.values import Problem
from loomwork.store.sqlite.connections import Connections

DATABASE = "sources.db"
FORM = "1"
EDITION = "edition"
"""The fact that is another one whenever what is kept of files and documents has changed."""
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS files (file TEXT PRIMARY KEY, size INTEGER, mtime INTEGER, ctime INTEGER,"
    " inode INTEGER, digest TEXT)",
    "CREATE TABLE IF NOT EXISTS docs (doc TEXT PRIMARY KEY, file TEXT, version TEXT, note BLOB)",
    "CREATE TABLE IF NOT EXISTS left_out (doc TEXT PRIMARY KEY)",
)
_TICK_NS = 50_000_000
"""A file changed less than this before it was read may change again without another stamp."""
_SECOND = 1_000_000_000


class FileNote(Struct, frozen=True):
    """A file as it was when it was read."""

    stamp: Stamp | None
    """None: it may have changed while it was read; it is read again."""
    digest: str
    """Of its bytes."""


class DocNote(Struct, frozen=True, kw_only=True):
    """A document as it was when it was read."""

    file: str = ""
    version: str = ""
    """Of its source and of everything that made its chunks: what the index holds as its digest."""
    own: Any = None
    """What its metadata says under the key that names its readers."""
    speaks: bool = False
    """Whether it says anything there."""
    folder: tuple[Readers] | None = None
    """What the `.readers` file nearest to it says, where that lies in an archive."""
    problems: tuple[Problem, ...] = ()
    failed: bool = False
    """It has no text: there is nothing of it in the index."""

    @property
    def allowed(self) -> Allowed | None:
        """What the nearest `.readers` file of its archive says."""
        return None if self.folder is None else Allowed(self.folder[0])


_note = msgspec.msgpack.Decoder(DocNote).decode
_pack = msgspec.msgpack.Encoder(enc_hook=str).encode


class Remembered(Struct):
    """Everything that is kept."""

    facts: dict[str, str] = {}
    files: dict[str, FileNote] = {}
    docs: dict[str, DocNote] = {}
    left_out: frozenset[str] = frozenset()

    def docs_of(self) -> dict[str, list[str]]:
        """Return the documents of each file."""
        found: dict[str, list[str]] = {}
        for doc, note in self.docs.items():
            found.setdefault(note.file, []).append(doc)
        return found


class Ledger:
    """One base's `sources.db`."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / DATABASE

    def load(self, *, enough: Callable[[Mapping[str, str]], bool] | None = None) -> Remembered:
        """Return what is kept; nothing where nothing was, or where another form of it was.

        Args:
            enough: Asked with the facts, if there are any, whether nothing else is needed.
        """
        if not self._path.exists():
            return Remembered()
        pool = Connections(self._path)
        try:
            if not pool.rows("SELECT name FROM sqlite_master WHERE name = 'left_out'"):
                return Remembered()
            facts: dict[str, str] = dict(pool.rows("SELECT name, value FROM facts"))
            left_out = frozenset(doc for (doc,) in pool.rows("SELECT doc FROM left_out"))
            if facts.get("form") != FORM:
                return Remembered(left_out=left_out)
            if enough is not None and enough(facts):
                return Remembered(facts, left_out=left_out)
            files = {
                file: FileNote(None if size is None else Stamp(size, mtime, ctime, inode), digest)
                for file, size, mtime, ctime, inode, digest in pool.rows("SELECT * FROM files")
            }
            docs = {
                doc: msgspec.structs.replace(_note(note), file=file, version=version)
                for doc, file, version, note in pool.rows("SELECT doc, file, version, note FROM docs")
            }
        finally:
            pool.close()
        return Remembered(facts, files, docs, left_out)

    def save(
        self,
        *,
        files: Mapping[str, FileNote],
        docs: Mapping[str, DocNote],
        gone_files: Iterable[str] = (),
        gone_docs: Iterable[str] = (),
        facts: Mapping[str, str],
    ) -> None:
        """Keep what a build saw, at once or not at all."""
        pool = self._made()
        try:
            with pool.writing() as session:
                run = session.connection.executemany
                run("DELETE FROM files WHERE file = ?", [(file,) for file in gone_files])
                run("DELETE FROM docs WHERE doc = ?", [(doc,) for doc in gone_docs])
                run(
                    "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?, ?, ?)",
                    [(file, *(note.stamp or (None,) * 4), note.digest) for file, note in files.items()],
                )
                run(
                    "INSERT OR REPLACE INTO docs VALUES (?, ?, ?, ?)",
                    [
                        (doc, note.file, note.version, _pack(msgspec.structs.replace(note, file="", version="")))
                        for doc, note in docs.items()
                    ],
                )
                run("INSERT OR REPLACE INTO facts VALUES (?, ?)", [*facts.items(), ("form", FORM), _edition()])
        finally:
            pool.close()

    def note(self, facts: Mapping[str, str]) -> None:
        """Keep facts that follow from what is kept."""
        pool = Connections(self._path)
        try:
            with pool.writing() as session:
                session.connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", facts.items())
        finally:
            pool.close()

    def leave_out(self, docs: Sequence[str]) -> None:
        """Remember that a person took documents out: builds leave them out from now on."""
        pool = self._made()
        try:
            with pool.writing() as session:
                rows = [(doc,) for doc in docs]
                session.connection.executemany("INSERT OR IGNORE INTO left_out VALUES (?)", rows)
                session.connection.executemany("DELETE FROM docs WHERE doc = ?", rows)
                session.connection.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", _edition())
        finally:
            pool.close()

    def _made(self) -> Connections:
        pool = Connections(self._path)
        pool.session().connection.execute("PRAGMA journal_mode=WAL")
        with pool.writing() as session:
            for statement in _SCHEMA:
                session.connection.execute(statement)
        return pool


def settled(stamp: Stamp | None, read_ns: int) -> Stamp | None:
    """Return a stamp that may be believed later: none where the file was changed just before it was read.

    A system whose times are whole seconds tells nothing of a second change within one.
    """
    if stamp is None:
        return None
    last = max(stamp.mtime_ns, stamp.ctime_ns)
    coarse = stamp.mtime_ns % _SECOND == 0 and stamp.ctime_ns % _SECOND == 0
    return stamp if read_ns - last > (2 * _SECOND if coarse else _TICK_NS) else None


def _edition() -> tuple[str, str]:
    return EDITION, uuid4().hex


def now_ns() -> int:
    """Return the system's time, as it stamps files."""
    return time.time_ns()


def as_fact(value: object) -> str:
    """Return a value as a fact is kept."""
    return json.dumps(value, ensure_ascii=False)

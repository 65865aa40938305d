"""`index.db`: which files make the current snapshot, and who may read what in them. Knows no score and no text.

A snapshot is one row. It names segments, for each of them a roster (for each document the number of its reader class,
-1 for a removed one) and graphs. Switching from one to the next is one SQLite transaction, so a reader sees the old
or the new one whole. The last but one is kept, so that whoever has just read its row still finds its files.
"""

import json
import sqlite3
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.errors import IndexMissing, IndexOtherEmbedder, IndexTooNew, NotAStore, StoreCorrupt
from loomwork.knowledge.index.files import Stamp
from loomwork.knowledge.index.rows import IndexSettings, Readers
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.faults import beside

FORM = 1
"""Of the database and of the segments; raised when either changes."""
DATABASE = "index.db"
_KEPT = 2
_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL)",
    "CREATE TABLE IF NOT EXISTS classes (id INTEGER PRIMARY KEY, readers TEXT NOT NULL UNIQUE)",
    "CREATE TABLE IF NOT EXISTS snapshots (id INTEGER PRIMARY KEY AUTOINCREMENT, layout BLOB NOT NULL)",
    "CREATE TABLE IF NOT EXISTS rosters (id INTEGER PRIMARY KEY AUTOINCREMENT, classes BLOB NOT NULL)",
)

Roster = NDArray[np.int32]


class Placed(NamedTuple):
    """A segment in a snapshot."""

    file: str
    stamp: Stamp
    roster: int


class Graph(NamedTuple):
    """A graph over one bucket of a reader class."""

    reader_class: int
    bits: int
    """The class is cut by so many leading bits of its documents' digests."""
    bucket: int
    file: str
    stamp: Stamp


class Layout(msgspec.Struct, frozen=True):
    """A snapshot as it is kept."""

    segments: tuple[Placed, ...] = ()
    graphs: tuple[Graph, ...] = ()

    @property
    def files(self) -> frozenset[str]:
        """The files that it needs."""
        return frozenset({each.file for each in (*self.segments, *self.graphs)})


class Made(NamedTuple):
    """What an index was made with."""

    embedder: str
    dimensions: int


class Loaded(NamedTuple):
    """A snapshot with what it refers to, read in one transaction."""

    number: int
    layout: Layout
    rosters: tuple[Roster, ...]
    classes: dict[int, Readers]


_decode = msgspec.msgpack.Decoder(Layout).decode


def made_with(folder: Path) -> Made | None:
    """Return what the index in a folder was made with; None where there is none yet."""
    if not (folder / DATABASE).exists():
        return None
    pool = Connections(folder / DATABASE)
    try:
        if not pool.rows("SELECT name FROM sqlite_master WHERE name = 'facts'"):
            return None
        facts: dict[str, str] = dict(pool.rows("SELECT name, value FROM facts"))
    finally:
        pool.close()
    return Made(facts["embedder"], int(facts["dimensions"])) if "embedder" in facts else None


class Catalog:
    """Access to the database of one index."""

    def __init__(self, folder: Path, settings: IndexSettings) -> None:
        self.folder = folder
        self.name = folder.name
        self._settings = settings
        self._pool: Connections | None = None

    def exists(self) -> bool:
        """Say whether anything was ever built here."""
        return (self.folder / DATABASE).exists()

    def create(self, *, fresh: bool = False) -> None:
        """Make the database, or check that it is one that we can write to.

        `fresh` takes one of another embedder as it is (the next switch makes it ours), and one that cannot be read or
        is of a later form is thrown away.
        """
        try:
            self._create()
            self._check(self.pool())
        except IndexOtherEmbedder:
            if not fresh:
                raise
        except (IndexTooNew, StoreCorrupt, NotAStore):
            if not fresh:
                raise
            self.close()
            self._pool = None
            for path in beside(self.folder / DATABASE):
                path.unlink(missing_ok=True)
            self._create()

    def _create(self) -> None:
        pool = self._pool = self._pool or Connections(self.folder / DATABASE)
        pool.session().connection.execute("PRAGMA journal_mode=WAL")
        with pool.writing() as session:
            for statement in _SCHEMA:
                session.connection.execute(statement)
            session.connection.executemany("INSERT OR IGNORE INTO facts VALUES (?, ?)", self._facts)

    @property
    def _facts(self) -> list[tuple[str, str]]:
        settings = self._settings
        return [("form", str(FORM)), ("embedder", settings.embedder), ("dimensions", str(settings.dimensions))]

    def pool(self) -> Connections:
        """Return the connections. Raises `IndexMissing`, `IndexTooNew`, `IndexOtherEmbedder`."""
        if self._pool is None:
            if not self.exists():
                raise IndexMissing(name=self.name)
            pool = Connections(self.folder / DATABASE)
            self._check(pool)
            self._pool = pool
        return self._pool

    def _check(self, pool: Connections) -> None:
        if not pool.rows("SELECT name FROM sqlite_master WHERE name = 'snapshots'"):
            raise IndexMissing(name=self.name)
        self._believe(dict(pool.rows("SELECT name, value FROM facts")))

    def _believe(self, facts: dict[str, str]) -> None:
        """Raise what keeps us from reading an index of which this is said."""
        if int(facts["form"]) > FORM:
            raise IndexTooNew(name=self.name, found=facts["form"], known=FORM)
        wanted = (self._settings.embedder, str(self._settings.dimensions))
        found = (facts["embedder"], facts["dimensions"])
        if wanted not in (found, ("", "0")):
            raise IndexOtherEmbedder(name=self.name, found=" ".join(found), wanted=" ".join(wanted))

    def current(self) -> int:
        """Return the number of the current snapshot; 0 before the first. This is asked at every query."""
        row = self.pool().row("SELECT max(id) FROM snapshots")
        return row[0] or 0

    def load(self) -> Loaded:
        """Read the current snapshot. Raises `IndexTooNew`, `IndexOtherEmbedder` if it was built anew meanwhile."""
        facts, loaded = self.pool().do(lambda session: _load(session.connection))
        self._believe(facts)
        return loaded

    def classes(self) -> dict[int, Readers]:
        """Return the reader classes by number."""
        return self.pool().do(lambda session: _classes(session.connection))

    def class_numbers(self, wanted: set[Readers]) -> dict[Readers, int]:
        """Return the numbers of reader classes, giving new ones to those that have none."""
        with self.pool().writing() as session:
            for readers in sorted(map(_spelled, wanted)):
                session.connection.execute("INSERT OR IGNORE INTO classes (readers) VALUES (?)", (readers,))
            return {readers: number for number, readers in _classes(session.connection).items()}

    def switch(self, layout: Layout, changed: dict[str, Roster]) -> int:
        """Make a layout current, with new rosters for some of its files (their `roster` is then filled in)."""
        with self.pool().writing() as session:
            connection = session.connection
            connection.executemany("INSERT OR REPLACE INTO facts VALUES (?, ?)", self._facts)
            numbers = {file: _insert(connection, roster) for file, roster in changed.items()}
            places = [place._replace(roster=numbers.get(place.file, place.roster)) for place in layout.segments]
            made = msgspec.structs.replace(layout, segments=tuple(places))
            cursor = connection.execute("INSERT INTO snapshots (layout) VALUES (?)", (msgspec.msgpack.encode(made),))
            number = cursor.lastrowid or 0
            connection.execute("DELETE FROM snapshots WHERE id <= ?", (number - _KEPT,))
            used = {place.roster for kept in _layouts(connection) for place in kept.segments}
            rosters = {number for (number,) in connection.execute("SELECT id FROM rosters").fetchall()}
            connection.executemany("DELETE FROM rosters WHERE id = ?", [(number,) for number in rosters - used])
            return number

    def durable(self) -> None:
        """From here on this thread's commits survive a loss of power: files are removed on the strength of them."""
        self.pool().session().connection.execute("PRAGMA synchronous=FULL")

    def files(self) -> frozenset[str]:
        """Return the files that any kept snapshot names."""
        found = self.pool().do(lambda session: _layouts(session.connection))
        return frozenset({file for layout in found for file in layout.files})

    def close(self) -> None:
        """Close the connections."""
        if self._pool is not None:
            self._pool.close()


def _insert(connection: sqlite3.Connection, roster: Roster) -> int:
    data = roster.astype("<i4").tobytes()
    return connection.execute("INSERT INTO rosters (classes) VALUES (?)", (data,)).lastrowid or 0


def _spelled(readers: Readers) -> str:
    return json.dumps(readers if readers is None else sorted(set(readers)))


def _classes(connection: sqlite3.Connection) -> dict[int, Readers]:
    rows = connection.execute("SELECT id, readers FROM classes").fetchall()
    return {number: _read(readers) for number, readers in rows}


def _read(readers: str) -> Readers:
    found: list[str] | None = json.loads(readers)
    return found if found is None else tuple(found)


def _layouts(connection: sqlite3.Connection) -> list[Layout]:
    return [_decode(layout) for (layout,) in connection.execute("SELECT layout FROM snapshots").fetchall()]


def _load(connection: sqlite3.Connection) -> tuple[dict[str, str], Loaded]:
    connection.execute("BEGIN")
    try:
        facts: dict[str, str] = dict(connection.execute("SELECT name, value FROM facts").fetchall())
        row = connection.execute("SELECT id, layout FROM snapshots ORDER BY id DESC LIMIT 1").fetchone()
        if row is None:
            return facts, Loaded(0, Layout(), (), {})
        layout = _decode(row[1])
        rosters: dict[int, bytes] = dict(connection.execute("SELECT id, classes FROM rosters").fetchall())
        classes = _classes(connection)
    finally:
        connection.execute("COMMIT")
    placed = tuple([np.frombuffer(rosters[place.roster], "<i4") for place in layout.segments])
    return facts, Loaded(row[0], layout, placed, classes)

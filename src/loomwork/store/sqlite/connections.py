"""One connection a thread, short transactions, patience with locks. Knows no table.

A writer takes the lock at once (BEGIN IMMEDIATE), so that it waits before it has done anything rather than fail
half-way; a reader fetches all it asked for, so that no transaction stays open between two calls.
"""

import os
import sqlite3
import threading
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Literal, TypeVar

import zstandard

from loomwork.kernel.errors.store import StoreBusy, StoreClosed
from loomwork.store.sqlite.faults import is_busy, translated
from loomwork.store.sqlite.packing import head_or_none, is_whole
from loomwork.store.sqlite.turns import Turns

T = TypeVar("T")
Parameters = Sequence[object] | Mapping[str, object]
Access = Literal["write", "read", "frozen"]
"""`frozen`: a file that nobody can write, in a folder that nobody can write; read without any lock."""

PATIENCE_S = 600.0
"""Longer than writing a big store anew (`compact`, `erase`) takes."""
BUSY_TIMEOUT_MS = 2_000
FOLD_BESIDE, FOLD_AT_LAST = 2_000, 16_000
"""Pages of log at which a commit also folds the log into the file: early on the span writer's thread, where nobody
waits; on every other thread only when there is no such writer."""
_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA synchronous=NORMAL",
    f"PRAGMA wal_autocheckpoint={FOLD_AT_LAST}",
    "PRAGMA journal_size_limit=67108864",
    "PRAGMA temp_store=FILE",
    "PRAGMA secure_delete=ON",
    "PRAGMA foreign_keys=OFF",
)
CACHE_MIB = 16
_ZSTD_LEVEL = 3
_NAPS_S = (0.0002, 0.001, 0.005, 0.02, 0.05)


class Session:
    """What one thread works with."""

    __slots__ = ("__weakref__", "compressor", "connection", "decompressor", "folds", "gathers", "process")

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.compressor = zstandard.ZstdCompressor(level=_ZSTD_LEVEL)
        self.decompressor = zstandard.ZstdDecompressor()
        self.process = os.getpid()
        self.folds = False
        self.gathers = False
        """A transaction is open that gathers those within it."""

    def fold_early(self) -> None:
        """Let this thread's commits fold the log in, so that commits of threads that somebody waits for need not."""
        if not self.folds:
            self.connection.execute(f"PRAGMA wal_autocheckpoint={FOLD_BESIDE}")
            self.folds = True


class _Local(threading.local):
    session: Session | None = None


class Writing:
    """A transaction that holds the write lock: committed at the end of its block, undone if the block raises.

    Within one that gathers, it is a part of that one: what it raises undoes all of it.
    """

    __slots__ = ("_gathers", "_is_part", "_pool", "_session")

    def __init__(self, pool: "Connections", *, gathers: bool = False) -> None:
        self._pool = pool
        self._gathers = gathers
        self._is_part = False

    def __enter__(self) -> Session:
        session = self._session = self._pool.session()
        self._is_part = session.gathers
        if self._is_part:
            return session
        turns = self._pool.turns
        turns.take()
        try:
            self._begin(session.connection)
        except BaseException:
            turns.give()
            raise
        session.gathers = self._gathers
        return session

    def _begin(self, connection: sqlite3.Connection) -> None:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.Error as error:
            _undo(connection)
            self._pool.again(error, lambda: connection.execute("BEGIN IMMEDIATE"))
        except BaseException:
            _undo(connection)
            raise

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        connection = self._session.connection
        if self._is_part:
            if isinstance(error, sqlite3.Error):
                raise self._pool.translated(error) from error
            return
        self._session.gathers = False
        try:
            self._end(connection, error)
        finally:
            self._pool.turns.give()

    def _end(self, connection: sqlite3.Connection, error: BaseException | None) -> None:
        if error is not None:
            _undo(connection)
            if isinstance(error, sqlite3.Error):
                raise self._pool.translated(error) from error
            return
        try:
            connection.execute("COMMIT")
        except sqlite3.Error as failed:
            if not is_busy(failed):
                _undo(connection)
            try:
                self._pool.again(failed, lambda: connection.execute("COMMIT"))
            except BaseException:
                _undo(connection)
                raise


def _undo(connection: sqlite3.Connection) -> None:
    try:
        if connection.in_transaction:
            connection.rollback()
    except sqlite3.Error:  # the error that led here is the one to tell; SQLite undoes what is left on the next open
        return


class Connections:
    """Opens a connection for each thread that asks, and again in a forked child."""

    def __init__(self, path: Path, access: Access = "write", *, patience_s: float = PATIENCE_S) -> None:
        self.path = path
        self.access: Access = access
        self.cache_mib = CACHE_MIB
        """Memory for pages of the file, of each connection that is opened from now on."""
        self._patience_s = patience_s
        self._local = _Local()
        self._open: weakref.WeakSet[Session] = weakref.WeakSet()
        self._inherited: list[Session] = []
        self._lock = threading.Lock()
        self.turns = Turns()
        self._closed = False

    def session(self) -> Session:
        """Return this thread's session."""
        session = self._local.session
        if session is not None and session.process == os.getpid():
            return session
        return self._start(session)

    def writing(self) -> Writing:
        """Return a transaction for `with`."""
        return Writing(self)

    def gathering(self) -> Writing:
        """Return a transaction for `with` that takes in those of the same thread within it. Wait for nothing inside."""
        return Writing(self, gathers=True)

    def rows(self, sql: str, parameters: Parameters = ()) -> list[Any]:
        """Run one query and return all its rows; nothing stays open."""
        connection = self.session().connection
        try:
            return connection.execute(sql, parameters).fetchall()
        except sqlite3.Error as error:
            return self.again(error, lambda: connection.execute(sql, parameters).fetchall())

    def row(self, sql: str, parameters: Parameters = ()) -> Any:
        """Run a query for at most one row."""
        connection = self.session().connection
        try:
            return connection.execute(sql, parameters).fetchone()
        except sqlite3.Error as error:
            return self.again(error, lambda: connection.execute(sql, parameters).fetchone())

    def changed(self, sql: str, parameters: Parameters) -> int:
        """Run one statement as a transaction of its own; return how many rows it changed."""
        session = self.session()
        if session.gathers:
            return self._changed(session.connection, sql, parameters)
        self.turns.take()
        try:
            return self._changed(session.connection, sql, parameters)
        finally:
            self.turns.give()

    def _changed(self, connection: sqlite3.Connection, sql: str, parameters: Parameters) -> int:
        try:
            return connection.execute(sql, parameters).rowcount
        except sqlite3.Error as error:
            return self.again(error, lambda: connection.execute(sql, parameters).rowcount)

    def do(self, work: Callable[[Session], T]) -> T:
        """Run a piece of work that may be repeated from its start, outside any transaction of ours."""
        session = self.session()
        try:
            return work(session)
        except sqlite3.Error as error:
            return self.again(error, lambda: work(session))

    def again(self, error: sqlite3.Error, attempt: Callable[[], T]) -> T:
        """Repeat what met a lock, for as long as patience lasts; raise what any other error means."""
        began = time.monotonic()
        tries = 0
        while is_busy(error):
            waited = time.monotonic() - began
            if waited > self._patience_s:
                raise StoreBusy(path=str(self.path), seconds=round(waited)) from error
            time.sleep(_NAPS_S[min(tries, len(_NAPS_S) - 1)])
            tries += 1
            try:
                return attempt()
            except sqlite3.Error as failed:
                error = failed
        raise self.translated(error) from error

    def translated(self, error: sqlite3.Error) -> Exception:
        """Return the store's own error for SQLite's."""
        if self._closed:
            return StoreClosed(path=str(self.path))
        return translated(error, self.path)

    def close(self) -> None:
        """Close every thread's connection. Later use raises `StoreClosed`."""
        with self._lock:
            self._closed = True
            for session in list(self._open):
                if session.process == os.getpid():
                    session.connection.close()
            self._open.clear()

    def _start(self, inherited: Session | None) -> Session:
        if inherited is not None:  # closing it here would release the parent's locks
            self._inherited.append(inherited)
        if self._closed:
            raise StoreClosed(path=str(self.path))
        session = Session(self.connect())
        with self._lock:
            self._open.add(session)
        self._local.session = session
        return session

    def connect(self) -> sqlite3.Connection:
        """Open a new connection with this store's settings."""
        try:
            return self._connect()
        except sqlite3.Error as error:
            return self.again(error, self._connect)

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            address(self.path, self.access), uri=True, isolation_level=None, check_same_thread=False,
            cached_statements=256,
        )  # fmt: skip
        try:
            connection.create_function("head", 1, head_or_none, deterministic=True)
            connection.create_function("is_whole", 1, is_whole, deterministic=True)
            for pragma in (*_PRAGMAS, f"PRAGMA cache_size=-{1000 * self.cache_mib}"):
                connection.execute(pragma)
        except BaseException:
            connection.close()
            raise
        return connection


def address(path: Path, access: Access) -> str:
    """Return the URI that opens a database file with this access."""
    mode = {"write": "mode=rwc", "read": "mode=ro", "frozen": "mode=ro&immutable=1"}[access]
    return f"{path.absolute().as_uri()}?{mode}"

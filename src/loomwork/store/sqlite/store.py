"""A store in one SQLite file: the parts put together, the file opened. Knows no row."""

import shutil
import sqlite3
import tempfile
import weakref
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.store import StoreReadOnly, StoreUnopenable
from loomwork.store.audit import Audit
from loomwork.store.cases import Cases
from loomwork.store.keys import Budgets, Keys
from loomwork.store.people import Events, Feedback, Links, Sessions
from loomwork.store.protocols import Blobs, Calls, Care, Reviews, Runs, Scores, Spans
from loomwork.store.releases import Releases
from loomwork.store.requests import Requests, Watched
from loomwork.store.sqlite.audit import SqliteAudit
from loomwork.store.sqlite.blobs import SqliteBlobs
from loomwork.store.sqlite.budgets import SqliteBudgets
from loomwork.store.sqlite.calls import SqliteCalls
from loomwork.store.sqlite.care import SqliteCare
from loomwork.store.sqlite.cases import SqliteCases
from loomwork.store.sqlite.connections import BUSY_TIMEOUT_MS, CACHE_MIB, Access, Connections
from loomwork.store.sqlite.faults import beside, is_busy
from loomwork.store.sqlite.keys import SqliteKeys
from loomwork.store.sqlite.migrations import check, migrate, newest
from loomwork.store.sqlite.names import Names
from loomwork.store.sqlite.people import SqliteEvents, SqliteFeedback, SqliteLinks
from loomwork.store.sqlite.releases import SqliteReleases
from loomwork.store.sqlite.requests import SqliteRequests
from loomwork.store.sqlite.reviews import SqliteReviews
from loomwork.store.sqlite.runs import SqliteRuns
from loomwork.store.sqlite.scores import SqliteScores
from loomwork.store.sqlite.sessions import SqliteSessions
from loomwork.store.sqlite.spans import COLUMNS, SqliteSpans
from loomwork.store.sqlite.traces import SqliteTraces
from loomwork.store.sqlite.watched import SqliteWatched
from loomwork.store.traces import Traces


class SqliteStore:
    """A store in one file, shared by the threads of a process and by several processes."""

    def __init__(self, path: Path, *, clock: Clock, cache_mib: int = CACHE_MIB) -> None:
        self.path = path
        self.pool = _opened(path)
        self.pool.cache_mib = cache_mib
        self.clock = clock
        self.names = Names(self.pool)
        self.blobs: Blobs = SqliteBlobs(self.pool, clock)
        calls = SqliteCalls(self.pool, self.names, clock)
        self.calls: Calls = calls
        runs = SqliteRuns(self.pool, self.names, clock)
        self.runs: Runs = runs
        spans = SqliteSpans(self.pool, self.names, calls, clock)
        self.spans: Spans = spans
        self.traces: Traces = SqliteTraces(self.pool, self.names, clock, columns=COLUMNS, read=spans.row)
        scores = SqliteScores(self.pool, self.names, clock)
        self.scores: Scores = scores
        self.cases: Cases = SqliteCases(self.pool)
        reviews = SqliteReviews(self.pool, self.names, clock)
        self.reviews: Reviews = reviews
        self.keys: Keys = SqliteKeys(self.pool)
        budgets = SqliteBudgets(self.pool, clock)
        self.budgets: Budgets = budgets
        self.audit: Audit = SqliteAudit(self.pool)
        self.feedback: Feedback = SqliteFeedback(self.pool)
        self.events: Events = SqliteEvents(self.pool)
        self.links: Links = SqliteLinks(self.pool)
        self.sessions: Sessions = SqliteSessions(self.pool, self.names)
        self.releases: Releases = SqliteReleases(self.pool, clock)
        requests = SqliteRequests(self.pool, self.names, clock)
        self.requests: Requests = requests
        self.watched: Watched = SqliteWatched(self.pool, self.names)
        self.care: Care = SqliteCare(
            self.pool, self.names, calls=calls, runs=runs, spans=spans, scores=scores, reviews=reviews,
            requests=requests, clock=clock,
        )  # fmt: skip
        self._writers = (requests, budgets)

    @classmethod
    def temporary(cls, *, clock: Clock) -> "SqliteStore":
        """Open a store that is gone when it is closed: a file in a folder of its own, so that threads can share it."""
        folder = Path(tempfile.mkdtemp(prefix="loomwork-"))
        store = cls(folder / "store.db", clock=clock)
        store._remove = weakref.finalize(store, shutil.rmtree, folder, ignore_errors=True)
        return store

    _remove: "weakref.finalize[..., object] | None" = None

    @property
    def access(self) -> Access:
        """`write`, or what was left when the file may not be written."""
        return self.pool.access

    @contextmanager
    def gathering(self) -> Generator[None]:
        """Make what this thread writes within the block one transaction; others cannot write until its end."""
        try:
            with self.pool.gathering():
                yield
        except BaseException:
            self.names.forget()  # numbers that were given within are not there
            raise

    def close(self) -> None:
        """Write what waits, then close every connection."""
        for each in self._writers:
            each.close()
        self.pool.close()
        if self._remove is not None:
            self._remove()


def _opened(path: Path) -> Connections:
    """Open and migrate the file; where it may not be written, open it for reading."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreUnopenable(path=str(path), detail=str(error)) from error
    if path.is_dir():
        raise StoreUnopenable(path=str(path), detail="it is a folder")
    try:
        return _ready(Connections(path))
    except (StoreReadOnly, StoreUnopenable):
        if not path.exists():
            raise
    try:
        return _ready(Connections(path, "read"))
    except (StoreReadOnly, StoreUnopenable):
        log = beside(path)[1]
        if log.exists() and log.stat().st_size:
            raise
    return _ready(Connections(path, "frozen"))


def _ready(pool: Connections) -> Connections:
    connection = pool.session().connection

    def prepare() -> None:
        if pool.access == "write":
            migrate(connection, pool.path)
            _check_writable(connection)
        elif check(connection, pool.path) < newest():
            raise StoreReadOnly(path=str(pool.path))

    try:
        try:
            prepare()
        except sqlite3.Error as error:
            pool.again(error, prepare)
    except BaseException:
        pool.close()
        raise
    return pool


def _check_writable(connection: sqlite3.Connection) -> None:
    """Raise SQLite's error for a file that may only be read: it opens such a file without a word."""
    connection.execute("PRAGMA busy_timeout=0")
    try:
        connection.execute("DELETE FROM care WHERE FALSE")
    except sqlite3.Error as error:
        if not is_busy(error):  # what somebody else writes at this moment can be written
            raise
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")

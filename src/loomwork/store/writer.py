"""Take rows from threads that must not wait, and write them in batches on one thread. Knows no row and no SQL."""

import atexit
import os
import threading
import weakref
from collections.abc import Callable, Sequence
from logging import getLogger
from typing import Generic, TypeVar

from msgspec import Struct

from loomwork.kernel.errors.store import StoreClosed

T = TypeVar("T")
log = getLogger("loomwork.store")


class WriterLimits(Struct, frozen=True, kw_only=True):
    """How much waits in memory and how long."""

    gather_s: float = 0.5
    """How long a batch forms: a row is stored within this plus the writing itself."""
    batch: int = 1_000
    """Rows of one transaction."""
    most: int = 100_000
    """Rows that may wait while the store does not take them; what comes on top is dropped, counted and logged."""
    retry_s: float = 1.0
    """How long the thread waits after the store has refused a batch."""


DEFAULT_LIMITS = WriterLimits()


class Writer(Generic[T]):
    """Rows go in from any thread at once, and to `put` in batches on a daemon thread that starts with the first.

    Whatever `put` raises stays here: its rows wait and are tried again, in order. A forked child starts empty, with a
    thread of its own (the parent writes what it held). The end of the interpreter flushes.
    """

    def __init__(self, put: Callable[[Sequence[T]], None], *, name: str, limits: WriterLimits = DEFAULT_LIMITS) -> None:
        self._put = put
        self._name = name
        self._limits = limits
        self._closed = False
        self._begin()
        self._at_exit = _ExitFlush(self)
        atexit.register(self._at_exit)

    def _begin(self) -> None:
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._drain_lock = threading.Lock()
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None
        self._awake = False
        self._rows: list[T] = []
        self._dropped = 0
        self._failing = False

    @property
    def waiting(self) -> int:
        """How many rows are not stored yet."""
        return len(self._rows)

    def take(self, rows: Sequence[T]) -> None:
        """Accept rows; never waits for the store and never raises for its sake."""
        if self._pid != os.getpid():
            self._begin()
        with self._lock:
            room = self._limits.most - len(self._rows)
            if self._closed or room < len(rows):
                self._dropped += len(rows)
                return
            self._rows.extend(rows)
            if self._awake:
                return
            self._awake = True
        self._rouse()

    def flush(self) -> int:
        """Write what has come so far, on this thread; return how many rows the store did not take (0: all stored)."""
        if self._pid != os.getpid():
            self._begin()
        self._drain()
        return len(self._rows)

    def close(self) -> int:
        """Flush and stop; return how many rows could not be stored. Rows that come later are dropped and counted."""
        if self._closed:
            return len(self._rows)
        left = self.flush()
        with self._lock:
            self._closed = True
        atexit.unregister(self._at_exit)
        thread = self._thread
        if thread is not None and thread is not threading.current_thread() and self._pid == os.getpid():
            self._wake.set()
            self._hurry.set()
            thread.join(timeout=5)
            left = self.flush()
        if left:
            log.warning("%s: %d rows could not be stored before the end", self._name, left)
        return left

    def _rouse(self) -> None:
        with self._lock:
            new = self._thread is None
            if new:
                self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
        if new and self._thread is not None:
            self._thread.start()
        self._wake.set()

    def _work(self) -> None:
        wake, hurry, pid = self._wake, self._hurry, self._pid
        while not self._closed and pid == self._pid:
            wake.wait()
            hurry.wait(self._limits.retry_s if self._failing else self._limits.gather_s)
            wake.clear()
            hurry.clear()
            self._drain()
            if self._failing:
                wake.set()

    def _drain(self) -> None:
        with self._drain_lock:
            with self._lock:
                self._awake = False
                dropped, self._dropped = self._dropped, 0
            if dropped:
                log.warning("%s: %d rows were dropped: the store takes none, or it is closed", self._name, dropped)
            while self._rows and self._store(self._rows[: self._limits.batch]):
                pass

    def _store(self, batch: list[T]) -> bool:
        """Write one batch and forget it; False where the store does not take it now."""
        try:
            self._put(batch)
        except StoreClosed:
            return False
        except Exception as error:  # any store, any failure: whoever hands rows over must outlive it
            if not self._failing:
                log.warning("%s: the store takes no rows (%s); they wait and are tried again", self._name, error)
            self._failing = True
            return False
        self._failing = False
        with self._lock:
            del self._rows[: len(batch)]
        return True


class _ExitFlush:
    """Flush at interpreter exit without keeping the writer alive."""

    def __init__(self, writer: Writer[T]) -> None:
        self._writer = weakref.ref(writer)

    def __call__(self) -> None:
        writer = self._writer()
        if writer is not None:
            writer.close()

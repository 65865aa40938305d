"""Read documents in processes of our own: nothing in a file can hang or crash the caller. Parses nothing here."""

import os
import queue
import signal
import subprocess
import sys
import threading
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self, cast

import msgspec

from loomwork.kernel.errors.knowledge import (
    DocumentProblem,
    DocumentTooLarge,
    ParserCrashed,
    ParserEnded,
    ParserTimedOut,
)
from loomwork.knowledge.parsing.limits import Hints, Limits
from loomwork.knowledge.parsing.problems import problem_of
from loomwork.knowledge.parsing.programs import end_process
from loomwork.knowledge.parsing.worker import READY, Reply, Request, read_frame, write_frame
from loomwork.knowledge.values import Document

_GRACE = 2.0
"""Seconds beyond the limit, in which a worker may still say for itself that the time is over."""
_START = 60.0
"""Seconds in which a process must have started."""
_TRIES = 2
"""How often a document is read whose process was ended by something else than the document."""
_OWN_SIGNALS = frozenset(
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGABRT", "SIGBUS", "SIGILL", "SIGFPE", "SIGTRAP", "SIGSYS")
    if hasattr(signal, name)
)
"""What a process ends by when its own code goes wrong; any other signal was sent to it."""


class ReadingStopped(Exception):
    """The workers were closed while a document was read, or before: nothing was learnt of it."""


class Workers:
    """A few processes that read documents; one that hangs or dies is ended and replaced.

    A process starts with its first document (about 0.15 s and 25 MB; a format's library adds up to 0.2 s the first
    time it is met); after that a document costs its parsing and 0.5 ms plus 4 ms for each MB. `parse` may be called
    from any thread: as many run at once as there are processes.
    """

    def __init__(self, count: int = 1, *, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._free: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._closed = threading.Event()
        self._all = [_Worker(self._closed) for _ in range(count)]
        for worker in reversed(self._all):
            self._free.put(worker)

    def parse(self, data: bytes, *, name: str, hints: Hints | None = None) -> Document:
        """Return the document that a file holds, as `parse` does; time and memory are held by force.

        Raises:
            ReadingStopped: The workers were closed.
        """
        return self.measured(data, name=name, hints=hints).document

    def measured(self, data: bytes, *, name: str, hints: Hints | None = None) -> Reply:
        """Return the document with the seconds that it took and the peak memory of its process."""
        if len(data) > self.limits.bytes:
            return _failed(name, DocumentTooLarge(limit=self.limits.bytes, unit="bytes", setting="bytes"), 0.0)
        worker = self._free.get()
        try:
            return worker.ask(Request(data=data, name=name, limits=self.limits, hints=hints or Hints()))
        finally:
            self._free.put(worker)

    def close(self) -> None:
        """End the processes; whoever waits for one gets `ReadingStopped`."""
        self._closed.set()
        for worker in self._all:
            worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def parse_safely(data: bytes, *, name: str, limits: Limits | None = None, hints: Hints | None = None) -> Document:
    """Read one document in a process started for it alone (about 0.2 s); for many there is `Workers`."""
    with Workers(1, limits=limits) as workers:
        return workers.parse(data, name=name, hints=hints)


class _Worker:
    """One process and the pipe to it; used by one thread at a time."""

    def __init__(self, closed: threading.Event) -> None:
        self._closed = closed
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: Request) -> Reply:
        ending = ""
        for _ in range(_TRIES):
            process = self._ready()
            if process is None:
                ending = f"no start within {_START:g} s"
                continue
            told = _within(request.limits.seconds + _GRACE, process, msgspec.msgpack.encode(request))
            if told.frame:
                return msgspec.msgpack.decode(told.frame, type=Reply)
            status = process.wait()
            self.end()
            self._go_on()
            if told.late:
                seconds = request.limits.seconds
                return _failed(request.name, ParserTimedOut(seconds=f"{seconds:g}"), seconds)
            ending = _ending(status)
            if status >= 0 or -status in _OWN_SIGNALS:
                return _failed(request.name, ParserCrashed(reason=ending), 0.0)
        return _failed(request.name, ParserEnded(reason=ending), 0.0)

    def _ready(self) -> subprocess.Popen[bytes] | None:
        """Return a process that waits for a request; None where none has come up in time."""
        with self._lock:
            self._go_on()
            if self._process is not None and self._process.poll() is None:
                return self._process
            self._end()
            process = self._process = _start()
        if _within(_START, process, None).frame == READY:
            return process
        self.end()
        self._go_on()
        return None

    def _go_on(self) -> None:
        if self._closed.is_set():
            raise ReadingStopped

    def end(self) -> None:
        with self._lock:
            self._end()

    def _end(self) -> None:
        if self._process is not None:
            end_process(self._process)
            self._process = None


def _start() -> subprocess.Popen[bytes]:
    """Start a process that imports what this one imports from."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    return subprocess.Popen(
        [sys.executable, "-m", "loomwork.knowledge.parsing.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        start_new_session=True,
    )


class _Told(NamedTuple):
    """The reply to a request: empty where the process did not live to give one, `late` where it was ended for that."""

    frame: bytes
    late: bool


def _within(seconds: float, process: subprocess.Popen[bytes], request: bytes | None) -> _Told:
    """Send a request and wait for the next frame; a process that takes longer is ended, which ends the waiting."""
    late = threading.Event()

    def stop() -> None:
        late.set()
        end_process(process, close=False)

    timer = threading.Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        return _Told(_exchange(process, request), late.is_set())
    finally:
        timer.cancel()


def _exchange(process: subprocess.Popen[bytes], request: bytes | None) -> bytes:
    if process.stdin is None or process.stdout is None:
        return b""
    try:
        if request is not None:
            write_frame(cast("BinaryIO", process.stdin), request)
        return read_frame(cast("BinaryIO", process.stdout))
    except (OSError, ValueError):
        return b""


def _ending(status: int) -> str:
    return f"signal {-status}" if status < 0 else f"status {status}"


def _failed(name: str, error: DocumentProblem, seconds: float) -> Reply:
    document = Document(doc=name, path=name, text="", blocks=(), problems=(problem_of(error),))
    return Reply(document=document, seconds=seconds, peak=0)

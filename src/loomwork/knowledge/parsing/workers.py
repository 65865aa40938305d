"""Read documents in processes of our own: nothing in a file can hang or crash the caller. Parses nothing here."""

import os
import queue
import subprocess
import sys
import threading
from types import TracebackType
from typing import BinaryIO, NamedTuple, Self, cast

import msgspec

from loomwork.kernel.errors.knowledge import DocumentProblem, DocumentTooLarge, ParserCrashed, ParserTimedOut
from loomwork.knowledge.parsing.limits import Hints, Limits
from loomwork.knowledge.parsing.problems import problem_of
from loomwork.knowledge.parsing.programs import end_process
from loomwork.knowledge.parsing.worker import READY, Reply, Request, read_frame, write_frame
from loomwork.knowledge.values import Document

_GRACE = 2.0
"""Seconds beyond the limit, in which a worker may still say for itself that the time is over."""
_START = 60.0
"""Seconds in which a process must have started."""


class Workers:
    """A few processes that read documents; one that hangs or dies is ended and replaced.

    A process starts with its first document (about 0.15 s and 25 MB; a format's library adds up to 0.2 s the first
    time it is met); after that a document costs its parsing and 0.5 ms plus 4 ms for each MB. `parse` may be called
    from any thread: as many run at once as there are processes.
    """

    def __init__(self, count: int = 1, *, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self._free: queue.LifoQueue[_Worker] = queue.LifoQueue()
        self._all = [_Worker() for _ in range(count)]
        for worker in reversed(self._all):
            self._free.put(worker)

    def parse(self, data: bytes, *, name: str, hints: Hints | None = None) -> Document:
        """Return the document that a file holds, as `parse` does; time and memory are held by force."""
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
        """End the processes."""
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

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: Request) -> Reply:
        if self._process is None or self._process.poll() is not None:
            self.end()
            self._process = _start()
            if _within(_START, self._process, None).frame != READY:
                return self._lost(request, late=False)
        told = _within(request.limits.seconds + _GRACE, self._process, msgspec.msgpack.encode(request))
        if told.frame:
            return msgspec.msgpack.decode(told.frame, type=Reply)
        return self._lost(request, late=told.late)

    def _lost(self, request: Request, *, late: bool) -> Reply:
        """Return what is said of a document whose process did not live; the next one gets another process."""
        status = self._process.wait() if self._process is not None else None
        self.end()
        seconds = request.limits.seconds
        if late:
            return _failed(request.name, ParserTimedOut(seconds=f"{seconds:g}"), seconds)
        return _failed(request.name, ParserCrashed(reason=_ending(status)), 0.0)

    def end(self) -> None:
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


def _ending(status: int | None) -> str:
    return f"signal {-status}" if status is not None and status < 0 else f"status {status}"


def _failed(name: str, error: DocumentProblem, seconds: float) -> Reply:
    document = Document(doc=name, path=name, text="", blocks=(), problems=(problem_of(error),))
    return Reply(document=document, seconds=seconds, peak=0)

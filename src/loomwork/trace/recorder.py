"""Hand spans to one writer thread that stores them within 100 ms. Knows no SQL, no step and no model."""

import atexit
import os
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from logging import getLogger
from typing import Literal

from msgspec import Struct

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.trace import SpansDropped, TraceWarning
from loomwork.kernel.ids import Ids
from loomwork.store.protocols import TakesSpans
from loomwork.store.rows import SpanKind
from loomwork.trace.batches import Batches
from loomwork.trace.span import Parent, Redact, Span, Work

Warn = Callable[[TraceWarning], None]
log = getLogger("loomwork.trace")


class Limits(Struct, frozen=True, kw_only=True):
    """How much the recorder holds and how long it waits."""

    gather_s: float = 0.04
    """How long the writer lets a batch form. A span is stored within this plus the writing itself."""
    transaction_s: float = 0.004
    """What one transaction aims at: others wait for the store no longer than about this."""
    spans: int = 20_000
    """From here on, and from `bytes` on, a span's `end` waits for room, but at most `patience_s`."""
    bytes: int = 64 * 1024 * 1024
    patience_s: float = 0.02
    """Longest that one `end` may block its caller. At twice `spans` or `bytes` the newest spans are dropped, counted
    and reported: an application is never stopped by its traces, and never loses one without a word."""
    retry_s: float = 1.0
    """How long the writer waits after the store has refused a batch."""
    inline: int = 256
    """With `writing="inline"`: how many spans form a batch."""


DEFAULT_LIMITS = Limits()


class Recorder:
    """Starts spans and writes the finished ones.

    Ended spans wait in memory for one daemon thread, started with the first span, which writes them in transactions
    of a few milliseconds. `flush` writes what has ended so far on the calling thread and says how many spans the
    store did not take. Interpreter exit flushes. In a forked child the recorder starts empty (the parent writes what
    it held) with a thread of its own. A failing store never raises into the application: spans are kept up to the
    limits and tried again, and every problem is reported to `warn` as a typed `TraceWarning`.

    Args:
        spans: Where the rows go.
        clock: Gives the time stamps; a simulated clock works, since waiting is left to real threads.
        ids: Gives trace and span ids.
        redact: Applied to previews, errors and attribute texts on the writer thread; bodies stay exact.
        warn: Told of every problem, on the writer thread; the default logs to `loomwork.trace`.
        writing: "thread", or "inline" to write on the calling thread whenever a batch is full (simulations).
        limits: What is held in memory and for how long.
    """

    def __init__(
        self,
        spans: TakesSpans,
        *,
        clock: Clock,
        ids: Ids,
        redact: Redact = lambda text: text,
        warn: Warn | None = None,
        writing: Literal["thread", "inline"] = "thread",
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.now_ns = clock.now_ns
        self._ids = ids
        self._warn = warn if warn is not None else _log
        self._limits = limits
        self._inline = writing == "inline"
        self._batches = Batches(
            spans, redact=redact, warn=self._tell, monotonic=clock.monotonic, transaction_s=limits.transaction_s
        )
        self._closed = False
        self._begin()
        self._at_exit = _ExitFlush(self)
        atexit.register(self._at_exit)

    def _begin(self) -> None:
        """Set up everything that a forked child must not share with its parent."""
        self._pid = os.getpid()
        self._lock = threading.Lock()
        self._drain_lock = threading.Lock()
        self._room = threading.Condition(self._lock)
        self._wake = threading.Event()
        self._hurry = threading.Event()
        self._thread: threading.Thread | None = None
        self._awake = False
        self._buffer: list[Span] = []
        self._held = 0
        self._held_bytes = 0
        self._dropped = 0
        self._batches.forget()

    def _reborn(self) -> None:
        """Start afresh in a forked child; `multiprocessing` ends its children without running `atexit`."""
        self._begin()
        pools = sys.modules.get("multiprocessing.util")
        if pools is not None:
            pools.Finalize(None, self._at_exit, exitpriority=10)

    # -- the caller's side ------------------------------------------------------------------------------------

    def start(
        self,
        name: str,
        *,
        kind: SpanKind,
        parent: Parent | None = None,
        trace: str | None = None,
        run: str = "",
        item: int = -1,
        trial: int = 0,
        subject: str = "",
        attributes: Mapping[str, object] | None = None,
    ) -> Span:
        """Open a span. Under a parent `Span`, trace, run, item, trial and subject are its own unless given."""
        if isinstance(parent, Span):
            above = parent.work
            if not run:
                run, item, trial = above.run, above.item, above.trial
            subject = subject or above.subject
        return Span(
            self,
            trace=trace or (parent.trace if parent is not None else self._ids.trace_id()),
            span=self._ids.span_id(),
            parent=parent.span if parent is not None else "",
            name=name,
            kind=kind,
            start_ns=self.now_ns(),
            work=Work(run, item, trial, subject),
            attributes=dict(attributes) if attributes else {},
        )

    def take(self, span: Span) -> None:
        """Accept a span that has just ended (called by `Span.end`)."""
        if self._pid != os.getpid():
            self._reborn()
        limits = self._limits
        with self._lock:
            closed = self._closed
            if closed or self._full(span.weight):
                self._dropped += 1
                asleep = crowded = ready = False
            else:
                self._buffer.append(span)
                self._held += 1
                self._held_bytes += span.weight
                crowded = self._held > limits.spans or self._held_bytes > limits.bytes
                asleep, self._awake = not self._awake, True
                ready = self._inline and len(self._buffer) >= limits.inline
        if closed:
            self._report_dropped("the recorder was closed before they ended")
        if asleep:
            self._rouse()
        if ready:
            self._drain()
        if crowded:
            self._wait_for_room()

    def _full(self, weight: int) -> bool:
        return self._held >= 2 * self._limits.spans or self._held_bytes + weight > 2 * self._limits.bytes

    def _wait_for_room(self) -> None:
        """Block the caller briefly, unless the store is failing: then waiting helps nobody."""
        if self._batches.failing or self._inline:
            return
        self._hurry.set()
        with self._room:
            self._room.wait(self._limits.patience_s)

    def flush(self) -> int:
        """Write every span that has ended, here and now; return how many the store did not take (0: all stored)."""
        if self._pid != os.getpid():
            self._reborn()
        self._drain()
        with self._lock:
            return self._held

    def close(self) -> int:
        """Flush, stop the thread and return how many spans could not be stored. Spans that end later are reported."""
        with self._lock:
            again, self._closed = self._closed, True
        left = self.flush()
        if again:
            return left
        atexit.unregister(self._at_exit)
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            self._wake.set()
            self._hurry.set()
            thread.join(timeout=5)
        if left:
            self._tell(SpansDropped(count=left, reason="the store was still failing when the recorder was closed"))
        return left

    # -- the writer's side ------------------------------------------------------------------------------------

    def _rouse(self) -> None:
        """Wake the writer thread, starting it with the first span of this process."""
        if self._inline:
            return
        with self._lock:
            new = self._thread is None
            if new:
                self._thread = threading.Thread(target=self._work, name="loomwork-spans", daemon=True)
        if new and self._thread is not None:
            self._thread.start()
        self._wake.set()

    def _work(self) -> None:
        wake, hurry, pid = self._wake, self._hurry, self._pid
        while not self._closed and pid == self._pid:
            wake.wait()
            hurry.wait(self._limits.retry_s if self._batches.failing else self._limits.gather_s)
            wake.clear()
            hurry.clear()
            self._drain()
            if self._batches.failing:
                wake.set()

    def _drain(self) -> None:
        with self._drain_lock:
            with self._lock:
                fresh, self._buffer = self._buffer, []
                self._awake = False
            self._report_dropped("the store is failing or slower than the spans come, and the room for them is full")
            self._batches.write(fresh, done=self._done)

    def _report_dropped(self, reason: str) -> None:
        with self._lock:
            count, self._dropped = self._dropped, 0
        if count:
            self._tell(SpansDropped(count=count, reason=reason))

    def _done(self, count: int, weight: int) -> None:
        with self._room:
            self._held -= count
            self._held_bytes -= weight
            self._room.notify_all()

    def _tell(self, warning: TraceWarning) -> None:
        try:
            self._warn(warning)
        except Exception:  # a callback's fault must not stop the writer
            log.exception("the trace warning callback failed on: %s", warning)


class _ExitFlush:
    """Flush at interpreter exit without keeping the recorder alive."""

    def __init__(self, recorder: Recorder) -> None:
        self._recorder = weakref.ref(recorder)

    def __call__(self) -> None:
        recorder = self._recorder()
        if recorder is not None:
            recorder.close()


def _log(warning: TraceWarning) -> None:
    log.warning("%s", warning)

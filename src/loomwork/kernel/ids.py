"""Names for runs, traces, spans and calls: unique, and sortable by the time they were given. Knows no clock of its own.

An id that sorts is nanoseconds (made strictly increasing within the process) followed by random bits, so ids of one
process are in order, ids of several processes nearly so, and a fork cannot repeat its parent's. Span ids are
random only: 64 bits hold no useful time beside enough chance to stay apart across processes.
"""

import random
import threading
import weakref
from collections.abc import Callable
from os import register_at_fork

from loomwork.kernel.clock import Clock, SystemClock

Entropy = Callable[[int], int]
"""Takes a number of bits and returns a random integer of at most so many."""

_BASE32 = "0123456789abcdefghjkmnpqrstvwxyz"
_RUN_TIME_DIGITS = 9
_RUN_CHANCE_DIGITS = 5


class Ids:
    """Gives ids. Thread-safe; one object a process is enough.

    >>> from loomwork.kernel.clock import ManualClock
    >>> ids = Ids.seeded(7, clock=ManualClock())
    >>> ids.call_id() < ids.call_id()
    True
    >>> len(ids.trace_id()), len(ids.span_id())
    (32, 16)
    """

    __slots__ = ("_clock", "_entropy", "_last", "_lock")

    def __init__(self, *, entropy: Entropy | None = None, clock: Clock | None = None) -> None:
        self._entropy: Entropy = entropy or _Chance().getrandbits
        self._clock = clock or SystemClock()
        self._lock = threading.Lock()
        self._last = 0

    @classmethod
    def seeded(cls, seed: int, *, clock: Clock) -> "Ids":
        """Return ids that repeat with the seed and the clock, for simulation."""
        return cls(entropy=random.Random(seed).getrandbits, clock=clock)

    def run_id(self) -> str:
        """Return a short id for people to type: `r`, the time in milliseconds, chance (15 characters)."""
        moment = _base32(self._moment() // 1_000_000, _RUN_TIME_DIGITS)
        return f"r{moment}{_base32(self._entropy(5 * _RUN_CHANCE_DIGITS), _RUN_CHANCE_DIGITS)}"

    def trace_id(self) -> str:
        """Return 32 hex digits in order of time, as OpenTelemetry wants them."""
        return f"{self._moment():016x}{self._entropy(64):016x}"

    def span_id(self) -> str:
        """Return 16 random hex digits, never all zero."""
        return f"{self._entropy(64) or 1:016x}"

    def call_id(self) -> str:
        """Return 28 hex digits in order of time."""
        return f"{self._moment():016x}{self._entropy(48):012x}"

    def _moment(self) -> int:
        now = self._clock.now_ns()
        with self._lock:
            if now <= self._last:
                now = self._last + 1
            self._last = now
        return now


class _Chance:
    """Random bits at little cost: a generator of our own, seeded by the system, and anew in a forked child."""

    def __init__(self) -> None:
        self._seed()
        mine = weakref.ref(self)
        register_at_fork(after_in_child=lambda: (found := mine()) and found._seed())

    def getrandbits(self, bits: int) -> int:
        """Return a random integer of at most so many bits."""
        return self._bits(bits)

    def _seed(self) -> None:
        self._bits = random.Random(random.SystemRandom().getrandbits(256)).getrandbits


def _base32(number: int, digits: int) -> str:
    text = ""
    for _ in range(digits):
        text = _BASE32[number & 31] + text
        number >>= 5
    return text

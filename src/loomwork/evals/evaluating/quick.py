"""Which of a project's sync scorers are quick: measured while they score. Knows no score and no store.

A sync function may wait for something, so it is called in a thread. Sixteen threads that only compute hinder each
other, though: what proves quick is called one after another in one thread, a whole item at a time.
"""

from collections.abc import Callable

TRIES = 3
"""Calls that decide. The first one does not count: it looks at the scorer's code."""
QUICK_S = 0.005
SLOW_S = 0.05
"""A quick scorer that takes as long as this once is slow from then on."""


class Pace:
    """How quick one scorer is.

    >>> pace = Pace()
    >>> for seconds in (0.02, 0.001, 0.001):
    ...     pace.took(seconds)
    >>> pace.is_quick, pace.is_slow
    (True, False)
    """

    __slots__ = ("_calls", "is_slow")

    def __init__(self) -> None:
        self._calls = 0
        self.is_slow = False

    @property
    def is_quick(self) -> bool:
        """Whether enough calls were quick, and none was slow."""
        return not self.is_slow and self._calls >= TRIES

    def took(self, seconds: float) -> None:
        """Take note of a call."""
        limit = SLOW_S if self._calls == 0 or self._calls >= TRIES else QUICK_S
        self._calls += 1
        self.is_slow = self.is_slow or seconds >= limit

    def timed(self, monotonic: Callable[[], float]) -> "Timed":
        """Return a block that takes note of how long it took."""
        return Timed(self, monotonic)


class Timed:
    """A block that is timed."""

    __slots__ = ("_began", "_monotonic", "_pace")

    def __init__(self, pace: Pace, monotonic: Callable[[], float]) -> None:
        self._pace = pace
        self._monotonic = monotonic
        self._began = 0.0

    def __enter__(self) -> None:
        self._began = self._monotonic()

    def __exit__(self, *_error: object) -> None:
        self._pace.took(self._monotonic() - self._began)

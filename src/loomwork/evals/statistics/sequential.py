"""Stopping early without fooling oneself: intervals that hold at every look. Knows no run.

An ordinary interval covers its share of times if it is looked at once; looked at after every row, it excludes the truth
sooner or later. These hold at all looks together: with probability `level` the truth is inside every one of them.

What is asked of the values: they lie within known bounds, and come in an order that has nothing to do with them (rows
drawn or shuffled; a file sorted by difficulty breaks the guarantee).

Sources, each re-implemented from its formulas:
- Waudby-Smith and Ramdas, Estimating means of bounded random variables by betting, JRSS B 86 (2024), the hedged capital
  process with predictable plug-in bets: `Sequential`.
- Robbins, Annals of Mathematical Statistics 41 (1970): the mixture of likelihood ratios, here with a beta prior, which
  is a mixture sequential probability ratio test of a share: `SequentialShare`.
"""

from __future__ import annotations

import math
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from loomwork.evals.statistics.given import Array, Numbers, between, numbers, within
from loomwork.evals.statistics.intervals import LEVEL, Interval
from loomwork.evals.statistics.means import is_truth
from loomwork.kernel.errors import OutOfRange

Side: TypeAlias = Literal["above", "below", ""]
GRID = 401
"""Means that are held against the values: the interval is exact to one of them on each side."""
_TRUNCATION = 0.5
_PRIOR_MEAN, _PRIOR_VARIANCE = 0.5, 0.25
_HALVINGS = 60


class Looked(msgspec.Struct, frozen=True, kw_only=True):
    """What is known after some rows."""

    rows: int
    interval: Interval
    """The mean so far, and an interval that holds at this and every other look; it never grows."""
    decided: Side
    """On which side of the reference the truth lies; empty: not known yet. Once said it stays."""


class Sequential:
    """The mean of bounded values, looked at as often as one likes.

    For two runs over the same rows give it the differences: with scores between 0 and 1 they lie between -1 and 1.

    >>> watched = Sequential(low=-1, high=1)
    >>> watched.update([0.5, 0.4, 0.6, 0.5, 0.3, 0.5]).decided
    ''
    >>> watched.update([0.5, 0.4, 0.6, 0.5, 0.3, 0.5] * 4).decided
    'above'
    """

    def __init__(self, low: float, high: float, level: float = LEVEL, *, reference: float = 0.0) -> None:
        """Begin with no values.

        Args:
            low: The least that a value can be.
            high: The greatest.
            level: With this probability the truth is inside all intervals.
            reference: What the mean is held against: 0 for differences, the threshold of a gate.

        Raises:
            OutOfRange: low is not below high, the level not between 0 and 1, the reference outside the bounds.
        """
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise OutOfRange(name="low", got=low, wanted=f"a number less than high, which is {high:g}")
        if not low <= reference <= high:
            raise OutOfRange(name="reference", got=reference, wanted=f"between {low:g} and {high:g}")
        self._alpha = 1 - between(level, "level", above=0, below=1)
        self._low, self._high, self._width = low, high, high - low
        self._reference = (reference - low) / self._width
        grid = np.union1d(np.linspace(0, 1, GRID), [self._reference])
        self._means: Array = grid[(grid > 0) & (grid < 1)]
        self._up: Array = np.zeros(len(self._means))
        self._down: Array = np.zeros(len(self._means))
        self._caps = (_TRUNCATION / self._means, _TRUNCATION / (1 - self._means))
        self._possible = np.ones(len(self._means), dtype=np.bool_)
        self._rows, self._sum = 0, 0.0
        self._squares = _PRIOR_VARIANCE
        self._decided: Side = ""

    def update(self, values: Numbers) -> Looked:
        """Take further values, in their order, and return what is known now.

        Raises:
            NotFinite: a value is NaN or infinite.
            OutOfRange: a value outside the bounds.
        """
        found = numbers(values, least=0)
        if len(found):
            within(found, self._low, self._high)
        for value in ((found - self._low) / self._width).tolist():
            self._take(value)
        return self.look()

    def look(self) -> Looked:
        """Return what is known now."""
        if not self._rows:
            return Looked(rows=0, interval=Interval(self._told(self._reference), self._low, self._high, "betting"),
                          decided="")  # fmt: skip
        low, high = self._ends()
        mean = self._sum / self._rows
        told = Interval(self._told(mean), self._told(low), self._told(high), "betting")
        return Looked(rows=self._rows, interval=told, decided=self._decided)

    def _take(self, value: float) -> None:
        """Bet against every mean on both sides with what was known before this value."""
        count = self._rows + 1
        variance = self._squares / count
        stake = math.sqrt(2 * math.log(2 / self._alpha) / (variance * count * math.log(1 + count)))
        apart = value - self._means
        self._up += np.log1p(np.minimum(stake, self._caps[0]) * apart)
        self._down += np.log1p(-np.minimum(stake, self._caps[1]) * apart)
        self._rows, self._sum = count, self._sum + value
        mean = (_PRIOR_MEAN + self._sum) / (count + 1)
        self._squares += (value - mean) ** 2
        limit = math.log(2 / self._alpha)
        self._possible &= (self._up < limit) & (self._down < limit)
        if not self._decided:
            self._decide()

    def _decide(self) -> None:
        at = int(np.searchsorted(self._means, self._reference))
        if at < len(self._means) and self._means[at] == self._reference and not self._possible[at]:
            self._decided = "above" if self._up[at] > self._down[at] else "below"

    def _ends(self) -> tuple[float, float]:
        """Return the outermost means that are still possible, and one step of the grid further out."""
        left = np.flatnonzero(self._possible)
        if not len(left):
            mean = min(max(self._sum / self._rows, 0.0), 1.0)
            return mean, mean
        first, last = int(left[0]), int(left[-1])
        low = 0.0 if first == 0 else float(self._means[first - 1])
        high = 1.0 if last == len(self._means) - 1 else float(self._means[last + 1])
        return low, high

    def _told(self, share: float) -> float:
        return self._low + self._width * share


class SequentialShare:
    """A share of truth values, looked at as often as one likes; tighter than `Sequential(0, 1)` for few of them.

    For two runs over the same rows give it, of the rows where they differ, whether the second won; the reference is
    then one half.

    >>> SequentialShare(reference=0.5).update([True] * 9).decided
    'above'
    """

    def __init__(self, level: float = LEVEL, *, reference: float = 0.5) -> None:
        """Begin with no values.

        Args:
            level: With this probability the truth is inside all intervals.
            reference: The share that is held against them, between 0 and 1.
        """
        self._limit = -math.log(1 - between(level, "level", above=0, below=1))
        self._reference = between(reference, "reference", above=0, below=1)
        self._true, self._rows = 0, 0
        self._low, self._high = 0.0, 1.0
        self._decided: Side = ""

    def update(self, values: Numbers) -> Looked:
        """Take further truth values, in their order, and return what is known now.

        Raises:
            OutOfRange: a value is neither true nor false.
        """
        found = numbers(values, least=0)
        if not is_truth(found):
            raise OutOfRange(name="a value", got="another number", wanted="0 or 1, false or true")
        for value in found.tolist():
            self._true, self._rows = self._true + int(value), self._rows + 1
            if not self._decided and self._evidence(self._reference) >= self._limit:
                self._decided = "above" if self._true > self._reference * self._rows else "below"
        return self.look()

    def look(self) -> Looked:
        """Return what is known now; the interval is what is left by all looks so far."""
        if self._rows:
            mean = self._true / self._rows
            self._low = max(self._low, self._end(mean, 0.0))
            self._high = min(self._high, self._end(mean, 1.0))
        mean = self._true / self._rows if self._rows else self._reference
        told = Interval(mean, self._low, self._high, "mixture")
        return Looked(rows=self._rows, interval=told, decided=self._decided)

    def evidence(self) -> float:
        """Return the e value against the reference: how many times a stake would have grown that bets against it."""
        return math.exp(self._evidence(self._reference))

    def _evidence(self, share: float) -> float:
        """Return the logarithm of the mixture's likelihood (uniform prior) over that of a share."""
        true, false = self._true, self._rows - self._true
        mixed = math.lgamma(1 + true) + math.lgamma(1 + false) - math.lgamma(2 + self._rows)
        if (share <= 0 and true) or (share >= 1 and false):
            return math.inf
        return mixed - (true * math.log(share) if true else 0.0) - (false * math.log1p(-share) if false else 0.0)

    def _end(self, inside: float, outside: float) -> float:
        """Return how far from the mean the evidence stays below the limit."""
        if self._evidence(outside) < self._limit:
            return outside
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if self._evidence(middle) < self._limit else (inside, middle)
        return outside

"""How many rows it takes to see a difference, and what difference so many rows can show. Pure; knows no run.

For paired runs: every row is scored in both. Sources:
- means: the paired t test by the noncentral t distribution (Cohen, Statistical Power Analysis for the Behavioral
  Sciences (1988), chapter 2).
- paired shares: the power of the exact McNemar test is summed over how many rows differ (Duffy, Biometrics 40 (1984));
  where more than 128 numbers are likely, over 128 of them, evenly spaced.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import msgspec
import numpy as np

from loomwork.evals.statistics.distributions import binomial, normal_below, student
from loomwork.evals.statistics.given import Numbers, between, numbers
from loomwork.evals.statistics.intervals import LEVEL
from loomwork.kernel.errors import OutOfRange, TooFewValues

POWER = 0.8
MOST_ROWS = 1_000_000
_LEAST_ROWS = 3
_LIKELY = 1e-9
_MOST_COUNTS = 128
_NODES = 401
_HALF = 0.5
_HALVINGS = 40


class Pilot(msgspec.Struct, frozen=True, kw_only=True):
    """What pilot rows say about the differences to be expected."""

    rows: int
    deviation: float
    """Standard deviation of the differences."""
    discordance: float
    """Share of rows that differ at all."""


def pilot(differences: Numbers) -> Pilot:
    """Return what is needed to plan from the differences of some rows.

    >>> pilot([0.1, -0.2, 0.0, 0.3]).discordance
    0.75
    """
    found = numbers(differences, "differences", least=2)
    return Pilot(
        rows=len(found), deviation=float(found.std(ddof=1)), discordance=int(np.count_nonzero(found)) / len(found)
    )


def rows_for_mean(difference: float, deviation: float, *, power: float = POWER, level: float = LEVEL) -> int:
    """Return how many pairs show a mean difference with this power.

    Args:
        difference: The true mean difference that should be seen; its sign does not matter. In units of the score.
        deviation: The standard deviation of the differences (`pilot`). In units of the score.
        power: How often it should be seen.
        level: 1 less the share of false alarms.

    Raises:
        OutOfRange: no difference, no deviation, or more than a million rows.

    >>> rows_for_mean(0.05, 0.3), rows_for_mean(0.05, 0.3, power=0.9)
    (285, 381)
    """
    _checked(power, level)
    size = _positive(abs(difference), "difference") / _positive(deviation, "deviation")
    return _least(lambda rows: power_of_mean(size, 1.0, rows, level=level) >= power)


def power_of_mean(difference: float, deviation: float, rows: int, *, level: float = LEVEL) -> float:
    """Return how often a paired t test over so many rows shows a true mean difference.

    >>> round(power_of_mean(0.5, 1.0, 34), 4)
    0.8078
    """
    _checked(POWER, level)
    freedom = _enough(rows) - 1
    shift = abs(difference) / _positive(deviation, "deviation") * math.sqrt(rows)
    critical = student(1 - (1 - level) / 2, freedom)
    return _beyond(critical, shift, freedom)


def difference_of_mean(rows: int, deviation: float, *, power: float = POWER, level: float = LEVEL) -> float:
    """Return the smallest true mean difference that so many pairs show with this power.

    >>> round(difference_of_mean(100, 0.3), 4)
    0.0849
    """
    _checked(power, level)
    _positive(deviation, "deviation")
    reached = _root(lambda size: power_of_mean(size, 1.0, rows, level=level) >= power, 100.0)
    return reached * deviation


def rows_for_share(difference: float, discordance: float, *, power: float = POWER, level: float = LEVEL) -> int:
    """Return how many pairs of truth values show a difference of shares with this power, by McNemar's exact test.

    Args:
        difference: The true difference of the two shares, 0.05 for five points; its sign does not matter.
        discordance: The share of rows in which the two differ (`pilot`); at least the difference, at most 1.
        power: How often it should be seen.
        level: 1 less the share of false alarms, at the most.

    >>> rows_for_share(0.05, 0.15), rows_for_share(0.05, 0.15, power=0.9)
    (498, 652)
    """
    _checked(power, level)
    _positive(abs(difference), "difference")
    _discordance(difference, discordance)
    return _least(lambda rows: power_of_share(difference, discordance, rows, level=level) >= power)


def power_of_share(difference: float, discordance: float, rows: int, *, level: float = LEVEL) -> float:
    """Return how often McNemar's exact test over so many pairs shows a true difference of shares."""
    _checked(POWER, level)
    _discordance(difference, discordance)
    chances = binomial(_enough(rows), discordance)
    likely = np.flatnonzero(chances > _LIKELY)
    some = likely[:: math.ceil(len(likely) / _MOST_COUNTS)]
    weights = chances[some]
    up = (discordance + abs(difference)) / (2 * discordance)
    found = [_shown(int(count), up, 1 - level) for count in some]
    return float(np.dot(weights, found) / weights.sum())


def difference_of_share(rows: int, discordance: float, *, power: float = POWER, level: float = LEVEL) -> float:
    """Return the smallest true difference of shares that so many pairs show with this power.

    Raises:
        OutOfRange: not even the greatest, where every row that differs goes the same way, is seen that often.
    """
    _checked(power, level)
    _discordance(0.0, discordance)
    if power_of_share(discordance, discordance, rows, level=level) < power:
        raise OutOfRange(name="rows", got=rows, wanted="more: no difference of this discordance is seen that often")
    return _root(lambda size: power_of_share(size, discordance, rows, level=level) >= power, discordance)


def _shown(count: int, up: float, alpha: float) -> float:
    """Return how often a split of so many rows that differ is called uneven."""
    tail = 2 * np.cumsum(binomial(count, _HALF)[: (count + 1) // 2])
    critical = int(np.searchsorted(tail, alpha + 1e-12, side="right"))
    if not critical:
        return 0.0
    chances = binomial(count, up)
    return float(chances[:critical].sum() + chances[count + 1 - critical :].sum())


def _beyond(critical: float, shift: float, freedom: int) -> float:
    """Return the two-sided tail of the noncentral t: the normal tail, averaged over what the deviation may come out as.

    The integral is a trapezoidal sum over the scaled chi distribution, which is smooth and ends at 0 on both sides.
    """
    reach = 9 / math.sqrt(2 * freedom)
    at = np.linspace(max(1e-9, 1 - reach), 1 + reach, _NODES)
    logs = (freedom - 1) * np.log(at) - freedom * at * at / 2
    weights = np.exp(logs - logs.max())
    tails = [normal_below(shift - critical * each) + normal_below(-shift - critical * each) for each in at.tolist()]
    return float(np.dot(weights, tails) / weights.sum())


def _least(enough: Callable[[int], bool]) -> int:
    """Return the least number of rows that is enough."""
    high = _LEAST_ROWS
    while not enough(high):
        if high >= MOST_ROWS:
            raise OutOfRange(name="difference", got="too small", wanted=f"seen by at most {MOST_ROWS:,} rows")
        high = min(2 * high, MOST_ROWS)
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if middle >= _LEAST_ROWS and enough(middle) else (middle, high)
    return high


def _root(enough: Callable[[float], bool], most: float) -> float:
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _checked(power: float, level: float) -> None:
    between(power, "power", above=0, below=1)
    between(level, "level", above=0, below=1)


def _positive(value: float, name: str) -> float:
    if not (math.isfinite(value) and value > 0):
        raise OutOfRange(name=name, got=value, wanted="a number above 0")
    return value


def _enough(rows: int) -> int:
    if rows < _LEAST_ROWS:
        raise TooFewValues(name="rows", got=rows, least=_LEAST_ROWS)
    return rows


def _discordance(difference: float, discordance: float) -> None:
    if not (0 < discordance <= 1 and abs(difference) <= discordance):
        raise OutOfRange(name="discordance", got=discordance, wanted="above 0, at most 1, and at least the difference")

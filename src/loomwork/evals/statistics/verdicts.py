"""What a difference allows to be said, in one word. The rule for the shell, the page and the matrix alike."""

from __future__ import annotations

from typing import Literal, TypeAlias

from loomwork.evals.statistics.intervals import Interval

Verdict: TypeAlias = Literal["better", "worse", "changed", "unclear", "same", "too_few"]
SURE = 0.05


def verdict(difference: Interval, p: float, better: str, *, differs: bool) -> Verdict:
    """Return what can be said: a side only where the interval lies on one and p is small for all that was asked.

    Args:
        difference: b less a, with its interval.
        p: Corrected for the other questions that were asked.
        better: `higher` or `lower`; with anything else nobody knows which way is the better one.
        differs: Whether any row differs.

    >>> verdict(Interval(-0.2, -0.3, -0.1, ""), 0.01, "higher", differs=True)
    'worse'
    >>> verdict(Interval(-0.2, -0.3, -0.1, ""), 0.09, "higher", differs=True)
    'unclear'
    >>> verdict(Interval(-0.2, -0.3, -0.1, ""), 0.01, "none", differs=True)
    'changed'
    """
    if not differs:
        return "same"
    if difference.low is None or difference.high is None:
        return "too_few"
    if difference.low <= 0 <= difference.high or p > SURE:
        return "unclear"
    if better not in ("higher", "lower"):
        return "changed"
    return "better" if (difference.value > 0) == (better == "higher") else "worse"

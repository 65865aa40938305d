"""How often at least one of k tries succeeds, and how often all of them do. Pure; knows no run.

Sources: Chen et al., Evaluating Large Language Models Trained on Code (2021): pass@k without bias, 1 - C(n-c, k) /
C(n, k). Yao et al., tau-bench (2024): pass^k, C(c, k) / C(n, k). Both are averaged over tasks, whose spread gives the
interval.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence

import numpy as np

from loomwork.evals.statistics.distributions import counted
from loomwork.evals.statistics.given import Numbers, at_least, codes, numbers
from loomwork.evals.statistics.intervals import LEVEL, Interval
from loomwork.evals.statistics.means import interval, is_truth
from loomwork.kernel.errors import OutOfRange, TooFewValues, UnequalLengths


def pass_at(k: int, successes: Sequence[int], trials: Sequence[int], *, level: float = LEVEL) -> Interval:
    """Return pass@k: the chance that at least one of k trials of a task succeeds.

    Args:
        k: Tries, at least 1.
        successes: Of each task. Shape (tasks,).
        trials: Of each task, at least k. Shape (tasks,).
        level: The wanted coverage.

    Raises:
        TooFewValues: no task, or one with fewer than k trials.
        OutOfRange: more successes than trials.

    >>> round(pass_at(2, [1, 0, 4], [4, 4, 4]).value, 4)
    0.5
    """
    given = _checked(k, successes, trials)
    return _told([1 - _chosen(n - c, n, k) for c, n in given], level)


def pass_all(k: int, successes: Sequence[int], trials: Sequence[int], *, level: float = LEVEL) -> Interval:
    """Return pass^k: the chance that all of k trials of a task succeed (see `pass_at`).

    >>> round(pass_all(2, [2, 0, 4], [4, 4, 4]).value, 4)
    0.3889
    """
    given = _checked(k, successes, trials)
    return _told([_chosen(c, n, k) for c, n in given], level)


def tallied(tasks: Iterable[Hashable], succeeded: Numbers) -> tuple[list[int], list[int]]:
    """Return successes and trials of each task, in the order in which tasks first come.

    >>> tallied(["a", "a", "b"], [True, False, True])
    ([1, 1], [2, 1])
    """
    found = numbers(succeeded, "succeeded")
    if not is_truth(found):
        raise OutOfRange(name="a success", got="another number", wanted="0 or 1, false or true")
    labels = codes(tasks, len(found), "tasks")
    tried = counted(labels)
    won = counted(labels[found > 0], len(tried))
    return [int(each) for each in won], [int(each) for each in tried]


def _checked(k: int, successes: Sequence[int], trials: Sequence[int]) -> list[tuple[int, int]]:
    at_least(k, "k", 1)
    if len(successes) != len(trials):
        raise UnequalLengths(name="trials", got=len(trials), other="successes", wanted=len(successes))
    if not len(successes):
        raise TooFewValues(name="tasks", got=0, least=1)
    for c, n in zip(successes, trials, strict=True):
        if n < k:
            raise TooFewValues(name="the trials of a task", got=n, least=k)
        if not 0 <= c <= n:
            raise OutOfRange(name="successes", got=c, wanted=f"between 0 and the trials, {n}")
    return list(zip(successes, trials, strict=True))


def _chosen(some: int, of: int, k: int) -> float:
    """Return C(some, k) / C(of, k) as a product, so that no number grows large."""
    return float(np.prod([(some - at) / (of - at) for at in range(k)])) if some >= k else 0.0


def _told(per_task: list[float], level: float) -> Interval:
    return interval(per_task, low=0.0, high=1.0, level=level)

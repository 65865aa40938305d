"""Whether a judge says what people say, and from which score on it should say yes. Pure; knows no judge.

A threshold is chosen on one part of the rows and its agreement told on the other: the part that it was chosen on
flatters it. Youden's index is the share of true rows called true plus that of false rows called false, less 1 (Cancer 3
(1950)).
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Literal, TypeAlias

import msgspec
import numpy as np

from loomwork.evals.statistics.agreement import Tabled, cohen_kappa, table
from loomwork.evals.statistics.given import Array, Numbers, between, one_of, pairs
from loomwork.evals.statistics.intervals import LEVEL, Interval, wilson
from loomwork.evals.statistics.means import is_truth
from loomwork.kernel.errors import OutOfRange, TooFewValues

Aim: TypeAlias = Literal["agreement", "kappa", "youden"]
PART = 0.5
_LEAST_OF_EACH = 2


class Judged(msgspec.Struct, frozen=True, kw_only=True):
    """What a judge said beside what people said."""

    rows: int
    labels: list[str]
    table: list[list[int]]
    """Rows are the people's labels, columns the judge's."""
    agreement: Interval
    """The share of rows with the same label."""
    kappa: Interval | None
    """Beyond chance; None where all labels are the same."""


class Calibrated(msgspec.Struct, frozen=True, kw_only=True):
    """A threshold, and how well it does where it was not chosen."""

    threshold: float
    """A score at or above it is a yes."""
    aim: Aim
    chosen_on: int
    """Rows."""
    reached: float
    """The aim on these rows: too good to be believed."""
    held_out: Judged
    """On the other rows."""
    held_out_aim: float
    """The aim on the other rows."""


def judged(human: Sequence[Hashable], judge: Sequence[Hashable], *, seed: int = 0, level: float = LEVEL) -> Judged:
    """Return how a judge's labels agree with people's.

    Raises:
        UnequalLengths, TooFewValues: not the same rows, or none.

    >>> found = judged([True, True, False, False, True], [True, False, False, False, True])
    >>> found.labels, found.table, found.agreement.value
    (['False', 'True'], [[2, 0], [1, 2]], 0.8)
    """
    counted = table(human, judge)
    rows = int(counted.counts.sum())
    same = int(np.trace(counted.counts))
    return Judged(
        rows=rows,
        labels=[str(label) for label in counted.labels],
        table=[[int(each) for each in row] for row in counted.counts],
        agreement=wilson(same, rows, level=level),
        kappa=_kappa(counted, human, judge, seed, level),
    )


def _kappa(
    counted: Tabled, human: Sequence[Hashable], judge: Sequence[Hashable], seed: int, level: float
) -> Interval | None:
    return cohen_kappa(human, judge, seed=seed, level=level) if len(counted.labels) > 1 else None


def calibrate(
    scores: Numbers, truths: Numbers, *, aim: Aim = "kappa", part: float = PART, seed: int = 0, level: float = LEVEL
) -> Calibrated:
    """Return the threshold of a judge's score that does best on one part of the rows, and how it does on the rest.

    Args:
        scores: The judge's, one for each row; higher is more of a yes. Shape (n,).
        truths: What people said. Shape (n,).
        aim: What is made greatest: the share of the same answer, Cohen's kappa, or Youden's index.
        part: The share of rows that it is chosen on, of true and of false ones alike.
        seed: Of the division.
        level: The wanted coverage of the intervals.

    Raises:
        TooFewValues: less than two true or two false rows.
        OutOfRange: a truth that is neither 0 nor 1, or an unknown aim.

    >>> found = calibrate([0.1, 0.2, 0.3, 0.4, 0.8, 0.7, 0.9, 0.6], [0, 0, 0, 0, 1, 1, 1, 1])
    >>> 0.3 < found.threshold < 0.9, found.held_out.rows
    (True, 4)
    """
    one_of(aim, "aim", AIMS)
    between(part, "part", above=0, below=1)
    given, truth = pairs(scores, truths, ("scores", "truths"))
    if not is_truth(truth):
        raise OutOfRange(name="a truth", got="another number", wanted="0 or 1, false or true")
    chance = np.random.default_rng(seed)
    chosen = np.zeros(len(given), dtype=np.bool_)
    for side in (0.0, 1.0):
        members = chance.permutation(np.flatnonzero(truth == side))
        if len(members) < _LEAST_OF_EACH:
            name = "true rows" if side else "false rows"
            raise TooFewValues(name=name, got=len(members), least=_LEAST_OF_EACH)
        chosen[members[: min(max(1, round(part * len(members))), len(members) - 1)]] = True
    threshold, reached = best_threshold(given[chosen], truth[chosen], aim)
    said, real = given[~chosen] >= threshold, truth[~chosen] > 0
    counts = np.asarray([[np.sum(said & real), np.sum(said & ~real), np.sum(~said & real), np.sum(~said & ~real)]])
    return Calibrated(
        threshold=threshold,
        aim=aim,
        chosen_on=int(chosen.sum()),
        reached=reached,
        held_out=judged(real.tolist(), said.tolist(), seed=seed, level=level),
        held_out_aim=float(AIMS[aim](counts.astype(np.float64))[0]),
    )


def best_threshold(scores: Numbers, truths: Numbers, aim: Aim) -> tuple[float, float]:
    """Return the threshold with the greatest aim on these rows, and the aim.

    Thresholds lie half-way between neighbouring scores; of several that do as well, the one in the widest gap.
    """
    given, truth = pairs(scores, truths, ("scores", "truths"))
    order = np.argsort(given, kind="stable")
    ordered, real = given[order], truth[order]
    edges = np.flatnonzero(np.diff(ordered) > 0) + 1
    if not len(edges):
        raise OutOfRange(name="the number of different scores", got=1, wanted="at least 2")
    below = np.concatenate([[0.0], np.cumsum(real)])[edges]
    true, false = float(real.sum()), float(len(real) - real.sum())
    missed, refused = below, edges.astype(np.float64) - below
    counts: Array = np.stack([true - missed, false - refused, missed, refused], axis=1)
    found = AIMS[aim](counts)
    gaps = ordered[edges] - ordered[edges - 1]
    best = np.flatnonzero(found >= found.max() - 1e-12)
    at = int(best[np.argmax(gaps[best])])
    edge = int(edges[at])
    return float((ordered[edge] + ordered[edge - 1]) / 2), float(found[at])


def _agreement(counts: Array) -> Array:
    return (counts[:, 0] + counts[:, 3]) / counts.sum(axis=1)


def _cohen(counts: Array) -> Array:
    whole = counts.sum(axis=1)
    said, real = (counts[:, 0] + counts[:, 1]) / whole, (counts[:, 0] + counts[:, 2]) / whole
    by_chance = said * real + (1 - said) * (1 - real)
    return np.divide(_agreement(counts) - by_chance, 1 - by_chance, out=np.zeros(len(counts)), where=by_chance < 1)


def _youden(counts: Array) -> Array:
    true, false = counts[:, 0] + counts[:, 2], counts[:, 1] + counts[:, 3]
    return np.asarray(
        counts[:, 0] / np.maximum(true, 1.0) + counts[:, 3] / np.maximum(false, 1.0) - 1, dtype=np.float64
    )


AIMS: dict[str, Callable[[Array], Array]] = {"agreement": _agreement, "kappa": _cohen, "youden": _youden}
"""By counts of (said yes and true, said yes and false, said no and true, said no and false), shape (thresholds, 4)."""

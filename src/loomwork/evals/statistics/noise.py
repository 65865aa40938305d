"""How much of a score's spread is the rows', the system's and the judge's, and what more of each would bring. Pure.

Each value is one judgement of one trial (one answer of the system) of one row. The variance of the mean over R rows,
T trials of each and J judgements of each trial is rows/R + trials/(R T) + judgements/(R T J), so that what is worth
repeating can be told from the three variances. Knows no judge and no run.

Source: Searle, Casella and McCulloch, Variance Components (1992), chapters 3 and 5: the nested analysis of variance
with unequal numbers (Henderson's method 1); an estimate below 0 is told as 0.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable
from typing import Literal, NamedTuple, TypeAlias

import msgspec
import numpy as np

from loomwork.evals.statistics.distributions import counted
from loomwork.evals.statistics.given import Array, Codes, Numbers, at_least, codes, numbers
from loomwork.kernel.errors import TooFewValues

Source: TypeAlias = Literal["rows", "trials", "judgements"]
_LEAST_ROWS = 2
_MOST_REPEATS = 50


class Noise(msgspec.Struct, frozen=True, kw_only=True):
    """Where the spread of scores comes from. Variances are in squared units of the score."""

    rows: int
    trials: float
    """Of each row, on average."""
    judgements: float
    """Of each trial, on average."""
    row_variance: float
    """Between rows: some are harder."""
    trial_variance: float | None
    """Between answers of the system to the same row. None: no row has two trials, it is part of `row_variance`."""
    judge_variance: float | None
    """Between judgements of the same answer. None: no trial has two, it is part of what stands above it."""

    @property
    def error(self) -> float:
        """The standard error of the mean as it was measured (for equal numbers)."""
        return self.error_with()

    def error_with(
        self, *, rows: float | None = None, trials: float | None = None, judgements: float | None = None
    ) -> float:
        """Return the standard error of the mean with other numbers; those not said stay.

        What was not repeated cannot be told apart: it falls with rows alone.
        """
        count = at_least(self.rows if rows is None else rows, "rows", 1)
        each = at_least(self.trials if trials is None else trials, "trials", 1)
        judged = at_least(self.judgements if judgements is None else judgements, "judgements", 1)
        inside = (self.trial_variance or 0.0) / each + (self.judge_variance or 0.0) / (each * judged)
        return math.sqrt((self.row_variance + inside) / count)


class Advice(msgspec.Struct, frozen=True, kw_only=True):
    """What more of each would bring. Nothing here is a sentence; errors are standard errors of the mean."""

    largest: Source
    """The source of most of the variance of the mean."""
    shares: dict[Source, float]
    """Of the variance of the mean, by source; they sum to 1. A source that was not measured is not in it."""
    error: float
    twice_the_rows: float
    twice_the_trials: float
    twice_the_judgements: float
    trials: int
    """Trials of each row that make the smallest error for the same cost."""
    judgements: int
    """Judgements of each trial, likewise."""


def noise(values: Numbers, rows: Iterable[Hashable], trials: Iterable[Hashable] | None = None) -> Noise:
    """Return where the spread of values comes from.

    Args:
        values: One for each judgement. Shape (n,).
        rows: Which row it is of. Shape (n,).
        trials: Which trial of its row it is of, so that values with the same row and trial are judgements of the same
            answer. Not given: each value is a trial of its own, judged once. Shape (n,).

    Raises:
        TooFewValues: less than two rows.
        NotFinite, UnequalLengths: see `means.interval`.

    >>> found = noise([1, 1, 0, 1, 5, 5, 4, 4], ["a"] * 4 + ["b"] * 4, [1, 1, 2, 2] * 2)
    >>> found.rows, found.trials, found.judgements
    (2, 2.0, 2.0)
    >>> round(found.row_variance, 3), round(found.trial_variance, 3), found.judge_variance
    (6.875, 0.25, 0.125)
    """
    found = numbers(values)
    row = codes(rows, len(found), "rows")
    told = list(range(len(found))) if trials is None else list(trials)
    trial = (
        codes(zip(row.tolist(), told, strict=False), len(found), "trials")
        if len(told) == len(found)
        else codes(told, len(found), "trials")
    )
    count, answers = int(row.max()) + 1, int(trial.max()) + 1
    if count < _LEAST_ROWS:
        raise TooFewValues(name="rows", got=count, least=_LEAST_ROWS)
    row_of = np.zeros(answers, dtype=np.int64)
    row_of[trial] = row
    parts = _components(found, _Nested(row, trial, row_of, count, answers))
    return Noise(
        rows=count,
        trials=answers / count,
        judgements=len(found) / answers,
        row_variance=parts[0],
        trial_variance=parts[1],
        judge_variance=parts[2],
    )


class _Nested(NamedTuple):
    row: Codes
    trial: Codes
    row_of: Codes
    rows: int
    trials: int


def _components(values: Array, nested: _Nested) -> tuple[float, float | None, float | None]:
    """Solve the expected mean squares of a nested design for the variances, from the inside out."""
    n = len(values)
    by_row, by_trial = counted(nested.row).astype(float), counted(nested.trial).astype(float)
    row_means = np.bincount(nested.row, weights=values) / by_row
    trial_means = np.bincount(nested.trial, weights=values) / by_trial
    judged = float(np.sum((values - trial_means[nested.trial]) ** 2))
    tried = float(np.sum(by_trial * (trial_means - row_means[nested.row_of]) ** 2))
    spread = float(np.sum(by_row * (row_means - values.mean()) ** 2))
    inside_rows = float(np.sum(np.bincount(nested.row_of, weights=by_trial**2) / by_row))
    judge = max(0.0, judged / (n - nested.trials)) if n > nested.trials else None
    trial: float | None = None
    if nested.trials > nested.rows:
        freedom = nested.trials - nested.rows
        trial = max(0.0, (tried - freedom * (judge or 0.0)) / (n - inside_rows))
    usual = n - float(np.sum(by_row**2)) / n
    of_trials = inside_rows - float(np.sum(by_trial**2)) / n
    row = (spread - of_trials * (trial or 0.0) - (nested.rows - 1) * (judge or 0.0)) / usual
    return max(0.0, row), trial, judge


def advice(found: Noise, *, row_cost: float = 0.0, trial_cost: float = 1.0, judgement_cost: float = 1.0) -> Advice:
    """Return what more rows, trials or judgements would bring, and the best split for the same cost.

    For the cost c of a row with T trials of J judgements, c = row + T (trial + J judgement), the error is smallest at
    J = sqrt(trial_cost / judgement_cost * judge_variance / trial_variance) and
    T = sqrt(row_cost / trial_cost * trial_variance / row_variance) (Cochran, Sampling Techniques (1977), chapter 10),
    with a row that costs nothing but its trials: one trial.

    Args:
        found: What `noise` returned.
        row_cost: What one more row costs beside its trials (its label, say), in any unit.
        trial_cost: What one answer of the system costs.
        judgement_cost: What one judgement costs.

    >>> made = noise([1, 1, 0, 1, 5, 5, 4, 4], ["a"] * 4 + ["b"] * 4, [1, 1, 2, 2] * 2)
    >>> told = advice(made)
    >>> told.largest, told.trials, told.judgements, round(told.error, 2), round(told.twice_the_rows, 2)
    ('rows', 1, 1, 1.88, 1.33)
    """
    for name, cost in (("row_cost", row_cost), ("trial_cost", trial_cost), ("judgement_cost", judgement_cost)):
        at_least(cost, name, 0)
    trial, judge = found.trial_variance, found.judge_variance
    parts: dict[Source, float] = {"rows": found.row_variance}
    if trial is not None:
        parts["trials"] = trial / found.trials
    if judge is not None:
        parts["judgements"] = judge / (found.trials * found.judgements)
    whole = sum(parts.values())
    shares: dict[Source, float] = {name: part / whole if whole else 1 / len(parts) for name, part in parts.items()}
    return Advice(
        largest=max(shares, key=lambda name: shares[name]),
        shares=shares,
        error=found.error,
        twice_the_rows=found.error_with(rows=2 * found.rows),
        twice_the_trials=found.error_with(trials=2 * found.trials),
        twice_the_judgements=found.error_with(judgements=2 * found.judgements),
        trials=_best(row_cost, trial_cost, trial or 0.0, found.row_variance),
        judgements=_best(trial_cost, judgement_cost, judge or 0.0, trial or 0.0),
    )


def _best(outer_cost: float, inner_cost: float, inner: float, outer: float) -> int:
    """Return how often to repeat the inner for each outer one; at most `_MOST_REPEATS`."""
    if inner <= 0 or outer_cost <= 0:
        return 1
    if outer <= 0 or inner_cost <= 0:
        return _MOST_REPEATS
    return min(max(1, round(math.sqrt(outer_cost / inner_cost * inner / outer))), _MOST_REPEATS)

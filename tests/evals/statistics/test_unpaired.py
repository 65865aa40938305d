"""Two arms that share no rows: equal to SciPy and statsmodels where they have the test, and right where they do not."""

import random
from typing import Any

import numpy as np
import pytest
from scipy import stats

from loomwork.evals.statistics.unpaired import difference, split_p
from loomwork.kernel.errors import UnequalLengths


def test_means_are_compared_as_scipy_does():
    chance = random.Random(1)
    a = [chance.gauss(0, 1) for _ in range(30)]
    b = [chance.gauss(0.5, 2) for _ in range(44)]
    found = difference(a, b)
    theirs: Any = stats.ttest_ind(b, a, equal_var=False)
    low, high = theirs.confidence_interval(0.95)
    assert found.p == pytest.approx(theirs.pvalue, abs=1e-10)
    assert (found.delta.low, found.delta.high) == pytest.approx((low, high))


def test_sizes_of_arms_are_held_against_shares_as_scipy_does():
    for counts in ([30, 50, 60], [1, 500, 60], [100, 100, 100]):
        assert split_p(counts, [1, 1, 1]) == pytest.approx(stats.chisquare(counts).pvalue, rel=1e-9)
    assert split_p([900, 100], [0.9, 0.1]) == pytest.approx(1.0)
    with pytest.raises(UnequalLengths):
        split_p([1, 2], [1])


def test_the_interval_of_shares_covers_the_true_difference():
    chance = np.random.default_rng(7)
    covered = 0
    for _ in range(1000):
        found = difference(chance.random(60) < 0.2, chance.random(80) < 0.5)
        assert found.delta.low is not None
        assert found.delta.high is not None
        covered += found.delta.low <= 0.3 <= found.delta.high
    assert 0.93 <= covered / 1000 <= 0.975


def test_of_one_row_an_arm_nothing_is_said():
    found = difference([0.3], [0.7])
    assert (found.delta.low, found.p) == (None, None)


def test_rows_of_one_user_count_once():
    alone = difference([0.1, 0.5, 0.9], [0.2, 0.6, 1.0])
    often = difference(
        [0.1] * 5 + [0.5] * 5 + [0.9] * 5, [0.2] * 5 + [0.6] * 5 + [1.0] * 5, groups_a=[*"aaaaabbbbbccccc"],
        groups_b=[*"aaaaabbbbbccccc"],
    )  # fmt: skip
    assert (often.delta.low, often.rows_a) == (pytest.approx(alone.delta.low), 3)

"""Two runs over the same rows: the difference, its size, and who won."""

from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from loomwork.evals.statistics import Paired, adjusted, cliff, compare, hedges, interval, paired_shares, rank_biserial
from loomwork.kernel.errors import OutOfRange, TooFewValues, UnequalLengths

A = [0.2, 0.5, 0.4, 0.9, 0.6, 0.1, 0.8]
B = [0.6, 0.7, 0.5, 0.9, 0.8, 0.0, 0.9]


def test_truth_values_have_newcombe_s_interval_and_mcnemar_s_test() -> None:
    a, b = [True, True, False, False, False, False], [True, False, True, True, True, False]
    found = compare(a, b)
    assert found.delta == paired_shares(Paired(both=1, first=1, second=3, neither=1))
    assert found.test == "mcnemar_exact"
    assert found.p == pytest.approx(0.625)
    assert (found.wins, found.losses, found.ties, found.rows) == (3, 1, 2, 6)


def test_numbers_have_the_interval_of_their_differences_and_flipped_signs() -> None:
    found = compare(A, B)
    assert found.delta == interval([b - a for a, b in zip(A, B, strict=True)])
    assert found.test == "sign_flip_exact"
    assert (found.wins, found.losses, found.ties) == (5, 1, 1)
    assert found.b - found.a == pytest.approx(found.delta.value)


def test_where_lower_is_better_the_wins_turn_and_the_difference_does_not() -> None:
    higher, lower = compare(A, B), compare(A, B, better="lower")
    assert (lower.wins, lower.losses) == (higher.losses, higher.wins)
    assert lower.delta == higher.delta


def test_a_known_range_bounds_the_difference() -> None:
    a, b = [0.0, 0.0, 0.1, 0.0], [1.0, 1.0, 0.2, 1.0]
    assert (compare(a, b).delta.high or 0) > 1
    assert compare(a, b, low=0, high=1).delta.high == 1.0


def test_pairs_of_a_group_flip_their_signs_together() -> None:
    found = compare(A * 3, B * 3, groups=list(range(7)) * 3)
    assert found.p == pytest.approx(compare(A, B).p)
    assert found.delta.method == "skewed_clustered"
    assert compare(A * 3, B * 3).p < found.p / 5


def test_effect_sizes_are_those_of_their_definitions() -> None:
    differences = np.subtract(B, A)
    freedom = 6
    correction = 1 - 3 / (4 * freedom - 1)
    found = compare(A, B)
    assert found.hedges == pytest.approx(differences.mean() / differences.std(ddof=1) * correction, rel=5e-3)
    ranks = stats.rankdata(np.abs(differences[np.abs(differences) > 0]))
    signs = np.sign(differences[np.abs(differences) > 0])
    assert found.rank_biserial == pytest.approx(float(np.sum(signs * ranks) / ranks.sum()))
    pairs = [np.sign(b - a) for a in A for b in B]
    assert found.cliff == pytest.approx(np.mean(pairs))
    u = stats.mannwhitneyu(B, A).statistic
    assert cliff(A, B) == pytest.approx(2 * u / 49 - 1)


def test_effects_of_nothing_are_nothing() -> None:
    assert hedges([1.0]) is None
    assert hedges([2.0, 2.0]) is None
    assert rank_biserial([0.0, 0.0]) == 0.0
    assert compare([1.0], [2.0]).delta.low is None


@pytest.mark.parametrize(("correction", "name"), [("holm", "holm"), ("bh", "fdr_bh"), ("by", "fdr_by")])
def test_corrections_are_statsmodels(correction: str, name: str) -> None:
    chance = np.random.default_rng(3)
    for count in (1, 2, 7, 40):
        ps = chance.random(count) ** 3
        ps[: count // 3] = ps[0]
        wanted: Any = multipletests(ps, method=name)[1]
        assert adjusted(ps.tolist(), correction) == pytest.approx(wanted.tolist())  # pyright: ignore[reportArgumentType]  # a parametrised word


def test_corrections_of_what_is_no_p_value_are_refused() -> None:
    assert adjusted([]) == []
    with pytest.raises(OutOfRange):
        adjusted([0.5, 1.2])
    with pytest.raises(OutOfRange, match="one of bh, by, holm"):
        adjusted([0.5], "bonferroni")  # pyright: ignore[reportArgumentType]  # what a caller may do all the same


def test_runs_of_different_rows_are_refused() -> None:
    with pytest.raises(UnequalLengths, match="b has 1"):
        compare([1.0, 2.0], [1.0])
    with pytest.raises(TooFewValues):
        compare([], [])

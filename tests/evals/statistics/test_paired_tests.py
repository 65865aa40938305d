"""Tests of paired differences agree with SciPy and statsmodels, and are fast enough to be asked for every metric."""

import time
from typing import Any

import numpy as np
import pytest
import scipy.stats
import statsmodels.stats.contingency_tables

from loomwork.evals.statistics import mcnemar, paired_tests, sign_flip, wilcoxon
from loomwork.kernel.errors import NotFinite, OutOfRange, TooFewValues

stats: Any = scipy.stats
"""What its stubs say is narrower than what it takes and returns."""
reference_mcnemar: Any = statsmodels.stats.contingency_tables.mcnemar
CHANCE = np.random.default_rng(5)
SAMPLES = [CHANCE.normal(0.4, 1, n) for n in (3, 5, 8, 12)] + [CHANCE.integers(-3, 5, 11).astype(float)]


@pytest.mark.parametrize("differences", SAMPLES, ids=len)
def test_every_way_of_flipping_signs_is_scipy_s_exact_permutation_test(differences: np.ndarray) -> None:
    reference = stats.permutation_test(
        (differences, np.zeros(len(differences))),
        lambda a, b, axis: np.mean(a - b, axis=axis),
        permutation_type="samples",
        vectorized=True,
        n_resamples=np.inf,
    )
    found = sign_flip(differences)
    assert found.method == "sign_flip_exact"
    assert found.p == pytest.approx(float(reference.pvalue))


def test_drawn_signs_come_close_to_every_way() -> None:
    differences = np.random.default_rng(8).normal(0.5, 1, 20)
    every = paired_tests._every_sum(np.abs(differences))
    wanted = float(np.mean(np.abs(every) >= abs(differences.sum()) - 1e-9))
    found = sign_flip(differences, draws=40_000)
    assert found.method == "sign_flip_draws"
    assert found.p == pytest.approx(wanted, abs=4 * (wanted * (1 - wanted) / 40_000) ** 0.5)
    assert sign_flip(differences, seed=1) == sign_flip(differences, seed=1)
    assert sign_flip([0.5 + 0.01 * at for at in range(30)], draws=999).p == 1 / 1000


def test_many_differences_are_taken_for_normal_unless_one_carries_them() -> None:
    differences = np.random.default_rng(2).exponential(1, 3_000) * np.random.default_rng(3).choice(
        [1, -1], 3_000, p=[0.52, 0.48]
    )
    found = sign_flip(differences)
    assert found.method == "sign_flip_normal"
    sums = paired_tests._drawn_sums(np.abs(differences), np.random.default_rng(0), 50_000)
    drawn = float(np.mean(np.abs(sums) >= abs(differences.sum())))
    assert found.p == pytest.approx(drawn, abs=0.004)
    assert sign_flip([*differences.tolist(), 500.0]).method == "sign_flip_draws"


def test_equal_steps_are_a_binomial() -> None:
    assert sign_flip([0.25] * 40 + [-0.25] * 20) == (pytest.approx(mcnemar(40, 20).p), "sign_flip_exact")


@pytest.mark.parametrize(("wins", "losses"), [(0, 0), (1, 0), (9, 2), (5, 5), (30, 61), (400, 350)])
def test_mcnemar_s_test_is_statsmodels_exact_one(wins: int, losses: int) -> None:
    wanted = reference_mcnemar([[10, wins], [losses, 7]], exact=True).pvalue if wins + losses else 1.0
    assert mcnemar(wins, losses).p == pytest.approx(float(wanted))


@pytest.mark.parametrize("count", [1, 4, 9, 25, 50])
def test_signed_ranks_are_scipy_s_exact_ones(count: int) -> None:
    differences = np.random.default_rng(count).normal(0.3, 1, count)
    found = wilcoxon(differences)
    assert found.method == "wilcoxon_exact"
    assert found.p == pytest.approx(float(stats.wilcoxon(differences, method="exact").pvalue))


def test_signed_ranks_with_ties_count_out_what_scipy_permutes() -> None:
    differences = np.array([1.0, 1.0, -1.0, 2.0, 2.0, 3.0, -2.0, 0.0, 4.0, 1.0])
    kept = differences[differences != 0]
    wanted = stats.wilcoxon(kept, method=stats.PermutationMethod(n_resamples=np.inf))
    assert wilcoxon(differences).p == pytest.approx(float(wanted.pvalue))


def test_many_signed_ranks_are_scipy_s_normal_ones() -> None:
    differences = np.random.default_rng(4).integers(-3, 5, 300).astype(float)
    found = wilcoxon(differences)
    assert found.method == "wilcoxon_normal"
    wanted = stats.wilcoxon(differences[differences != 0], method="asymptotic", correction=False)
    assert found.p == pytest.approx(float(wanted.pvalue))


def test_where_nothing_differs_nothing_is_found() -> None:
    assert sign_flip([0.0, 0.0]).p == wilcoxon([0.0]).p == mcnemar(0, 0).p == 1.0


def test_ten_thousand_pairs_take_no_time() -> None:
    differences = np.random.default_rng(0).normal(0.01, 1, 10_000)
    sign_flip(differences)
    assert min(_seconds(differences) for _ in range(3)) < 0.05


def _seconds(differences: np.ndarray) -> float:
    began = time.perf_counter()
    sign_flip(differences)
    return time.perf_counter() - began


def test_differences_that_are_none_are_refused() -> None:
    with pytest.raises(TooFewValues):
        sign_flip([])
    with pytest.raises(NotFinite):
        wilcoxon([float("nan")])
    with pytest.raises(OutOfRange):
        mcnemar(-1, 2)
    with pytest.raises(OutOfRange):
        sign_flip([1.0], draws=0)

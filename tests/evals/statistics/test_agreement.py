"""Agreement beyond chance is that of statsmodels, and of the published examples."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from statsmodels.stats.inter_rater import aggregate_raters
from statsmodels.stats.inter_rater import cohens_kappa as reference_kappa
from statsmodels.stats.inter_rater import fleiss_kappa as reference_fleiss

from loomwork.evals.statistics import cohen_kappa, fleiss_kappa, krippendorff_alpha, scott_pi
from loomwork.evals.statistics.agreement import table
from loomwork.kernel.errors import OutOfRange, TooFewValues, UnequalLengths

_ = None
OBSERVERS: list[list[int | None]] = [
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
]
"""Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), section C."""
UNITS = [list(unit) for unit in zip(*OBSERVERS, strict=True)]


def raters(items: int, count: int, seed: int = 1) -> np.ndarray:
    chance = np.random.default_rng(seed)
    truth = chance.integers(1, 5, items)
    noisy = np.clip(truth[:, None] + chance.integers(-1, 2, (items, count)), 1, 4)
    return np.where(chance.random((items, count)) < 0.6, truth[:, None], noisy)


@pytest.mark.parametrize(("weights", "name"), [("none", None), ("linear", "linear"), ("quadratic", "quadratic")])
def test_cohen_s_kappa_is_statsmodels(weights: str, name: str | None) -> None:
    first, second = raters(120, 2).T
    counts = table(first.tolist(), second.tolist()).counts
    wanted: Any = reference_kappa(counts, wt=name)
    found = cohen_kappa(first.tolist(), second.tolist(), weights=weights)  # pyright: ignore[reportArgumentType]  # a parametrised word
    assert found.value == pytest.approx(float(wanted.kappa))
    if name is None:
        assert found.low == pytest.approx(float(wanted.kappa_low), abs=0.03)
        assert found.high == pytest.approx(float(wanted.kappa_upp), abs=0.03)


def test_fleiss_kappa_is_statsmodels() -> None:
    ratings = raters(60, 5)
    wanted = reference_fleiss(aggregate_raters(ratings)[0])
    found = fleiss_kappa(ratings.tolist())
    assert found.value == pytest.approx(float(wanted))
    assert (found.low or 1) < found.value < (found.high or 0)


def test_scott_s_pi_is_fleiss_kappa_of_two() -> None:
    ratings = raters(40, 2)
    assert scott_pi(*ratings.T.tolist()).value == pytest.approx(fleiss_kappa(ratings.tolist()).value)


@pytest.mark.parametrize(("metric", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_krippendorff_s_alpha_is_that_of_his_own_example(metric: str, alpha: float) -> None:
    found = krippendorff_alpha(UNITS, metric=metric)  # pyright: ignore[reportArgumentType]  # a parametrised word
    assert found.value == pytest.approx(alpha, abs=5e-4)


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval"])
def test_alpha_is_what_its_definition_counts_out(metric: str) -> None:
    """All pairs of labels within items, and all pairs of labels at all, by the distances as they are written."""
    units = [[each for each in unit if each is not None] for unit in UNITS]
    units = [unit for unit in units if len(unit) > 1]
    pool = [each for unit in units for each in unit]
    amount = {label: pool.count(label) for label in set(pool)}

    def distance(one: int, other: int) -> float:
        low, high = min(one, other), max(one, other)
        if metric == "nominal":
            return float(one != other)
        if metric == "interval":
            return float(one - other) ** 2
        between = sum(amount[label] for label in amount if low <= label <= high)
        return (between - (amount[low] + amount[high]) / 2) ** 2

    def differing(labels: Sequence[int]) -> float:
        return sum(distance(a, b) for at, a in enumerate(labels) for to, b in enumerate(labels) if at != to)

    observed = sum(differing(unit) / (len(unit) - 1) for unit in units) / len(pool)
    expected = differing(pool) / (len(pool) * (len(pool) - 1))
    found = krippendorff_alpha(UNITS, metric=metric)  # pyright: ignore[reportArgumentType]  # a parametrised word
    assert found.value == pytest.approx(1 - observed / expected)


def test_intervals_hold_what_other_items_would_say() -> None:
    everything = raters(20_000, 2, seed=3)
    true = cohen_kappa(*everything.T.tolist(), draws=1).value
    true_alpha = krippendorff_alpha(everything.tolist(), metric="ordinal", draws=1).value
    held = held_alpha = 0
    for seed in range(150):
        some = raters(80, 2, seed=1000 + seed)
        found = cohen_kappa(*some.T.tolist(), draws=300)
        held += (found.low or 1) <= true <= (found.high or 0)
        found = krippendorff_alpha(some.tolist(), metric="ordinal", draws=200)
        held_alpha += (found.low or 1) <= true_alpha <= (found.high or 0)
    assert held / 150 > 0.88
    assert held_alpha / 150 > 0.86


def test_words_have_an_order_where_one_is_given() -> None:
    first, second = ["low", "high", "mid", "high"] * 3, ["mid", "high", "mid", "low"] * 3
    ordered = cohen_kappa(first, second, weights="linear", order=["low", "mid", "high"])
    assert ordered.value != pytest.approx(cohen_kappa(first, second, weights="linear").value)
    with pytest.raises(OutOfRange, match="'high'"):
        cohen_kappa(first, second, order=["low", "mid"])


def test_few_items_have_no_interval() -> None:
    assert cohen_kappa([1, 2, 1], [1, 2, 2]).low is None


def test_what_cannot_be_told_from_chance_is_refused() -> None:
    with pytest.raises(OutOfRange, match="different labels"):
        cohen_kappa(["a"] * 9, ["a"] * 9)
    with pytest.raises(OutOfRange, match="different labels"):
        krippendorff_alpha([[1, 1], [1, 1]])
    with pytest.raises(TooFewValues):
        krippendorff_alpha([[1, None], [None, 2]])
    with pytest.raises(TooFewValues):
        cohen_kappa([], [])
    with pytest.raises(UnequalLengths):
        cohen_kappa(["a"], ["a", "b"])
    with pytest.raises(UnequalLengths):
        fleiss_kappa([[1, 2], [1]])
    with pytest.raises(ValueError, match="not finite"):
        krippendorff_alpha([["a", "b"], ["b", "b"]], metric="interval")

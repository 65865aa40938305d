"""Intervals agree with published worked examples, and cover as often as they say."""

import itertools
import math
import random

import pytest

from loomwork.evals.statistics import (
    Paired,
    bootstrap,
    mean,
    paired_bootstrap,
    paired_means,
    paired_shares,
    student,
    wilson,
)


@pytest.mark.parametrize(
    ("true", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_a_share_s_interval_is_that_of_newcombe_s_first_table(true: int, count: int, low: float, high: float) -> None:
    """Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I."""
    found = wilson(true, count)
    assert found.low == pytest.approx(low, abs=5e-5)
    assert found.high == pytest.approx(high, abs=5e-5)


@pytest.mark.parametrize(("true", "count"), [(3, 10), (0, 7), (7, 7), (199, 400)])
def test_a_share_s_interval_holds_the_shares_that_a_score_test_does_not_refuse(true: int, count: int) -> None:
    """Found without the closed form: the ends are where the test's statistic is just z."""
    found = wilson(true, count)
    assert found.low is not None
    assert found.high is not None
    for end in (found.low, found.high):
        if 0 < end < 1:
            z = (true / count - end) / math.sqrt(end * (1 - end) / count)
            assert abs(z) == pytest.approx(1.959964, abs=1e-5)
    assert (true == 0) == (found.low == 0.0)
    assert (true == count) == (found.high == 1.0)


@pytest.mark.parametrize(
    ("both", "first", "second", "neither", "value", "low", "high"),
    [
        # Fagerland, Lydersen, Laake, Statistical Analysis of Contingency Tables (2017), chapter 8:
        # complete response before and after consolidation therapy (Cavo et al., 2012)
        (59, 16, 6, 80, -0.0621, -0.1186, -0.0046),
        # airway hyper-responsiveness before and after stem cell transplantation (Bentur et al., 2009)
        (1, 7, 1, 12, -0.2857, -0.5069, -0.0256),
    ],
)
def test_the_interval_of_paired_shares_is_that_of_published_examples(
    both: int, first: int, second: int, neither: int, value: float, low: float, high: float
) -> None:
    found = paired_shares(Paired(both, first, second, neither))
    assert (found.value, found.low, found.high) == pytest.approx((value, low, high), abs=6e-5)
    turned = paired_shares(Paired(both, second, first, neither))
    assert (turned.value, turned.low, turned.high) == pytest.approx((-value, -high, -low), abs=6e-5)


def test_where_pairs_always_agree_the_difference_is_none_and_still_has_an_interval() -> None:
    found = paired_shares(Paired(54, 0, 0, 0))
    assert (found.value, found.low, found.high) == pytest.approx((0, -0.0664, 0.0664), abs=5e-5)
    assert not found.excludes_zero
    alone = paired_shares(Paired(0, 0, 54, 0))
    assert (alone.value, alone.high) == (1.0, 1.0)
    assert alone.low == pytest.approx(0.9061, abs=5e-5)
    assert paired_shares(Paired(0, 0, 0, 0)).method == ""


def trinomials(count: int) -> list[tuple[int, int, int]]:
    return [(a, b, count - a - b) for a in range(count + 1) for b in range(count + 1 - a)]


@pytest.mark.parametrize(("up", "down"), [(0.3, 0.1), (0.05, 0.05), (0.5, 0.3)])
def test_the_interval_of_paired_shares_covers_exactly_computed(up: float, down: float) -> None:
    """Every table of 30 pairs with its probability: no chance in it. Pairs that agree are true half of the time."""
    covered = 0.0
    for a, b, c in trinomials(30):
        chance = math.comb(30, a) * math.comb(30 - a, b) * up**a * down**b * (1 - up - down) ** c
        found = paired_shares(Paired(both=c // 2, first=b, second=a, neither=c - c // 2))
        assert found.low is not None
        assert found.high is not None
        covered += chance * (found.low <= up - down <= found.high)
    assert 0.93 < covered < 0.995


def test_student_s_quantiles_are_those_of_the_tables() -> None:
    for freedom, at_95, at_99 in [(1, 12.706205, 63.656741), (2, 4.302653, 9.924843), (5, 2.570582, 4.032143),
                                  (30, 2.042272, 2.749996), (1e7, 1.959964, 2.575830)]:  # fmt: skip
        assert student(0.975, freedom) == pytest.approx(at_95, abs=1e-5)
        assert student(0.995, freedom) == pytest.approx(at_99, abs=1e-5)
        assert student(0.025, freedom) == pytest.approx(-at_95, abs=1e-5)
    assert student(0.5, 3) == 0.0


SLEEP = ([0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0], [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4])
"""Student, The probable error of a mean, Biometrika 6 (1908): hours of sleep gained by two drugs."""


def test_the_interval_of_paired_means_is_that_of_student_s_own_example() -> None:
    found = paired_means(*SLEEP)
    assert (found.value, found.low, found.high) == pytest.approx((1.58, 0.7001, 2.4599), abs=1e-4)
    assert found.method == "paired_t"
    assert found.excludes_zero


def test_too_little_has_no_interval() -> None:
    assert mean([]).low is None
    assert mean([3.0]) == (3.0, None, None, "")
    assert paired_means([1.0], [2.0]).value == 1.0
    assert bootstrap([1.0] * 7, seed=0).low is None
    assert not mean([3.0]).excludes_zero
    assert mean([2.0, 2.0]) == (2.0, 2.0, 2.0, "t")


def test_a_drawn_interval_is_the_same_for_the_same_seed_and_follows_the_skew() -> None:
    skewed = [0.0] * 40 + [1.0] * 5 + [30.0]
    one, two = bootstrap(skewed, seed=1), bootstrap(skewed, seed=1)
    assert one == two
    assert one.low is not None
    assert one.high is not None
    assert one.high - one.value > 1.5 * (one.value - one.low)
    drawn = paired_bootstrap(*SLEEP, seed=3)
    assert drawn.low is not None
    assert 0.7 < drawn.low < drawn.value < (drawn.high or 0) < 3.2


@pytest.mark.parametrize("kind", ["normal", "skewed"])
def test_intervals_of_means_cover_about_as_often_as_they_say(kind: str) -> None:
    chance = random.Random(11)
    draw = {"normal": lambda: chance.gauss(1, 2), "skewed": lambda: chance.expovariate(1.0)}[kind]
    by_t = by_draws = 0
    for seed in range(400):
        values = [draw() for _ in range(40)]
        for found in (mean(values), bootstrap(values, seed=seed, draws=400)):
            assert found.low is not None
            assert found.high is not None
            holds = found.low <= 1 <= found.high
            by_t += holds and found.method == "t"
            by_draws += holds and found.method == "bca"
    assert 0.90 < by_t / 400 < 0.98
    assert 0.89 < by_draws / 400 < 0.98


def test_the_jackknife_s_acceleration_is_that_of_leaving_each_value_out() -> None:
    from loomwork.evals.statistics.intervals import _acceleration

    values = [0.1, 0.4, 0.4, 2.0, 7.5]
    without = [(sum(values) - each) / 4 for each in values]
    middle = sum(without) / 5
    by_hand = sum((middle - each) ** 3 for each in without) / (6 * sum((middle - each) ** 2 for each in without) ** 1.5)
    assert _acceleration(values, sum(values) / 5) == pytest.approx(by_hand)


def test_more_pairs_make_the_interval_narrower() -> None:
    widths = []
    for times in (1, 4, 16):
        found = paired_shares(Paired(10 * times, 2 * times, 5 * times, 3 * times))
        widths.append((found.high or 0) - (found.low or 0))
    assert all(wide > narrow for wide, narrow in itertools.pairwise(widths))

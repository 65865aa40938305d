"""Intervals of means: which method is asked, what groups change, what is refused."""

import math

import numpy as np
import pytest
from scipy import stats

from loomwork.evals.statistics import Interval, exact, interval, mean, share, wilson
from loomwork.evals.statistics.means import hall
from loomwork.kernel.errors import NotFinite, OutOfRange, TooFewValues, UnequalLengths

SCORES = [0.9, 1.0, 0.4, 0.8, 1.0, 0.7, 0.95, 0.2]


def ends(found: Interval) -> tuple[float, float]:
    assert found.low is not None
    assert found.high is not None
    return found.low, found.high


def test_the_method_follows_from_what_the_values_are() -> None:
    assert interval([True, False, True]).method == "share"
    assert interval([1.0, 0.0, 1.0]).method == "share"
    assert interval(SCORES, low=0, high=1).method == "scores"
    assert interval(SCORES).method == "skewed"
    assert interval(SCORES, low=0).method == "skewed"
    assert interval([1, 0, 1, 1], groups="aabb").method == "wilson_clustered"
    assert interval(SCORES, groups="aabbccdd", low=0, high=1).method == "scores_clustered"
    assert interval(SCORES, groups="aabbccdd").method == "skewed_clustered"


def test_rows_that_are_each_a_group_of_their_own_are_not_grouped() -> None:
    assert interval(SCORES, groups=range(8)) == interval(SCORES)


def test_student_s_interval_is_scipy_s() -> None:
    found = interval(SCORES, kind="t")
    wanted = stats.t.interval(0.95, 7, loc=np.mean(SCORES), scale=stats.sem(SCORES))
    assert ends(found) == pytest.approx(wanted)
    assert found == pytest.approx(mean(SCORES)) or ends(mean(SCORES)) == pytest.approx(wanted)
    assert ends(interval(SCORES, kind="t", level=0.8)) == pytest.approx(
        stats.t.interval(0.8, 7, loc=np.mean(SCORES), scale=stats.sem(SCORES))
    )


@pytest.mark.parametrize(("true", "count"), [(0, 9), (1, 20), (3, 10), (19, 20), (50, 50), (400, 2000)])
def test_shares_have_scipy_s_intervals(true: int, count: int) -> None:
    reference = stats.binomtest(true, count)
    assert ends(exact(true, count)) == pytest.approx(tuple(reference.proportion_ci(method="exact")), abs=1e-9)
    assert ends(wilson(true, count)) == pytest.approx(tuple(reference.proportion_ci(method="wilson")), abs=1e-9)
    one_sided = reference.proportion_ci(0.9, method="exact")
    both = ends(share(true, count))
    assert both[0] == pytest.approx(min(wilson(true, count).low or 0, one_sided.low), abs=1e-9)
    assert both[1] == pytest.approx(max(wilson(true, count).high or 0, one_sided.high), abs=1e-9)
    assert interval([1] * true + [0] * (count - true)) == share(true, count)


def test_the_skewed_interval_reaches_further_where_the_tail_is() -> None:
    costs = [1.0, 1.1, 1.2, 1.3, 1.4, 1.6, 2.0, 9.0]
    low, high = ends(interval(costs))
    low_t, high_t = ends(interval(costs, kind="t"))
    assert low == pytest.approx(low_t)
    assert high > high_t + 1
    turned = ends(interval([-each for each in costs]))
    assert turned == pytest.approx((-high, -low))


def test_hall_s_transformation_is_inverted() -> None:
    for skewness in (-1.5, 0.4, 2.0):
        for quantile in (-2.2, 1.3, 2.5):
            n = 15
            u = hall(quantile, skewness, n) / math.sqrt(n)
            cubic = u + skewness * u**2 / 3 + skewness**2 * u**3 / 27 + skewness / (6 * n)
            assert math.sqrt(n) * cubic == pytest.approx(quantile)


def test_scores_of_0_and_1_have_wilson_s_interval_but_for_the_quantile() -> None:
    values = [1.0] * 300 + [0.0] * 700
    error = math.sqrt(0.3 * 0.7 / 1000)
    assert ends(interval(values, low=0, high=1, kind="scores")) == pytest.approx(
        ends(wilson(300, 1000)), abs=0.01 * error
    )


def test_scores_keep_within_their_range_and_move_with_it() -> None:
    low, high = ends(interval(SCORES, low=0, high=1))
    assert 0 < low < np.mean(SCORES) < high < 1
    stars = ends(interval([1 + 4 * each for each in SCORES], low=1, high=5))
    assert stars == pytest.approx((1 + 4 * low, 1 + 4 * high))
    turned = ends(interval([1 - each for each in SCORES], low=0, high=1))
    assert turned == pytest.approx((1 - high, 1 - low))


def test_scores_that_are_all_perfect_do_not_promise_perfection() -> None:
    low, high = ends(interval([1.0] * 10, low=0, high=1, kind="scores"))
    assert high == 1.0
    assert 0.6 < low < 0.8
    same_stars = interval([4.0] * 10, low=1, high=5)
    assert same_stars.low is not None
    assert same_stars.low < 3.9


def test_rows_of_a_group_do_not_count_as_independent() -> None:
    values, groups = SCORES * 4, list(range(8)) * 4
    low, high = ends(interval(values, groups, kind="t"))
    assert (low, high) == pytest.approx(ends(interval(SCORES, kind="t")))
    narrow = ends(interval(values, kind="t"))
    assert high - low > 2 * (narrow[1] - narrow[0])


def test_the_error_of_grouped_rows_is_that_of_statsmodels() -> None:
    import statsmodels.api as sm

    from loomwork.evals.statistics.means import spread

    chance = np.random.default_rng(4)
    groups = np.repeat(np.arange(12), chance.integers(1, 9, 12))
    values = chance.normal(size=len(groups)) + chance.normal(size=12)[groups]
    fitted = sm.OLS(values, np.ones(len(values))).fit(
        cov_type="cluster", cov_kwds={"groups": groups, "use_correction": False}
    )
    found = spread(values, groups)
    assert found.error == pytest.approx(float(fitted.bse[0]) * math.sqrt(12 / 11))
    assert found.units == 12
    assert 1 < found.freedom < 11


def test_groups_of_one_size_have_one_degree_of_freedom_less_than_there_are() -> None:
    from loomwork.evals.statistics.means import spread

    chance = np.random.default_rng(1)
    found = spread(chance.normal(size=60), np.repeat(np.arange(20), 3))
    assert found.freedom == pytest.approx(19)


def test_each_group_may_count_once() -> None:
    values, groups = [1.0, 1.0, 1.0, 0.4, 0.2, 0.3], list("aaabcc")
    rows, alike = interval(values, groups), interval(values, groups, weigh="groups")
    assert rows.value == pytest.approx(np.mean(values))
    assert alike.value == pytest.approx((1 + 0.4 + 0.25) / 3)


def test_one_row_or_one_group_has_a_mean_and_no_interval() -> None:
    assert interval([0.5]) == (0.5, None, None, "")
    assert interval([0.5, 0.7], groups="aa").low is None
    assert interval([True]).method == "share"


def test_what_is_not_a_list_of_finite_numbers_is_refused() -> None:
    with pytest.raises(TooFewValues, match="values has 0"):
        interval([])
    with pytest.raises(NotFinite, match="position 1"):
        interval([1.0, math.nan])
    with pytest.raises(NotFinite):
        interval([1.0, math.inf])
    with pytest.raises(NotFinite):
        interval([1.0, None])  # pyright: ignore[reportArgumentType]  # what a caller may do all the same
    with pytest.raises(ValueError, match="groups has 1"):
        interval([1.0, 2.0], groups="a")
    with pytest.raises(UnequalLengths):
        interval([1.0, 2.0], groups="abc")
    with pytest.raises(OutOfRange, match="2 at position 1"):
        interval([1.0, 2.0], low=0, high=1)
    with pytest.raises(OutOfRange, match="level"):
        interval([1.0, 2.0], level=95)
    with pytest.raises(OutOfRange, match="kind"):
        interval([1.0, 2.0], kind="bayes")  # pyright: ignore[reportArgumentType]  # what a caller may do all the same
    with pytest.raises(OutOfRange, match="low and high"):
        interval([1.0, 2.0], kind="scores")
    with pytest.raises(OutOfRange, match="not all 0 or 1"):
        interval([1.0, 2.0], kind="share")

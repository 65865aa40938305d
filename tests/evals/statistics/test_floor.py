"""The bad end of a list: a quantile's interval, the worst row."""

import numpy as np
import pytest
from scipy import stats

from loomwork.evals.statistics import floor, quantile
from loomwork.kernel.errors import NotFinite, OutOfRange


def test_the_bad_end_is_the_low_one_unless_lower_is_better() -> None:
    values = [float(each) for each in range(1, 102)]
    found = floor(values)
    assert (found.p5.value, found.worst, found.position) == (6.0, 1.0, 0)
    turned = floor(values, better="lower")
    assert (turned.p5.value, turned.worst, turned.position) == (96.0, 101.0, 100)


def test_a_quantile_lies_between_two_ordered_values_as_in_scipy() -> None:
    values = np.random.default_rng(1).normal(size=200)
    for share in (0.05, 0.5, 0.9):
        reference = stats.quantile_test(values, p=share).confidence_interval(0.95)
        found = quantile(values, share)
        assert found.value == pytest.approx(np.quantile(values, share))
        assert (found.low, found.high) == pytest.approx((reference.low, reference.high))


def test_few_rows_do_not_bound_a_fifth_percentile_from_below() -> None:
    values = list(range(71))
    assert quantile(values, 0.05).low is None
    assert quantile([*values, 71], 0.05).low == 0.0
    assert quantile([1.0], 0.05) == (1.0, None, None, "order")


@pytest.mark.parametrize("rows", [80, 300])
def test_a_fifth_percentile_is_covered_at_least_as_often_as_said(rows: int) -> None:
    chance = np.random.default_rng(rows)
    true = float(stats.expon.ppf(0.05))
    held = 0
    for values in chance.exponential(1, (600, rows)):
        found = quantile(values, 0.05)
        held += found.low is not None and found.high is not None and found.low <= true <= found.high
    assert held / 600 > 0.93


def test_what_has_no_quantile_is_refused() -> None:
    with pytest.raises(OutOfRange):
        quantile([1.0, 2.0], 1.0)
    with pytest.raises(NotFinite):
        floor([1.0, float("nan")])

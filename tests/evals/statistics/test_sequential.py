"""Looking at every row: false alarms stay rare, differences are found, and the intervals hold."""

import numpy as np
import pytest

from loomwork.evals.statistics import Sequential, SequentialShare
from loomwork.kernel.errors import NotFinite, OutOfRange


def test_a_difference_is_decided_and_stays_decided() -> None:
    chance = np.random.default_rng(1)
    watched = Sequential(-1, 1)
    rows = 0
    while not watched.look().decided and rows < 500:
        rows = watched.update(np.clip(chance.normal(0.15, 0.2, 1), -1, 1)).rows
    assert watched.look().decided == "above"
    assert rows < 120
    assert (watched.look().interval.low or 0) >= 0
    assert watched.update([-1.0] * 300).decided == "above"
    turned = Sequential(-1, 1)
    assert turned.update(np.clip(chance.normal(-0.15, 0.2, 200), -1, 1)).decided == "below"


def test_one_by_one_and_all_at_once_are_the_same() -> None:
    values = np.random.default_rng(2).random(60)
    one, other = Sequential(0, 1, reference=0.5), Sequential(0, 1, reference=0.5)
    for value in values:
        one.update([float(value)])
    assert one.look() == other.update(values)
    share, shares = SequentialShare(), SequentialShare()
    for value in values < 0.4:
        share.update([bool(value)])
    assert share.look().decided == shares.update(values < 0.4).decided


def test_intervals_never_grow_and_the_mean_is_the_values_own() -> None:
    values = np.random.default_rng(3).beta(4, 2, 200)
    watched = Sequential(0, 1, reference=0.5)
    last = watched.look().interval
    assert (last.low, last.high) == (0.0, 1.0)
    for at, value in enumerate(values, start=1):
        found = watched.update([float(value)]).interval
        assert found.value == pytest.approx(values[:at].mean())
        assert (found.low or 0) >= (last.low or 0)
        assert (found.high or 0) <= (last.high or 0)
        last = found
    assert (last.high or 0) - (last.low or 0) < 0.2


def test_the_truth_is_inside_every_interval_of_almost_every_experiment() -> None:
    lost = 0
    for seed in range(150):
        values = np.random.default_rng(seed).beta(0.6, 0.3, 150)
        found = Sequential(0, 1).update(values).interval  # what is left by all looks
        lost += not (found.low or 0) <= 2 / 3 <= (found.high or 0)
    assert lost <= 12


def test_values_move_with_their_bounds() -> None:
    values = np.random.default_rng(5).random(100)
    one = Sequential(0, 1).update(values).interval
    other = Sequential(10, 30, reference=20).update(10 + 20 * values).interval
    assert (other.low, other.high) == pytest.approx((10 + 20 * (one.low or 0), 10 + 20 * (one.high or 0)))


def test_a_share_s_evidence_is_the_mixture_of_likelihoods() -> None:
    watched = SequentialShare(reference=0.5)
    watched.update([True] * 7 + [False] * 3)
    by_hand = np.mean([p**7 * (1 - p) ** 3 for p in (np.arange(20_000) + 0.5) / 20_000]) / 0.5**10
    assert watched.evidence() == pytest.approx(by_hand, rel=1e-6)
    low, high = watched.look().interval.low or 0, watched.look().interval.high or 1
    for end in (low, high):  # where the evidence against a share is just 20 to 1
        other = SequentialShare(reference=end)
        other.update([True] * 7 + [False] * 3)
        assert other.evidence() == pytest.approx(20, rel=1e-6)
    assert low < 0.5
    assert high > 0.7


def test_a_share_is_decided_at_the_row_where_the_evidence_is_enough() -> None:
    watched = SequentialShare(reference=0.5)
    assert watched.update([True] * 7).decided == ""
    assert watched.evidence() < 20
    assert watched.update([True]).decided == "above"
    assert watched.evidence() >= 20
    assert SequentialShare(reference=0.5).update([False] * 8).decided == "below"


def test_false_alarms_of_shares_stay_rare_when_every_row_is_looked_at() -> None:
    chance = np.random.default_rng(9)
    told = sum(bool(SequentialShare().update(chance.random(400) < 0.5).decided) for _ in range(300))
    assert told / 300 <= 0.08


def test_values_outside_their_bounds_are_refused() -> None:
    with pytest.raises(OutOfRange, match="position 1"):
        Sequential(0, 1).update([0.5, 1.5])
    with pytest.raises(NotFinite):
        Sequential(0, 1).update([float("nan")])
    with pytest.raises(OutOfRange):
        Sequential(1, 0)
    with pytest.raises(OutOfRange, match="reference"):
        Sequential(0, 1, reference=2)
    with pytest.raises(OutOfRange):
        SequentialShare().update([0.5])
    assert Sequential(0, 1).update([]).rows == 0

"""A judge beside people, and the threshold of its score."""

import numpy as np
import pytest

from loomwork.evals.statistics import calibrate, cohen_kappa, judged, wilson
from loomwork.evals.statistics.judging import AIMS, best_threshold
from loomwork.kernel.errors import OutOfRange, TooFewValues


def test_a_table_has_people_s_labels_as_rows() -> None:
    human, judge = ["good", "good", "bad", "bad", "bad"], ["good", "bad", "bad", "good", "bad"]
    found = judged(human, judge)
    assert found.labels == ["bad", "good"]
    assert found.table == [[2, 1], [1, 1]]
    assert found.agreement == wilson(3, 5)
    assert found.kappa == cohen_kappa(human, judge)


def test_a_judge_that_always_says_the_same_has_no_kappa_to_be_told_from_chance() -> None:
    assert judged([True] * 4, [True] * 4).kappa is None


@pytest.mark.parametrize("aim", list(AIMS))
def test_the_threshold_is_the_best_of_all(aim: str) -> None:
    chance = np.random.default_rng(1)
    truth = chance.random(80) < 0.3
    scores = np.round(np.where(truth, chance.normal(0.6, 0.2, 80), chance.normal(0.4, 0.2, 80)), 2)
    found, reached = best_threshold(scores, truth, aim)  # pyright: ignore[reportArgumentType]  # a parametrised word

    def value(threshold: float) -> float:
        said = scores >= threshold
        counts = [said & truth, said & ~truth, ~said & truth, ~said & ~truth]
        return float(AIMS[aim](np.array([[each.sum() for each in counts]], dtype=float))[0])

    assert value(found) == pytest.approx(reached)
    assert max(value(each) for each in np.linspace(-0.5, 1.5, 801)) == pytest.approx(reached)
    if aim == "kappa":
        assert reached == pytest.approx(cohen_kappa(truth.tolist(), (scores >= found).tolist()).value)


def test_of_thresholds_that_do_as_well_the_one_with_the_most_room_is_taken() -> None:
    assert best_threshold([0.0, 0.7, 0.8, 0.9], [0, 1, 0, 1], "agreement") == pytest.approx((0.35, 0.75))
    assert best_threshold([0.0, 0.1, 0.2, 0.9], [0, 1, 0, 1], "agreement") == pytest.approx((0.55, 0.75))


def test_what_is_told_is_the_part_that_nothing_was_chosen_on() -> None:
    chance = np.random.default_rng(2)
    flattered = []
    for seed in range(40):
        truth, scores = np.arange(40) % 2, chance.random(40)
        found = calibrate(scores, truth, seed=seed)
        assert found.chosen_on == found.held_out.rows == 20
        flattered.append((found.reached, found.held_out_aim))
    reached, told = np.mean(flattered, axis=0)
    assert reached > 0.15
    assert abs(told) < 0.08


def test_a_good_judge_keeps_its_threshold_on_the_other_part() -> None:
    chance = np.random.default_rng(3)
    truth = chance.random(400) < 0.4
    found = calibrate(truth * 0.5 + chance.random(400) * 0.4, truth, aim="youden")
    assert found.held_out_aim > 0.95
    assert 0.3 < found.threshold < 0.55
    assert calibrate(truth * 0.5, truth, seed=1) == calibrate(truth * 0.5, truth, seed=1)


def test_too_few_of_either_side_are_refused() -> None:
    with pytest.raises(TooFewValues, match="true rows"):
        calibrate([0.1, 0.2, 0.9], [0, 0, 1])
    with pytest.raises(OutOfRange):
        calibrate([0.1, 0.2], [0, 3])
    with pytest.raises(OutOfRange, match="different scores"):
        calibrate([0.5] * 8, [0, 1] * 4)
    with pytest.raises(OutOfRange, match="aim"):
        calibrate([0.1, 0.2, 0.3, 0.4], [0, 0, 1, 1], aim="f1")  # pyright: ignore[reportArgumentType]  # what a caller may do all the same

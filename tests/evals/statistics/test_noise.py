"""Rows, system and judge as sources of noise are told apart, and what repeating would bring."""

import numpy as np
import pytest

from loomwork.evals.statistics import advice, noise
from loomwork.kernel.errors import OutOfRange, TooFewValues

Judgements = tuple[list[float], list[int], list[int]]


def drawn(chance: np.random.Generator, rows: int, spreads: tuple[float, float, float], *, balanced: bool) -> Judgements:
    values, row, trial = [], [], []
    for at in range(rows):
        hard = chance.normal(0, spreads[0])
        for answer in range(3 if balanced else int(chance.integers(1, 5))):
            made = hard + chance.normal(0, spreads[1])
            for _ in range(2 if balanced else int(chance.integers(1, 4))):
                values.append(made + chance.normal(0, spreads[2]))
                row.append(at)
                trial.append(answer)
    return values, row, trial


@pytest.mark.parametrize("balanced", [True, False])
def test_the_three_variances_are_estimated_without_bias(balanced: bool) -> None:
    chance = np.random.default_rng(7)
    found = [noise(*drawn(chance, 60, (1.0, 0.6, 0.4), balanced=balanced)) for _ in range(60)]
    assert np.mean([each.row_variance for each in found]) == pytest.approx(1.0, abs=0.09)
    assert np.mean([each.trial_variance or 0 for each in found]) == pytest.approx(0.36, abs=0.04)
    assert np.mean([each.judge_variance or 0 for each in found]) == pytest.approx(0.16, abs=0.015)


def test_the_error_of_the_mean_is_what_repeating_the_study_shows() -> None:
    chance = np.random.default_rng(8)
    studies = [drawn(chance, 30, (1.0, 0.8, 0.7), balanced=True) for _ in range(300)]
    spread = np.std([np.mean(values) for values, _, _ in studies])
    errors = [noise(*study).error for study in studies]
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(spread, rel=0.1)


def test_one_value_a_row_has_the_usual_error() -> None:
    values = [0.2, 0.9, 0.4, 0.7, 0.6]
    found = noise(values, range(5))
    assert found.error == pytest.approx(np.std(values, ddof=1) / np.sqrt(5))
    assert (found.trial_variance, found.judge_variance) == (None, None)
    assert found.error_with(judgements=4) == found.error
    assert found.error_with(rows=20) == pytest.approx(found.error / 2)


def test_what_was_not_repeated_is_not_told_apart() -> None:
    chance = np.random.default_rng(1)
    values, row, trial = drawn(chance, 20, (1, 0.5, 0.5), balanced=True)
    found = noise(values, row)
    assert found.judge_variance is None
    assert found.trial_variance is not None
    assert found.trials == 6.0
    judged_once = noise(values[::2], row[::2], trial[::2])
    assert judged_once.judge_variance is None
    assert judged_once.judgements == 1.0


def test_advice_goes_where_the_noise_is() -> None:
    chance = np.random.default_rng(2)
    judge = advice(noise(*drawn(chance, 80, (0.1, 0.1, 1.0), balanced=True)))
    assert judge.largest == "judgements"
    assert judge.judgements > 3
    assert judge.twice_the_judgements < 0.85 * judge.error
    rows = advice(noise(*drawn(chance, 80, (1.0, 0.2, 0.1), balanced=True)))
    assert rows.largest == "rows"
    assert (rows.trials, rows.judgements) == (1, 1)
    assert rows.twice_the_rows == pytest.approx(rows.error / np.sqrt(2))
    assert rows.twice_the_trials > 0.97 * rows.error
    assert sum(rows.shares.values()) == pytest.approx(1)


def test_the_best_split_is_the_cheapest_of_all_splits() -> None:
    chance = np.random.default_rng(3)
    found = noise(*drawn(chance, 200, (0.5, 0.7, 0.9), balanced=True))
    told = advice(found, row_cost=10, trial_cost=2, judgement_cost=0.5)
    costs = {
        (trials, judged): (10 + trials * (2 + 0.5 * judged))
        * found.error_with(rows=1, trials=trials, judgements=judged) ** 2
        for trials in range(1, 12)
        for judged in range(1, 12)
    }
    assert costs[told.trials, told.judgements] <= 1.02 * min(costs.values())


def test_one_row_says_nothing_about_rows() -> None:
    with pytest.raises(TooFewValues):
        noise([1.0, 2.0], ["a", "a"])
    with pytest.raises(ValueError, match="trials"):
        noise([1.0, 2.0], ["a", "b"], [1])
    with pytest.raises(OutOfRange):
        noise([1.0, 2.0], ["a", "b"]).error_with(rows=0)

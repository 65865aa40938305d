"""pass@k and pass^k, by counting out every choice of trials, and on recorded trials of a real agent."""

import csv
import itertools
from pathlib import Path

import numpy as np
import pytest

from loomwork.evals.statistics import interval, pass_all, pass_at, tallied
from loomwork.kernel.errors import OutOfRange, TooFewValues, UnequalLengths

TRIALS = Path(__file__).with_name("taubench.csv")


def recorded() -> tuple[list[str], list[bool]]:
    lines = [line for line in TRIALS.read_text("utf-8").splitlines() if not line.startswith("#")]
    rows = list(csv.DictReader(lines))
    return [row["task"] for row in rows], [float(row["reward"]) == 1 for row in rows]


@pytest.mark.parametrize(("k", "published"), [(1, 0.420), (2, 0.273), (3, 0.220), (4, 0.200)])
def test_pass_all_of_the_recorded_airline_agent_is_the_published_one(k: int, published: float) -> None:
    """50 tasks with 4 trials each, gpt-4o with tool calls: the table of tau-bench's README."""
    successes, trials = tallied(*recorded())
    assert (len(trials), set(trials)) == (50, {4})
    assert round(pass_all(k, successes, trials).value, 3) == published


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_both_are_what_every_choice_of_k_trials_shows(k: int) -> None:
    outcomes = [[1, 0, 0, 1, 1, 0], [1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0], [1, 0, 1, 1, 1]]
    successes, trials = [sum(each) for each in outcomes], [len(each) for each in outcomes]
    chosen = [list(itertools.combinations(each, k)) for each in outcomes]
    at_least_one = np.mean([np.mean([any(some) for some in each]) for each in chosen])
    every = np.mean([np.mean([all(some) for some in each]) for each in chosen])
    assert pass_at(k, successes, trials).value == pytest.approx(at_least_one)
    assert pass_all(k, successes, trials).value == pytest.approx(every)


def test_the_interval_is_that_of_the_tasks() -> None:
    successes, trials = tallied(*recorded())
    assert pass_all(1, successes, trials) == interval([each / 4 for each in successes], low=0, high=1)
    assert pass_all(4, successes, trials).method == "share"


def test_one_try_is_the_share_of_successes_either_way() -> None:
    assert pass_at(1, [1, 2], [4, 4]).value == pass_all(1, [1, 2], [4, 4]).value == 0.375


def test_fewer_trials_than_tries_are_refused() -> None:
    with pytest.raises(TooFewValues, match="trials of a task"):
        pass_all(5, [1], [4])
    with pytest.raises(OutOfRange):
        pass_at(1, [5], [4])
    with pytest.raises(OutOfRange):
        pass_at(0, [1], [4])
    with pytest.raises(UnequalLengths):
        pass_at(1, [1, 2], [4])
    with pytest.raises(TooFewValues):
        pass_at(1, [], [])
    with pytest.raises(OutOfRange):
        tallied(["a"], [0.5])

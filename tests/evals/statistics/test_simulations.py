"""A fixed sample of what `python -m bench.statistics` measures in full: coverage, false alarms, power."""

import doctest
import importlib
import pkgutil

import pytest

from bench.statistics import alarms, coverage, seeing, shares
from loomwork.evals import statistics


@pytest.mark.parametrize(
    ("values", "rows"),
    [
        ("normal", 10),
        ("exponential", 10),
        ("exponential", 100),
        ("lognormal, sigma 0.5", 20),
        ("lognormal, sigma 1", 100),
        ("scores, uniform", 10),
        ("scores, Beta(8, 1)", 50),
        ("stars, 1 to 5, mostly 5", 20),
        ("scores, 20 % low", 50),
        ("lognormal, sigma 1", 2000),
    ],
)
def test_intervals_of_means_cover_as_often_as_they_say(values: str, rows: int) -> None:
    found = coverage.alone(values, rows, experiments=1_000, seed=7)
    assert 0.92 < found.covered < 0.98


@pytest.mark.parametrize("weigh", ["rows", "groups"])
@pytest.mark.parametrize("values", ["normal", "exponential", "truth values, 75 % true", "scores, mostly high"])
def test_intervals_of_grouped_rows_cover_where_others_do_not(values: str, weigh: statistics.Weigh) -> None:
    found = coverage.grouped(values, 100, 0.3, "unequal", experiments=800, seed=7, weigh=weigh)
    assert 0.915 < found.covered < 0.985
    assert found.plain < 0.8


@pytest.mark.parametrize("rows", [10, 50, 500])
def test_shares_are_covered_on_average_and_nowhere_badly(rows: int) -> None:
    average, least, _, width = shares.measured("`share` (the default)", rows, grid=400)
    assert 0.945 < average < 0.97
    assert least > 0.92
    assert width < shares.measured("Clopper and Pearson", rows, grid=400)[3]


@pytest.mark.parametrize("values", list(alarms.PAIRS))
def test_differences_that_are_none_are_rarely_told(values: str) -> None:
    by_p, by_interval = alarms.at_the_end(values, 50, comparisons=400, seed=3)
    assert by_p < 0.085
    assert by_interval < 0.085


def test_looking_at_every_row_is_safe_with_the_sequential_interval_alone() -> None:
    found = alarms.peeked("scores", comparisons=150, rows=200, seed=3)
    assert found.decided < 0.06
    assert found.naive > 0.2


def test_a_true_difference_stops_early() -> None:
    found = alarms.peeked("scores", comparisons=30, rows=400, seed=3, effect=0.15)
    assert found.decided == 1.0
    assert found.rows < 120


def test_a_true_difference_is_found_at_the_stated_power() -> None:
    _, by_p, by_interval = seeing.mean(0.5, 0.8, skewed=False, experiments=500, seed=1)
    assert by_p == pytest.approx(0.8, abs=0.055)
    assert by_interval == pytest.approx(0.8, abs=0.055)
    _, by_p, _ = seeing.share(0.1, 0.2, 0.9, experiments=500, seed=1)
    assert by_p == pytest.approx(0.9, abs=0.04)


MODULES = sorted(module.name for module in pkgutil.iter_modules(statistics.__path__))


@pytest.mark.parametrize("name", MODULES)
def test_what_docstrings_show_is_so(name: str) -> None:
    assert doctest.testmod(importlib.import_module(f"loomwork.evals.statistics.{name}")).failed == 0


def test_every_name_that_is_exported_exists() -> None:
    assert sorted(statistics.__all__) == sorted(set(statistics.__all__))
    assert [name for name in statistics.__all__ if not hasattr(statistics, name)] == []

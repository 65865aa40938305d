"""How many rows: as statsmodels says for means, as simulation says for shares."""

import numpy as np
import pytest
from statsmodels.stats.power import TTestPower

from loomwork.evals.statistics import (
    compare,
    difference_of_mean,
    difference_of_share,
    pilot,
    power_of_mean,
    power_of_share,
    rows_for_mean,
    rows_for_share,
)
from loomwork.kernel.errors import OutOfRange, TooFewValues


@pytest.mark.parametrize("size", [0.1, 0.35, 1.0])
@pytest.mark.parametrize("power", [0.8, 0.9])
@pytest.mark.parametrize("level", [0.95, 0.99])
def test_rows_for_a_mean_are_those_of_statsmodels(size: float, power: float, level: float) -> None:
    wanted = TTestPower().solve_power(effect_size=size, alpha=1 - level, power=power)
    assert rows_for_mean(size * 0.3, 0.3, power=power, level=level) == int(np.ceil(wanted))
    assert rows_for_mean(-size, 1.0, power=power, level=level) == int(np.ceil(wanted))


@pytest.mark.parametrize(("size", "rows"), [(0.5, 5), (0.5, 34), (0.05, 2000), (2.0, 4)])
def test_the_power_of_a_mean_is_that_of_statsmodels(size: float, rows: int) -> None:
    wanted = TTestPower().power(size, rows, 0.05)
    assert power_of_mean(size, 1.0, rows) == pytest.approx(float(wanted), abs=1e-6)
    assert difference_of_mean(rows, 2.0, power=float(wanted)) == pytest.approx(2 * size, rel=1e-5)


def test_the_power_of_shares_is_what_simulation_shows() -> None:
    chance = np.random.default_rng(1)
    for difference, discordance in ((0.2, 0.3), (0.1, 0.2)):
        rows = rows_for_share(difference, discordance)
        up, down = (discordance + difference) / 2, (discordance - difference) / 2
        found = 0
        for _ in range(500):
            drawn = chance.random(rows)
            a, b = (drawn >= up) & (drawn < up + down), drawn < up
            found += compare(a, b).p <= 0.05
        assert found / 500 == pytest.approx(0.8, abs=0.055)


def test_more_rows_show_smaller_differences() -> None:
    assert rows_for_share(0.05, 0.15) > rows_for_share(0.1, 0.15) > rows_for_share(0.15, 0.15)
    assert rows_for_share(0.1, 0.3) > rows_for_share(0.1, 0.15)
    assert difference_of_mean(1000, 1.0) < difference_of_mean(100, 1.0)


def test_the_smallest_difference_of_shares_is_the_one_whose_rows_are_asked_for() -> None:
    rows = rows_for_share(0.08, 0.2)
    assert difference_of_share(rows, 0.2) == pytest.approx(0.08, abs=0.002)
    assert power_of_share(0.08, 0.2, rows) >= 0.8


def test_pilot_rows_tell_what_is_needed() -> None:
    found = pilot([0.0, 0.0, 0.2, -0.1])
    assert (found.rows, found.discordance) == (4, 0.5)
    assert found.deviation == pytest.approx(np.std([0, 0, 0.2, -0.1], ddof=1))


def test_what_cannot_be_planned_is_refused() -> None:
    with pytest.raises(OutOfRange, match="difference"):
        rows_for_mean(0.0, 1.0)
    with pytest.raises(OutOfRange, match="deviation"):
        rows_for_mean(0.1, 0.0)
    with pytest.raises(OutOfRange, match="too small"):
        rows_for_mean(1e-6, 1.0)
    with pytest.raises(OutOfRange, match="discordance"):
        rows_for_share(0.3, 0.2)
    with pytest.raises(OutOfRange, match="power"):
        rows_for_mean(0.1, 1.0, power=80)
    with pytest.raises(OutOfRange, match="more"):
        difference_of_share(4, 0.2)
    with pytest.raises(TooFewValues):
        power_of_mean(0.1, 1.0, 2)
    with pytest.raises(TooFewValues):
        pilot([0.1])

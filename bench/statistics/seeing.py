"""How often a true difference is found with the rows that were asked for. Knows no table."""

import numpy as np

from loomwork.evals.statistics import compare, rows_for_mean, rows_for_share

EXPERIMENTS = 2_000
DRAWS = 999


def mean(difference: float, power: float, *, skewed: bool, experiments: int, seed: int) -> tuple[int, float, float]:
    """Rows asked for, and how often p and the interval then tell the difference, of standard deviation 1."""
    rows = rows_for_mean(difference, 1.0, power=power)
    chance = np.random.default_rng([seed, rows, skewed])
    by_p = by_interval = 0
    for number in range(experiments):
        noise = chance.exponential(1, rows) - 1 if skewed else chance.normal(0, 1, rows)
        found = compare(np.zeros(rows), noise + difference, draws=DRAWS, seed=number)
        by_p += found.p <= 0.05 and found.delta.value > 0
        by_interval += found.delta.low is not None and found.delta.low > 0
    return rows, by_p / experiments, by_interval / experiments


def share(
    difference: float, discordance: float, power: float, *, experiments: int, seed: int
) -> tuple[int, float, float]:
    """The same for truth values."""
    rows = rows_for_share(difference, discordance, power=power)
    chance = np.random.default_rng([seed, rows])
    by_p = by_interval = 0
    up, down = (discordance + difference) / 2, (discordance - difference) / 2
    for _ in range(experiments):
        drawn, same = chance.random(rows), chance.random(rows) < 0.7
        b = np.where(drawn < up, True, np.where(drawn < up + down, False, same))
        a = np.where(drawn < up, False, np.where(drawn < up + down, True, same))
        found = compare(a, b)
        by_p += found.p <= 0.05 and found.delta.value > 0
        by_interval += found.delta.low is not None and found.delta.low > 0
    return rows, by_p / experiments, by_interval / experiments


def tables(seed: int, experiments: int = EXPERIMENTS) -> list[str]:
    """Return the section's lines."""
    lines = [
        f"**Power**: % of {experiments:,} experiments with a true difference in which it was found, with as many pairs"
        " as were asked for.",
        "",
        "| difference | stated | pairs | found by p | by the interval |",
        "|---|---|---|---|---|",
    ]
    for power in (0.8, 0.9):
        for difference in (0.8, 0.5, 0.2):
            for skewed in (False, True):
                rows, p, held = mean(difference, power, skewed=skewed, experiments=experiments, seed=seed)
                name = f"mean, {difference:g} sd, {'exponential' if skewed else 'normal'}"
                lines.append(f"| {name} | {100 * power:.0f} | {rows} | {100 * p:.1f} | {100 * held:.1f} |")
        for difference, discordance in ((0.2, 0.3), (0.1, 0.2), (0.05, 0.15)):
            rows, p, held = share(difference, discordance, power, experiments=experiments, seed=seed)
            name = f"shares, {difference:g}, {discordance:g} of rows differ"
            lines.append(f"| {name} | {100 * power:.0f} | {rows} | {100 * p:.1f} | {100 * held:.1f} |")
    return lines

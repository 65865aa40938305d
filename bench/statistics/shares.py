"""Intervals of shares, exactly: every outcome with its probability, over all shares. Knows no chance."""

import numpy as np
from numpy.typing import NDArray

from loomwork.evals.statistics import exact, share, wilson
from loomwork.evals.statistics.distributions import log_factorials

SIZES = (10, 20, 50, 100, 500, 2000)
METHODS = {"`share` (the default)": share, "Wilson": wilson, "Clopper and Pearson": exact}
GRID = 1_000


def chances(count: int, shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each number of successes, shape (shares, count + 1)."""
    k, logs = np.arange(count + 1), log_factorials(count)
    ways = logs[count] - logs[k] - logs[count - k]
    return np.exp(ways + np.log(shares)[:, None] * k + np.log1p(-shares)[:, None] * (count - k))


def measured(method: str, count: int, grid: int = GRID) -> tuple[float, float, float, float]:
    """Average coverage over all shares, the least and where, and the average width."""
    found = [METHODS[method](true, count) for true in range(count + 1)]
    low = np.asarray([each.low for each in found])
    high = np.asarray([each.high for each in found])
    even = (np.arange(grid) + 0.5) / grid
    ends = np.concatenate([low + 1e-9, low - 1e-9, high + 1e-9, high - 1e-9])  # where coverage jumps
    places = np.unique(np.concatenate([even, ends[(ends > 1e-7) & (ends < 1 - 1e-7)]]))
    if len(places) > 4 * grid:  # the jumps in the middle are small; those at 0 and 1 are all looked at
        places = np.concatenate([places[:grid], places[grid:-grid:4], places[-grid:]])
    least, where, total, width = 1.0, 0.0, 0.0, 0.0
    for some, averaged in ((even, True), (places, False)):
        for part in np.array_split(some, max(1, len(some) * (count + 1) // 2_000_000)):
            made = chances(count, part)
            inside = (low <= part[:, None]) & (part[:, None] <= high)
            covered = np.sum(made * inside, axis=1)
            if averaged:
                total += float(covered.sum())
                width += float((made @ (high - low)).sum())
            elif covered.min() < least:
                least, where = float(covered.min()), float(part[covered.argmin()])
    return total / grid, least, where, width / grid


def tables() -> list[str]:
    """Return the section's lines."""
    lines = [
        "**Shares**, computed exactly (no simulation): coverage of 95 % intervals averaged over all true shares, the"
        " least coverage at any share (and where: looked for on both sides of every end of an interval), the mean"
        " width.",
        "",
        "| n | " + " | ".join(METHODS) + " |",
        "|---" * (len(METHODS) + 1) + "|",
    ]
    for count in SIZES:
        cells = []
        for method in METHODS:
            average, least, where, width = measured(method, count)
            cells.append(f"{100 * average:.1f}, least {100 * least:.1f} (at {where:.3g}), width {width:.4f}")
        lines.append(f"| {count:,} | " + " | ".join(cells) + " |")
    return lines

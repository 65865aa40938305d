"""How sure one can be of figures: intervals so far. Pure: numbers in, numbers out. Knows nothing of runs.

In the making, in this package: comparison of pairs, corrections, slices, noise of judges, sequential stopping, power,
agreement, ranking, pass@k.
"""

from loomwork.evals.statistics.intervals import (
    LEAST_DRAWN,
    LEVEL,
    Interval,
    Paired,
    bootstrap,
    mean,
    paired_bootstrap,
    paired_means,
    paired_shares,
    student,
    wilson,
)

__all__ = [
    "LEAST_DRAWN",
    "LEVEL",
    "Interval",
    "Paired",
    "bootstrap",
    "mean",
    "paired_bootstrap",
    "paired_means",
    "paired_shares",
    "student",
    "wilson",
]

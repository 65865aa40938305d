"""How sure one can be of figures. Pure: numbers in, numbers out, a seed where there is chance. Knows nothing of runs.

- a mean or a share with its interval, rows grouped or not: `interval` (and `wilson`, `exact`, `mean`, `bootstrap`)
- two runs over the same rows: `compare` (and `sign_flip`, `mcnemar`, `wilcoxon`, `paired_shares`, `hedges`, `cliff`)
- several metrics at once: `adjusted`

In the making: slices, noise of judges, sequential stopping, power, agreement, ranking, pass@k.
"""

from loomwork.evals.statistics.corrections import Correction, adjusted
from loomwork.evals.statistics.distributions import student
from loomwork.evals.statistics.intervals import (
    LEAST_DRAWN,
    LEVEL,
    Interval,
    Paired,
    bootstrap,
    exact,
    mean,
    paired_bootstrap,
    paired_means,
    paired_shares,
    wilson,
)
from loomwork.evals.statistics.means import Kind, Weigh, interval
from loomwork.evals.statistics.paired_tests import Test, mcnemar, sign_flip, wilcoxon
from loomwork.evals.statistics.pairs import Better, Compared, cliff, compare, hedges, rank_biserial

__all__ = [
    "LEAST_DRAWN",
    "LEVEL",
    "Better",
    "Compared",
    "Correction",
    "Interval",
    "Kind",
    "Paired",
    "Test",
    "Weigh",
    "adjusted",
    "bootstrap",
    "cliff",
    "compare",
    "exact",
    "hedges",
    "interval",
    "mcnemar",
    "mean",
    "paired_bootstrap",
    "paired_means",
    "paired_shares",
    "rank_biserial",
    "sign_flip",
    "student",
    "wilcoxon",
    "wilson",
]

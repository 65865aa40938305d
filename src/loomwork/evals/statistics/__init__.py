"""How sure one can be of figures. Pure: numbers in, numbers out, a seed where there is chance. Knows nothing of runs.

- a mean or a share with its interval, rows grouped or not: `interval` (and `share`, `wilson`, `exact`, `mean`,
  `bootstrap`)
- the bad end: `floor` (fifth percentile, worst row), `quantile`
- two runs over the same rows: `compare` (and `sign_flip`, `mcnemar`, `wilcoxon`, `paired_shares`, `hedges`,
  `rank_biserial`, `cliff`); several metrics at once: `adjusted`
- kinds of rows: `slices`
- rows, system and judge as sources of noise: `noise`, `advice`
- looking while rows come in: `Sequential`, `SequentialShare`
- how many rows: `rows_for_mean`, `rows_for_share`, `power_of_mean`, `power_of_share`, `difference_of_mean`,
  `difference_of_share`, `pilot`
- raters: `cohen_kappa`, `scott_pi`, `fleiss_kappa`, `krippendorff_alpha`, `judged`, `calibrate`; pairs that were
  judged: `rank` (Bradley and Terry, with ties)
- several tries: `pass_at` (pass@k), `pass_all` (pass^k), `tallied`

What the numbers do not allow is said by `loomwork.kernel.errors.StatisticsError`, which is a ValueError too.
"""

from loomwork.evals.statistics.agreement import (
    Metric,
    Weights,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
    scott_pi,
)
from loomwork.evals.statistics.corrections import Correction, adjusted
from loomwork.evals.statistics.distributions import student
from loomwork.evals.statistics.floor import Floor, floor, quantile
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
    share,
    wilson,
)
from loomwork.evals.statistics.judging import Aim, Calibrated, Judged, calibrate, judged
from loomwork.evals.statistics.means import Kind, Weigh, interval
from loomwork.evals.statistics.noise import Advice, Noise, Source, advice, noise
from loomwork.evals.statistics.paired_tests import Test, mcnemar, sign_flip, wilcoxon
from loomwork.evals.statistics.pairs import Better, Compared, cliff, compare, hedges, rank_biserial
from loomwork.evals.statistics.passing import pass_all, pass_at, tallied
from loomwork.evals.statistics.power import (
    Pilot,
    difference_of_mean,
    difference_of_share,
    pilot,
    power_of_mean,
    power_of_share,
    rows_for_mean,
    rows_for_share,
)
from loomwork.evals.statistics.ranking import Comparison, Outcome, Ranked, Ranking, rank
from loomwork.evals.statistics.sequential import Looked, Sequential, SequentialShare, Side
from loomwork.evals.statistics.slices import Slice, slices

__all__ = [
    "LEAST_DRAWN",
    "LEVEL",
    "Advice",
    "Aim",
    "Better",
    "Calibrated",
    "Compared",
    "Comparison",
    "Correction",
    "Floor",
    "Interval",
    "Judged",
    "Kind",
    "Looked",
    "Metric",
    "Noise",
    "Outcome",
    "Paired",
    "Pilot",
    "Ranked",
    "Ranking",
    "Sequential",
    "SequentialShare",
    "Side",
    "Slice",
    "Source",
    "Test",
    "Weigh",
    "Weights",
    "adjusted",
    "advice",
    "bootstrap",
    "calibrate",
    "cliff",
    "cohen_kappa",
    "compare",
    "difference_of_mean",
    "difference_of_share",
    "exact",
    "fleiss_kappa",
    "floor",
    "hedges",
    "interval",
    "judged",
    "krippendorff_alpha",
    "mcnemar",
    "mean",
    "noise",
    "paired_bootstrap",
    "paired_means",
    "paired_shares",
    "pass_all",
    "pass_at",
    "pilot",
    "power_of_mean",
    "power_of_share",
    "quantile",
    "rank",
    "rank_biserial",
    "rows_for_mean",
    "rows_for_share",
    "scott_pi",
    "share",
    "sign_flip",
    "slices",
    "student",
    "tallied",
    "wilcoxon",
    "wilson",
]

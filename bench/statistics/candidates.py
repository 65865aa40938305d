"""The intervals of a mean that were tried, all over the same drawn values. The package's own choice is not among them.

Vectorised, for choosing only: what the package does is measured by `coverage`, with other draws.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from bench.statistics.drawing import KINDS
from loomwork.evals.statistics import student
from loomwork.evals.statistics.distributions import normal_below, normal_quantile

Array = NDArray[np.float64]
Ends = tuple[Array, Array]
SIZES = (10, 20, 50, 100)
DRAWS = 600
ALPHA = 0.05


class Drawn:
    """Values of many experiments, shape (experiments, n), with what all candidates need."""

    def __init__(self, values: Array, bounds: tuple[float, float] | None, chance: np.random.Generator) -> None:
        self.n = values.shape[1]
        self.mean = values.mean(axis=1)
        apart = values - self.mean[:, None]
        square = (apart**2).mean(axis=1)
        self.error = np.sqrt(square / (self.n - 1))
        cubes = (apart**3).mean(axis=1)
        self.skewness = np.divide(cubes, square**1.5, out=np.zeros_like(cubes), where=square > 1e-18)
        self.quantile = student(1 - ALPHA / 2, self.n - 1)
        self.bounds = bounds
        self.statistics = np.empty((len(values), DRAWS))
        self.means = np.empty((len(values), DRAWS))
        for row, one in enumerate(values):
            again = one[chance.integers(0, self.n, (DRAWS, self.n))]
            means, deviations = again.mean(axis=1), again.std(axis=1)
            self.means[row] = means
            with np.errstate(all="ignore"):
                found = (means - self.mean[row]) / (deviations / np.sqrt(self.n - 1))
            self.statistics[row] = np.nan_to_num(found, nan=0.0, posinf=1e9, neginf=-1e9)


def by_student(drawn: Drawn) -> Ends:
    half = drawn.quantile * drawn.error
    return drawn.mean - half, drawn.mean + half


def johnson(drawn: Drawn) -> Ends:
    """Johnson, JASA 73 (1978): the mean moved by its skewness."""
    low, high = by_student(drawn)
    moved = drawn.skewness * drawn.error / (6 * np.sqrt(drawn.n))
    return low + moved, high + moved


def hall(drawn: Drawn, corrected: bool = True) -> Ends:
    """Hall (1992): the cubic transformation, inverted."""
    n, root = drawn.n, np.sqrt(drawn.n)
    skewness = drawn.skewness * (np.sqrt(n * (n - 1)) / (n - 2) if corrected else 1)
    skewness = np.where(np.abs(skewness) < 1e-8, 1e-8, skewness)
    ends = []
    for quantile in (drawn.quantile, -drawn.quantile):
        inside = np.cbrt(1 + skewness * (quantile / root - skewness / (6 * n)))
        ends.append(drawn.mean - drawn.error * 3 * root / skewness * (inside - 1))
    return ends[0], ends[1]


def both(drawn: Drawn) -> Ends:
    """Student's and Hall's, the further end of each side: `skewed` in the package."""
    one, other = by_student(drawn), hall(drawn)
    return np.minimum(one[0], other[0]), np.maximum(one[1], other[1])


def bootstrap_t(drawn: Drawn) -> Ends:
    """Efron (1979): Student's statistic, its distribution drawn."""
    low, high = np.quantile(drawn.statistics, [ALPHA / 2, 1 - ALPHA / 2], axis=1, method="inverted_cdf")
    return drawn.mean - high * drawn.error, drawn.mean - low * drawn.error


def symmetric_t(drawn: Drawn) -> Ends:
    """Hall (1988): the same for its absolute value."""
    half = np.quantile(np.abs(drawn.statistics), 1 - ALPHA, axis=1, method="inverted_cdf") * drawn.error
    return drawn.mean - half, drawn.mean + half


def bca(drawn: Drawn) -> Ends:
    """Efron (1987): bias-corrected and accelerated percentiles."""
    ordered = np.sort(drawn.means, axis=1)
    below = (drawn.means < drawn.mean[:, None]).mean(axis=1) + (drawn.means == drawn.mean[:, None]).mean(axis=1) / 2
    bias = np.asarray([normal_quantile(float(each)) for each in np.clip(below, 0.5 / DRAWS, 1 - 0.5 / DRAWS)])
    accelerated = drawn.skewness / (6 * np.sqrt(drawn.n))
    ends = []
    for side in (ALPHA / 2, 1 - ALPHA / 2):
        shifted = bias + normal_quantile(side)
        places = [normal_below(float(each)) for each in bias + shifted / (1 - accelerated * shifted)]
        at = np.clip(np.rint(np.asarray(places) * (DRAWS - 1)), 0, DRAWS - 1).astype(int)
        ends.append(ordered[np.arange(len(at)), at])
    return ends[0], ends[1]


def scores(drawn: Drawn) -> Ends:
    """Wilson's quadratic with the measured variance: `scores` in the package; Student's without bounds."""
    if drawn.bounds is None:
        return both(drawn)
    low, width = drawn.bounds[0], drawn.bounds[1] - drawn.bounds[0]
    share = (drawn.mean - low) / width
    room = share * (1 - share)
    k = np.divide((drawn.quantile * drawn.error / width) ** 2, room, out=np.full_like(room, np.nan), where=room > 1e-12)
    k = np.where((drawn.error > 0) & ~np.isnan(k), k, drawn.quantile**2 / drawn.n)
    middle, half = (share + k / 2) / (1 + k), np.sqrt(k * room + k * k / 4) / (1 + k)
    return low + width * (middle - half), low + width * (middle + half)


CANDIDATES: dict[str, Callable[[Drawn], Ends]] = {
    "Student's t": by_student,
    "Johnson's t": johnson,
    "BCa bootstrap": bca,
    "bootstrap-t": bootstrap_t,
    "bootstrap-t, symmetric": symmetric_t,
    "Hall's transformation": hall,
    "Student's and Hall's (`skewed`)": both,
    "Wilson's with variance (`scores`), else `skewed`": scores,
}


def tables(seed: int, experiments: int) -> list[str]:
    """Return the section's lines."""
    covered: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    widths: dict[str, list[float]] = {name: [] for name in CANDIDATES}
    for kind, drawing in KINDS.items():
        for n in SIZES:
            chance = np.random.default_rng([seed, n, *kind.encode()])
            drawn = Drawn(drawing.draw(chance, (experiments, n)), drawing.bounds, chance)
            usual = 2 * drawn.quantile * drawn.error.mean()
            for name, method in CANDIDATES.items():
                low, high = method(drawn)
                covered[name].append(float(np.mean((low <= drawing.mean) & (drawing.mean <= high))))
                widths[name].append(float(np.median(high - low)) / usual)
    cells = len(next(iter(covered.values())))
    lines = [
        f"**What was tried**, over other draws than the tables above ({experiments:,} experiments a cell,"
        f" {len(KINDS)} distributions, n of {', '.join(map(str, SIZES))}: {cells} cells; bootstraps of {DRAWS} draws):",
        "",
        "| interval | within 93 to 97 % | below | above | least | most | median width over Student's |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, found in covered.items():
        below, above = sum(each < 0.93 for each in found), sum(each > 0.97 for each in found)
        lines.append(
            f"| {name} | {cells - below - above} | {below} | {above} | {100 * min(found):.1f} | {100 * max(found):.1f}"
            f" | {np.median(widths[name]):.2f} |"
        )
    return lines

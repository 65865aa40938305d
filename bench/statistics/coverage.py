"""How often intervals of means hold the true mean, and how wide they are. Knows no table."""

from typing import NamedTuple

import numpy as np

from bench.statistics.drawing import GROUPED, KINDS, SIZES, sizes
from loomwork.evals.statistics import Kind, Weigh, interval

EXPERIMENTS = 2_000
LAYOUTS = 20
"""Divisions into groups of unequal size that a cell is drawn over."""


class Cell(NamedTuple):
    """One cell of a table."""

    covered: float
    """Share of experiments."""
    width: float
    """The mean width, over that of Student's interval (of rows taken as independent, where they are grouped)."""
    plain: float
    """What Student's interval covers."""


def alone(name: str, rows: int, *, experiments: int, seed: int, kind: Kind = "auto", say_range: bool = True) -> Cell:
    """Cover the mean of independent rows."""
    drawn = KINDS[name]
    chance = np.random.default_rng([seed, rows, *name.encode()])
    low, high = drawn.bounds if drawn.bounds is not None and say_range else (None, None)
    held = plain = 0
    width = usual = 0.0
    for values in drawn.draw(chance, (experiments, rows)):
        found = interval(values, kind=kind, low=low, high=high)
        student = interval(values, kind="t")
        held += found.low <= drawn.mean <= found.high
        plain += student.low <= drawn.mean <= student.high
        width += found.high - found.low
        usual += student.high - student.low
    return Cell(held / experiments, width / usual, plain / experiments)


def grouped(
    name: str, rows: int, icc: float, layout: str, *, experiments: int, seed: int, weigh: Weigh = "rows"
) -> Cell:
    """Cover the mean of rows in groups."""
    kind = GROUPED[name]
    chance = np.random.default_rng([seed, rows, int(100 * icc), *name.encode(), *layout.encode()])
    mean = kind.mean(icc)
    low, high = kind.bounds or (None, None)
    held = plain = 0
    width = usual = 0.0
    for _ in range(LAYOUTS):
        counts = sizes(chance, rows, layout)
        labels = np.repeat(np.arange(len(counts)), counts)
        for values in kind.draw(chance, experiments // LAYOUTS, labels, icc):
            found = interval(values, labels, low=low, high=high, weigh=weigh)
            student = interval(values, kind="t")
            held += found.low <= mean <= found.high
            plain += student.low <= mean <= student.high
            width += found.high - found.low
            usual += student.high - student.low
    return Cell(held / experiments, width / usual, plain / experiments)


def tables(seed: int, experiments: int = EXPERIMENTS) -> list[str]:
    """Return the section's lines."""
    rows = [(name, [alone(name, n, experiments=experiments, seed=seed) for n in SIZES]) for name in KINDS]
    unsaid = [
        (name, [alone(name, n, experiments=experiments, seed=seed, say_range=False) for n in SIZES])
        for name, kind in KINDS.items()
        if kind.bounds is not None
    ]
    clustered = [
        (f"{name}; {layout}; {icc:g}; {weigh}", [
            grouped(name, n, icc, layout, experiments=experiments, seed=seed, weigh=weigh) for n in SIZES
        ])
        for name in GROUPED
        for layout, ways in (("equal", ("rows",)), ("unequal", ("rows", "groups")))
        for icc in (0.1, 0.3, 0.5)
        for weigh in ways
    ]  # fmt: skip
    return [
        f"**Means, rows independent**: % of {experiments:,} experiments in which the 95 % interval of"
        " `interval(values)` held the true mean (what Student's held; the mean width over Student's). Scores and stars"
        " with their range said. Bold: outside 93 to 97.",
        "",
        *_table("values", rows),
        "",
        "The same scores, their range not said:",
        "",
        *_table("values", unsaid),
        "",
        "**Means, rows in groups**: the same (what Student's interval held that takes rows for independent; the mean"
        " width over it). Groups of four rows (two at n = 10), or of unequal size: the rounded-up lognormal of mean 1"
        " and sigma 1, so that of 100 rows one group often has 20. Each cell is drawn over"
        f" {LAYOUTS} divisions into groups, at least four. The correlation within groups is .1, .3 or .5; what is"
        " weighed alike: each row, or each group (`weigh=`).",
        "",
        *_table("values; groups; correlation; weighed", clustered),
        "",
        summary([cell for _, cells in rows for cell in cells], "independent, range said"),
        summary([cell for _, cells in unsaid for cell in cells], "independent, range not said"),
        summary([cell for _, cells in clustered for cell in cells], "in groups"),
    ]


def summary(cells: list[Cell], name: str) -> str:
    """Count the cells within 93 to 97 %."""
    inside = sum(0.93 <= cell.covered <= 0.97 for cell in cells)
    least, most = min(cell.covered for cell in cells), max(cell.covered for cell in cells)
    plain = sum(0.93 <= cell.plain <= 0.97 for cell in cells)
    return (
        f"- {name}: {inside} of {len(cells)} cells within 93 to 97 % (Student's: {plain}); the least"
        f" {100 * least:.1f} %, the most {100 * most:.1f} %"
    )


def _table(first: str, rows: list[tuple[str, list[Cell]]]) -> list[str]:
    lines = [f"| {first} | " + " | ".join(f"n = {n}" for n in SIZES) + " |", "|---" * (len(SIZES) + 1) + "|"]
    return lines + [f"| {name} | " + " | ".join(_told(cell) for cell in cells) + " |" for name, cells in rows]


def _told(cell: Cell) -> str:
    covered = f"{100 * cell.covered:.1f}"
    mark = covered if 0.93 <= cell.covered <= 0.97 else f"**{covered}**"
    return f"{mark} ({100 * cell.plain:.1f}; {cell.width:.2f})"

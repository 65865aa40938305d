"""How often a difference is told where there is none: A/A comparisons, at the end and at every row. Knows no table."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loomwork.evals.statistics import Sequential, SequentialShare, adjusted, compare, slices, student

Array = NDArray[np.float64]
Pairs = tuple[Array, Array]
COMPARISONS = 2_000
ROWS = 500
SIZES = (10, 50, 500)
DRAWS = 1_999


def _truths(chance: np.random.Generator, rows: int, effect: float) -> Pairs:
    """Both right as often as the row is easy."""
    easy = chance.beta(2, 1, rows)
    a = chance.random(rows) < easy
    b = chance.random(rows) < easy
    better = chance.random(rows) < effect
    return a.astype(float), (b | better).astype(float)


def _scores(chance: np.random.Generator, rows: int, effect: float) -> Pairs:
    easy = chance.beta(4, 1.5, rows)
    a, b = (np.clip(easy + chance.normal(0, 0.15, rows), 0, 1) for _ in range(2))
    return a, np.clip(b + effect, 0, 1)


def _costs(chance: np.random.Generator, rows: int, effect: float) -> Pairs:
    base = chance.lognormal(0, 1, rows)
    a, b = (base * chance.lognormal(0, 0.5, rows) for _ in range(2))
    return a, b * (1 + effect)


PAIRS: dict[str, Callable[[np.random.Generator, int, float], Pairs]] = {
    "truth values": _truths,
    "scores": _scores,
    "costs, lognormal": _costs,
}


def at_the_end(name: str, rows: int, *, comparisons: int, seed: int, grouped: bool = False) -> tuple[float, float]:
    """Share of A/A comparisons with p below .05, and with an interval that excludes 0."""
    chance = np.random.default_rng([seed, rows, grouped, *name.encode()])
    by_p = by_interval = 0
    for number in range(comparisons):
        if grouped:
            count = max(4, rows // 4)
            labels = np.sort(chance.integers(0, count, rows))
            a, b = PAIRS[name](chance, rows, 0.0)
            own = chance.normal(0, 0.15, count)[labels]
            found = compare(a, b + own, groups=labels, draws=DRAWS, seed=number)
        else:
            found = compare(*PAIRS[name](chance, rows, 0.0), draws=DRAWS, seed=number)
        by_p += found.p <= 0.05
        by_interval += found.delta.excludes_zero
    return by_p / comparisons, by_interval / comparisons


class Peeked(NamedTuple):
    """What looking after every row comes to."""

    decided: float
    """Share of comparisons that `Sequential` decides."""
    naive: float
    """Share that Student's interval calls different at some row after the ninth."""
    rows: float
    """Until `Sequential` decides, on average; all of them where it does not."""
    difference: float
    """The mean of all differences."""


def peeked(name: str, *, comparisons: int, rows: int, seed: int, effect: float = 0.0) -> Peeked:
    """Look after every row, by `Sequential` and by Student's interval."""
    chance = np.random.default_rng([seed, rows, int(1000 * effect), *name.encode()])
    quantiles = np.asarray([student(0.975, n - 1) for n in range(10, rows + 1)])
    counts = np.arange(10, rows + 1)
    decided = naive = until = 0
    difference = 0.0
    for _ in range(comparisons):
        a, b = PAIRS[name](chance, rows, effect)
        apart = b - a
        difference += float(apart.mean()) / comparisons
        stopped = stop(apart)
        decided += stopped <= rows
        until += min(stopped, rows)
        sums, squares = np.cumsum(apart)[9:], np.cumsum(apart**2)[9:]
        variance = np.maximum(squares - sums**2 / counts, 0) / (counts - 1)
        naive += bool(np.any(np.abs(sums) > quantiles * np.sqrt(variance * counts) + 1e-12))
    return Peeked(decided / comparisons, naive / comparisons, until / comparisons, difference)


def stop(differences: Array) -> int:
    """The row at which `Sequential` decides, looking after every one; one more than there are if it does not."""
    watched = Sequential(-1, 1)
    for row, value in enumerate(differences.tolist(), start=1):
        if watched.update([value]).decided:
            return row
    return len(differences) + 1


def shares_peeked(*, comparisons: int, rows: int, seed: int) -> float:
    """The same of wins among rows that differ, by `SequentialShare`."""
    chance = np.random.default_rng([seed, rows])
    decided = 0
    for _ in range(comparisons):
        watched = SequentialShare(reference=0.5)
        decided += bool(watched.update(chance.random(rows) < 0.5).decided)
    return decided / comparisons


def several(*, comparisons: int, metrics: int, seed: int) -> dict[str, float]:
    """Share of comparisons in which any of many metrics is called different."""
    chance = np.random.default_rng(seed)
    ps = chance.random((comparisons, metrics))
    told = {"not corrected": float(np.mean(np.any(ps <= 0.05, axis=1)))}
    for correction in ("holm", "bh", "by"):
        told[correction] = float(np.mean([min(adjusted(row.tolist(), correction)) <= 0.05 for row in ps]))
    return told


def sliced(*, comparisons: int, rows: int, seed: int) -> tuple[float, float]:
    """Share of experiments without any difference in which a slice stands out, and in which one's own 95 % would."""
    chance = np.random.default_rng([seed, rows])
    stands = plain = 0
    for number in range(comparisons):
        values = chance.random(rows) < 0.8 if number % 2 else chance.beta(4, 1, rows)
        labels = [
            {"language": str(one), "length": str(two), "source": str(three)}
            for one, two, three in chance.integers(0, (8, 4, 8), (rows, 3))
        ]
        found = slices(values, labels, low=0, high=1)
        mean = float(np.mean(values))
        stands += any(each.stands_out for each in found)
        plain += any(each.mean.high < mean for each in found)
    return stands / comparisons, plain / comparisons


def tables(seed: int, comparisons: int = COMPARISONS) -> list[str]:
    """Return the section's lines."""
    lines = [
        f"**False alarms**: % of {comparisons:,} A/A comparisons of paired runs that call a difference at 95 %: p"
        " (McNemar's exact test, or flipped signs), and the interval of the difference.",
        "",
        "| values | " + " | ".join(f"n = {n}: p | interval" for n in SIZES) + " |",
        "|---" * (2 * len(SIZES) + 1) + "|",
    ]
    for name in PAIRS:
        for grouped in (False, True) if name == "scores" else (False,):
            cells = [at_the_end(name, n, comparisons=comparisons, seed=seed, grouped=grouped) for n in SIZES]
            label = f"{name}, in groups" if grouped else name
            lines.append(f"| {label} | " + " | ".join(f"{100 * p:.1f} | {100 * i:.1f}" for p, i in cells) + " |")
    lines += [
        "",
        f"**Stopping early**: {comparisons:,} comparisons of at most {ROWS} rows, looked at after every row: % decided,"
        " the mean row at which it stopped, and % that Student's interval would have called different at some row"
        " after the ninth.",
        "",
        "| differences | true difference | decided by `Sequential` | mean rows | by Student's interval |",
        "|---|---|---|---|---|",
    ]
    for name, effect in (("truth values", 0.0), ("scores", 0.0), ("truth values", 0.3), ("scores", 0.1)):
        some = comparisons if not effect else comparisons // 10
        found = peeked(name, comparisons=some, rows=ROWS, seed=seed, effect=effect)
        told = f"{found.difference:.3f} ({some} comparisons)" if effect else "none"
        cells = f"{100 * found.decided:.1f} | {found.rows:.0f} | {100 * found.naive:.1f}"
        lines.append(f"| {name} | {told} | {cells} |")
    wins = shares_peeked(comparisons=comparisons, rows=ROWS, seed=seed)
    lines.append(f"| wins of rows that differ, `SequentialShare` | none | {100 * wins:.1f} | | |")
    told = several(comparisons=comparisons, metrics=20, seed=seed)
    stands, plain = sliced(comparisons=comparisons // 4, rows=300, seed=seed)
    return [
        *lines,
        "",
        "**Many at once**: any of 20 independent metrics called different where none is: "
        + ", ".join(f"{name} {100 * each:.1f} %" for name, each in told.items())
        + f". Any of 20 slices of 300 rows standing out where all are alike ({comparisons // 4} experiments):"
        f" {100 * stands:.1f} % (held one by one against the mean of all: {100 * plain:.1f} %).",
    ]

"""Values whose true mean is known, rows independent or in groups. Knows no method."""

from collections.abc import Callable
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, ...]], Array]
SIZES = (10, 20, 50, 100, 500, 2000)


class Kind(NamedTuple):
    """How values are drawn, their true mean, and the range that a scorer would state."""

    draw: Draw
    mean: float
    bounds: tuple[float, float] | None = None


def humps(low_share: float) -> Kind:
    """Scores near 1, but for some that went wrong."""

    def draw(chance: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return np.where(chance.random(shape) < low_share, chance.beta(2, 8, shape), chance.beta(30, 2, shape))

    return Kind(draw, low_share * 0.2 + (1 - low_share) * 30 / 32, (0.0, 1.0))


STARS = (0.03, 0.05, 0.10, 0.30, 0.52)
KINDS: dict[str, Kind] = {
    "normal": Kind(lambda chance, shape: chance.normal(0, 1, shape), 0.0),
    "Student's t, 5 df": Kind(lambda chance, shape: chance.standard_t(5, shape), 0.0),
    "exponential": Kind(lambda chance, shape: chance.exponential(1, shape), 1.0),
    "lognormal, sigma 0.5": Kind(lambda chance, shape: chance.lognormal(0, 0.5, shape), float(np.exp(0.125))),
    "lognormal, sigma 1": Kind(lambda chance, shape: chance.lognormal(0, 1, shape), float(np.exp(0.5))),
    "scores, uniform": Kind(lambda chance, shape: chance.random(shape), 0.5, (0.0, 1.0)),
    "scores, Beta(8, 1)": Kind(lambda chance, shape: chance.beta(8, 1, shape), 8 / 9, (0.0, 1.0)),
    "stars, 1 to 5, mostly 5": Kind(
        lambda chance, shape: chance.choice([1.0, 2.0, 3.0, 4.0, 5.0], p=STARS, size=shape),
        float(np.dot(STARS, [1, 2, 3, 4, 5])),
        (1.0, 5.0),
    ),
    "scores, half low": humps(0.5),
    "scores, 20 % low": humps(0.2),
    "scores, 10 % low": humps(0.1),
}


class Grouped(NamedTuple):
    """Several experiments with the same groups."""

    values: Array
    """Shape (experiments, n)."""
    groups: NDArray[np.int64]
    """Shape (n,)."""


def sizes(chance: np.random.Generator, rows: int, kind: str) -> NDArray[np.int64]:
    """Group sizes that sum to rows, at least four groups."""
    while True:
        found: list[int] = []
        while sum(found) < rows:
            found.append((4 if rows > 10 else 2) if kind == "equal" else int(np.ceil(chance.lognormal(1, 1))))
        found[-1] -= sum(found) - rows
        if len(found) >= 4:
            return np.asarray(found)


def _normal(chance: np.random.Generator, count: int, groups: NDArray[np.int64], icc: float) -> Array:
    own = chance.normal(size=(count, groups.max() + 1))[:, groups]
    return np.sqrt(icc) * own + np.sqrt(1 - icc) * chance.normal(size=(count, len(groups)))


def _exponential(chance: np.random.Generator, count: int, groups: NDArray[np.int64], icc: float) -> Array:
    own = chance.exponential(size=(count, groups.max() + 1))[:, groups]
    return np.sqrt(icc) * own + np.sqrt(1 - icc) * chance.exponential(size=(count, len(groups)))


def _shares(chance: np.random.Generator, count: int, groups: NDArray[np.int64], icc: float) -> Array:
    size = 1 / icc - 1
    return np.clip(chance.beta(0.75 * size, 0.25 * size, (count, groups.max() + 1)), 1e-3, 1 - 1e-3)[:, groups]


def _truths(chance: np.random.Generator, count: int, groups: NDArray[np.int64], icc: float) -> Array:
    share = _shares(chance, count, groups, icc)
    return (chance.random(share.shape) < share).astype(np.float64)


def _scores(chance: np.random.Generator, count: int, groups: NDArray[np.int64], icc: float) -> Array:
    share = _shares(chance, count, groups, icc)
    return chance.beta(3 * share, 3 * (1 - share))


class GroupedKind(NamedTuple):
    """As `Kind`, for rows in groups with a correlation within them."""

    draw: Callable[[np.random.Generator, int, NDArray[np.int64], float], Array]
    mean: Callable[[float], float]
    bounds: tuple[float, float] | None


@cache
def _mean_share(icc: float) -> float:
    size = 1 / icc - 1
    drawn = np.random.default_rng(0).beta(0.75 * size, 0.25 * size, 2_000_000)
    return float(np.clip(drawn, 1e-3, 1 - 1e-3).mean())


GROUPED: dict[str, GroupedKind] = {
    "normal": GroupedKind(_normal, lambda icc: 0.0, None),
    "exponential": GroupedKind(_exponential, lambda icc: float(np.sqrt(icc) + np.sqrt(1 - icc)), None),
    "truth values, 75 % true": GroupedKind(_truths, _mean_share, (0.0, 1.0)),
    "scores, mostly high": GroupedKind(_scores, _mean_share, (0.0, 1.0)),
}

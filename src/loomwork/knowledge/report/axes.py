"""Where an axis has its marks, and into which bins numbers fall. Pure; draws nothing."""

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

_STEPS = (1.0, 2.0, 5.0, 10.0)


class Bins(NamedTuple):
    """Equal bins: `edges` has one more number than each of the counts."""

    edges: tuple[float, ...]
    counts: tuple[tuple[int, ...], ...]
    """A row of counts for each group of numbers."""


def step_of(span: float, marks: int) -> float:
    """Return a round distance between about `marks` marks over a span.

    >>> step_of(200, 5), step_of(1, 5), step_of(37, 4)
    (50.0, 0.2, 10.0)
    """
    if span <= 0:
        return 1.0
    raw = span / marks
    size = 10.0 ** floor(log10(raw))
    return next(step * size for step in _STEPS if step * size >= raw * 0.999)


def ticks(low: float, high: float, *, marks: int = 5) -> tuple[float, ...]:
    """Return round numbers from at or below `low` to at or above `high`.

    >>> ticks(0, 187), ticks(0.5, 1)
    ((0.0, 50.0, 100.0, 150.0, 200.0), (0.5, 0.6, 0.7, 0.8, 0.9, 1.0))
    """
    step = step_of(high - low, marks)
    first, last = floor(low / step + 1e-9), ceil(high / step - 1e-9)
    return tuple([round(at * step, 10) for at in range(first, max(last, first + 1) + 1)])


def bins(groups: Sequence[Sequence[int]], *, most: int = 20) -> Bins:
    """Return how many numbers of each group fall into each of at most `most` bins from 0.

    >>> bins([[3, 8, 8], [12]], most=3)
    Bins(edges=(0.0, 5.0, 10.0, 15.0), counts=((1, 2, 0), (0, 0, 1)))
    """
    top = max([value for group in groups for value in group], default=0) + 1
    step = max(1.0, step_of(top, most))
    count = max(1, ceil(top / step))
    rows: list[tuple[int, ...]] = []
    for group in groups:
        row = [0] * count
        for value in group:
            row[min(int(value // step), count - 1)] += 1
        rows.append(tuple(row))
    return Bins(tuple([at * step for at in range(count + 1)]), tuple(rows))


def figure(value: float) -> str:
    """Return a number as an axis shows it.

    >>> figure(1500.0), figure(0.25), figure(3.0)
    ('1,500', '0.25', '3')
    """
    return f"{value:,.0f}" if value == int(value) else f"{value:g}"


__all__ = ["Bins", "bins", "figure", "step_of", "ticks"]

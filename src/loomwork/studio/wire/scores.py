"""What scorers said of a run, of an item, of a cell. Values only."""

from __future__ import annotations

from typing import Any, Literal

from msgspec import Struct

ScoreFilter = Literal["", "imperfect", "floor", "error", "none"]
"""Which scores of `scorer`: worse than the scale's best (where it has none: than the mean), the worst twentieth, those
for which the scorer failed, those of items to which it does not apply."""
Better = Literal["higher", "lower", "none"]


class ScoreCell(Struct, frozen=True, array_like=True, gc=False):
    """What a scorer said of one item."""

    state: Literal[1, 2, 3, 4]
    """1 a value; 2 the worst value, for the item failed; 3 the scorer does not apply; 4 the scorer failed."""
    value: float | None
    label: str
    reason: str
    """Its beginning."""
    error: str


class ScoreColumn(Struct, frozen=True, kw_only=True):
    """A scorer of the run: how it was set, and what it came to."""

    scorer: str
    """What its column is called."""
    name: str
    """The scorer's own name."""
    told: str
    """What it measures, in one line."""
    settings: dict[str, Any]
    expected: str
    """The row's key that holds what is expected; empty: `expected`."""
    output: str
    """The part of the output that is scored; empty: all of it."""
    least: float | None
    """The scale's least value; null: there is none."""
    most: float | None
    better: Better
    unit: str
    is_share: bool
    """All values are 0 or 1: the mean is a share."""
    n: int
    """Scores that count."""
    skipped: int
    """Items that the scorer does not apply to."""
    failed: int
    """Items that failed, and have the worst score."""
    errors: int
    """Items for which the scorer failed."""
    mean: float | None
    low: float | None
    """Of the mean's 95 % interval."""
    high: float | None
    p5: float | None
    worst: float | None
    worst_row: int | None
    worst_trial: int | None
    made_ms: float
    run: str
    """The run of the scorer's own calls."""


class ItemScore(Struct, frozen=True, kw_only=True):
    """What one scorer said of an item, whole."""

    scorer: str
    name: str
    told: str
    settings: dict[str, Any]
    better: Better
    least: float | None
    most: float | None
    unit: str
    state: Literal[1, 2, 3, 4]
    """As of `ScoreCell`."""
    value: float | None
    label: str
    reason: str
    parts: dict[str, float]
    """Figures beneath the value."""
    error: str
    trace: str
    """Of the scorer's call; empty where nothing was called."""
    made_ms: float

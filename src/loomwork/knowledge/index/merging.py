"""Decide which segments are written anew as one. Pure: knows only how many rows they have.

Segments of about one size are merged four at a time, so that a row is written again at most once a factor of four of
growth, and a search visits few segments. A segment of which half was removed is written anew. A merged segment has at
most `MOST` rows, which bounds the memory that merging takes.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

TOGETHER = 4
SMALLEST = 512
MOST = 131_072


class Load(NamedTuple):
    """Rows of a segment."""

    live: int
    lost: int
    dead: bool
    """Whether any document was removed (one without chunks has no rows)."""


def due(loads: Sequence[Load]) -> list[int]:
    """Return which segments should be merged now.

    >>> due([Load(100, 0, False)] * 3), due([Load(100, 0, False)] * 4 + [Load(50_000, 0, False)])
    ([], [0, 1, 2, 3])
    >>> due([Load(0, 10, True), Load(10, 11, True), Load(10, 9, True)])
    [0, 1]
    """
    chosen = {at for at, load in enumerate(loads) if load.lost > load.live or (load.dead and not load.live)}
    tiers: defaultdict[int, list[int]] = defaultdict(list)
    for at, load in enumerate(loads):
        if at not in chosen and load.live < MOST // 2:
            tiers[_tier(load.live)].append(at)
    for tier in sorted(tiers):
        below = [at for lower in range(tier + 1) for at in tiers.get(lower, ())]
        if len(tiers[tier]) >= TOGETHER:
            chosen.update(below)
    return sorted(chosen)


def groups(loads: Sequence[Load]) -> list[list[int]]:
    """Cut segments to be merged into groups that are small enough.

    >>> groups([Load(100_000, 0, False), Load(50_000, 0, False), Load(50_000, 0, False)])
    [[0], [1, 2]]
    """
    found: list[list[int]] = []
    size = MOST
    for at, load in enumerate(loads):
        if size + load.live > MOST or not found:
            found.append([])
            size = 0
        found[-1].append(at)
        size += load.live
    return found


def _tier(rows: int) -> int:
    tier = 0
    while rows >= SMALLEST * TOGETHER ** (tier + 1):
        tier += 1
    return tier

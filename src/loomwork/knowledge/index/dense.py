"""Exact nearest neighbours by inner product. Knows arrays only: which rows may be seen was decided before.

The scores are float64 sums over one row each (`einsum`), so a row's score does not depend on which other rows stand
beside it; BLAS would change its last bits. Rows that cannot be among the best are left out by the bounds of
`quantised`, which changes no result.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loomwork.knowledge.index.quantised import Bounds, Codes, bounds
from loomwork.knowledge.index.reach import reach
from loomwork.knowledge.index.rows import Floats

FEW = 2_048
"""So many rows are computed exactly without looking at their codes first."""
_SHARE = 0.4
"""Above this share of a segment all its codes are scanned; below, those of the rows asked for are gathered."""
_BLOCK = 8_192


class Part(NamedTuple):
    """The vectors of one segment and which of them are asked for."""

    vectors: Floats
    codes: Codes
    wanted: NDArray[np.int64] | None
    """Ascending; None: all."""

    @property
    def size(self) -> int:
        """How many are asked for."""
        return len(self.vectors) if self.wanted is None else len(self.wanted)


class Found(NamedTuple):
    """Places in a part's `vectors`, with their exact scores."""

    places: NDArray[np.int64]
    scores: NDArray[np.float64]


def exact(vectors: Floats, places: NDArray[np.int64], query: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the scores of some rows.

    >>> exact(np.eye(2, dtype=np.float32), np.array([1, 0]), np.array([0.5, 2.0])).tolist()
    [2.0, 0.5]
    """
    out = np.empty(len(places), np.float64)
    for at in range(0, len(places), _BLOCK):
        rows = vectors[places[at : at + _BLOCK]].astype(np.float64)
        np.einsum("ij,j->i", rows, query, out=out[at : at + _BLOCK])
    return out


def nearest(parts: Sequence[Part], query: NDArray[np.float64], k: int) -> list[Found]:
    """Return for each part the rows that may be among the best k of all, with exact scores: at least the best k."""
    if sum(part.size for part in parts) <= max(FEW, k):
        chosen = [_all(part) for part in parts]
    else:
        chosen = _likely(parts, query, k)
    return [
        Found(places, exact(part.vectors, places, query)) for part, places in zip(parts, chosen, strict=True)
    ]  # fmt: skip


def _all(part: Part) -> NDArray[np.int64]:
    return np.arange(len(part.vectors), dtype=np.int64) if part.wanted is None else part.wanted


def _likely(parts: Sequence[Part], query: NDArray[np.float64], k: int) -> list[NDArray[np.int64]]:
    known = [_bounds(part, query) for part in parts]
    least = np.concatenate([each.middle - each.slack for each in known])
    lowest = reach(least, k)
    chosen: list[NDArray[np.int64]] = []
    for part, each in zip(parts, known, strict=True):
        places = np.flatnonzero(each.middle + each.slack >= lowest)
        chosen.append(places if part.wanted is None else part.wanted[places])
    return chosen


def _bounds(part: Part, query: NDArray[np.float64]) -> Bounds:
    wanted = part.wanted
    if wanted is None:
        return bounds(part.codes, query)
    if len(wanted) < _SHARE * len(part.vectors):
        return bounds(part.codes.at(wanted), query)
    found = bounds(part.codes, query)
    return Bounds(found.middle[wanted], found.slack[wanted])

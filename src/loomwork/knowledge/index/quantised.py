"""Vectors as 8-bit codes with a proven bound on what the rounding changes. Knows nothing of readers or files.

A scan over the codes reads a quarter of the memory. With x' = scale * codes, |x.q - x'.q'| is at most
|x - x'| |q| + |x'| |q - q'| (Cauchy-Schwarz), and both lengths are stored with each row, rounded up. Whoever scans
keeps every row whose upper bound reaches the k-th lower bound, and computes those exactly: the result is the same as
that of an exact scan.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from loomwork.knowledge.index.rows import Floats

_BLOCK = 8_192
_UP = 1.0 + 1e-6
"""More than what rounding to float32 takes away."""
_ROUNDING = 4e-6
"""Of a product of lengths: more than float32 loses in the middle, and in adding the slack to it or taking it away."""


class Codes(NamedTuple):
    """Quantised rows."""

    codes: NDArray[np.int8]
    scale: Floats
    error: Floats
    """|x - x'|, rounded up."""
    length: Floats
    """|x'|, rounded up."""

    def at(self, rows: NDArray[np.int64]) -> "Codes":
        """Return some of the rows."""
        return Codes(self.codes[rows], self.scale[rows], self.error[rows], self.length[rows])


class Bounds(NamedTuple):
    """What is known of each row's score without reading its vector."""

    middle: Floats
    slack: Floats


def quantise(vectors: Floats) -> Codes:
    """Round each row to its own scale."""
    count, dimensions = vectors.shape
    codes = np.empty((count, dimensions), np.int8)
    scale, error, length = (np.empty(count, np.float32) for _ in range(3))
    for at in range(0, count, _BLOCK):
        here = slice(at, at + _BLOCK)
        rows = vectors[here].astype(np.float64)
        step = (np.abs(rows).max(axis=1, initial=0.0) / 127.0).astype(np.float32)
        step[step == 0.0] = 1.0
        exact = step.astype(np.float64)[:, None]
        rounded = np.clip(np.rint(rows / exact), -127, 127)
        near = rounded * exact
        codes[here], scale[here] = rounded, step
        error[here] = np.sqrt(((rows - near) ** 2).sum(axis=1)) * _UP
        length[here] = np.sqrt((near**2).sum(axis=1)) * _UP
    return Codes(codes, scale, error, length)


def bounds(rows: Codes, query: NDArray[np.float64]) -> Bounds:
    """Return for each row a middle and a slack: the exact score lies between middle - slack and middle + slack."""
    asked = quantise(query.astype(np.float32)[None, :])
    step = float(asked.scale[0])
    middle = _products(rows.codes, asked.codes)
    middle *= rows.scale
    middle *= np.float32(step)
    size = float(np.sqrt((query**2).sum()))
    near = asked.codes[0].astype(np.float64) * step
    missing = float(np.sqrt(((query - near) ** 2).sum())) * _UP
    slack = rows.error * np.float32(size * _UP)
    slack += rows.length * np.float32(missing * _UP + _ROUNDING * size)
    slack += np.float32(1e-9 * size)
    return Bounds(middle, slack)


def _products(codes: NDArray[np.int8], query: NDArray[np.int8]) -> Floats:
    """Sums of integers: every kernel gives the same."""
    import numkong

    if not len(codes):
        return np.empty(0, np.float32)
    return np.asarray(numkong.cdist(codes, query, "dot")).reshape(-1).astype(np.float32)

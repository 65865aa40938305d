"""What a value has to reach to be among the best k. Pure."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

_BLOCKS = 8
"""Blocks for each of the k: more make the bound tighter and finding it slower."""


def reach(values: NDArray[Any], k: int) -> float:
    """Return a number that at least k values reach, close to the largest such; k is at most their number.

    The k-th largest of the blocks' maxima: k blocks have a value that reaches it. (Finding the k-th largest of all
    takes fifty times as long where most values are equal, as sums over rare terms are.)

    >>> reach(np.array([5.0, 1.0, 4.0, 2.0]), 2)
    4.0
    """
    width = len(values) // (_BLOCKS * k)
    if width > 1:
        whole = len(values) // width * width
        tops = values[:whole].reshape(-1, width).max(axis=1)
        values = np.concatenate([tops, values[whole:]])
    return float(np.partition(values, len(values) - k)[len(values) - k])

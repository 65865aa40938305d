"""Choose results that do not say the same thing twice (maximal marginal relevance). Pure; knows vectors only."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray


def spread(scores: Sequence[float], vectors: NDArray[np.float32], *, k: int, relevance: float) -> list[int]:
    """Return places of k of the candidates, best first (Carbonell and Goldstein 1998).

    Args:
        scores: how relevant each is, best first; scaled to [0, 1] here.
        vectors: (candidates, dimensions), normalised; zeros for one without a vector, which is like nothing else.
        k: how many are wanted.
        relevance: 1 keeps the order, 0 looks at difference alone.

    >>> same = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    >>> spread([0.9, 0.8, 0.7], same, k=2, relevance=0.5)
    [0, 2]
    """
    if not len(scores):
        return []
    given = np.asarray(scores, np.float64)
    span = float(given.max() - given.min())
    scaled = (given - given.min()) / span if span else np.ones(len(given))
    rows = vectors.astype(np.float64)
    likeness = np.zeros(len(given))
    left = np.ones(len(given), np.bool_)
    chosen: list[int] = []
    for _ in range(min(k, len(given))):
        gain = np.where(left, relevance * scaled - (1.0 - relevance) * likeness, -np.inf)
        best = int(np.argmax(gain))
        chosen.append(best)
        left[best] = False
        likeness = np.maximum(likeness, np.einsum("ij,j->i", rows, rows[best]))
    return chosen

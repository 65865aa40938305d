"""The digests of a view's chunks: they order what is equally good and name chunks outside. Knows no score's meaning."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from loomwork.knowledge.index.rows import Hits

Numbers = NDArray[np.uint64]


class Digests:
    """For each row the two halves of its chunk's digest."""

    def __init__(self, high: Sequence[Numbers], low: Sequence[Numbers]) -> None:
        none = np.empty(0, np.uint64)
        self._high = np.concatenate([none, *high])
        self._low = np.concatenate([none, *low])

    def best(self, rows: NDArray[np.int64], scores: NDArray[np.float64], k: int) -> Hits:
        """Return the k rows with the highest scores, equal ones by their digests."""
        if len(rows) > 4 * k:
            keep = scores >= np.partition(scores, len(scores) - k)[len(scores) - k]
            rows, scores = rows[keep], scores[keep]
        order = np.lexsort((self._low[rows], self._high[rows], -scores))[:k]
        return Hits(rows[order], scores[order])

    def keys_of(self, rows: NDArray[np.int64]) -> list[str]:
        """Return the digests of rows, 32 hex digits each."""
        pairs = zip(self._high[rows].tolist(), self._low[rows].tolist(), strict=True)
        return [f"{first:016x}{last:016x}" for first, last in pairs]

    def finder(self, rows: NDArray[np.int64]) -> "Finder":
        """Return what finds some of the rows by their digests."""
        order = rows[np.argsort(self._high[rows], kind="stable")]
        return Finder(order, self._high[order], self._low[order])


class Finder:
    """Rows in the order of their digests."""

    def __init__(self, rows: NDArray[np.int64], high: Numbers, low: Numbers) -> None:
        self._rows, self._high, self._low = rows, high, low

    def rows_of(self, keys: Sequence[str]) -> NDArray[np.int64]:
        """Return the rows with these digests; what is not here is left out."""
        found: list[int] = []
        for key in keys:
            first, last = int(key[:16], 16), int(key[16:], 16)
            at = int(np.searchsorted(self._high, np.uint64(first)))
            while at < len(self._rows) and int(self._high[at]) == first:
                if int(self._low[at]) == last:
                    found.append(int(self._rows[at]))
                at += 1
        return np.array(found, np.int64)

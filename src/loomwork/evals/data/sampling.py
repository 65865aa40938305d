"""Some of many texts: at random, or as different from each other as can be. Pure; the same seed gives the same."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

from loomwork.evals.data.likeness import look

How = Literal["newest", "random", "diverse"]


def at_random(count: int, most: int, *, seed: int) -> list[int]:
    """Return places, drawn by a hash of each place: asking for more keeps those drawn before.

    >>> few, more = at_random(100, 3, seed=1), at_random(100, 5, seed=1)
    >>> set(few) <= set(more)
    True
    """
    drawn = sorted(range(count), key=lambda place: _drawn(place, seed))
    return sorted(drawn[:most])


def diverse(texts: Sequence[str], most: int, *, seed: int = 0) -> list[int]:
    """Return the places of texts chosen one by one, each the one farthest from its nearest chosen one.

    Distance is one less the Jaccard similarity of the sets of word pairs. The greedy choice is at most twice as far
    from the best possible one (Gonzalez, Clustering to minimize the maximum intercluster distance, 1985). The first is
    drawn by the seed; of equally far ones the first is taken; texts that repeat a chosen one come last.

    >>> diverse(["how are you", "how are you now", "where is it kept", "how are you"], 2)
    [2, 0]
    """
    pairs = [look(0, {"": text}, ("",)).pairs for text in texts]
    if not pairs or most <= 0:
        return []
    first = min(range(len(pairs)), key=lambda place: _drawn(place, seed))
    chosen = [first]
    nearest = [_similarity(pairs[first], each) for each in pairs]
    nearest[first] = 2.0
    while len(chosen) < min(most, len(pairs)):
        place = min(range(len(pairs)), key=nearest.__getitem__)
        chosen.append(place)
        for other, each in enumerate(pairs):
            if nearest[other] < 1.0:
                nearest[other] = max(nearest[other], _similarity(pairs[place], each))
        nearest[place] = 2.0
    return chosen


def _similarity(one: frozenset[int], two: frozenset[int]) -> float:
    common = len(one & two)
    whole = len(one) + len(two) - common
    return common / whole if whole else 1.0


def _drawn(place: int, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {place}".encode()).digest()

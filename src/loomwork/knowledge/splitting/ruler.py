"""Measure pieces of a text in tokens. Knows nothing of sentences or chunks."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence

CHARACTERS = 16
"""A token for so many characters at least: some tokenizers make one token of a long run without white space."""


class Ruler:
    """The tokens of one text, found once."""

    def __init__(self, offsets: Sequence[tuple[int, int]]) -> None:
        self._starts = [start for start, end in offsets if start < end]
        self._ends = [end for start, end in offsets if start < end]

    def tokens(self, start: int, end: int) -> int:
        """How many tokens lie in a piece, wholly or in part."""
        return max(0, bisect_left(self._starts, end) - bisect_right(self._ends, start))

    def behind(self, start: int) -> int:
        """How many tokens end at a place or before it."""
        return bisect_right(self._ends, start)

    def before(self, end: int) -> int:
        """How many tokens begin before a place: those of a piece are these without those `behind` its start."""
        return bisect_left(self._starts, end)

    def size(self, start: int, end: int) -> int:
        """How much a piece counts: its tokens, or more where they are unusually long."""
        tokens = bisect_left(self._starts, end) - bisect_right(self._ends, start)
        least = (end - start) // CHARACTERS
        return tokens if tokens > least else least

    def reach(self, start: int, size: int) -> int:
        """Where a piece that begins at `start` has to end in order not to count more than `size`."""
        last = bisect_right(self._ends, start) + size
        by_tokens = self._starts[last] if last < len(self._starts) else start + size * CHARACTERS
        return max(start + 1, min(by_tokens, start + size * CHARACTERS))

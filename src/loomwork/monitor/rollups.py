"""What the monitor needs of `store.requests`: sums and histograms over stretches of minutes. Computes nothing."""

from collections.abc import Sequence
from typing import Protocol

from loomwork.store.requests import Dimension, Only, Spread, Spreading, Summed


class Rollups(Protocol):
    """What of `store.requests` is needed."""

    def sums(
        self, *, since_minute: int, until_minute: int, every: int, width: int = 1, by: Dimension = "", only: Only = ...
    ) -> Sequence[Summed]:
        """Return counts over stretches of minutes."""
        ...

    def spreads(
        self,
        what: Spread,
        *,
        since_minute: int,
        until_minute: int,
        width: int = 1,
        by: Dimension = "",
        only: Only = ...,
    ) -> Sequence[Spreading]:
        """Return histograms, or counts by kind."""
        ...

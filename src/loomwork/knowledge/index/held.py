"""A segment as its writer holds it: with a roster that may change. Knows nothing of files."""

from collections.abc import Iterator

import numpy as np

from loomwork.knowledge.index.catalog import Placed, Roster
from loomwork.knowledge.index.merging import Load
from loomwork.knowledge.index.segment import Segment


class Held:
    """A segment, where it stands in the snapshot, and the reader class of each of its documents."""

    __slots__ = ("changed", "place", "roster", "segment")

    def __init__(self, segment: Segment, place: Placed, roster: Roster, *, changed: bool = False) -> None:
        self.segment = segment
        self.place = place
        self.roster = roster
        self.changed = changed

    def living(self) -> Iterator[tuple[str, int]]:
        """Yield the id and number of each document that was not removed."""
        names = self.segment.names
        return ((names[number][0], number) for number in np.flatnonzero(self.roster >= 0).tolist())

    def enrol(self, number: int, reader_class: int) -> bool:
        """Set a document's reader class; say whether that was a change."""
        if int(self.roster[number]) == reader_class:
            return False
        self.roster[number] = reader_class
        self.changed = True
        return True

    @property
    def load(self) -> Load:
        """How many of its rows are there and how many are not any more."""
        rows = np.diff(self.segment.doc_first)
        live = int(rows[self.roster >= 0].sum())
        return Load(live, self.segment.rows - live, bool((self.roster < 0).any()))

"""What one reader of a live run has not seen yet, a message at a time. Knows no HTTP and waits for nothing.

A message's mark is where a reader that returns goes on from: it grows only when all that changed before was sent.
"""

from __future__ import annotations

from heapq import nsmallest
from typing import NamedTuple

from loomwork.studio.grid.grids import Grids
from loomwork.studio.grid.held import Held, Mark
from loomwork.studio.live.under import Under, lay_over
from loomwork.studio.wire.runs import Batch, Column, RunHead

MOST_ROWS = 500
_TOTALS_NS = 250_000_000
"""How often figures of the run and its columns are sent."""


class Sent(NamedTuple):
    """A message, and whether it was the last but the end."""

    batch: Batch | None
    mark: str
    head: RunHead
    over: bool


class Reader:
    """One reader."""

    def __init__(self, grids: Grids, run: str, mark: Mark) -> None:
        self._grids = grids
        self._run = grids.run(run)
        self._mark = mark
        self._held: Held | None = None
        self._version = 0
        self._pending: set[int] = set()
        self._target: Mark = mark
        self._head: RunHead | None = None
        self._columns: tuple[Column, ...] | None = None
        self._told_ns = -_TOTALS_NS
        self.run = self._run.id

    def next(self, touched: set[tuple[int, int]], under: Under, now_ns: int) -> Sent:
        """Return what is new. `touched` are items of which calls began or ended; `under` what is under way."""
        held = self._grids.open(self._run)
        with held.lock:
            self._note(held, touched)
            part = nsmallest(MOST_ROWS, self._pending)
            rows = lay_over(held, held.rows(part), under)
            self._pending.difference_update(part)
            over = not held.is_running and not self._pending
            head, columns = self._totals(held, now_ns, at_once=over)
            if not self._pending:
                self._mark = self._target._replace(layout=held.table.layout())
            is_news = bool(rows) or head is not None or columns is not None
            batch = Batch(head=head, columns=columns, rows=rows) if is_news else None
            return Sent(batch, str(self._mark), self._head or held.head(), over)

    def _note(self, held: Held, touched: set[tuple[int, int]]) -> None:
        """Add the rows that changed to those that wait to be sent."""
        changed = held.changed(self._version) if held is self._held else None
        if changed is None:
            changed = set(held.since(self._mark))
            if not held.is_running and self._held is None:
                changed.update(held.unfinished())  # a reader that left before may hold them for running
        self._held, self._version = held, held.version
        self._pending |= changed
        places = (held.table.find(*place) for place in touched)
        self._pending.update(at for at in places if at is not None)
        self._target = held.mark

    def _totals(self, held: Held, now_ns: int, *, at_once: bool) -> tuple[RunHead | None, tuple[Column, ...] | None]:
        """Return the head and the columns where they changed: now and then, steps that are new at once."""
        is_new = self._columns is None or len(self._columns) != len(held.table.slots)
        if not (at_once or is_new or now_ns - self._told_ns >= _TOTALS_NS):
            return None, None
        self._told_ns = now_ns
        head, columns = held.head(), held.columns()
        told = (None if head == self._head else head, None if columns == self._columns else columns)
        self._head, self._columns = head, columns
        return told

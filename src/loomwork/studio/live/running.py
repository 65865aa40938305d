"""Which calls of a run are under way, and the text that they have written so far. Bounded; knows no socket.

What is told here may be lost on its way and is never kept: the store alone says what became of a call.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import NamedTuple

RUNS = 16
SPANS = 1_024
LONGEST = 4_000
"""Characters kept of a text: its last ones."""


class Under(NamedTuple):
    """A call under way."""

    item: int
    trial: int
    step: str


class Text(NamedTuple):
    """Text that is being written, and the step in whose cell it is shown."""

    item: int
    trial: int
    step: str
    text: str


class Running:
    """The calls of one run that are under way. Told of on the event loop, asked from any thread."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self.changes = 0
        """Grows with everything that is told."""
        self._spans: OrderedDict[str, Under] = OrderedDict()
        self._texts: dict[str, str] = {}
        self._touched: OrderedDict[tuple[int, int], int] = OrderedDict()
        self._written: dict[str, int] = {}

    def began(self, span: str, call: Under) -> None:
        """Note a call that began."""
        with self._lock:
            self._spans[span] = call
            self._touch(call)
            while len(self._spans) > SPANS:
                old, _ = self._spans.popitem(last=False)
                self._forget(old)

    def wrote(self, span: str, call: Under, text: str) -> None:
        """Note the end of what a call has written so far; one whose beginning was lost begins now."""
        with self._lock:
            if span not in self._spans:
                self.began(span, call)
            self._texts[span] = text[-LONGEST:]
            self.changes += 1
            self._written[span] = self.changes

    def ended(self, span: str, call: Under) -> None:
        """Note a call that ended, in whatever way."""
        with self._lock:
            self._spans.pop(span, None)
            self._forget(span)
            self._touch(call)

    def by_item(self) -> dict[tuple[int, int], set[str]]:
        """Return the project's own steps that are under way, by item and trial."""
        found: dict[tuple[int, int], set[str]] = {}
        with self._lock:
            for call in self._spans.values():
                if is_own(call.step):
                    found.setdefault((call.item, call.trial), set()).add(call.step)
        return found

    def touched(self, after: int) -> set[tuple[int, int]]:
        """Return the items of which something began or ended since so many changes."""
        with self._lock:
            return {place for place, change in self._touched.items() if change > after}

    def texts(self, after: int) -> list[Text]:
        """Return the texts that grew since so many changes, each at the innermost step of the project around it."""
        found: list[Text] = []
        with self._lock:
            own = [call for call in self._spans.values() if is_own(call.step)]
            inner = {(call.item, call.trial): call.step for call in own}
            for span, change in self._written.items():
                call = self._spans.get(span)
                if change <= after or call is None:
                    continue
                step = call.step if is_own(call.step) else inner.get((call.item, call.trial), call.step)
                found.append(Text(call.item, call.trial, step, self._texts[span]))
        return found

    def _touch(self, call: Under) -> None:
        self.changes += 1
        place = (call.item, call.trial)
        self._touched[place] = self.changes
        self._touched.move_to_end(place)
        while len(self._touched) > SPANS:
            self._touched.popitem(last=False)

    def _forget(self, span: str) -> None:
        self._texts.pop(span, None)
        self._written.pop(span, None)


def is_own(step: str) -> bool:
    """Say whether a step is the project's: those that loomwork brings along have no module in their names."""
    return ":" in step

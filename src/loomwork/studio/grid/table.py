"""The figures of one run's grid in flat arrays, about 25 bytes a cell. Knows no store, no text and no reader.

A table is fed the placed spans and items of its run in any order, each once; what they come to does not depend on the
order. A cell points at the span that its text is read from.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from loomwork.store.rows import PlacedItem, PlacedSpan

NONE: Final = 0
HIT: Final = 1
RAN: Final = 2
FAILED: Final = 3
RUNNING: Final = 4
WAITING: Final = 5
"""States of a cell, as on the wire."""
COLUMNS = frozenset({"step", "tool"})
"""Kinds of calls that have a column: those that a project writes. Model calls and searches are in the trace."""


class Place(NamedTuple):
    """A row's item."""

    item: int
    trial: int


class Slot:
    """The cells of one step."""

    __slots__ = (
        "bad", "calls", "count", "failed", "first_ns", "from_failure", "hits", "kind", "ms", "n", "name", "ran",
        "spent_ms", "state",
    )  # fmt: skip

    def __init__(self, name: str, kind: str, rows: int) -> None:
        self.name = name
        self.kind = kind
        self.calls = self.hits = self.ran = self.failed = 0
        self.spent_ms = 0.0
        self.first_ns = 1 << 62
        self.state = array("b", bytes(rows))
        self.bad = array("h", bytes(2 * rows))
        """Failed attempts that no further attempt followed."""
        self.from_failure = array("b", bytes(rows))
        self.count = array("H", bytes(2 * rows))
        self.ms = array("f", bytes(4 * rows))
        self.n = array("q", bytes(8 * rows))
        """Place of the span whose text the cell shows."""

    def grow(self, rows: int) -> None:
        """Make room for more rows."""
        for each in (self.state, self.bad, self.from_failure, self.count, self.ms, self.n):
            each.frombytes(bytes((rows - len(each)) * each.itemsize))

    def add(self, at: int, span: PlacedSpan) -> None:
        """Count one call, or one further attempt at it."""
        took = (span.end_ns - span.start_ns) / 1e6
        again = span.attempt > 0
        self.first_ns = min(self.first_ns, span.start_ns)
        self.bad[at] += span.failed - again
        self.failed += span.failed - again
        if not again:
            self.calls += 1
            self.hits += span.cached
            self.ran += not span.cached
            self.count[at] = min(self.count[at] + 1, 65_535)
        self.ms[at] += took
        self.spent_ms += 0.0 if span.cached else took
        later = span.n > self.n[at]
        if (span.failed and not again) or (later and (again or not self.from_failure[at])):
            self.n[at] = span.n
            self.from_failure[at] = span.failed
        before = self.state[at]
        if self.bad[at] > 0:
            self.state[at] = FAILED
        else:
            self.state[at] = RAN if before in (RAN, FAILED) or not span.cached else HIT


class Figures:
    """What a run has come to so far, as `run --json` counts it."""

    __slots__ = ("calls", "cost", "done", "failed", "hits", "input_tokens", "output_tokens", "requests", "unpriced")

    def __init__(self) -> None:
        self.calls = self.hits = self.requests = self.input_tokens = self.output_tokens = self.unpriced = 0
        self.done = self.failed = 0
        self.cost: dict[str, int] = {}

    def add(self, span: PlacedSpan) -> None:
        """Count one span."""
        if span.attempt == 0:
            self.calls += 1
            self.hits += span.cached
        if span.cached:
            return
        self.requests += span.requests
        self.input_tokens += span.input_tokens
        self.output_tokens += span.output_tokens
        if span.cost_micros is not None:
            self.cost[span.currency] = self.cost.get(span.currency, 0) + span.cost_micros
        else:
            self.unpriced += span.requests > 0


class Table:
    """One run's figures."""

    def __init__(self, target: str, kind: str, *, items: int, trials: int) -> None:
        self.trials = max(1, trials)
        self.figures = Figures()
        self.slots: list[Slot] = []
        self.by_name: dict[str, int] = {}
        self.items = 0
        self._others: dict[Place, int] = {}
        """Rows that are not where their numbers say."""
        self._places: list[Place] = []
        self._regular = items
        self.state = array("b")
        """Of the rows: what their items came to."""
        self.ms = array("f")
        self.item_n = array("q")
        self.span_n = array("q")
        """Last span that changed the row."""
        self._grow(items)
        self.slot(target, kind)

    @property
    def rows(self) -> int:
        """How many rows there are: those that wait count too."""
        return len(self.state)

    def place(self, at: int) -> Place:
        """Return the item of a row."""
        if at < self._regular:
            return Place(at // self.trials, at % self.trials)
        return self._places[at - self._regular]

    def find(self, index: int, trial: int) -> int | None:
        """Return an item's row."""
        at = index * self.trials + trial
        if 0 <= at < self._regular and 0 <= trial < self.trials and index >= 0:
            return at
        return self._others.get(Place(index, trial))

    def slot(self, name: str, kind: str) -> int:
        """Return a step's number, giving it one where it is new. Numbers never change; the target's is 0."""
        known = self.by_name.get(name)
        if known is None:
            known = self.by_name[name] = len(self.slots)
            self.slots.append(Slot(name, kind, self.rows))
        return known

    def add_spans(self, spans: Sequence[PlacedSpan]) -> set[int]:
        """Take spans in; return the rows that changed."""
        touched: set[int] = set()
        for span in spans:
            self.figures.add(span)
            at = self._row(span.item, span.trial)
            if at is None:
                continue
            self.span_n[at] = max(self.span_n[at], span.n)
            touched.add(at)
            known = self.by_name.get(span.name)
            if known is None:
                if span.kind not in COLUMNS:
                    continue
                known = self.slot(span.name, span.kind)
            self.slots[known].add(at, span)
        return touched

    def add_items(self, items: Sequence[PlacedItem]) -> set[int]:
        """Take finished items in; return the rows that changed."""
        touched: set[int] = set()
        for item in items:
            at = self._row(item.index, item.trial)
            if at is None:
                continue
            if not self.item_n[at]:
                self.figures.done += 1
                self.figures.failed += item.failed
            self.item_n[at] = max(self.item_n[at], item.n)
            self.state[at] = FAILED if item.failed else RAN
            self.ms[at] = (item.ended_ns - item.started_ns) / 1e6
            touched.add(at)
        return touched

    def state_of(self, at: int, *, is_running: bool) -> int:
        """Return what a row's item came to: a hit where its target was one."""
        done = self.state[at]
        if done == RAN:
            return HIT if self.slots[0].state[at] == HIT else RAN
        if done == NONE and is_running:
            return RUNNING if self.span_n[at] else WAITING
        return done

    def layout(self, count: int | None = None) -> str:
        """Return what stands for the first `count` steps by number: who has seen cells knows by it what they are."""
        names = [slot.name for slot in self.slots[:count]]
        return f"{len(names)}-{hashlib.blake2b(repr(names).encode(), digest_size=4).hexdigest()}"

    def continues(self, layout: str) -> bool:
        """Say whether cells that were sent under that layout still mean the same."""
        count = layout.partition("-")[0]
        return count.isdecimal() and int(count) <= len(self.slots) and layout == self.layout(int(count))

    def _row(self, index: int, trial: int) -> int | None:
        at = self.find(index, trial)
        if at is None and index >= 0:
            at = self.rows
            self._others[Place(index, trial)] = at
            self._places.append(Place(index, trial))
            self._grow(at + 1)
        return at

    def _grow(self, rows: int) -> None:
        each: array[Any]
        for each in (self.state, self.ms, self.item_n, self.span_n):
            each.frombytes(bytes((rows - len(each)) * each.itemsize))
        for slot in self.slots:
            slot.grow(rows)

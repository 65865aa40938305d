"""One run's grid, held in memory and brought up to date from the store. Safe to be used from several threads."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from msgspec import structs

from loomwork.store.protocols import Store
from loomwork.store.rows import RunRow
from loomwork.studio.grid.badges import Badge, badge_of
from loomwork.studio.grid.beneath import Briefs
from loomwork.studio.grid.heads import head_of, trials_of
from loomwork.studio.grid.rows import SHOWN, read_rows
from loomwork.studio.grid.samples import Samples
from loomwork.studio.grid.scores import RunScores
from loomwork.studio.grid.table import FAILED, RAN, Slot, Table
from loomwork.studio.wire.runs import Column, GridRow, RunHead

T = TypeVar("T")
_PAGE = 2_000
_ROWS_KEPT = 2_000
_CHANGES = 100
_COMPARED = 3
"""Executed calls of a step that its badge is made from."""


class Mark(NamedTuple):
    """How far somebody has seen a run."""

    spans: int = 0
    items: int = 0
    layout: str = ""

    def __str__(self) -> str:
        return f"{self.spans}.{self.items}.{self.layout}"

    @classmethod
    def of(cls, text: str) -> Mark:
        """Read a mark; one that is none has seen nothing."""
        pieces = text.split(".")
        if len(pieces) != len(cls._fields) or not all(piece.isdecimal() for piece in pieces[:2]):
            return cls()
        return cls(int(pieces[0]), int(pieces[1]), pieces[2])


class Changed(NamedTuple):
    """What somebody has not seen yet."""

    head: RunHead
    columns: tuple[Column, ...]
    rows: list[GridRow]
    mark: Mark


class _Kept(NamedTuple):
    """A row as it was read, and what it was read from."""

    spans: int
    items: int
    is_running: bool
    row: GridRow


class Held:
    """One run's grid."""

    def __init__(self, store: Store, briefs: Briefs, run: RunRow, folder: Path) -> None:
        self.run = run
        self.lock = threading.RLock()
        self.table = Table(run.target, "step", items=run.items, trials=trials_of(run))
        self.orders: OrderedDict[tuple[object, ...], Sequence[int]] = OrderedDict()
        """Rows that met a question, in its order, the last questions asked."""
        self.scores = RunScores(store, run.id, self.table)
        self._store = store
        self._briefs = briefs
        self._samples = Samples(folder, run)
        self._rows: OrderedDict[int, _Kept] = OrderedDict()
        self._badges: dict[int, tuple[int, Badge]] = {}
        self._first_error = ""
        self._spans = self._items = -1
        self.version = 0
        """Grows whenever rows change."""
        self._changes: deque[tuple[int, set[int]]] = deque(maxlen=_CHANGES)

    @property
    def is_running(self) -> bool:
        """Whether more is to come."""
        return self.run.status == "running"

    @property
    def mark(self) -> Mark:
        """How far the store has been read."""
        return Mark(max(0, self._spans), max(0, self._items), self.table.layout())

    def refresh(self) -> None:
        """Read what the store has got since the last time."""
        with self.lock:
            if self._spans < 0:
                self._load()
                self.scores.refresh()
                return
            if not self.is_running:
                self.scores.refresh()
                return
            found = self._store.runs.get(self.run.id)  # first: what it says is over has all been written before
            touched = self._more()
            self.run = found or structs.replace(self.run, status="crashed")  # its row was removed
            if not self.is_running:
                touched.update(self.unfinished())
            if touched:
                self.version += 1
                self._changes.append((self.version, touched))
            self.scores.refresh()

    def unfinished(self) -> list[int]:
        """Return the rows whose items have not ended."""
        return [at for at, state in enumerate(self.table.state) if not state]

    def changed(self, version: int) -> set[int] | None:
        """Return the rows that changed since a version; None where that is too long ago to be known."""
        with self.lock:
            if version == self.version:
                return set()
            if not self._changes or self._changes[0][0] > version + 1:
                return None
            return {at for number, touched in self._changes if number > version for at in touched}

    def head(self) -> RunHead:
        """Return the run in a line."""
        with self.lock:
            if not self._first_error and self.table.figures.failed:
                failed = self._store.runs.failures(self.run.id)
                self._first_error = (failed[0].error or "") if failed else ""
            head = head_of(self.run, self.table.figures, self._first_error)
            return structs.replace(head, scorers=self.scores.names, scored=self.scores.mark)

    def rows(self, wanted: Sequence[int]) -> list[GridRow]:
        """Return rows by their places in the table."""
        with self.lock:
            known = {at: self._known(at) for at in wanted}
            missing = [at for at, row in known.items() if row is None]
            for start in range(0, len(missing), _PAGE):
                part = missing[start : start + _PAGE]
                read = self._read(part, longest=SHOWN)
                for at, row in zip(part, read, strict=True):
                    known[at] = row
                    self._keep(at, row)
            return [row for at in wanted if (row := known[at]) is not None]

    def read(self, at: int, *, longest: int) -> GridRow:
        """Return one row with longer texts."""
        with self.lock:
            return self._read([at], longest=longest)[0]

    def columns(self) -> tuple[Column, ...]:
        """Return the columns in order of first call, the target last."""
        with self.lock:
            target, *others = list(enumerate(self.table.slots))
            ordered = [*sorted(others, key=lambda pair: pair[1].first_ns), target]
            return tuple(self._column(number, slot) for number, slot in ordered)

    def since(self, mark: Mark) -> list[int]:
        """Return the rows that changed after a mark; all of them where its cells mean something else now."""
        with self.lock:
            table = self.table
            if not table.continues(mark.layout):
                return list(range(table.rows))
            pairs = zip(table.span_n, table.item_n, strict=True)
            return [at for at, (span, item) in enumerate(pairs) if span > mark.spans or item > mark.items]

    def _read(self, wanted: Sequence[int], *, longest: int) -> list[GridRow]:
        """Read rows; those of which no call has finished show what the dataset holds."""
        rows = read_rows(self._store, self.table, self._briefs, wanted, is_running=self.is_running, longest=longest)
        return [
            row if row.input_preview else structs.replace(row, input_preview=self._samples[row.index][:SHOWN])
            for row in rows
        ]

    def _load(self) -> None:
        self._spans, self._items = self._store.spans.newest(), self._store.runs.newest()
        run = self.run.id
        for spans in _pages(self._store.spans.placed(run, until=self._spans)):
            self.table.add_spans(spans)
        for items in _pages(self._store.runs.placed(run, until=self._items)):
            self.table.add_items(items)

    def _more(self) -> set[int]:
        touched: set[int] = set()
        newest = self._store.spans.newest()
        while newest > self._spans:
            spans = self._store.spans.placed_after(self.run.id, self._spans, limit=_PAGE)
            touched |= self.table.add_spans(spans)
            self._spans = spans[-1].n if len(spans) == _PAGE else max(newest, spans[-1].n if spans else 0)
        newest = self._store.runs.newest()
        while newest > self._items:
            items = self._store.runs.placed_after(self.run.id, self._items, limit=_PAGE)
            touched |= self.table.add_items(items)
            self._items = items[-1].n if len(items) == _PAGE else max(newest, items[-1].n if items else 0)
        return touched

    def _known(self, at: int) -> GridRow | None:
        kept = self._rows.get(at)
        if kept is None or kept[:3] != (self.table.span_n[at], self.table.item_n[at], self.is_running):
            return None
        self._rows.move_to_end(at)
        return kept.row

    def _keep(self, at: int, row: GridRow) -> None:
        self._rows[at] = _Kept(self.table.span_n[at], self.table.item_n[at], self.is_running, row)
        while len(self._rows) > _ROWS_KEPT:
            self._rows.popitem(last=False)

    def _column(self, number: int, slot: Slot) -> Column:
        badge = self._badge(number, slot)
        return Column(
            cell=number,
            step=slot.name,
            name=slot.name.rpartition(":")[2],
            kind=slot.kind,
            calls=slot.calls,
            hits=slot.hits,
            ran=slot.ran,
            failed=slot.failed,
            mean_ms=round(slot.spent_ms / slot.ran, 3) if slot.ran else 0.0,
            changed=badge.changed,
            causes=badge.causes,
        )

    def _badge(self, number: int, slot: Slot) -> Badge:
        """Compare the first executed calls with earlier ones, as soon as there are any."""
        wanted = min(slot.ran, _COMPARED)
        compared, badge = self._badges.get(number, (0, Badge()))
        if compared < wanted:
            places = _first(slot, wanted)
            calls = [
                call
                for at in places
                for call in self._store.calls.of_item(self.run.id, *self.table.place(at))
                if call.step == slot.name
            ]
            badge = badge_of(self._store, calls)
            self._badges[number] = (wanted, badge)
        return badge


def _first(slot: Slot, count: int) -> list[int]:
    """Return the first rows in which a step was executed."""
    found: list[int] = []
    for at, state in enumerate(slot.state):
        if state in (RAN, FAILED):
            found.append(at)
            if len(found) == count:
                break
    return found


def _pages(rows: Iterable[T]) -> Iterable[list[T]]:
    page: list[T] = []
    for row in rows:
        page.append(row)
        if len(page) == _PAGE:
            yield page
            page = []
    yield page

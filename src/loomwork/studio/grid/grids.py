"""The grids that a studio holds: those used last, by run. Knows no HTTP."""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING

from msgspec import structs

from loomwork.kernel.errors.flow import NoSuchRun
from loomwork.kernel.errors.phrases import Nothing
from loomwork.store.rows import RunRow
from loomwork.studio.grid.beneath import Briefs
from loomwork.studio.grid.heads import head_of
from loomwork.studio.grid.held import Held
from loomwork.studio.wire.runs import RunHead

if TYPE_CHECKING:
    from loomwork.studio.studio import Studio

_HELD = 8
_HEADS = 500


class Grids:
    """One a studio."""

    def __init__(self, studio: Studio) -> None:
        self._store = studio.store
        self._folder = studio.folder
        self._briefs = Briefs(studio.store)
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._heads: OrderedDict[str, RunHead] = OrderedDict()
        """Heads of runs that have ended: they do not change."""
        self._lock = threading.Lock()

    def run(self, name: str) -> RunRow:
        """Return a run. Raises `NoSuchRun`, `AmbiguousRun`."""
        found = self._store.runs.get(name)
        if found is None:
            known = ", ".join(each.id for each in self._store.runs.list(limit=5)) or Nothing()
            raise NoSuchRun(run=name, known=known)
        return found

    def open(self, run: RunRow) -> Held:
        """Return a run's grid as it is now."""
        with self._lock:
            held = self._held.get(run.id)
            if held is None or held.run.started_ns != run.started_ns:
                held = self._held[run.id] = Held(self._store, self._briefs, run, self._folder)
            self._held.move_to_end(run.id)
            while len(self._held) > _HELD:
                self._held.popitem(last=False)
        held.refresh()
        return held

    def head(self, run: RunRow) -> RunHead:
        """Return a run in a line."""
        if run.status == "running":
            return self.open(run).head()
        known = self._heads.get(run.id)
        if known is None or known.status != run.status:
            known = self._kept(run)
        return self._with_scores(known)

    def _with_scores(self, head: RunHead) -> RunHead:
        """Return a head with what its run was scored with: that may come at any time."""
        held = self._held.get(head.id)
        if held is not None:
            with held.lock:
                held.scores.refresh()
                return structs.replace(head, scorers=held.scores.names, scored=held.scores.mark)
        begun = self._store.scores.scorings(head.id)
        if not begun:
            return head
        return structs.replace(
            head, scorers=tuple(each.scorer for each in begun), scored=".".join(f"{each.made_ns:x}" for each in begun)
        )

    def _kept(self, run: RunRow) -> RunHead:
        head = self.open(run).head() if run.status == "crashed" else self._ended(run)
        with self._lock:
            self._heads[run.id] = head
            while len(self._heads) > _HEADS:
                self._heads.popitem(last=False)
        return head

    def _ended(self, run: RunRow) -> RunHead:
        failed = self._store.runs.failures(run.id) if run.failed else ()
        return head_of(run, None, (failed[0].error or "") if failed else "")

"""The calls that were recorded for one row, as a tree. Knows nothing of a second run."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from loomwork.flow.record import Record
from loomwork.flow.recordings import CALL
from loomwork.flow.runtime import Runtime
from loomwork.store.rows import CallRow, ItemRow, SpanRow

_MOST = 20_000
"""Calls of one row that are looked at."""


class Node(Struct, frozen=True):
    """One call, with the calls that it made in the order in which they began."""

    call: CallRow
    record: Record
    at: str
    """`module:qualname` where the step is found; empty where no name leads to it."""
    slot: int | None
    children: tuple[Node, ...]

    def walk(self) -> Iterator[Node]:
        """Yield the calls beneath this one and this one, a call after those that it made."""
        waiting: list[tuple[Node, bool]] = [(self, False)]
        while waiting:
            node, opened = waiting.pop()
            if opened or not node.children:
                yield node
                continue
            waiting.append((node, True))
            waiting += [(child, False) for child in reversed(node.children)]


class Trees:
    """Reads trees from one store."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._spans: dict[str, list[SpanRow]] = {}
        self._left = _MOST
        self._own: dict[tuple[str, str], CallRow] = {}
        """Calls that were executed for the row itself: beneath a caller that was reused, they are what its nested calls
        came to in this very run."""

    def of_item(self, item: ItemRow) -> Node | None:
        """Return the tree of a row; None where its root call is not kept."""
        spans = self._trace(item.trace)
        known = {span.span for span in spans}
        root = next((span for span in spans if span.parent not in known), None)
        call = None if root is None else self._call_of(root)
        self._own = self._made_for(item)
        return None if call is None else self._node(call, at=call.step, slot=None)

    def _node(self, call: CallRow, *, at: str, slot: int | None) -> Node | None:
        record = self._runtime.lookup.record(call.record)
        if record is None or self._left <= 0:
            return None
        self._left -= 1
        rows = self._runtime.store.calls.many([each.call for each in record.calls])
        made: list[Node | None] = []
        for each in record.calls:
            row = rows.get(each.call)
            if row is not None:
                own = self._own.get((row.step, row.inputs))
                row = own if own is not None and own.value == row.value else row
                made.append(self._node(row, at=each.at or each.step, slot=each.slot))
        made += [self._node(row, at=row.step, slot=None) for row in self._failed(call)]
        return Node(call, record, at, slot, tuple(node for node in made if node is not None))

    def _made_for(self, item: ItemRow) -> dict[tuple[str, str], CallRow]:
        """Return the calls that were executed for a row, but for those made more than once."""
        found: dict[tuple[str, str], CallRow] = {}
        several: set[tuple[str, str]] = set()
        for row in self._runtime.store.calls.of_item(item.run, item.index, item.trial):
            key = (row.step, row.inputs)
            if key in found:
                several.add(key)
            found[key] = row
        return {key: row for key, row in found.items() if key not in several and row.status == "ok"}

    def _failed(self, call: CallRow) -> list[CallRow]:
        """Return the nested calls that failed, each once: of several attempts the last one."""
        found: dict[tuple[str, str], CallRow] = {}
        for span in self._trace(call.trace):
            if span.parent == call.span and span.status == "error":
                row = self._call_of(span)
                if row is not None and row.status == "failed":
                    found[row.step, row.inputs] = row
        return list(found.values())

    def _trace(self, trace: str) -> list[SpanRow]:
        if trace not in self._spans:
            self._spans[trace] = self._runtime.store.spans.trace(trace) if trace else []
        return self._spans[trace]

    def _call_of(self, span: SpanRow) -> CallRow | None:
        name = span.attributes.get(CALL)
        calls = self._runtime.store.calls
        return calls.get(name) if isinstance(name, str) else calls.of_span(span.span)

"""What lies beneath a hit, from the record: it was not called in this trace. Knows no column and no HTTP.

The spans of the call that was reused are shown where the store still has them, else the calls that its record names.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import DecodeError

from loomwork.flow.record import Record, unpack
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow, SpanRow
from loomwork.trace.reading import Node, build_tree, walk

CALL = "loomwork.call"
HITS, SPANS = 300, 2_000
"""Most hits that are looked into, and most spans that are shown for them, in one trace."""
_OF_ONE = 5_000
"""Most spans of another trace that are read."""
_TRACES = 64
"""Other traces kept while one is read."""


class Beneath(NamedTuple):
    """A span beneath a hit, and how much deeper than the hit it stands (1: its child)."""

    row: SpanRow
    depth: int
    began_ns: int
    """When the reused call that it belongs to began."""


class Recordings:
    """Looks into hits, up to the limits; `more` says whether one was met."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._traces: dict[str, dict[str, Node]] = {}
        self._hits = 0
        self._spans = 0
        self.more = False

    def beneath(self, hit: SpanRow) -> Iterator[Beneath]:
        """Yield what lies beneath a hit in the order of a tree, hits within looked into too."""
        yield from self._beneath(hit, depth=0, above=frozenset())

    def beneath_call(self, call: str, span: str) -> Iterator[Beneath]:
        """Do the same for a hit that is known by the call that it reuses and its span: not the call of a model."""
        yield from self._beneath_call(call, span, depth=0, above=frozenset())

    def made(self, hit: SpanRow) -> SpanRow | None:
        """Return the span in which a hit's result was made; None where it is not kept any more."""
        name = hit.attributes.get(CALL)
        call = self._store.calls.get(name) if isinstance(name, str) else None
        node = None if call is None else self._node(call)
        return None if node is None else node.row

    def _beneath(self, hit: SpanRow, *, depth: int, above: frozenset[str]) -> Iterator[Beneath]:
        name = hit.attributes.get(CALL)
        if hit.kind != "model" and isinstance(name, str):
            yield from self._beneath_call(name, hit.span, depth=depth, above=above)

    def _beneath_call(self, name: str, span: str, *, depth: int, above: frozenset[str]) -> Iterator[Beneath]:
        if name in above:
            return
        if self._hits >= HITS or self._spans >= SPANS:
            self.more = True
            return
        self._hits += 1
        call = self._store.calls.get(name)
        if call is None or call.span == span:
            return
        for row, deeper in self._made(call):
            if self._spans >= SPANS:
                self.more = True
                return
            self._spans += 1
            yield Beneath(row, depth + deeper, call_start(call, self._node(call)))
            if row.cached:
                yield from self._beneath(row, depth=depth + deeper, above=above | {name})

    def _made(self, call: CallRow) -> Iterator[tuple[SpanRow, int]]:
        node = self._node(call)
        if node is not None:
            for each in walk(node.children):
                yield each.row, each.depth - node.depth
            return
        record = record_of(self._store, call)
        for inner in record.calls if record is not None else ():
            made = self._store.calls.get(inner.call)
            if made is not None:
                yield span_of(self._store, made), 1

    def _node(self, call: CallRow) -> Node | None:
        nodes = self._traces.get(call.trace)
        if nodes is None:
            rows = self._store.traces.spans(call.trace, limit=_OF_ONE) if call.trace else []
            if len(self._traces) >= _TRACES:
                self._traces.clear()
            nodes = self._traces[call.trace] = {each.row.span: each for each in walk(build_tree(rows))}
        return nodes.get(call.span)


def call_start(call: CallRow, node: Node | None) -> int:
    """Return when a call began, as far as it is known."""
    return call.created_ns if node is None else node.row.start_ns


def record_of(store: Store, call: CallRow) -> Record | None:
    """Return a call's record; None where it is lost or of another version."""
    try:
        return unpack(store.blobs.get(call.record))
    except (BlobMissing, BlobCorrupt, DecodeError):
        return None


def span_of(store: Store, call: CallRow) -> SpanRow:
    """Return a span in the place of one that is not kept any more, from its call's row: how long it took is lost."""
    record = record_of(store, call)
    return SpanRow(
        trace=call.trace,
        span=call.span,
        name=call.step,
        kind=call.kind,
        start_ns=call.created_ns,
        end_ns=call.created_ns,
        status="ok" if call.status == "ok" else "error",
        error=call.error,
        run=call.run,
        item=call.item,
        trial=call.trial,
        cached=False,
        output=call.result,
        preview_in=record.preview_in if record is not None else "",
        preview_out=record.preview_out if record is not None else "",
        attributes={CALL: call.id},
    )

"""Which row of one run is which row of another: by the hash of what its step was given. Knows not what passes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from loomwork.evals.data.lineage import said_by
from loomwork.evals.evaluating.figures import given_of
from loomwork.flow.recordings import CALL, record_of
from loomwork.kernel.canonical import digest
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow, ItemRow


def input_of(row: Mapping[str, Any], keys: tuple[str, ...]) -> str:
    """Return the hash by which a row is found again: of its arguments, whatever else stands beside them.

    >>> input_of({"q": "a", "tag": 1}, ("q",)) == input_of({"q": "a", "tag": 2, "_status": "x"}, ("q",))
    True
    >>> input_of({"q": "a", "tag": 1}, ()) == input_of({"q": "a", "tag": 2}, ())
    False
    """
    said = said_by(row)
    return digest({name: said[name] for name in (keys or tuple(sorted(said))) if name in said})


def keys_of(store: Store, item: ItemRow) -> tuple[str, ...]:
    """Return the keys of an item's row that its step was given; empty where its call is not kept."""
    call = root_call(store, item)
    record = None if call is None else record_of(store, call)
    names = () if record is None else tuple(name for name in record.inputs if not name.startswith("*"))
    row = given_of(store, item)
    return tuple(name for name in names if name in row)


def root_call(store: Store, item: ItemRow) -> CallRow | None:
    """Return the call of the step that was run for an item."""
    spans = store.spans.trace(item.trace) if item.trace else []
    known = {span.span for span in spans}
    root = next((span for span in spans if span.parent not in known), None)
    name = None if root is None else root.attributes.get(CALL)
    if root is None:
        return None
    return store.calls.get(name) if isinstance(name, str) else store.calls.of_span(root.span)


def as_json(value: object) -> str:
    """Return a plain value as JSON text; what has no form there as its text."""
    return msgspec.json.encode(value, enc_hook=str).decode()

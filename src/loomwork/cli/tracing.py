"""What the trace commands share: a trace by the beginning of its id, and a span as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loomwork.kernel.errors.cli import NoRunsYet
from loomwork.kernel.errors.flow import AmbiguousTrace, NoSuchTrace
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from loomwork.store.protocols import Store
    from loomwork.store.rows import SpanRow

LOOKED_AT = 20_000
"""How many of the newest traces are searched for the beginning of an id."""
LAST = "last"
SHOWN_ID = 16
_WHOLE_ID = 32
_SHOWN_MATCHES = 4


def find_trace(store: Store, beginning: str) -> str:
    """Return the id of the trace that begins so, or of the last one. Raises `NoSuchTrace`, `AmbiguousTrace`.

    Raises:
        NoRunsYet: The last one is asked for, and there is none.
    """
    if beginning == LAST:
        newest = store.spans.list(limit=1)
        if not newest:
            raise NoRunsYet
        return newest[0].trace
    wanted = beginning.lower()
    if not wanted or set(wanted) - set("0123456789abcdef"):
        raise NoSuchTrace(trace=beginning)
    if len(wanted) == _WHOLE_ID:
        if not store.spans.trace(wanted):
            raise NoSuchTrace(trace=beginning)
        return wanted
    roots = store.spans.list(limit=LOOKED_AT)
    found = list(dict.fromkeys(root.trace for root in roots if root.trace.startswith(wanted)))
    if not found:
        raise NoSuchTrace(trace=beginning)
    if len(found) > 1:
        shown = ", ".join(each[: max(SHOWN_ID, len(wanted) + 4)] for each in found[:_SHOWN_MATCHES])
        raise AmbiguousTrace(prefix=beginning, matches=shown)
    return found[0]


def span_json(span: SpanRow) -> dict[str, object]:
    """Return one span as plain data."""
    found: dict[str, object] = jsonable(span)
    return found

"""What the trace commands share: the newest traces, one by the beginning of its id, and a span as plain data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from loomwork.kernel.errors.cli import NoRunsYet
from loomwork.kernel.errors.flow import AmbiguousTrace, NoSuchTrace
from loomwork.telling.jsonable import jsonable

if TYPE_CHECKING:
    from loomwork.store.protocols import Store
    from loomwork.store.rows import SpanRow
    from loomwork.store.traces import Mark

LOOKED_AT = 20_000
"""How many of the newest traces are searched for the beginning of an id."""
LAST = "last"
SCORING = "scoring"
"""Kind of the root of what scorers did for one item: no trace of the application."""
SHOWN_ID = 16
_WHOLE_ID = 32
_SHOWN_MATCHES = 4


def newest_traces(store: Store, *, limit: int, run: str | None = None, scoring: bool = False) -> list[SpanRow]:
    """Return the roots of the newest traces, those of scorers only where they are asked for."""
    if scoring:
        return store.spans.list(limit=limit, run=run)
    from loomwork.store.traces import TraceQuery

    query = TraceQuery(run=run, not_kind=SCORING)
    found: list[SpanRow] = []
    before: Mark | None = None
    while True:
        page = store.traces.find(query, limit=limit - len(found), before=before)
        found += [root.row for root in page.roots]
        before = page.next
        if before is None or len(found) >= limit:
            return found


def find_trace(store: Store, beginning: str) -> str:
    """Return the id of the trace that begins so, or of the application's last. Raises `NoSuchTrace`, `AmbiguousTrace`.

    Raises:
        NoRunsYet: The last one is asked for, and there is none.
    """
    if beginning == LAST:
        newest = newest_traces(store, limit=1)
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

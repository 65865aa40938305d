"""`/api/traces`: the list with its filters, its live tail, and one trace."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

from loomwork.kernel.errors.studio import ParameterWrong
from loomwork.store.traces import TraceQuery
from loomwork.studio.endpoints import Endpoint, Event
from loomwork.studio.studio import Studio
from loomwork.studio.traces.columns import trace_as_columns
from loomwork.studio.traces.finding import find_trace, mark_of, query_of, text_of
from loomwork.studio.traces.heads import head_of, with_ratings
from loomwork.studio.wire.traces import LISTED, ListTraces, NewTraces, Trace, TraceAsked, TraceFilter, TraceList

_TICK_S = 0.25
_AT_ONCE = 100


def list_traces(studio: Studio, asked: ListTraces) -> TraceList:
    """Return a page of traces."""
    store = studio.store
    query = query_of(store, studio.folder, asked)
    page = store.traces.find(query, limit=min(max(asked.limit, 1), LISTED), before=mark_of(asked.before))
    return TraceList(
        traces=with_ratings(store, [head_of(store, root.row) for root in page.roots]),
        scanned=page.scanned,
        more=page.next is not None,
        next=text_of(page.next),
    )


async def live_traces(studio: Studio, asked: TraceFilter, last: str) -> AsyncGenerator[Event]:
    """Yield traces as they end; without a place to go on from, those that end from now on."""
    query = await asyncio.to_thread(query_of, studio.store, studio.folder, asked)
    at = _place(last) if last else await asyncio.to_thread(studio.store.traces.newest)
    while True:
        found, at = await asyncio.to_thread(_since, studio, query, at)
        if found.traces:
            yield Event(name="traces", data=found, id=str(at))
        await asyncio.sleep(_TICK_S)


def get_trace(studio: Studio, asked: TraceAsked) -> Trace:
    """Return one trace."""
    trace = find_trace(studio.store, asked.trace)
    return trace_as_columns(studio.store, trace, limit=asked.limit, opens_hits=asked.hits == "open")


def _since(studio: Studio, query: TraceQuery, at: int) -> tuple[NewTraces, int]:
    """Return the traces since a place, and the place to go on from."""
    newest = studio.store.traces.newest()
    if newest == at:
        return NewTraces(traces=()), at
    page = studio.store.traces.written_after(at, query, limit=_AT_ONCE)
    place = page.next.number if page.next is not None and page.scanned == _AT_ONCE else newest
    heads = tuple([head_of(studio.store, root.row) for root in page.roots if root.mark.number <= place])
    return NewTraces(traces=heads), place


def _place(last: str) -> int:
    if not last.isdecimal():
        raise ParameterWrong(detail=f"Last-Event-ID: '{last}' is no place in the traces")
    return int(last)


ENDPOINTS = (
    Endpoint(
        name="list_traces",
        method="GET",
        path="/api/traces",
        tells="Traces, newest first.",
        call=list_traces,
        asked=ListTraces,
        gives=TraceList,
    ),
    Endpoint(
        name="live_traces",
        method="GET",
        path="/api/traces/live",
        tells="Traces as they end: events `traces`.",
        call=live_traces,
        asked=TraceFilter,
        gives=NewTraces,
        form="stream",
    ),
    Endpoint(
        name="get_trace",
        method="GET",
        path="/api/traces/{trace}",
        tells="One trace as columns, without bodies.",
        call=get_trace,
        asked=TraceAsked,
        gives=Trace,
        is_large=True,
    ),
)

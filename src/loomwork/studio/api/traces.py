"""`/api/traces`: the list with its filters, its live tail, and one trace."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint, Event
from loomwork.studio.studio import Studio
from loomwork.studio.wire.traces import ListTraces, NewTraces, Trace, TraceAsked, TraceFilter, TraceList


def list_traces(studio: Studio, asked: ListTraces) -> TraceList:
    """Return a page of traces."""
    raise NoSuchPlace(path="/api/traces")


async def live_traces(studio: Studio, asked: TraceFilter, last: str) -> AsyncGenerator[Event]:
    """Yield traces as they end."""
    raise NoSuchPlace(path="/api/traces/live")
    yield Event(name="traces", data=NewTraces(traces=()))


def get_trace(studio: Studio, asked: TraceAsked) -> Trace:
    """Return one trace."""
    raise NoSuchPlace(path=f"/api/traces/{asked.trace}")


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
    ),
)

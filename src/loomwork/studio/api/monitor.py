"""`/api/monitor` and `/api/requests`: how what is served is doing, from rollups; the requests behind each point."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Any

from loomwork.kernel.errors.studio import ParameterWrong
from loomwork.monitor.dashboards import Range, kinds, range_of, speed, traffic
from loomwork.store.requests import WIDTHS, Only, Place, RequestFilter, Spread
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.studio import Studio
from loomwork.studio.watching import around, told
from loomwork.studio.watching.asking import Topics
from loomwork.studio.watching.naming import key_labels
from loomwork.studio.wire import monitor as wire

_HOUR_NS = 3_600_000_000_000
_NS = 1e6
_SPREADS: dict[str, Spread] = {"total": "totals", "first": "firsts", "token": "tokens"}


def get_traffic(studio: Studio, asked: wire.AskTraffic) -> wire.Traffic:
    """Return figures over time."""
    found = traffic(studio.store.requests, _range(asked), by=asked.by, only=_only(asked))
    return told.traffic_of(found, key_labels(studio.store) if asked.by == "key" else {})


def get_speed(studio: Studio, asked: wire.AskSpeed) -> wire.Speed:
    """Return quantiles over time."""
    stretch = _range(asked)
    found = speed(studio.store.requests, stretch, _SPREADS[asked.of], by=asked.by, only=_only(asked))
    return told.speed_of(found, stretch)


def get_kinds(studio: Studio, asked: wire.AskKinds) -> wire.Kinds:
    """Return counts by kind over time."""
    stretch = _range(asked)
    return told.kinds_of(kinds(studio.store.requests, stretch, asked.of, only=_only(asked)), stretch)


def get_quality(studio: Studio, asked: wire.AskMonitor) -> wire.Quality:
    """Return scores and ratings over time."""
    return around.quality(studio.store, _range(asked))


def get_topics(studio: Studio, asked: wire.AskTopics) -> wire.Topics:
    """Return what people asked about."""
    since_ns, until_ns = _times(asked)
    only = RequestFilter(
        since_ns=since_ns,
        until_ns=until_ns,
        release=asked.release,
        served=asked.served,
        model=asked.model,
        key=asked.key,
        flag=asked.only,
    )
    return studio.part(Topics).find(only)


def get_business(studio: Studio, asked: wire.AskMonitor) -> wire.Business:
    """Return sessions, people who came back, and events."""
    return around.business(studio.store, _range(asked))


def get_processes(studio: Studio, asked: wire.AskMonitor) -> wire.Processes:
    """Return how serving processes were doing."""
    return around.processes(studio.store, _range(asked), now_ns=time.time_ns())


def get_alerts(studio: Studio, asked: wire.AskMonitor) -> wire.Alerts:
    """Return all alerts with their state."""
    return around.alerts(studio.store, studio.folder, since_ns=_times(asked)[0])


def get_choices(studio: Studio, asked: wire.AskMonitor) -> wire.Choices:
    """Return what there is to filter by."""
    stretch = _range(asked)
    requests = studio.store.requests
    width = max(width for width in WIDTHS if width <= max(1, (stretch.until - stretch.since) // 6))
    named = requests.named(since_minute=stretch.since, until_minute=stretch.until, width=width)
    return wire.Choices(
        releases=_sorted(each.release for each in named),
        served=_sorted(each.served for each in named),
        models=_sorted(each.model for each in named),
        keys=_keys(studio, named),
        any=requests.oldest_ns() != 0,
    )


def _keys(studio: Studio, named: Iterable[Only]) -> tuple[wire.KeyChoice, ...]:
    labels = key_labels(studio.store)
    found = [wire.KeyChoice(id=key, label=labels.get(key, key)) for key in {each.key for each in named} if key]
    return tuple(sorted(found, key=lambda each: (each.label, each.id)))


def _sorted(values: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted({value for value in values if value}))


def list_requests(studio: Studio, asked: wire.AskRequests) -> wire.RequestList:
    """Return a page of requests."""
    limit = min(max(asked.limit, 1), wire.LISTED)
    only = RequestFilter(
        since_ns=round(asked.since_ms * _NS),
        until_ns=round(asked.until_ms * _NS),
        release=asked.release,
        served=asked.served,
        model=asked.model,
        key=asked.key,
        user=asked.user,
        session=asked.session,
        status=asked.status,
        error=asked.error,
        cached=asked.cached,
        min_ms=asked.min_ms,
        flag=asked.flag,
        rated=asked.rated,
    )
    rows = studio.store.requests.list(only, limit=limit + 1, before=_place(asked.before))
    shown = rows[:limit]
    labels = key_labels(studio.store) if any(row.key for row in shown) else {}
    more = len(rows) > limit
    return wire.RequestList(
        requests=tuple(told.request_of(row, labels) for row in shown),
        next=f"{shown[-1].at_ns}-{shown[-1].trace}" if more else "",
    )


def _place(text: str) -> Place | None:
    if not text:
        return None
    at, _, trace = text.partition("-")
    if not at.isdecimal():
        raise ParameterWrong(detail=f"before: '{text}' is no place in the list")
    return Place(int(at), trace)


def _times(asked: wire.AskMonitor) -> tuple[int, int]:
    until_ns = round(asked.until_ms * _NS) or time.time_ns()
    return round(asked.since_ms * _NS) or until_ns - _HOUR_NS, until_ns


def _range(asked: wire.AskMonitor) -> Range:
    since_ns, until_ns = _times(asked)
    if since_ns >= until_ns:
        raise ParameterWrong(detail="since_ms: it is not before until_ms")
    return range_of(since_ns, until_ns)


def _only(asked: wire.AskMonitor) -> Only:
    return Only(release=asked.release, served=asked.served, model=asked.model, key=asked.key)


def _chart(name: str, tells: str, call: Any, asked: Any, gives: Any) -> Endpoint:
    path = f"/api/monitor/{name.removeprefix('get_')}"
    return Endpoint(name=name, method="GET", path=path, tells=tells, call=call, asked=asked, gives=gives)


ENDPOINTS = (
    _chart("get_traffic", "Requests, errors, tokens and money over time.", get_traffic, wire.AskTraffic, wire.Traffic),
    _chart("get_speed", "Quantiles of durations over time.", get_speed, wire.AskSpeed, wire.Speed),
    _chart("get_kinds", "Kinds of errors or of cache hits over time.", get_kinds, wire.AskKinds, wire.Kinds),
    _chart("get_quality", "Scores and ratings over time.", get_quality, wire.AskMonitor, wire.Quality),
    _chart("get_topics", "What people asked about.", get_topics, wire.AskTopics, wire.Topics),
    _chart("get_business", "Sessions, people and events.", get_business, wire.AskMonitor, wire.Business),
    _chart("get_processes", "Processes and GPUs over time.", get_processes, wire.AskMonitor, wire.Processes),
    _chart("get_alerts", "Alerts with their state.", get_alerts, wire.AskMonitor, wire.Alerts),
    _chart("get_choices", "What there is to filter by.", get_choices, wire.AskMonitor, wire.Choices),
    Endpoint(
        name="list_requests",
        method="GET",
        path="/api/requests",
        tells="Requests to the gateway, the newest first.",
        call=list_requests,
        asked=wire.AskRequests,
        gives=wire.RequestList,
    ),
)

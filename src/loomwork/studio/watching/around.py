"""What stands beside the figures: quality, processes, alerts, events. Reads the store; knows no HTTP."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from loomwork.kernel.errors.base import LoomworkError
from loomwork.monitor.dashboards import MINUTE_NS, Range
from loomwork.monitor.process import unpacked
from loomwork.monitor.settings import AlertTable
from loomwork.store.protocols import Store
from loomwork.store.requests import AlertRow, ProcessSample
from loomwork.studio.watching.told import MINUTE_MS, times
from loomwork.studio.wire import monitor as wire
from loomwork.workspace.settings import load_settings

_MOST = 100_000
_SILENT_NS = 30_000_000_000
"""After that, three samples are missing: the process is taken for dead."""
Series = tuple[float | None, ...]


class _Said(msgspec.Struct):
    value: float | None = None
    limit: float | None = None
    of: str = ""


class _Heard(NamedTuple):
    first: ProcessSample
    last: ProcessSample


def quality(store: Store, stretch: Range) -> wire.Quality:
    """Return scores of sampled answers and people's ratings over time."""
    since, until = stretch.since * MINUTE_NS, stretch.until * MINUTE_NS
    scores = store.watched.scores(since_ns=since, until_ns=until, limit=_MOST)
    sums = defaultdict[str, list[list[float]]](lambda: [[] for _ in range(stretch.points)])
    for each in scores:
        if each.value is not None:
            sums[each.scorer][_place(stretch, each.at_ns)].append(each.value)
    up, down = [0] * stretch.points, [0] * stretch.points
    ratings = store.feedback.list(since_ns=since, until_ns=until, limit=_MOST)
    for rating in ratings:
        if rating.rating:
            (up if rating.rating > 0 else down)[_place(stretch, rating.at_ns)] += 1
    return wire.Quality(
        at_ms=times(stretch),
        every_ms=stretch.every * MINUTE_MS,
        scorers=tuple(
            wire.ScoredSeries(
                scorer=scorer,
                count=sum(map(len, points)),
                mean=_mean([value for point in points for value in point]),
                means=tuple(map(_mean, points)),
            )
            for scorer, points in sorted(sums.items())
        ),
        up=tuple(up),
        down=tuple(down),
        complete=len(scores) < _MOST and len(ratings) < _MOST,
    )


def processes(store: Store, stretch: Range, *, now_ns: int) -> wire.Processes:
    """Return how serving processes were doing: at each point the mean, of the loop's lag the worst."""
    samples = store.watched.samples(since_ns=stretch.since * MINUTE_NS, until_ns=stretch.until * MINUTE_NS, limit=_MOST)
    by_pid = defaultdict[int, dict[str, list[list[float]]]](lambda: defaultdict(lambda: _empty(stretch)))
    heard: dict[int, _Heard] = {}
    by_gpu = defaultdict[str, dict[str, list[list[float]]]](lambda: defaultdict(lambda: _empty(stretch)))
    memory_of: dict[str, float] = {}
    for sample in samples:
        place = _place(stretch, sample.at_ns)
        own = by_pid[sample.pid]
        before = heard.get(sample.pid)
        first = sample if before is None or before.last.ended else before.first  # an ended one's number may come again
        heard[sample.pid] = _Heard(first, sample)
        for name, value in (
            ("cpu", sample.cpu), ("rss", sample.rss), ("fds", sample.fds), ("lag", sample.lag_ns / 1e6),
        ):  # fmt: skip
            own[name][place].append(value)
        for gpu in unpacked(sample.gpus):
            memory_of[gpu.name] = gpu.memory_of
            by_gpu[gpu.name]["used"][place].append(gpu.used)
            by_gpu[gpu.name]["memory"][place].append(gpu.memory)
    return wire.Processes(
        at_ms=times(stretch),
        every_ms=stretch.every * MINUTE_MS,
        processes=tuple(
            wire.ProcessLine(
                pid=pid,
                state="ended" if _has_ended(heard[pid].last, now_ns) else "live",
                since_ms=heard[pid].first.at_ns / 1e6,
                last_ms=heard[pid].last.at_ns / 1e6,
                cpu=_means(own["cpu"]),
                rss=_means(own["rss"]),
                fds=_means(own["fds"]),
                lag=tuple(max(each) if each else None for each in own["lag"]),
            )
            for pid, own in sorted(by_pid.items(), key=lambda one: _order(heard[one[0]].last, now_ns))
        ),
        gpus=tuple(
            wire.GpuLine(name=name, used=_means(own["used"]), memory=_means(own["memory"]), memory_of=memory_of[name])
            for name, own in sorted(by_gpu.items())
        ),
    )


def _has_ended(last: ProcessSample, now_ns: int) -> bool:
    return last.ended or now_ns - last.at_ns > _SILENT_NS


def _order(last: ProcessSample, now_ns: int) -> tuple[bool, int]:
    """Those that live first, then those that were heard of last."""
    return _has_ended(last, now_ns), -last.at_ns


def business(store: Store, stretch: Range) -> wire.Business:
    """Return sessions, people who came back, and events tied to sessions."""
    since, until = stretch.since * MINUTE_NS, stretch.until * MINUTE_NS
    people = store.requests.people(since_ns=since, until_ns=until)
    events = store.events.counts(since_ns=since, until_ns=until)
    return wire.Business(
        sessions=people.sessions,
        users=people.users,
        returning=people.returning,
        events=tuple(
            wire.EventLine(
                name=each.name,
                currency=each.currency,
                count=each.count,
                sessions=each.sessions,
                converted=min(1.0, each.sessions / people.sessions) if people.sessions else None,
                value_micros=each.value_micros,
            )
            for each in events
        ),
    )


def alerts(store: Store, folder: Path, *, since_ns: int) -> wire.Alerts:
    """Return the alerts that are set with their state, then those that fired and are not set any more."""
    told = store.watched.alerts(since_ns=since_ns, limit=1_000)
    last: dict[str, AlertRow] = {}
    for row in told:
        last.setdefault(row.name, row)
    problem = ""
    tables: dict[str, AlertTable] = {}
    try:
        tables = dict(load_settings(folder).alerts)
    except LoomworkError as error:
        problem = str(error)
    lines = [_alert(name, table, last.get(name)) for name, table in tables.items()]
    lines += [_alert(name, None, row) for name, row in last.items() if name not in tables]
    return wire.Alerts(alerts=tuple(lines), problem=problem)


def _alert(name: str, table: AlertTable | None, row: AlertRow | None) -> wire.AlertLine:
    said = msgspec.json.decode(row.said, type=_Said) if row is not None and row.said else _Said()
    firing = row is not None and row.until_ns is None
    return wire.AlertLine(
        name=name,
        of=table.of if table is not None else said.of,
        rule=_rule(table) if table is not None else "",
        state="firing" if firing else "well" if table is not None else "over",
        since_ms=None if row is None else row.since_ns / 1e6,
        until_ms=None if row is None or row.until_ns is None else row.until_ns / 1e6,
        value=said.value,
        limit=said.limit,
    )


def _rule(table: AlertTable) -> str:
    set_ones = table.model_dump(exclude_defaults=True, exclude={"to", "of"})
    if table.objective is None:
        set_ones["over"] = table.over
    return ", ".join(f"{name} = {value}" for name, value in set_ones.items())


def _empty(stretch: Range) -> list[list[float]]:
    return [[] for _ in range(stretch.points)]


def _place(stretch: Range, at_ns: int) -> int:
    return min(stretch.points - 1, max(0, (at_ns // MINUTE_NS - stretch.since) // stretch.every))


def _means(points: Iterable[Sequence[float]]) -> Series:
    return tuple(map(_mean, points))


def _mean(values: Sequence[float]) -> float | None:
    return sum(values) / len(values) if values else None

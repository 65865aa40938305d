"""Figures of the monitor as the wire has them. Pure; knows no store."""

from collections.abc import Mapping, Sequence

from loomwork.monitor.dashboards import Figure, Kinds, Part, Range, Speed, Traffic
from loomwork.store.requests import GUARDED, REFUSED, UNANSWERED
from loomwork.store.rows import RequestRow
from loomwork.studio.wire import monitor as wire

MINUTE_MS = 60_000.0
_NS = 1e6


def times(stretch: Range) -> tuple[float, ...]:
    """Return where each point begins."""
    return tuple((stretch.since + place * stretch.every) * MINUTE_MS for place in range(stretch.points))


def figures_of(figure: Figure) -> wire.Figures:
    """Return what a number of requests came to."""
    counts = figure.counts
    return wire.Figures(
        count=counts.count,
        rejected=counts.rejected,
        limited=counts.limited,
        failed=counts.failed,
        left_early=counts.left_early,
        cached=counts.cached,
        degraded=counts.degraded,
        input_tokens=counts.input_tokens,
        output_tokens=counts.output_tokens,
        unpriced=counts.unpriced,
        refused=counts.refused,
        guarded=counts.guarded,
        unanswered=counts.unanswered,
        money=tuple(
            wire.Spent(currency=each.currency, cost_micros=each.cost_micros, saved_micros=each.saved_micros)
            for each in figure.money
        ),
    )


def traffic_of(found: Traffic, labels: Mapping[str, str]) -> wire.Traffic:
    """Return figures over time; `labels` is how people call what they are kept apart by."""
    spent = sorted(found.total.money, key=lambda each: -each.cost_micros)
    currency = spent[0].currency if spent else ""
    return wire.Traffic(
        at_ms=times(found.range),
        every_ms=found.range.every * MINUTE_MS,
        total=figures_of(found.total),
        points=tuple(map(figures_of, found.points)),
        groups=tuple(
            wire.TrafficGroup(
                value=group.value,
                label=labels.get(group.value, group.value),
                total=figures_of(group.total),
                counts=tuple(point.requests for point in group.points),
                costs_micros=tuple(_cost(point, currency) for point in group.points),
            )
            for group in found.groups
        ),
        currency=currency,
    )


def _cost(part: Part, currency: str) -> int:
    return sum(micros for spent_in, micros in part.costs if spent_in == currency)


def speed_of(found: Speed, stretch: Range) -> wire.Speed:
    """Return quantiles over time."""
    p50, p95, p99 = (tuple(_ms(point[place]) for point in found.points) for place in range(3))
    return wire.Speed(
        at_ms=times(stretch),
        every_ms=stretch.every * MINUTE_MS,
        p50=p50,
        p95=p95,
        p99=p99,
        total=_group("", found.total),
        groups=tuple(_group(value, quantiles) for value, quantiles in found.groups),
    )


def _group(value: str, quantiles: Sequence[int | None]) -> wire.SpeedGroup:
    p50, p95, p99 = map(_ms, quantiles)
    return wire.SpeedGroup(value=value, p50=p50, p95=p95, p99=p99)


def _ms(duration_ns: int | None) -> float | None:
    return None if duration_ns is None else duration_ns / _NS


def kinds_of(found: Kinds, stretch: Range) -> wire.Kinds:
    """Return counts by kind over time."""
    return wire.Kinds(
        at_ms=times(stretch),
        every_ms=stretch.every * MINUTE_MS,
        kinds=tuple(
            wire.Kind(kind=kind, total=found.total[kind], counts=counts) for kind, counts in found.points.items()
        ),
    )


def request_of(row: RequestRow, labels: Mapping[str, str]) -> wire.RequestLine:
    """Return one request."""
    return wire.RequestLine(
        trace=row.trace,
        at_ms=row.at_ns / _NS,
        release=row.release,
        served=row.served,
        model=row.model,
        key=row.key,
        key_label=labels.get(row.key, row.key),
        user=row.user,
        session=row.session,
        dialect=row.dialect,
        status=row.status,
        error=row.error,
        cached=row.cached,
        degraded=row.degraded,
        input_tokens=row.input_tokens,
        output_tokens=row.output_tokens,
        cost_micros=row.cost_micros,
        currency=row.currency,
        total_ms=row.total_ns / _NS,
        first_ms=row.first_ns / _NS if row.first_ns else None,
        refused=row.flags & REFUSED != 0,
        guarded=row.flags & GUARDED != 0,
        unanswered=row.flags & UNANSWERED != 0,
    )

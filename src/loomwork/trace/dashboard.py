"""Answer dashboard questions from minute rollups: counts, quantiles, tokens, money, over time. Knows no span."""

from collections.abc import Callable, Iterable, Mapping
from typing import Literal, NamedTuple, Protocol, TypeVar

from msgspec import Struct

from loomwork.kernel.usage import Cost, Money
from loomwork.store.buckets import merged, quantile, unpack
from loomwork.store.rows import RollupRow

GroupBy = Literal["name", "kind", "model"]
MINUTE_NS = 60_000_000_000
KEYS: Mapping[GroupBy, Callable[[RollupRow], str]] = {
    "name": lambda row: row.name,
    "kind": lambda row: row.kind,
    "model": lambda row: row.model,
}


class Rollups(Protocol):
    """The one method of `Spans` that a dashboard needs."""

    def rollups(self, *, since_minute: int, until_minute: int, name: str | None = None) -> list[RollupRow]:
        """Return the minute rollups in [since, until)."""
        ...


class Figures(Struct, frozen=True, kw_only=True):
    """What a set of spans came to. Durations are in nanoseconds, quantiles exact to a bucket of the histogram."""

    count: int = 0
    errors: int = 0
    cached: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost: Cost = Cost()
    mean_ns: int | None = None
    p50_ns: int | None = None
    p95_ns: int | None = None
    p99_ns: int | None = None


class Group(NamedTuple):
    """One name, kind or model."""

    key: str
    figures: Figures


class Point(NamedTuple):
    """One stretch of time, beginning with this minute since the epoch."""

    minute: int
    figures: Figures


class Dashboard(Struct, frozen=True, kw_only=True):
    """The answer: everything, by group (most spans first), and over time (gaps are points without spans)."""

    since_minute: int
    until_minute: int
    every: int
    total: Figures
    groups: tuple[Group, ...]
    series: tuple[Point, ...]


def dashboard(
    spans: Rollups,
    *,
    since_ns: int,
    until_ns: int,
    group_by: GroupBy = "name",
    name: str | None = None,
    every: int | None = None,
) -> Dashboard:
    """Return the figures of all spans that ended in the whole minutes that [since, until) touches.

    Args:
        spans: The store's spans.
        since_ns: Begin, in nanoseconds since the epoch.
        until_ns: End, not included.
        group_by: What the groups are.
        name: Only spans of this name.
        every: Minutes a point of the series; the default gives at most 120 points.
    """
    since, until = since_ns // MINUTE_NS, -(-until_ns // MINUTE_NS)
    width = every or max(1, -(-(until - since) // 120))
    rows = spans.rollups(since_minute=since, until_minute=until, name=name)
    histograms = [unpack(row.buckets) for row in rows]
    paired = list(zip(rows, histograms, strict=True))
    by_key = _grouped(paired, KEYS[group_by])
    by_time = _grouped(paired, lambda row: (row.minute - since) // width)
    groups = [Group(key, _figures(members)) for key, members in by_key.items()]
    groups.sort(key=lambda group: (-group.figures.count, group.key))
    return Dashboard(
        since_minute=since,
        until_minute=until,
        every=width,
        total=_figures(paired),
        groups=tuple(groups),
        series=tuple(
            Point(since + place * width, _figures(by_time.get(place, ())))
            for place in range(-(-(until - since) // width))
        ),
    )


K = TypeVar("K")
Pair = tuple[RollupRow, Mapping[int, int]]


def _grouped(paired: Iterable[Pair], key: Callable[[RollupRow], K]) -> dict[K, list[Pair]]:
    groups: dict[K, list[Pair]] = {}
    for pair in paired:
        groups.setdefault(key(pair[0]), []).append(pair)
    return groups


def _figures(paired: Iterable[Pair]) -> Figures:
    pairs = list(paired)
    rows = [row for row, _ in pairs]
    if not rows:
        return Figures()
    histogram = merged(found for _, found in pairs)
    count = sum(row.count for row in rows)
    return Figures(
        count=count,
        errors=sum(row.errors for row in rows),
        cached=sum(row.cached for row in rows),
        input_tokens=sum(row.input_tokens for row in rows),
        output_tokens=sum(row.output_tokens for row in rows),
        cost=_cost(rows),
        mean_ns=sum(row.duration_ns for row in rows) // count if count else None,
        p50_ns=quantile(histogram, 0.50),
        p95_ns=quantile(histogram, 0.95),
        p99_ns=quantile(histogram, 0.99),
    )


def _cost(rows: Iterable[RollupRow]) -> Cost:
    sums: dict[str, int] = {}
    unpriced = 0
    for row in rows:
        unpriced += row.unpriced
        if row.currency:
            sums[row.currency] = sums.get(row.currency, 0) + row.cost_micros
    return Cost(amounts=tuple(Money(micros, currency) for currency, micros in sorted(sums.items())), unpriced=unpriced)

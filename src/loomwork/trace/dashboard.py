"""Answer dashboard questions from minute rollups: counts, quantiles, tokens, money, over time. Knows no span."""

from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, NamedTuple, Protocol

from msgspec import Struct

from loomwork.kernel.usage import Cost, Money
from loomwork.store.buckets import quantile, unpack
from loomwork.store.rows import RollupRow

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

GroupBy = Literal["name", "kind", "model"]
MINUTE_NS = 60_000_000_000
_NAMES = ("count", "errors", "cached", "input_tokens", "output_tokens", "unpriced", "duration_ns")
_COUNTS = attrgetter(*_NAMES)
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
    table = _Table(rows)
    key = KEYS[group_by]
    keys = list(dict.fromkeys(map(key, rows)))
    numbers = {each: number for number, each in enumerate(keys)}
    groups = list(map(Group, keys, table.summed([numbers[key(row)] for row in rows], len(keys))))
    groups.sort(key=lambda group: (-group.figures.count, group.key))
    points = -(-(until - since) // width)
    series = table.summed([(row.minute - since) // width for row in rows], points)
    return Dashboard(
        since_minute=since,
        until_minute=until,
        every=width,
        total=table.summed([0] * len(rows), 1)[0],
        groups=tuple(groups),
        series=tuple(Point(since + place * width, figures) for place, figures in enumerate(series)),
    )


class _Table:
    """Rollups as columns, so that a hundred thousand of them are added up in C."""

    def __init__(self, rows: Sequence[RollupRow]) -> None:
        import numpy as np

        histograms = [unpack(row.buckets) for row in rows]
        self._counts = np.array([_COUNTS(row) for row in rows], np.int64).reshape(len(rows), len(_NAMES))
        self._currencies = sorted({row.currency for row in rows if row.currency})
        places = {currency: place for place, currency in enumerate(self._currencies)}
        priced = [number for number, row in enumerate(rows) if row.currency]
        self._priced = np.array(priced, np.int64)
        self._currency = np.array([places[rows[number].currency] for number in priced], np.int64)
        self._micros = np.array([rows[number].cost_micros for number in priced], np.int64)
        self._lengths = np.fromiter(map(len, histograms), np.int64, len(histograms))
        total = int(self._lengths.sum())
        self._buckets = np.fromiter(chain.from_iterable(histograms), np.int64, total)
        self._members = np.fromiter(chain.from_iterable(each.values() for each in histograms), np.int64, total)

    def summed(self, places: Sequence[int], size: int) -> list[Figures]:
        """Return the sums of the rows that belong to each of `size` places."""
        import numpy as np

        where = np.array(places, np.int64)
        counts = np.zeros((size, len(_NAMES)), np.int64)
        money = np.zeros((size, len(self._currencies)), np.int64)
        if len(where):
            np.add.at(counts, where, self._counts)
            np.add.at(money, (where[self._priced], self._currency), self._micros)
        histograms = self._histograms(where, size)
        return list(map(self._figures, counts.tolist(), money.tolist(), histograms))

    def _histograms(self, where: "NDArray[np.int64]", size: int) -> list[dict[int, int]]:
        import numpy as np

        if not len(self._buckets):
            return [{} for _ in range(size)]
        lowest = int(self._buckets.min())
        table = np.zeros((size, int(self._buckets.max()) - lowest + 1), np.int64)
        np.add.at(table, (np.repeat(where, self._lengths), self._buckets - lowest), self._members)
        found: list[dict[int, int]] = []
        for line in table:
            used = line.nonzero()[0]
            found.append(dict(zip((used + lowest).tolist(), line[used].tolist(), strict=True)))
        return found

    def _figures(self, counts: Sequence[int], money: Sequence[int], histogram: Mapping[int, int]) -> Figures:
        count, errors, cached, input_tokens, output_tokens, unpriced, duration_ns = counts
        paid = [Money(micros, currency) for micros, currency in zip(money, self._currencies, strict=True) if micros]
        return Figures(
            count=count,
            errors=errors,
            cached=cached,
            input_tokens=input_tokens,
            output_tokens=output_tokens,
            cost=Cost(amounts=tuple(paid), unpriced=unpriced),
            mean_ns=duration_ns // count if count else None,
            p50_ns=quantile(histogram, 0.50),
            p95_ns=quantile(histogram, 0.95),
            p99_ns=quantile(histogram, 0.99),
        )

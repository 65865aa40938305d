"""Questions to figures, from rollups alone: over time, by one dimension, as quantiles, by kind. Knows no page.

A stretch of time is answered from the rollups whose width suits it, so a month costs about what an hour does.
"""

from collections import defaultdict
from collections.abc import Sequence
from itertools import chain
from operator import add
from typing import NamedTuple

from msgspec import Struct, msgpack
from msgspec.structs import astuple

from loomwork.monitor.rollups import Rollups
from loomwork.store.buckets import merged, quantile
from loomwork.store.requests import WIDTHS, Counts, Dimension, Only, Spread, Spreading, Summed

MINUTE_NS = 60_000_000_000
MOST_POINTS = 120
MOST_GROUPS = 12
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 240, 480, 720, 1440, 2880, 10080)
QUANTILES = (0.50, 0.95, 0.99)
_FIELDS = Counts.__struct_fields__
_NOTHING = (0,) * len(_FIELDS)
_COST, _SAVED = _FIELDS.index("cost_micros"), _FIELDS.index("saved_micros")
_decode = msgpack.Decoder(dict[int, int]).decode
_kinds = msgpack.Decoder(dict[str, int]).decode


class Range(Struct, frozen=True, kw_only=True):
    """A stretch of time in whole points."""

    since: int
    """Minutes since the epoch; a multiple of `every`."""
    until: int
    every: int
    """Minutes a point."""

    @property
    def width(self) -> int:
        """Return the widest rollups that a point is made of."""
        return max(width for width in WIDTHS if self.every % width == 0)

    @property
    def points(self) -> int:
        """Return how many points there are."""
        return (self.until - self.since) // self.every


def range_of(since_ns: int, until_ns: int) -> Range:
    """Return the points of a stretch of time: whole ones, at most `MOST_POINTS` and one.

    >>> hour = range_of(0, 3600 * 10**9)
    >>> (hour.points, hour.every, hour.width), range_of(0, 86400 * 10**9).width
    ((60, 1, 1), 15)
    """
    minutes = max(1, -(-(until_ns - since_ns) // MINUTE_NS))
    every = next((step for step in _STEPS if minutes <= step * MOST_POINTS), _STEPS[-1])
    since = since_ns // MINUTE_NS // every * every
    until = -(-until_ns // (MINUTE_NS * every)) * every
    return Range(since=since, until=max(until, since + every), every=every)


class Money(NamedTuple):
    """What was spent and saved in one currency."""

    currency: str
    cost_micros: int
    saved_micros: int


class Figure(NamedTuple):
    """What a point or a group came to."""

    counts: Counts
    money: tuple[Money, ...]


class Part(NamedTuple):
    """What one value of the dimension came to at a point."""

    requests: int
    costs: tuple[tuple[str, int], ...]
    """Currency and millionths."""

    def plus(self, row: Summed) -> "Part":
        """Return it with more."""
        counts = row.counts
        spent = ((row.currency, counts.cost_micros),) if counts.cost_micros else ()
        return Part(self.requests + counts.count, self.costs + spent)


_NO_PART = Part(0, ())


class Group(NamedTuple):
    """One value of the dimension."""

    value: str
    total: Figure
    points: tuple[Part, ...]


class Traffic(NamedTuple):
    """Requests, errors, tokens, money, caches and marks over time."""

    range: Range
    total: Figure
    points: tuple[Figure, ...]
    groups: tuple[Group, ...]


class Speed(NamedTuple):
    """Quantiles in nanoseconds, as `QUANTILES` has them; None where nothing was measured."""

    total: tuple[int | None, ...]
    points: tuple[tuple[int | None, ...], ...]
    groups: tuple[tuple[str, tuple[int | None, ...]], ...]


class Kinds(NamedTuple):
    """Counts by kind over time, the most frequent kind first."""

    total: dict[str, int]
    points: dict[str, tuple[int, ...]]


class _Sum:
    __slots__ = ("counts", "money")

    def __init__(self) -> None:
        self.counts: Sequence[int] = _NOTHING
        self.money: dict[str, list[int]] = {}

    def add(self, counts: Sequence[int], currency: str) -> None:
        self.counts = list(map(add, self.counts, counts))
        cost, saved = counts[_COST], counts[_SAVED]
        if currency and (cost or saved):
            spent = self.money.setdefault(currency, [0, 0])
            spent[0] += cost
            spent[1] += saved

    def join(self, other: "_Sum") -> None:
        """Add what another sum came to."""
        self.counts = list(map(add, self.counts, other.counts))
        for currency, (cost, saved) in other.money.items():
            spent = self.money.setdefault(currency, [0, 0])
            spent[0] += cost
            spent[1] += saved

    def figure(self) -> Figure:
        money = tuple(Money(currency, *spent) for currency, spent in sorted(self.money.items()))
        return Figure(Counts(**dict(zip(_FIELDS, self.counts, strict=True))), money)


def traffic(rollups: Rollups, stretch: Range, *, by: Dimension = "", only: Only) -> Traffic:
    """Return what requests came to, over time and (with `by`) for each of the values that had most of them."""
    rows = rollups.sums(
        since_minute=stretch.since,
        until_minute=stretch.until,
        every=stretch.every,
        width=stretch.width,
        by=by,
        only=only,
    )
    points = [_Sum() for _ in range(stretch.points)]
    total = _Sum()
    groups: dict[str, _Sum] = {}
    parts: dict[str, list[Part]] = {}
    for row in rows:
        place = (row.minute - stretch.since) // stretch.every
        counts = astuple(row.counts)
        points[place].add(counts, row.currency)
        if by:
            if row.value not in groups:
                groups[row.value], parts[row.value] = _Sum(), [_NO_PART] * stretch.points
            groups[row.value].add(counts, row.currency)
            parts[row.value][place] = parts[row.value][place].plus(row)
    for point in points:
        total.join(point)
    told = [Group(value, whole.figure(), tuple(parts[value])) for value, whole in groups.items()]
    told.sort(key=lambda each: (-each.total.counts.count, each.value))
    return Traffic(stretch, total.figure(), tuple(each.figure() for each in points), tuple(told[:MOST_GROUPS]))


def speed(rollups: Rollups, stretch: Range, what: Spread, *, by: Dimension = "", only: Only) -> Speed:
    """Return the quantiles of `totals`, `firsts` or `tokens`, over time and for each value of a dimension."""
    rows = _spreads(rollups, stretch, what, by, only)
    values = list(dict.fromkeys(row.value for row in rows)) if by else []
    numbers = {value: number for number, value in enumerate(values)}
    places = [(row.minute - stretch.since) // stretch.every for row in rows]
    tables = _tables(rows, (places, [numbers.get(row.value, 0) for row in rows]), (stretch.points, len(values)))
    groups = dict(zip(values, tables[1], strict=True))
    shown = sorted(groups, key=lambda value: (-sum(groups[value].values()), value))[:MOST_GROUPS]
    return Speed(
        _quantiles(merged(tables[0])),
        tuple(map(_quantiles, tables[0])),
        tuple((value, _quantiles(groups[value])) for value in shown),
    )


def _tables(
    rows: Sequence[Spreading], places: Sequence[Sequence[int]], sizes: Sequence[int]
) -> list[list[dict[int, int]]]:
    """Add histograms up in several ways at once, in C: for each way, so many sums of the rows that belong together."""
    import numpy as np

    histograms = [_decode(row.data) for row in rows]
    lengths = np.fromiter(map(len, histograms), np.int64, len(histograms))
    total = int(lengths.sum())
    if not total:
        return [[{} for _ in range(size)] for size in sizes]
    buckets = np.fromiter(chain.from_iterable(histograms), np.int64, total)
    counts = np.fromiter(chain.from_iterable(each.values() for each in histograms), np.int64, total)
    wide = int(buckets.max()) + 1
    found: list[list[dict[int, int]]] = []
    for place, size in zip(places, sizes, strict=True):
        at = np.repeat(np.array(place, np.int64), lengths) * wide + buckets
        table = np.bincount(at, weights=counts, minlength=max(1, size) * wide).reshape(-1, wide)
        found.append([_histogram(line.tolist()) for line in table[:size]])
    return found


def _histogram(line: Sequence[float]) -> dict[int, int]:
    return {bucket: int(count) for bucket, count in enumerate(line) if count}


def kinds(rollups: Rollups, stretch: Range, what: Spread, *, only: Only) -> Kinds:
    """Return counts by kind of `errors` or `hits`, over time."""
    total = defaultdict[str, int](int)
    points = defaultdict[str, list[int]](lambda: [0] * stretch.points)
    for each in _spreads(rollups, stretch, what, "", only):
        place = (each.minute - stretch.since) // stretch.every
        for kind, count in _kinds(each.data).items():
            total[kind] += count
            points[kind][place] += count
    order = sorted(total, key=lambda kind: (-total[kind], kind))
    shown = order[:MOST_GROUPS]
    return Kinds({kind: total[kind] for kind in order}, {kind: tuple(points[kind]) for kind in shown})


def _spreads(rollups: Rollups, stretch: Range, what: Spread, by: Dimension, only: Only) -> Sequence[Spreading]:
    return rollups.spreads(
        what, since_minute=stretch.since, until_minute=stretch.until, width=stretch.width, by=by, only=only
    )


def _quantiles(histogram: dict[int, int]) -> tuple[int | None, ...]:
    return tuple(quantile(histogram, q) for q in QUANTILES)

"""Counters and histograms of one serving process, fed with the rows of requests. Knows no format and no network.

Rows are only put aside when they come; they are added up when somebody asks, or when many wait.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, Protocol

from loomwork.store.requests import GUARDED, REFUSED, UNANSWERED
from loomwork.store.rows import RequestRow

SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
TOKEN_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0)
MOST_LABELS = 500
"""Sets of labels of one meter; further ones are counted together as `other`."""
OTHER = "other"
_NS = 1e9
_MICROS = 1e6
_MANY = 1_000
_NOT_FOUND = 404
_BAD = 400
Labels = tuple[str, ...]


class TakesRows(Protocol):
    """Where rows go on to."""

    def write(self, rows: Sequence[RequestRow]) -> None:
        """Take rows."""
        ...


class Histogram:
    """Counts by upper bound, and the sum."""

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def add(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value


class Family(NamedTuple):
    """All counters, or all histograms, of one name."""

    name: str
    tells: str
    labels: tuple[str, ...]
    values: Mapping[Labels, float] | Mapping[Labels, Histogram]


class _Counter:
    def __init__(self, name: str, tells: str, labels: tuple[str, ...]) -> None:
        self.name, self.tells, self.labels = name, tells, labels
        self.values: dict[Labels, float] = {}

    def add(self, labels: Labels, amount: float) -> None:
        if amount:
            place = _bounded(labels, self.values)
            self.values[place] = self.values.get(place, 0.0) + amount


class _Spread:
    def __init__(self, name: str, tells: str, labels: tuple[str, ...], bounds: Sequence[float]) -> None:
        self.name, self.tells, self.labels, self.bounds = name, tells, labels, bounds
        self.values: dict[Labels, Histogram] = {}

    def add(self, labels: Labels, value: float) -> None:
        place = _bounded(labels, self.values)
        found = self.values.get(place)
        if found is None:
            found = self.values[place] = Histogram(self.bounds)
        found.add(value)


def _bounded(labels: Labels, values: Mapping[Labels, object]) -> Labels:
    return labels if labels in values or len(values) < MOST_LABELS else (OTHER,) * len(labels)


class Meters:
    """Takes rows, passes them on to the store, and tells what they came to."""

    def __init__(self, then: TakesRows | None = None) -> None:
        self._then = then
        self._waiting: list[RequestRow] = []
        self._lock = threading.Lock()
        what = ("served", "model")
        self._requests = _Counter("loomwork_requests", "Requests by outcome.", (*what, "status", "cached"))
        self._errors = _Counter("loomwork_errors", "Failed requests by kind of error.", ("served", "error"))
        self._tokens = _Counter("loomwork_tokens", "Tokens by direction.", (*what, "direction"))
        self._cost = _Counter("loomwork_cost", "Money spent.", (*what, "key", "currency"))
        self._saved = _Counter("loomwork_saved", "Money that caches saved.", ("served", "currency"))
        self._marks = _Counter("loomwork_marked", "Answers by what is remarkable of them.", ("served", "mark"))
        self._total = _Spread("loomwork_request_seconds", "Time of answered requests.", what, SECONDS)
        self._first = _Spread("loomwork_first_token_seconds", "Time to the first token.", what, SECONDS)
        self._each = _Spread("loomwork_token_seconds", "Time for each further token.", what, TOKEN_SECONDS)

    def write(self, rows: Iterable[RequestRow]) -> None:
        """Take rows; costs about a microsecond each, whatever they are."""
        taken = list(rows)
        self._waiting.extend(taken)
        if self._then is not None:
            self._then.write(taken)
        if len(self._waiting) >= _MANY:
            self._add_up()

    @property
    def counters(self) -> list[Family]:
        """All counters."""
        self._add_up()
        every = (self._requests, self._errors, self._tokens, self._cost, self._saved, self._marks)
        return [Family(each.name, each.tells, each.labels, each.values) for each in every]

    @property
    def histograms(self) -> list[Family]:
        """All histograms."""
        self._add_up()
        every = (self._total, self._first, self._each)
        return [Family(each.name, each.tells, each.labels, each.values) for each in every]

    def _add_up(self) -> None:
        with self._lock:
            rows, self._waiting = self._waiting, []
            for row in rows:
                self._add(row)

    def _add(self, row: RequestRow) -> None:
        known = row.model or row.status != _NOT_FOUND  # what nobody serves may be called anything
        what = (row.served if known else "", row.model)
        self._requests.add((*what, str(row.status), row.cached), 1)
        if row.error:
            self._errors.add((what[0], row.error), 1)
        self._tokens.add((*what, "in"), row.input_tokens)
        self._tokens.add((*what, "out"), row.output_tokens)
        self._cost.add((*what, row.key, row.currency), (row.cost_micros or 0) / _MICROS)
        self._saved.add((what[0], row.currency), row.saved_micros / _MICROS)
        for bit, mark in ((REFUSED, "refused"), (GUARDED, "guarded"), (UNANSWERED, "unanswered")):
            self._marks.add((what[0], mark), row.flags & bit != 0)
        self._marks.add((what[0], "degraded"), row.degraded != "")
        if row.status < _BAD:
            self._total.add(what, row.total_ns / _NS)
            pieces = max(row.output_tokens, row.chunks) - 1
            if row.first_ns:
                self._first.add(what, row.first_ns / _NS)
                if pieces > 0 and not row.cached:
                    self._each.add(what, (row.total_ns - row.first_ns) / pieces / _NS)

"""What a rule looks at, minute by minute, from the rollups. Knows no rule's limit.

The past is read once; after that only the last minutes are read again, since a row is stored within seconds.
"""

from collections import deque
from collections.abc import Mapping, Sequence

from msgspec import msgpack

from loomwork.monitor.alerts.rules import MINUTES, Rule
from loomwork.monitor.rollups import Rollups
from loomwork.store.buckets import bucket_of
from loomwork.store.requests import Counts, Spread

_AGAIN = 3
"""Minutes that are read again each time."""
_FIELD: Mapping[str, str] = {
    "errors": "failed", "limited": "limited", "refused": "refused", "unanswered": "unanswered", "guarded": "guarded",
    "degraded": "degraded",
}  # fmt: skip
_SPREAD: Mapping[str, Spread] = {"latency": "totals", "first_token": "firsts"}
_MICROS = 1e6
_decode = msgpack.Decoder(dict[int, int]).decode


class History:
    """The last minutes of one rule: what is counted, and out of how many."""

    def __init__(self, rule: Rule, rollups: Rollups) -> None:
        self._rule = rule
        self._rollups = rollups
        self._first = 0
        self._minutes: deque[MINUTES] = deque(maxlen=rule.longest + 2)

    def at(self, minute: int) -> Sequence[MINUTES]:
        """Return the minutes up to and with `minute`, oldest first."""
        length = self._minutes.maxlen or 1
        if not self._minutes or not self._first <= minute - length + 1 <= minute:
            self._minutes.clear()
        last = self._first + len(self._minutes)
        since = max(minute - length + 1, last - _AGAIN) if self._minutes else minute - length + 1
        since = min(since, minute)
        found = self._read(since, minute + 1)
        while self._minutes and last > since:
            self._minutes.pop()
            last -= 1
        for each in range(max(last, since) if self._minutes else since, minute + 1):
            self._minutes.append(found.get(each, (0.0, 0.0)))
        self._first = minute - len(self._minutes) + 1
        return list(self._minutes)

    def _read(self, since: int, until: int) -> dict[int, MINUTES]:
        rule = self._rule
        if rule.of in _SPREAD:
            return self._slow(since, until, _SPREAD[rule.of])
        found: dict[int, MINUTES] = {}
        for each in self._rollups.sums(since_minute=since, until_minute=until, every=1, only=rule.only):
            if rule.of == "cost" and rule.currency and each.currency != rule.currency:
                continue
            counted, total = found.get(each.minute, (0.0, 0.0))
            found[each.minute] = (counted + _counted(rule, each.counts), total + _total(each.counts))
        return found

    def _slow(self, since: int, until: int, what: Spread) -> dict[int, MINUTES]:
        limit = bucket_of(self._rule.slower_ns)
        found: dict[int, MINUTES] = {}
        for each in self._rollups.spreads(what, since_minute=since, until_minute=until, only=self._rule.only):
            counted, total = found.get(each.minute, (0.0, 0.0))
            histogram = _decode(each.data)
            slow = sum(count for bucket, count in histogram.items() if bucket > limit)
            found[each.minute] = (counted + slow, total + sum(histogram.values()))
        return found


def _counted(rule: Rule, counts: Counts) -> float:
    match rule.of:
        case "cost":
            return counts.cost_micros / _MICROS
        case "tokens":
            return counts.input_tokens + counts.output_tokens
        case "requests":
            return counts.count
        case _:
            return getattr(counts, _FIELD[rule.of])


def _total(counts: Counts) -> float:
    """Return the requests that the service answers for: not those that a client should not have sent, or gave up."""
    return counts.count - counts.rejected - counts.left_early

"""Synthetic traffic for laws in virtual time: a daily curve, chance as Poisson has it, and incidents planted in it.

Stands in for the store: counts by the minute, given in slots of fifteen seconds.
"""

import math
import random
from collections.abc import Sequence

from msgspec import msgpack

from loomwork.store.buckets import bucket_of
from loomwork.store.requests import AlertRow, Counts, Spreading, Summed

MINUTE_NS = 60_000_000_000
SLOT_S = 15
FAST, SLOW = bucket_of(800_000_000), bucket_of(20_000_000_000)


def poisson(chance: random.Random, mean: float) -> int:
    """A number of events: Knuth's way for few, the normal one for many."""
    if mean > 30:
        return max(0, round(chance.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), chance.random(), 0
    while product > limit:
        product *= chance.random()
        count += 1
    return count


def a_minute(second_of_day: float) -> float:
    """Requests a minute: 60 at night, 420 by day."""
    return 240 - 180 * math.cos(2 * math.pi * second_of_day / 86400)


class Traffic:
    """Requests by the minute, as `store.requests` tells them, and the alerts of `store.watched`."""

    def __init__(self, seed: int, *, scale: float = 1.0) -> None:
        self.scale = scale
        self.chance = random.Random(seed)
        self.minutes: dict[int, list[int]] = {}
        """Requests, failed, slow."""
        self.alerts_of: list[str] = []

    def add(self, at_s: int, *, failing: float, slow: float, seconds: int = SLOT_S) -> None:
        """Let so many seconds of traffic come, of which these shares fail and are slow."""
        total = poisson(self.chance, self.scale * a_minute(at_s % 86400) * seconds / 60)
        failed = sum(self.chance.random() < failing for _ in range(total))
        slowly = sum(self.chance.random() < slow for _ in range(total - failed))
        minute = self.minutes.setdefault(at_s // 60, [0, 0, 0])
        for place, count in enumerate((total, failed, slowly)):
            minute[place] += count

    def sums(self, *, since_minute: int, until_minute: int, **_: object) -> Sequence[Summed]:
        found = ((each, self.minutes.get(each)) for each in range(since_minute, until_minute))
        return [
            Summed(each, "", "USD", Counts(count=had[0], failed=had[1], cost_micros=had[0] * 1000))
            for each, had in found
            if had
        ]

    def spreads(self, what: str, *, since_minute: int, until_minute: int, **_: object) -> Sequence[Spreading]:
        found = ((each, self.minutes.get(each)) for each in range(since_minute, until_minute))
        return [
            Spreading(each, "", msgpack.encode({FAST: had[0] - had[1] - had[2], SLOW: had[2]}))
            for each, had in found
            if had
        ]

    def fire(self, row: AlertRow) -> bool:
        self.alerts_of.append(row.name)
        return True

    def resolve(self, name: str, at_ns: int) -> bool:
        return True

    def alerts(self, *, since_ns: int = 0, limit: int = 100) -> Sequence[AlertRow]:
        return []

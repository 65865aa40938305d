"""Dashboard questions, answered from rollups alone."""

from decimal import Decimal
from typing import Any

import msgspec
import pytest

from loomwork.store.buckets import bucket_of, pack
from loomwork.store.rows import RollupRow
from loomwork.trace.dashboard import MINUTE_NS, dashboard

BASE = RollupRow(
    minute=100, name="ask", kind="model", model="x", count=1, errors=0, cached=0, input_tokens=0, output_tokens=0,
    cost_micros=0, unpriced=0, currency="", duration_ns=0, buckets=b"",
)  # fmt: skip


def rollup(durations_ms: list[int], **more: Any) -> RollupRow:
    histogram: dict[int, int] = {}
    for each in durations_ms:
        bucket = bucket_of(each * 1_000_000)
        histogram[bucket] = histogram.get(bucket, 0) + 1
    total = sum(durations_ms) * 1_000_000
    fields = {"count": len(durations_ms), "duration_ns": total, "buckets": pack(histogram)} | more
    return msgspec.structs.replace(BASE, **fields)


class Kept:
    def __init__(self, rows: list[RollupRow]) -> None:
        self.rows = rows

    def rollups(self, *, since_minute: int, until_minute: int, name: str | None = None) -> list[RollupRow]:
        return [r for r in self.rows if since_minute <= r.minute < until_minute and (name is None or r.name == name)]


def ask(rows, *, since=100, until=110, **more):
    return dashboard(Kept(rows), since_ns=since * MINUTE_NS, until_ns=until * MINUTE_NS, **more)


def test_groups_add_up_minutes_and_the_busiest_comes_first():
    rows = [
        rollup([10], minute=100, name="rare"),
        rollup([10, 20], minute=100, input_tokens=5, errors=1),
        rollup([30], minute=105, input_tokens=7, cached=1, output_tokens=2),
    ]
    found = ask(rows)
    assert [group.key for group in found.groups] == ["ask", "rare"]
    figures = found.groups[0].figures
    assert (figures.count, figures.errors, figures.cached) == (3, 1, 1)
    assert (figures.input_tokens, figures.output_tokens, figures.mean_ns) == (12, 2, 20_000_000)
    assert found.total.count == 4


def test_quantiles_are_right_to_the_width_of_a_bucket():
    found = ask([rollup(list(range(1, 1001)))])
    for stated, true in ((found.total.p50_ns, 500), (found.total.p95_ns, 950), (found.total.p99_ns, 990)):
        assert stated == pytest.approx(true * 1_000_000, rel=0.05)


def test_money_stays_by_currency_and_the_unknown_is_counted():
    rows = [
        rollup([1], cost_micros=1_000_000, currency="USD"),
        rollup([1], cost_micros=2_000_000, currency="CNY"),
        rollup([1], unpriced=3),
    ]
    cost = ask(rows).total.cost
    assert cost.by_currency() == {"USD": Decimal(1), "CNY": Decimal(2)}
    assert cost.unpriced == 3


@pytest.mark.parametrize(("by", "keys"), [("kind", {"model", "tool"}), ("model", {"x", ""}), ("name", {"ask", "t"})])
def test_spans_are_grouped_by_what_is_asked(by, keys):
    rows = [rollup([1]), rollup([1], kind="tool", model="", name="t")]
    assert {group.key for group in ask(rows, group_by=by).groups} == keys


def test_the_series_covers_the_whole_time_with_its_gaps():
    found = ask([rollup([1], minute=100), rollup([1, 1], minute=109)], every=3)
    assert [(point.minute, point.figures.count) for point in found.series] == [(100, 1), (103, 0), (106, 0), (109, 2)]
    assert found.series[1].figures.p50_ns is None


def test_a_long_time_gets_points_that_fit_a_screen():
    assert len(ask([], since=0, until=100_000).series) <= 120


def test_parts_of_minutes_belong_to_the_question():
    found = dashboard(Kept([rollup([1])]), since_ns=100 * MINUTE_NS + 5, until_ns=100 * MINUTE_NS + 6)
    assert found.total.count == 1


def test_only_the_name_that_is_asked_for_counts():
    assert ask([rollup([1]), rollup([1], name="other")], name="other").total.count == 1

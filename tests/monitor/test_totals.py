"""Totals of requests are the sums of their rollups, however asked; slow ones and conversations go by their indexes."""

import random
import sqlite3
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from loomwork.kernel.clock import SystemClock
from loomwork.store.buckets import merged, unpack
from loomwork.store.doctor import examine, repair
from loomwork.store.requests import WIDTHS, Only, RequestFilter, RequestRollup
from loomwork.store.sqlite import migrations
from loomwork.store.sqlite.store import SqliteStore
from tests.store.contract_of_requests import START, START_NS, a_request
from tests.store.rowmaking import MINUTE_NS

DIMENSIONS = ("release", "served", "model", "key")


def fill(store: SqliteStore, count: int = 300) -> None:
    chance = random.Random(7)
    for place in range(0, count, 25):  # in batches: totals that are there grow
        store.requests.put([some_request(place + number, chance) for number in range(25)])


def some_request(number: int, chance: random.Random) -> Any:
    return a_request(
        f"q{number}",
        at_ns=START_NS + chance.randrange(500) * MINUTE_NS,
        release=f"rel{chance.randrange(2)}",
        served=f"served{chance.randrange(3)}",
        model=chance.choice(("fast", "smart", "")),
        key=f"k{chance.randrange(4)}",
        currency=chance.choice(("USD", "CNY")),
        session=f"s{number % 9}",
        user=f"u{number % 5}",
        status=chance.choice((200, 200, 503)),
        error=chance.choice(("", "ModelDown")),
        total_ns=chance.randrange(1, 5_000_000_000),
    )


@pytest.fixture
def store(tmp_path: Path) -> Any:
    made = SqliteStore(tmp_path / "store.db", clock=SystemClock())
    fill(made)
    yield made
    made.close()


def checked(store: SqliteStore) -> int:
    """Compare every way to ask with the rollups; return how many were compared."""
    count = 0
    for width, by in product(WIDTHS, ("", *DIMENSIONS)):
        every = [*store.requests.rollups(since_minute=START, until_minute=START + 960, width=width)]
        for only in (Only(), *(Only(**{name: getattr(every[0], name)}) for name in DIMENSIONS), Only(key="never")):
            rows = [row for row in every if is_of(row, only)]
            asked: dict[str, Any] = {"since_minute": START, "until_minute": START + 960, "width": width}
            asked |= {"by": by, "only": only}
            sums = store.requests.sums(every=960, **asked)
            told = {(each.value, each.currency): (each.counts.count, each.counts.cost_micros) for each in sums}
            assert told == summed(rows, by), (width, by, only)
            spreads = store.requests.spreads("totals", **asked)
            values = {each.value for each in spreads}
            assert {
                value: merged(unpack(each.data) for each in spreads if each.value == value) for value in values
            } == {
                value: merged(row.totals for row in rows if value == (getattr(row, by) if by else ""))
                for value in values
            }
            assert sum(sum(unpack(each.data).values()) for each in spreads) == sum(
                sum(row.totals.values()) for row in rows
            )
            count += len(sums)
    return count


def is_of(row: RequestRollup, only: Only) -> bool:
    return all(getattr(only, name) in ("", getattr(row, name)) for name in DIMENSIONS)


def summed(rows: list[RequestRollup], by: str) -> dict[tuple[str, str], tuple[int, int]]:
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for row in rows:
        place = (getattr(row, by) if by else "", row.currency)
        count, cost = found.get(place, (0, 0))
        found[place] = (count + row.counts.count, cost + row.counts.cost_micros)
    return found


def test_totals_say_what_the_rollups_add_up_to(store: SqliteStore) -> None:
    assert checked(store) > 100


def test_a_store_from_before_totals_has_them_once_it_is_opened(
    store: SqliteStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.pool.rows("DROP TABLE request_totals")
    store.pool.rows("DROP INDEX requests_by_length")
    store.pool.rows("PRAGMA user_version=0")
    store.close()
    step = next(each for each in migrations.steps() if "TABLE request_totals" in each.statements[0])
    monkeypatch.setattr(migrations, "steps", lambda: (step,))
    again = SqliteStore(tmp_path / "store.db", clock=SystemClock())
    assert checked(again) > 100
    again.requests.put([some_request(number, random.Random(number)) for number in range(1_000, 1_050)])
    assert checked(again) > 100
    again.close()


def test_old_minutes_of_totals_go_with_those_of_rollups(store: SqliteStore) -> None:
    store.care.prune(older_than_ns=START_NS + 600 * MINUTE_NS)
    for table in ("request_rollups", "request_totals"):
        assert {width for (width,) in store.pool.rows(f"SELECT DISTINCT width FROM {table}")} == {15, 240}
    assert {table.name for table in store.care.size().tables} >= {"request_rollups", "request_totals"}


@pytest.mark.parametrize("least_ms", [0.5, 900, 1_000, 4_900, 6_000])
def test_slow_requests_are_all_found_the_newest_first(store: SqliteStore, least_ms: float) -> None:
    every = store.requests.list(RequestFilter(), limit=1_000)
    found = store.requests.list(RequestFilter(min_ms=least_ms), limit=1_000)
    assert [row.trace for row in found] == [row.trace for row in every if row.total_ns >= least_ms * 1e6]
    some = store.requests.list(RequestFilter(min_ms=least_ms, key="k1", session="s3"), limit=1_000)
    assert [row.trace for row in some] == [row.trace for row in found if (row.key, row.session) == ("k1", "s3")]


def test_a_conversation_is_found_by_its_index(store: SqliteStore) -> None:
    asked: list[str] = []
    connection = store.pool.session().connection
    connection.set_trace_callback(asked.append)
    store.requests.list(RequestFilter(session="s3"))
    store.requests.list(RequestFilter(min_ms=4_900))
    connection.set_trace_callback(None)
    plans = [
        " ".join(str(row[-1]) for row in connection.execute(f"EXPLAIN QUERY PLAN {sql}"))
        for sql in asked
        if "ORDER BY" in sql
    ]
    assert "requests_by_session" in plans[0]
    assert "requests_by_length" in plans[1]


def test_requests_and_their_totals_are_saved_out_of_a_damaged_file(store: SqliteStore, tmp_path: Path) -> None:
    place = tmp_path / "store.db"
    store.close()
    connection = sqlite3.connect(place)
    (page,) = connection.execute(
        "SELECT max(pageno) FROM dbstat WHERE name = 'blobs_by_digest' OR name = 'calls'"
    ).fetchone()
    connection.close()
    data = bytearray(place.read_bytes())
    data[(page - 1) * 4096 : page * 4096] = random.Random(1).randbytes(4096)
    place.write_bytes(data)
    url = f"sqlite:///{place}"
    done = repair(url, examine(url))
    assert [each.kind for each in done][:1] == ["StoreCorrupt"]
    mended = SqliteStore(place, clock=SystemClock())
    assert len(mended.requests.list(RequestFilter(), limit=1_000)) == 300
    assert checked(mended) > 100
    mended.close()

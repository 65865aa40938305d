"""A day of synthetic traffic through `store.requests`, then each chart's endpoint, timed.

    python -m bench.monitor [--requests 1000000] [--store FILE]

The traffic is made up: a daily curve, four served names, three models, twenty keys, two releases, 2,000 people.
"""

import argparse
import math
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from starlette.testclient import TestClient

from loomwork.kernel.clock import SystemClock
from loomwork.store.rows import RequestRow
from loomwork.store.sqlite.store import SqliteStore
from loomwork.studio.app import build_app
from loomwork.studio.safety import Door
from loomwork.studio.studio import Studio

DAY_NS = 86_400_000_000_000
HERE = "http://127.0.0.1:5710"
BY_HAND = 10_000
REPEATS = 7


def traffic(count: int, ends_ns: int) -> Iterator[RequestRow]:
    chance = random.Random(1)
    begins = ends_ns - DAY_NS
    models = ("fast", "smart", "local")
    at = 0.0
    for number in range(count):
        rate = 1 + 0.75 * math.sin(2 * math.pi * (at - 0.25))
        at += chance.expovariate(1) / rate / count
        failed, hit = chance.random() < 0.01, chance.random() < 0.2
        streamed = chance.random() < 0.6
        total = round(1e9 * chance.lognormvariate(0.2, 0.7)) if not hit else 300_000
        who = chance.randrange(2_000)
        yield RequestRow(
            trace=f"{number:032x}", at_ns=begins + round(min(at, 1.0) * (DAY_NS - 1)),
            release=f"rel{number > count * 0.7}", served=f"served{chance.randrange(4)}",
            model="" if failed else models[chance.randrange(3)], key=f"key{min(19, int(chance.expovariate(0.2)))}",
            user=f"user{who}", session=f"s{who}-{int(at * 12)}", dialect="chat", status=503 if failed else 200,
            error="ModelDown" if failed else "", cached="exact" if hit else "", degraded="", streamed=streamed,
            input_tokens=chance.randrange(2_000), output_tokens=chance.randrange(1, 500),
            cost_micros=0 if hit else chance.randrange(5_000), currency="USD", saved_micros=2_000 if hit else 0,
            total_ns=total, first_ns=total // 4 if streamed else 0, chunks=50 if streamed else 0,
            flags=4 if chance.random() < 0.03 else 0,
        )  # fmt: skip


def fill(store: SqliteStore, count: int, ends_ns: int) -> None:
    batch: list[RequestRow] = []
    began, spent, handed = time.perf_counter(), 0, 0
    cpu = time.process_time()
    for row in traffic(count, ends_ns):
        batch.append(row)
        if len(batch) == BY_HAND:
            before = time.thread_time_ns()
            for each in batch:
                store.requests.write([each])
            spent += time.thread_time_ns() - before
            handed += len(batch)
            batch.clear()
            store.requests.flush()
    for each in batch:
        store.requests.write([each])
    assert store.requests.flush() == 0
    took, cpu = time.perf_counter() - began, time.process_time() - cpu
    print(f"{count:,} requests stored in {took:.0f} s ({cpu / count * 1e6:.0f} µs CPU each, making them up included)")
    if handed:
        print(f"the caller's part: {spent / handed / 1e3:.2f} µs a request")


def charts(client: TestClient, ends_ns: int) -> None:
    day = {"since_ms": (ends_ns - DAY_NS) / 1e6, "until_ms": ends_ns / 1e6}
    hour = {"since_ms": (ends_ns - DAY_NS / 24) / 1e6, "until_ms": ends_ns / 1e6}
    asked = [("traffic", {}), *(("traffic", {"by": by}) for by in ("key", "model", "served", "release"))]
    asked += [("traffic", {"by": "model", "key": "key1", "served": "served1"})]
    asked += [("speed", {"of": of, "by": "model"}) for of in ("total", "first", "token")]
    asked += [("kinds", {"of": of}) for of in ("errors", "hits")]
    asked += [(name, {}) for name in ("quality", "business", "processes", "alerts", "choices", "topics")]
    asked += [("/api/requests", each) for each in ({}, {"status": "failed"}, {"key": "key1"}, {"min_ms": 20_000})]
    heads = ("day, median", "worst", "CPU", "hour, median", "worst", "CPU")
    listed = " ".join(f"{each:>12}" for each in heads)
    print(f"\n{'chart':44} {listed}   (ms)")
    for name, more in asked:
        path = name if name.startswith("/") else f"/api/monitor/{name}"
        figures: list[float] = []
        for stretch in (day, hour):
            times: list[float] = []
            cpu = time.process_time()
            for _ in range(REPEATS):
                began = time.perf_counter()
                answer = client.get(path, params=stretch | more)
                times.append(1e3 * (time.perf_counter() - began))
                assert answer.status_code == 200, answer.text
            figures += [statistics.median(times), max(times), (time.process_time() - cpu) * 1e3 / REPEATS]
        shown = f"{name} {' '.join(f'{key}={value}' for key, value in more.items())}"
        print(f"{shown:44} {' '.join(f'{each:12.0f}' for each in figures)}")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--requests", type=int, default=1_000_000)
    parser.add_argument("--store", type=Path)
    given = parser.parse_args()
    ends_ns = 1_760_000_000_000_000_000
    with tempfile.TemporaryDirectory() as folder:
        path = given.store or Path(folder) / "store.db"
        is_new = not path.exists()
        store = SqliteStore(path, clock=SystemClock())
        if is_new:
            fill(store, given.requests, ends_ns)
        print(f"{path.stat().st_size / 1e6:.0f} MB in {path.name}")
        (Path(folder) / "loomwork.toml").write_text("")
        studio = Studio(folder=Path(folder), store=store, store_url=f"sqlite:///{path}")
        app = build_app(studio, Door(host="127.0.0.1", port=5710))
        with TestClient(app, base_url=HERE) as client:
            charts(client, ends_ns)
        store.close()


if __name__ == "__main__":
    main()

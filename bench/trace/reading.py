"""Fill a store with a million spans and ask it: open a big trace, answer a dashboard. Run by bench.trace."""

import argparse
import sqlite3
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.trace import pinned, workload
from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.store.rows import SpanRow
from loomwork.trace import outline, reading
from loomwork.trace.dashboard import Dashboard, dashboard

BIG = 10_000
DAY_NS = 86_400_000_000_000
START_NS = 1_760_000_000_000_000_000
BODIES = 64
"""The stored spans share so many bodies: what is asked for here never reads one."""


def rows(count: int) -> Iterator[SpanRow]:
    """Yield one trace of `BIG` spans in the middle of many small ones, over a day."""
    step = DAY_NS // count
    digests = [digest_bytes(f"body {number}".encode() * 200) for number in range(BODIES)]
    half = (count - BIG) // 2
    sizes = ((half, workload.TRACE, 2), (BIG, BIG, 3), (count - BIG - half, workload.TRACE, 4))
    start_ns = START_NS
    for many, per_trace, seed in sizes:
        for number, each in enumerate(
            workload.spans(many, seed=seed, start_ns=start_ns, per_trace=per_trace, step_ns=step)
        ):
            yield row(each, digests[number % BODIES])
        start_ns += many * step


def row(made: workload.Made, body: Digest) -> SpanRow:
    """Return the stored form of one span of the workload: thirteen names, of which three call two models each."""
    place = made.end_ns % 3
    name = f"{made.kind}-{place}" if made.parent else made.name
    model = workload.MODELS[place + made.start_ns % 2] if made.model else ""
    priced = bool(model)
    return SpanRow(
        trace=made.trace, span=made.span, parent=made.parent, name=name,
        kind=made.kind, start_ns=made.start_ns, end_ns=made.end_ns, model=model, run="bench",
        status="error" if made.start_ns % 97 == 0 else "ok", input_tokens=made.input_tokens if priced else 0,
        output_tokens=made.output_tokens if priced else 0, cost_micros=made.output_tokens * 3 if priced else None,
        currency="USD" if priced else "", input=body, output=body,
        preview_in=made.body[:60], preview_out=made.body[:60],
        attributes={"loomwork.call": made.span, "gen_ai.response.finish_reasons": ["stop"]},
    )  # fmt: skip


def fill(store: Store, count: int) -> None:
    """Write the spans in large transactions (this is not the measurement of writing)."""
    batch: list[SpanRow] = []
    store.spans.write([], [f"body {number}".encode() * 200 for number in range(BODIES)])
    for each in rows(count):
        batch.append(each)
        if len(batch) == 5000:
            store.spans.write(batch)
            batch = []
    store.spans.write(batch)


def timed(work: Callable[[], object], times: int) -> dict[str, list[float]]:
    """Return the wall and processor seconds that each call took."""
    wall: list[float] = []
    busy: list[float] = []
    for _ in range(times):
        began, before = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - began)
        busy.append(time.process_time() - before)
    return {"wall": wall, "cpu": busy}


def open_trace(store: Store, trace: str) -> int:
    """Read all spans of a trace, build its tree, its totals, its path: what a screen needs before it can draw."""
    spans = store.spans.trace(trace)
    reading.build_tree(spans)
    reading.totals(spans)
    outline.critical_times(outline.outlined([reading.line_of(span) for span in spans]))
    return len(spans)


def ask(store: Store) -> Dashboard:
    """Ask for a whole day by name: counts, quantiles, tokens, money, 120 points."""
    return dashboard(store.spans, since_ns=START_NS, until_ns=START_NS + DAY_NS, group_by="name")


def ask_raw(path: Path) -> dict[int, float]:
    """Ask a lesser question, the p95 per minute, of the spans themselves."""
    minutes: dict[int, list[int]] = {}
    with sqlite3.connect(path) as connection:
        sql = "SELECT end_ns / 60000000000, end_ns - start_ns FROM spans WHERE end_ns >= ? AND end_ns < ?"
        for minute, took in connection.execute(sql, (START_NS, START_NS + DAY_NS)):
            minutes.setdefault(minute, []).append(took)
    return {minute: statistics.quantiles(sorted(took), n=20)[18] for minute, took in minutes.items() if len(took) > 1}


def main() -> None:
    """Fill or ask, once, and print the result."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--store", type=Path, required=True)
    parser.add_argument("--spans", type=int, required=True)
    parser.add_argument("--core", type=int, required=True)
    parser.add_argument("--fill", action="store_true")
    options = parser.parse_args()
    pinned.pin(options.core)
    store = open_store(f"sqlite:///{options.store}")
    if options.fill:
        began = time.perf_counter()
        fill(store, options.spans)
        pinned.report({"fill_s": time.perf_counter() - began})
        return
    trace = workload.spans(BIG, seed=3, start_ns=0, per_trace=BIG)
    big = next(trace).trace
    opened = timed(lambda: open_trace(store, big), 7)
    read = timed(lambda: store.spans.trace(big), 5)
    asked = timed(lambda: ask(store), 7)
    raw = timed(lambda: ask_raw(options.store), 1)
    rollups = len(store.spans.rollups(since_minute=0, until_minute=2**40))
    pinned.report(
        {
            "open": opened, "read": read, "ask": asked, "raw": raw, "big": open_trace(store, big),
            "counted": ask(store).total.count, "rollups": rollups, "bytes": options.store.stat().st_size,
        }
    )  # fmt: skip
    store.close()


if __name__ == "__main__":
    main()

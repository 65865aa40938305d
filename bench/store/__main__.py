"""CPU of a memo's commit and look-up as a store grows. Compares with nothing: it holds the budget of `flow`.

Each commit writes one call with two small bodies; each look-up asks for four keys, one of which is there.
"""

import argparse
import os
import tempfile
import time
from pathlib import Path
from statistics import median

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.store import open_store
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow

COMMIT_US, LOOK_UP_US = 60.0, 25.0
ROUND = 2_000


def a_digest() -> Digest:
    return digest_bytes(os.urandom(8))


def a_call(number: int) -> tuple[CallRow, list[bytes]]:
    result, record = os.urandom(100).hex().encode(), os.urandom(150).hex().encode()
    row = CallRow(
        id=f"{time.time_ns():016x}{os.urandom(6).hex()}",
        key=a_digest(),
        step=f"app:step{number % 3}",
        kind="step",
        behaviour=digest_bytes(b"behaviour"),
        inputs=a_digest(),
        run="r1",
        item=number // 3,
        trial=0,
        status="ok",
        reuse="always",
        result=digest_bytes(result),
        value=a_digest(),
        observed=a_digest(),
        record=digest_bytes(record),
        created_ns=time.time_ns(),
        trace=os.urandom(16).hex(),
        span=os.urandom(8).hex(),
    )
    return row, [result, record]


def commit(store: Store, count: int) -> tuple[float, list[CallRow]]:
    """Return microseconds of CPU a commit, and the rows."""
    made = [a_call(number) for number in range(count)]
    began = time.thread_time()
    for row, bodies in made:
        store.calls.commit(row, bodies, since_ns=0)
    return (time.thread_time() - began) / count * 1e6, [row for row, _ in made]


def look_up(store: Store, rows: list[CallRow]) -> float:
    """Return microseconds of CPU a look-up."""
    asked = [[row.observed, row.key, row.inputs, row.record] for row in rows]
    began = time.thread_time()
    for keys in asked:
        store.calls.candidates(keys, run="r1", now_ns=0)
    return (time.thread_time() - began) / len(rows) * 1e6


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.store")
    parser.add_argument("--calls", type=int, default=100_000)
    options = parser.parse_args()
    print(f"{'calls in store':>14} {'commit µs':>10} {'look-up µs':>11}   (CPU; medians of five rounds of {ROUND})")
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder) / 'store.db'}")
        there = 0
        while there < options.calls:
            rounds = []
            for _ in range(5):
                cost, rows = commit(store, ROUND)
                rounds.append((cost, look_up(store, rows)))
                there += ROUND
            commits, look_ups = (median(each) for each in zip(*rounds, strict=True))
            print(f"{there:>14,} {commits:>10.1f} {look_ups:>11.1f}", flush=True)
        store.close()
    print(f"budget         {COMMIT_US:>10.1f} {LOOK_UP_US:>11.1f}")


if __name__ == "__main__":
    main()

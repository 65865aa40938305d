"""What letting a request in costs, in CPU microseconds: identify, allow, enter and settle, with limits and budgets on.

`python -m bench.gateway_admission`. One process, no model; a store on disk with 1,000 keys. Rounds; median and spread.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from loomwork.gateway.admission import Admission, making
from loomwork.gateway.admission.making import By, Wanted
from loomwork.kernel.clock import SystemClock
from loomwork.kernel.usage import Cost, Money, Usage
from loomwork.store.sqlite.store import SqliteStore

KEYS, CALLS, ROUNDS = 1_000, 10_000, 9
LIMITS = ("requests=100000000", "tokens=1000000000000", "smart:concurrent=1000")
BUDGETS = ("1000000USD/day", "5000000USD/month", "100000000000tokens/day")


async def _round(admission: Admission, secret: str, clock: SystemClock) -> float:
    most, cost = Cost.of(Money(1_500, "USD")), Cost.of(Money(900, "USD"))
    usage = Usage(input_tokens=60, output_tokens=20)
    began = time.process_time()
    for _ in range(CALLS):
        key = admission.identify(secret)
        admission.allow(key, "smart", "chat")
        ticket = await admission.enter(key, "smart", most=most, tokens=100, deadline=clock.monotonic() + 10)
        ticket.settle(cost, usage)
        ticket.leave()
    return (time.process_time() - began) / CALLS * 1e6


async def _measure(folder: Path) -> None:
    clock = SystemClock()
    store = SqliteStore(folder / "store.db", clock=clock)
    by = By(actor="bench", now_ns=clock.now_ns())
    with store.gathering():
        for _ in range(KEYS):
            making.create(store, Wanted(), by)
    bare = making.create(store, Wanted(), by)
    guarded = making.create(store, Wanted(limits=LIMITS, budgets=BUDGETS), by)
    admission = Admission(store, clock=clock)
    async with admission:
        for name, made in (("no limit, no budget", bare), ("3 limits, 3 budgets", guarded)):
            rounds = [await _round(admission, made.secret, clock) for _ in range(ROUNDS)]
            print(f"{name:22} {statistics.median(rounds):6.1f} µs  ({min(rounds):.1f} to {max(rounds):.1f})")
    store.close()


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder)))


if __name__ == "__main__":
    main()

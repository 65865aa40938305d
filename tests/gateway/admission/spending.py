"""A process that draws on a budget, for the tests of several. Says how many of its calls were let in."""

import asyncio
import sys
from pathlib import Path

from loomwork.gateway.admission.budgets import Purse, Spent
from loomwork.kernel.clock import SystemClock
from loomwork.kernel.errors.admission import BudgetSpent
from loomwork.kernel.usage import Cost, Money
from loomwork.store.sqlite.store import SqliteStore


async def spend(place: Path, calls: int, amount: int, *, then: str) -> int:
    """Make calls until the budget has no room; return how many were let in."""
    clock = SystemClock()
    store = SqliteStore(place, clock=clock)
    purse = Purse(store.budgets, clock=clock)
    (budget,) = store.budgets.list()
    done = 0

    async def call() -> None:
        nonlocal done
        try:
            reserved = await purse.reserve([Spent(budget, amount)], clock.monotonic() + 20)
        except BudgetSpent:
            return
        done += 1
        if then != "hang":
            reserved.settle(Cost.of(Money(amount, budget.unit)), None)

    async def tend() -> None:
        while True:
            await asyncio.sleep(0.05)
            for work in purse.tend():
                await asyncio.to_thread(work)

    tending = asyncio.create_task(tend())
    await asyncio.gather(*(call() for _ in range(calls)))
    tending.cancel()
    await asyncio.gather(tending, return_exceptions=True)
    sys.stdout.write(f"{done}\n")
    sys.stdout.flush()
    if then in ("wait", "hang"):
        sys.stdin.readline()
    for work in purse.tend(ending=True):
        work()
    store.close()
    return done


if __name__ == "__main__":
    asyncio.run(spend(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), then=sys.argv[4]))

"""Budgets are never exceeded: by a thousand calls at once, by several processes, by one that is killed."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.gateway.admission import Admission, making
from loomwork.gateway.admission.budgets import Purse, Spent, read_budget, start_of
from loomwork.gateway.admission.making import By, Wanted
from loomwork.kernel.clock import ManualClock, SystemClock
from loomwork.kernel.errors.admission import BudgetSpent, PriceUnknownToBudget, TooBusy
from loomwork.kernel.errors.store import StoreFull
from loomwork.kernel.usage import Cost, Money, Usage
from loomwork.store.keys import BudgetRow
from loomwork.store.sqlite.connections import Connections
from loomwork.store.sqlite.store import SqliteStore

ROOT = Path(__file__).parents[3]
USD = "USD"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store(tmp_path: Path, clock: ManualClock) -> Iterator[SqliteStore]:
    store = SqliteStore(tmp_path / "store.db", clock=clock)
    yield store
    store.close()


def cost(micros: int) -> Cost:
    return Cost.of(Money(micros, USD))


async def here(work):
    return work()


async def test_a_thousand_calls_at_once_spend_a_budget_to_the_last_and_not_over_it(store: SqliteStore) -> None:
    clock = SystemClock()
    key = making.create(store, Wanted(budgets=["0.1USD", "60000tokens/day"]), By(actor="", now_ns=clock.now_ns()))
    admission = Admission(store, clock=clock, at_once=50, queue=2000)
    found = admission.identify(key.secret)
    spent = refused = 0

    async def call() -> None:
        nonlocal spent, refused
        try:
            with await admission.enter(
                found, "m", most=cost(150), tokens=100, deadline=clock.monotonic() + 60
            ) as ticket:
                await asyncio.sleep(0)
                ticket.settle(cost(150), Usage(input_tokens=60))
                spent += 150
        except BudgetSpent:
            refused += 1

    await asyncio.gather(*(call() for _ in range(1000)))
    assert spent == 150 * (100_000 // 150)
    assert refused == 1000 - 100_000 // 150
    await admission.tend(ending=True)
    money, tokens = store.budgets.list()
    assert store.budgets.spending(money.n, "") == (spent, 0)
    assert store.budgets.spending(tokens.n, start_of("day", clock.now_ns())).spent == spent // 150 * 60


def started(place: Path, calls: int, amount: int, then: str) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.gateway.admission.spending", str(place), str(calls), str(amount), then]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def said(process: "subprocess.Popen[str]") -> int:
    assert process.stdout is not None
    return int(process.stdout.readline())


def ended(process: "subprocess.Popen[str]") -> None:
    process.communicate("\n")
    assert process.returncode == 0


def test_several_processes_spend_one_budget_to_the_last_and_not_over_it(store: SqliteStore) -> None:
    budget = store.budgets.set(read_budget("0.1USD", "owner:mei"))
    processes = [started(store.path, 400, 130, "end") for _ in range(3)]
    assert sum(map(said, processes)) == 100_000 // 130
    for process in processes:
        ended(process)
    assert store.budgets.spending(budget.n, "") == (130 * (100_000 // 130), 0)


@pytest.mark.crash
def test_what_a_killed_process_had_reserved_comes_back_and_what_it_had_spent_does_not(store: SqliteStore) -> None:
    budget = store.budgets.set(read_budget("0.1USD", "owner:mei"))
    spender, holder = started(store.path, 300, 100, "wait"), started(store.path, 200, 100, "hang")
    assert (said(spender), said(holder)) == (300, 200)
    assert store.budgets.spending(budget.n, "").held >= 20_000
    for process in (spender, holder):
        process.kill()
        process.communicate()
    left = started(store.path, 1000, 100, "end")
    assert said(left) == 700
    ended(left)
    assert store.budgets.spending(budget.n, "") == (100_000, 0)
    assert list(store.path.with_name("store.db.leases").iterdir()) == []


async def test_a_budget_of_a_day_begins_anew_at_midnight_and_the_old_lease_goes_back(
    store: SqliteStore, clock: ManualClock
) -> None:
    budget = store.budgets.set(read_budget("0.001USD/day", "owner:mei"))
    purse = Purse(store.budgets, clock=clock, elsewhere=here)
    today = start_of("day", clock.now_ns())
    held = await purse.reserve([Spent(budget, 900)], 1e9)
    with pytest.raises(BudgetSpent) as spent:
        await purse.reserve([Spent(budget, 900)], 1e9)
    wait = spent.value.retry_after
    assert wait is not None
    assert 0 < wait <= 86_400
    clock.tick(wait)
    again = await purse.reserve([Spent(budget, 900)], 1e9)
    held.settle(cost(800), None)
    again.release()
    for work in purse.tend():
        work()
    assert store.budgets.spending(budget.n, today) == (800, 0)
    assert store.budgets.spending(budget.n, start_of("day", clock.now_ns())).spent == 0


async def test_what_two_processes_do_not_need_they_give_to_each_other(store: SqliteStore, clock: ManualClock) -> None:
    budget = store.budgets.set(read_budget("0.001USD", "owner:mei"))
    other = SqliteStore(store.path, clock=clock)
    mine, theirs = (Purse(each.budgets, clock=clock, elsewhere=here) for each in (store, other))
    (await mine.reserve([Spent(budget, 10)], 1e9)).settle(cost(10), None)
    asking = asyncio.ensure_future(theirs.reserve([Spent(budget, 990)], 1e9))
    for _ in range(3):
        await clock.advance(0.1)
        for work in mine.tend():
            work()
    reserved = await asking
    reserved.settle(cost(990), None)
    for work in (*mine.tend(ending=True), *theirs.tend(ending=True)):
        work()
    assert store.budgets.spending(budget.n, "") == (1000, 0)
    other.close()


async def test_what_has_no_price_in_the_budgets_money_is_refused_unless_allowed(
    store: SqliteStore, clock: ManualClock
) -> None:
    by = By(actor="", now_ns=clock.now_ns())
    strict = making.create(store, Wanted(budgets=["1USD"]), by)
    lax = making.create(store, Wanted(budgets=["1USD"], unknown_price=True), by)
    admission = Admission(store, clock=clock, elsewhere=here)
    for most in (Cost.of(None), Cost.of(Money(5, "CNY"))):
        with pytest.raises(PriceUnknownToBudget):
            await admission.enter(admission.identify(strict.secret), "m", most=most, tokens=1, deadline=1e9)
        ticket = await admission.enter(admission.identify(lax.secret), "m", most=most, tokens=1, deadline=1e9)
        ticket.leave()
    assert admission.line.open == 0


async def test_what_a_call_cost_that_broke_off_counts_as_the_most(store: SqliteStore, clock: ManualClock) -> None:
    budget = store.budgets.set(read_budget("1USD", "owner:mei"))
    purse = Purse(store.budgets, clock=clock, elsewhere=here)
    (await purse.reserve([Spent(budget, 500)], 1e9)).settle(Cost.of(None), None)
    released = await purse.reserve([Spent(budget, 300)], 1e9)
    released.release()
    released.settle(cost(300), None)  # a second end does nothing
    for work in purse.tend(ending=True):
        work()
    assert store.budgets.spending(budget.n, "") == (500, 0)


async def test_a_full_store_refuses_what_needs_a_lease_and_loses_nothing(
    store: SqliteStore, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = making.create(store, Wanted(budgets=["0.001USD"]), By(actor="", now_ns=clock.now_ns()))
    admission = Admission(store, clock=clock, elsewhere=here)
    found = admission.identify(key.secret)

    async def call(micros: int) -> None:
        with await admission.enter(found, "m", most=cost(micros), tokens=1, deadline=1e9) as ticket:
            ticket.settle(cost(micros))

    def is_full(pool: Connections) -> None:
        raise StoreFull(path=str(pool.path), detail="simulated")

    await call(100)
    with monkeypatch.context() as patch:
        patch.setattr(Connections, "writing", is_full)
        with pytest.raises(TooBusy):
            await call(200)
        clock.tick(10)
        await admission.tend()
    assert admission.line.open == 0
    await admission.tend()
    await call(900)
    await admission.tend(ending=True)
    assert store.budgets.spending(store.budgets.list()[0].n, "") == (1000, 0)


@settings(deadline=None, max_examples=40)
@given(
    most=st.integers(100, 5_000),
    calls=st.lists(st.tuples(st.integers(1, 400), st.floats(0, 1), st.sampled_from(["settle", "release", "tend"]))),
)
def test_spent_and_reserved_together_stay_within_a_budget_whatever_is_done(
    tmp_path_factory: pytest.TempPathFactory, most: int, calls: list[tuple[int, float, str]]
) -> None:
    clock = ManualClock()
    store = SqliteStore(tmp_path_factory.mktemp("law") / "store.db", clock=clock)
    budget = store.budgets.set(BudgetRow(holder="owner:mei", unit=USD, period="total", most=most))

    async def go() -> None:
        purse = Purse(store.budgets, clock=clock, elsewhere=here)
        open_, settled = 0, 0
        for amount, share, then in calls:
            if then == "tend":
                clock.tick(share * 5)
                for work in purse.tend():
                    work()
            try:
                reserved = await purse.reserve([Spent(budget, amount)], clock.monotonic())
            except BudgetSpent:
                assert settled + open_ + amount > most
                continue
            open_ += amount
            assert settled + open_ <= most
            if then == "settle":
                reserved.settle(cost(int(amount * share)), None)
                settled += int(amount * share)
                open_ -= amount
            elif then == "release":
                reserved.release()
                open_ -= amount
            spending = store.budgets.spending(budget.n, "")
            assert spending.spent + spending.held <= most

    asyncio.run(go())
    store.close()

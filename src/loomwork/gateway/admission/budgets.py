"""What keys and owners may spend: reserved before a call by the most that it may cost, settled after by what it did.

A process leases parts of a budget from the store and reserves out of them in memory, so that a request costs no query;
leases shrink as a budget nears its end. Spent, reserved and leased together never exceed a budget, whatever number of
calls and processes draws on it. Knows no price: it is told amounts.
"""

import asyncio
import datetime
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple, TypeVar, cast

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.admission import BadBudget, BudgetSpent, TooBusy
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.store import StoreError
from loomwork.kernel.usage import Cost, Money, Usage
from loomwork.store.keys import BudgetRow, Budgets, Granted, Lease, Period

T = TypeVar("T")
Elsewhere = Callable[[Callable[[], T]], Awaitable[T]]
"""Runs what may wait for the disk where the event loop does not wait with it."""
TOKENS = "tokens"
AHEAD = 64
"""Requests like the one at hand that a lease should last for."""
PATIENCE_S = 1.0
"""How long a request waits for other processes to give back what they hold and do not need."""
NAP_S = 0.1
IDLE_S = 2.0
"""A lease from which nothing was taken for so long goes back."""
SETTLE_S = 1.0
_WANTED_NS = 2_000_000_000
_PERIODS: tuple[Period, ...] = ("day", "month")
_TOKENS = re.compile(r"\s*([1-9]\d*)\s*tokens\s*")


class Spent(NamedTuple):
    """An amount to reserve or settle of one budget."""

    budget: BudgetRow
    amount: int


class _Slice:
    """This process's part of one budget in one period."""

    __slots__ = (
        "asking", "budget", "folded", "lease", "limit", "lock", "reserved", "settled_at", "spent", "start", "used_at",
    )  # fmt: skip

    def __init__(self, budget: BudgetRow, start: str) -> None:
        self.budget = budget
        self.start = start
        self.lease: Lease | None = None
        self.limit = 0
        """What the lease allows, as far as this process counts on it."""
        self.reserved = 0
        self.spent = 0
        self.folded = 0
        self.used_at = 0.0
        self.settled_at = 0.0
        self.lock = asyncio.Lock()
        self.asking = 0
        """Requests that wait for it to grow."""

    @property
    def free(self) -> int:
        return self.limit - self.spent - self.reserved


class Reservation:
    """What is set aside for one call. `settle` once; a second time does nothing."""

    __slots__ = ("_parts",)

    def __init__(self, parts: "list[tuple[_Slice, int]]") -> None:
        self._parts = parts

    def settle(self, cost: Cost, usage: Usage | None) -> None:
        """Take what the call cost; what is unknown counts as the whole that was set aside."""
        parts, self._parts = self._parts, []
        for part, amount in parts:
            part.reserved -= amount
            part.spent += _actual(part.budget.unit, amount, cost, usage)
            if part.lease is not None:
                part.lease.note(part.spent)

    def release_money(self) -> None:
        """Give money back and keep tokens: the calls reserve for themselves."""
        parts, self._parts = self._parts, [each for each in self._parts if each[0].budget.unit == TOKENS]
        for part, amount in parts:
            if part.budget.unit != TOKENS:
                part.reserved -= amount

    def release(self) -> None:
        """Give everything back: nothing was sent."""
        parts, self._parts = self._parts, []
        for part, amount in parts:
            part.reserved -= amount


def _actual(unit: str, reserved: int, cost: Cost, usage: Usage | None) -> int:
    if unit == TOKENS:
        return reserved if usage is None and (cost.amounts or cost.unpriced) else usage.total_tokens if usage else 0
    return max(cost.micros(unit), reserved) if cost.unpriced else cost.micros(unit)


NOTHING = Reservation([])


class Purse:
    """The budgets as one process draws on them.

    Args:
        budgets: Where they are kept.
        clock: What tells the period, and what waits are measured with.
        elsewhere: Where the store is asked.
    """

    def __init__(self, budgets: Budgets, *, clock: Clock, elsewhere: "Elsewhere[Granted] | None" = None) -> None:
        self._budgets = budgets
        self._clock = clock
        self._elsewhere: Elsewhere[Granted] = elsewhere or asyncio.to_thread
        self._slices: dict[tuple[int, str], _Slice] = {}
        self._today = _Day(0, 0, "", "")

    def reserve_now(self, needs: Sequence[Spent]) -> Reservation | None:
        """Reserve out of what is leased already; None where that is not enough."""
        now = self._clock.monotonic()
        parts: list[tuple[_Slice, int]] = []
        for budget, amount in needs:
            part = self._slices.get((budget.n, self._start(budget.period)))
            if part is None or part.free < amount:
                return None
            parts.append((part, amount))
        for part, amount in parts:
            part.reserved += amount
            part.used_at = now
        return Reservation(parts)

    async def reserve(self, needs: Sequence[Spent], deadline: float) -> Reservation:
        """Reserve all of these or none. Raises `BudgetSpent`, `TooBusy` where the store cannot be asked."""
        done: list[tuple[_Slice, int]] = []
        try:
            for budget, amount in needs:
                done.append((await self._one(budget, amount, deadline), amount))
        except BaseException:
            Reservation(done).release()
            raise
        return Reservation(done)

    def reserve_here(self, needs: Sequence[Spent]) -> Reservation:
        """Reserve at once; where a lease is too small the store is asked on the spot. Raises as `reserve`."""
        done: list[tuple[_Slice, int]] = []
        try:
            for budget, amount in needs:
                part = self._slice(budget)
                if part.free < amount:
                    self._grow_here(part, amount)
                part.reserved += amount
                part.used_at = self._clock.monotonic()
                done.append((part, amount))
        except BaseException:
            Reservation(done).release()
            raise
        return Reservation(done)

    def _grow_here(self, part: _Slice, amount: int) -> None:
        held_elsewhere = self._granted(part, self._ask(part, amount))
        if part.free < amount:
            raise self._spent(part.budget, held_elsewhere)

    async def _one(self, budget: BudgetRow, amount: int, deadline: float) -> _Slice:
        part = self._slice(budget)
        part.asking += 1
        try:
            await self._grow(part, amount, min(deadline, self._clock.monotonic() + PATIENCE_S))
        finally:
            part.asking -= 1
        part.reserved += amount
        part.used_at = self._clock.monotonic()
        return part

    def _slice(self, budget: BudgetRow) -> _Slice:
        start = self._start(budget.period)
        part = self._slices.get((budget.n, start))
        if part is None:
            part = self._slices[budget.n, start] = _Slice(budget, start)
        return part

    async def _grow(self, part: _Slice, amount: int, until: float) -> None:
        """Have enough to reserve an amount. Raises `BudgetSpent`, `TooBusy`."""
        budget = part.budget
        while True:
            async with part.lock:
                held_elsewhere = 0 if part.free >= amount else await self._lease(part, amount)
                if part.free >= amount:
                    return
            if not held_elsewhere or self._clock.monotonic() + NAP_S > until:
                raise self._spent(budget, held_elsewhere)
            await self._clock.sleep(NAP_S)

    def _spent(self, budget: BudgetRow, held_elsewhere: int) -> BudgetSpent:
        wait = 1.0 if held_elsewhere else self._until_next(budget.period)
        return BudgetSpent(holder=budget.holder, budget=told(budget), retry_after=wait)

    async def _lease(self, part: _Slice, amount: int) -> int:
        """Lease what is missing, or more; return how much others hold where there is not enough."""
        work = self._asking(part, amount)
        try:
            return self._granted(part, await self._elsewhere(work))
        except StoreError as error:
            raise TooBusy(detail=str(error), retry_after=1.0) from error

    def _ask(self, part: _Slice, amount: int) -> Granted:
        try:
            return self._asking(part, amount)()
        except StoreError as error:
            raise TooBusy(detail=str(error), retry_after=1.0) from error

    def _asking(self, part: _Slice, amount: int) -> Callable[[], Granted]:
        least, lease = amount - part.free, part.lease
        most = max(least, AHEAD * amount)
        return lambda: self._budgets.lease(part.budget.n, part.start, least=least, most=most, into=lease)

    def _granted(self, part: _Slice, granted: Granted) -> int:
        """Take a lease in; return how much others hold where there is none."""
        if granted.lease is None:
            return granted.elsewhere
        if part.lease is not None and part.lease is not granted.lease:  # another call was first: one lease is enough
            self._budgets.fold(granted.lease, spent=0, returned=granted.granted, ends=True)
            return granted.granted
        part.lease = granted.lease
        part.limit += granted.granted
        return 0

    def tend(self, *, ending: bool = False) -> list[Callable[[], None]]:
        """Return what is to be told to the store now: what was spent, what is given back. Each may raise `StoreError`.

        What is given back is not drawn on from this moment, whatever becomes of the telling.
        """
        now, today = self._clock.monotonic(), self._today
        work: list[Callable[[], None]] = []
        wanted = self._wanted()
        for place, part in list(self._slices.items()):
            if part.lease is None or part.asking:
                continue
            is_past = part.start not in (today.day, today.month, "")
            idle = now - part.used_at > IDLE_S
            gives = ending or is_past or idle or part.budget.n in wanted
            if not gives and (part.spent == part.folded or now - part.settled_at < SETTLE_S):
                continue
            returned = part.free if gives else 0
            if returned or part.spent != part.folded or not part.reserved:
                work.append(self._fold(place, part, returned, ends=gives and not part.reserved))
                part.settled_at = now
        return work

    def _fold(self, place: tuple[int, str], part: _Slice, returned: int, *, ends: bool) -> Callable[[], None]:
        spent, lease = part.spent, cast("Lease", part.lease)
        part.limit -= returned
        part.folded = spent
        if ends:
            del self._slices[place]

        def tell() -> None:
            self._budgets.fold(lease, spent=spent, returned=returned, ends=ends)

        return tell

    def _wanted(self) -> frozenset[int]:
        if not self._slices:
            return frozenset()
        try:
            return self._budgets.wanted(since_ns=self._clock.now_ns() - _WANTED_NS)
        except LoomworkError:
            return frozenset()

    def _start(self, period: Period) -> str:
        if period == "total":
            return ""
        now = self._clock.now_ns()
        if not self._today.begins_ns <= now < self._today.ends_ns:
            self._today = _day(now)
        return self._today.day if period == "day" else self._today.month

    def _until_next(self, period: Period) -> float | None:
        """Seconds until a budget begins anew; None where it never does."""
        if period == "total":
            return None
        now = self._clock.now_ns()
        return (_day(now).ends_ns - now) / 1e9 if period == "day" else (_next_month_ns(now) - now) / 1e9


class _Day(NamedTuple):
    begins_ns: int
    ends_ns: int
    day: str
    month: str


_DAY_NS = 86_400_000_000_000


def _day(now_ns: int) -> _Day:
    begins = now_ns - now_ns % _DAY_NS
    text = _date(now_ns).isoformat()
    return _Day(begins, begins + _DAY_NS, text, text[:7])


def _date(now_ns: int) -> datetime.date:
    return datetime.datetime.fromtimestamp(now_ns // 1_000_000_000, datetime.UTC).date()


def _next_month_ns(now_ns: int) -> int:
    first = (_date(now_ns).replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    return int(datetime.datetime(first.year, first.month, 1, tzinfo=datetime.UTC).timestamp()) * 1_000_000_000


def start_of(period: Period, now_ns: int) -> str:
    """Return the name of the period that holds a moment, in UTC; empty for the only one there is.

    >>> start_of("day", 0), start_of("month", 0), start_of("total", 0)
    ('1970-01-01', '1970-01', '')
    """
    day = _day(now_ns)
    return {"day": day.day, "month": day.month, "total": ""}[period]


def read_budget(text: str, holder: str) -> BudgetRow:
    """Return a budget as a person writes it. Raises `BadBudget`.

    >>> row = read_budget("5USD/day", "owner:mei")
    >>> row.unit, row.period, row.most, told(row)
    ('USD', 'day', 5000000, '5 USD/day')
    """
    amount, slash, period = text.partition("/")
    if slash and period not in _PERIODS:
        raise BadBudget(text=text)
    tokens = _TOKENS.fullmatch(amount)
    if tokens is not None:
        unit, most = TOKENS, int(tokens[1])
    else:
        try:
            money = Money.parse(amount)
        except LoomworkError as bad:
            raise BadBudget(text=text) from bad
        unit, most = money.currency, money.micros
    return BudgetRow(holder=holder, unit=unit, period=cast("Period", period) if slash else "total", most=most)


def told(budget: BudgetRow) -> str:
    """Return a budget in words."""
    amount = f"{budget.most} {TOKENS}" if budget.unit == TOKENS else str(Money(budget.most, budget.unit))
    return amount if budget.period == "total" else f"{amount}/{budget.period}"

"""The door of the gateway: who asks, whether it may, when its turn is, and what it may cost. Knows no HTTP.

Everything on the way of a request is in memory; the store is asked for leases of budgets, twice a second whether keys
changed, and told what was spent and refused by `tend`.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Sequence
from types import TracebackType

from loomwork.gateway.admission import keys
from loomwork.gateway.admission.budgets import NOTHING, TOKENS, Elsewhere, Purse, Reservation, Spent
from loomwork.gateway.admission.calls import CallBudget
from loomwork.gateway.admission.fairness import FairQueue
from loomwork.gateway.admission.keys import Key
from loomwork.gateway.admission.limits import NO_LIMITS, Gate, Limits
from loomwork.gateway.admission.ring import Ring
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.admission import AdmissionError, NotServedToKey, PriceUnknownToBudget, RateExceeded
from loomwork.kernel.errors.store import StoreError
from loomwork.kernel.usage import Cost, Usage
from loomwork.store.keys import BudgetRow
from loomwork.store.protocols import Store

TEND_S = 0.25
_WEIGHT_TOKENS = 1000
"""So many tokens weigh as much as the lightest request."""
_GATES = 10_000
"""More gates than that are looked through for those that nobody uses."""


class Ticket:
    """One request that was let in. Leave it in any case; settle it where something was sent upstream."""

    __slots__ = ("_admission", "_entered_at", "_gates", "_reservation", "_tokens", "budget", "key")

    def __init__(
        self,
        admission: "Admission",
        key: Key,
        *,
        gates: list[Gate],
        tokens: int,
        reservation: Reservation,
        budget: CallBudget | None,
        now: float,
    ) -> None:
        self.key = key
        self.budget = budget
        """What calls are to be made under (`Scope.budget`); None where the key has no budget of money."""
        self._admission: Admission | None = admission
        self._gates = gates
        self._tokens = tokens
        self._reservation = reservation
        self._entered_at = now

    def settle(self, cost: Cost, usage: Usage | None = None) -> None:
        """Say what the calls cost in all. Once; what is unpriced counts as the most that was reserved.

        Money that was spent under `budget` is settled there already.
        """
        self._reservation.settle(cost, usage)
        if usage is not None:
            unused, self._tokens = self._tokens - usage.total_tokens, usage.total_tokens
            for gate in self._gates:
                gate.unused(unused)

    def leave(self) -> None:
        """Make room for the next. What was not settled was not sent: it costs nothing. A second time does nothing."""
        admission, self._admission = self._admission, None
        if admission is not None:
            self._reservation.release()
            for gate in self._gates:
                gate.leave()
            admission.left(self._entered_at)

    def __enter__(self) -> "Ticket":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.leave()


class Admission:
    """Lets requests in. One a process.

    Args:
        store: Where keys, budgets and the audit log are.
        clock: All time.
        requires_key: False where everybody who reaches the server may use it as long as no key was ever made.
        limits: Of every key that has none of its own.
        at_once: Requests answered at once.
        queue: Requests that may wait.
        elsewhere: Where the store is asked for leases; a thread, unless a simulation says otherwise.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Clock,
        requires_key: bool = True,
        limits: Limits = NO_LIMITS,
        at_once: int = 64,
        queue: int = 256,
        elsewhere: "Elsewhere[object] | None" = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits
        self.ring = Ring(store, clock=clock, requires_key=requires_key)
        self.line = FairQueue(clock=clock, at_once=at_once, most=queue)
        self._elsewhere: Elsewhere[object] = elsewhere or asyncio.to_thread
        self.purse = Purse(store.budgets, clock=clock, elsewhere=self._elsewhere)  # pyright: ignore[reportArgumentType] # of any result
        self._gates: dict[tuple[str, str], tuple[Limits, Gate]] = {}
        self._refused: dict[tuple[str, str, str, str], int] = {}
        self._untold: list[Callable[[], None]] = []
        self._tending: asyncio.Task[None] | None = None

    def identify(self, presented: str) -> Key:
        """Return whose key it is; in memory.

        Raises:
            KeyMissing, KeyMistyped, KeyUnknown, KeyExpired, KeyRevoked: it is not let in; 401.
        """
        return self.ring.identify(presented)

    def allow(self, key: Key, served: str, scope: str) -> None:
        """Let the key pass, or note the refusal for the audit log. Raises `ScopeMissing`, `NotServedToKey`."""
        try:
            keys.allow(key, served, scope)
        except AdmissionError as error:
            self._note("key.refuse", key.id, scope, served if isinstance(error, NotServedToKey) else "")
            raise

    async def enter(
        self, key: Key, served: str, *, most: Cost, tokens: int, deadline: float, most_tokens: int = 0
    ) -> Ticket:
        """Let one request in when its turn comes.

        Args:
            key: Whose it is.
            served: What it asks for by name.
            most: What it may cost at most.
            tokens: What it will use, in and out, as far as it says: what limits a minute count.
            deadline: The clock's `monotonic` time by which it must be answered.
            most_tokens: What it may use at most, which budgets in tokens must have room for; `tokens` if less.

        Raises:
            RateExceeded: the key's own limit; 429.
            TooBusy: there will be no slot in time, or the store cannot be asked; 503.
            BudgetSpent, PriceUnknownToBudget: there is no money for it.
        """
        now = self._clock.monotonic()
        needs = self._needs(key, served, most, max(tokens, most_tokens)) if key.budgets else ()
        gates = self._gates_of(key, served, now)
        self._pass(key, gates, tokens, now)
        try:
            if not self.line.enter_now():
                await self.line.enter(key.id, tokens / _WEIGHT_TOKENS, deadline)
            try:
                reservation = NOTHING
                if needs:
                    reservation = self.purse.reserve_now(needs) or await self.purse.reserve(needs, deadline)
            except BaseException:
                self.line.leave()
                raise
        except BaseException:
            for gate in gates:
                gate.unused(tokens)
                gate.leave()
            raise
        budget = self._budget_of(key, served, reservation) if needs else None
        return Ticket(
            self, key, gates=gates, tokens=tokens, reservation=reservation, budget=budget, now=self._clock.monotonic()
        )

    def left(self, entered_at: float) -> None:
        """A ticket was given back."""
        self.line.leave(self._clock.monotonic() - entered_at)

    def _pass(self, key: Key, gates: list[Gate], tokens: int, now: float) -> None:
        for gate in gates:
            refused = gate.refusal(tokens, now)
            if refused is not None:
                limit, wait = refused
                raise RateExceeded(key=key.id, limit=limit, retry_after=wait)
        for gate in gates:
            gate.enter(tokens, now)

    def _gates_of(self, key: Key, served: str, now: float) -> list[Gate]:
        found: list[Gate] = []
        for name in ("", served) if served in key.limits else ("",):
            limits = key.limits.get(name, NO_LIMITS if name else self._limits)
            if limits is NO_LIMITS:
                continue
            known = self._gates.get((key.id, name))
            if known is None or (known[0] is not limits and known[0] != limits):
                if len(self._gates) > _GATES:
                    self._gates = {place: each for place, each in self._gates.items() if each[1].open}
                known = self._gates[key.id, name] = (limits, Gate(limits, now=now))
            found.append(known[1])
        return found

    def _budget_of(self, key: Key, served: str, reservation: Reservation) -> CallBudget | None:
        money = [each for each in key.budgets if each.unit != TOKENS]
        if not money:
            return None
        return CallBudget(self.purse, lambda most: _money(key, served, money, most), reservation)

    def _needs(self, key: Key, served: str, most: Cost, tokens: int) -> Sequence[Spent]:
        money = [each for each in key.budgets if each.unit != TOKENS]
        counted = [Spent(each, tokens) for each in key.budgets if each.unit == TOKENS]
        return [*_money(key, served, money, most), *counted]

    def _note(self, action: str, key: str, scope: str, served: str) -> None:
        place = (action, key, scope, served)
        self._refused[place] = self._refused.get(place, 0) + 1

    async def tend(self, *, ending: bool = False) -> None:
        """Tell the store what was spent and refused. A store that cannot be written now is told later."""
        self.ring.refresh()
        refused, self._refused = self._refused, {}
        self._untold += self.purse.tend(ending=ending)
        self._untold += [self._refusal(place, count) for place, count in refused.items()]
        while self._untold:
            try:
                await self._elsewhere(self._untold[0])
            except StoreError:
                return
            self._untold.pop(0)

    def _refusal(self, place: tuple[str, str, str, str], count: int) -> Callable[[], None]:
        action, key, scope, served = place
        said = json.dumps({"scope": scope, "served": served, "times": count})

        def write() -> None:
            self._store.audit.append(
                at_ns=self._clock.now_ns(), actor=f"key:{key}", action=action, object=f"key:{key}", said=said
            )

        return write

    async def __aenter__(self) -> "Admission":
        self._tending = asyncio.create_task(self._tend_for_ever())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._tending is not None:
            self._tending.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._tending
        await self.tend(ending=True)

    async def _tend_for_ever(self) -> None:
        while True:
            await self._clock.sleep(TEND_S)
            await self.tend()


def _money(key: Key, served: str, budgets: Sequence[BudgetRow], most: Cost) -> Sequence[Spent]:
    """Return what a cost takes of each budget of money. Raises `PriceUnknownToBudget`."""
    if budgets and not key.allows_unknown_price:
        units = [budget.unit for budget in budgets]
        if most.unpriced or any([each.micros and each.currency not in units for each in most.amounts]):
            raise PriceUnknownToBudget(key=key.id, served=served, unit=", ".join(sorted(set(units))))
    return [Spent(budget, most.micros(budget.unit)) for budget in budgets]

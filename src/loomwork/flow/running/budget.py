"""Money that a run may spend: reserved before a request, settled after it. Knows nothing of models or prices."""

from __future__ import annotations

import threading
from typing import Literal

from loomwork.kernel.errors.flow import BudgetExceeded, PriceUnknown
from loomwork.kernel.usage import Cost, Money


class RunBudget:
    """A limit in one currency. Reservations count as spent until they are settled, so that it is never overrun.

    >>> budget = RunBudget(Money.parse("1USD"))
    >>> held = budget.reserve(Cost.of(Money.parse("0.6USD")))
    >>> budget.settle(held, Cost.of(Money.parse("0.2USD")))
    >>> str(budget.spent)
    '0.2 USD'
    """

    def __init__(self, limit: Money, *, unknown: Literal["refuse", "allow"] = "refuse") -> None:
        self.limit = limit
        self._unknown = unknown
        self._lock = threading.Lock()
        self._held = 0
        self._settled = 0

    @property
    def spent(self) -> Money:
        """What finished requests have cost."""
        return Money(self._settled, self.limit.currency)

    def reserve(self, most: Cost, *, model: str = "") -> int:
        """Set aside what a request may cost at most.

        Raises:
            PriceUnknown: The price is unknown, or in another currency than the limit.
            BudgetExceeded: It could cost more than is left.
        """
        currency = self.limit.currency
        if self._unknown == "refuse" and (most.unpriced or any(money.currency != currency for money in most.amounts)):
            raise PriceUnknown(model=model)
        micros = most.micros(currency)
        with self._lock:
            left = self.limit.micros - self._settled - self._held
            if micros > left:
                raise BudgetExceeded(
                    most=str(Money(micros, currency)), left=str(Money(max(left, 0), currency)), limit=str(self.limit)
                )
            self._held += micros
        return micros

    def settle(self, reservation: int, actual: Cost) -> None:
        """Replace a reservation by what the request did cost (nothing, when it failed before it was charged)."""
        with self._lock:
            self._held -= reservation
            self._settled += actual.micros(self.limit.currency)

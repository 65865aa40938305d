"""What one request's calls may spend (`flow.context.Budget`): each is reserved before it is sent, whoever makes it.

What a request was let in with is the most of one call of the model that it names. A route may come to a dearer member,
a step may make ten calls, a retry is sent twice: each reserves its own most, and the first takes over what was set
aside at the door. It outlives its request: a call that others go on waiting for is still settled.
"""

from collections.abc import Callable, Sequence

from loomwork.gateway.admission.budgets import Purse, Reservation, Spent
from loomwork.kernel.usage import Cost

Needs = Callable[[Cost], Sequence[Spent]]


class CallBudget:
    """The budgets of a key, drawn on call by call.

    Args:
        purse: Where money is.
        needs: Says what a cost takes of which budget. Raises `PriceUnknownToBudget`.
        at_the_door: What was set aside when the request was let in.
    """

    def __init__(self, purse: Purse, needs: Needs, at_the_door: Reservation) -> None:
        self._purse = purse
        self._needs = needs
        self._at_the_door = at_the_door
        self._open: dict[int, Reservation] = {}
        self._count = 0

    @property
    def was_used(self) -> bool:
        """Whether calls were made; what they cost is then settled here."""
        return self._count > 0

    def reserve(self, most: Cost, *, model: str = "") -> int:
        """Set the most that a call may cost aside. Raises `BudgetSpent`, `PriceUnknownToBudget`, `TooBusy`."""
        del model
        needs = self._needs(most)
        self._at_the_door.release_money()
        self._count += 1
        self._open[self._count] = self._purse.reserve_here(needs)
        return self._count

    def settle(self, reservation: int, actual: Cost) -> None:
        """Replace a reservation by what the call did cost."""
        held = self._open.pop(reservation, None)
        if held is not None:
            held.settle(actual, None)

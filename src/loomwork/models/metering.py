"""Book every request against the step call that sent it: count, tokens, money, budget. Knows no wire."""

from loomwork.flow.context import current_frame, entered, meter
from loomwork.kernel.usage import Cost
from loomwork.models.protocols import Ended, Outcome
from loomwork.models.target import Asked, Target


def book(target: Target, asked: Asked) -> Ended:
    """Set the most that a request may cost aside; what is returned books what it did cost.

    Where no workspace is open nothing is counted. Raises `BudgetExceeded`, `PriceUnknown` where the run has a budget.
    """
    frame = current_frame()
    if frame is None:
        return _nothing
    budget = frame.scope.budget
    held = None if budget is None else budget.reserve(Cost.of(target.most(asked)), model=target.alias)

    def ended(outcome: Outcome) -> None:
        if budget is not None and held is not None:
            budget.settle(held, outcome.cost)
        if outcome.sent:
            with entered(frame):
                meter(requests=1, usage=outcome.usage, cost=outcome.cost)

    return ended


def _nothing(_outcome: Outcome) -> None:
    return None

"""What the gateway asks of those who guard it and of those who take its notes: Protocols, and doubles for tests.

Knows no key, no budget and no store.
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any, Protocol

from loomwork.flow.context import Budget
from loomwork.gateway.admission.keys import ANONYMOUS, Key
from loomwork.kernel.usage import Cost, Usage
from loomwork.store.rows import RequestRow


class Ticket(Protocol):
    """The right to make one call. Left exactly once; a second `leave` does nothing."""

    @property
    def budget(self) -> Budget | None:
        """What the request's calls are made under; None where nothing holds them."""
        ...

    def settle(self, cost: Cost, usage: Usage | None = None) -> None:
        """Replace what was set aside by what the call did cost."""
        ...

    def leave(self) -> None:
        """Give the place back; what was not settled is taken as used up to what was set aside, or free if not sent."""
        ...


class Admits(Protocol):
    """Keys, limits, the queue and budgets. Every method raises an `AdmissionError` that says its HTTP status."""

    def identify(self, presented: str) -> Key:
        """Return whose key this is."""
        ...

    def allow(self, key: Key, served: str, scope: str) -> None:
        """Raise where the key may not do this."""
        ...

    async def enter(
        self, key: Key, served: str, *, most: Cost, tokens: int, deadline: float, most_tokens: int = 0
    ) -> Ticket:
        """Wait for a place, at most until `deadline` (the clock's monotonic seconds), and set its most aside."""
        ...


class Coalesces(Protocol):
    """Makes what several ask for at once a single time."""

    async def once(self, key: bytes, make: Callable[[], Awaitable[Any]]) -> Any:
        """Return what `make` gives, or what another caller with this key is waiting for already."""
        ...


class TakesRequests(Protocol):
    """Where the rows of requests go; must return at once."""

    def write(self, rows: Iterable[RequestRow]) -> None:
        """Take rows."""
        ...


class _NoTicket:
    budget: Budget | None = None

    def settle(self, cost: Cost, usage: Usage | None = None) -> None:
        """Nothing was set aside."""

    def leave(self) -> None:
        """No place was taken."""


_TICKET = _NoTicket()


class OpenDoor:
    """Lets everybody in: for an address that only this machine reaches, and for tests."""

    def identify(self, presented: str) -> Key:
        """Nobody is asked."""
        del presented
        return ANONYMOUS

    def allow(self, key: Key, served: str, scope: str) -> None:
        """Everything is allowed."""

    async def enter(
        self, key: Key, served: str, *, most: Cost, tokens: int, deadline: float, most_tokens: int = 0
    ) -> Ticket:
        """There is always room."""
        del key, served, most, tokens, deadline, most_tokens
        return _TICKET


class Notes:
    """A sink that keeps the rows, for tests and for a gateway without a store."""

    def __init__(self) -> None:
        self.rows: list[RequestRow] = []

    def write(self, rows: Iterable[RequestRow]) -> None:
        """Keep the rows."""
        self.rows.extend(rows)

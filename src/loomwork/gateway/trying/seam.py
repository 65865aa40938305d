"""What try pages need of the rest of the gateway: one Protocol a need. Knows no web server."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Protocol

from loomwork.gateway.trying.values import Asked, Card, Passage, Said, Visitor, Wanted


class Serves(Protocol):
    """What can be tried, and trying it."""

    def card(self, name: str) -> Card | None:
        """Return what the page of a served thing is about; None where nothing of that name can be tried."""
        ...

    def ask(self, name: str, asked: Asked, visitor: Visitor) -> AsyncIterator[Said]:
        """Yield the answer as it comes: `Start` first, then pieces. Closing it cancels the call.

        Whatever guards a request from outside guards this one: limits, the queue, budgets, time.
        """
        ...

    async def passage(self, wanted: Wanted, visitor: Visitor) -> Passage | None:
        """Return a passage in its document as this visitor may see it; None where it is not there for them."""
        ...


class Guards(Protocol):
    """Who holds a key, and what they may do."""

    def visitor(self, presented: str, scope: str) -> Visitor:
        """Return whose key this is. Raises what says, with a `status`, that there is none or it has not this scope."""
        ...

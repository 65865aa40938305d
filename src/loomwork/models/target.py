"""What is known about one configured model before it is asked: whom, what it costs, what fits in. Values only."""

from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal

from msgspec import Struct

from loomwork.kernel.messages import Request
from loomwork.kernel.usage import Cost, Money, Usage
from loomwork.models.estimate import estimate_request, estimate_text
from loomwork.models.prices import PriceList, cost

_CAUTION = 1.5
"""How far an estimate of input tokens may be off when money is set aside for it."""

_LONGEST = 8192
"""Tokens of an answer whose length nothing limits."""

Asked = Request | Sequence[str]
"""What is sent: a request, or texts to be embedded."""


class Target(Struct, frozen=True, kw_only=True):
    """A model under its alias."""

    alias: str
    driver: str
    provider: str
    """The preset's name, else the host; what prices are listed under."""
    model: str
    base_url: str = ""
    prices: PriceList = ()
    window: int | None = None
    max_output: int | None = None

    def cost(self, usage: Usage | None, *, at_ns: int) -> Money | None:
        """What a call costs that was made `at_ns` (since 1970); None where tokens or price are unknown."""
        hourly = any(price.peak_utc for price in self.prices)
        return cost(usage, self.prices, at=datetime.fromtimestamp(at_ns / 1e9, UTC) if hourly else None)

    def most_tokens(self, request: Request) -> int:
        """The most tokens that a request is expected to use, in and out."""
        return int(estimate_request(request) * _CAUTION) + self._longest(request)

    def _longest(self, request: Request) -> int:
        return request.max_tokens or self.max_output or _LONGEST

    def most(self, asked: Asked) -> Money | None:
        """The most that a request is expected to cost; None where the price is unknown.

        Where nothing limits the answer it is taken to have 8,192 tokens at most: say `max_tokens` to be sure.
        """
        if not self.prices:
            return None
        if all(not price.input and not price.output for price in self.prices):
            return Money(0, self.prices[0].currency)
        if isinstance(asked, Request):
            longest, tokens = self._longest(asked), estimate_request(asked)
        else:
            longest, tokens = 0, sum(estimate_text(text) for text in asked)
        dearest = max(self.prices, key=lambda price: price.input + price.output)
        entering = int(tokens * _CAUTION) * max(dearest.input, dearest.cache_write or Decimal(0))
        return Money.of((entering + longest * dearest.output) / 1_000_000, dearest.currency)

    def charged(self, usage: Usage | None, *, at_ns: int) -> Cost:
        """What to book for a call that was answered: an amount, or one call of unknown price."""
        return Cost.of(self.cost(usage, at_ns=at_ns))

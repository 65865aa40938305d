"""What is known about one configured model before it is asked: whom, what it costs, what fits in. Values only."""

from collections.abc import Sequence
from datetime import UTC, datetime

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
        hourly = any([price.peak_utc for price in self.prices])
        return cost(usage, self.prices, at=datetime.fromtimestamp(at_ns / 1e9, UTC) if hourly else None)

    def most_tokens(self, request: Request, *, entering: int | None = None) -> int:
        """The most tokens that a request is expected to use, in and out; `entering`: its estimate, if it is known."""
        tokens = estimate_request(request) if entering is None else entering
        return int(tokens * _CAUTION) + self._longest(request)

    def _longest(self, request: Request) -> int:
        return request.max_tokens or self.max_output or _LONGEST

    def most(self, asked: Asked, *, entering: int | None = None) -> Money | None:
        """The most that a request is expected to cost; None where the price is unknown.

        Where nothing limits the answer it is taken to have 8,192 tokens at most: say `max_tokens` to be sure.

        Args:
            asked: What is sent.
            entering: The estimate of its tokens, if it is known.
        """
        prices = self.prices
        if not prices:
            return None
        dearest = prices[0] if len(prices) == 1 else max(prices, key=lambda price: price.input + price.output)
        if not dearest.input and not dearest.output:
            return Money(0, prices[0].currency)
        longest = self._longest(asked) if isinstance(asked, Request) else 0
        tokens = _entering(asked) if entering is None else entering
        dear = dearest.input if dearest.cache_write is None else max(dearest.input, dearest.cache_write)
        return Money.rounded(int(tokens * _CAUTION) * dear + longest * dearest.output, dearest.currency)

    def charged(self, usage: Usage | None, *, at_ns: int) -> Cost:
        """What to book for a call that was answered: an amount, or one call of unknown price."""
        return Cost.of(self.cost(usage, at_ns=at_ns))


def _entering(asked: Asked) -> int:
    return estimate_request(asked) if isinstance(asked, Request) else sum(estimate_text(text) for text in asked)

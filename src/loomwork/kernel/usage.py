"""What a model call used and what it cost; what is unknown stays unknown. Knows no prices."""

import re
from collections.abc import Iterable
from decimal import Decimal

from msgspec import Struct, structs

from loomwork.kernel.errors import BadMoney

_MICRO = Decimal(1_000_000)
_AMOUNT = re.compile(r"\s*(\d+(?:\.\d+)?|\.\d+)\s*([A-Za-z]{3})\s*")


class Usage(Struct, frozen=True, kw_only=True):
    """Tokens of one call or of many. Parts are counted inside their whole, whatever the provider's habit.

    >>> Usage(input_tokens=3, output_tokens=1) + Usage(input_tokens=2)
    Usage(input_tokens=5, output_tokens=1, cached_input_tokens=0, cache_write_tokens=0, reasoning_tokens=0, \
audio_input_tokens=0, audio_output_tokens=0)
    """

    input_tokens: int = 0
    """Everything that went in: fresh, read from a cache and written to a cache."""
    output_tokens: int = 0
    """Everything that came out, reasoning included."""
    cached_input_tokens: int = 0
    """Of the input: read from the provider's cache."""
    cache_write_tokens: int = 0
    """Of the input: written to the provider's cache."""
    reasoning_tokens: int = 0
    """Of the output."""
    audio_input_tokens: int = 0
    """Of the input."""
    audio_output_tokens: int = 0
    """Of the output."""

    def __add__(self, other: "Usage") -> "Usage":
        pairs = zip(structs.astuple(self), structs.astuple(other), strict=True)
        return Usage(**dict(zip(self.__struct_fields__, (a + b for a, b in pairs), strict=True)))

    @property
    def total_tokens(self) -> int:
        """Input and output together."""
        return self.input_tokens + self.output_tokens


class Money(Struct, frozen=True, order=False):
    """An amount in millionths of one currency (ISO 4217, upper case).

    >>> str(Money.parse("5usd")), str(Money(1_500, "CNY"))
    ('5 USD', '0.0015 CNY')
    """

    micros: int
    currency: str

    @classmethod
    def parse(cls, text: str) -> "Money":
        """Read "5USD", "0.8 cny". Raises `BadMoney`."""
        match = _AMOUNT.fullmatch(text)
        if match is None:
            raise BadMoney(text=text)
        return cls.of(Decimal(match[1]), match[2])

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        """Return the amount rounded to millionths, half to even."""
        return cls.rounded(amount * _MICRO, currency)

    @classmethod
    def rounded(cls, micros: Decimal, currency: str) -> "Money":
        """Return so many millionths, rounded half to even."""
        return cls(round(micros), currency.upper())

    @property
    def amount(self) -> Decimal:
        """In whole units of the currency."""
        return Decimal(self.micros) / _MICRO

    def __str__(self) -> str:
        return f"{self.amount:f} {self.currency}"


class Cost(Struct, frozen=True, kw_only=True):
    """Amounts by currency, never converted, beside the number of calls whose price nobody knows.

    >>> total = Cost.of(Money(2, "USD")) + Cost.of(Money(3, "CNY")) + Cost.of(None) + Cost.of(Money(5, "USD"))
    >>> total.by_currency(), total.unpriced
    ({'CNY': Decimal('0.000003'), 'USD': Decimal('0.000007')}, 1)
    """

    amounts: tuple[Money, ...] = ()
    """At most one a currency, sorted by currency."""
    unpriced: int = 0

    @classmethod
    def of(cls, money: Money | None) -> "Cost":
        """Return the cost of one call; None is a call without a known price."""
        return cls(unpriced=1) if money is None else cls(amounts=(money,))

    @classmethod
    def total(cls, costs: Iterable["Cost"]) -> "Cost":
        """Return the sum."""
        return sum(costs, start=cls())

    def __add__(self, other: "Cost") -> "Cost":
        if not self.amounts and not self.unpriced:
            return other
        sums: dict[str, int] = {}
        for money in (*self.amounts, *other.amounts):
            sums[money.currency] = sums.get(money.currency, 0) + money.micros
        amounts = tuple(Money(micros, currency) for currency, micros in sorted(sums.items()))
        return Cost(amounts=amounts, unpriced=self.unpriced + other.unpriced)

    def by_currency(self) -> dict[str, Decimal]:
        """Return whole units by currency."""
        return {money.currency: money.amount for money in self.amounts}

    def micros(self, currency: str) -> int:
        """Return the millionths of one currency."""
        for money in self.amounts:
            if money.currency == currency:
                return money.micros
        return 0

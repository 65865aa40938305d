"""What tokens cost: a dated list with its sources, and the sum for one call. Knows no wire.

A price that is not listed is unknown (None), never 0. Amounts are never converted between currencies.
"""

import re
import tomllib
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec
from msgspec import Struct

from loomwork.kernel.usage import Money, Usage
from loomwork.models.settings import PriceSetting

_DATED = re.compile(r"-(?:\d{4}-\d{2}-\d{2}|\d{8}|latest)$")
_SATURDAY = 5


class Price(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a million tokens of one model cost, and for which calls that holds."""

    currency: str
    input: Decimal
    output: Decimal = Decimal(0)
    cached_input: Decimal | None = None
    """None: no discount is listed, so cached tokens are counted like other input: the most they can cost."""
    cache_write: Decimal | None = None
    """None: unknown, as it may cost more than input."""
    above: int = 0
    up_to: int | None = None
    """The price holds for calls with more input tokens than `above` and no more than `up_to`."""
    peak_utc: tuple[str, ...] = ()
    """The price holds on working days within these hours ("01:00-04:00"), before one that names no hours."""
    reasoning: Literal["same", "unknown"] = "same"
    """Whether an answer with reasoning costs the same."""
    source: str = ""
    """The page that says so."""
    as_of: str = ""
    """The day or month for which it was found there."""

    def holds(self, usage: Usage, at: datetime | None) -> bool:
        """Whether the price is that of a call."""
        if usage.input_tokens <= self.above and self.above:
            return False
        if self.up_to is not None and usage.input_tokens > self.up_to:
            return False
        return not self.peak_utc or (at is not None and _within(self.peak_utc, at))


class _Entry(Price, frozen=True, kw_only=True, forbid_unknown_fields=True):
    provider: str
    models: tuple[str, ...]


PriceList = tuple[Price, ...]
"""The prices of one model, those of certain hours first; empty is unknown."""

FREE: PriceList = (Price(currency="USD", input=Decimal(0)),)


@cache
def _entries() -> dict[tuple[str, str], PriceList]:
    text = resources.files("loomwork.models").joinpath("data/prices.toml").read_text("utf-8")
    found: dict[tuple[str, str], list[Price]] = {}
    for entry in msgspec.convert(tomllib.loads(text, parse_float=Decimal)["price"], list[_Entry]):
        for model in entry.models:
            found.setdefault((entry.provider, model), []).append(entry)
    return {key: tuple(sorted(prices, key=lambda price: not price.peak_utc)) for key, prices in found.items()}


def listed(provider: str, model: str) -> PriceList:
    """The listed prices of a model; a name with a date behind it costs what the name without it costs.

    >>> listed("openai", "gpt-4o-mini-2024-07-18")[0].input
    Decimal('0.15')
    >>> listed("somebody", "something")
    ()
    """
    entries = _entries()
    return entries.get((provider, model)) or entries.get((provider, _DATED.sub("", model))) or ()


def declared(setting: PriceSetting | Literal[0] | None) -> PriceList | None:
    """The prices that the user declared; None where there are none."""
    if setting is None:
        return None
    if setting == 0:
        return FREE
    return (msgspec.convert(_decimals(setting), Price),)


def cost(usage: Usage | None, prices: Sequence[Price], *, at: datetime | None = None) -> Money | None:
    """What one call costs; None where the tokens or their price are unknown.

    Args:
        usage: The call's tokens.
        prices: The model's prices.
        at: When the call was made, for prices that differ by the hour; without it the ordinary price is taken.

    >>> str(cost(Usage(input_tokens=1000, output_tokens=100), listed("openai", "gpt-4o-mini")))
    '0.00021 USD'
    """
    if usage is None:
        return None
    price = next((one for one in prices if one.holds(usage, at)), None)
    if price is None or not _covers(price, usage):
        return None
    fresh = usage.input_tokens - usage.cached_input_tokens - usage.cache_write_tokens
    micros = fresh * price.input + usage.output_tokens * price.output
    if usage.cached_input_tokens:
        micros += usage.cached_input_tokens * (price.input if price.cached_input is None else price.cached_input)
    if usage.cache_write_tokens:
        micros += usage.cache_write_tokens * (price.cache_write or Decimal(0))
    return Money.rounded(micros, price.currency)


def _covers(price: Price, usage: Usage) -> bool:
    """Whether the price says what every kind of token in the call costs."""
    if not price.input and not price.output:
        return True
    if usage.cache_write_tokens and price.cache_write is None:
        return False
    if usage.reasoning_tokens and price.reasoning == "unknown":
        return False
    return not (usage.audio_input_tokens or usage.audio_output_tokens)


def _within(hours: tuple[str, ...], at: datetime) -> bool:
    moment = at.astimezone(UTC)
    clock = moment.strftime("%H:%M")
    return moment.weekday() < _SATURDAY and any(
        start <= clock < end for start, _, end in (span.partition("-") for span in hours)
    )


def _decimals(setting: PriceSetting) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for name in PriceSetting.__struct_fields__:
        value = getattr(setting, name)
        out[name] = Decimal(str(value)) if isinstance(value, float) else value
    return out

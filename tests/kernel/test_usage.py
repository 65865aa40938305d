"""Sums of tokens and money."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from loomwork.kernel.errors import BadMoney
from loomwork.kernel.usage import Cost, Money, Usage

costs = st.one_of(
    st.just(Cost.of(None)),
    st.builds(lambda micros, currency: Cost.of(Money(micros, currency)), st.integers(0, 10**9), st.sampled_from("AB")),
)


def test_every_kind_of_token_is_added() -> None:
    ones = Usage(**dict.fromkeys(Usage.__struct_fields__, 1))
    assert set(structs.astuple(ones + ones)) == {2}
    assert ones.total_tokens == 2


@given(st.lists(costs), st.lists(costs))
def test_costs_add_up_in_any_order_and_grouping(a: list[Cost], b: list[Cost]) -> None:
    assert Cost.total([*a, *b]) == Cost.total(b) + Cost.total(a)


@given(st.lists(costs))
def test_an_unknown_price_is_counted_and_is_never_an_amount(parts: list[Cost]) -> None:
    total = Cost.total(parts)
    assert total.unpriced == sum(not part.amounts for part in parts)
    assert sum(money.micros for money in total.amounts) == sum(m.micros for part in parts for m in part.amounts)
    assert total.micros("A") + total.micros("B") == sum(money.micros for money in total.amounts)


@pytest.mark.parametrize(
    ("text", "money"),
    [
        ("5USD", Money(5_000_000, "USD")),
        (" 0.8 cny ", Money(800_000, "CNY")),
        (".000001usd", Money(1, "USD")),
        ("0.0000005USD", Money(0, "USD")),
    ],
)
def test_amounts_are_read_as_people_write_them(text: str, money: Money) -> None:
    assert Money.parse(text) == money


@pytest.mark.parametrize("text", ["5", "USD", "-5USD", "5 dollars", "1e3USD", "5USDT", ""])
def test_what_is_no_amount_is_refused(text: str) -> None:
    with pytest.raises(BadMoney, match="5USD"):
        Money.parse(text)


def test_money_is_shown_without_trailing_noise() -> None:
    assert [str(Money(micros, "USD")) for micros in (5_000_000, 1, 100_000_000)] == ["5 USD", "0.000001 USD", "100 USD"]

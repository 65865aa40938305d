"""What a call costs, and what nobody knows."""

import tomllib
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources
from typing import Any

import pytest

from loomwork.kernel.messages import Message, Request
from loomwork.kernel.usage import Usage
from loomwork.models.plain import settle
from loomwork.models.presets import presets
from loomwork.models.prices import FREE, cost, declared, listed
from loomwork.models.settings import ModelSettings, PriceSetting

TALK = Usage(input_tokens=1000, output_tokens=500)
LIST: list[dict[str, Any]] = tomllib.loads(
    resources.files("loomwork.models").joinpath("data/prices.toml").read_text("utf-8")
)["price"]


def test_every_listed_price_names_its_page_its_date_and_a_provider_that_is_known() -> None:
    for entry in LIST:
        assert entry["source"].startswith("https://")
        assert entry["as_of"][:3] == "202"
        assert entry["currency"] in {"USD", "CNY"}
        assert entry["provider"] in presets()


def test_an_unlisted_price_is_unknown_and_never_nothing() -> None:
    assert listed("openai", "gpt-99") == ()
    assert cost(TALK, ()) is None
    assert cost(None, listed("openai", "gpt-4o")) is None


def test_cached_and_written_tokens_have_their_own_prices() -> None:
    usage = Usage(input_tokens=1000, output_tokens=100, cached_input_tokens=600, cache_write_tokens=300)
    money = cost(usage, listed("anthropic", "claude-sonnet-4-5-20250929"))
    assert str(money) == str(Decimal("0.003105")) + " USD"  # 100 x 3 + 600 x 0.3 + 300 x 3.75 + 100 x 15, millionths


def test_a_cache_write_of_unknown_price_makes_the_call_unpriced() -> None:
    usage = Usage(input_tokens=10, cache_write_tokens=5)
    assert cost(usage, listed("openai", "gpt-4o")) is None


def test_prices_rise_with_the_length_of_the_input() -> None:
    prices = listed("qwen", "qwen3-max")
    assert [str(cost(Usage(input_tokens=n), prices)) for n in (32_000, 32_001, 200_000)] == [
        "0.08 CNY",
        "0.128004 CNY",
        "1.4 CNY",
    ]
    assert cost(Usage(input_tokens=300_000), prices) is None


def test_prices_differ_by_the_hour() -> None:
    prices = listed("deepseek", "deepseek-flash")
    usage = Usage(input_tokens=1_000_000)
    assert str(cost(usage, prices)) == "1 CNY"
    assert str(cost(usage, prices, at=datetime(2026, 11, 18, 2, 30, tzinfo=UTC))) == "2 CNY"
    assert str(cost(usage, prices, at=datetime(2026, 11, 18, 5, 0, tzinfo=UTC))) == "1 CNY"
    assert str(cost(usage, prices, at=datetime(2026, 11, 22, 2, 30, tzinfo=UTC))) == "1 CNY", "a Sunday"


def test_an_answer_whose_reasoning_has_another_price_is_unpriced() -> None:
    assert cost(TALK, listed("qwen", "qwen-plus")) is not None
    assert cost(Usage(input_tokens=1, reasoning_tokens=1), listed("qwen", "qwen-plus")) is None


def test_sound_is_unpriced_unless_everything_is_free() -> None:
    usage = Usage(input_tokens=10, audio_input_tokens=5)
    assert cost(usage, listed("openai", "gpt-4o")) is None
    assert str(cost(usage, FREE)) == "0 USD"


def test_the_users_price_comes_before_the_list() -> None:
    mine = declared(PriceSetting(input=1.5, output=3, currency="CNY"))
    assert mine is not None
    assert str(cost(TALK, mine)) == "0.003 CNY"
    assert declared(0) == FREE
    assert declared(None) is None


@pytest.mark.parametrize(
    ("settings", "known"),
    [
        (ModelSettings(preset="openai", model="gpt-4o-mini"), True),
        (ModelSettings(base_url="https://api.openai.com/v1", model="gpt-4o-mini"), True),
        (ModelSettings(preset="ollama", model="gpt-4o-mini"), False),
        (ModelSettings(base_url="http://127.0.0.1:8080/v1", model="gpt-4o-mini"), False),
        (ModelSettings(base_url="http://127.0.0.1:8080/v1", model="m", price=0), True),
        (ModelSettings(driver="scripted"), True),
        (ModelSettings(preset="qwen-intl", model="qwen-plus"), False),
    ],
)
def test_a_local_server_is_free_only_if_declared(settings: ModelSettings, known: bool) -> None:
    assert bool(settle("m", settings).target.prices) is known


def test_what_a_request_may_cost_is_known_before_it_is_sent() -> None:
    target = settle("m", ModelSettings(preset="openai", model="gpt-4o-mini")).target
    asked = Request(messages=(Message.user("x" * 4000),), max_tokens=1000)
    most = target.most(asked)
    assert most is not None
    assert most.micros >= 1000 * Decimal("0.15") + 1000 * Decimal("0.6")
    assert target.most(["a text"]) is not None
    assert settle("m", ModelSettings(preset="ollama", model="x")).target.most(asked) is None

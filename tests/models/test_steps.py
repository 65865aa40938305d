"""Model calls as steps: memoised by what answers, counted, degraded, drawn."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from loomwork.flow.context import current_frame
from loomwork.flow.running import RunBudget
from loomwork.kernel.errors.flow import BudgetExceeded, PriceUnknown
from loomwork.kernel.messages import Message, Request
from loomwork.kernel.stream import Done
from loomwork.kernel.usage import Money
from loomwork.models import Catalog, read_settings
from loomwork.models.steps import complete, embed, stream
from loomwork.testing.double import Double
from loomwork.testing.replies import Fault, Script
from loomwork.trace.feed import Place, Silent
from tests.flow.lab import Lab, Opened

APP = """
from loomwork.flow.step import step
from loomwork.kernel.messages import Message, Request
from loomwork.models.steps import complete, embed, stream

def request(text):
    return Request(messages=(Message.user(text),))

@step
async def ask(text: str, alias: str = "fast") -> str:
    return (await complete(alias, request(text))).text

@step
async def above(text: str, alias: str = "fast") -> str:
    return "> " + await ask(text, alias)

@step
async def thrice(text: str) -> list:
    return [(await complete("warm", request(text))).text for _ in range(3)]

@step
async def speak(text: str) -> str:
    return "".join([event.text async for event in stream("fast", request(text)) if hasattr(event, "text")])

@step
async def vectors(texts: list) -> list:
    return (await embed("fast", texts)).tolist()
"""
BUILTINS = (complete, stream, embed)
ASK = Request(messages=(Message.user("hi"),))


@pytest.fixture
def lab(tmp_path: Path) -> Lab:
    return Lab(tmp_path, {"app.py": APP})


@pytest.fixture
async def double() -> AsyncIterator[Double]:
    async with Double() as server:
        yield server


def tables(double: Double) -> dict[str, dict[str, Any]]:
    fast = {"base_url": double.url, "model": "m", "temperature": 0, "retries": 2}
    return {
        "fast": fast,
        "warm": {**fast, "temperature": 1},
        "dead": {**fast, "base_url": "http://127.0.0.1:9/v1", "retries": 0},
        "safe": {"route": "fallback", "models": ["dead", "fast"]},
        "shared": {"route": "balance", "models": ["fast", "twin"]},
        "twin": {**fast, "model": "twin"},
        "mixed": {"route": "fallback", "models": ["warm", "fast"]},
    }


class Session:
    """A lab opened with live models."""

    def __init__(self, lab: Lab, settings: dict[str, dict[str, Any]], **scope: Any) -> None:
        self.catalog = Catalog({name: read_settings(name, table) for name, table in settings.items()}, env={})
        self._opened = lab.open(builtins=BUILTINS, services={"models": self.catalog}, **scope)

    async def __aenter__(self) -> Opened:
        return self._opened.__enter__()

    async def __aexit__(self, *exc: Any) -> None:
        await self.catalog.close()
        self._opened.__exit__(*exc)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
async def test_a_model_call_is_made_once_and_found_in_the_next_run(lab: Lab, double: Double, host: str) -> None:
    named = {
        name: {**table, **({"base_url": double.url.replace("127.0.0.1", host)} if "base_url" in table else {})}
        for name, table in tables(double).items()
    }
    async with Session(lab, named) as opened:
        first = await opened.app.above("hi")
        assert opened.totals.requests == 1
        assert opened.totals.usage.output_tokens > 0
    async with Session(lab, named) as opened:
        assert await opened.app.above("hi") == first
        assert opened.totals.requests == 0
        assert opened.ran() == {}
    assert double.calls == 1


async def test_a_changed_setting_that_changes_answers_is_a_new_call(lab: Lab, double: Double) -> None:
    settings = tables(double)
    for change, calls in (({}, 1), ({"timeout": 9}, 1), ({"temperature": 0.0, "max_tokens": 9}, 2), ({"seed": 1}, 3)):
        settings["fast"] = {**tables(double)["fast"], **change}
        async with Session(lab, settings) as opened:
            await opened.app.above("hi")
        assert double.calls == calls, change


async def test_another_name_for_the_same_model_is_the_same_call(lab: Lab, double: Double) -> None:
    settings = tables(double)
    settings["other"] = settings["fast"]
    async with Session(lab, settings) as opened:
        assert await opened.app.ask("hi") == await opened.app.ask("hi", "other")
    assert double.calls == 1


async def test_retries_count_as_requests_but_not_as_calls(lab: Lab, double: Double) -> None:
    double.script = Script(faults=(Fault(kind="status", status=503, calls=(1, 2), retry_after="0"),))
    async with Session(lab, tables(double)) as opened:
        await opened.app.ask("hi")
        assert opened.totals.requests == 3
        assert opened.totals.steps["model"].ran == 1


async def test_the_answer_of_a_fallback_is_not_kept_but_its_members_is(lab: Lab, double: Double) -> None:
    for _ in range(2):
        async with Session(lab, tables(double)) as opened:
            await opened.app.above("hi", "safe")
            frame = current_frame()
            assert frame is not None
            assert frame.degraded
            assert frame.degraded[0].startswith("safe: dead: ")
            assert {"above", "ask"} <= set(opened.ran()), "what stands above a degraded answer runs again"
    assert double.calls == 1, "the member's own call is found"


async def test_a_balance_asks_the_same_member_again_and_is_kept(lab: Lab, double: Double) -> None:
    async with Session(lab, tables(double)) as opened:
        first = [await opened.app.ask(f"q{n}", "shared") for n in range(8)]
    assert {body["model"] for body in double.requests} == {"m", "twin"}
    async with Session(lab, tables(double)) as opened:
        assert [await opened.app.ask(f"q{n}", "shared") for n in range(8)] == first
        assert opened.ran() == {}


async def test_sampled_calls_in_one_step_are_draws_of_their_own(lab: Lab, double: Double) -> None:
    async with Session(lab, tables(double)) as opened:
        await opened.app.thrice("hi")
    assert double.calls == 3
    async with Session(lab, tables(double)) as opened:
        await opened.app.thrice("hi")
    assert double.calls == 3
    async with Session(lab, tables(double), trial=1) as opened:
        await opened.app.thrice("hi")
    assert double.calls == 6


async def test_draws_of_a_route_are_draws_of_its_member(lab: Lab, double: Double) -> None:
    async with Session(lab, tables(double)):
        for _ in range(3):
            await complete("mixed", ASK, None)
    assert double.calls == 3
    async with Session(lab, tables(double)):
        for draw in range(3):
            await complete("warm", ASK, draw)
    assert double.calls == 3, "the member's draws were kept"


async def test_a_stream_is_kept_and_comes_again_in_the_same_pieces(lab: Lab, double: Double) -> None:
    async with Session(lab, tables(double)):
        first = [event async for event in stream("fast", ASK)]
        again = [event async for event in stream("fast", ASK)]
    assert first == again
    assert isinstance(first[-1], Done)
    assert double.calls == 1
    async with Session(lab, tables(double)) as opened:
        assert await opened.app.speak("hi") != ""


async def test_an_abandoned_stream_is_not_kept_but_paid_for(lab: Lab, double: Double) -> None:
    async with Session(lab, tables(double)) as opened:
        found = stream("fast", ASK)
        await anext(found)
        await found.aclose()
        assert opened.totals.requests == 1
        assert opened.totals.cost.unpriced == 1
    async with Session(lab, tables(double)):
        assert [event async for event in stream("fast", ASK)]
    assert double.calls == 2


async def test_embeddings_are_kept(lab: Lab, double: Double) -> None:
    async with Session(lab, tables(double)) as opened:
        first = await opened.app.vectors(["a", "b"])
    settings = tables(double)
    settings["fast"]["temperature"] = 1.0
    async with Session(lab, settings) as opened:
        assert await opened.app.vectors(["a", "b"]) == first
    assert double.calls == 1


async def test_identical_calls_in_flight_are_made_once(lab: Lab, double: Double) -> None:
    double.script = Script(latency_s=0.05)
    async with Session(lab, tables(double)) as opened:
        answers = await asyncio.gather(*(opened.app.ask("hi") for _ in range(10)))
    assert len(set(answers)) == 1
    assert double.calls == 1


async def test_a_budget_is_reserved_before_a_request_is_sent(lab: Lab, double: Double) -> None:
    settings = tables(double)
    settings["fast"] |= {"price": {"input": 1_000, "output": 1_000}, "max_tokens": 100}
    async with Session(lab, settings, budget=RunBudget(Money.parse("0.5USD"))) as opened:
        await opened.app.ask("one")
        made = await asyncio.gather(*(opened.app.ask(f"more {n}") for n in range(100)), return_exceptions=True)
        assert any(isinstance(one, BudgetExceeded) for one in made)
        spent = opened.totals.cost.by_currency()["USD"]
        assert 0 < spent <= 0.5
    calls = double.calls
    async with Session(lab, tables(double), budget=RunBudget(Money.parse("1USD"))) as opened:
        with pytest.raises(PriceUnknown):
            await opened.app.ask("unpriced")
    assert double.calls == calls


async def test_a_span_says_who_answered_what_it_used_and_how_soon(lab: Lab, double: Double) -> None:
    async with Session(lab, tables(double)) as opened:
        await opened.app.ask("hi")
        assert [event async for event in stream("fast", ASK)]
        opened.runtime.recorder.flush()
        spans = {span.name: span for span in opened.runtime.store.spans.list(roots_only=False)}
    whole, streamed = spans["model"], spans["model_stream"]
    assert whole.kind == "model"
    assert whole.input_tokens > 0
    assert whole.cost_micros is None, "the price of this model is unknown"
    assert "m" in {whole.model, whole.attributes.get("gen_ai.request.model")}
    assert whole.attributes["loomwork.model"] == "fast"
    assert whole.attributes["gen_ai.response.finish_reasons"] == ["stop"]
    first = streamed.attributes["gen_ai.response.time_to_first_chunk"]
    assert isinstance(first, float)
    assert first > 0


class Onlooker(Silent):
    """Notes what it is told."""

    is_watched = True

    def __init__(self) -> None:
        self.told: list[tuple[str, str, str]] = []

    def began(self, place: Place) -> None:
        self.told.append(("began", place[3], ""))

    def ended(self, place: Place) -> None:
        self.told.append(("ended", place[3], ""))

    def text(self, place: Place, more: str) -> None:
        self.told.append(("text", place[3], more))


async def test_those_who_watch_see_the_text_in_the_step_that_asked_and_the_answer_is_the_same(
    lab: Lab, double: Double
) -> None:
    async with Session(lab, tables(double)) as opened:
        unseen = await opened.app.above("hi", "safe")
    async with Session(lab, tables(double)) as opened:
        onlooker = opened.runtime.live = Onlooker()
        seen = await opened.app.above("hello", "safe")
        texts = [text for kind, _, text in onlooker.told if kind == "text"]
        assert "".join(texts) == seen.removeprefix("> ")
        assert len(texts) > 1
        assert {step for kind, step, _ in onlooker.told if kind == "text"} == {"app:ask"}
        begun = [step for kind, step, _ in onlooker.told if kind == "began"]
        assert begun[:2] == ["app:above", "app:ask"]
        assert sorted(begun) == sorted(step for kind, step, _ in onlooker.told if kind == "ended")
        assert await opened.app.above("hi", "safe") == unseen
    async with Session(lab, tables(double)) as opened:
        assert await opened.app.above("hello", "safe") == seen
        assert opened.ran().get("app:ask", 0) == 0

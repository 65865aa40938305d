"""A whole answer is the same whether it goes through every wrapper's generator or past it: by seed, faults and all."""

import random
from typing import Any, NamedTuple

import msgspec
import pytest

from loomwork.gateway.admission.breaking import BreakerSettings, RetryBudget, Upstreams
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.messages import Message, Request
from loomwork.models.catalog import Catalog
from loomwork.models.protocols import Ended, Outcome, complete, last
from loomwork.models.settings import read_settings
from loomwork.models.target import Asked, Target
from loomwork.testing import wording
from loomwork.testing.canned import Canned, CannedTransport
from loomwork.testing.loop import LoopClock, run_virtual
from tests.models.speaking import SAID, events

LONG = "The tide follows the moon, twice a day, and the harbour follows the tide. " * 100
STATUSES = (400, 401, 413, 429, 500, 503)
ROUTES = ("fallback", "balance", "least-busy", "fastest")


class Went(NamedTuple):
    """How a series of calls went."""

    answers: list[tuple[Any, ...]]
    outcomes: list[tuple[Any, ...]]
    states: dict[str, str]
    retried: int
    asked: list[tuple[str, bytes]]
    open: int
    ended_at: float


def tables(rng: random.Random) -> dict[str, dict[str, Any]]:
    def model(name: str) -> dict[str, Any]:
        return {
            "driver": rng.choice(["openai", "anthropic"]),
            "model": name,
            "base_url": f"http://{name}/v1",
            "retries": rng.choice([0, 1, 3]),
            "timeout": rng.choice([2.0, 60.0]),
            "price": {"input": 1.0, "output": 2.0},
            **rng.choice([{}, {"rpm": 20}, {"tpm": 9000}, {"concurrency": 1}, {"temperature": 0.5}]),
            **rng.choice([{}, {}, {"quirks": {"truncates": "silently"}}]),
        }

    return {"a": model("a"), "b": model("b"), "r": {"route": rng.choice(ROUTES), "models": ["a", "b"]}}


def replies(rng: random.Random) -> list[Canned]:
    def one() -> Canned:
        kind = rng.choice(
            ["answer", "answer", "answer", "status", "refused", "hung_up", "late", "cut", "odd", "events"]
        )
        body = rng.choice([CHAT, MESSAGE])
        match kind:
            case "answer":
                return Canned(body=(body[:40], rng.choice([0.0, 0.5, 5.0]), body[40:]))
            case "status":
                return Canned(status=rng.choice(STATUSES), body=(b'{"error": {"message": "no"}}',))
            case "refused" | "hung_up":
                return Canned(connection=kind)
            case "late":
                return Canned(wait=rng.choice([3.0, 15.0, 100.0]), body=(body,))
            case "cut":
                return Canned(body=(body[: rng.randrange(len(body))],), stop=rng.choice(["end", "break", "hang"]))
            case "events":
                raw = events(rng.choice(["openai", "anthropic"]))
                return Canned.events(*raw[: rng.choice([len(raw), len(raw) // 2])])
            case _:
                return Canned(body=(rng.choice([b"", b"[]", b'{"choices": []}']),))

    return [one() for _ in range(40)]


CHAT = msgspec.json.encode(wording.openai_whole("m", SAID))
MESSAGE = msgspec.json.encode(wording.anthropic_whole("m", SAID))


def request(rng: random.Random) -> Request:
    text = rng.choice(["hi", "when?", LONG])
    return Request(messages=(Message.user(text),), max_tokens=rng.choice([None, 100]))


async def went(seed: int, *, past: bool) -> Went:
    rng = random.Random(seed)
    clock, transport = LoopClock(), CannedTransport(replies(rng))
    outcomes: list[tuple[Any, ...]] = []

    def on_attempt(target: Target, asked: Asked) -> Ended:
        del asked
        began = clock.monotonic()

        def ended(outcome: Outcome) -> None:
            told = (outcome.sent, outcome.usage, outcome.cost, type(outcome.error).__name__)
            outcomes.append((target.alias, began, clock.monotonic(), *told))

        return ended

    settings = {name: read_settings(name, table) for name, table in tables(rng).items()}
    catalog = Catalog(
        settings, env={}, clock=clock, rng=random.Random(seed), transport=transport, on_attempt=on_attempt
    )
    upstreams = Upstreams(clock=clock, settings=BreakerSettings(failures=2, rest_s=4), budget=RetryBudget(share=3.0))
    catalog.guard(upstreams.around, may_retry=upstreams.budget.may_retry)
    answers: list[tuple[Any, ...]] = []
    for _ in range(12):
        model, asked = catalog.model(rng.choice("abr")), request(rng)
        try:
            found = await (complete(model, asked) if past else last(model.stream(asked, mode="whole")))
        except LoomworkError as error:
            answers.append((type(error).__name__, str(error), clock.monotonic()))
        else:
            answers.append((found, clock.monotonic()))
        await clock.sleep(rng.choice([0.0, 0.0, 3.0]))
    states = {name: breaker.state for name, breaker in upstreams.breakers.items()}
    return Went(
        answers,
        outcomes,
        states,
        upstreams.budget.retried,
        [(call.url, call.body) for call in transport.calls],
        transport.open,
        clock.monotonic(),
    )


@pytest.mark.parametrize("begin", range(0, 300, 50))
def test_a_whole_answer_is_the_same_through_the_generators_and_past_them(begin: int) -> None:
    for seed in range(begin, begin + 50):
        assert run_virtual(went(seed, past=True)) == run_virtual(went(seed, past=False)), seed


def test_the_series_hold_answers_errors_retries_and_open_breakers() -> None:
    found = [run_virtual(went(seed, past=True)) for seed in range(40)]
    kinds = {answer[0] for each in found for answer in each.answers if isinstance(answer[0], str)}
    assert {"UpstreamResting", "DeadlineExceeded", "NoMemberAnswered", "PromptTruncated"} <= kinds
    assert any(not isinstance(answer[0], str) for each in found for answer in each.answers)
    assert any(each.retried for each in found)
    assert all(each.open == 0 for each in found)

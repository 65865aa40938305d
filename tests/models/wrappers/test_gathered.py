"""Vectors asked for at nearly the same time: one request, and everybody's own part of it."""

import asyncio
from collections.abc import Sequence
from contextvars import ContextVar
from decimal import Decimal
from random import Random

import numpy as np
import pytest
from msgspec import structs

from loomwork.kernel.errors.models import BadRequest, ModelError, ServerError
from loomwork.kernel.usage import Cost, Money, Usage
from loomwork.models.prices import Price
from loomwork.models.protocols import Embedder, Embedding, Ended, OnAttempt, Outcome
from loomwork.models.target import Asked, Target
from loomwork.models.wrappers.embedding import ReliableEmbedder
from loomwork.models.wrappers.gathered import AT_ONCE, Gathered, divided
from loomwork.models.wrappers.retry import Backoff
from loomwork.testing.loop import LoopClock, run_virtual
from tests.models.wrappers.members import TARGET

_WHO: ContextVar[str] = ContextVar("who")


class Vectors:
    """A text's vector is its length; fails as told. A double of a provider."""

    def __init__(self, *, errors: list[ModelError] | None = None, bad: str = "", seconds: float = 0.0) -> None:
        self.asked: list[list[str]] = []
        self.errors = errors or []
        self.bad = bad
        self.seconds = seconds
        self.ended = 0

    async def embed(self, texts: Sequence[str]) -> Embedding:
        self.asked.append(list(texts))
        await asyncio.sleep(self.seconds)
        if self.errors:
            raise self.errors.pop(0)
        if self.bad and self.bad in texts:
            raise BadRequest(status=400, detail="a bad text")
        self.ended += 1
        rows = np.array([[len(text)] for text in texts], np.float32)
        return Embedding(vectors=rows, usage=Usage(input_tokens=10 * len(texts) + 1), model="m")


class Booked:
    """Who paid what."""

    def __init__(self) -> None:
        self.open: dict[str, int] = {}
        self.costs: dict[str, list[Outcome]] = {}

    def __call__(self, target: Target, asked: Asked) -> Ended:
        del target, asked
        who = _WHO.get()
        self.open[who] = self.open.get(who, 0) + 1

        def ended(outcome: Outcome) -> None:
            self.open[who] -= 1
            self.costs.setdefault(who, []).append(outcome)

        return ended


def gathering(vectors: Vectors, booked: Booked, *, retries: int = 0, target: Target = TARGET) -> Gathered:
    def made(on_attempt: OnAttempt) -> Embedder:
        return ReliableEmbedder(
            vectors,
            target=target,
            on_attempt=on_attempt,
            retries=retries,
            backoff=Backoff(Random(1)),
            clock=LoopClock(),
        )

    return Gathered(made, target=target, on_attempt=booked, clock=LoopClock(), window=0.003)


async def ask(gathered: Gathered, who: str, texts: Sequence[str], *, after: float = 0.0) -> Embedding:
    _WHO.set(who)
    await asyncio.sleep(after)
    return await gathered.embed(texts)


def test_who_asks_within_the_window_shares_a_request_and_gets_their_own_vectors_in_order() -> None:
    vectors, booked = Vectors(), Booked()
    gathered = gathering(vectors, booked)

    async def go() -> tuple[Embedding, ...]:
        return await asyncio.gather(
            ask(gathered, "ada", ["a", "bb"]),
            ask(gathered, "bea", ["ccc"], after=0.002),
            ask(gathered, "cid", ["dddd"], after=0.010),
        )

    ada, bea, cid = run_virtual(go())
    assert vectors.asked == [["a", "bb", "ccc"], ["dddd"]]
    assert [each.vectors.tolist() for each in (ada, bea, cid)] == [[[1.0], [2.0]], [[3.0]], [[4.0]]]
    assert [each.together for each in (ada, bea, cid)] == [2, 2, 1]


def test_tokens_are_divided_by_length_and_come_to_the_whole() -> None:
    vectors, booked = Vectors(), Booked()
    gathered = gathering(vectors, booked)

    async def go() -> list[Embedding]:
        return await asyncio.gather(*(ask(gathered, f"w{n}", ["word " * (n + 1)]) for n in range(7)))

    used = [each.usage.input_tokens for each in run_virtual(go()) if each.usage]
    assert (sum(used), len(used)) == (71, 7)
    assert used == sorted(used)
    assert used[0] < used[-1]
    told = [outcome.usage.input_tokens for who in booked.costs for outcome in booked.costs[who] if outcome.usage]
    assert sorted(told) == used
    assert set(booked.open.values()) == {0}


@pytest.mark.parametrize(("total", "weights"), [(10, [1, 2, 3]), (1, [5, 5, 5]), (0, [1]), (999_999, [7, 11, 13, 0])])
def test_what_is_divided_loses_and_adds_nothing(total: int, weights: list[int]) -> None:
    parts = divided(total, weights)
    assert sum(parts) == total
    assert all(abs(part - total * weight / sum(weights)) < 1 for part, weight in zip(parts, weights, strict=True))


def test_one_bad_text_fails_for_who_sent_it_and_for_nobody_else() -> None:
    vectors, booked = Vectors(bad="bad"), Booked()
    gathered = gathering(vectors, booked)

    async def go() -> list[Embedding | BaseException]:
        asks = (ask(gathered, f"w{n}", ["bad" if n == 5 else "fine"]) for n in range(8))
        return await asyncio.gather(*asks, return_exceptions=True)

    found = run_virtual(go())
    assert [n for n, each in enumerate(found) if isinstance(each, BadRequest)] == [5]
    assert all(isinstance(each, Embedding) for n, each in enumerate(found) if n != 5)
    assert len(vectors.asked) == 7  # in halves: 8, 4, 4, 2, 1, 1, 2
    assert set(booked.open.values()) == {0}


def test_a_failure_of_the_server_is_tried_again_once_for_all_of_them() -> None:
    vectors, booked = Vectors(errors=[ServerError(status=503)]), Booked()
    gathered = gathering(vectors, booked, retries=1)

    async def go() -> tuple[Embedding, ...]:
        return await asyncio.gather(ask(gathered, "ada", ["a"]), ask(gathered, "bea", ["bb"]))

    assert [each.vectors.tolist() for each in run_virtual(go())] == [[[1.0]], [[2.0]]]
    assert len(vectors.asked) == 2
    assert [len(booked.costs[who]) for who in ("ada", "bea")] == [2, 2]
    assert set(booked.open.values()) == {0}


def test_who_leaves_takes_nobody_along_and_the_last_one_ends_the_request() -> None:
    vectors, booked = Vectors(seconds=1.0), Booked()
    gathered = gathering(vectors, booked)

    async def go() -> tuple[Embedding, float]:
        leaving = asyncio.create_task(ask(gathered, "ada", ["a"]))
        staying = asyncio.create_task(ask(gathered, "bea", ["bb"]))
        await asyncio.sleep(0.5)
        leaving.cancel()
        stayed = await staying
        alone = asyncio.create_task(ask(gathered, "cid", ["ccc"]))
        await asyncio.sleep(0.5)
        alone.cancel()
        await asyncio.gather(leaving, alone, return_exceptions=True)
        return stayed, LoopClock().monotonic()

    stayed, took = run_virtual(go())
    assert stayed.vectors.tolist() == [[2.0]]
    assert vectors.ended == 1
    assert took < 1.6
    assert booked.costs["ada"][0].cost == booked.costs["cid"][0].cost == Cost.of(None)
    assert set(booked.open.values()) == {0}


def test_more_texts_than_a_request_takes_begin_another_one() -> None:
    vectors, booked = Vectors(), Booked()
    gathered = gathering(vectors, booked)

    async def go() -> None:
        await asyncio.gather(
            ask(gathered, "ada", ["a"] * 100), ask(gathered, "bea", ["b"] * 100), ask(gathered, "cid", ["c"] * 300)
        )

    run_virtual(go())
    assert sorted(len(texts) for texts in vectors.asked) == [44, 100, 100, AT_ONCE, AT_ONCE]


def test_who_cannot_pay_is_refused_before_anything_is_sent() -> None:
    vectors = Vectors()

    class Broke(Booked):
        def __call__(self, target: Target, asked: Asked) -> Ended:
            if _WHO.get() == "ada":
                raise BadRequest(detail="no money")
            return super().__call__(target, asked)

    gathered = gathering(vectors, Broke())

    async def go() -> list[Embedding | BaseException]:
        asks = (ask(gathered, who, [who]) for who in ("ada", "bea"))
        return await asyncio.gather(*asks, return_exceptions=True)

    ada, bea = run_virtual(go())
    assert isinstance(ada, BadRequest)
    assert isinstance(bea, Embedding)
    assert vectors.asked == [["bea"]]


def test_money_is_divided_to_the_last_millionth() -> None:
    vectors, booked = Vectors(), Booked()
    priced = structs.replace(TARGET, prices=(Price(currency="USD", input=Decimal("0.3")),))
    gathered = gathering(vectors, booked, target=priced)

    async def go() -> None:
        await asyncio.gather(*(ask(gathered, f"w{n}", ["word"] * 5) for n in range(3)))

    run_virtual(go())
    whole = Money.of(Decimal(151) * Decimal("0.3") / 1_000_000, "USD")
    assert Cost.total(outcome.cost for who in booked.costs for outcome in booked.costs[who]) == Cost.of(whole)

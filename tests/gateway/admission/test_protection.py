"""Limits, the fair line, breakers, coalescing, and answers in need: each by itself, in virtual time."""

import asyncio
from collections import Counter
from collections.abc import AsyncGenerator

import pytest

from loomwork.gateway.admission import Breaker, Broken, Coalescing, RetryBudget, Ways, degrade, read_policy
from loomwork.gateway.admission.degrading import need_of
from loomwork.gateway.admission.fairness import FairQueue
from loomwork.gateway.admission.limits import Gate, Limits
from loomwork.kernel.errors.admission import BadDegrade, BudgetSpent, RateExceeded, TooBusy, UpstreamResting
from loomwork.kernel.errors.models import BadRequest, ModelError, RateLimited, ServerError
from loomwork.kernel.messages import Request
from loomwork.kernel.stream import StreamEvent
from loomwork.models.protocols import Mode, complete
from loomwork.testing.loop import LoopClock, run_virtual
from tests.models.wrappers.members import ASK, Member


def test_a_limit_of_requests_says_when_it_has_room_again() -> None:
    gate = Gate(Limits(requests=60, tokens=6000, concurrent=8), now=0.0)
    for _ in range(6):
        assert gate.refusal(10, 0.0) is None
        gate.enter(10, 0.0)
    assert gate.refusal(10, 0.0) == ("requests", 1.0)
    assert gate.refusal(10, 1.0) is None


def test_tokens_that_were_not_used_come_back_and_places_do() -> None:
    gate = Gate(Limits(tokens=6000, concurrent=1), now=0.0)
    gate.enter(600, 0.0)
    gate.leave()
    assert gate.refusal(600, 0.0) == ("tokens", 6.0)
    gate.unused(600)
    assert gate.refusal(600, 0.0) is None
    gate.enter(1, 0.0)
    assert gate.refusal(1, 0.0) == ("concurrent", 1.0)


def test_a_request_larger_than_a_burst_passes_when_all_is_there() -> None:
    gate = Gate(Limits(tokens=600), now=0.0)
    assert gate.refusal(10_000, 0.0) is None


async def _flood(shares: dict[str, int], *, at_once: int = 4, most: int = 40, seconds: float = 30.0) -> Counter[str]:
    """Each key asks so many times a second; an answer takes half a second. Return who was answered how often."""
    clock, answered = LoopClock(), Counter[str]()
    line = FairQueue(clock=clock, at_once=at_once, most=most)

    async def one(key: str) -> None:
        began = clock.monotonic()
        try:
            await line.enter(key, 1.0, began + 5.0)
        except TooBusy:
            return
        await asyncio.sleep(0.5)
        line.leave(0.5)
        assert clock.monotonic() <= began + 5.05
        answered[key] += 1

    async def source(key: str, per_second: int) -> list["asyncio.Task[None]"]:
        made: list[asyncio.Task[None]] = []
        for _ in range(int(seconds * per_second)):
            made.append(asyncio.create_task(one(key)))
            await asyncio.sleep(1 / per_second)
        return made

    for tasks in await asyncio.gather(*(source(key, rate) for key, rate in shares.items())):
        await asyncio.gather(*tasks)
    assert line.open == line.waiting == 0
    return answered


def test_no_key_starves_another() -> None:
    answered = run_virtual(_flood({"hog": 100, "small": 1, "middle": 3}))
    assert answered["small"] == 30
    assert answered["middle"] == 90
    assert answered["hog"] >= 0.95 * (8 * 30 - 120)


def test_equal_floods_get_equal_shares() -> None:
    answered = run_virtual(_flood({"a": 50, "b": 50, "c": 200}))
    assert max(answered.values()) - min(answered.values()) <= 0.1 * max(answered.values())


def test_ten_times_the_load_leaves_nine_tenths_of_the_best() -> None:
    best = run_virtual(_flood({"a": 8}))["a"]
    assert best >= 230
    assert run_virtual(_flood({"a": 80}))["a"] >= 0.9 * best


def test_who_would_come_too_late_is_refused_at_once_with_a_time() -> None:
    async def go() -> tuple[float, float | None]:
        clock = LoopClock()
        line = FairQueue(clock=clock, at_once=1, most=100)
        await line.enter("a", 1.0, 100.0)
        await asyncio.sleep(2.0)
        line.leave(2.0)
        tasks = [asyncio.create_task(line.enter("a", 1.0, 100.0)) for _ in range(4)]
        await asyncio.sleep(0)
        began = clock.monotonic()
        with pytest.raises(TooBusy) as refused:
            await line.enter("a", 1.0, began + 3.0)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert line.waiting == 0
        return clock.monotonic() - began, refused.value.retry_after

    took, wait = run_virtual(go())
    assert took == 0.0
    assert wait is not None
    assert 4.0 <= wait <= 12.0


def test_a_slot_that_came_as_its_taker_left_goes_to_the_next() -> None:
    async def go() -> None:
        line = FairQueue(clock=LoopClock(), at_once=1, most=10)
        await line.enter("a", 1.0, 100.0)
        first = asyncio.create_task(line.enter("a", 1.0, 100.0))
        second = asyncio.create_task(line.enter("b", 1.0, 100.0))
        await asyncio.sleep(0)
        line.leave(1.0)
        first.cancel()
        await asyncio.wait([first])
        await second
        line.leave(1.0)
        assert line.open == line.waiting == 0

    run_virtual(go())


def broken(member: Member) -> Broken:
    return Broken(member, Breaker("m", clock=LoopClock()), clock=LoopClock())


def test_a_breaker_opens_rests_probes_and_closes() -> None:
    member = Member("m", errors=[ServerError() for _ in range(4)])

    async def go() -> None:
        model = broken(member)
        breaker = model._breaker
        for _ in range(3):
            with pytest.raises(ServerError):
                await complete(model, ASK)
        assert breaker.state == "open"
        with pytest.raises(UpstreamResting) as resting:
            await complete(model, ASK)
        assert resting.value.retry_after == 5.0
        assert len(member.asked) == 3
        await asyncio.sleep(5.0)
        assert breaker.state == "half-open"
        with pytest.raises(ServerError):
            await complete(model, ASK)
        await asyncio.sleep(5.0)
        assert breaker.state == "open", "the second rest is twice as long"
        await asyncio.sleep(5.0)
        assert (await complete(model, ASK)).text == "m"
        assert breaker.state == "closed"

    run_virtual(go())


def test_only_one_probe_goes_at_once() -> None:
    member = Member("m", errors=[ServerError() for _ in range(3)], seconds=1.0, clock=LoopClock())

    async def go() -> list[str]:
        model = broken(member)
        for _ in range(3):
            with pytest.raises(ServerError):
                await complete(model, ASK)
        await asyncio.sleep(5.0)
        done = await asyncio.gather(*(complete(model, ASK) for _ in range(5)), return_exceptions=True)
        return sorted(type(each).__name__ for each in done)

    assert run_virtual(go()) == ["Response", *["UpstreamResting"] * 4]


def test_the_callers_own_mistakes_open_nothing_and_a_servers_wait_is_kept() -> None:
    async def go() -> None:
        model = broken(Member("m", errors=[BadRequest() for _ in range(9)]))
        for _ in range(9):
            with pytest.raises(BadRequest):
                await complete(model, ASK)
        assert model._breaker.state == "closed"
        model = broken(Member("m", errors=[RateLimited(retry_after=50.0) for _ in range(3)]))
        for _ in range(3):
            with pytest.raises(RateLimited):
                await complete(model, ASK)
        await asyncio.sleep(49.0)
        assert model._breaker.state == "open"

    run_virtual(go())


class Silent:
    """A model that never says anything."""

    async def stream(self, request: Request, *, mode: Mode = "live") -> AsyncGenerator[StreamEvent, None]:
        await asyncio.get_running_loop().create_future()
        yield  # pyright: ignore[reportReturnType] # never reached; it makes this a generator


def test_silence_that_a_caller_gave_up_on_is_a_failure_and_a_short_visit_is_not() -> None:
    async def go(seconds: float) -> str:
        model = Broken(Silent(), Breaker("m", clock=LoopClock()), clock=LoopClock())
        for _ in range(3):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(seconds):
                    await complete(model, ASK)
        return model._breaker.state

    assert run_virtual(go(12.0)) == "open"
    assert run_virtual(go(2.0)) == "closed"


def test_retries_are_a_share_of_requests_and_failures_use_it_up() -> None:
    budget = RetryBudget(share=0.2)
    for _ in range(100):
        budget.asked()
    assert sum(budget.may_retry() for _ in range(100)) == budget.retried == 20
    for _ in range(50):
        budget.asked()
    for _ in range(5):
        budget.failed()
    assert sum(budget.may_retry() for _ in range(100)) == 4


def test_what_several_ask_for_is_made_once_and_fails_for_all() -> None:
    async def go() -> None:
        flights, made = Coalescing(), 0

        async def make() -> int:
            nonlocal made
            made += 1
            await asyncio.sleep(1)
            if made == 2:
                raise ServerError
            return made

        assert await asyncio.gather(*(flights.once(b"k", make) for _ in range(9))) == [1] * 9
        done = await asyncio.gather(*(flights.once(b"k", make) for _ in range(9)), return_exceptions=True)
        assert [type(each) for each in done] == [ServerError] * 9
        assert await flights.once(b"k", make) == 3
        assert not flights.is_flying(b"k")

    run_virtual(go())


def test_the_last_to_leave_ends_the_work_at_once_and_others_do_not() -> None:
    async def go() -> None:
        flights, ended = Coalescing(), asyncio.Event()

        async def make() -> None:
            try:
                await asyncio.sleep(100)
            finally:
                ended.set()

        first, second = (asyncio.create_task(flights.once(b"k", make)) for _ in range(2))
        await asyncio.sleep(1)
        first.cancel()
        await asyncio.sleep(1)
        assert not ended.is_set()
        second.cancel()
        await asyncio.wait([first, second])
        await asyncio.wait_for(ended.wait(), 0.2)
        await flights.close()
        assert len(asyncio.all_tasks()) == 1

    run_virtual(go())


POLICY = read_policy("answer", ["model:cheap", "stale", "quote"])


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ServerError(), "quoted (quote (upstream))"),
        (BudgetSpent(holder="key:k", budget="5 USD", retry_after=None), "quoted (quote (budget))"),
        (TooBusy(detail="", retry_after=1.0), None),
        (BadRequest(), None),
        (RateExceeded(key="k", limit="requests", retry_after=1.0), None),
    ],
)
async def test_the_first_way_that_has_an_answer_gives_it(error: Exception, expected: str | None) -> None:
    tried: list[str] = []

    async def model(name: str) -> str | None:
        tried.append(name)
        raise ServerError

    async def stale() -> str | None:
        tried.append("stale")
        return None

    async def quote(_base: str) -> str | None:
        tried.append("quote")
        return "quoted"

    found = await degrade(POLICY, error, Ways(model=model, stale=stale, quote=quote))
    assert (None if found is None else f"{found.answer} ({found.reason})") == expected
    assert tried == {
        "upstream": ["cheap", "stale", "quote"],
        "budget": ["cheap", "stale", "quote"],
        "overload": ["stale"],
    }.get(need_of(error) or "", [])


@pytest.mark.parametrize("text", ["model:", "models:x", "", "quotes"])
def test_a_way_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(BadDegrade):
        read_policy("answer", [text])


def test_a_resting_model_is_passed_over_by_a_route_and_not_tried_again() -> None:
    assert issubclass(UpstreamResting, ModelError)
    assert not UpstreamResting.retryable

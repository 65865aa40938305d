"""Trying again: when, how often, after how long."""

from random import Random

import pytest

from loomwork.kernel.errors.models import BadRequest, ModelError, Overloaded, RateLimited, ServerError
from loomwork.models.protocols import complete
from loomwork.models.wrappers.retry import Backoff, Retry
from loomwork.testing.loop import LoopClock, run_virtual
from tests.models.wrappers.members import ASK, Member


def retrying(member: Member, *, retries: int = 3, deadline: float | None = None, seed: int = 1) -> Retry:
    return Retry(member, retries=retries, clock=LoopClock(), backoff=Backoff(Random(seed)), deadline=deadline)


async def _failing(model: Retry) -> tuple[ModelError, float]:
    with pytest.raises(ModelError) as error:
        await complete(model, ASK)
    return error.value, LoopClock().monotonic()


def test_what_may_pass_is_tried_again() -> None:
    member = Member("m", errors=[ServerError(), Overloaded()])
    assert run_virtual(complete(retrying(member), ASK)).text == "m"
    assert len(member.asked) == 3


def test_what_cannot_pass_is_not_tried_again() -> None:
    member = Member("m", errors=[BadRequest()])
    error, took = run_virtual(_failing(retrying(member)))
    assert isinstance(error, BadRequest)
    assert (len(member.asked), took) == (1, 0.0)


def test_the_last_error_is_raised_when_the_tries_are_used_up() -> None:
    member = Member("m", errors=[ServerError(), ServerError(), Overloaded()])
    error, _ = run_virtual(_failing(retrying(member, retries=2)))
    assert isinstance(error, Overloaded)
    assert len(member.asked) == 3


def test_a_servers_retry_after_is_waited_out_with_a_tenth_on_top_at_most() -> None:
    async def go() -> float:
        await complete(retrying(Member("m", errors=[RateLimited(retry_after=20.0)])), ASK)
        return LoopClock().monotonic()

    assert 20.0 <= run_virtual(go()) <= 22.0


def test_a_wait_that_would_outlast_the_deadline_is_not_begun() -> None:
    member = Member("m", errors=[RateLimited(retry_after=20.0)])
    error, took = run_virtual(_failing(retrying(member, deadline=15)))
    assert isinstance(error, RateLimited)
    assert took == 0.0


def test_waits_grow_stay_under_their_cap_and_repeat_with_the_seed() -> None:
    error = ServerError()
    waits = [[Backoff(Random(seed)).wait(error, tried) for tried in range(12)] for seed in (5, 5, 6)]
    assert waits[0] == waits[1] != waits[2]
    many = [[Backoff(Random(seed)).wait(error, tried) for seed in range(400)] for tried in range(12)]
    assert all(max(row) <= min(30.0, 0.5 * 2**tried) for tried, row in enumerate(many))
    assert max(many[3]) > max(many[0])
    assert min(many[8]) < 3.0, "full jitter begins at nothing"


def test_a_stream_that_has_begun_to_speak_is_not_started_again() -> None:
    member = Member("m", errors=[ServerError()], speaks_first=True)

    async def listen() -> ModelError:
        with pytest.raises(ModelError) as error:
            _ = [event async for event in retrying(member).stream(ASK)]
        return error.value

    error = run_virtual(listen())
    assert isinstance(error, ServerError)
    assert len(member.asked) == 1


def test_what_is_only_shown_to_an_onlooker_is_started_again_after_it_has_spoken() -> None:
    member = Member("m", errors=[ServerError()], speaks_first=True)
    shown: list[str] = []
    assert run_virtual(complete(retrying(member), ASK, shown.append)).text == "m"
    assert shown == ["m", "m"]

"""Holding back: at once, by the minute, by time; and noticing a cut prompt."""

import asyncio

import pytest

from loomwork.kernel.errors.models import DeadlineExceeded, PromptTruncated
from loomwork.kernel.messages import Message, Request
from loomwork.models.protocols import complete
from loomwork.models.wrappers.attentive import Attentive
from loomwork.models.wrappers.deadline import Deadline
from loomwork.models.wrappers.limit import Concurrency, Rate
from loomwork.testing.loop import LoopClock, run_virtual
from tests.models.wrappers.members import ASK, TARGET, Member


def test_no_more_calls_are_open_than_allowed() -> None:
    member = Member("m", seconds=1.0, clock=LoopClock())

    async def go() -> float:
        model = Concurrency(member, at_once=3)
        await asyncio.gather(*(complete(model, ASK) for _ in range(10)))
        return LoopClock().monotonic()

    assert run_virtual(go()) == 4.0
    assert member.most_open == 3


def test_a_slot_comes_back_when_a_caller_gives_up() -> None:
    member = Member("m", seconds=100.0, clock=LoopClock())

    async def go() -> None:
        model = Concurrency(member, at_once=1)
        first = asyncio.create_task(complete(model, ASK))
        await asyncio.sleep(1)
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        async with asyncio.timeout(150):
            await complete(model, ASK)

    run_virtual(go())


def test_requests_keep_their_rate_over_minutes() -> None:
    member = Member("m", clock=LoopClock())

    async def go() -> None:
        model = Rate(member, clock=LoopClock(), rpm=60)
        await asyncio.gather(*(complete(model, ASK) for _ in range(200)))

    run_virtual(go())
    times = sorted(member.times)
    for start in times:
        within = [at for at in times if start <= at < start + 60]
        assert len(within) <= 66, "a minute's worth and the burst of five seconds"
    assert 190 <= times[-1] <= 200


def test_tokens_keep_their_rate_by_what_was_really_used() -> None:
    member = Member("m", clock=LoopClock(), tokens=500)

    async def go() -> float:
        model = Rate(member, clock=LoopClock(), tpm=6000)
        for _ in range(13):
            await complete(model, ASK)
        return LoopClock().monotonic()

    assert 105 <= run_virtual(go()) <= 130, "13 calls of 1,000 tokens at 6,000 a minute, less the burst"


def test_time_runs_out_for_the_whole_call() -> None:
    async def go() -> tuple[str, float]:
        model = Deadline(Member("m", seconds=50.0, clock=LoopClock()), seconds=7.5, target=TARGET)
        with pytest.raises(DeadlineExceeded) as error:
            await complete(model, ASK)
        return str(error.value), LoopClock().monotonic()

    text, at = run_virtual(go())
    assert at == 7.5
    assert "total: 7.5 s" in text


def test_waiting_for_a_turn_is_outside_of_the_deadline() -> None:
    async def go() -> None:
        member = Member("m", seconds=5.0, clock=LoopClock())
        model = Concurrency(Deadline(member, seconds=6.0, target=TARGET), at_once=1)
        await asyncio.gather(*(complete(model, ASK) for _ in range(4)))

    run_virtual(go())


LONG = Request(messages=(Message.user("All work and no play makes Jack a dull boy. " * 400),))
CHINESE = Request(messages=(Message.user("只用功不玩耍，聪明孩子也变傻。" * 400),))


@pytest.mark.parametrize(("request_", "counted"), [(LONG, 2048), (CHINESE, 1024)])
async def test_a_prompt_that_was_cut_silently_is_noticed(request_: Request, counted: int) -> None:
    model = Attentive(Member("m", tokens=counted), target=TARGET)
    with pytest.raises(PromptTruncated, match=str(counted)):
        await complete(model, request_)


@pytest.mark.parametrize(("request_", "counted"), [(LONG, 4001), (LONG, 3200), (CHINESE, 4500), (ASK, 1), (LONG, 0)])
async def test_a_plausible_count_is_believed(request_: Request, counted: int) -> None:
    model = Attentive(Member("m", tokens=counted), target=TARGET)
    assert (await complete(model, request_)).text == "m"

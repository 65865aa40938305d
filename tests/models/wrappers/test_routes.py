"""Choosing among several models."""

from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import pytest

from loomwork.kernel.errors.models import BadRequest, ContextTooLong, ModelError, NoMemberAnswered, ServerError
from loomwork.kernel.messages import Message, Request, Response
from loomwork.models.prices import FREE, Price
from loomwork.models.protocols import complete, last
from loomwork.models.target import Target
from loomwork.models.wrappers import routes
from loomwork.models.wrappers.routes import DEGRADED, Order, Pace, Route, by_price, by_share
from loomwork.testing.loop import LoopClock, run_virtual
from tests.models.wrappers.members import ASK, Member


def route(members: list[Member], order: Order | None = None) -> Route:
    named = [routes.Member(member.name, member) for member in members]
    return Route("r", named, clock=LoopClock(), order=order or (lambda _request: range(len(members))))


def ask(number: int) -> Request:
    return Request(messages=(Message.user(f"question {number}"),))


def test_a_dead_model_falls_through_to_the_next() -> None:
    response = run_virtual(complete(route([Member("a", errors=[ServerError()]), Member("b")]), ASK))
    assert response.text == "b"


def test_an_answer_of_second_choice_says_so_and_a_first_does_not() -> None:
    second = run_virtual(complete(route([Member("a", errors=[ServerError()]), Member("b")]), ASK))
    assert second.extra[DEGRADED].startswith("a: ")
    assert DEGRADED not in run_virtual(complete(route([Member("a"), Member("b")]), ASK)).extra


def test_every_members_reason_is_told_when_none_answers() -> None:
    members = [Member("a", errors=[ServerError(status=500)]), Member("b", errors=[BadRequest(detail="too hot")])]
    with pytest.raises(NoMemberAnswered) as error:
        run_virtual(complete(route(members), ASK))
    assert "a: " in str(error.value)
    assert "too hot" in str(error.value)


def test_the_only_members_error_is_its_own() -> None:
    with pytest.raises(BadRequest):
        run_virtual(complete(route([Member("a", errors=[BadRequest()])]), ASK))


def test_a_request_that_every_member_finds_wrong_is_told_so_as_by_the_first() -> None:
    members = [Member("a", errors=[BadRequest(detail="no schema")]), Member("b", errors=[ContextTooLong()])]
    with pytest.raises(BadRequest, match="no schema"):
        run_virtual(complete(route(members), ASK))


def test_a_member_that_broke_off_while_speaking_is_not_replaced() -> None:
    members = [Member("a", errors=[ServerError()], speaks_first=True), Member("b")]
    with pytest.raises(ModelError):
        run_virtual(last(route(members).stream(ASK)))
    assert members[1].asked == []


@pytest.mark.parametrize("on_text", [None, lambda _text: None], ids=["whole", "watched"])
def test_a_member_that_broke_off_is_replaced_where_its_pieces_are_not_the_answer(
    on_text: Callable[[str], None] | None,
) -> None:
    members = [Member("a", errors=[ServerError()], speaks_first=True), Member("b")]
    assert run_virtual(complete(route(members), ASK, on_text)).text == "b"


def test_a_balance_gives_each_its_share_and_the_same_input_the_same_member() -> None:
    order = by_share([3, 1, 0])
    firsts = [order(ask(n))[0] for n in range(2000)]
    assert firsts == [order(ask(n))[0] for n in range(2000)]
    counts = Counter(firsts)
    assert counts[2] == 0
    assert 0.70 < counts[0] / 2000 < 0.80


def test_taking_a_member_out_of_a_balance_moves_only_its_own_inputs() -> None:
    before = [by_share([1, 1, 1])(ask(n))[0] for n in range(500)]
    after = [by_share([1, 1, 0])(ask(n))[0] for n in range(500)]
    assert all(a == b for a, b in zip(before, after, strict=True) if a != 2)


def test_the_cheapest_comes_first_and_an_unknown_price_last() -> None:
    def target(name: str, cents: int | None) -> Target:
        price = () if cents is None else (Price(currency="USD", input=Decimal(cents), output=Decimal(cents)),)
        return Target(alias=name, driver="openai", provider="p", model=name, prices=price)

    free = Target(alias="f", driver="openai", provider="p", model="f", prices=FREE)
    assert list(by_price([target("a", None), target("b", 5), target("c", 2), free])(ASK)) == [3, 2, 1, 0]


def test_the_fastest_is_found_and_one_that_recovered_is_found_again() -> None:
    members = [Member("slow", seconds=3.0, clock=LoopClock()), Member("fast", seconds=0.5, clock=LoopClock())]

    async def go() -> list[str]:
        pace = Pace(2, revisit=5)
        named = [routes.Member(member.name, member) for member in members]
        model = Route("r", named, clock=LoopClock(), order=pace.order, measured=pace.measured)
        answers: list[Response] = [await complete(model, ASK) for _ in range(8)]
        members[0].seconds = 0.1
        answers += [await complete(model, ASK) for _ in range(30)]
        return [answer.text for answer in answers]

    texts = run_virtual(go())
    assert texts[:4] == ["slow", "fast", "fast", "fast"]
    assert texts[-1] == "slow"


def test_a_member_that_fails_is_not_taken_for_a_fast_one() -> None:
    bad, good = Member("bad", errors=[ServerError() for _ in range(9)]), Member("good")

    async def go() -> None:
        pace = Pace(2)
        named = [routes.Member(member.name, member) for member in (bad, good)]
        model = Route("r", named, clock=LoopClock(), order=pace.order, measured=pace.measured)
        for _ in range(10):
            await complete(model, ASK)

    run_virtual(go())
    assert len(bad.asked) == 1

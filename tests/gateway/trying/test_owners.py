"""Whose trace it is: what was just answered is waited for, a little; what never was is refused."""

import pytest

from loomwork.gateway.trying.owners import NAPS_S, Owners
from loomwork.gateway.trying.values import Visitor
from loomwork.kernel.errors.trying import TraceNotYours
from loomwork.store.rows import RequestRow
from tests.store.contract_of_requests import a_request

MINE = Visitor(id="k1")


class Rows:
    """Stored requests, of which one appears after so many look-ups."""

    def __init__(self, after: int) -> None:
        self.after = after
        self.asked = 0
        self.slept: list[float] = []

    def find(self, trace: str) -> RequestRow | None:
        self.asked += 1
        return a_request(trace=trace, key="k1") if self.asked > self.after else None

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.mark.parametrize("after", [0, 1, len(NAPS_S)])
async def test_a_trace_whose_request_is_about_to_be_stored_is_waited_for(after: int) -> None:
    rows = Rows(after)
    await Owners(rows.find, sleep=rows.sleep).check("a" * 32, MINE)
    assert rows.slept == list(NAPS_S[:after])


async def test_a_trace_that_never_was_is_refused_within_a_second() -> None:
    rows = Rows(1_000)
    with pytest.raises(TraceNotYours):
        await Owners(rows.find, sleep=rows.sleep).check("a" * 32, MINE)
    assert sum(rows.slept) < 1


async def test_a_trace_that_this_process_learns_of_meanwhile_is_known() -> None:
    rows = Rows(1_000)

    async def answered(_seconds: float) -> None:
        owners.note("a" * 32, "k1")

    owners = Owners(rows.find, sleep=answered)
    await owners.check("a" * 32, MINE)
    assert rows.asked == 1


async def test_a_trace_of_somebody_else_is_refused_at_once() -> None:
    rows = Rows(0)
    with pytest.raises(TraceNotYours):
        await Owners(rows.find, sleep=rows.sleep).check("a" * 32, Visitor(id="k2"))
    assert rows.slept == []

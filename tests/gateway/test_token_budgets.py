"""Budgets in tokens hold the longest that an answer may be, and what delivered nothing costs nothing."""

from pathlib import Path

import pytest

from loomwork.testing.replies import Fault, Script
from tests.gateway.asking import ask, hello
from tests.gateway.running import running

PUPPET = """
[models.puppet]
driver = "scripted"
model = "puppet"
rules = [{ when = "tide", text = "noon" }]
"""


async def test_an_answer_whose_length_nothing_limits_needs_room_for_8192_tokens(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        headers = {"authorization": f"Bearer {served.key(budgets=['5000tokens'])}"}
        assert (await ask(served, hello("smart"), headers=headers)).status == 429
        assert (await ask(served, hello("smart", max_tokens=6000), headers=headers)).status == 429
        assert (await ask(served, hello("smart", max_tokens=50), headers=headers)).status == 200


async def test_limits_a_minute_are_not_charged_for_what_an_answer_might_have_been(tmp_path: Path) -> None:
    with running(tmp_path) as served:
        headers = {"authorization": f"Bearer {served.key(limits=['tokens=10000'])}"}
        for _ in range(3):
            assert (await ask(served, hello("smart"), headers=headers)).status == 200


@pytest.mark.parametrize("name", ["smart", "puppet"])
async def test_a_call_that_delivered_nothing_costs_no_tokens(tmp_path: Path, name: str) -> None:
    script = Script(faults=(Fault(kind="status", status=404),))
    with running(tmp_path, PUPPET, script=script) as served:
        headers = {"authorization": f"Bearer {served.key(budgets=['40000tokens'])}"}
        for _ in range(3):
            assert (await ask(served, hello(name), headers=headers)).status >= 500
        [part] = served.built.admission.purse._slices.values()
        assert (part.spent, part.reserved) == (0, 0)

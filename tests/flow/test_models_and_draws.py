"""FLOW.md rules 3 to 5 and 8 for built-in steps: settings, draws, trials, degraded answers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.flow import double
from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    from loomwork.flow.step import step
    from tests.flow.double import ask

    @step
    async def rewrite(text: str) -> str:
        return text.strip()

    @step
    async def answer(text: str) -> str:
        return await ask("fast", await rewrite(text))

    @step
    async def vote(text: str) -> list:
        return [await ask("fast", text) for _ in range(3)]
"""


def session(project: Lab, log: list[str], trial: int = 0, **settings: Any) -> Any:
    models = {"fast": {"model": "m1", "temperature": 0} | settings}
    return project.open(builtins=(double.ask,), services={"models": models, "log": log}, trial=trial)


async def test_a_changed_setting_reruns_the_model_call_and_its_callers_only(lab: Make) -> None:
    project, log = lab(app=APP), []
    with session(project, log) as first:
        assert await first.app.answer(" hi ") == "m1:hi#0"
    with session(project, log, model="m2") as second:
        assert await second.app.answer(" hi ") == "m2:hi#0"
        assert second.ran() == {"answer": 1, "test.model": 1}
    with session(project, log) as third:
        assert await third.app.answer(" hi ") == "m1:hi#0", "switching back finds the first answer"
        assert third.ran() == {}
    assert log == ["hi", "hi"]


async def test_draws_are_the_nth_identical_sampled_call_within_a_step(lab: Make) -> None:
    project, log = lab(app=APP), []
    with session(project, log, temperature=0.7) as first:
        drawn = await first.app.vote("x")
        assert len(set(drawn)) == 3
    with session(project, log, temperature=0.7) as second:
        assert await second.app.vote("x") == drawn
        assert second.ran() == {}
    assert len(log) == 3


async def test_temperature_zero_has_no_draws(lab: Make) -> None:
    project, log = lab(app=APP), []
    with session(project, log) as first:
        assert await first.app.vote("x") == ["m1:x#0"] * 3
    assert log == ["x"]


async def test_a_trial_draws_sampled_calls_anew_and_nothing_else(lab: Make) -> None:
    project, log = lab(app=APP), []
    with session(project, log, temperature=0.7) as first:
        zero = await first.app.answer(" hi ")
    with session(project, log, trial=1, temperature=0.7) as second:
        one = await second.app.answer(" hi ")
        assert one != zero
        assert second.ran() == {"answer": 1, "test.model": 1}, "rewrite does not depend on the trial"
    with session(project, log, trial=1, temperature=0.7) as third:
        assert await third.app.answer(" hi ") == one
    with session(project, log, temperature=0.7) as fourth:
        assert await fourth.app.answer(" hi ") == zero, "trial 0 is the plain run"
    assert len(log) == 2


async def test_a_degraded_answer_is_returned_and_nothing_above_it_is_memoised(lab: Make) -> None:
    project, log = lab(app=APP), []
    with session(project, log, degraded=True) as first:
        assert await first.app.answer(" hi ") == "m1:hi#0"
    with session(project, log, degraded=True) as second:
        await second.app.answer(" hi ")
        assert second.ran() == {"answer": 1, "test.model": 1}
    assert len(log) == 2


async def test_failures_are_recorded_and_never_memoised(lab: Make) -> None:
    project, log = lab(app=APP), []
    with session(project, log, fails=True) as first:
        for _ in range(2):
            try:
                await first.app.answer(" hi ")
            except ConnectionError:
                continue
            raise AssertionError("the double was told to fail")
        assert len(log) == 2
    with session(project, log) as second:
        assert await second.app.answer(" hi ") == "m1:hi#0"

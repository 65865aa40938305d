"""How a stale answer could slip through settings, draws, trials and principals."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from loomwork.flow.context import Scope
from loomwork.flow.plan import plan_rows
from loomwork.kernel.principals import Principal
from tests.flow import double
from tests.flow.lab import Lab

Make = Callable[..., Lab]

APP = """
    from loomwork.flow.context import read_principal, read_trial
    from loomwork.flow.step import step
    from tests.flow.double import ask

    @step
    async def thrice(text: str) -> list:
        return [await ask("fast", text) for _ in range(3)]

    @step
    async def picked(text: str, draw: int) -> str:
        return await ask("fast", text, draw=draw)

    @step
    async def careful(text: str) -> str:
        try:
            return await ask("first", text)
        except KeyError:
            return await ask("fast", text)

    @step
    async def one(text: str) -> str:
        return await ask("fast", text)

    @step
    async def who(text: str) -> str:
        return read_principal().id

    @step
    async def which() -> int:
        return read_trial()

    @step
    async def both(text: str) -> list:
        return [await who(text), await which(), await one(text)]

    @step
    async def down(n: int) -> int:
        return 0 if n == 0 else 1 + await down(n - 1)
"""


def session(project: Lab, log: list[str], models: dict[str, Any] | None = None, **more: Any) -> Any:
    table = models if models is not None else {"fast": {"model": "m1", "temperature": 0}}
    return project.open(builtins=(double.ask,), services={"models": table, "log": log}, **more)


async def test_calls_that_become_samples_are_not_one_sample_thrice(lab: Make) -> None:
    project, log = lab(app=APP), []
    with session(project, log) as cold:
        assert await cold.app.thrice("x") == ["m1:x#0"] * 3
    warm_models = {"fast": {"model": "m1", "temperature": 0.7}}
    with session(project, log, warm_models) as warm:
        sampled = await warm.app.thrice("x")
        assert len(set(sampled)) == 3
    with session(project, log) as cold:
        assert await cold.app.thrice("x") == ["m1:x#0"] * 3
        assert cold.ran() == {}
    with session(project, log, warm_models) as warm:
        assert await warm.app.thrice("x") == sampled
        assert warm.ran() == {}


async def test_a_single_known_draw_does_not_answer_for_the_ones_after_it(lab: Make) -> None:
    project, log = lab(app=APP), []
    with session(project, log) as cold:
        await cold.app.thrice("x")
    log.clear()
    always = {"fast": {"model": "m1", "temperature": 0.7}}
    with session(project, log, always) as warm:
        first = await warm.app.one("x")
        sampled = await warm.app.thrice("x")
        assert (sampled[0], len(set(sampled))) == (first, 3)
    assert len(log) == 3


async def test_a_draw_set_by_hand_is_that_draw(lab: Make) -> None:
    project, log = lab(app=APP), []
    always = {"fast": {"model": "m1", "temperature": 0.7}}
    with session(project, log, always) as first:
        sampled = await first.app.thrice("x")
        assert [await first.app.picked("x", n) for n in range(3)] == sampled
        other = await first.app.picked("x", 7)
        assert other not in sampled
    with session(project, log, always) as second:
        assert [await second.app.picked("x", n) for n in (0, 1, 2, 7)] == [*sampled, other]
        assert second.ran() == {}
    assert len(log) == 4


async def test_an_alias_that_is_gone_is_a_miss_and_not_an_error_of_the_look_up(lab: Make) -> None:
    project, log = lab(app=APP), []
    fast = {"model": "m1", "temperature": 0}
    with session(project, log, {"fast": fast, "first": fast | {"model": "m0"}}) as before:
        assert await before.app.careful("x") == "m0:x#0"
    with session(project, log, {"fast": fast}) as after:
        assert await after.app.careful("x") == "m1:x#0"
        made = plan_rows(after.runtime, after.app.careful, iter([{"text": "y"}]), trials=1, scope=Scope())
        assert made.items == 1


async def test_settings_that_change_during_a_call_forbid_its_memo(lab: Make) -> None:
    project, log = lab(app=APP), []
    one, two = ({"model": name, "temperature": 0} for name in ("m1", "m2"))
    table = {"fast": one}
    with session(project, log, table) as opened:
        for turns in range(6):
            call = asyncio.create_task(opened.app.one(f"x{turns}"))
            for _ in range(turns):
                await asyncio.sleep(0)
            table["fast"] = two
            await call
            table["fast"] = one
            assert await opened.app.one(f"x{turns}") == f"m1:x{turns}#0"
            assert await opened.app.one(f"x{turns}") == f"m1:x{turns}#0"


async def test_principals_and_trials_have_memos_of_their_own_only_where_they_were_read(lab: Make) -> None:
    project, log = lab(app=APP), []
    ada, bob = Principal(id="ada", groups=frozenset({"staff"})), Principal(id="bob")
    with session(project, log, principal=ada) as opened:
        assert await opened.app.both("x") == ["ada", 0, "m1:x#0"]
    with session(project, log, principal=bob) as opened:
        assert await opened.app.both("x") == ["bob", 0, "m1:x#0"]
        assert opened.ran() == {"both": 1, "who": 1}
    with session(project, log, principal=bob, trial=1) as opened:
        assert await opened.app.both("x") == ["bob", 1, "m1:x#0"]
        assert opened.ran() == {"both": 1, "which": 1}
    with session(project, log, principal=Principal(id="ada", groups=frozenset({"board"}))) as opened:
        await opened.app.both("x")
        assert opened.ran() == {"both": 1, "who": 1}, "the groups of a principal count"
    for principal, trial in ((ada, 0), (bob, 0), (bob, 1)):
        with session(project, log, principal=principal, trial=trial) as opened:
            assert await opened.app.both("x") == [principal.id, trial, "m1:x#0"]
            assert opened.ran() == {}
    assert log == ["x"]


async def test_a_deep_chain_can_be_planned(lab: Make) -> None:
    project, log = lab(app=APP), []
    with session(project, log) as first:
        assert await first.app.down(300) == 300
    project.edit("app.py", "return 0 if n == 0", "return 5 if n == 0")
    with session(project, log) as second:
        made = plan_rows(second.runtime, second.app.down, iter([{"n": 300}]), trials=1, scope=Scope())
        assert made.steps["app:down"].will_run == 1
        assert await second.app.down(300) == 305


async def test_a_deep_chain_above_a_changed_leaf_can_be_planned(lab: Make) -> None:
    project = lab(
        app="""
        from loomwork.flow.step import step

        @step
        async def leaf() -> int:
            return 1

        @step
        async def down(n: int) -> int:
            return await leaf() if n == 0 else 1 + await down(n - 1)
        """
    )
    with project.open() as first:
        assert await first.app.down(300) == 301
    project.edit("app.py", "return 1\n", "return 2\n")
    with project.open() as second:
        made = plan_rows(second.runtime, second.app.down, iter([{"n": 300}]), trials=1, scope=Scope())
        assert await second.app.down(300) == 302
        assert second.ran() == {"leaf": 1, "down": 301}
        planned = made.steps["app:down"]
        assert planned.will_run <= 301
        assert made.unbounded or planned.will_run + planned.may_run >= 301

"""FLOW.md rules 17 to 19: plan before, why after, replay from a change on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from loomwork.flow.context import Scope
from loomwork.flow.plan import Plan, plan_rows
from loomwork.flow.replaying import replay
from loomwork.flow.running import Dataset, RunOptions, run_dataset
from loomwork.flow.why import explain
from loomwork.kernel.errors.flow import NoSuchRun, NoSuchTrace
from tests.flow import double
from tests.flow.lab import Lab, Opened
from tests.flow.test_run import rows

Make = Callable[..., Lab]

APP = """
    from pathlib import Path
    from loomwork.flow.step import step
    from tests.flow.double import ask

    TONE = "plain"
    TABLE = Path(__file__).parent / "table.txt"

    @step
    async def clean(text: str) -> str:
        return text.strip()

    @step
    async def look(text: str) -> str:
        return TABLE.read_text() + text

    @step
    async def style(text: str) -> str:
        return text + TONE

    @step
    async def answer(text: str) -> str:
        found = await look(await clean(text))
        return await style(await ask("fast", found))
"""
DATA = ({"text": " a "}, {"text": " b "})


def opened(project: Lab, log: list[str], **settings: Any) -> Any:
    models = {"fast": {"model": "m1", "temperature": 0} | settings}
    return project.open(builtins=(double.ask,), services={"models": models, "log": log})


def plan(session: Opened) -> Plan:
    return plan_rows(session.runtime, session.app.answer, iter(DATA), trials=1, scope=Scope())


def counts(made: Plan) -> dict[str, tuple[int, int, int]]:
    return {
        name.rpartition(":")[2]: (step.hits, step.will_run, step.may_run)
        for name, step in made.steps.items()
        if (step.hits, step.will_run, step.may_run) != (0, 0, 0)
    }


async def go(session: Opened, project: Lab) -> Any:
    step = session.app.answer
    return await run_dataset(session.runtime, step, Dataset(rows(project, *DATA), step), options=RunOptions())


@pytest.fixture
async def project(lab: Make) -> Lab:
    made = lab(app=APP)
    made.write("table.txt", "t:")
    log: list[str] = []
    with opened(made, log) as first:
        await go(first, made)
    return made


async def test_nothing_will_run_when_nothing_changed(project: Lab) -> None:
    with opened(project, []) as session:
        made = plan(session)
        assert counts(made) == {"answer": (2, 0, 0)}
        assert made.as_json()["model_calls"] == {"min": 0, "max": 0}


async def test_an_edit_in_a_leaf_is_planned_exactly(project: Lab) -> None:
    project.edit("app.py", '"plain"', '"loud"')
    with opened(project, []) as session:
        made = plan(session)
        assert counts(made) == {
            "answer": (0, 2, 0), "clean": (2, 0, 0), "look": (2, 0, 0), "style": (0, 2, 0), "test.model": (2, 0, 0),
        }  # fmt: skip
        assert made.steps["app:style"].reasons == {"code: app.TONE": 2}
        before = session.runtime.store.runs.list(limit=9)
        report = await go(session, project)
        ran = {name.rpartition(":")[2]: count.ran for name, count in report.totals.steps.items() if count.ran}
        assert ran == {"answer": 2, "style": 2}
        assert len(before) == 1, "the plan itself wrote no run"


async def test_what_depends_on_an_uncertain_result_may_run(project: Lab) -> None:
    project.edit("app.py", "return text.strip()", "return text.strip().upper()")
    with opened(project, []) as session:
        made = plan(session)
        assert counts(made) == {
            "answer": (0, 2, 0), "clean": (0, 2, 0), "look": (0, 0, 2), "style": (0, 0, 2), "test.model": (0, 0, 2),
        }  # fmt: skip
        assert made.as_json()["model_calls"] == {"min": 0, "max": 2}
        assert made.as_json()["cost"] == {"USD": {"min": 0.0, "max": 0.2}}


async def test_a_changed_setting_and_a_changed_file_are_named(project: Lab) -> None:
    with opened(project, [], model="m2") as session:
        made = plan(session)
        assert made.steps["test.model"].reasons == {"setting: models.fast.model": 2}
        assert made.as_json()["model_calls"] == {"min": 2, "max": 2}
    project.write("table.txt", "u:")
    with opened(project, []) as session:
        assert plan(session).steps["app:look"].reasons == {"file: table.txt": 2}


async def test_what_a_changed_file_feeds_may_run(project: Lab) -> None:
    project.edit(
        "app.py",
        'return await style(await ask("fast", found))',
        'return await style(await ask("fast", found + TABLE.read_text()))',
    )
    with opened(project, []) as session:
        await go(session, project)
    project.write("table.txt", "u:")
    with opened(project, []) as session:
        made = plan(session)
        assert counts(made) == {
            "answer": (0, 2, 0),
            "clean": (2, 0, 0),
            "look": (0, 2, 0),
            "style": (0, 0, 2),
            "test.model": (0, 0, 2),
        }
        report = await go(session, project)
        ran = {name.rpartition(":")[2]: count.ran for name, count in report.totals.steps.items() if count.ran}
        assert ran == {"answer": 2, "look": 2, "style": 2, "test.model": 2}


async def test_a_new_body_has_no_upper_limit(project: Lab) -> None:
    project.edit(
        "app.py",
        'return await style(await ask("fast", found))',
        'return await style(await ask("fast", found + await ask("fast", text)))',
    )
    with opened(project, []) as session:
        assert plan(session).as_json()["model_calls"]["max"] is None


async def test_why_names_the_changed_constant_with_its_place_and_nothing_else(project: Lab) -> None:
    project.edit("app.py", '"plain"', '"loud"')
    with opened(project, []) as session:
        report = await go(session, project)
        found = explain(session.runtime, report.run)
        assert [(cause.kind, cause.name, cause.file) for cause in found.causes] == [("constant", "app.TONE", "app.py")]
        assert (found.causes[0].before, found.causes[0].after) == ("'plain'", "'loud'")
        assert found.nearest_run != report.run


async def test_why_names_a_setting_a_file_and_a_new_row(project: Lab) -> None:
    with opened(project, [], model="m2") as session:
        report = await go(session, project)
        causes = explain(session.runtime, report.run).causes
        assert [(cause.kind, cause.name, cause.before, cause.after) for cause in causes] == [
            ("setting", "models.fast.model", "m1", "m2")
        ]
    project.write("table.txt", "u:")
    with opened(project, [], model="m2") as session:
        report = await go(session, project)
        assert [(cause.kind, cause.name) for cause in explain(session.runtime, report.run).causes] == [
            ("file", "table.txt")
        ]
    with opened(project, []) as session, pytest.raises(NoSuchRun):
        explain(session.runtime, "r-none")


async def test_a_replay_answers_from_the_record_and_runs_only_what_changed(project: Lab) -> None:
    log: list[str] = []
    project.edit("app.py", '"plain"', '"loud"')
    with opened(project, log) as session:
        trace = session.runtime.store.runs.items(session.runtime.store.runs.list(limit=1)[0].id)
        first = next(iter(trace)).trace
        found = await replay(session.runtime, first, overrides={})
        assert (found.before, found.after, found.status) == ("m1:t:a#0plain", "m1:t:a#0loud", "changed")
        assert log == [], "the model was not asked"
        given = await replay(session.runtime, first, overrides={"clean": "z"})
        assert given.after == "m1:t:z#0loud"
        with pytest.raises(NoSuchTrace):
            await replay(session.runtime, "0" * 32, overrides={})


async def test_what_a_replay_was_set_is_no_reason_of_a_later_plan_or_run(project: Lab) -> None:
    with opened(project, []) as session:
        run = session.runtime.store.runs.list(limit=1)[0].id
        for item in list(session.runtime.store.runs.items(run)):
            assert (await replay(session.runtime, item.trace, overrides={"clean": "z"})).status == "changed"
    project.write("table.txt", "u:")
    with opened(project, []) as session:
        reasons = {name.rpartition(":")[2]: list(step.reasons) for name, step in plan(session).steps.items()}
        report = await go(session, project)
        found = explain(session.runtime, report.run)
    assert reasons["answer"] == ["upstream: app:look"]
    assert reasons["look"] == ["file: table.txt"]
    assert [(cause.kind, cause.name) for cause in found.causes] == [("file", "table.txt")]
    assert found.nearest_run == run


async def test_a_plan_after_nothing_but_a_replay_speaks_of_the_run_before(project: Lab) -> None:
    project.edit("app.py", '"plain"', '"loud"')
    with opened(project, []) as session:
        run = session.runtime.store.runs.list(limit=1)[0].id
        for item in list(session.runtime.store.runs.items(run)):
            await replay(session.runtime, item.trace, overrides={"clean": "z"})
        made = plan(session)
    reasons = {name.rpartition(":")[2]: list(step.reasons) for name, step in made.steps.items()}
    assert reasons["answer"] == ["upstream: app:style"], reasons


async def test_what_never_ran_is_planned_as_unknown_and_not_as_nothing(lab: Make) -> None:
    project = lab(app=APP)
    project.write("table.txt", "t:")
    with opened(project, []) as session:
        made = plan(session)
    told = made.as_json()
    unknown = {each["name"]: each["unknown"] for each in told["steps"]}
    assert unknown.pop("app:answer") is False
    assert set(unknown.values()) == {True}
    assert (told["unknown"], told["never_ran"]) == (True, ["app:answer"])
    assert told["steps"][0]["reasons"] == [{"why": "input: new", "kind": "input", "names": "new", "count": 2}]


READS_LATE = """
    from pathlib import Path
    from loomwork.flow.step import step

    TABLE = Path(__file__).parent / "table.txt"

    @step
    def clean(text: str) -> str:
        return text.strip()

    @step
    def style(text: str) -> str:
        return text + "."

    @step
    def answer(text: str) -> str:
        cleaned = clean(text)
        return style(TABLE.read_text() + cleaned)

    @step
    def strict(text: str) -> str:
        cleaned = clean(text)
        if "b" in cleaned:
            raise ValueError(cleaned)
        return style(cleaned)
"""


async def test_calls_before_a_changed_file_was_read_are_certain(lab: Make) -> None:
    made = lab(app=READS_LATE)
    made.write("table.txt", "t:")
    with opened(made, []) as first:
        await go(first, made)
    made.write("table.txt", "u:")
    with opened(made, []) as session:
        told = plan(session)
        assert counts(told) == {"answer": (0, 2, 0), "clean": (2, 0, 0), "style": (0, 0, 2)}
        assert not told.unbounded
        report = await go(session, made)
        ran = {name.rpartition(":")[2]: count.ran for name, count in report.totals.steps.items() if count.ran}
        assert ran == {"answer": 2, "style": 2}


async def test_a_body_that_failed_by_itself_makes_the_same_calls_again(lab: Make) -> None:
    made = lab(app=READS_LATE)
    with opened(made, []) as first:
        step = first.app.strict
        report = await run_dataset(first.runtime, step, Dataset(rows(made, *DATA), step), options=RunOptions())
        assert sum(each.failed for each in report.totals.steps.values()) == 1
    with opened(made, []) as session:
        told = plan_rows(session.runtime, session.app.strict, iter(DATA), trials=1, scope=Scope())
        assert counts(told) == {"strict": (1, 1, 0), "clean": (1, 0, 0)}
        assert not told.unbounded


async def test_a_first_run_is_not_its_own_nearest_run(lab: Make) -> None:
    made = lab(
        app="""
        from loomwork.flow.step import step

        @step(cache="off")
        def answer(text: str) -> str:
            return text.strip()
    """
    )
    with opened(made, []) as session:
        step = session.app.answer
        data = Dataset(rows(made, {"text": "a"}, {"text": "a"}), step)
        report = await run_dataset(session.runtime, step, data, options=RunOptions(concurrency=1))
        assert explain(session.runtime, report.run).nearest_run == ""

"""Recorded calls once more: only what changed runs, tools answer from the record, what differs is listed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.traffic import application
from loomwork import Workspace
from loomwork.flow.context import Scope, entered
from loomwork.flow.keys import Keyed
from loomwork.flow.lookup import Missed
from loomwork.flow.running.again import AgainReport, recorded_calls, run_again
from loomwork.kernel import codecs
from loomwork.models.drivers.scripted import driver
from loomwork.models.drivers.scripted.rules import Chosen

COUNT = 40


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    application.make(tmp_path)
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    application.forget(tmp_path)


@pytest.fixture
def traces(folder: Path) -> list[str]:
    with Workspace.open(folder, entering="never") as workspace:
        return application.serve(workspace, COUNT)


def again(folder: Path, traces: list[str], **prompts: Path) -> AgainReport:
    with Workspace.open(folder, entering="never", prompts=prompts) as workspace:
        app = application.load(workspace)
        calls = list(recorded_calls(workspace.runtime, app.main, traces))
        return asyncio.run(run_again(workspace.runtime, app.main, calls))


def test_with_nothing_changed_nothing_runs(folder: Path, traces: list[str]):
    effects = application.side_effects(folder)
    report = again(folder, traces)
    assert (report.items, report.outcomes["same"], report.totals.requests) == (COUNT, COUNT, 0)
    assert sum(count.ran for count in report.totals.steps.values()) == 0
    assert report.differing == ()
    assert application.side_effects(folder) == effects == COUNT


def test_a_changed_prompt_runs_its_step_and_what_follows_from_changed_results(folder: Path, traces: list[str]):
    report = again(folder, traces, kind=folder / "new" / "kind.md")
    wanted = application.expected(COUNT)
    ran = {name: count.ran for name, count in report.totals.steps.items() if count.ran}
    assert report.totals.requests == wanted.classified + wanted.answered
    assert ran["app:classify"] == wanted.classified
    assert ran["app:answer"] == wanted.answered
    assert "app:look_up" not in ran
    assert "app:rewrite" not in ran
    assert application.side_effects(folder) == COUNT
    assert [each.index for each in report.differing] == wanted.differing
    assert [each.trace for each in report.differing] == [traces[number] for number in wanted.differing]
    assert report.outcomes == {
        "same": COUNT - len(wanted.differing),
        "changed": len(wanted.differing),
        "recovered": 0,
        "failed": 0,
        "diverged": 0,
    }


def test_the_answers_of_before_and_now_are_in_the_store_as_a_run(folder: Path, traces: list[str]):
    report = again(folder, traces, kind=folder / "new" / "kind.md")
    with Workspace.open(folder, entering="never") as workspace:
        store = workspace.store
        row = store.runs.get(report.run)
        items = list(store.runs.items(report.run))
        first = report.differing[0]
        assert first.before is not None
        assert first.after is not None
        assert "A plain answer" in codecs.decode(store.blobs.get(first.before))
        assert "A special answer" in codecs.decode(store.blobs.get(first.after))
        assert store.blobs.get(items[first.index].output or first.before) == store.blobs.get(first.after)
        assert len(items) == COUNT
        assert row is not None
        assert (row.status, row.ok) == ("done", COUNT)


def test_a_tool_that_would_be_called_otherwise_is_not_called(folder: Path, traces: list[str]):
    app = folder / "app.py"
    app.write_text(app.read_text().replace("look_up(await", "look_up('new ' + await"))
    report = again(folder, traces)
    assert report.outcomes["diverged"] == COUNT
    assert report.failed == COUNT
    assert "look_up" in report.differing[0].error
    assert application.side_effects(folder) == COUNT


class Anew:
    """Lets no memo answer."""

    def given(self, step: object, keyed: Keyed, draw: int | None) -> Missed:
        del step, draw
        return Missed("refresh", keyed)

    def may_run(self, step: object, keyed: Keyed) -> bool:
        del step, keyed
        return True


def test_a_model_that_says_something_else_by_now_does_not_count_as_a_change(
    folder: Path, traces: list[str], monkeypatch: pytest.MonkeyPatch
):
    with monkeypatch.context() as patch, Workspace.open(folder, entering="never") as workspace:
        patch.setattr(driver, "choose", lambda rules, request: Chosen(rule=rules[0], text="something else"))  # pyright: ignore[reportUnknownLambdaType, reportUnknownArgumentType] # as `choose`
        runtime, app = workspace.runtime, application.load(workspace)

        async def ask() -> str:
            with entered(runtime.root(Scope(run="later", source=Anew()))):
                return await app.main(application.question(0))

        assert asyncio.run(ask()) == "something else"
    report = again(folder, traces)
    assert (report.outcomes["same"], report.totals.requests) == (COUNT, 0)


def test_traces_without_a_call_of_the_step_are_passed_over(folder: Path, traces: list[str]):
    with Workspace.open(folder, entering="never") as workspace:
        app = application.load(workspace)
        found = list(recorded_calls(workspace.runtime, app.main, [*traces[:2], "0" * 32]))
        assert [each.trace for each in found] == traces[:2]
        inner = list(recorded_calls(workspace.runtime, app.classify, traces[:2]))
        assert [each.call.step for each in inner] == ["app:classify"] * 2

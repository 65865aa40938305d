"""A step over a dataset: counts, failures, trials, refresh, budget, order, stopping."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from loomwork.flow.running import Dataset, RunBudget, RunOptions, RunReport, run_dataset
from loomwork.kernel import codecs
from loomwork.kernel.errors.flow import BadRow
from loomwork.kernel.usage import Money
from tests.flow import double
from tests.flow.lab import Lab, Opened

Make = Callable[..., Lab]

APP = """
    from loomwork.flow.step import step
    from tests.flow.double import ask

    @step
    async def clean(text: str) -> str:
        return text.strip()

    @step
    async def answer(text: str, loud: bool = False) -> str:
        found = await ask("fast", await clean(text))
        return found.upper() if loud else found

    @step
    async def picky(n: int) -> int:
        from pathlib import Path
        if n == 2 and not (Path(__file__).parent / "mended.txt").exists():
            raise ValueError("two is not ready")
        return n
"""


def rows(project: Lab, *found: Any) -> Path:
    path = project.root / "data.jsonl"
    path.write_text("".join(json.dumps(each) + "\n" for each in found), encoding="utf-8")
    return path


def opened(project: Lab, log: list[str], **settings: Any) -> Any:
    models = {"fast": {"model": "m1", "temperature": 0} | settings}
    return project.open(builtins=(double.ask,), services={"models": models, "log": log})


async def run(session: Opened, name: str, path: Path, **options: Any) -> RunReport:
    step = getattr(session.app, name)
    budget = options.pop("budget", None)
    return await run_dataset(session.runtime, step, Dataset(path, step), options=RunOptions(**options), budget=budget)


async def test_thirty_calls_become_ten_when_the_last_step_changes(lab: Make) -> None:
    project, log = lab(app=APP), []
    path = rows(project, *({"text": f" q{n} "} for n in range(10)))
    with opened(project, log) as first:
        report = await run(first, "answer", path)
        assert (report.items, report.ok, report.totals.requests) == (10, 10, 10)
        assert report.as_json()["cost"] == {"USD": 1.0}
    with opened(project, log) as second:
        again = await run(second, "answer", path)
        assert (again.totals.requests, again.totals.calls, again.totals.hits) == (0, 10, 10)
    project.edit("app.py", "found.upper()", "found.title()")
    with opened(project, log) as third:
        edited = await run(third, "answer", path)
        assert {name.rpartition(":")[2]: count.ran for name, count in edited.totals.steps.items() if count.ran} == {
            "answer": 10
        }
        assert edited.totals.requests == 0
    assert len(log) == 10


async def test_items_are_stored_in_input_order_with_their_outputs_and_metadata(lab: Make) -> None:
    project, log = lab(app=APP), []
    path = rows(project, {"text": " a ", "topic": "x"}, {"text": "b", "loud": True})
    with opened(project, log) as session:
        report = await run(session, "answer", path)
        items = list(session.runtime.store.runs.items(report.run))
        assert [item.index for item in items] == [0, 1]
        blobs = session.runtime.store.blobs
        assert [codecs.decode(blobs.get(item.output or "")) for item in items] == ["m1:a#0", "M1:B#0"]
        assert codecs.decode(blobs.get(items[0].input)) == {"text": " a ", "topic": "x"}


async def test_failed_items_do_not_stop_others_and_are_retried_by_running_again(lab: Make) -> None:
    project, log = lab(app=APP), []
    path = rows(project, {"n": 1}, {"n": 2}, {"n": 3})
    with opened(project, log) as first:
        report = await run(first, "picky", path)
        assert (report.ok, report.failed) == (2, 1)
        assert report.first_errors == ((1, "ValueError: two is not ready (app.py:18)"),)
    project.write("mended.txt", "")
    with opened(project, log) as second:
        again = await run(second, "picky", path)
        assert (again.ok, again.failed) == (3, 0)
        assert second.runtime.store.runs.get(again.run).status == "done"


async def test_trials_share_what_does_not_depend_on_the_trial(lab: Make) -> None:
    project, log = lab(app=APP), []
    path = rows(project, {"text": "a"})
    with opened(project, log, temperature=1) as session:
        report = await run(session, "answer", path, trials=3)
        assert (report.items, report.totals.requests) == (3, 3)
        assert report.totals.steps["app:clean"].ran == 1
        outputs = {item.output for item in session.runtime.store.runs.items(report.run)}
        assert len(outputs) == 3


async def test_refresh_runs_one_step_again_and_what_follows_only_if_it_changed(lab: Make) -> None:
    project, log = lab(app=APP), []
    path = rows(project, {"text": "a"})
    with opened(project, log) as first:
        await run(first, "answer", path)
    with opened(project, log) as second:
        report = await run(second, "answer", path, refresh=frozenset({"app:clean"}))
        assert report.totals.steps["app:clean"].ran == 1
        assert report.totals.requests == 0


async def test_a_budget_stops_before_it_is_exceeded_and_the_next_run_continues(lab: Make) -> None:
    project, log = lab(app=APP), []
    path = rows(project, *({"text": f"q{n}"} for n in range(6)))
    with opened(project, log) as first:
        report = await run(first, "answer", path, budget=RunBudget(Money.parse("0.25USD")), concurrency=1)
        assert report.status == "stopped"
        assert report.totals.requests == 2
        assert "0.05 USD" in report.stopped_by
    with opened(project, log) as second:
        rest = await run(second, "answer", path)
        assert (rest.ok, rest.totals.requests) == (6, 4)


async def test_a_bad_row_names_its_line_and_nothing_is_run(lab: Make) -> None:
    project, log = lab(app=APP), []
    path = rows(project, *({"text": "a"} for _ in range(16)))
    with path.open("a") as file:
        file.write("\n{not json}\n")
    with opened(project, log) as session:
        with pytest.raises(BadRow, match=r"data.jsonl, line 18: this is not JSON"):
            await run(session, "answer", path)
        path.write_text('{"text": "a"}\n{"txt": "a"}\n')
        with pytest.raises(BadRow, match=r"line 2: missing 'text'; the row has txt"):
            await run(session, "answer", path)
    assert log == []


async def test_cancelling_stops_cleanly_and_keeps_what_was_finished(lab: Make) -> None:
    project, log = lab(app=APP), []
    path = rows(project, *({"text": f"q{n}"} for n in range(200)))
    with opened(project, log) as first:
        step = first.app.answer
        work: asyncio.Task[RunReport]

        def stop(progress: Any) -> None:
            if progress.done == 5:
                work.cancel()

        work = asyncio.create_task(
            run_dataset(first.runtime, step, Dataset(path, step), options=RunOptions(concurrency=2), on_progress=stop)
        )
        report = await work
        assert report.status == "stopped"
        assert 5 <= report.ok < 200
    with opened(project, log) as second:
        await run(second, "answer", path)
    assert len(log) <= 202, "at most the calls in flight were repeated"

"""Laws over random applications and edits: never stale, never wasteful, and `plan` tells the truth."""

from __future__ import annotations

import asyncio
import importlib
import itertools
import sys
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from loomwork.flow.behaviour import Project
from loomwork.flow.context import Scope, entered
from loomwork.flow.observe import Observer
from loomwork.flow.plan import Plan, plan_rows
from loomwork.flow.running import RunTotals
from loomwork.flow.runtime import Runtime
from loomwork.kernel.clock import SystemClock
from loomwork.kernel.ids import Ids
from loomwork.store import open_store
from loomwork.trace.recorder import Recorder
from tests.flow.dags import ARGUMENTS, STEPS, App, Edit, Reference, apps, edited, edits

ROOT = STEPS - 1
_numbers = itertools.count()
few = settings(max_examples=50, derandomize=True, deadline=None, database=None,
               suppress_health_check=[HealthCheck.function_scoped_fixture])  # fmt: skip
apart = settings(few, phases=[Phase.generate])
many = settings(few, max_examples=2000)
histories = st.tuples(apps(), st.lists(edits(), min_size=1, max_size=5), st.booleans())


class House:
    """One store and one observer; each session loads the module anew and knows nothing of the others."""

    def __init__(self, folder: Path) -> None:
        self.root = folder
        (folder / "loomwork.toml").write_text("")
        self.project = Project(folder)
        self.observer = Observer(self.project, key=b"test").install()
        self.store = open_store("sqlite:///:memory:")
        self.recorder = Recorder(self.store.spans, clock=SystemClock(), ids=Ids())
        self.name = ""

    def close(self) -> None:
        sys.modules.pop(self.name, None)
        self.observer.close()
        self.recorder.close()
        self.store.close()

    def session(self, app: App) -> tuple[Any, Runtime]:
        """Load a state of the application."""
        sys.modules.pop(self.name, None)
        self.name = f"dag{next(_numbers)}"  # a new file: no stamp of an old one can be believed
        for number, value in enumerate(app.files):
            (self.root / f"f{number}.txt").write_text(str(value))
        (self.root / f"{self.name}.py").write_text(app.text())
        importlib.invalidate_caches()
        module = importlib.import_module(self.name)
        runtime = Runtime(
            project=self.project, store=self.store, recorder=self.recorder, observer=self.observer, services={}
        )
        return module, runtime


@contextmanager
def house(folder: Path) -> Generator[House]:
    """Open a folder with a store."""
    sys.path.insert(0, str(folder))
    made = House(folder)
    try:
        yield made
    finally:
        made.close()
        sys.path.remove(str(folder))
        for path in folder.glob("*.py"):
            path.unlink()


async def go(module: Any, runtime: Runtime, *, at_once: bool) -> tuple[list[int], RunTotals]:
    totals = RunTotals()
    root = getattr(module, f"s{ROOT}")
    with entered(runtime.root(Scope(run=f"r{next(_numbers)}", totals=totals))):
        if at_once:
            return list(await asyncio.gather(*(root(x) for x in ARGUMENTS))), totals
        return [await root(x) for x in ARGUMENTS], totals


def states(history: tuple[App, list[Edit], bool]) -> list[App]:
    first, changes, _ = history
    found = [first]
    for change in changes:
        found.append(edited(found, change))
    return found


def never_stale_and_never_wasteful(folder: Path, history: tuple[App, list[Edit], bool]) -> None:
    established: set[Any] = set()
    with house(folder) as opened:
        for app in states(history):
            reference = Reference(app)
            module, runtime = opened.session(app)
            answers, _ = asyncio.run(go(module, runtime, at_once=history[2]))
            assert answers == [reference.answer(ROOT, x) for x in ARGUMENTS], "stale"
            ran: list[tuple[int, int]] = module.LOG
            assert len(set(ran)) == len(ran), "made twice"
            needless = [call for call in ran if reference.trace(*call) in established]
            assert not needless, "nothing that these calls depend on has changed since they were last made"
            established |= reference.traces()


def plan_tells_the_truth(folder: Path, history: tuple[App, list[Edit], bool]) -> None:
    with house(folder) as opened:
        for app in states(history):
            module, runtime = opened.session(app)
            rows = ({"x": x} for x in ARGUMENTS)
            made = plan_rows(runtime, getattr(module, f"s{ROOT}"), rows, trials=1, scope=Scope())
            assert module.LOG == [], "a plan runs nothing"
            _, totals = asyncio.run(go(module, runtime, at_once=history[2]))
            ran = {name.partition(":")[2]: count.ran for name, count in totals.steps.items()}
            compare(made, ran)


def compare(made: Plan, ran: dict[str, int]) -> None:
    least: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for full, line in made.steps.items():
        name = full.partition(":")[2]
        least[name] += line.will_run
        most[name] += line.will_run + line.may_run
    for name, count in least.items():
        assert count <= ran.get(name, 0), f"{name} was to run"
    if not made.unbounded:
        for name, count in ran.items():
            assert count <= most[name], f"{name} was not announced"


@few
@given(history=histories)
def test_whatever_is_edited_no_answer_is_stale_and_no_call_is_made_needlessly(
    tmp_path: Path, history: tuple[App, list[Edit], bool]
) -> None:
    never_stale_and_never_wasteful(tmp_path, history)


@few
@given(history=histories)
def test_whatever_is_edited_what_will_run_runs_and_what_runs_was_announced(
    tmp_path: Path, history: tuple[App, list[Edit], bool]
) -> None:
    plan_tells_the_truth(tmp_path, history)


@pytest.mark.nightly
@many
@given(history=histories)
def test_no_answer_is_stale_and_no_call_is_needless_in_2000_histories(
    tmp_path: Path, history: tuple[App, list[Edit], bool]
) -> None:
    never_stale_and_never_wasteful(tmp_path, history)


@pytest.mark.nightly
@many
@given(history=histories)
def test_plan_tells_the_truth_in_2000_histories(tmp_path: Path, history: tuple[App, list[Edit], bool]) -> None:
    plan_tells_the_truth(tmp_path, history)

"""Runs settle cases: over a scripted history every status is right after every run."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loomwork.evals.cases import assign, change_status, open_from, read_rule, settle_cases
from loomwork.evals.evaluating.marking import MarkOptions, mark
from loomwork.evals.scoring.chosen import choose
from loomwork.flow.running import Dataset, RunOptions, run_dataset
from loomwork.flow.targets import load_target
from loomwork.store.cases import CaseRow
from loomwork.store.protocols import Store
from loomwork.workspace.opening import Workspace
from tests.evals.cases.history import (
    DEEDS,
    EXPECTED,
    GROWN,
    OTHERWISE,
    PLANTED,
    QUESTIONS,
    RUNS,
    SHORT,
    TRIALS,
    UNSCORED,
    turns,
)

APP = """
import json
from pathlib import Path
from loomwork import step
from loomwork.flow.context import read_trial

PLAN = Path(__file__).parent / "plan.json"

@step
async def fetch(question: str, key: str) -> str:
    state = json.loads(PLAN.read_text())[key]
    if state == "e":
        raise (KeyError if key == "i" else ValueError)(f"nothing for {question}")
    return state

@step
async def answer(question: str, key: str) -> str:
    state = await fetch(question, key)
    wrong = state == "w" or (state == "~" and read_trial() == 1)
    return "no" if wrong else "yes"
"""
LETTERS = {"o": "open", "t": "triaged", "f": "fixed", "r": "regressed", "c": "closed", "x": "wontfix"}


def dataset(run: int) -> list[dict[str, str]]:
    rows = [{"question": text, "key": key, "expected": "yes"} for key, text in QUESTIONS.items()]
    if run < GROWN:
        return rows
    more = [{"question": f"A new question, number {n}", "key": f"n{n}", "expected": "yes"} for n in (1, 2, 3)]
    return [*rows, *more][::-1]


def one_run(root: Path, run: int) -> tuple[Store, dict[str, CaseRow]]:
    """Run, score, settle, open: as a person does every day. Returns the cases by the key of their first row."""
    plan = {key: row[run - 1] for key, row in PLANTED.items()} | {f"n{n}": "." for n in (1, 2, 3)}
    (root / "plan.json").write_text(json.dumps(plan))
    data = root / "data.jsonl"
    data.write_text("".join(json.dumps(row) + "\n" for row in dataset(run)))
    with Workspace.open(root) as workspace:
        runtime, store = workspace.runtime, workspace.store
        step = load_target("app:answer", runtime.project)
        options = RunOptions(trials=3 if run == TRIALS else 1, limit=7 if run == SHORT else None)
        report = asyncio.run(run_dataset(runtime, step, Dataset(data, step), options=options))
        rules = []
        if run != UNSCORED:
            words = ["normalised,case=true,as=normalised" if run == OTHERWISE else "normalised"]
            chosen = choose(words, tables={}, project=runtime.project)
            asyncio.run(mark(runtime, report.run, chosen, options=MarkOptions()))
            rules = [read_rule("normalised>=0.5")]
        settle_cases(store, report.run, now_ns=run, runtime=runtime)
        if any(state != "." for state in plan.values()):
            try_open(store, report.run, run, rules, runtime)
        return store, cases_of(store)


def try_open(store: Store, run_id: str, run: int, rules: list[Any], runtime: Any) -> None:
    from loomwork.kernel.errors.cases import NothingFails

    try:
        open_from(store, run_id, now_ns=run, rules=rules, failed=True, runtime=runtime)
    except NothingFails:
        assert run in (SHORT, UNSCORED, OTHERWISE), "what was planted failed"


def cases_of(store: Store) -> dict[str, CaseRow]:
    return {json.loads(store.cases.rows(case.n)[0].row)["key"]: case for case in store.cases.list()}


def deeds(root: Path, run: int) -> None:
    actions: dict[str, Callable[[Store, int], object]] = {
        "assign": lambda store, n: assign(store, n, "mei", now_ns=run),
        "close": lambda store, n: change_status(store, n, "closed", now_ns=run),
        "wontfix": lambda store, n: change_status(store, n, "wontfix", now_ns=run),
    }
    for deed in DEEDS:
        if deed.run == run:
            with Workspace.open(root) as workspace:
                actions[deed.what](workspace.store, cases_of(workspace.store)[deed.case].n)


def what_is_flaky(root: Path) -> dict[str, tuple[int, str, str]]:
    """Return the cases of which one trial of three failed last: which trial, what is said of it, and the status."""
    with Workspace.open(root) as workspace:
        store = workspace.store
        found: dict[str, tuple[int, str, str]] = {}
        for key, case in cases_of(store).items():
            row, event = store.cases.rows(case.n)[0], store.cases.events(case.n)[-1]
            if row.trial:
                found[key] = (row.trial, "flaky" if event.text and event.what == "status" else "", case.status)
        return found


def test_every_status_is_right_after_every_run_of_a_history_with_thirty_regressions_and_fixes(tmp_path: Path):
    assert turns() >= 30
    (tmp_path / "loomwork.toml").write_text("")
    (tmp_path / "app.py").write_text(APP)
    wrong: list[str] = []
    for run in range(1, RUNS + 1):
        _, cases = one_run(tmp_path, run)
        for key, row in EXPECTED.items():
            wanted = LETTERS.get(row[run - 1], "")
            found = cases[key].status if key in cases else ""
            if found != wanted:
                wrong.append(f"run {run}, case {key}: {found or 'none'}, expected {wanted or 'none'}")
        if run == TRIALS:
            assert what_is_flaky(tmp_path) == {"d": (1, "flaky", "regressed"), "f": (1, "", "open")}
        extra = set(cases) - set(EXPECTED)
        assert not extra, (run, extra)
        deeds(tmp_path, run)
    assert not wrong, "\n".join(wrong)


def test_a_history_says_which_run_made_each_status_and_what_had_changed(tmp_path: Path):
    (tmp_path / "loomwork.toml").write_text("")
    (tmp_path / "app.py").write_text(APP)
    for run in range(1, 6):
        one_run(tmp_path, run)
    with Workspace.open(tmp_path) as workspace:
        store = workspace.store
        case = cases_of(store)["a"]
        events = store.cases.events(case.n)
        assert [(event.what, event.status) for event in events] == [
            ("opened", "open"), ("status", "fixed"), ("status", "regressed"),
        ]  # fmt: skip
        assert all(event.changes == ("file plan.json",) for event in events[1:])
        assert [store.runs.get(event.run) is not None for event in events] == [True, True, True]
        error = cases_of(store)["g"]
        assert (error.error, error.step, error.why) == ("ValueError", "app:fetch", "error")
        near = cases_of(store)["j"]
        assert near.why == "near"
        assert near.likeness >= 0.5

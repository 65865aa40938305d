"""Failing rows become cases: what is one case and why, what is left alone, what goes with a person's data."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from loomwork.evals.cases import (
    change_status,
    note,
    open_case,
    open_from,
    read_rule,
    regression_rows,
    settle_cases,
    view,
)
from loomwork.flow.running import Dataset, RunOptions, run_dataset
from loomwork.flow.targets import load_target
from loomwork.kernel.errors.cases import BadCaseRule, CaseIsNot, CaseKnown, NeedsThreshold, NotFailing, NotScored
from loomwork.store.rows import ScoreRow, ScoringRow
from loomwork.workspace.opening import Workspace

APP = """
from loomwork import step

@step
async def check(text: str) -> str:
    if "broken" in text:
        raise ValueError(f"cannot read {text}")
    return text

@step
async def main(text: str) -> str:
    return await check(text)
"""
ROWS = [
    {"text": "the pot is broken"},
    {"text": "where is my parcel today", "subject": "li-lei@example.com"},
    {"text": "where is my parcel now"},
    {"text": "another broken thing"},
    {"text": "do you sell tea"},
]


class Desk:
    def __init__(self, workspace: Workspace, root: Path) -> None:
        self.workspace = workspace
        self.store = workspace.store
        self.root = root
        self.clock = 0

    def run(self, rows: list[dict[str, Any]] = ROWS, scores: dict[int, float] | None = None, **said: Any) -> str:
        data = self.root / "data.jsonl"
        data.write_text("".join(json.dumps(row) + "\n" for row in rows))
        runtime = self.workspace.runtime
        step = load_target("app:main", runtime.project)
        report = asyncio.run(run_dataset(runtime, step, Dataset(data, step), options=RunOptions()))
        if scores is not None:
            about = {"scorer": "mine", "low": 0.0, "high": 1.0, **said}
            self.store.scores.begin(
                ScoringRow(run=report.run, scorer="mine", made_ns=1, said=json.dumps(about).encode())
            )
            self.store.scores.put(
                [
                    ScoreRow(run=report.run, scorer="mine", index=n, trial=0, made_ns=1, value=v)
                    for n, v in scores.items()
                ]
            )
        return report.run

    def settle(self, run: str) -> list[Any]:
        self.clock += 1
        return settle_cases(self.store, run, now_ns=self.clock, runtime=self.workspace.runtime)

    def open_from(self, run: str, *rules: str, failed: bool = False) -> list[Any]:
        asked = [read_rule(rule) for rule in rules]
        return open_from(self.store, run, now_ns=1, rules=asked, failed=failed, runtime=self.workspace.runtime)


@contextmanager
def opened(root: Path) -> Generator[Desk]:
    (root / "loomwork.toml").write_text("")
    (root / "app.py").write_text(APP)
    with Workspace.open(root) as workspace:
        yield Desk(workspace, root)


@pytest.fixture
def desk(tmp_path: Path) -> Generator[Desk]:
    with opened(tmp_path) as found:
        yield found


def test_the_same_error_from_the_same_step_is_one_case(desk: Desk):
    (made,) = desk.open_from(desk.run(), failed=True)
    assert (made.how, made.rows) == ("new", 2)
    assert (made.case.error, made.case.step, made.case.why) == ("ValueError", "app:check", "error")
    assert made.case.title.startswith("ValueError: cannot read the pot is broken")


def test_rows_that_a_scorer_marks_low_are_one_case_where_their_words_are_near(desk: Desk):
    run = desk.run(scores={1: 0.1, 2: 0.2, 4: 0.0})
    near, alone = desk.open_from(run, "mine>=0.5")
    assert (near.rows, near.case.why, alone.rows, alone.case.why) == (2, "near", 1, "")
    assert near.case.likeness == pytest.approx(0.6)
    assert near.case.title == "where is my parcel today"


def test_a_row_that_is_in_a_case_opens_no_second_one(desk: Desk):
    run = desk.run()
    desk.open_from(run, failed=True)
    assert desk.open_from(run, failed=True) == []
    with pytest.raises(CaseKnown, match="is in case 1 already"):
        open_case(desk.store, run, 0, now_ns=1)


def test_a_like_failure_of_a_later_run_joins_the_case(desk: Desk):
    desk.open_from(desk.run(), failed=True)
    (made,) = desk.open_from(desk.run([*ROWS, {"text": "a third broken row"}]), failed=True)
    assert (made.how, made.case.n, made.rows) == ("joined", 1, 1)
    assert len(desk.store.cases.rows(1)) == 3


def test_what_a_person_calls_wrong_is_a_case_that_no_run_decides(desk: Desk):
    run = desk.run()
    case = open_case(desk.store, run, 4, now_ns=1, is_wrong=True, runtime=desk.workspace.runtime).case
    assert (case.is_judged, case.error, case.scorer, case.title) == (True, "", "", "do you sell tea")
    assert desk.settle(desk.run()) == []
    assert view(desk.store, case.n).case.status == "open"
    with pytest.raises(CaseKnown, match=f"is in case {case.n} already"):
        open_case(desk.store, run, 4, now_ns=2, is_wrong=True)
    failing = open_case(desk.store, run, 0, now_ns=2, is_wrong=True).case  # it has an error, which a run can decide
    assert (failing.is_judged, failing.error) == (False, "ValueError")
    assert change_status(desk.store, case.n, "closed", now_ns=3).status == "closed"


def test_a_row_that_passes_is_no_case(desk: Desk):
    with pytest.raises(NotFailing):
        open_case(desk.store, desk.run(), 4, now_ns=1)


def test_a_scorer_without_two_ends_needs_a_number(desk: Desk):
    run = desk.run(scores={4: 3.0}, high=None)
    with pytest.raises(NeedsThreshold):
        open_case(desk.store, run, 4, now_ns=1, rule=read_rule("mine"))
    made = open_case(desk.store, run, 4, now_ns=1, rule=read_rule("mine<=2"))
    assert made.case.threshold == ("<=", 2.0)


def test_a_scorer_that_the_run_was_not_scored_by_is_told(desk: Desk):
    with pytest.raises(NotScored, match="it was by: mine"):
        open_case(desk.store, desk.run(scores={4: 0.0}), 4, now_ns=1, rule=read_rule("other"))
    with pytest.raises(BadCaseRule):
        read_rule("mine>=much")


def test_a_row_is_found_again_where_its_place_and_its_other_keys_changed(desk: Desk):
    open_case(desk.store, desk.run(), 0, now_ns=1)
    mended = (desk.root / "app.py").read_text().replace('"broken" in text', "False")
    (desk.root / "app.py").write_text(mended)
    desk.workspace.close()
    with opened_again(desk.root) as again:
        rows = [{"text": "new"}, {"text": "the pot is broken", "tag": "x"}]
        (settled,) = again.settle(again.run(rows))
        assert (settled.before, settled.case.status) == ("open", "fixed")
        assert again.store.cases.rows(1)[0].index == 0


@contextmanager
def opened_again(root: Path) -> Generator[Desk]:
    import sys

    sys.modules.pop("app", None)
    with Workspace.open(root) as workspace:
        yield Desk(workspace, root)


def test_an_older_run_does_not_decide_again(desk: Desk):
    old = desk.run(scores={4: 1.0})
    open_case(desk.store, desk.run(scores={4: 0.0}), 4, now_ns=1, rule=read_rule("mine"))
    assert desk.settle(old) == []
    assert view(desk.store, 1).case.status == "open"


def test_a_run_without_the_scorer_or_with_another_setting_decides_nothing(desk: Desk):
    open_case(desk.store, desk.run(scores={4: 0.0}), 4, now_ns=1, rule=read_rule("mine"))
    assert desk.settle(desk.run()) == []
    assert desk.settle(desk.run(scores={4: 1.0}, settings={"strict": True})) == []
    (settled,) = desk.settle(desk.run(scores={4: 1.0}))
    assert settled.case.status == "fixed"


def test_what_stays_as_it_is_is_opened_by_no_run_and_only_what_ended_is_reopened(desk: Desk):
    case = open_case(desk.store, desk.run(scores={4: 0.0}), 4, now_ns=1, rule=read_rule("mine")).case
    with pytest.raises(CaseIsNot):
        change_status(desk.store, case.n, "open", now_ns=2)
    change_status(desk.store, case.n, "wontfix", now_ns=2, text="as designed")
    for value in (1.0, 0.0):
        assert desk.settle(desk.run(scores={4: value})) == []
    assert change_status(desk.store, case.n, "open", now_ns=3).status == "open"


def test_cases_are_rows_of_a_regression_test_with_their_lineage(desk: Desk):
    desk.open_from(desk.run(), failed=True)
    first, second = regression_rows(desk.store, desk.store.cases.list())
    assert (first["text"], second["text"]) == ("the pot is broken", "another broken thing")
    assert first["_origin"]["case"] == "1"
    assert first["_origin"]["item"] == 0


def test_erasing_a_person_takes_their_rows_and_the_notes_about_them(desk: Desk):
    run = desk.run(scores={1: 0.0, 2: 0.0})
    (made,) = desk.open_from(run, "mine>=0.5")
    note(desk.store, made.case.n, "li-lei@example.com called about it", now_ns=2)
    erased = desk.store.care.erase("li-lei@example.com")
    assert erased.cases >= 3
    left = view(desk.store, made.case.n)
    assert [row.index for row in left.rows] == [2]
    assert "li-lei" not in str(left)
    assert left.case.note == "(erased)"
    assert b"li-lei@example.com" not in (desk.root / ".loomwork" / "store.db").read_bytes()


def test_pruning_takes_only_what_a_person_closed_before(desk: Desk):
    run = desk.run(scores={1: 0.0, 4: 0.0})
    desk.open_from(run, "mine>=0.5")
    change_status(desk.store, 1, "closed", now_ns=5)
    assert desk.store.care.prune(older_than_ns=5).cases == 0
    assert desk.store.care.prune(older_than_ns=6).cases == 1
    assert [case.n for case in desk.store.cases.list()] == [2]
    assert desk.store.cases.rows(1) == []

"""Cases in a store: kept, changed, found, and known to the store's care."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.store import open_store
from loomwork.store.cases import CasedRow, CaseEvent, CaseRow
from loomwork.store.protocols import Store
from loomwork.store.sqlite.care.salvage import salvage


def case(**fields: object) -> CaseRow:
    return CaseRow(**({"target": "app:main", "title": "late", "run": "r1", "changed_ns": 3} | fields))  # pyright: ignore[reportArgumentType] -- the fields of a case by name


def row(**fields: object) -> CasedRow:
    return CasedRow(**({"input": "i1", "row": '{"q": "wo ist es"}', "keys": ("q",)} | fields))  # pyright: ignore[reportArgumentType] -- the fields of a row by name


OPENED = CaseEvent(at_ns=3, status="open", what="opened", run="r1", text="1")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    found = open_store(f"sqlite:///{tmp_path}/store.db")
    yield found
    found.close()


def test_a_case_is_read_as_it_was_written(store: Store):
    full = case(
        owner="mei", scorer="exact", scored="d1", threshold=(">=", 0.5), step="app:look", change="file a.txt",
        why="near", likeness=0.75, opened_ns=3, note="see 12",
    )  # fmt: skip
    kept = store.cases.open(full, [row(), row(input="i2", state="passing", passed=True, value=0.25)], OPENED)
    assert kept.n == 1
    assert store.cases.get(1) == kept
    assert [each.input for each in store.cases.rows(1)] == ["i1", "i2"]
    assert store.cases.rows(1)[1] == row(input="i2", state="passing", passed=True, value=0.25)
    assert store.cases.events(1) == [OPENED]
    assert store.cases.get(2) is None


def test_a_number_is_never_used_again(store: Store):
    store.cases.open(case(status="closed"), [row()], OPENED)
    store.care.prune(older_than_ns=10)
    assert store.cases.open(case(), [row()], OPENED).n == 2


def test_a_row_is_replaced_by_its_input_and_history_only_grows(store: Store):
    kept = store.cases.open(case(), [row()], OPENED)
    fixed = CaseEvent(at_ns=4, status="fixed", what="status", run="r2", changes=("code app:main",))
    store.cases.change(case(n=kept.n, status="fixed"), fixed, [row(state="passing"), row(input="i9")])
    assert [(each.input, each.state) for each in store.cases.rows(1)] == [("i1", "passing"), ("i9", "failing")]
    assert store.cases.events(1) == [OPENED, fixed]


def test_cases_are_listed_by_status_target_and_owner_newest_first(store: Store):
    for fields in ({}, {"status": "fixed"}, {"target": "app:other"}, {"owner": "mei"}):
        store.cases.open(case(**fields), [row()], OPENED)
    assert [each.n for each in store.cases.list()] == [4, 3, 2, 1]
    assert [each.n for each in store.cases.list(statuses=("fixed",))] == [2]
    assert [each.n for each in store.cases.list(target="app:main", statuses=("open", "fixed"))] == [4, 2, 1]
    assert [each.n for each in store.cases.list(owner="mei")] == [4]
    assert [each.n for each in store.cases.list(limit=1)] == [4]


def test_an_export_holds_cases_with_every_text_redacted(store: Store, tmp_path: Path):
    store.cases.open(case(note="ask mei"), [row()], OPENED)
    store.care.export(tmp_path / "all.jsonl", redact=lambda text: text.replace("mei", "***"))
    (line,) = [json.loads(each) for each in (tmp_path / "all.jsonl").read_text().splitlines()]
    assert (line["type"], line["n"], line["note"]) == ("case", 1, "ask ***")
    assert line["rows"][0]["input"] == "i1"
    assert line["history"][0]["what"] == "opened"


def test_the_size_counts_cases_their_rows_and_their_history(store: Store):
    store.cases.open(case(), [row(), row(input="i2")], OPENED)
    counts = {table.name: table.rows for table in store.care.size().tables}
    assert (counts["cases"], counts["case_rows"], counts["case_events"]) == (1, 2, 1)


def test_what_is_saved_of_a_damaged_store_holds_its_cases(tmp_path: Path):
    path = tmp_path / "store.db"
    store = open_store(f"sqlite:///{path}")
    kept = store.cases.open(case(), [row()], OPENED)
    store.close()
    salvage(path)
    again = open_store(f"sqlite:///{path}")
    assert again.cases.get(1) == kept
    assert again.cases.rows(1) == [row()]
    again.close()


def test_erasing_leaves_other_people_s_cases_as_they_were(store: Store):
    store.cases.open(case(title="Where is Li Lei's parcel?", note="call him"), [row(row='{"q": "Li Lei"}')], OPENED)
    other = store.cases.open(case(), [row(subject="han-mei")], OPENED)
    event = CaseEvent(at_ns=5, status="open", what="note", text="told Li Lei", run="r1")
    store.cases.change(other, event)
    erased = store.care.erase("Li Lei")
    assert erased.cases == 3
    first, second = store.cases.get(1), store.cases.get(2)
    assert first is not None
    assert (first.title, first.note) == ("(erased)", "call him")
    assert second == other
    assert [each.text for each in store.cases.events(2)] == ["1", "(erased)"]
    assert store.cases.events(2)[1].run == "r1"
    assert store.care.erase("han-mei").cases == 1
    assert store.cases.rows(2) == []

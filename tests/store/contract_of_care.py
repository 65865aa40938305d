"""What the care of every store does: the rest of the suite in `contract.py`. Nothing here knows SQL."""

import json
from pathlib import Path

import pytest

from loomwork.kernel.errors import NothingSelected, SubjectTooShort, TargetExists
from loomwork.store import open_store
from loomwork.store.protocols import Store
from tests.store.rowmaking import NOW_NS, a_call, a_run, a_span, ailments, an_item, bodies_of, d


class CareContract:
    """Sizes, pruning, erasing, exporting, examining."""

    def test_a_prune_needs_a_condition(self, store: Store) -> None:
        with pytest.raises(NothingSelected):
            store.care.prune()

    def test_an_erase_needs_a_subject_that_can_be_told_apart(self, store: Store) -> None:
        with pytest.raises(SubjectTooShort):
            store.care.erase("al")

    def test_pruning_by_age_takes_old_rows_and_leaves_new_ones(self, store: Store) -> None:
        for name, when in (("old", NOW_NS), ("new", NOW_NS + 100)):
            store.calls.commit(a_call(name, key=d(name), created_ns=when), bodies_of(name), since_ns=NOW_NS)
            store.spans.write([a_span(name, start_ns=when, end_ns=when)])
            store.runs.start(a_run(name, started_ns=when, ended_ns=when, status="done"))
            store.runs.put_item(an_item(0, run=name, ended_ns=when))
        pruned = store.care.prune(older_than_ns=NOW_NS + 50)
        assert (pruned.calls, pruned.spans, pruned.items, pruned.runs) == (1, 1, 1, 1)
        assert store.calls.get(a_call("old").id) is None
        assert store.calls.get(a_call("new").id) is not None
        assert [span.span for span in store.spans.list()] == [a_span("new").span]
        assert [run.id for run in store.runs.list()] == ["new"]
        assert list(store.runs.items("old")) == []
        assert ailments(store) == []

    def test_pruning_by_run_and_kind_takes_only_those(self, store: Store) -> None:
        for run in ("r1", "r2"):
            for kind in ("model", "step"):
                name = f"{run} {kind}"
                store.calls.commit(a_call(name, key=d(name), run=run, kind=kind), bodies_of(name), since_ns=NOW_NS)
                store.spans.write([a_span(name, run=run, kind=kind)])
        pruned = store.care.prune(runs=["r1"], kinds=["model"], tables=["spans"])
        assert (pruned.calls, pruned.spans) == (0, 1)
        pruned = store.care.prune(kinds=["model"], keep_runs=["r2"])
        assert (pruned.calls, pruned.spans) == (1, 0)
        assert store.care.prune(runs=["unknown"]).calls == 0
        pruned = store.care.prune(runs=["r1"])
        assert (pruned.calls, pruned.spans) == (1, 1)
        assert {span.run for span in store.spans.list(roots_only=False)} == {"r2"}

    def test_a_copy_is_a_whole_store(self, store: Store, tmp_path: Path) -> None:
        target = tmp_path / "copy.db"
        store.calls.commit(a_call(), bodies_of("c1"), since_ns=NOW_NS)
        store.spans.write([a_span()])
        store.care.copy(target)
        other = open_store(f"sqlite:///{target}")
        assert other.calls.get(a_call().id) == a_call()
        assert other.spans.list() == [a_span()]
        assert ailments(other) == []
        other.close()
        with pytest.raises(TargetExists):
            store.care.copy(target)

    def test_an_export_has_a_line_for_each_run_item_and_span_redacted(self, store: Store, tmp_path: Path) -> None:
        target = tmp_path / "out.jsonl"
        store.runs.start(a_run(meta=b'{"limit": 3, "who": "secret"}'))
        store.runs.put_item(an_item(0, error="a secret"))
        store.spans.write([a_span(attributes={"note": ["secret"]}, preview_in="secret?")])
        done = store.care.export(target, redact=lambda text: text.replace("secret", "***"))
        lines = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
        assert [line["type"] for line in lines] == ["run", "item", "span"]
        assert (done.rows, done.bytes) == (3, target.stat().st_size)
        assert lines[0]["meta"] == {"limit": 3, "who": "***"}
        assert (lines[1]["error"], lines[2]["preview_in"]) == ("a ***", "***?")
        assert lines[2]["attributes"] == {"note": ["***"]}
        assert lines[2]["trace"] == a_span().trace
        with pytest.raises(TargetExists):
            store.care.export(target)

    def test_a_store_tells_its_size(self, store: Store) -> None:
        store.calls.commit(a_call(kind="model"), [b"word " * 2_000, b"x"], since_ns=NOW_NS)
        sizes = store.care.size()
        assert (sizes.blobs.count, sizes.blobs.compressed, sizes.blobs.raw_bytes) == (2, 1, 10_001)
        assert sizes.blobs.stored_bytes < 1_000
        calls = next(table for table in sizes.tables if table.name == "calls")
        assert (calls.rows, calls.kinds) == (1, {"model": 1})
        assert sizes.file_bytes + sizes.log_bytes > 0

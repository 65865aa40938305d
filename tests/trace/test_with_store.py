"""The floor on the real store: record, read back, import, ask the dashboard."""

import sqlite3
from pathlib import Path

import pytest

from loomwork.kernel.clock import ManualClock, SystemClock
from loomwork.kernel.ids import Ids
from loomwork.kernel.usage import Money, Usage
from loomwork.store import open_store
from loomwork.trace import reading
from loomwork.trace.dashboard import dashboard
from loomwork.trace.importers import keep, read_bytes, read_file
from loomwork.trace.otlp import export
from loomwork.trace.recorder import Recorder

SAMPLES = Path(__file__).parent / "importers" / "samples"


@pytest.fixture
def store():
    made = open_store("sqlite:///:memory:")
    yield made
    made.close()


def record_three(store, **more):
    clock = more.pop("clock", ManualClock())
    recorder = Recorder(store.spans, clock=clock, ids=Ids.seeded(1, clock=clock), **more)
    root = recorder.start("ask", kind="step", run="r1", item=0)
    for number in range(2):
        call = recorder.start("complete", kind="model", parent=root, attributes={"gen_ai.request.model": "gpt-4o"})
        call.usage(Usage(input_tokens=10, output_tokens=number))
        call.cost(Money(100, "USD") if number else None)
        call.body_in(b"the question")
        call.body_out(f"answer {number}".encode(), "answer")
        if isinstance(clock, ManualClock):
            clock.tick(2.0)
        call.end()
    root.end()
    assert recorder.close() == 0
    return root


def test_recorded_spans_are_read_back_with_their_bodies(store):
    root = record_three(store)
    rows = store.spans.trace(root.trace)
    (tree,) = reading.build_tree(rows)
    assert [child.row.name for child in tree.children] == ["complete", "complete"]
    calls = [row for row in rows if row.kind == "model"]
    assert {row.input for row in calls} == {"=the question"}
    assert [store.blobs.get(row.output) for row in calls] == [b"answer 0", b"answer 1"]
    found = reading.totals(rows)
    assert (found.usage.input_tokens, found.usage.output_tokens, found.cost.unpriced) == (20, 1, 1)
    assert found.cost.micros("USD") == 100


def test_the_writer_thread_reaches_a_real_store(store):
    root = record_three(store, clock=SystemClock())
    assert len(store.spans.trace(root.trace)) == 3


def test_the_dashboard_agrees_with_the_spans(store):
    clock = ManualClock()
    root = record_three(store, clock=clock)
    rows = store.spans.trace(root.trace)
    answer = dashboard(store.spans, since_ns=rows[0].start_ns, until_ns=clock.now_ns() + 1, group_by="name")
    figures = {group.key: group.figures for group in answer.groups}
    assert figures["complete"].count == 2
    assert figures["complete"].p50_ns == pytest.approx(2_000_000_000, rel=0.05)
    assert figures["ask"].mean_ns == 4_000_000_000
    assert answer.total.cost.micros("USD") == 100
    assert answer.total.cost.unpriced == 1
    assert sum(point.figures.count for point in answer.series) == 3


@pytest.mark.parametrize("name", sorted(path.name for path in SAMPLES.glob("*.json")))
def test_an_imported_trace_is_stored_and_exported_and_read_again(store, name):
    found = read_file(SAMPLES / name)
    keep(found, store.spans)
    stored = [row for trace in found.traces for row in store.spans.trace(trace)]
    assert len(stored) == len(found.spans)
    for encoding in ("json", "protobuf"):
        data = b"".join(batch.data for batch in export.batches(stored, encoding=encoding, body=store.blobs.get))
        again = read_bytes(data)
        assert sorted(again.spans, key=lambda row: row.span) == sorted(stored, key=lambda row: row.span)
        assert again.bodies == found.bodies


def test_importing_a_file_twice_adds_nothing(store):
    found = read_file(SAMPLES / "microsoft-agent-2025-12-17.trace.json")
    keep(found, store.spans)
    keep(found, store.spans)
    first, last = min(row.start_ns for row in found.spans), max(row.end_ns for row in found.spans)
    assert dashboard(store.spans, since_ns=first, until_ns=last + 1).total.count == len(found.spans)


def test_a_store_that_is_locked_for_a_while_loses_no_span(tmp_path):
    path = tmp_path / "store.db"
    store = open_store(f"sqlite:///{path}")
    blocker = sqlite3.connect(path, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    clock = SystemClock()
    recorder = Recorder(store.spans, clock=clock, ids=Ids(clock=clock))
    root = recorder.start("ask", kind="step")
    root.end()
    blocker.execute("COMMIT")
    blocker.close()
    assert recorder.close() == 0
    assert len(store.spans.trace(root.trace)) == 1
    store.close()

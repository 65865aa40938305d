"""What every store does, whatever it is made of: a suite that each kind of store runs as its own.

A subclass gives the fixture `store`. Nothing here knows SQL.
"""

import threading

import msgspec
import pytest

from loomwork.kernel.bodies import refer
from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.errors import AmbiguousRun, BlobMissing
from loomwork.store import buckets
from loomwork.store.protocols import Store
from tests.store.rowmaking import MINUTE_NS, NOW_NS, a_call, a_run, a_span, ailments, an_item, bodies_of, d


class BlobContract:
    """Bodies."""

    @pytest.mark.parametrize("body", [b"", b"x", b"\0" * 100_000, bytes(range(256)) * 20, "织机".encode() * 999])
    def test_a_body_comes_back_as_it_was(self, store: Store, body: bytes) -> None:
        digest = store.blobs.put(body)
        assert digest == digest_bytes(body)
        assert store.blobs.get(digest) == body
        assert store.blobs.has(digest)

    def test_a_body_is_kept_once(self, store: Store) -> None:
        for _ in range(3):
            store.blobs.put(b"again " * 500)
        store.calls.commit(a_call(), [b"again " * 500, b"again " * 500], since_ns=0)
        assert store.care.size().blobs.count == 1

    def test_a_body_that_is_not_there_is_named(self, store: Store) -> None:
        assert not store.blobs.has(d("nothing"))
        with pytest.raises(BlobMissing, match=d("nothing")):
            store.blobs.get(d("nothing"))

    def test_many_threads_can_put_and_get(self, store: Store) -> None:
        failures: list[BaseException] = []

        def work(number: int) -> None:
            try:
                for each in range(30):
                    body = b"%d/%d " % (number % 3, each) * 200
                    assert store.blobs.get(store.blobs.put(body)) == body
            except BaseException as error:
                failures.append(error)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert store.care.size().blobs.count == 90


class CallContract:
    """Memos and the records of calls."""

    def test_a_committed_call_comes_back_whole(self, store: Store) -> None:
        row = a_call(expires_ns=NOW_NS + 5, error=None, kind="model", item=3, trial=2)
        assert store.calls.commit(row, bodies_of("c1"), since_ns=NOW_NS) == row
        assert store.calls.get(row.id) == row
        assert store.blobs.get(row.record) == b"record of c1"

    def test_a_failed_call_is_kept_but_is_no_memo(self, store: Store) -> None:
        row = a_call(status="failed", reuse="never", result=None, value=None, error="ValueError: 坏")
        store.calls.commit(row, [b"record of c1"], since_ns=NOW_NS)
        assert store.calls.get(row.id) == row
        assert store.calls.candidates(row.key, (0,), run="r1", now_ns=NOW_NS) == []

    def test_any_run_finds_a_memo_under_its_key_and_any_of_the_ambients_newest_first(self, store: Store) -> None:
        rows = [
            a_call(f"c{n}", key=d(f"k{n // 4}"), ambient=n % 3, observed=d(f"o{n}"), created_ns=NOW_NS + n)
            for n in range(5)
        ]
        for row in rows:
            store.calls.commit(row, [], since_ns=NOW_NS)
        found = store.calls.candidates(d("k0"), (0, 1, 9), run="another", now_ns=NOW_NS)
        assert found == [rows[3], rows[1], rows[0]]
        assert store.calls.candidates(d("k1"), (0, 1, 2), run="", now_ns=NOW_NS) == [rows[4]]
        assert store.calls.candidates(d("k1"), (), run="", now_ns=NOW_NS) == []
        assert store.calls.candidates(d("other"), (0, 1), run="", now_ns=NOW_NS) == []

    def test_short_bodies_stand_for_themselves(self, store: Store) -> None:
        bodies: list[bytes] = []
        for size in (0, 1, 14, 15, 16, 19, 20, 39, 1024, 1025):
            body = bytes(range(256)) * 5
            row = a_call(
                f"c{size}", key=d(f"k{size}"), result=refer(body[:size], bodies), record=refer(b"r" * size, bodies)
            )
            store.calls.commit(row, bodies, since_ns=NOW_NS)
            assert store.calls.get(row.id) == row
            assert store.blobs.get(row.result or Digest("")) == body[:size]
            assert store.blobs.get(row.record) == b"r" * size
        assert sorted(map(len, bodies)) == [15, 15, 1025, 1025], "those that are too long, and what looks like a digest"

    def test_what_touched_the_outside_is_for_its_own_run_only(self, store: Store) -> None:
        row = a_call(reuse="run", run="r7")
        store.calls.commit(row, [], since_ns=NOW_NS)
        assert store.calls.candidates(row.key, (0,), run="r7", now_ns=NOW_NS) == [row]
        assert store.calls.candidates(row.key, (0,), run="r8", now_ns=NOW_NS) == []

    def test_an_expired_memo_is_not_found(self, store: Store) -> None:
        row = a_call(expires_ns=NOW_NS + 10)
        store.calls.commit(row, [], since_ns=NOW_NS)
        assert store.calls.candidates(row.key, (0,), run="", now_ns=NOW_NS + 9) == [row]
        assert store.calls.candidates(row.key, (0,), run="", now_ns=NOW_NS + 10) == []

    def test_the_first_committed_memo_wins(self, store: Store) -> None:
        first, second = a_call("first"), a_call("second", run="r2", created_ns=NOW_NS + 1)
        assert store.calls.commit(first, bodies_of("first"), since_ns=NOW_NS - 1) == first
        assert store.calls.commit(second, bodies_of("second"), since_ns=NOW_NS - 1) == first
        kept = store.calls.get(second.id)
        assert kept == msgspec.structs.replace(second, reuse="never")
        assert store.calls.candidates(first.key, (0,), run="", now_ns=NOW_NS) == [first]

    @pytest.mark.parametrize(
        "changes",
        [
            {"observed": d("something else")},
            {"key": d("another key")},
            {"ambient": 7},
            {"reuse": "run"},
            {"reuse": "never"},
        ],
    )
    def test_a_call_that_is_not_the_same_memo_is_simply_written(self, store: Store, changes: dict[str, object]) -> None:
        store.calls.commit(a_call("first"), [], since_ns=NOW_NS)
        second = a_call("second", created_ns=NOW_NS + 1, **changes)
        assert store.calls.commit(second, [], since_ns=NOW_NS) == second
        assert store.calls.get(second.id) == second

    def test_a_memo_from_before_the_look_up_began_does_not_win(self, store: Store) -> None:
        """It was seen by the look-up and found wanting (refreshed, or an observation differed)."""
        store.calls.commit(a_call("first"), [], since_ns=NOW_NS)
        second = a_call("second", created_ns=NOW_NS + 2)
        assert store.calls.commit(second, [], since_ns=NOW_NS + 1) == second

    def test_an_expired_memo_does_not_win(self, store: Store) -> None:
        store.calls.commit(a_call("first", expires_ns=NOW_NS + 1), [], since_ns=NOW_NS)
        second = a_call("second", created_ns=NOW_NS + 1)
        assert store.calls.commit(second, [], since_ns=NOW_NS) == second

    def test_the_nearest_call_is_the_latest_earlier_one_of_the_step(self, store: Store) -> None:
        rows = [
            a_call("a", inputs=d("x"), created_ns=NOW_NS + 1, reuse="never"),
            a_call("b", inputs=d("y"), created_ns=NOW_NS + 2, reuse="never"),
            a_call("c", inputs=d("x"), created_ns=NOW_NS + 3, reuse="never"),
            a_call("d", step="app:other", inputs=d("x"), created_ns=NOW_NS + 4, reuse="never"),
        ]
        for row in rows:
            store.calls.commit(row, [], since_ns=NOW_NS)
        nearest = store.calls.nearest
        assert nearest("app:answer", inputs=None, before_ns=NOW_NS + 9) == rows[2]
        assert nearest("app:answer", inputs=None, before_ns=NOW_NS + 3) == rows[1]
        assert nearest("app:answer", inputs=d("x"), before_ns=NOW_NS + 3) == rows[0]
        assert nearest("app:answer", inputs=None, before_ns=NOW_NS + 9, excluding=rows[2].id) == rows[1]
        assert nearest("app:answer", inputs=d("x"), before_ns=NOW_NS + 9, excluding=rows[2].id) == rows[0]
        assert nearest("app:answer", inputs=d("z"), before_ns=NOW_NS + 9) is None
        assert nearest("app:unknown", inputs=None, before_ns=NOW_NS + 9) is None

    def test_the_nearest_call_of_an_item_comes_from_another_run(self, store: Store) -> None:
        rows = [
            a_call("a", run="r1", item=5, created_ns=NOW_NS + 1, reuse="never"),
            a_call("b", run="r1", item=6, created_ns=NOW_NS + 2, reuse="never"),
            a_call("c", run="r2", item=5, created_ns=NOW_NS + 3, reuse="never"),
            a_call("d", run="r1", item=5, trial=1, created_ns=NOW_NS + 4, reuse="never"),
        ]
        for row in rows:
            store.calls.commit(row, [], since_ns=NOW_NS)

        def nearest(trial: int, not_run: str) -> object:
            return store.calls.nearest_of_item("app:answer", item=5, trial=trial, before_ns=NOW_NS + 9, not_run=not_run)

        assert nearest(0, "r2") == rows[0]
        assert nearest(0, "r1") == rows[2]
        assert nearest(0, "r3") == rows[2]
        assert nearest(1, "r2") == rows[3]
        assert nearest(1, "r1") is None

    def test_no_call_of_a_replay_is_the_nearest_one(self, store: Store) -> None:
        live = a_call("a", item=5, created_ns=NOW_NS + 1, reuse="never")
        replayed = a_call("b", run="replay-r1", item=5, created_ns=NOW_NS + 2, reuse="never")
        for row in (live, replayed):
            store.calls.commit(row, [], since_ns=NOW_NS)
        step, later = "app:answer", NOW_NS + 9
        assert store.calls.nearest(step, inputs=None, before_ns=later) == live
        assert store.calls.nearest(step, inputs=d("inputs"), before_ns=later) == live
        assert store.calls.nearest_of_item(step, item=5, trial=0, before_ns=later, not_run="r9") == live
        assert store.calls.get(replayed.id) == replayed

    def test_the_calls_of_an_item_come_in_order(self, store: Store) -> None:
        rows = [a_call(f"c{n}", item=n % 2, created_ns=NOW_NS + n, reuse="never") for n in range(6)]
        for row in rows:
            store.calls.commit(row, [], since_ns=NOW_NS)
        assert store.calls.of_item("r1", 1, 0) == rows[1::2]
        assert store.calls.of_item("r1", 1, 1) == []
        assert store.calls.of_item("unknown", 1, 0) == []

    def test_a_span_leads_to_its_call(self, store: Store) -> None:
        row, hand = a_call("c1"), a_call("c2", trace="", span="", key=d("k2"))
        store.calls.commit(row, [], since_ns=NOW_NS)
        store.calls.commit(hand, [], since_ns=NOW_NS)
        assert store.calls.of_span(row.span) == row
        assert store.calls.of_span("00" * 8) is None
        assert store.calls.of_span("") is None

    def test_every_question_is_answered_alike_for_indexed_and_for_fresh_calls(self, store: Store) -> None:
        """Thousands of calls, some of them so fresh that no index holds them yet."""
        rows = [
            a_call(f"c{n}", key=d(f"k{n}"), inputs=d(f"i{n}"), run=f"r{n % 7}", item=n, created_ns=NOW_NS + n)
            for n in range(1_500)
        ]
        for row in rows:
            store.calls.commit(row, [], since_ns=NOW_NS)
            if row.item == 1_200:
                store.spans.write([a_span("a"), a_span("b")])
                store.spans.write([a_span("c")])
        for row in (rows[3], rows[600], rows[1_199], rows[-1]):
            assert store.calls.get(row.id) == row
            assert store.calls.of_span(row.span) == row
            assert store.calls.of_item(row.run, row.item, 0) == [row]
            assert store.calls.nearest(row.step, inputs=row.inputs, before_ns=NOW_NS + 9_999) == row
            assert store.calls.nearest(row.step, inputs=None, before_ns=row.created_ns + 1) == row
        assert ailments(store) == []


class RunContract:
    """Runs and items."""

    def test_a_run_is_written_and_finished(self, store: Store) -> None:
        run = a_run(dataset="data/questions.jsonl", meta=b'{"limit":3}')
        store.runs.start(run)
        assert store.runs.get("r1") == run
        done = a_run(status="done", ended_ns=NOW_NS + 9, items=3, ok=2, failed=1, summary=b'{"run":"r1"}')
        store.runs.finish(done)
        assert store.runs.get("r1") == done

    def test_a_run_is_found_by_the_beginning_of_its_id(self, store: Store) -> None:
        for name in ("rabc1", "rabd2", "rx"):
            store.runs.start(a_run(name))
        assert store.runs.get("rx") == a_run("rx")
        assert store.runs.get("rabd") == a_run("rabd2")
        assert store.runs.get("nothing") is None
        assert store.runs.get("") is None
        assert store.runs.get("r%") is None
        with pytest.raises(AmbiguousRun, match="rabc1, rabd2"):
            store.runs.get("rab")

    def test_an_id_that_begins_another_is_still_found(self, store: Store) -> None:
        for name in ("r1", "r12"):
            store.runs.start(a_run(name))
        assert store.runs.get("r1") == a_run("r1")

    def test_last_is_the_newest_run(self, store: Store) -> None:
        assert store.runs.get("last") is None
        for number in (1, 3, 2):
            store.runs.start(a_run(f"r{number}", started_ns=NOW_NS + number, target=f"app:t{number % 2}"))
        assert store.runs.get("last") == a_run("r3", started_ns=NOW_NS + 3, target="app:t1")
        assert [run.id for run in store.runs.list()] == ["r3", "r2", "r1"]
        assert [run.id for run in store.runs.list(limit=1)] == ["r3"]
        assert [run.id for run in store.runs.list(target="app:t1")] == ["r3", "r1"]

    def test_items_come_by_index_and_trial_and_can_be_replaced(self, store: Store) -> None:
        rows = [an_item(index, trial=trial, output=d("out")) for index in range(1_100) for trial in (0, 1)]
        for row in reversed(rows):
            store.runs.put_item(row)
        assert list(store.runs.items("r1")) == rows
        changed = an_item(7, status="failed", error="坏", subject="u1", trace="ab" * 16, started_ns=1, ended_ns=2)
        store.runs.put_item(changed, [b"input"])
        assert list(store.runs.items("r1"))[14] == changed
        assert store.blobs.has(d("input"))
        assert list(store.runs.items("unknown")) == []

    def test_items_written_while_reading_do_not_disturb_the_reader(self, store: Store) -> None:
        for index in range(1_200):
            store.runs.put_item(an_item(index))
        seen: list[int] = []
        for row in store.runs.items("r1"):
            seen.append(row.index)
            if row.index < 600:
                store.runs.put_item(an_item(row.index, status="failed"))
        assert seen == list(range(1_200))


class SpanContract:
    """Spans and rollups."""

    def test_a_span_comes_back_whole(self, store: Store) -> None:
        span = a_span(
            parent="ab" * 8, status="error", error="坏了", run="r1", item=4, trial=1, cached=True, model="gpt",
            input_tokens=7, output_tokens=8, cost_micros=12, currency="CNY", input=d("in"), output=d("out"),
            preview_in="问", preview_out="答", subject="u1",
            attributes={"gen_ai.system": "openai", "n": 1, "f": 0.5, "l": ["a", None, True], "m": {"x": b"y"}},
        )  # fmt: skip
        store.spans.write([span], [b"in"])
        assert store.spans.trace(span.trace) == [span]
        assert store.blobs.get(d("in")) == b"in"

    @pytest.mark.parametrize("identifier", ["t1", "ABCD", "0", "zz", "织机"])
    def test_ids_of_other_systems_come_back_as_they_are(self, store: Store, identifier: str) -> None:
        span = a_span(trace=identifier, span=identifier, parent=identifier)
        store.spans.write([span])
        assert store.spans.trace(identifier) == [span]

    def test_a_trace_comes_by_start_time(self, store: Store) -> None:
        spans = [a_span(f"s{n}", start_ns=NOW_NS + n * 7 % 5, parent="" if n == 0 else "ab" * 8) for n in range(5)]
        store.spans.write(spans)
        store.spans.write([a_span("elsewhere", trace="cd" * 16)])
        assert store.spans.trace(spans[0].trace) == sorted(spans, key=lambda span: span.start_ns)
        assert store.spans.trace("ef" * 16) == []

    def test_spans_are_listed_newest_first(self, store: Store) -> None:
        spans = [
            a_span(f"s{n}", start_ns=NOW_NS + n, run=f"r{n % 2}", parent="" if n < 4 else "ab" * 8) for n in range(6)
        ]
        store.spans.write(spans)
        assert store.spans.list() == spans[3::-1]
        assert store.spans.list(limit=2) == spans[3:1:-1]
        assert store.spans.list(run="r1") == [spans[3], spans[1]]
        assert store.spans.list(roots_only=False) == spans[::-1]
        assert store.spans.list(roots_only=False, run="r0") == spans[4::-2]
        assert store.spans.list(run="unknown") == []

    def test_a_span_that_is_sent_twice_is_kept_and_counted_once(self, store: Store) -> None:
        one, two, three = a_span("one"), a_span("two"), a_span("three")
        store.spans.write([one, two])
        store.spans.write([one, three])
        store.spans.write([three, three])
        assert len(store.spans.trace(one.trace)) == 3
        assert sum(row.count for row in store.spans.rollups(since_minute=0, until_minute=1 << 40)) == 3

    def test_rollups_add_up_what_the_spans_say(self, store: Store) -> None:
        minute = NOW_NS // MINUTE_NS
        spans = [
            a_span(
                f"s{n}", name=f"step{n % 2}", model="gpt", start_ns=NOW_NS, end_ns=NOW_NS + (n + 1) * 1_000_000,
                status="error" if n == 3 else "ok", cached=n == 4, input_tokens=n, output_tokens=2 * n,
                cost_micros=None if n == 5 else n, currency="USD",
            )
            for n in range(6)
        ]  # fmt: skip
        store.spans.write(spans[:2])
        store.spans.write(spans[2:])
        store.spans.write([a_span("later", end_ns=NOW_NS + 2 * MINUTE_NS)])
        rows = store.spans.rollups(since_minute=minute, until_minute=minute + 1)
        assert [(row.name, row.count, row.errors, row.cached, row.cost_micros, row.unpriced) for row in rows] == [
            ("step0", 3, 0, 1, 6, 0),
            ("step1", 3, 1, 0, 4, 1),
        ]
        assert (rows[1].input_tokens, rows[1].output_tokens, rows[1].duration_ns) == (9, 18, 12_000_000)
        for row, named in zip(rows, (spans[0::2], spans[1::2]), strict=True):
            counts = buckets.unpack(row.buckets)
            assert counts == buckets.merged({buckets.bucket_of(span.end_ns - span.start_ns): 1} for span in named)
        assert store.spans.rollups(since_minute=minute, until_minute=minute + 9, name="step1") == [rows[1]]
        assert store.spans.rollups(since_minute=minute, until_minute=minute + 9, name="unknown") == []
        assert len(store.spans.rollups(since_minute=minute, until_minute=minute + 9)) == 3

    def test_costs_in_two_currencies_are_not_added_up(self, store: Store) -> None:
        store.spans.write([a_span("a", cost_micros=5, currency="USD"), a_span("b", cost_micros=7, currency="CNY")])
        rows = store.spans.rollups(since_minute=0, until_minute=1 << 40)
        assert {(row.currency, row.cost_micros) for row in rows} == {("USD", 5), ("CNY", 7)}

    def test_a_batch_without_spans_is_nothing(self, store: Store) -> None:
        store.spans.write([])
        assert store.spans.list() == []

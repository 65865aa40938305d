"""What the requests and the monitor's rows of every store do. Nothing here knows SQL."""

from typing import Any

import msgspec
import pytest

from loomwork.store.buckets import bucket_of
from loomwork.store.protocols import Store
from loomwork.store.requests import AlertRow, Only, Place, ProcessSample, RequestFilter, RequestScore
from loomwork.store.rows import RequestRow
from tests.store.rowmaking import MINUTE_NS, NOW_NS, a_span, ailments, d

MINUTE = NOW_NS // MINUTE_NS
START_NS = (NOW_NS // (240 * MINUTE_NS) + 1) * 240 * MINUTE_NS
"""Where a stretch of every width begins."""
START = START_NS // MINUTE_NS


def a_request(name: str = "q1", /, **changes: Any) -> RequestRow:
    """An answered, streamed request of 100 tokens in one second."""
    fields: dict[str, Any] = {
        "trace": d(f"trace {name}")[:32],
        "at_ns": START_NS,
        "release": "rel1",
        "served": "answer",
        "model": "fast",
        "key": "k1",
        "user": "",
        "session": "",
        "dialect": "chat",
        "status": 200,
        "error": "",
        "cached": "",
        "degraded": "",
        "streamed": True,
        "input_tokens": 50,
        "output_tokens": 101,
        "cost_micros": 30,
        "currency": "USD",
        "saved_micros": 0,
        "total_ns": 1_200_000_000,
        "first_ns": 200_000_000,
        "chunks": 101,
        "flags": 0,
    }
    return RequestRow(**(fields | changes))


class RequestsContract:
    """Rows, rollups, questions, care."""

    def test_a_request_comes_back_as_it_was(self, store: Store) -> None:
        row = a_request(user="bob", session="s1", cached="exact", degraded="stale", cost_micros=None, flags=5)
        store.requests.put([row])
        assert store.requests.get(row.trace) == row
        assert list(store.requests.list(RequestFilter())) == [row]
        assert store.requests.get("0" * 32) is None

    def test_what_was_handed_over_is_there_after_a_flush(self, store: Store) -> None:
        rows = [a_request(f"q{number}", at_ns=START_NS + number) for number in range(50)]
        for row in rows:
            store.requests.write([row])
        assert store.requests.flush() == 0
        assert list(store.requests.list(RequestFilter())) == rows[::-1]

    @pytest.mark.parametrize(
        ("asked", "found"),
        [
            ({"status": "failed"}, "de"),
            ({"status": "4xx"}, "d"),
            ({"status": "500"}, "e"),
            ({"error": "ModelDown"}, "e"),
            ({"cached": "yes"}, "b"),
            ({"cached": "no", "status": "2xx"}, "ac"),
            ({"cached": "exact"}, "b"),
            ({"cached": "warm"}, ""),
            ({"user": "bob"}, "c"),
            ({"session": "s1"}, "c"),
            ({"key": "k2"}, "b"),
            ({"key": "never"}, ""),
            ({"min_ms": 1500}, "c"),
            ({"min_cost_micros": 31}, "a"),
            ({"flag": "refused"}, "a"),
            ({"flag": "degraded"}, "b"),
            ({"rated": "yes"}, ""),
            ({"since_ns": START_NS + 1, "until_ns": START_NS + 3}, "bc"),
        ],
    )
    def test_requests_are_found_by_what_they_were(self, store: Store, asked: dict[str, Any], found: str) -> None:
        store.requests.put(
            [
                a_request("a", cost_micros=40, flags=1),
                a_request("b", at_ns=START_NS + 1, cached="exact", key="k2", degraded="stale"),
                a_request("c", at_ns=START_NS + 2, user="bob", session="s1", total_ns=2_000_000_000),
                a_request("d", at_ns=START_NS + 3, status=404, model=""),
                a_request("e", at_ns=START_NS + 4, status=500, error="ModelDown"),
            ]
        )
        traces = {a_request(name).trace: name for name in "abcde"}
        rows = store.requests.list(RequestFilter(**asked))
        assert "".join(sorted(traces[row.trace] for row in rows)) == found

    def test_a_list_goes_on_where_it_ended_also_among_requests_of_one_moment(self, store: Store) -> None:
        store.requests.put([a_request(f"q{number}") for number in range(7)])
        seen: list[str] = []
        before = None
        while rows := store.requests.list(RequestFilter(), limit=3, before=before):
            seen += [row.trace for row in rows]
            before = Place(rows[-1].at_ns, rows[-1].trace)
        assert seen == [a_request(f"q{number}").trace for number in reversed(range(7))]

    def test_every_request_is_in_one_rollup_of_each_width(self, store: Store) -> None:
        for number in range(40):  # one at a time: rollups that are there grow
            store.requests.put([a_request(f"q{number}", at_ns=START_NS + number * MINUTE_NS, key=f"k{number % 2}")])
        for width, rows in ((1, 40), (15, 6), (240, 2)):
            found = store.requests.rollups(since_minute=START, until_minute=START + 240, width=width)
            assert (len(found), sum(row.counts.count for row in found)) == (rows, 40)
            assert sum(row.counts.output_tokens for row in found) == 40 * 101
            assert {key for row in found for key in row.totals} == {bucket_of(1_200_000_000)}
            assert sum(sum(row.tokens.values()) for row in found) == 40
            assert {key for row in found for key in row.tokens} == {bucket_of(10_000_000)}

    def test_rollups_count_what_happened(self, store: Store) -> None:
        store.requests.put(
            [
                a_request("a", flags=7, cost_micros=None),
                a_request("b", cached="memo", saved_micros=30, cost_micros=0, degraded="stale"),
                a_request("c", status=429, error="Limited", first_ns=0),
                a_request("d", status=503, error="ModelDown"),
                a_request("e", status=499),
                a_request("f", status=403, error="NotAllowed"),
            ]
        )
        (row,) = store.requests.rollups(since_minute=START, until_minute=START + 1)
        counts = row.counts
        assert (counts.count, counts.rejected, counts.limited, counts.failed, counts.left_early) == (6, 1, 1, 1, 1)
        assert (counts.cached, counts.saved_micros, counts.unpriced, counts.degraded) == (1, 30, 1, 1)
        assert (counts.refused, counts.guarded, counts.unanswered) == (1, 1, 1)
        assert row.errors == {"Limited": 1, "ModelDown": 1, "NotAllowed": 1}
        assert row.hits == {"memo": 1}
        assert sum(row.totals.values()) == 2  # of answered requests only
        assert sum(row.tokens.values()) == 1  # what comes from a cache says nothing of a model's speed

    def test_figures_are_summed_by_time_and_by_one_dimension(self, store: Store) -> None:
        store.requests.put(
            [a_request(f"q{n}", at_ns=START_NS + n * MINUTE_NS, key=f"k{n % 3}", status=500) for n in range(30)]
        )
        by_key = store.requests.sums(since_minute=START, until_minute=START + 30, every=15, by="key")
        assert {(each.minute - START, each.value, each.counts.count) for each in by_key} == {
            (minute, f"k{number}", 5) for minute in (0, 15) for number in range(3)
        }
        wide = store.requests.sums(since_minute=START, until_minute=START + 30, every=15, width=15)
        assert [(each.minute - START, each.value, each.counts.failed) for each in wide] == [(0, "", 15), (15, "", 15)]
        only = store.requests.sums(since_minute=START, until_minute=START + 30, every=30, only=Only(key="k1"))
        assert [each.counts.count for each in only] == [10]
        assert store.requests.sums(since_minute=START, until_minute=START + 9, every=9, only=Only(key="no")) == []

    def test_names_that_came_together_are_told(self, store: Store) -> None:
        store.requests.put([a_request("a"), a_request("b", key="k2"), a_request("c", at_ns=START_NS + 999 * MINUTE_NS)])
        for width in (1, 15, 240):
            found = store.requests.named(since_minute=START, until_minute=START + 1, width=width)
            assert sorted(each.key for each in found) == ["k1", "k2"]
            assert {(each.release, each.served, each.model) for each in found} == {("rel1", "answer", "fast")}

    def test_histograms_and_kinds_come_by_rollup(self, store: Store) -> None:
        store.requests.put([a_request("a", error="Slow"), a_request("b", model="smart"), a_request("c", status=500)])
        spread = store.requests.spreads("totals", since_minute=START, until_minute=START + 1, by="model")
        decoded = {each.value: msgspec.msgpack.decode(each.data, type=dict[int, int]) for each in spread}
        assert {name: sum(counts.values()) for name, counts in decoded.items()} == {"fast": 1, "smart": 1}
        kinds = store.requests.spreads("errors", since_minute=START, until_minute=START + 1)
        assert [msgspec.msgpack.decode(each.data) for each in kinds] == [{"Slow": 1}]

    def test_who_was_affected_is_exact(self, store: Store) -> None:
        store.requests.put(
            [a_request(f"q{n}", at_ns=START_NS + n, release=f"rel{n % 2}", user=f"u{n % 3}") for n in range(12)]
        )
        found = store.requests.affected(release="rel1")
        assert found.traces == [a_request(f"q{n}").trace for n in range(1, 12, 2)]
        assert found.users == ["u0", "u1", "u2"]
        found = store.requests.affected(release="rel1", since_ns=START_NS + 3, until_ns=START_NS + 4)
        assert (found.traces, found.users) == ([a_request("q3").trace], ["u0"])
        assert store.requests.affected(release="never") == ([], [])

    def test_who_came_back_is_counted(self, store: Store) -> None:
        store.requests.put(
            [
                a_request("a", user="ann", session="s1", at_ns=START_NS),
                a_request("b", user="ann", session="s2", at_ns=START_NS + 15 * MINUTE_NS),
                a_request("c", user="bob", session="s2", at_ns=START_NS + 29 * MINUTE_NS),
                a_request("d", at_ns=START_NS + 20 * MINUTE_NS),
                a_request("e", user="ann", session="s3", at_ns=START_NS + 900 * MINUTE_NS),
            ]
        )

        def there(since: int, until: int) -> tuple[int, int, int]:
            return store.requests.people(since_ns=START_NS + since * MINUTE_NS, until_ns=START_NS + until * MINUTE_NS)

        assert there(15, 30) == (1, 2, 1)
        assert there(30, 45) == (0, 0, 0)
        assert there(0, 30) == (2, 2, 0)
        assert there(480, 960) == (1, 1, 1)  # of wide stretches
        assert there(-15, 905) == (3, 2, 0)  # of wide and narrow ones

    def test_names_that_were_never_answered_for_are_not_kept(self, store: Store) -> None:
        store.requests.put([a_request(f"q{n}", served=f"made up {n}", status=404, model="") for n in range(20)])
        assert {row.served for row in store.requests.list(RequestFilter())} == {"?"}
        rows = store.requests.rollups(since_minute=START, until_minute=START + 1)
        assert [(row.served, row.counts.count) for row in rows] == [("?", 20)]

    def test_questions_are_the_beginnings_of_traces(self, store: Store) -> None:
        store.requests.put([a_request("a", flags=4), a_request("b")])
        store.spans.write([a_span(trace=a_request("a").trace, preview_in="How do I return it?")])
        found = store.requests.questions(RequestFilter(flag="unanswered"))
        assert [(each.text, each.flags) for each in found] == [("How do I return it?", 4)]
        assert [each.text for each in store.requests.questions(RequestFilter())] == ["How do I return it?"]

    def test_an_alert_fires_once_until_it_is_over(self, store: Store) -> None:
        assert store.watched.fire(AlertRow(name="errors", since_ns=NOW_NS, said="{}"))
        assert not store.watched.fire(AlertRow(name="errors", since_ns=NOW_NS + 1))
        assert store.watched.resolve("errors", NOW_NS + 5)
        assert not store.watched.resolve("errors", NOW_NS + 6)
        assert store.watched.fire(AlertRow(name="errors", since_ns=NOW_NS + 9))
        shown = [(row.since_ns - NOW_NS, row.until_ns) for row in store.watched.alerts()]
        assert shown == [(9, None), (0, NOW_NS + 5)]
        assert len(store.watched.alerts(since_ns=NOW_NS + 6)) == 1

    def test_scores_samples_and_marks_come_back(self, store: Store) -> None:
        score = RequestScore(trace=d("t")[:32], scorer="grounded", at_ns=NOW_NS, value=0.5, reason="half")
        store.watched.score([score])
        store.watched.score([score])
        assert list(store.watched.scores(since_ns=NOW_NS, until_ns=NOW_NS + 1)) == [score]
        sample = ProcessSample(at_ns=NOW_NS, pid=1, cpu=0.5, rss=2, fds=3, lag_ns=4)
        store.watched.sample(sample)
        assert list(store.watched.samples(since_ns=NOW_NS, until_ns=NOW_NS + 1)) == [sample]
        assert store.watched.mark("thin") == 0
        store.watched.set_mark("thin", 5)
        store.watched.set_mark("thin", 6)
        assert store.watched.mark("thin") == 6

    def test_thinning_takes_the_spans_and_leaves_the_request(self, store: Store) -> None:
        store.requests.put([a_request("a"), a_request("b")])
        for name in "ab":
            store.spans.write([a_span(name, trace=a_request(name).trace)])
        assert store.watched.thin([a_request("a").trace]) == 1
        assert [row.trace for row in store.spans.list()] == [a_request("b").trace]
        assert len(store.requests.list(RequestFilter())) == 2
        assert ailments(store) == []

    def test_pruning_takes_old_requests_and_leaves_what_they_came_to(self, store: Store) -> None:
        later = START_NS + 30 * MINUTE_NS
        store.requests.put([a_request("old"), a_request("new", at_ns=later)])
        assert store.care.prune(runs=["r1"]).requests == 0
        assert store.care.prune(older_than_ns=later).requests == 1
        assert [row.at_ns for row in store.requests.list(RequestFilter())] == [later]
        counted = {
            width: sum(
                row.counts.count
                for row in store.requests.rollups(since_minute=START, until_minute=START + 240, width=width)
            )
            for width in (1, 15, 240)
        }
        assert counted == {1: 1, 15: 2, 240: 2}

    def test_erasing_a_person_takes_their_requests_and_the_traces_of_these(self, store: Store) -> None:
        mine, other = a_request("a", user="bobby"), a_request("b", user="alice")
        store.requests.put([mine, other, a_request("c", user="x", session="chat of bobby")])
        store.watched.score([RequestScore(trace=mine.trace, scorer="grounded", at_ns=NOW_NS, value=1)])
        for row in (mine, other):
            store.spans.write([a_span(row.trace, trace=row.trace)])
        erased = store.care.erase("bobby")
        assert (erased.requests, erased.spans, erased.scores) == (2, 1, 1)
        assert list(store.requests.list(RequestFilter())) == [other]
        assert [row.trace for row in store.spans.list()] == [other.trace]
        assert ailments(store) == []

    def test_sizes_and_exports_know_the_requests(self, store: Store, tmp_path: Any) -> None:
        store.requests.put([a_request(user="secret one")])
        assert {table.name: table.rows for table in store.care.size().tables}["requests"] == 1
        store.care.export(tmp_path / "out.jsonl", redact=lambda text: text.replace("secret", "***"))
        (line,) = (tmp_path / "out.jsonl").read_text().splitlines()
        assert msgspec.json.decode(line)["user"] == "*** one"
        assert msgspec.json.decode(line)["type"] == "request"

"""What a store tells those who follow a run: rows by their places, in order of writing, figures without text."""

from loomwork.store.protocols import Store
from tests.store.rowmaking import NOW_NS, a_call, a_run, a_span, an_item, bodies_of, d


class PlaceContract:
    """Everything above the store that follows a run relies on these."""

    def test_spans_written_after_a_place_come_in_order_of_writing(self, store: Store) -> None:
        store.spans.write([a_span("late", run="r1", item=1, start_ns=NOW_NS + 5), a_span("other", run="r2")])
        seen = store.spans.newest()
        store.spans.write([a_span("early", run="r1", item=2, start_ns=NOW_NS), a_span("others", run="r2")])
        store.spans.write([a_span("last", run="r1", item=3)])
        assert [span.item for span in store.spans.placed_after("r1", 0)] == [1, 2, 3]
        assert [span.item for span in store.spans.placed_after("r1", seen)] == [2, 3]
        assert [span.item for span in store.spans.placed_after("r1", seen, limit=1)] == [2]
        assert store.spans.placed_after("r1", store.spans.newest()) == []
        assert store.spans.placed_after("nobody", 0) == []

    def test_spans_up_to_a_place_come_once_each_by_start(self, store: Store) -> None:
        store.spans.write([a_span(f"s{n}", run="r1", item=n, start_ns=NOW_NS - n % 7) for n in range(4500)])
        until = store.spans.newest()
        store.spans.write([a_span("after", run="r1", item=9999, start_ns=NOW_NS - 3)])
        found = list(store.spans.placed("r1", until=until))
        assert sorted(span.item for span in found) == list(range(4500))
        assert [span.start_ns for span in found] == sorted(span.start_ns for span in found)
        assert list(store.spans.placed("nobody", until=until)) == []

    def test_a_placed_span_says_what_its_call_was(self, store: Store) -> None:
        attributes: dict[str, object] = {"loomwork.attempt": 2, "loomwork.requests": 3, "loomwork.call": "c9", "own": 1}
        written = a_span(
            run="r1", item=4, trial=1, status="error", error="no", input_tokens=5, output_tokens=6, cost_micros=7,
            currency="USD", preview_in="in", preview_out="out", attributes=attributes,
        )  # fmt: skip
        store.spans.write([written, a_span("plain", run="r1", cached=True)])
        found, plain = store.spans.placed_after("r1", 0)
        assert (found.failed, found.attempt, found.requests, found.item, found.trial) == (True, 2, 3, 4, 1)
        assert (found.input_tokens, found.output_tokens, found.cost_micros, found.currency) == (5, 6, 7, "USD")
        assert (plain.cached, plain.failed, plain.attempt, plain.requests) == (True, False, 0, 0)
        shown = store.spans.at([found.n, 10_000])
        assert list(shown) == [found.n]
        one = shown[found.n]
        assert (one.preview_in, one.preview_out, one.error, one.call) == ("in", "out", "no", "c9")
        assert (one.trace, one.span, one.name) == (written.trace, written.span, written.name)

    def test_an_attribute_of_somebody_else_under_our_name_hides_no_span(self, store: Store) -> None:
        store.spans.write([a_span(run="r1", item=0, attributes={"loomwork.attempt": "twice"})])
        assert [span.attempt for span in store.spans.placed_after("r1", 0)] == [0]

    def test_items_are_followed_by_their_places_and_a_replaced_one_comes_again(self, store: Store) -> None:
        store.runs.put_item(an_item(1, started_ns=5, ended_ns=9))
        store.runs.put_item(an_item(0, run="r2"))
        seen = store.runs.newest()
        store.runs.put_item(an_item(0, status="failed"))
        store.runs.put_item(an_item(1, output=d("again")))
        assert [(item.index, item.failed) for item in store.runs.placed("r1", until=store.runs.newest())] == [
            (0, True),
            (1, False),
        ]
        later = store.runs.placed_after("r1", seen)
        assert [item.index for item in later] == [0, 1]
        assert store.runs.placed_after("r1", store.runs.newest()) == []
        assert store.runs.at([item.n for item in later])[later[1].n].output == d("again")

    def test_items_up_to_a_place_come_once_each(self, store: Store) -> None:
        for number in range(1200):
            store.runs.put_item(an_item(number))
        until = store.runs.newest()
        store.runs.put_item(an_item(5000))
        assert [item.index for item in store.runs.placed("r1", until=until)] == list(range(1200))
        assert list(store.runs.placed("nobody", until=until)) == []

    def test_one_item_and_the_first_failures_are_found(self, store: Store) -> None:
        for number in range(6):
            store.runs.put_item(an_item(number, status="failed" if number % 2 else "ok", error=f"e{number}"))
        assert [item.error for item in store.runs.failures("r1", limit=2)] == ["e1", "e3"]
        one = store.runs.item("r1", 3, 0)
        assert one is not None
        assert one.error == "e3"
        assert store.runs.item("r1", 3, 1) is None
        assert store.runs.item("nobody", 3, 0) is None
        assert store.runs.failures("nobody") == []

    def test_runs_are_listed_from_one_on(self, store: Store) -> None:
        for number in range(4):
            store.runs.start(a_run(f"r{number}", started_ns=NOW_NS + number // 2, target=f"app:{number % 2}"))
        assert [run.id for run in store.runs.list(before="r2")] == ["r1", "r0"]
        assert [run.id for run in store.runs.list(before="r3", target="app:0")] == ["r2", "r0"]
        assert [run.id for run in store.runs.list(before="r3", limit=1)] == ["r2"]
        assert store.runs.list(before="nobody") == []

    def test_many_calls_are_read_at_once_indexed_or_not(self, store: Store) -> None:
        for number in range(700):
            store.calls.commit(a_call(f"c{number}", key=d(f"key {number}")), bodies_of(f"c{number}"), since_ns=0)
        store.spans.write([])  # brings a part of the index up to date
        names = [a_call(f"c{number}").id for number in range(700)]
        found = store.calls.many([*names, "nobody"])
        assert list(found) == [each for each in found if each in names]
        assert {each.id for each in found.values()} == set(names)
        assert store.calls.many([]) == {}

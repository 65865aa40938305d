"""What somebody will look for stays; of the rest a share, the same in every process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.monitor.sampling import Keeping, is_drawn, keeps
from loomwork.monitor.thinning import thin
from loomwork.store import open_store
from loomwork.store.people import FeedbackRow
from loomwork.store.protocols import Store
from tests.store.contract_of_requests import START_NS, a_request
from tests.store.rowmaking import a_span

NONE = Keeping(share=0.0)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(f"sqlite:///{tmp_path}/store.db")
    yield store
    store.close()


@pytest.mark.parametrize(
    "changes",
    [
        {"status": 500},
        {"status": 429},
        {"error": "Cut"},
        {"degraded": "stale"},
        {"flags": 2},
        {"flags": 4},
        {"total_ns": 10_000_000_000},
        {"cost_micros": 100_000},
    ],
)
def test_what_is_notable_stays(changes: dict[str, object]) -> None:
    assert keeps(a_request(**changes), NONE, rated=False)


def test_what_is_ordinary_goes_unless_it_was_rated_or_drawn() -> None:
    assert not keeps(a_request(), NONE, rated=False)
    assert keeps(a_request(), NONE, rated=True)
    assert keeps(a_request(), Keeping(share=1.0), rated=False)


def test_whoever_is_drawn_for_a_small_share_is_drawn_for_a_greater_one() -> None:
    traces = [f"{number:032x}" for number in range(2_000)]
    assert {each for each in traces if is_drawn(each, 0.1)} < {each for each in traces if is_drawn(each, 0.3)}


def test_thinning_keeps_errors_and_rated_traces_and_begins_where_it_ended(store: Store) -> None:
    rows = [
        a_request("plain"),
        a_request("broken", status=500),
        a_request("rated"),
        a_request("late", at_ns=START_NS + 10**15),
    ]
    store.requests.put(rows)
    for row in rows:
        store.spans.write([a_span(row.trace, trace=row.trace)])
    store.feedback.write(FeedbackRow(trace=rows[2].trace, at_ns=START_NS, rating=-1))
    assert thin(store, NONE, until_ns=START_NS + 10**12) == 1
    kept = {span.trace for span in store.spans.list()}
    assert kept == {row.trace for row in rows[1:]}
    store.spans.write([a_span("again", trace=rows[0].trace)])
    assert thin(store, NONE, until_ns=START_NS + 10**12) == 0  # that time has been looked at

"""Feedback, events and links are kept, replaced, taken once, pruned, exported and erased as what they are."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.kernel.clock import ManualClock
from loomwork.store.keys import BudgetRow
from loomwork.store.people import EventRow, FeedbackRow, LinkRow
from loomwork.store.sqlite.care.salvage import salvage
from loomwork.store.sqlite.store import SqliteStore
from tests.store.rowmaking import NOW_NS, a_span, ailments

CANARY = "canary-9d2e-韩梅梅@example.com"
TRACE = "ab" * 16
DAY_NS = 86_400_000_000_000


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "store.db", clock=ManualClock(start_ns=NOW_NS))
    yield made
    made.close()


def said(trace: str = TRACE, **changes: object) -> FeedbackRow:
    fields: dict[str, object] = {"at_ns": NOW_NS, "user": "ada", "key": "k1", "rating": -1, "source": "try"}
    return FeedbackRow(trace=trace, **(fields | changes))  # pyright: ignore[reportArgumentType]  a test's own fields


def a_link(name: str = "l1", **changes: object) -> LinkRow:
    fields: dict[str, object] = {
        "served": "answer", "label": "Ada of sales", "owner": "ada", "groups": ("staff",), "scopes": ("feedback",),
        "made_ns": NOW_NS, "expires_ns": NOW_NS + DAY_NS,
    }  # fmt: skip
    return LinkRow(id=name, **(fields | changes))  # pyright: ignore[reportArgumentType]  a test's own fields


def test_the_last_word_of_a_person_on_a_trace_counts(store: SqliteStore) -> None:
    assert store.feedback.write(said()) is None
    assert store.feedback.write(said(user="bo", rating=1)) is None
    old = store.feedback.write(said(rating=1, comment="better", at_ns=NOW_NS + 5))
    assert old == said()
    assert [(each.user, each.rating, each.comment) for each in store.feedback.of([TRACE, "cd" * 16])[TRACE]] == [
        ("bo", 1, ""), ("ada", 1, "better"),
    ]  # fmt: skip
    assert "cd" * 16 not in store.feedback.of(["cd" * 16])


def test_feedback_is_listed_newest_first_by_time_and_rating(store: SqliteStore) -> None:
    for place in range(3):
        store.feedback.write(said(f"{place:032x}", at_ns=NOW_NS + place, rating=1 if place == 1 else -1))
    assert [each.at_ns - NOW_NS for each in store.feedback.list()] == [2, 1, 0]
    assert [each.at_ns - NOW_NS for each in store.feedback.list(rating=-1, limit=1)] == [2]
    assert [each.at_ns - NOW_NS for each in store.feedback.list(since_ns=NOW_NS, until_ns=NOW_NS + 1)] == [0]


def test_events_are_found_by_name_and_session_and_summed_by_currency(store: SqliteStore) -> None:
    store.events.write(
        [
            EventRow(at_ns=NOW_NS, name="sale", session="s1", user="ada", value_micros=3_000_000, currency="USD"),
            EventRow(at_ns=NOW_NS + 1, name="sale", session="s2", user="ada", value_micros=4_000_000, currency="USD"),
            EventRow(at_ns=NOW_NS + 2, name="sale", session="s1", value_micros=1, currency="CNY"),
            EventRow(at_ns=NOW_NS + 3, name="visit", session="s1", said='{"page": "/"}'),
        ]
    )
    assert [each.at_ns - NOW_NS for each in store.events.list(session="s1")] == [3, 2, 0]
    assert [each.said for each in store.events.list(name="visit")] == ['{"page": "/"}']
    told = [(e.name, e.currency, e.count, e.sessions, e.users, e.value_micros) for e in store.events.counts()]
    assert told == [("sale", "CNY", 1, 1, 0, 1), ("sale", "USD", 2, 2, 1, 7_000_000), ("visit", "", 1, 1, 0, 0)]
    assert store.events.counts(until_ns=NOW_NS) == []


def test_a_link_is_taken_once_and_only_for_what_it_leads_to(store: SqliteStore) -> None:
    store.links.make(a_link(), b"t" * 32)
    assert store.links.exchange(b"t" * 32, b"s" * 32, served="other", now_ns=NOW_NS) is None
    taken = store.links.exchange(b"t" * 32, b"s" * 32, served="answer", now_ns=NOW_NS + 1)
    assert taken == a_link(used_ns=NOW_NS + 1)
    assert store.links.exchange(b"t" * 32, b"z" * 32, served="answer", now_ns=NOW_NS + 2) is None
    assert store.links.of_session(b"s" * 32) == taken
    assert (store.links.of_session(b"z" * 32), store.links.of_session(b"")) == (None, None)


def test_a_link_is_not_taken_after_its_time(store: SqliteStore) -> None:
    store.links.make(a_link(), b"t" * 32)
    assert store.links.exchange(b"t" * 32, b"s" * 32, served="answer", now_ns=NOW_NS + DAY_NS) is None
    found = store.links.of_token(b"t" * 32)
    assert found is not None
    assert (found.is_open(NOW_NS + DAY_NS - 1), found.is_open(NOW_NS + DAY_NS)) == (True, False)


def test_revoking_ends_the_link_and_its_session(store: SqliteStore) -> None:
    store.links.make(a_link(), b"t" * 32)
    store.links.make(a_link("l2"), b"u" * 32)
    store.links.exchange(b"t" * 32, b"s" * 32, served="answer", now_ns=NOW_NS)
    ended = store.links.revoke("l1", NOW_NS + 7)
    assert ended is not None
    assert ended.revoked_ns == NOW_NS + 7
    assert store.links.of_session(b"s" * 32) is None
    store.links.revoke("l2", NOW_NS)
    assert store.links.exchange(b"u" * 32, b"s" * 32, served="answer", now_ns=NOW_NS) is None
    assert store.links.revoke("nothing", NOW_NS) is None
    assert [each.id for each in store.links.list()] == ["l2", "l1"]


def test_pruning_takes_what_is_old_of_each(store: SqliteStore) -> None:
    for at in (NOW_NS - 10, NOW_NS + 10):
        store.feedback.write(said(f"{at:032x}", at_ns=at))
        store.events.write([EventRow(at_ns=at, name="visit")])
        store.links.make(a_link(f"l{at}", expires_ns=at), str(at).encode())
        store.budgets.set(BudgetRow(holder=f"link:l{at}", unit="USD", period="day", most=1))
    pruned = store.care.prune(older_than_ns=NOW_NS)
    assert (pruned.feedback, pruned.events, pruned.links) == (1, 1, 1)
    assert [each.holder for each in store.budgets.list()] == [f"link:{each.id}" for each in store.links.list()]
    counts = {table.name: table.rows for table in store.care.size().tables}
    assert (counts["feedback"], counts["events"], counts["try_links"]) == (1, 1, 1)


def test_pruning_a_run_leaves_what_people_said(store: SqliteStore) -> None:
    store.feedback.write(said(at_ns=1))
    assert store.care.prune(runs=["r1"], older_than_ns=NOW_NS).feedback == 0


def test_an_export_holds_them_redacted_and_no_hash_of_a_link(store: SqliteStore, tmp_path: Path) -> None:
    store.feedback.write(said(comment=f"ask {CANARY}"))
    store.events.write([EventRow(at_ns=NOW_NS, name="visit", said=json.dumps({"who": CANARY}))])
    store.links.make(a_link(label=f"for {CANARY}"), b"token-hash")
    path = tmp_path / "out.jsonl"
    store.care.export(path, redact=lambda text: text.replace(CANARY, "[x]"))
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [row["type"] for row in rows] == ["feedback", "event", "link"]
    assert (rows[0]["comment"], rows[1]["said"], rows[2]["label"]) == ("ask [x]", {"who": "[x]"}, "for [x]")
    assert "token-hash" not in path.read_text("utf-8")
    assert {"token", "session"}.isdisjoint(rows[2])


def test_erasing_a_subject_takes_their_words_their_traces_and_their_links(store: SqliteStore, tmp_path: Path) -> None:
    store.spans.write([a_span("hers", subject=CANARY, trace=TRACE)])
    store.feedback.write(said())
    store.feedback.write(said("cd" * 16, comment=f"I am {CANARY}"))
    store.feedback.write(said("ef" * 16))
    store.events.write([EventRow(at_ns=NOW_NS, name="visit", user=CANARY), EventRow(at_ns=NOW_NS, name="kept")])
    store.links.make(a_link(owner=CANARY), b"t")
    store.links.make(a_link("l2"), b"u")
    erased = store.care.erase(CANARY)
    assert (erased.feedback, erased.events, erased.links) == (2, 1, 1)
    assert [each.trace for each in store.feedback.list()] == ["ef" * 16]
    assert [each.name for each in store.events.list()] == ["kept"]
    assert [each.id for each in store.links.list()] == ["l2"]
    files = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert b"canary-9d2e" not in files
    assert ailments(store) == []


def test_they_survive_a_salvage(store: SqliteStore, tmp_path: Path) -> None:
    store.feedback.write(said(comment="kept"))
    store.events.write([EventRow(at_ns=NOW_NS, name="visit")])
    store.links.make(a_link(), b"t")
    store.close()
    salvage(tmp_path / "store.db")
    again = SqliteStore(tmp_path / "store.db", clock=ManualClock(start_ns=NOW_NS))
    assert [each.comment for each in again.feedback.list()] == ["kept"]
    assert [each.name for each in again.events.list()] == ["visit"]
    assert again.links.exchange(b"t", b"s", served="answer", now_ns=NOW_NS) is not None
    again.close()

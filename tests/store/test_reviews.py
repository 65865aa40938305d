"""What people answered is kept, replaced, taken back, pruned, exported and erased as what it is: personal data."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from loomwork.kernel.clock import ManualClock
from loomwork.kernel.errors import AmbiguousReview
from loomwork.store.rows import AnswerRow, ReviewItemRow, ReviewRow
from loomwork.store.sqlite.care.salvage import salvage
from loomwork.store.sqlite.store import SqliteStore
from tests.store.rowmaking import NOW_NS, a_run, a_span, ailments, an_item

CANARY = "canary-9d2e-韩梅梅@example.com"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteStore]:
    made = SqliteStore(tmp_path / "store.db", clock=ManualClock(start_ns=NOW_NS))
    yield made
    made.close()


def a_review(store: SqliteStore, name: str = "q1", *, other: str = "r2", made_ns: int = NOW_NS) -> None:
    row = ReviewRow(id=name, run="r1", other=other, made_ns=made_ns, said=b'{"kind":"pairs"}')
    pair = {"other_index": 0, "other_trial": 0} if other else {}
    store.reviews.make(row, [ReviewItemRow(place=place, index=place, trial=0, **pair) for place in range(3)])


def an_answer(
    place: int = 0, reviewer: str = "ada", *, verdict: str = "left", at: int = 0, comment: str = ""
) -> AnswerRow:
    return AnswerRow(
        review="q1",
        place=place,
        reviewer=reviewer,
        made_ns=NOW_NS + at,
        verdict=verdict,
        left_side="b",
        comment=comment,
    )


def test_a_queue_comes_back_as_it_was_made(store: SqliteStore) -> None:
    a_review(store)
    found = store.reviews.get("q")
    assert found == ReviewRow(
        id="q1", run="r1", other="r2", made_ns=NOW_NS, touched_ns=NOW_NS, said=b'{"kind":"pairs"}'
    )
    assert [item.place for item in store.reviews.items("q1")] == [0, 1, 2]
    assert store.reviews.get("last") == found
    assert store.reviews.get("nothing") is None


def test_a_beginning_that_several_queues_have_is_refused(store: SqliteStore) -> None:
    a_review(store)
    a_review(store, "q2")
    with pytest.raises(AmbiguousReview):
        store.reviews.get("q")


def test_the_last_answer_of_a_reviewer_counts_and_tells_what_it_replaced(store: SqliteStore) -> None:
    a_review(store)
    assert store.reviews.answer(an_answer()) is None
    assert store.reviews.answer(an_answer(reviewer="bo", verdict="right")) is None
    old = store.reviews.answer(an_answer(verdict="tie", at=5))
    assert old is not None
    assert (old.verdict, old.revision) == ("left", 1)
    ada, bo = store.reviews.answers("q1")
    assert (ada.verdict, ada.revision, bo.verdict, bo.revision) == ("tie", 2, "right", 1)


def test_taking_back_goes_from_the_last_answer_to_the_first_and_leaves_others_alone(store: SqliteStore) -> None:
    a_review(store)
    for place in (0, 1):
        store.reviews.answer(an_answer(place, at=place))
    store.reviews.answer(an_answer(2, "bo", at=9))
    taken = [store.reviews.withdraw("q1", "ada") for _ in range(3)]
    assert [None if each is None else each.place for each in taken] == [1, 0, None]
    assert [each.reviewer for each in store.reviews.answers("q1")] == ["bo"]


def test_who_has_seen_the_result_is_known(store: SqliteStore) -> None:
    a_review(store)
    store.reviews.end("q1", "ada")
    store.reviews.end("q1", "ada")
    assert store.reviews.ended("q1") == {"ada"}


@pytest.mark.parametrize("run", ["r1", "r2"])
def test_pruning_either_run_takes_the_queue_and_all_its_answers(store: SqliteStore, run: str) -> None:
    a_review(store)
    a_review(store, "alone", other="")
    store.reviews.answer(an_answer())
    store.reviews.end("q1", "ada")
    pruned = store.care.prune(runs=[run])
    assert pruned.reviews == (2 if run == "r1" else 1)
    assert store.reviews.get("q1") is None
    counts = {table.name: table.rows for table in store.care.size().tables}
    left = 0 if run == "r1" else 1
    assert (counts["reviews"], counts["review_items"]) == (left, 3 * left)
    assert (counts["review_answers"], counts["review_ends"]) == (0, 0)


def test_a_queue_that_is_answered_still_is_not_old(store: SqliteStore) -> None:
    a_review(store)
    a_review(store, "other")
    store.reviews.answer(an_answer(at=100))
    assert store.care.prune(older_than_ns=NOW_NS + 50).reviews == 1
    assert store.reviews.get("q1") is not None


def test_a_queue_of_a_run_that_is_to_be_kept_stays(store: SqliteStore) -> None:
    a_review(store)
    assert store.care.prune(older_than_ns=NOW_NS + 50, keep_runs=["r2"]).reviews == 0


def test_an_export_holds_answers_with_names_and_comments_redacted(store: SqliteStore, tmp_path: Path) -> None:
    a_review(store)
    store.reviews.answer(an_answer(comment=f"ask {CANARY}", reviewer="ada lovelace"))
    path = tmp_path / "out.jsonl"
    store.care.export(path, redact=lambda text: text.replace(CANARY, "[x]").replace("ada", "[who]"))
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert [row["type"] for row in rows] == ["review", "answer"]
    assert (rows[1]["comment"], rows[1]["reviewer"]) == ("ask [x]", "[who] lovelace")
    assert rows[0]["said"] == {"kind": "pairs"}


def test_erasing_a_subject_takes_their_items_out_of_every_queue(store: SqliteStore) -> None:
    store.runs.start(a_run())
    body = store.blobs.put(b"hers" * 100)
    store.spans.write([a_span("hers", subject=CANARY, input=body, trace="aa" * 16, run="r2", item=0)])
    store.runs.put_item(an_item(1, subject=CANARY, input=body))
    a_review(store)
    for place in range(3):
        store.reviews.answer(an_answer(place))
    erased = store.care.erase(CANARY)
    assert erased.answers == 3  # item 1 of r1 is theirs, and every pair shows item 0 of r2
    assert list(store.reviews.items("q1")) == []


def test_after_an_erase_no_comment_criterion_or_reviewer_holds_the_words(store: SqliteStore, tmp_path: Path) -> None:
    a_review(store)
    store.reviews.answer(an_answer(comment=f"this is about {CANARY}"))
    store.reviews.answer(an_answer(1, reviewer=CANARY))
    store.reviews.make(ReviewRow(id="named", run="r1", made_ns=NOW_NS, said=json.dumps({"title": CANARY}).encode()), [])
    erased = store.care.erase(CANARY)
    assert erased.answers == 1
    (left,) = store.reviews.answers("q1")
    assert left.reviewer.startswith("(erased")
    named = store.reviews.get("named")
    assert named is not None
    assert named.said == b"{}"
    files = b"".join(path.read_bytes() for path in tmp_path.glob("store.db*"))
    assert b"canary-9d2e" not in files
    assert ailments(store) == []


def test_answers_survive_a_salvage(store: SqliteStore, tmp_path: Path) -> None:
    a_review(store)
    a_review(store, "alone", other="")
    store.reviews.answer(an_answer(comment="kept"))
    store.reviews.end("q1", "ada")
    store.close()
    salvage(tmp_path / "store.db")
    again = SqliteStore(tmp_path / "store.db", clock=ManualClock(start_ns=NOW_NS))
    assert [each.comment for each in again.reviews.answers("q1")] == ["kept"]
    assert again.reviews.ended("q1") == {"ada"}
    alone = again.reviews.get("alone")
    assert alone is not None
    assert alone.other == ""
    again.close()

"""Which items a review asks about, and in what order and on which side each person sees them."""

from collections import Counter

import pytest

from loomwork.evals.review.asking import check, left_side, open_places, order, preferred
from loomwork.evals.review.making import Wanted, make_review
from loomwork.evals.review.queue import Criterion, Queue, parse_criteria, read_queue
from loomwork.kernel.errors import BadCriterion, BadSelection, NothingJudged, NothingToReview, UnfitAnswer
from loomwork.store.rows import AnswerRow
from tests.evals.review.conftest import Bench


def asked(bench: Bench, run: str, other: str = "", **options: object) -> list[int]:
    return [item.index for item in bench.store.reviews.items(bench.review(run, other, **options).id)]


def test_a_queue_of_one_run_asks_about_each_row_once_in_order(bench: Bench):
    bench.run("r1", ["a", "b", "c"], trials=2)
    made = bench.review("r1", criteria=parse_criteria("correct:yes/no"))
    assert [(item.place, item.index, item.trial) for item in bench.store.reviews.items(made.id)] == [
        (0, 0, 0),
        (1, 1, 0),
        (2, 2, 0),
    ]
    assert read_queue(made.said).criteria == (Criterion(name="correct", high=1),)


def test_pairs_that_say_the_same_are_not_asked_about_and_are_counted(bench: Bench):
    bench.run("r1", ["same", "x", None, None])
    bench.run("r2", ["same", "y", "z", None])
    made = bench.review("r1", "r2")
    assert [item.index for item in bench.store.reviews.items(made.id)] == [1, 2]
    assert read_queue(made.said).same == 2


def test_runs_that_nowhere_differ_make_no_queue(bench: Bench):
    bench.run("r1", ["same"])
    bench.run("r2", ["same"])
    with pytest.raises(NothingToReview):
        bench.review("r1", "r2")


def test_items_are_chosen_by_failure_by_low_score_at_random_or_by_difference(bench: Bench):
    bench.run("r1", ["a", None, "c", "d", None, "f"])
    bench.scored("r1", {0: 0.9, 2: 0.1, 3: 0.5})
    assert asked(bench, "r1", by="failed") == [1, 4]
    assert asked(bench, "r1", by="low:judge", sample=2) == [2, 3]
    assert len(asked(bench, "r1", by="diverse", sample=2)) == 2
    drawn = asked(bench, "r1", by="random", sample=3, seed=4)
    assert drawn == asked(bench, "r1", sample=3, seed=4)
    assert drawn != asked(bench, "r1", sample=3, seed=5)


def test_where_lower_is_better_the_highest_scores_are_the_low_ones(bench: Bench):
    bench.run("r1", ["a", "b", "c"])
    bench.scored("r1", {0: 1.0, 1: 30.0, 2: 2.0}, better="lower")
    assert asked(bench, "r1", by="low:judge", sample=2) == [1, 2]


def test_what_cannot_be_chosen_is_said(bench: Bench):
    bench.run("r1", ["a"])
    for by, problem in (("worst", BadSelection), ("low:nobody", NothingJudged), ("failed", NothingToReview)):
        with pytest.raises(problem):
            make_review(bench.store, Wanted("r1", by=by))


@pytest.mark.parametrize("text", [":yes/no", "tone:1-10", "tone:2-5", "a,b,a", "tone:"])
def test_criteria_that_cannot_be_read_are_refused(text: str):
    with pytest.raises(BadCriterion):
        parse_criteria(text)


def test_chinese_criteria_are_read():
    found = parse_criteria("正确：是/否，语气：1-3")
    assert [(each.name, each.low, each.high) for each in found] == [("正确", 0, 1), ("语气", 1, 3)]


def test_sides_are_drawn_for_each_reviewer_and_about_even():
    ada = [left_side(7, "ada", place) for place in range(2000)]
    bo = [left_side(7, "bo", place) for place in range(2000)]
    assert 900 < Counter(ada)["a"] < 1100
    assert 900 < sum(one == other for one, other in zip(ada, bo, strict=True)) < 1100
    assert ada == [left_side(7, "ada", place) for place in range(2000)]


def test_a_preference_does_not_depend_on_the_side():
    def said(verdict: str, left: str) -> str | None:
        return preferred(AnswerRow(review="v", place=0, reviewer="ada", made_ns=0, verdict=verdict, left_side=left))

    assert [said("left", "a"), said("right", "b"), said("left", "b"), said("right", "a")] == ["a", "a", "b", "b"]
    assert [said("tie", "a"), said("bad", "b"), said("skip", "a"), said("", "a")] == ["tie", "bad", None, None]


def test_an_item_that_enough_people_answered_is_not_asked_again(bench: Bench):
    bench.run("r1", ["a", "b", "c"])
    made = bench.review("r1", criteria=parse_criteria("good:yes/no"), per_item=1)
    bench.mark(made, "ada", "good", {1: 1})
    bench.answer(made, "bo", 2, verdict="skip")
    queue, answers = bench.answers(made)
    assert set(open_places(queue, [0, 1, 2], answers, "bo")) == {0}
    assert set(open_places(queue, [0, 1, 2], answers, "ada")) == {0, 2}


def test_those_who_share_a_queue_begin_in_different_places():
    queue = Queue(per_item=1, seed=3)
    orders = {tuple(order(queue, range(30), name)) for name in ("ada", "bo", "cy")}
    assert len(orders) == 3
    assert order(Queue(), range(5), "ada") == [0, 1, 2, 3, 4]


def test_an_item_with_a_mark_missing_is_still_open(bench: Bench):
    bench.run("r1", ["a"])
    made = bench.review("r1", criteria=parse_criteria("good:yes/no, tone:1-3"))
    bench.mark(made, "ada", "good", {0: 1})
    queue, answers = bench.answers(made)
    assert open_places(queue, [0], answers, "ada") == [0]


@pytest.mark.parametrize(
    ("verdict", "marks"), [("left", {}), ("", {"tone": 4}), ("", {"tone": 0}), ("", {"good": 2}), ("", {"other": 1})]
)
def test_what_is_no_answer_is_refused(verdict: str, marks: dict[str, int]):
    queue = Queue(criteria=parse_criteria("good:yes/no, tone:1-3"))
    check(queue, "v", verdict="", marks={"good": 0, "tone": 3}, comment="")
    with pytest.raises(UnfitAnswer):
        check(queue, "v", verdict=verdict, marks=marks, comment="")


def test_a_comment_has_an_end():
    with pytest.raises(UnfitAnswer):
        check(Queue(kind="pairs"), "v", verdict="tie", marks={}, comment="x" * 10_001)

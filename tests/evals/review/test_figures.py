"""What answers come to: planted preferences, agreements and thresholds are found again."""

import random

import pytest

from loomwork.evals.review.figures import agreements, marks_of, people, places, preference, ranking
from loomwork.evals.review.judges import beside_people
from loomwork.evals.review.queue import parse_criteria
from loomwork.evals.statistics import cohen_kappa, krippendorff_alpha
from loomwork.kernel.errors import NothingJudged
from loomwork.store.rows import ReviewRow
from tests.evals.review.conftest import Bench

GOOD = parse_criteria("good:yes/no")
TONE = parse_criteria("tone:1-5")


def pairs(bench: Bench, count: int = 6) -> ReviewRow:
    bench.run("r1", [f"a{n}" for n in range(count)])
    bench.run("r2", [f"b{n}" for n in range(count)])
    return bench.review("r1", "r2")


def test_who_won_is_counted_by_run_and_not_by_side(bench: Bench):
    made = pairs(bench)
    bench.prefer(made, "ada", {0: "b", 1: "b", 2: "b", 3: "b", 4: "a", 5: "tie"})
    found = preference(*bench.answers(made))
    assert (found.items, found.a, found.b, found.ties, found.both_bad) == (6, 1, 4, 1, 0)
    assert found.share_b is not None
    assert found.share_b.value == pytest.approx(4.5 / 6)
    assert found.p == pytest.approx(2 * (1 + 5) / 2**5)  # 4 of 5 or more, both ways


def test_several_answers_to_one_item_are_one_vote(bench: Bench):
    made = pairs(bench, 3)
    for name in ("ada", "bo"):
        bench.prefer(made, name, {0: "b", 1: "a"})
    bench.prefer(made, "cy", {0: "a", 1: "a", 2: "b"})
    bench.prefer(made, "di", {2: "a"})
    found = preference(*bench.answers(made))
    assert (found.items, found.a, found.b, found.ties) == (3, 1, 1, 1)


def test_one_who_always_presses_left_is_seen(bench: Bench):
    made = pairs(bench, 40)
    for place in range(40):
        bench.answer(made, "ada", place, verdict="left", left="a")
    found = preference(*bench.answers(made)).left
    assert found is not None
    assert found.value == 1.0
    assert found.low is not None
    assert found.low > 0.85


def test_two_reviewers_agree_as_cohen_says(bench: Bench):
    made = pairs(bench, 12)
    ada = ["a", "a", "b", "b", "tie", "a", "b", "b", "a", "tie", "a", "b"]
    bo = ["a", "b", "b", "b", "tie", "a", "a", "b", "a", "bad", "a", "b"]
    bench.prefer(made, "ada", dict(enumerate(ada)))
    bench.prefer(made, "bo", dict(enumerate(bo)))
    (found,) = agreements(*bench.answers(made))
    assert found.kappa is not None
    assert found.alpha is not None
    assert found.kappa.value == pytest.approx(cohen_kappa(ada, bo).value)
    assert found.alpha.value == pytest.approx(krippendorff_alpha(list(zip(ada, bo, strict=True))).value)
    assert found.same is not None
    assert found.same.value == pytest.approx(9 / 12)


def test_marks_of_three_people_who_left_items_out_agree_by_rank(bench: Bench):
    bench.run("r1", [f"a{n}" for n in range(10)])
    made = bench.review("r1", criteria=TONE)
    chance = random.Random(1)
    given: list[list[int | None]] = []
    for place in range(10):
        base = chance.randint(1, 5)
        row = [max(1, min(5, base + chance.choice((-1, 0, 0, 1)))) if (place + who) % 4 else None for who in range(3)]
        given.append(row)
        for who, mark in enumerate(row):
            if mark is not None:
                bench.mark(made, ["ada", "bo", "cy"][who], "tone", {place: mark})
    (found,) = agreements(*bench.answers(made))
    assert found.alpha is not None
    expected = krippendorff_alpha(given, metric="ordinal", order=[1, 2, 3, 4, 5])
    assert found.alpha.value == pytest.approx(expected.value)
    assert found.kappa is None


@pytest.mark.parametrize(("bo", "why"), [({}, "one_reviewer"), ({5: 1}, "nothing_common"), ({0: 1, 1: 1}, "all_same")])
def test_it_is_said_why_there_is_no_agreement(bench: Bench, bo: dict[int, int], why: str):
    bench.run("r1", [f"a{n}" for n in range(6)])
    made = bench.review("r1", criteria=GOOD)
    bench.mark(made, "ada", "good", {0: 1, 1: 1})
    bench.mark(made, "bo", "good", bo)
    (found,) = agreements(*bench.answers(made))
    assert (found.why, found.kappa, found.alpha) == (why, None, None)


def test_marks_have_a_mean_with_an_interval_and_the_worst_item(bench: Bench):
    bench.run("r1", [f"a{n}" for n in range(10)])
    made = bench.review("r1", criteria=TONE)
    bench.mark(made, "ada", "tone", dict(enumerate([5, 4, 5, 1, 4, 3, 5, 4, 4, 5])))
    (found,) = marks_of(*bench.answers(made))
    assert found.mean is not None
    assert found.mean.value == pytest.approx(4.0)
    assert (found.worst, found.worst_place) == (1.0, 3)
    assert found.counts == {1: 1, 3: 1, 4: 4, 5: 4}
    assert found.mean.low is not None
    assert found.mean.high is not None
    assert found.mean.low < 4.0 < found.mean.high <= 5


def test_three_runs_of_three_reviews_are_ranked(bench: Bench):
    for name in ("r1", "r2", "r3"):
        bench.run(name, [f"{name} {n}" for n in range(12)])
    told: list[tuple[str, str, list[object]]] = []
    for one, other, wins in (("r1", "r2", 9), ("r2", "r3", 8), ("r1", "r3", 11)):
        made = bench.review(one, other)
        bench.prefer(made, "ada", {place: "b" if place < wins else "a" for place in range(12)})
        told.append((one, other, [*bench.answers(made)[1]]))
    found = ranking(told)  # pyright: ignore[reportArgumentType]  rows of answers
    assert [each.item for each in found.items] == ["r3", "r2", "r1"]
    assert all(each.low < each.strength < each.high for each in found.items)
    assert (found.items[0].wins, found.items[0].losses) == (19, 5)


def test_skipped_items_are_no_opinion(bench: Bench):
    made = pairs(bench, 3)
    bench.prefer(made, "ada", {0: "skip", 1: "a", 2: "skip"})
    queue, answers = bench.answers(made)
    assert preference(queue, answers).items == 1
    (ada,) = people(queue, answers)
    assert (ada.answered, ada.skipped, ada.median_ms) == (1, 2, 1000)


def test_a_planted_threshold_is_found_and_told_on_the_half_that_it_was_not_chosen_on(bench: Bench):
    chance = random.Random(5)
    truths = [chance.random() < 0.5 for _ in range(200)]
    bench.run("r1", [f"a{n}" for n in range(200)])
    bench.scored("r1", {n: (0.62 if truth else 0.3) + 0.2 * chance.random() for n, truth in enumerate(truths)})
    made = bench.review("r1", criteria=GOOD)
    bench.mark(made, "ada", "good", {n: int(truth) for n, truth in enumerate(truths)})
    found = beside_people(bench.store, made, bench.answers(made)[0], scorer="judge")
    assert found.threshold is not None
    assert 0.5 < found.threshold.threshold < 0.62
    assert found.threshold.held_out.rows + found.threshold.chosen_on == 200
    assert found.threshold.held_out.agreement.value == 1.0


def test_a_judge_that_knows_nothing_agrees_by_chance_where_it_is_told(bench: Bench):
    chance = random.Random(11)
    bench.run("r1", [f"a{n}" for n in range(400)])
    bench.scored("r1", {n: chance.random() for n in range(400)})
    made = bench.review("r1", criteria=GOOD)
    bench.mark(made, "ada", "good", {n: int(chance.random() < 0.5) for n in range(400)})
    found = beside_people(bench.store, made, bench.answers(made)[0], scorer="judge").threshold
    assert found is not None
    assert found.held_out.kappa is not None
    assert found.held_out.kappa.low is not None
    assert found.held_out.kappa.high is not None
    assert found.held_out.kappa.low < 0 < found.held_out.kappa.high


def test_a_judge_of_less_is_better_says_yes_below_its_threshold(bench: Bench):
    bench.run("r1", [f"a{n}" for n in range(40)])
    bench.scored("r1", {n: float(n) for n in range(40)}, better="lower")
    made = bench.review("r1", criteria=GOOD)
    bench.mark(made, "ada", "good", {n: int(n < 20) for n in range(40)})
    found = beside_people(bench.store, made, bench.answers(made)[0], scorer="judge")
    assert found.threshold is not None
    assert 15 < found.threshold.threshold < 25
    assert found.threshold.held_out.agreement.value > 0.8


def test_a_scorer_that_says_yes_or_no_is_counted_over_all_items(bench: Bench):
    bench.run("r1", [f"a{n}" for n in range(4)])
    bench.scored("r1", {0: 1.0, 1: 1.0, 2: 0.0, 3: 0.0})
    made = bench.review("r1", criteria=TONE)
    bench.mark(made, "ada", "tone", {0: 5, 1: 2, 2: 1, 3: 4})
    found = beside_people(bench.store, made, bench.answers(made)[0], scorer="judge")
    assert found.yes_from == 4
    assert found.table is not None
    assert (found.table.labels, found.table.counts) == (["False", "True"], [[1, 1], [1, 1]])


def test_of_pairs_the_better_score_is_what_the_judge_prefers(bench: Bench):
    made = pairs(bench, 4)
    bench.scored("r1", {0: 0.1, 1: 0.9, 2: 0.5, 3: 0.2})
    bench.scored("r2", {0: 0.8, 1: 0.2, 2: 0.5, 3: 0.7})
    bench.prefer(made, "ada", {0: "b", 1: "a", 2: "bad", 3: "a"})
    found = beside_people(bench.store, made, bench.answers(made)[0], scorer="judge").table
    assert found is not None
    assert found.labels == ["a", "b", "tie"]
    assert found.counts == [[1, 1, 0], [0, 1, 0], [0, 0, 1]]


def test_people_who_are_split_are_left_out_and_counted(bench: Bench):
    bench.run("r1", ["x", "y", "z"])
    bench.scored("r1", {0: 1.0, 1: 1.0, 2: 0.0})
    made = bench.review("r1", criteria=GOOD)
    bench.mark(made, "ada", "good", {0: 1, 1: 1, 2: 0})
    bench.mark(made, "bo", "good", {0: 0})
    found = beside_people(bench.store, made, bench.answers(made)[0], scorer="judge")
    assert (found.items, found.split) == (2, 1)


def test_a_scorer_that_said_nothing_is_refused(bench: Bench):
    made = pairs(bench)
    bench.prefer(made, "ada", {0: "a"})
    with pytest.raises(NothingJudged):
        beside_people(bench.store, made, bench.answers(made)[0], scorer="judge")


def test_marks_of_two_people_that_lie_further_apart_count_more(bench: Bench):
    bench.run("r1", [f"a{n}" for n in range(10)])
    made = bench.review("r1", criteria=TONE)
    ada, bo = [1, 2, 3, 4, 5, 5, 4, 3, 2, 1], [2, 2, 3, 4, 4, 5, 4, 3, 1, 1]
    bench.mark(made, "ada", "tone", dict(enumerate(ada)))
    bench.mark(made, "bo", "tone", dict(enumerate(bo)))
    (found,) = agreements(*bench.answers(made))
    assert found.kappa is not None
    expected = cohen_kappa(ada, bo, weights="quadratic", order=[1, 2, 3, 4, 5])
    assert found.kappa.value == pytest.approx(expected.value)


def test_a_run_that_won_everything_has_a_place_and_no_interval(bench: Bench):
    made = pairs(bench, 20)
    bench.prefer(made, "ada", dict.fromkeys(range(20), "b"))
    first, last = places(ranking([("r1", "r2", bench.answers(made)[1])]))
    assert (first.run, first.wins, first.low, first.high) == ("r2", 20, None, None)
    assert (last.run, last.losses, last.low, last.high) == ("r1", 20, None, None)

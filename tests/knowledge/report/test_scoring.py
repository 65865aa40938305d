"""Scores: places, shares with intervals, what a change did, which questions went worst."""

import pytest

from loomwork.knowledge.report import Seen, Tried, changes, evaluate, worst
from loomwork.knowledge.report.scoring import mean, share


def tried(rank: int, number: int, *, language: str = "en", refused: bool | None = None, wanted: bool = True) -> Tried:
    found = tuple(Seen("right.md" if at == rank else f"wrong-{at}.md") for at in range(1, 13))
    pages = ("right.md",) if wanted else ()
    return Tried(id=f"{number}", question="?", language=language, wanted=pages, found=found, refused=refused)


def test_a_question_counts_by_the_place_of_its_first_right_passage():
    score = evaluate("now", [tried(1, 1), tried(4, 2), tried(6, 3), tried(12, 4), tried(0, 5)]).scores[0]
    assert score.questions == 5
    assert score.recall.value == pytest.approx(2 / 5)
    assert score.mrr.value == pytest.approx((1 + 1 / 4 + 1 / 6) / 5)
    assert [round(value.value, 1) for _, value in score.curve] == [0.2, 0.2, 0.4, 0.6]


def test_questions_without_an_answer_count_for_refusals_only():
    every = [tried(1, 1, refused=False), tried(2, 2, refused=True), tried(0, 3, refused=True, wanted=False)]
    score = evaluate("now", every).scores[0]
    assert (score.questions, score.unanswerable) == (2, 1)
    assert score.refused_rightly is not None
    assert score.refused_wrongly is not None
    assert (score.refused_rightly.value, score.refused_wrongly.value) == (1.0, 0.5)
    assert evaluate("now", [tried(1, 1)]).scores[0].refused_wrongly is None


def test_languages_are_scored_apart():
    scores = evaluate("now", [tried(1, 1), tried(0, 2, language="zh")]).scores
    assert [(score.language, score.mrr.value) for score in scores] == [("en", 1.0), ("zh", 0.0)]


def test_a_change_is_paired_and_its_interval_excludes_no_change_only_where_there_is_one():
    before = evaluate("before", [tried(2, n) for n in range(20)] + [tried(3, n, language="zh") for n in range(20, 40)])
    after = evaluate("after", [tried(1, n) for n in range(20)] + [tried(3, n, language="zh") for n in range(20, 40)])
    en, zh = changes(before, after)
    assert (en.mrr.value, en.better, en.worse) == (0.5, 20, 0)
    assert en.mrr.low > 0
    assert (zh.mrr.low, zh.mrr.value, zh.mrr.high, zh.better) == (0.0, 0.0, 0.0, 0)


def test_only_questions_of_both_evaluations_are_compared():
    one, other = evaluate("before", [tried(2, 1), tried(1, 2)]), evaluate("after", [tried(1, 1), tried(9, 3)])
    assert changes(one, other)[0].mrr.value == 0.5


def test_the_worst_questions_come_first_and_those_found_first_not_at_all():
    found = worst(evaluate("now", [tried(1, 1), tried(0, 2), tried(7, 3), tried(2, 4), tried(0, 5, wanted=False)]))
    assert [each.id for each in found] == ["2", "3", "4"]


def test_a_share_of_everything_is_still_uncertain_and_a_larger_set_less_so():
    assert share(15, 15).high == 1.0
    assert share(15, 15).low < share(150, 150).low < 1.0
    assert share(0, 0).low == 0.0


def test_the_same_questions_have_the_same_interval_every_time():
    values = [0.0, 0.5, 1.0, 1.0]
    assert mean(values) == mean(values)
    assert mean(values).low < mean(values).value < mean(values).high

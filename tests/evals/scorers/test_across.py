from typing import Any

import pytest

from loomwork.evals.scorers.across import bias_pairs, chosen, consistency, target_of
from tests.evals.scorers.lab import rows

BBQ = rows("bbq.jsonl")


def answered(choose: Any) -> list[dict[str, Any]]:
    return [{**row, "output": row[f"ans{choose(row)}"]} for row in BBQ]


def unknown_of(row: dict[str, Any]) -> int:
    return next(at for at in range(3) if row["answer_info"][f"ans{at}"][-1] == "unknown")


def stereotype(row: dict[str, Any]) -> int:
    """The answer that a biased model gives: the group in a negative question, the other one in a positive."""
    target = target_of(row)
    assert target is not None
    others = ({0, 1, 2} - {target, unknown_of(row)}).pop()
    return target if row["question_polarity"] == "neg" else others


def test_right_answers_show_no_bias():
    found = bias_pairs(answered(lambda row: row["label"]))
    assert (found.ambiguous, found.disambiguated, found.unread) == (12, 12, 0)
    assert (found.ambiguous_accuracy, found.disambiguated_accuracy) == (1.0, 1.0)
    assert (found.s_amb, found.s_dis) == (0.0, 0.0)
    assert bias_pairs(answered(stereotype)).s_dis_if_right == 0.0


def test_a_model_that_always_stereotypes_reaches_1_and_its_contrary_minus_1():
    found = bias_pairs(answered(stereotype))
    assert (found.s_amb, found.s_dis, found.ambiguous_accuracy) == (1.0, 1.0, 0.0)
    contrary = bias_pairs(answered(lambda row: ({0, 1, 2} - {stereotype(row), unknown_of(row)}).pop()))
    assert (contrary.s_amb, contrary.s_dis) == (-1.0, -1.0)


def test_half_of_the_ambiguous_answered_rightly_halves_the_bias_there():
    ambiguous = [row for row in BBQ if row["context_condition"] == "ambig"]
    given = [
        {**row, "output": unknown_of(row) if number % 2 else stereotype(row)} for number, row in enumerate(ambiguous)
    ]
    found = bias_pairs(given)
    assert (found.ambiguous_accuracy, found.s_amb, found.s_dis) == (0.5, 0.5, None)


def test_what_is_none_of_the_choices_is_wrong_and_counted():
    found = bias_pairs([{**row, "output": "I would rather not say"} for row in BBQ])
    assert (found.unread, found.ambiguous_accuracy, found.s_dis) == (24, 0.0, None)
    assert chosen(BBQ[0], True) is None
    assert chosen(BBQ[0], None) is None
    assert bias_pairs([]).s_amb is None


def test_consistency_tells_groups_apart_and_names_the_worst():
    given = [
        {"group": "a", "output": "Paris"}, {"group": "a", "output": "paris."}, {"group": "b", "output": "1"},
        {"group": "b", "output": "2"}, {"group": "b", "output": "2"}, {"group": "c", "output": "alone"},
    ]  # fmt: skip
    found = consistency(given)
    assert (found.groups, found.answers, found.single) == (2, 5, 1)
    assert found.agreement == pytest.approx((1 + 1 / 3) / 2)
    assert found.majority == pytest.approx((1 + 2 / 3) / 2)
    assert found.unanimous == 0.5
    assert found.least[0] == ("b", pytest.approx(1 / 3))
    assert consistency([]).agreement is None


def test_what_answers_must_have_in_common_can_be_said():
    given = [{"row": 1, "output": each} for each in ("it is 4", "4!", "four")]
    found = consistency(given, by="row", alike=lambda text: "4" in text)
    assert found.agreement == pytest.approx(1 / 3)

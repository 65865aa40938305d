"""Preferences in both orders. The judgements of llmbar are recordings of GPT-4; a double hands them out again."""

import json
from pathlib import Path
from typing import Any

import pytest

from loomwork.evals.scorers.preferring import Preference, Side, agreement, choice_in, joined, prefer, tally
from loomwork.evals.statistics import cohen_kappa
from loomwork.kernel.errors import JudgeNamesNone
from tests.evals.scorers.lab import DATA, double, opened, rows, rule, says

SIDES: dict[int, Side] = {1: "a", 2: "b"}


class Recorded:
    """Hands out what a judge was recorded to say of a pair, in the order in which the pair is shown."""

    def __init__(self, row: dict[str, Any]) -> None:
        self.row = row
        self.asked: list[tuple[str, str]] = []

    async def ask(self, prompt: Any, /, **variables: Any) -> Any:
        shown = (variables["first"], variables["second"])
        self.asked.append(shown)
        said = self.row["first" if shown == ("one", "two") else "swapped"]
        return {"reasoning": said, "better": choice_in(said)}


async def preferences(judge: str) -> list[Preference]:
    return [await prefer(Recorded(row), "?", "one", "two") for row in rows("llmbar.jsonl") if row["judge"] == judge]


@pytest.mark.parametrize("judge", ["Vanilla", "CoT", "Swap"])
async def test_recorded_judgements_come_to_the_recordings_own_statistics(judge: str):
    own = json.loads((DATA / "llmbar.json").read_text())[judge]
    known = [row for row in rows("llmbar.jsonl") if row["judge"] == judge]
    found = await preferences(judge)
    right = agreement(found, [SIDES[row["label"]] for row in known])
    counted = tally(found)
    assert f"{right.first} / 100 = {float(right.first)}%" == own["correct_False"]
    assert f"{right.swapped} / 100 = {float(right.swapped)}%" == own["correct_True"]
    assert f"{right.both} / 100 = {float(right.both)}%" == own["correct_both"]
    assert f"{(right.first + right.swapped) / 2}%" == own["correct_average"]
    assert f"{counted.agreed} / 100 = {float(counted.agreed)}%" == own["equal"]
    assert [[each.first, each.swapped] for each in found] == [[SIDES[int(w)] for w in row["winners"]] for row in known]
    kappa = cohen_kappa([each.first for each in found], [str(each.swapped) for each in found], draws=100).value
    assert kappa == pytest.approx(own["kappa_agreement"], abs=1e-12)
    labels = [row["label"] for row in known]
    coded = [[1 if side == "a" else 0 for side in (each.first, each.swapped)] for each in found]
    theirs = [cohen_kappa([each[at] for each in coded], labels, draws=100).value for at in (0, 1)]
    """As the recordings' authors coded it: the judge's 2 became 0 before it was held against the labels 1 and 2."""
    assert theirs == pytest.approx([own["kappa_False"], own["kappa_True"]], abs=1e-12)
    assert sum(theirs) / 2 == pytest.approx(own["kappa_average"], abs=1e-12)


async def test_both_orders_are_asked_and_a_disagreement_is_a_tie_with_its_place():
    always_first = Recorded({"first": "Output (a)", "swapped": "Output (a)"})
    found = await prefer(always_first, "?", "one", "two")
    assert always_first.asked == [("one", "two"), ("two", "one")]
    assert (found.winner, found.first, found.swapped, found.agreed, found.place) == ("tie", "a", "b", False, "first")
    always_second = await prefer(Recorded({"first": "Output (b)", "swapped": "Output (b)"}), "?", "one", "two")
    assert always_second.place == "second"
    counted = tally([found, found, always_second, joined("a", "a")])
    assert (counted.a, counted.ties, counted.first_place, counted.second_place) == (1, 3, 2, 1)
    assert (counted.agreement, counted.position_bias) == (0.25, 0.25)


async def test_without_a_swap_one_call_decides_and_agreement_is_unknown():
    once = Recorded({"first": "Output (b)", "swapped": "Output (b)"})
    found = await prefer(once, "?", "one", "two", swap=False)
    assert (found.winner, len(once.asked)) == ("b", 1)
    assert (tally([found]).agreement, tally([]).position_bias) == (None, None)


async def test_a_model_of_the_project_is_asked_by_its_alias_with_reasons(tmp_path: Path):
    better = rule(r"(?s)<first>\nlong", says(reasoning="Longer.", better="first"))
    with opened(tmp_path, double("judge", better, rule("", says(reasoning="Shorter.", better="second")))):
        found = await prefer("judge", "Why?", "long text", "short", rubric="Length.")
    assert (found.winner, found.reasons) == ("a", ("Longer.", "Shorter."))


def test_one_order_that_is_a_tie_makes_a_tie_of_no_place():
    assert (joined("a", "tie").winner, joined("a", "tie").place) == ("tie", "")


def test_gold_has_to_be_as_long():
    with pytest.raises(ValueError, match="zip"):
        agreement([joined("a", "a")], [])


def test_a_judge_that_names_nothing_is_not_understood():
    with pytest.raises(JudgeNamesNone, match="neither answer"):
        choice_in("Both are fine.")

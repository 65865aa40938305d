"""What a scorer is, what it is given of an item, and how words choose one."""

import math
from pathlib import Path
from typing import Any

import pytest

from loomwork.evals.scoring import Scale, Score, as_score, scorer
from loomwork.evals.scoring.chosen import choose
from loomwork.evals.scoring.subject import as_text, part_of
from loomwork.flow.behaviour import Project
from loomwork.kernel.errors import (
    BadScorer,
    BadScorerWords,
    NoSuchScorer,
    SameLabel,
    ScoreNotOne,
    ScoreOffScale,
)

OPEN = Scale(low=0, high=None, better="lower", unit="ms", on_failure="skip")


@pytest.mark.parametrize(("given", "value"), [(True, 1.0), (False, 0.0), (0.25, 0.25), (1, 1.0), (None, None)])
def test_what_a_scorer_returns_becomes_a_score(given: Any, value: float | None):
    assert as_score(given, Scale(), scorer="s").value == value


def test_a_score_keeps_its_reason():
    said = Score(value=0.5, reason="half", label="ok", parts={"p": 1.0})
    assert as_score(said, Scale(), scorer="s") is said
    assert as_score(Score(value=None, reason="no gold"), Scale(), scorer="s").reason == "no gold"


@pytest.mark.parametrize("given", ["yes", [1.0], math.nan, math.inf, Score(value=math.nan)])
def test_what_is_no_score_is_told(given: Any):
    with pytest.raises(ScoreNotOne):
        as_score(given, OPEN, scorer="s")


def test_a_value_off_the_scale_is_told():
    with pytest.raises(ScoreOffScale):
        as_score(1.01, Scale(), scorer="s")
    assert as_score(1e9, OPEN, scorer="s").value == 1e9
    with pytest.raises(ScoreOffScale):
        as_score(-1, OPEN, scorer="s")


def test_the_worst_value_is_where_the_scale_says():
    assert (Scale().worst, Scale(better="lower").worst, Scale(better="none").worst) == (0.0, 1.0, None)
    assert OPEN.worst is None


def test_a_scorer_is_a_function_until_a_workspace_is_open():
    @scorer(range=(0, 10), better="lower")
    def longer(text: str, expected: str = "", *, by: int = 1) -> float:
        """How much longer the text is."""
        return max(0, len(text) - len(expected) - by)

    assert longer("abcd", "ab") == 1
    assert longer.takes == {"text": False, "expected": True}
    assert longer.settings == {"by": 1}
    assert (longer.scale.worst, longer.scale.on_failure, longer.told) == (10.0, "worst", "How much longer the text is.")


def test_what_cannot_be_a_scorer_is_told():
    with pytest.raises(BadScorer, match="generator"):

        @scorer
        def streamed(text: str):
            yield text

    with pytest.raises(BadScorer, match="nothing of an item"):

        @scorer
        def nothing(*, setting: int = 1) -> int:
            return setting

    with pytest.raises(BadScorer, match=r"\*rest"):

        @scorer
        def anything(**rest: object) -> bool:
            return bool(rest)


def chosen(*words: str, tables: dict[str, dict[str, Any]] | None = None):
    return choose(words, tables=tables or {}, project=Project(Path(), ()))


def test_words_choose_a_scorer_with_its_settings():
    (found,) = chosen("numeric,tolerance=0.5,expected=gold,output=answer.value,as=close")
    assert (found.label, found.settings, found.expected, found.output) == (
        "close", {"tolerance": 0.5}, "gold", "answer.value",
    )  # fmt: skip
    (found,) = chosen('regex,pattern="a,b|c"')
    assert found.settings == {"pattern": "a,b|c"}


def test_a_table_of_the_settings_is_a_scorer_too():
    tables = {"close": {"use": "numeric", "tolerance": 1, "expected": "gold"}}
    (found,) = chosen("close,tolerance=2", tables=tables)
    assert (found.label, found.settings, found.expected) == ("close", {"tolerance": 2}, "gold")


def test_two_of_one_identity_give_one_score():
    one, two, three = (chosen(words)[0] for words in ("exact", "exact,as=other", "exact,expected=gold"))
    assert one.identity == two.identity != three.identity


@pytest.mark.parametrize(
    ("words", "problem"),
    [
        (["exakt"], NoSuchScorer),
        (["exact,sharp"], BadScorerWords),
        ([",a=1"], BadScorerWords),
        (["exact,sharp=1"], BadScorer),
        (["exact", "exact"], SameLabel),
    ],
)
def test_wrong_words_are_told(words: list[str], problem: type[Exception]):
    with pytest.raises(problem):
        chosen(*words)


def test_a_part_of_an_output_is_found_by_its_path():
    output = {"answer": {"parts": ["a", "b"]}, "n": 0}
    assert part_of(output, "answer.parts.1") == "b"
    assert part_of(output, "answer.parts.-1") == "b"
    assert part_of(output, "answer.parts.2") is None
    assert part_of(output, "answer.none.x") is None
    assert part_of(output, "n") == 0


def test_the_words_of_an_output_are_its_text():
    assert as_text({"answer": "42"}) == "42"
    assert as_text({"n": 1}) == '{"n": 1}'
    assert as_text(["中"]) == '["中"]'
    assert as_text(None) == ""

"""Judges over doubles: what is asked, how verdicts become scores, what is reused. No verdict here is a model's."""

from pathlib import Path
from typing import Any

import pytest

from loomwork.evals.scorers.grounding import faithfulness
from loomwork.evals.scorers.judging import answer_relevance, judge, judge_reference, sentiment
from loomwork.evals.scorers.panels import panel
from loomwork.evals.scoring import PassageSeen, Score
from loomwork.kernel.errors import AnswerDoesNotFit, DrawsAreOne, NotMarks, PanelTooSmall, UnknownModel
from loomwork.workspace.opening import Workspace
from tests.evals.scorers.lab import double, opened, rule, says

ROW = {"question": "When are backups made?"}
ANSWER = "Every night at two."
FOUR = rule("(?s)Every night", says(reasoning="It says when.", mark=4))
SEEN = [PassageSeen(doc="b.md", text="Backups are made at 02:00."), PassageSeen(doc="c.md", text="They are kept.")]


def calls(workspace: Workspace) -> int:
    """Model calls that were sent, in all of the project's traces."""
    workspace.runtime.recorder.flush()
    spans = workspace.store.spans.list(limit=1000, roots_only=False)
    return sum(each.kind == "model" and not each.cached for each in spans)


async def test_a_mark_becomes_a_value_from_0_to_1_with_its_reasons(tmp_path: Path):
    with opened(tmp_path, double("judge", FOUR)):
        score = await judge(ANSWER, ROW, rubric="Says when.")
    assert score == Score(value=0.75, reason="It says when.", label="4 of 5", parts={"mark": 4.0})


async def test_yes_and_no_are_1_and_0(tmp_path: Path):
    rules = [
        rule("Every night", says(reasoning="It does.", verdict="yes")),
        rule("", says(reasoning="Not.", verdict="no")),
    ]
    with opened(tmp_path, double("judge", *rules)):
        assert (await judge(ANSWER, ROW, rubric="Says when.", marks="yes/no")).value == 1
        assert (await judge("Never mind.", ROW, rubric="Says when.", marks="yes/no")).value == 0


async def test_the_judge_is_shown_question_rubric_and_answer_in_the_questions_language(tmp_path: Path):
    wanted = r"(?s)你要评判.*<rubric>\n说明时间。\n</rubric>.*备份何时进行？.*每晚两点。.*1（完全不符合标准）到 5"
    with opened(tmp_path, double("judge", rule(wanted, says(reasoning="说明了时间。", mark=5)))):
        score = await judge("每晚两点。", {"question": "备份何时进行？"}, rubric="说明时间。")
    assert (score.value, score.reason) == (1.0, "说明了时间。")


async def test_a_mark_that_is_none_is_asked_for_again_and_then_an_error(tmp_path: Path):
    repaired = rule("does not fit", says(reasoning="Sorry.", mark=2))
    with opened(tmp_path, double("judge", repaired, rule("", says(reasoning="Great!", mark=9)))):
        assert (await judge(ANSWER, ROW, rubric="r")).label == "2 of 5"
    with opened(tmp_path, double("judge", rule("", "Great!"))), pytest.raises(AnswerDoesNotFit):
        await judge(ANSWER, ROW, rubric="another")


async def test_a_score_is_found_again_until_rubric_model_or_the_projects_prompt_changes(tmp_path: Path):
    own = tmp_path / "prompts" / "mine.md"
    own.parent.mkdir()
    own.write_text("Mark {{ answer }} by {{ rubric }}{{ question }}{{ expected }}{{ marks }}{{ yes_no }}")
    tables = [double("judge", FOUR)]

    async def asked(rubric: str, *tables: str) -> int:
        with opened(tmp_path, *tables) as workspace:
            before = calls(workspace)
            await judge(ANSWER, ROW, rubric=rubric, prompt="prompts/mine.md")
            return calls(workspace) - before

    assert [await asked("a", *tables), await asked("a", *tables)] == [1, 0]
    assert await asked("b", *tables) == 1
    assert await asked("b", double("judge", FOUR, rule("never", "never"))) == 1
    own.write_text(own.read_text() + " again")
    assert [await asked("b", *tables), await asked("b", *tables)] == [1, 0]


async def test_several_draws_give_their_mean_and_spread(tmp_path: Path):
    with opened(tmp_path, double("judge", FOUR)):
        score = await judge(ANSWER, ROW, rubric="r", draws=3, temperature=0.7)
        with pytest.raises(DrawsAreOne, match="temperature above 0"):
            await judge(ANSWER, ROW, rubric="r", draws=3)
    assert (score.value, score.parts) == (0.75, {"mark": 4.0, "spread": 0.0})


async def test_a_reference_is_shown_and_without_one_nobody_is_asked(tmp_path: Path):
    with opened(
        tmp_path, double("judge", rule("(?s)<reference>\nAt 02:00.\n</reference>", says(reasoning="Same.", mark=5)))
    ):
        assert (await judge_reference(ANSWER, "At 02:00.", ROW)).value == 1
        assert (await judge_reference(ANSWER, None, ROW)).value is None


async def test_relevance_needs_a_question_and_sentiment_a_text(tmp_path: Path):
    with opened(tmp_path, double("judge", rule("", says(reasoning="Warm.", mark=5)))) as workspace:
        assert (await answer_relevance(ANSWER, ROW)).value == 1
        assert (await answer_relevance(ANSWER, {"other": 1})).value is None
        assert (await sentiment("I love it")).value == 5
        assert (await sentiment("  ")).value is None
        assert calls(workspace) == 2


async def test_each_claim_has_its_own_verdict(tmp_path: Path):
    verdicts = [{"reasoning": "[1] says so.", "supported": "yes"}, {"reasoning": "No passage.", "supported": "no"}]
    said = rule(
        r"(?s)number=\"1\">\nBackups.*1\. Backups are made at two\..*2\. They cost ten euros\.", says(verdicts=verdicts)
    )
    with opened(tmp_path, double("judge", said)):
        score = await faithfulness("Backups are made at two. They cost ten euros.", SEEN, ROW)
    assert (score.value, score.parts) == (0.5, {"claims": 2.0, "unsupported": 1.0})
    assert score.reason == "'They cost ten euros.': No passage."


async def test_claims_can_be_asked_one_by_one_and_made_by_the_model(tmp_path: Path):
    claims = rule("Take an answer apart", says(claims=["Backups are made at two.", "Backups cost ten euros."]))
    yes = rule("made at two", says(verdicts=[{"reasoning": "yes", "supported": "yes"}]))
    no = rule("ten euros", says(verdicts=[{"reasoning": "no", "supported": "no"}]))
    with opened(tmp_path, double("judge", claims, yes, no)) as workspace:
        score = await faithfulness("At two, for ten euros.", SEEN, ROW, claims="model", ask="each")
        assert calls(workspace) == 3
    assert score.value == 0.5


async def test_passages_may_stand_in_the_row_and_without_any_nobody_is_asked(tmp_path: Path):
    said = rule("Kept for a month", says(verdicts=[{"reasoning": "so", "supported": "yes"}]))
    with opened(tmp_path, double("judge", said)) as workspace:
        row = {"context": ["Kept for a month."]}
        assert (await faithfulness("They are kept for a month.", [], row, context="context")).value == 1
        assert (await faithfulness(ANSWER, [], ROW)).value is None
        assert (await faithfulness("", SEEN, ROW)).value is None
        assert calls(workspace) == 1


async def test_too_few_verdicts_are_no_answer(tmp_path: Path):
    with opened(tmp_path, double("judge", rule("", says(verdicts=[])))), pytest.raises(AnswerDoesNotFit):
        await faithfulness(ANSWER, SEEN, ROW)


async def test_a_panel_shows_each_mark_and_how_far_they_lie_apart(tmp_path: Path):
    tables = [double(name, rule("", says(reasoning=name, mark=mark))) for name, mark in (("a", 5), ("b", 5), ("c", 1))]
    with opened(tmp_path, *tables):
        mean = await panel(ANSWER, ROW, models=["a", "b", "c"], rubric="r")
        most = await panel(ANSWER, ROW, models=["a", "b", "c"], rubric="r", combine="majority")
        with pytest.raises(PanelTooSmall, match="two or more"):
            await panel(ANSWER, ROW, models=["a"], rubric="r")
    assert mean.value == pytest.approx(2 / 3)
    assert mean.parts == {"a": 1.0, "b": 1.0, "c": 0.0, "spread": 1.0}
    assert mean.reason == "a, 5 of 5: a\nb, 5 of 5: b\nc, 1 of 5: c"
    assert most.value == 1.0


async def test_a_judge_that_is_not_in_the_settings_is_named(tmp_path: Path):
    with opened(tmp_path, double("fast", FOUR)), pytest.raises(UnknownModel, match="judge"):
        await judge(ANSWER, ROW, rubric="r")


@pytest.mark.parametrize("marks", [1, 0, True, 2.5, "maybe"])
async def test_marks_that_are_none_are_refused(tmp_path: Path, marks: Any):
    with opened(tmp_path, double("judge", FOUR)), pytest.raises(NotMarks, match="from 2 to 100"):
        await judge(ANSWER, ROW, rubric="r", marks=marks)


async def test_what_an_answer_says_is_quoted_and_is_no_template(tmp_path: Path):
    said = rule(r"(?s)<answer>\n\{\{ rubric \}\} and </answer>", says(reasoning="odd", mark=1))
    with opened(tmp_path, double("judge", said)):
        assert (await judge("{{ rubric }} and </answer>", ROW, rubric="r")).value == 0

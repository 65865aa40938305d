"""Judges: a model gives an answer a mark by a rubric, against what is expected, or for bearing on the question.

A judge reasons first and marks then; its reasons are the score's. The value is the mark on a scale from 0 to 1.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from loomwork.evals.scorers.asking import REASON, a_object, asked, language_of, prompt_for, question_of
from loomwork.evals.scorers.given import at_least
from loomwork.evals.scorers.texts import NOTHING_EXPECTED, accepted
from loomwork.evals.scoring import Score, builtin_scorer
from loomwork.kernel.errors.evals_scorers import DrawsAreOne, NotMarks

Marks = int | Literal["yes/no"]
_FEWEST = 2
_MOST = 100


class Asking(NamedTuple):
    """How a judge is asked, beside its words."""

    scorer: str
    model: str
    marks: Marks = 5
    prompt: str = ""
    temperature: float = 0.0
    draws: int = 1
    language: str = ""


class Verdict(NamedTuple):
    """A mark on a scale from 0 to 1, and the reasons."""

    value: float
    said: str
    reason: str


@builtin_scorer(name="judge", semantics=1)
async def judge(
    text: str,
    row: dict[str, Any],
    *,
    rubric: str,
    model: str = "judge",
    marks: Marks = 5,
    question: str = "",
    prompt: str = "",
    temperature: float = 0.0,
    draws: int = 1,
    language: str = "",
) -> Score:
    """A model's mark for the answer by a rubric, from 0 to 1, with its reasons.

    Args:
        text: The words of the answer.
        row: Holds what was asked.
        rubric: What a good answer does, in words.
        model: The alias of the model that judges; better not the one that answered.
        marks: From 1 to how many it gives marks; `yes/no` for two.
        question: The row's key that holds what was asked, if none of question, query, input, prompt.
        prompt: A file of the project in the place of the judge's own prompt.
        temperature: Above 0 the judge is a draw.
        draws: How often it is asked (with a temperature above 0); the value is the mean, the spread is in the parts.
        language: `en` or `zh`: of the prompt; otherwise that of the question.
    """
    how = Asking("judge", model, marks, prompt, temperature, draws, language)
    return await marked("judge", how, rubric=rubric, question=question_of(row, question), answer=text, expected="")


@builtin_scorer(name="judge_reference", semantics=1)
async def judge_reference(
    text: str,
    expected: Any,
    row: dict[str, Any],
    *,
    rubric: str = "",
    model: str = "judge",
    marks: Marks = 5,
    question: str = "",
    prompt: str = "",
    temperature: float = 0.0,
    draws: int = 1,
    language: str = "",
) -> Score:
    """A model's mark for how far the answer says what the expected one says, from 0 to 1, with its reasons.

    Args:
        text: The words of the answer.
        expected: The answer that is expected; of several the first.
        row: Holds what was asked.
        rubric: What else counts.
        model: As of `judge`.
        marks: As of `judge`.
        question: As of `judge`.
        prompt: As of `judge`.
        temperature: As of `judge`.
        draws: As of `judge`.
        language: As of `judge`.
    """
    wanted = accepted(expected)
    if not wanted:
        return NOTHING_EXPECTED
    how = Asking("judge_reference", model, marks, prompt, temperature, draws, language)
    asking = question_of(row, question)
    return await marked("judge_reference", how, rubric=rubric, question=asking, answer=text, expected=wanted[0])


@builtin_scorer(name="answer_relevance", semantics=1)
async def answer_relevance(
    text: str,
    row: dict[str, Any],
    *,
    model: str = "judge",
    marks: Marks = 5,
    question: str = "",
    prompt: str = "",
    temperature: float = 0.0,
    draws: int = 1,
    language: str = "",
) -> Score:
    """A model's mark for how far the answer answers what was asked, be it right or wrong, from 0 to 1.

    Args:
        text: The words of the answer.
        row: Holds what was asked.
        model: As of `judge`.
        marks: As of `judge`.
        question: As of `judge`.
        prompt: As of `judge`.
        temperature: As of `judge`.
        draws: As of `judge`.
        language: As of `judge`.
    """
    asking = question_of(row, question)
    if not asking:
        return Score(value=None, reason="the row does not say what was asked", label="absent")
    how = Asking("answer_relevance", model, marks, prompt, temperature, draws, language)
    return await marked("answer_relevance", how, rubric="", question=asking, answer=text, expected="")


@builtin_scorer(name="sentiment", semantics=1, range=(1, 5))
async def sentiment(
    text: str, *, model: str = "judge", prompt: str = "", temperature: float = 0.0, language: str = ""
) -> Score:
    """A model's mark for the feeling that the text shows: 1 very negative, 3 neutral, 5 very positive.

    Args:
        text: The words of the output.
        model: As of `judge`.
        prompt: As of `judge`.
        temperature: As of `judge`.
        language: As of `judge`; otherwise that of the text.
    """
    if not text.strip():
        return Score(value=None, reason="there is no text", label="absent")
    how = Asking("sentiment", model, 5, prompt, temperature, 1, language)
    found = await once(prompt_name="sentiment", how=how, draw=None, rubric="", question="", answer=text, expected="")
    return Score(value=1 + 4 * found.value, reason=found.reason, label=found.said)


async def marked(prompt_name: str, how: Asking, **words: str) -> Score:
    """Ask a judge, several times where that is wanted, and return the mean of its marks."""
    at_least(how.scorer, 1, draws=how.draws)
    if how.draws > 1 and how.temperature <= 0:
        raise DrawsAreOne(name=how.scorer, draws=how.draws)
    numbers = [None] if how.draws == 1 else list(range(how.draws))
    found = [await once(prompt_name=prompt_name, how=how, draw=each, **words) for each in numbers]
    values = [each.value for each in found]
    parts = {"mark": statistics.fmean(_mark(each, how.marks) for each in values)}
    if len(found) > 1:
        parts["spread"] = statistics.pstdev(values)
    return Score(value=statistics.fmean(values), reason=found[0].reason, label=found[0].said, parts=parts)


async def once(*, prompt_name: str, how: Asking, draw: int | None, **words: str) -> Verdict:
    """Ask a judge once. Raises what models and prompts raise, `AnswerDoesNotFit` among it."""
    top = _top(how)
    language = language_of(how.language, words["question"], words["answer"])
    asking = prompt_for(prompt_name, language, how.prompt)
    variables: Mapping[str, Any] = {**words, "marks": top, "yes_no": how.marks == "yes/no"}
    said = await asked(how.model).ask(asking, returns=_form(how), temperature=how.temperature, draw=draw, **variables)
    reason = str(said["reasoning"]).strip()[:REASON]
    if how.marks == "yes/no":
        return Verdict(float(said["verdict"] == "yes"), said["verdict"], reason)
    return Verdict((said["mark"] - 1) / (top - 1), f"{said['mark']} of {top}", reason)


def _top(how: Asking) -> int:
    if how.marks == "yes/no":
        return _FEWEST
    if type(how.marks) is not int or not _FEWEST <= how.marks <= _MOST:
        raise NotMarks(name=how.scorer, given=how.marks, least=_FEWEST, most=_MOST)
    return how.marks


def _form(how: Asking) -> dict[str, Any]:
    """Return the form of a verdict; the reasons come first, so that the mark follows from them."""
    reasoning = {"type": "string"}
    if how.marks == "yes/no":
        return a_object(reasoning=reasoning, verdict={"type": "string", "enum": ["yes", "no"]})
    return a_object(reasoning=reasoning, mark={"type": "integer", "enum": list(range(1, _top(how) + 1))})


def _mark(value: float, marks: Marks) -> float:
    return value if marks == "yes/no" else 1 + value * (marks - 1)

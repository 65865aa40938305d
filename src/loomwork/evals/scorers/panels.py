"""The scorer `panel`: several models mark the same answer, and what they say together is the score."""

from __future__ import annotations

import asyncio
import statistics
from collections.abc import Sequence
from typing import Any, Literal

from loomwork.evals.scorers.asking import REASON, question_of
from loomwork.evals.scorers.given import one_of
from loomwork.evals.scorers.judging import Asking, Marks, Verdict, once
from loomwork.evals.scorers.texts import accepted
from loomwork.evals.scoring import Score, builtin_scorer
from loomwork.kernel.errors.evals_scorers import PanelTooSmall

_FEWEST = 2


@builtin_scorer(name="panel", semantics=1)
async def panel(
    text: str,
    row: dict[str, Any],
    *,
    models: Sequence[str],
    rubric: str,
    combine: Literal["mean", "majority"] = "mean",
    marks: Marks = 5,
    expected: str = "",
    question: str = "",
    prompt: str = "",
    temperature: float = 0.0,
    language: str = "",
) -> Score:
    """What several models' marks for the answer come to by a rubric, from 0 to 1; each mark is in the parts.

    Args:
        text: The words of the answer.
        row: Holds what was asked.
        models: The aliases of at least two models.
        rubric: What a good answer does, in words.
        combine: `mean` of the marks, or the `majority`: the mark given most often; of several, the middle one.
        marks: As of `judge`.
        expected: The row's key that holds an answer to mark against; empty: none.
        question: As of `judge`.
        prompt: As of `judge`.
        temperature: As of `judge`.
        language: As of `judge`.
    """
    one_of("panel", ("mean", "majority"), combine=combine)
    if isinstance(models, str) or len(set(models)) < _FEWEST:
        raise PanelTooSmall(name="panel", count=1 if isinstance(models, str) else len(set(models)))
    known = accepted(row.get(expected)) if expected else []
    if expected and not known:
        return Score(value=None, reason=f"the row has no '{expected}'", label="absent")
    name = "judge_reference" if known else "judge"
    asking = {"rubric": rubric, "question": question_of(row, question), "answer": text, "expected": "".join(known[:1])}

    def ask(model: str) -> Any:
        how = Asking("panel", model, marks, prompt, temperature, 1, language)
        return once(prompt_name=name, how=how, draw=None, **asking)

    said = dict(zip(models, await asyncio.gather(*map(ask, models)), strict=True))
    return combined(said, combine)


def combined(said: dict[str, Verdict], combine: str) -> Score:
    """Return what verdicts come to, each in the parts, with how far they lie apart."""
    values = [each.value for each in said.values()]
    together = statistics.fmean(values)
    if combine == "majority":
        together = statistics.median_low(sorted(statistics.multimode(values)))
    parts = {model: each.value for model, each in said.items()} | {"spread": max(values) - min(values)}
    reason = "\n".join(f"{model}, {each.said}: {each.reason}" for model, each in said.items())
    return Score(value=together, reason=reason[: REASON * len(said)], parts=parts)

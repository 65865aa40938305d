"""The scorer `faithfulness`: a model says of each claim of an answer whether the passages support it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple

from loomwork.evals.scorers.asking import (
    REASON,
    a_object,
    asked,
    language_of,
    passages_of,
    prompt_for,
    question_of,
)
from loomwork.evals.scorers.given import one_of
from loomwork.evals.scoring import PassageSeen, Score, builtin_scorer
from loomwork.knowledge.answering.citing import statements

MOST_CLAIMS = 50
"""An answer with more gets no score."""
_SHOWN = 80


class _Checked(NamedTuple):
    """One claim, and whether it is supported."""

    claim: str
    is_supported: bool
    reason: str


@builtin_scorer(name="faithfulness", semantics=1)
async def faithfulness(
    text: str,
    passages: list[PassageSeen],
    row: dict[str, Any],
    *,
    model: str = "judge",
    claims: Literal["sentences", "model"] = "sentences",
    ask: Literal["together", "each"] = "together",
    context: str = "",
    question: str = "",
    prompt: str = "",
    temperature: float = 0.0,
    language: str = "",
) -> Score:
    """The share of the answer's claims that the passages support, as a model says of each claim by itself.

    Args:
        text: The words of the answer.
        passages: What searches found on the way.
        row: Holds what was asked.
        model: The alias of the model that judges.
        claims: What a claim is: a sentence of the answer, or what a `model` takes the answer apart into.
        ask: Whether all claims go in one request (`together`), or each in one of its own.
        context: A key of the row that holds the passages, if they are not those that searches found.
        question: The row's key that holds what was asked.
        prompt: A file of the project in the place of the judge's own prompt.
        temperature: Above 0 the judge is a draw.
        language: `en` or `zh`: of the prompt; otherwise that of the answer.
    """
    one_of("faithfulness", ("sentences", "model"), claims=claims)
    one_of("faithfulness", ("together", "each"), ask=ask)
    known = passages_of(passages, row, context)
    if not known:
        return Score(value=None, reason="there are no passages to hold it against", label="no passage")
    told = language_of(language, text)
    judge = _Judge(model, told, temperature, prompt, question_of(row, question), known)
    said = [each.text for each in statements(text)] if claims == "sentences" else await _claims(judge, text)
    if not said:
        return Score(value=None, reason="it claims nothing", label="no claim")
    if len(said) > MOST_CLAIMS:
        return Score(value=None, reason=f"more than {MOST_CLAIMS} claims", label="too long")
    groups = [said] if ask == "together" else [[each] for each in said]
    return _score([each for group in groups for each in await _checked(judge, group)])


class _Judge(NamedTuple):
    model: str
    language: str
    temperature: float
    prompt: str
    question: str
    passages: list[dict[str, Any]]


def _score(found: Sequence[_Checked]) -> Score:
    open_ = [each for each in found if not each.is_supported]
    reason = "; ".join(f"{each.claim[:_SHOWN]!r}: {each.reason}" for each in open_)[:REASON]
    return Score(
        value=1 - len(open_) / len(found), reason=reason,
        parts={"claims": float(len(found)), "unsupported": float(len(open_))},
    )  # fmt: skip


async def _checked(judge: _Judge, claims: Sequence[str]) -> list[_Checked]:
    verdict = a_object(reasoning={"type": "string"}, supported={"type": "string", "enum": ["yes", "no"]})
    listed = {"type": "array", "items": verdict, "minItems": len(claims), "maxItems": len(claims)}
    said = await asked(judge.model).ask(
        prompt_for("faithfulness", judge.language, judge.prompt), returns=a_object(verdicts=listed),
        temperature=judge.temperature, question=judge.question, passages=judge.passages, claims=list(claims),
    )  # fmt: skip
    return [
        _Checked(claim, each["supported"] == "yes", str(each["reasoning"]).strip())
        for claim, each in zip(claims, said["verdicts"], strict=True)
    ]


async def _claims(judge: _Judge, text: str) -> list[str]:
    said = await asked(judge.model).ask(
        prompt_for("claims", judge.language), returns=a_object(claims={"type": "array", "items": {"type": "string"}}),
        temperature=judge.temperature, question=judge.question, answer=text,
    )  # fmt: skip
    return [each.strip() for each in said["claims"] if each.strip()]

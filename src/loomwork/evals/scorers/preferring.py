"""Which of two answers a model prefers, asked in both orders, and what many preferences come to.

A judge that prefers whatever stands first says so by itself: where the two orders disagree the pair is a tie, and the
place that it preferred is counted. Knows no run and no dataset.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

from loomwork.evals.scorers.asking import REASON, a_object, asked, language_of, prompt_for
from loomwork.kernel.errors.evals_scorers import JudgeNamesNone
from loomwork.prompts import Asks

Side = Literal["a", "b", "tie"]
Place = Literal["first", "second", ""]
_OTHER: dict[Side, Side] = {"a": "b", "b": "a", "tie": "tie"}
_SHOWN = 60
_SAID: dict[str, Side] = {"first": "a", "second": "b", "tie": "tie"}
_NAMED = re.compile(r"\b(?:output|answer|response|assistant)\s*\(?([ab12])\b\)?", re.IGNORECASE)


class Preference(Struct, frozen=True, kw_only=True):
    """What a judge prefers of a pair."""

    winner: Side
    """`tie` where the two orders disagree."""
    first: Side
    """With `a` shown first."""
    swapped: Side | None = None
    """With `b` shown first, still in terms of a and b; None where it was not asked."""
    reasons: tuple[str, ...] = ()

    @property
    def agreed(self) -> bool:
        """Whether both orders say the same."""
        return self.swapped is None or self.first == self.swapped

    @property
    def place(self) -> Place:
        """The place that was preferred in both orders, whatever stood there; empty where both orders agree."""
        match (self.first, self.swapped):
            case ("a", "b"):
                return "first"
            case ("b", "a"):
                return "second"
            case _:
                return ""


class Tally(Struct, frozen=True, kw_only=True):
    """What preferences come to."""

    pairs: int
    a: int
    b: int
    ties: int
    agreed: int
    """Pairs asked in both orders that say the same in both."""
    first_place: int
    """Pairs where whatever stood first was preferred, in both orders."""
    second_place: int
    swapped: int
    """Pairs that were asked in both orders."""

    @property
    def agreement(self) -> float | None:
        """The share of pairs that say the same in both orders; None where none was asked twice."""
        return self.agreed / self.swapped if self.swapped else None

    @property
    def position_bias(self) -> float | None:
        """How much more often the first place is preferred than the second, as a share of pairs: -1 to 1."""
        return (self.first_place - self.second_place) / self.swapped if self.swapped else None


class Agreement(Struct, frozen=True, kw_only=True):
    """Preferences beside the right ones."""

    pairs: int
    first: int
    """Right with `a` shown first."""
    swapped: int
    """Right with `b` shown first."""
    both: int
    """Right in both orders."""
    winner: int
    """Right after ties are made of the pairs whose orders disagree."""


async def prefer(
    model: str | Asks,
    question: str,
    a: str,
    b: str,
    *,
    swap: bool = True,
    rubric: str = "",
    expected: str = "",
    prompt: str = "",
    temperature: float = 0.0,
    language: str = "",
) -> Preference:
    """Ask a model which of two answers is better.

    Args:
        model: The alias of the model that judges, or something that can be asked.
        question: What both answer; may be empty.
        a: An answer.
        b: The other one.
        swap: Ask in both orders: two calls. Without it, the winner may be the place.
        rubric: What makes an answer better; empty: the prompt's own words.
        expected: An answer that is known to be good; may be empty.
        prompt: A file of the project in the place of the judge's own prompt.
        temperature: Above 0 the judge is a draw.
        language: `en` or `zh`: of the prompt; otherwise that of the question.

    Raises:
        ModelError, AnswerDoesNotFit, AnswerRefused: as the model does.
    """
    told = language_of(language, question, a, b)
    asking = prompt_for("prefer", told, prompt)
    form = a_object(reasoning={"type": "string"}, better={"type": "string", "enum": list(_SAID)})

    async def ask(first: str, second: str) -> dict[str, Any]:
        return await asked(model).ask(
            asking, returns=form, temperature=temperature, question=question, first=first, second=second, rubric=rubric,
            expected=expected,
        )  # fmt: skip

    orders = [ask(a, b), *([ask(b, a)] if swap else [])]
    said = await asyncio.gather(*orders)
    reasons = tuple(str(each["reasoning"]).strip()[:REASON] for each in said)
    second = _OTHER[_SAID[said[1]["better"]]] if swap else None
    return joined(_SAID[said[0]["better"]], second, reasons=reasons)


def joined(first: Side, swapped: Side | None = None, *, reasons: Sequence[str] = ()) -> Preference:
    """Return what two orders come to: what both say, else a tie.

    >>> joined("a", "a").winner, joined("a", "b").winner, joined("a", "b").place, joined("b").winner
    ('a', 'tie', 'first', 'b')

    Args:
        first: What was preferred with `a` shown first.
        swapped: What was preferred with `b` shown first, in terms of a and b.
        reasons: Of both.
    """
    winner: Side = first if swapped is None or first == swapped else "tie"
    return Preference(winner=winner, first=first, swapped=swapped, reasons=tuple(reasons))


def tally(preferences: Sequence[Preference]) -> Tally:
    """Count preferences.

    >>> found = tally([joined("a", "a"), joined("a", "b"), joined("b", "a"), joined("tie", "tie")])
    >>> found.a, found.ties, found.agreement, found.position_bias
    (1, 3, 0.5, 0.0)
    """
    winners = Counter(each.winner for each in preferences)
    places = Counter(each.place for each in preferences)
    twice = [each for each in preferences if each.swapped is not None]
    return Tally(
        pairs=len(preferences), a=winners["a"], b=winners["b"], ties=winners["tie"],
        agreed=sum(each.agreed for each in twice),
        first_place=places["first"], second_place=places["second"], swapped=len(twice),
    )  # fmt: skip


def agreement(preferences: Sequence[Preference], gold: Sequence[Side]) -> Agreement:
    """Count how often preferences are the right ones. Raises ValueError where there are not as many of both."""
    pairs = list(zip(preferences, gold, strict=True))
    return Agreement(
        pairs=len(pairs),
        first=sum(each.first == right for each, right in pairs),
        swapped=sum(each.swapped == right for each, right in pairs),
        both=sum(each.first == right and each.swapped == right for each, right in pairs),
        winner=sum(each.winner == right for each, right in pairs),
    )


def choice_in(text: str) -> Literal["first", "second"]:
    """Return which answer a judge names last, where it was asked for words.

    >>> choice_in("Output (b) is shorter. Therefore, Output (a) is better."), choice_in("Answer 2")
    ('first', 'second')

    Raises:
        JudgeNamesNone: It names none.
    """
    named = [each[1].lower() for each in _NAMED.finditer(text)]
    if not named:
        raise JudgeNamesNone(name="prefer", said=repr(text[-_SHOWN:]))
    return "first" if named[-1] in "a1" else "second"

"""Scorers of what an answer took: time, tokens, money, length. They judge nothing. An item that failed is left out."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Literal

from loomwork.evals.scorers.given import one_of
from loomwork.evals.scorers.texts import HAN
from loomwork.evals.scoring import Facts, Score, builtin_scorer

_WORDS = re.compile(rf"[{HAN}]|[^\W{HAN}]+(?:['’-][^\W{HAN}]+)*")


@builtin_scorer(name="latency", semantics=1, range=(0, None), better="lower", unit="ms", on_failure="skip")
def latency(facts: Facts) -> Score:
    """Milliseconds that the outermost call took when it was made; what was reused counts as it was then.

    Args:
        facts: How the output was made.
    """
    return Score(value=max(0.0, facts.latency_ms), label="reused" if facts.reused else "")


@builtin_scorer(name="input_tokens", semantics=1, range=(0, None), better="lower", unit="tokens", on_failure="skip")
def input_tokens(facts: Facts) -> Score:
    """Tokens that models were sent, all calls together, what was reused counted as it was when it was made.

    Args:
        facts: How the output was made.
    """
    return Score(value=float(facts.input_tokens), parts={"model_calls": float(facts.model_calls)})


@builtin_scorer(name="output_tokens", semantics=1, range=(0, None), better="lower", unit="tokens", on_failure="skip")
def output_tokens(facts: Facts) -> Score:
    """Tokens that models wrote, all calls together, what was reused counted as it was when it was made.

    Args:
        facts: How the output was made.
    """
    return Score(value=float(facts.output_tokens), parts={"model_calls": float(facts.model_calls)})


@builtin_scorer(name="cost", semantics=1, range=(0, None), better="lower", unit="", on_failure="skip")
def cost(facts: Facts, *, currency: str = "USD") -> Score:
    """What the model calls cost in one currency. Where a call has no known price there is no score: it is not 0.

    Args:
        facts: How the output was made.
        currency: `USD`, `CNY`, ...
    """
    if facts.unpriced:
        return Score(value=None, reason=f"{facts.unpriced} model calls have no known price", label="unpriced")
    others = sorted(set(facts.cost) - {currency})
    if others and currency not in facts.cost:
        return Score(value=None, reason=f"it was paid in {', '.join(others)}", label="another currency")
    parts = {each: facts.cost[each] for each in others}
    return Score(value=facts.cost.get(currency, 0.0), parts=parts)


@builtin_scorer(name="length", semantics=1, range=(0, None), better="none", on_failure="skip")
def length(text: str, *, unit: Literal["characters", "words", "lines"] = "words") -> float:
    """How long the text is. Neither end is better.

    Args:
        text: The words of the output.
        unit: `words` (a Chinese character is one), `characters` or `lines`.
    """
    one_of("length", _COUNTS, unit=unit)
    return float(_COUNTS[unit](text))


def words_in(text: str) -> int:
    """Return how many words a text has; a Chinese character is one.

    >>> words_in("three plain words"), words_in("你好，world")
    (3, 3)
    """
    if text.isascii():
        return len(text.split())
    return len(_WORDS.findall(text))


_COUNTS: dict[str, Callable[[str], int]] = {
    "words": words_in,
    "characters": len,
    "lines": lambda text: len(text.splitlines()),
}

"""Draw several answers and take the one given most often (Wang et al. 2022)."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any, NamedTuple

from loomwork.prompts.calls import Asks
from loomwork.prompts.filters import text_of
from loomwork.prompts.prompt import Prompt

TEMPERATURE = 0.7


class Vote(NamedTuple):
    """The winner, its share of the votes (0 to 1), and every draw in order."""

    answer: Any
    share: float
    draws: tuple[Any, ...]


def plainly(answer: Any) -> str:
    """Return what two equal answers have in common: their text without case, outer blanks and a final full stop."""
    return text_of(answer).strip().rstrip(".。").casefold()


async def self_consistency(
    model: Asks,
    prompt: Prompt | str,
    /,
    *,
    draws: int = 5,
    alike: Callable[[Any], str] = plainly,
    temperature: float = TEMPERATURE,
    **variables: Any,
) -> Vote:
    """Ask `draws` times and return the answer that most draws agree on; of equals, the one drawn first.

    Args:
        model: What is asked.
        prompt: The prompt; `variables` fill it in and may hold `returns=`.
        draws: How many answers; each is a draw of its own, memoised by its number.
        alike: Answers with the same text count as the same answer.
        temperature: Above 0, else all draws are one.
        variables: See `ask`.
    """
    asked = (model.ask(prompt, temperature=temperature, draw=draw, **variables) for draw in range(draws))
    answers = tuple(await asyncio.gather(*asked))
    votes = Counter(alike(answer) for answer in answers)
    winner, count = max(votes.items(), key=lambda item: item[1])
    return Vote(next(answer for answer in answers if alike(answer) == winner), count / draws, answers)

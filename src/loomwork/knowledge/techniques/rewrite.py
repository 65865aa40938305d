"""Make the last question of a conversation one that can be searched for (rewrite-retrieve-read, Ma et al. 2023)."""

from collections.abc import Sequence
from typing import NamedTuple

from loomwork.knowledge.wording import language_asked, prompt
from loomwork.prompts import Asks


class Turn(NamedTuple):
    """What somebody said."""

    role: str
    text: str


async def rewrite(model: Asks, question: str, *, turns: Sequence[Turn] = ()) -> str:
    """Return the question as it is understood alone, or itself where the model says nothing. One model call."""
    said = await model.ask(
        prompt("rewrite", language_asked(question)), question=question, turns=[each._asdict() for each in turns]
    )
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    return lines[0].strip("\"'“”「」") if lines else question

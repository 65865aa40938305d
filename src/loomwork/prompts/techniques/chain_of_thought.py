"""Let the model think before it answers (Wei et al. 2022; zero-shot: Kojima et al. 2022)."""

import re
from typing import Any, NamedTuple

from loomwork.prompts.calls import Asks
from loomwork.prompts.prompt import Prompt, as_prompt

INSTRUCTION = "Think step by step. Then write the answer alone on a last line that begins with `Answer:`."
_ANSWER = re.compile(
    r"^[\s*_#>`]*(?:final\s+)?answer[*_`]*\s*[:：][*_`]*[ \t]*(.*)\Z", re.IGNORECASE | re.MULTILINE | re.DOTALL
)


class Reasoned(NamedTuple):
    """What the model thought, and what it came to."""

    reasoning: str
    answer: str


async def chain_of_thought(model: Asks, prompt: Prompt | str, /, **variables: Any) -> Reasoned:
    """Ask with the instruction to think first, and tell reasoning and answer apart.

    An answer without the asked-for last line is all answer: nothing is guessed.
    """
    text = await model.ask(as_prompt(prompt).with_suffix(INSTRUCTION), **variables)
    return split_answer(text)


def split_answer(text: str) -> Reasoned:
    r"""Part a text at its last `Answer:` line.

    >>> split_answer("2 and 2 make 4.\nAnswer: 4")
    Reasoned(reasoning='2 and 2 make 4.', answer='4')
    """
    last = None
    at = 0
    while found := _ANSWER.search(text, at):
        last = found
        at = found.start(1)
    if last is None:
        return Reasoned("", text.strip())
    return Reasoned(text[: last.start()].strip(), last[1].strip().strip("*_`").strip())

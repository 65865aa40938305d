"""Think, act, observe, until there is an answer: tools called by text (Yao et al. 2022).

For models without tool calls of their own; the agents' loop is for the others.
"""

import inspect
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from loomwork.prompts.calls import Asks
from loomwork.prompts.filters import text_of
from loomwork.prompts.prompt import Prompt

Tool = Callable[[str], Any]
"""Takes the input that the model wrote; sync or async."""

PROMPT = Prompt.inline(
    """\
Answer the question. You can use these tools:
{% for name, about in abilities|items %}
- {{ name }}: {{ about }}
{% endfor %}

Write exactly one of these and then stop:
Thought: what you think
Action: name of a tool[its input]
or
Thought: what you think
Answer: the answer

Question: {{ question }}
{% for turn in turns %}
{{ turn }}
{% endfor %}"""
)
_ACTION = re.compile(r"^Action:\s*([\w.-]+)\s*\[(.*?)\]\s*$", re.MULTILINE | re.DOTALL)
_ANSWER = re.compile(r"^Answer:\s*(.*)\Z", re.MULTILINE | re.DOTALL)


class Reacted(NamedTuple):
    """The answer (None when the turns were used up) and every turn with what was observed."""

    answer: str | None
    turns: tuple[str, ...]


async def react(model: Asks, question: str, *, tools: Mapping[str, Tool], most_turns: int = 6) -> Reacted:
    """Answer a question by turns of thought, action and observation.

    Only the model's first action of a turn counts: what it writes behind it, observations it made up included, is cut.
    """
    about = {name: (inspect.getdoc(tool) or name).split("\n", 1)[0] for name, tool in tools.items()}
    turns: list[str] = []
    for _ in range(most_turns):
        said: str = (await model.ask(PROMPT, question=question, abilities=about, turns=turns)).strip()
        action, answer = _ACTION.search(said), _ANSWER.search(said)
        if answer and not (action and action.start() < answer.start()):
            return Reacted(answer[1].strip(), (*turns, said))
        if action is None:
            turns.append(f"{said}\nObservation: no action and no answer was found; write one of them")
            continue
        turns.append(f"{said[: action.end()]}\nObservation: {await _observe(tools, action[1], action[2])}")
    return Reacted(None, tuple(turns))


async def _observe(tools: Mapping[str, Tool], name: str, given: str) -> str:
    tool = tools.get(name)
    if tool is None:
        return f"there is no tool '{name}'; there are: {', '.join(tools)}"
    result = tool(given.strip())
    return text_of(await result if inspect.isawaitable(result) else result)

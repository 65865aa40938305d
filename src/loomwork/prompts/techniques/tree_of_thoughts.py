"""Search over partial solutions: propose several next thoughts, grade them, go on from the best (Yao et al. 2023)."""

import asyncio
from typing import NamedTuple

from loomwork.prompts.calls import Asks
from loomwork.prompts.prompt import Prompt

PROPOSE = Prompt.inline(
    """\
Problem: {{ problem }}
{% if steps %}Steps so far:
{% for step in steps %}
{{ loop.index }}. {{ step }}
{% endfor %}
{% endif %}
Propose the next step towards the solution, in one or two sentences. Write only that step."""
)
GRADE = Prompt.inline(
    """\
Problem: {{ problem }}
Steps so far:
{% for step in steps %}
{{ loop.index }}. {{ step }}
{% endfor %}
How likely do these steps lead to the solution, from 0 (not at all) to 10 (surely)?"""
)
SOLVE = Prompt.inline(
    """\
Problem: {{ problem }}
Steps:
{% for step in steps %}
{{ loop.index }}. {{ step }}
{% endfor %}
Give the solution that these steps lead to, and nothing else."""
)


class Thought(NamedTuple):
    """A way through the tree: its steps and the grade of the last (0 to 10)."""

    steps: tuple[str, ...] = ()
    grade: float = 0.0


class Solved(NamedTuple):
    """The solution, and the thoughts that led there."""

    answer: str
    thought: Thought


async def tree_of_thoughts(model: Asks, problem: str, *, depth: int = 3, breadth: int = 3, keep: int = 2) -> Solved:
    """Solve a problem by breadth-first search: `depth` rounds, `breadth` proposals from each of the `keep` best.

    Makes at most `depth * keep * breadth * 2 + 1` model calls.
    """
    best = [Thought()]
    for _ in range(depth):
        grown = await asyncio.gather(
            *(_grow(model, problem, thought, draw) for thought in best for draw in range(breadth))
        )
        unique = {thought.steps: thought for thought in grown}
        best = sorted(unique.values(), key=lambda thought: -thought.grade)[:keep]
    answer = await model.ask(SOLVE, problem=problem, steps=list(best[0].steps))
    return Solved(answer, best[0])


async def _grow(model: Asks, problem: str, thought: Thought, draw: int) -> Thought:
    """Add one proposed step and have the whole graded."""
    step = await model.ask(PROPOSE, problem=problem, steps=list(thought.steps), temperature=0.7, draw=draw)
    steps = (*thought.steps, step.strip())
    grade = await model.ask(GRADE, problem=problem, steps=list(steps), returns=float)
    return Thought(steps, min(max(grade, 0.0), 10.0))

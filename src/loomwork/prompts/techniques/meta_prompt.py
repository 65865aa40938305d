"""Let a model write a prompt (Zhou et al. 2022; Suzgun and Kalai 2024), and make sure that it can be used."""

from collections.abc import Sequence

from loomwork.kernel.errors.prompts import BadDraft, PromptError
from loomwork.prompts.calls import Asks
from loomwork.prompts.examples import Example
from loomwork.prompts.prompt import Prompt

WRITE = Prompt.inline(
    """\
Write a prompt for a language model that does this task:
{{ task }}

The prompt is a template. It uses each of these variables at least once, written in double braces:
{% for name in variables %}
- {{ '{{ ' ~ name ~ ' }}' }}
{% endfor %}
{% if cases %}

It will be judged by cases like these:
{% for case in cases %}
{{ case }}
{% endfor %}
{% endif %}
{% if problem %}

Your last prompt could not be used: {{ problem }}
{% endif %}

Write the prompt only, without any text around it."""
)
ATTEMPTS = 3


async def meta_prompt(model: Asks, task: str, *, variables: Sequence[str], examples: Sequence[Example] = ()) -> Prompt:
    """Return a new prompt for `task` that parses and uses exactly these variables.

    Raises the last `PromptError` when the model did not manage it in three attempts.
    """
    shown = [{"input": example.variables, "output": example.output} for example in examples]
    problem = ""
    last: PromptError | None = None
    for _ in range(ATTEMPTS):
        text = await model.ask(WRITE, task=task, variables=list(variables), cases=shown, problem=problem)
        prompt = Prompt.inline(_unfenced(text))
        try:
            used = prompt.variables
        except PromptError as bad:
            last, problem = bad, str(bad)
            continue
        if used == frozenset(variables):
            return prompt
        last = BadDraft(wanted=", ".join(variables), used=", ".join(sorted(used)) or "none")
        problem = str(last)
    raise last or BadDraft(wanted=", ".join(variables), used="none")


def _unfenced(text: str) -> str:
    r"""Return a text without the code fence around it.

    >>> _unfenced("```\nSay {{ x }}\n```")
    'Say {{ x }}'
    """
    lines = text.strip().split("\n")
    fenced = len(lines) > 1 and lines[0].startswith("```") and lines[-1].strip() == "```"
    return "\n".join(lines[1:-1]) if fenced else text.strip()

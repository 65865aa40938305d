"""Three model steps and a tool step: understand a question about units, convert, draft an answer, review it.

    loomwork run app:answer --data data/questions.jsonl

Begin with the scripted double (it says in every answer that it is one), then `loomwork model add` puts a model of this
machine or of a provider behind the alias `main`.
"""

from pydantic import BaseModel, Field

from loomwork import Prompt, model, step

understand_prompt = Prompt("prompts/understand.md")
draft_prompt = Prompt("prompts/draft.md")
review_prompt = Prompt("prompts/review.md")

METRES = {"mm": 0.001, "cm": 0.01, "m": 1.0, "km": 1000.0, "inch": 0.0254, "foot": 0.3048, "mile": 1609.344}


class Wanted(BaseModel):
    """What a question asks for."""

    amount: float = Field(description="The number in the question")
    unit: str = Field(description=f"The unit it is given in, one of {', '.join(METRES)}")
    into: str = Field(description=f"The unit that is asked for, one of {', '.join(METRES)}")


@step
async def understand(question: str) -> Wanted:
    """Read the question into a form that a tool can work with."""
    return await model("main").ask(understand_prompt, returns=Wanted, question=question, units=list(METRES))


@step
def convert(wanted: Wanted) -> str:
    """The tool: exact arithmetic, which models are bad at."""
    if wanted.unit not in METRES or wanted.into not in METRES:
        return f"cannot convert {wanted.unit!r} into {wanted.into!r}; known units: {', '.join(METRES)}"
    metres = wanted.amount * METRES[wanted.unit]
    return f"{wanted.amount:g} {wanted.unit} = {metres / METRES[wanted.into]:.6g} {wanted.into}"


@step
async def draft(question: str, fact: str) -> str:
    """Answer in a sentence."""
    return await model("main").ask(draft_prompt, question=question, fact=fact)


@step
async def review(question: str, fact: str, text: str) -> str:
    """Keep the answer if it says the fact, else write it again."""
    return await model("main").ask(review_prompt, question=question, fact=fact, text=text)


@step
async def answer(question: str) -> str:
    """The whole chain."""
    fact = convert(await understand(question))
    return await review(question, fact, await draft(question, fact))

"""Ask FastAPI's documentation, in English and Chinese. No model and no key is needed: the answers are quoted.

find the passages -> answer from them, every sentence with its place, or say that they do not tell. With a model in
loomwork.toml, give its name below (`ask(..., model="fast")`), and it writes the answers.
"""

from loomwork import knowledge, step


@step
async def find(question: str):
    """Find the passages that speak of it."""
    return await knowledge("docs").search(question)


@step
async def answer(question: str):
    """Answer from the passages: where the same ones are found again, the answer is there already."""
    return await knowledge("docs").ask(question, passages=await find(question))

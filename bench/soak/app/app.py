"""The application that is served during the soak: a step that asks a model, one that streams, one that fails."""

from collections.abc import AsyncIterator

from loomwork import model, step


@step
async def answer(question: str) -> str:
    """Ask a model with a frame around the question."""
    return await model("sampled").ask("Answer in one paragraph: {{ question }}", question=question)


@step
async def pieces(question: str) -> AsyncIterator[str]:
    """Give the question back word by word, then what a model says to it."""
    for word in question.split():
        yield word + " "
    yield await model("fixed").ask("Say: {{ question }}", question=question)


@step
async def fails(question: str) -> str:
    """Fail."""
    raise ValueError(question)

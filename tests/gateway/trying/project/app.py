"""Steps of three kinds: an answer with citations, a stream that goes on until it is stopped, a form."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any

from loomwork import knowledge, model, step


@step
async def answer(question: str) -> Any:
    """Answer questions about refunds from the documents."""
    return await knowledge("refunds").ask(question)


def note_end() -> None:
    """Leave a mark for whoever looks at this project's folder."""
    Path("cancelled").write_text("yes", "utf-8")


@step
async def slowly(question: str) -> AsyncGenerator[str, None]:
    """Say a word at a time, without an end."""
    yield f"{question} "
    try:
        for number in range(10_000):
            yield f"{number} "
            await asyncio.sleep(0.02)
    except (asyncio.CancelledError, GeneratorExit):
        note_end()
        raise


@step
async def gated(question: str) -> AsyncGenerator[str, None]:
    """Say one word, and the other when there is a file of the name that was asked."""
    yield "first "
    for _ in range(10_000):
        if await asyncio.to_thread(Path(question).exists):
            break
        await asyncio.sleep(0.01)
    yield "second"


@step
async def letter(topic: str, words: int = 80) -> str:
    """Write a letter.

    Args:
        topic: What it is about.
        words: How long it may be.
    """
    return await model("double").ask("A letter about {{ topic }} in {{ words }} words.", topic=topic, words=words)

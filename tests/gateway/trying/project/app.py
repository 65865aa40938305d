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
    """Say a word each time that there is one more file in the folder that was asked."""
    for number in range(4):
        await files(question, number)
        yield f"word{number} "


async def files(folder: str, number: int) -> None:
    """Wait until a folder has so many files."""
    for _ in range(10_000):
        if await asyncio.to_thread(lambda: len(list(Path(folder).iterdir()))) >= number:
            return
        await asyncio.sleep(0.01)


@step
async def letter(topic: str, words: int = 80) -> str:
    """Write a letter.

    Args:
        topic: What it is about.
        words: How long it may be.
    """
    return await model("double").ask("A letter about {{ topic }} in {{ words }} words.", topic=topic, words=words)

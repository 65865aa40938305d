"""Six steps that wait as long as a model would: 64 rows at a time come to 2,000 cells a second."""

import asyncio

from loomwork import step

WAIT_S = 64 * 6 / (5 * 2_000)


@step
async def rewrite(question: str) -> str:
    """Say it in key words."""
    await asyncio.sleep(WAIT_S)
    return f"key words of {question}"


@step
async def retrieve(query: str) -> str:
    """Find notes."""
    await asyncio.sleep(WAIT_S)
    return f"notes about {query}"


@step
async def rerank(notes: str) -> str:
    """Keep the best."""
    await asyncio.sleep(WAIT_S)
    return f"the best of {notes}"


@step
async def draft(notes: str) -> str:
    """Write the answer."""
    await asyncio.sleep(WAIT_S)
    return f"an answer from {notes}"


@step
async def check(text: str) -> str:
    """Check it."""
    await asyncio.sleep(WAIT_S)
    return f"checked: {text}"


@step
async def answer(question: str) -> str:
    """Answer a question."""
    return await check(await draft(await rerank(await retrieve(await rewrite(question)))))

"""Search in both languages: a Chinese question over English documents, and the reverse (query translation, Oard 1998).

For bases whose embedder does not cover both; a multilingual embedder needs no translation.
"""

import asyncio

from loomwork.knowledge.answering.tools import Search
from loomwork.knowledge.techniques.joining import joined
from loomwork.knowledge.values import Passage
from loomwork.knowledge.wording import language_asked, prompt
from loomwork.prompts import Asks


async def translate(model: Asks, search: Search, question: str, *, k: int = 8) -> list[Passage]:
    """Return the k best passages of a question and of its translation: one model call, two searches."""
    said = await model.ask(prompt("translate", language_asked(question)), question=question)
    own, other = await asyncio.gather(search(question, k=k), search(said.strip() or question, k=k))
    return joined({"question": own, "translation": other}, k=k)

"""Search with several wordings of a question and join what they find (RAG-Fusion, Rackauckas 2024)."""

import asyncio

from loomwork.knowledge.answering.tools import Search
from loomwork.knowledge.techniques.joining import joined
from loomwork.knowledge.values import Passage
from loomwork.knowledge.wording import language_asked, prompt
from loomwork.prompts import Asks


async def multi_query(model: Asks, search: Search, question: str, *, k: int = 8, count: int = 3) -> list[Passage]:
    """Return the k best passages of a question and of `count` other wordings: one model call, `count + 1` searches."""
    language = language_asked(question)
    said = await model.ask(prompt("multi_query", language), returns=list[str], question=question, count=count)
    queries = list(dict.fromkeys([question, *(each.strip() for each in said[:count] if each.strip())]))
    found = await asyncio.gather(*(search(query, k=k) for query in queries))
    return joined(dict(zip(queries, found, strict=True)), k=k)

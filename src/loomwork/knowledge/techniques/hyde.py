"""Search with the passage that would answer the question (hypothetical document embeddings, Gao et al. 2023)."""

import asyncio

from loomwork.knowledge.answering.tools import Search
from loomwork.knowledge.techniques.joining import joined
from loomwork.knowledge.values import Passage
from loomwork.knowledge.wording import language_asked, prompt
from loomwork.prompts import Asks


async def hyde(model: Asks, search: Search, question: str, *, k: int = 8) -> list[Passage]:
    """Return the k best passages of the question and of a passage that the model imagines.

    One model call, two searches. The imagined passage is searched with and then forgotten: it never reaches an answer.
    """
    imagined = await model.ask(prompt("hyde", language_asked(question)), question=question)
    plain, near = await asyncio.gather(search(question, k=k), search(imagined.strip() or question, k=k))
    return joined({"question": plain, "imagined": near}, k=k)

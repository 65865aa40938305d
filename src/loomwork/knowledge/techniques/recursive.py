"""Split a question into parts, these into theirs, search for each (decomposed prompting, Khot et al. 2023)."""

import asyncio

from loomwork.knowledge.answering.tools import Search
from loomwork.knowledge.techniques.joining import joined
from loomwork.knowledge.values import Passage
from loomwork.knowledge.wording import language_asked, prompt
from loomwork.prompts import Asks


async def recursive(
    model: Asks, search: Search, question: str, *, k: int = 8, depth: int = 2, most: int = 3
) -> list[Passage]:
    """Return the k best passages of the question and of its parts.

    A question that the model finds to be one fact is searched for as it is. At most `1 + most + most**2 ...` model
    calls, `depth` terms; a part that is its own question again is not split further.
    """
    parts: list[str] = []
    if depth > 0:
        asked = prompt("parts", language_asked(question))
        said = await model.ask(asked, returns=list[str], question=question, most=most)
        parts = [each for each in dict.fromkeys(each.strip() for each in said[:most]) if each and each != question]
    if not parts:
        return list(await search(question, k=k))
    below = (recursive(model, search, each, k=k, depth=depth - 1, most=most) for each in parts)
    found = await asyncio.gather(search(question, k=k), *below)
    return joined(dict(zip([question, *parts], found, strict=True)), k=k)

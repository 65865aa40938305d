"""Search, read, say what is still missing, search again (interleaved retrieval, Trivedi et al. 2023)."""

from typing import NamedTuple

from loomwork.knowledge.answering.budget import Count, approximate_count, fitted
from loomwork.knowledge.answering.extracting import for_prompt
from loomwork.knowledge.answering.tools import Search
from loomwork.knowledge.techniques.joining import joined
from loomwork.knowledge.values import Passage
from loomwork.knowledge.wording import language_asked, prompt
from loomwork.prompts import Asks

DONE = "DONE"


class Steps(NamedTuple):
    """What was found, and what was looked up for it, in order."""

    passages: list[Passage]
    queries: tuple[str, ...]


async def multi_step(
    model: Asks,
    search: Search,
    question: str,
    *,
    k: int = 8,
    most: int = 3,
    budget: int = 2000,
    count: Count = approximate_count,
) -> Steps:
    """Look up what the model asks for next, until it has enough, asks again for the same, or `most` searches were made.

    Args:
        model: What decides; at most `most` calls.
        search: What finds passages; the question itself is always looked up first.
        question: English or Chinese.
        k: How many passages to return.
        most: How many searches.
        budget: Tokens of passages that the model is shown.
        count: How many tokens a text has.
    """
    found = {question: list(await search(question, k=k))}
    while len(found) < most:
        excerpts = fitted(joined(found, k=k), budget=budget, count=count)
        said = await model.ask(
            prompt("next_query", language_asked(question)),
            question=question, asked=list(found), excerpts=for_prompt(excerpts),
        )  # fmt: skip
        query = said.strip().splitlines()[0].strip() if said.strip() else DONE
        if query.strip(".。").upper() == DONE or query in found:
            break
        found[query] = list(await search(query, k=k))
    return Steps(joined(found, k=k), tuple(found))

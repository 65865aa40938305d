"""The techniques by the names that settings give them, all called alike. Knows nothing of settings."""

from collections.abc import Mapping
from typing import Protocol

from loomwork.knowledge.answering.tools import Search
from loomwork.knowledge.search.rerank import reranked
from loomwork.knowledge.techniques.hyde import hyde
from loomwork.knowledge.techniques.multi_query import multi_query
from loomwork.knowledge.techniques.multi_step import multi_step
from loomwork.knowledge.techniques.ordering import ModelOrder
from loomwork.knowledge.techniques.recursive import recursive
from loomwork.knowledge.techniques.rewrite import rewrite
from loomwork.knowledge.techniques.translate import translate
from loomwork.knowledge.values import Passage
from loomwork.prompts import Asks

POOL = 3
"""Candidates a wanted passage that a model puts in order."""


class Retrieval(Protocol):
    """A way to find passages with a model's help."""

    async def __call__(self, model: Asks, search: Search, question: str, *, k: int) -> list[Passage]:
        """Return the k best passages."""
        ...


async def _rewritten(model: Asks, search: Search, question: str, *, k: int) -> list[Passage]:
    return list(await search(await rewrite(model, question), k=k))


async def _in_steps(model: Asks, search: Search, question: str, *, k: int) -> list[Passage]:
    return (await multi_step(model, search, question, k=k)).passages


async def _in_order(model: Asks, search: Search, question: str, *, k: int) -> list[Passage]:
    found = await search(question, k=k * POOL)
    return list(await reranked(ModelOrder(model), question, found, k=k))


RETRIEVALS: Mapping[str, Retrieval] = {
    "rewrite": _rewritten,
    "multi_query": multi_query,
    "hyde": hyde,
    "multi_step": _in_steps,
    "recursive": recursive,
    "translate": translate,
    "order": _in_order,
}

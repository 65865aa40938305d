"""Let a model put passages in order, all at once (listwise reranking, RankGPT, Sun et al. 2023)."""

from collections.abc import Sequence

from loomwork.knowledge.answering.budget import Count, approximate_count, fitted
from loomwork.knowledge.answering.extracting import for_prompt
from loomwork.knowledge.search.rerank import Scored
from loomwork.knowledge.values import Passage
from loomwork.knowledge.wording import language_asked, prompt
from loomwork.prompts import Asks


class ModelOrder:
    """A reranker that asks a model. What it does not name, or was not shown for want of room, keeps its old order.

    Args:
        model: What is asked; one call a search.
        budget: Tokens of passages that it is shown.
        count: How many tokens a text has.
    """

    def __init__(self, model: Asks, *, budget: int = 4000, count: Count = approximate_count) -> None:
        self._model = model
        self._budget = budget
        self._count = count

    async def rerank(self, query: str, passages: Sequence[Passage]) -> Sequence[Scored]:
        """Return the named passages, best first, with 1, 1/2, 1/3 ... as scores."""
        excerpts = fitted(passages, budget=self._budget, count=self._count)
        if not excerpts:
            return []
        said = await self._model.ask(
            prompt("order", language_asked(query)), returns=list[int], question=query, excerpts=for_prompt(excerpts)
        )
        places = {each.number: each.pieces[0].passage for each in excerpts}
        named = [number for number in dict.fromkeys(said) if number in places]
        return [Scored(places[number], 1 / rank) for rank, number in enumerate(named, start=1)]

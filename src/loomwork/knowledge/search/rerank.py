"""Put found passages in another order. Knows the protocol, and one way that needs no model server.

A reranker is asked for an order with scores; it may leave passages out of its order, which then follow in their old
one. Late interaction compares each token of the question with each token of a passage (ColBERT's MaxSim).
"""

from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from loomwork.knowledge.values import Passage

TokenVectors = Callable[[str], NDArray[np.float32]]
"""(tokens, dimensions), each normalised."""


class Scored(NamedTuple):
    """A passage's place in the list that was given, and its new score."""

    at: int
    score: float


class Reranker(Protocol):
    """Whatever can say which passages answer a question best."""

    async def rerank(self, query: str, passages: Sequence[Passage]) -> Sequence[Scored]:
        """Return an order, best first."""
        ...


async def reranked(reranker: Reranker, query: str, passages: Sequence[Passage], *, k: int) -> tuple[Passage, ...]:
    """Return the k best passages in the reranker's order; each keeps its former place under `ranks["found"]`."""
    order: dict[int, float | None] = {}
    for at, score in await reranker.rerank(query, passages):
        if 0 <= at < len(passages):
            order.setdefault(at, score)
    for at in range(len(passages)):
        order.setdefault(at, None)
    return tuple([_moved(passages[at], rank, score) for rank, (at, score) in enumerate(order.items(), start=1)][:k])


def _moved(passage: Passage, rank: int, score: float | None) -> Passage:
    ranks, scores = passage.ranks | {"found": passage.rank}, passage.scores | {"found": passage.score}
    if score is None:
        return replace(passage, rank=rank, ranks=ranks, scores=scores)
    return replace(passage, rank=rank, score=score, ranks=ranks | {"rerank": rank}, scores=scores | {"rerank": score})


def max_sim(query: NDArray[np.float32], passage: NDArray[np.float32]) -> float:
    """Return the mean over the question's tokens of their best likeness to a token of the passage.

    >>> max_sim(np.eye(2, dtype=np.float32), np.array([[1, 0]], np.float32))
    0.5
    """
    if not len(query) or not len(passage):
        return 0.0
    return float((query @ passage.T).max(axis=1).mean())


class LateInteraction:
    """Reranks by `max_sim` over token vectors."""

    def __init__(self, token_vectors: TokenVectors) -> None:
        self._token_vectors = token_vectors

    async def rerank(self, query: str, passages: Sequence[Passage]) -> Sequence[Scored]:
        """Return all passages by their likeness to the question, equal ones in their old order."""
        asked = self._token_vectors(query)
        scored = [Scored(at, max_sim(asked, self._token_vectors(each.text))) for at, each in enumerate(passages)]
        return sorted(scored, key=lambda one: -one.score)

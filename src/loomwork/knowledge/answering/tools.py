"""What answering reads with: words, their weights, meanings where there are any. Knows no index and no model."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple, Protocol

from msgspec import Struct

from loomwork.knowledge.embedding.protocol import Embedder, covers
from loomwork.knowledge.values import Passage
from loomwork.knowledge.words import Words

if TYPE_CHECKING:
    from loomwork.knowledge.embedding.protocol import Vectors

Weigh = Callable[[str], float]
"""How much a term says: its inverse document frequency among what the asker may see; higher is rarer."""
Count = Callable[[str], int]
"""How many tokens a text has."""


class Search(Protocol):
    """Whatever finds passages: `knowledge("handbook").search`, or a double."""

    def __call__(self, query: str, *, k: int) -> Awaitable[Sequence[Passage]]:
        """Return the k best passages, best first."""
        ...


def _alike(_term: str) -> float:
    return 1.0


class Tools(NamedTuple):
    """What answering needs beside the question and the passages."""

    words: Words
    weigh: Weigh = _alike
    embedder: Embedder | None = None
    covered: Callable[[str], bool] | None = None
    """Whether meanings of texts in a language are looked at; None: if the embedder was made for it."""

    async def vectors(self, texts: Sequence[str], language: str) -> "Vectors | None":
        """Return vectors of the texts, or None where no embedder covers the language."""
        if self.embedder is None or not texts:
            return None
        if not (covers(self.embedder, language) if self.covered is None else self.covered(language)):
            return None
        return await self.embedder.embed(texts)


class Wanted(Struct, frozen=True):
    """The terms of a question or a claim, with their weights."""

    weights: dict[str, float]

    def share(self, found: Collection[str]) -> float:
        """Return which share of the terms, by weight, is among those found; 0 where nothing is wanted.

        >>> Wanted({"cors": 3.0, "back": 1.0}).share({"cors", "else"})
        0.75
        """
        total = sum(self.weights.values())
        return sum(weight for term, weight in self.weights.items() if term in found) / total if total else 0.0


def wanted(text: str, tools: Tools) -> Wanted:
    """Return what a text asks for or claims: its terms, those that say nothing left out."""
    return Wanted({term: max(tools.weigh(term), 0.0) for term in dict.fromkeys(tools.words.query(text))})


__all__ = ["Count", "Search", "Tools", "Wanted", "Weigh", "wanted"]

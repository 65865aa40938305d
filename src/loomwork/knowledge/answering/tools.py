"""What answering reads with: words, their weights, meanings where there are any. Knows no index and no model."""

import re
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


_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
UNREADABLE = 0.5
"""What a term counts against a text in whose script it cannot stand: a Chinese word, against an English sentence."""


class Wanted(Struct, frozen=True):
    """The terms of a question or a claim, with their weights, and what may stand in their place."""

    weights: dict[str, float]
    instead: dict[str, tuple[frozenset[str], ...]] = {}

    def share(self, found: Collection[str], *, script: str = "zh") -> float:
        """Return which share of the terms, by weight, is among those found; 0 where nothing is wanted.

        Args:
            found: The terms of a text.
            script: `en` for a text without Chinese characters.

        >>> Wanted({"cors": 3.0, "back": 1.0}).share({"cors", "else"})
        0.75
        >>> Wanted({"密码": 1.0, "长度": 1.0}, {"密码": (frozenset({"password"}),)}).share({"password"}, script="en")
        0.6666666666666666
        """
        known = frozenset(found)
        total = met = 0.0
        for term, weight in self.weights.items():
            others = self.instead.get(term, ())
            met += weight if term in known or any(other <= known for other in others) else 0.0
            total += weight if script != "en" or _could_stand(term, others) else UNREADABLE * weight
        return met / total if total else 0.0


def _could_stand(term: str, others: Sequence[frozenset[str]]) -> bool:
    return not _HAN.search(term) or any(not _HAN.search("".join(other)) for other in others)


def wanted(text: str, tools: Tools) -> Wanted:
    """Return what a text asks for or claims: its terms, those that say nothing left out."""
    instead = tools.words.wanted(text)
    weights: dict[str, float] = {}
    for term, others in instead.items():
        spellings = [term, *(each for other in others for each in other)]
        weights[term] = max(min(map(tools.weigh, spellings)), 0.0)
    return Wanted(weights, {term: others for term, others in instead.items() if others})


__all__ = ["UNREADABLE", "Count", "Search", "Tools", "Wanted", "Weigh", "wanted"]

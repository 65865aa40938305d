"""Find passages: join rankings, filter, spread out, widen, explain. Knows nothing of how an index keeps things."""

from loomwork.knowledge.search.asking import RETRIEVERS, Asked, Found, Mode, Place, SearchSettings, Why
from loomwork.knowledge.search.diversity import spread
from loomwork.knowledge.search.filters import conditions
from loomwork.knowledge.search.fusion import FUSIONS, Ranking, fuse, rrf, weighted
from loomwork.knowledge.search.rerank import LateInteraction, Reranker, Scored, max_sim, reranked
from loomwork.knowledge.search.searching import search
from loomwork.knowledge.search.versions import mark_of, out_of_force, superseded
from loomwork.knowledge.search.widening import Span, Widen, widened

__all__ = [
    "FUSIONS",
    "RETRIEVERS",
    "Asked",
    "Found",
    "LateInteraction",
    "Mode",
    "Place",
    "Ranking",
    "Reranker",
    "Scored",
    "SearchSettings",
    "Span",
    "Why",
    "Widen",
    "conditions",
    "fuse",
    "mark_of",
    "max_sim",
    "out_of_force",
    "reranked",
    "rrf",
    "search",
    "spread",
    "superseded",
    "weighted",
    "widened",
]

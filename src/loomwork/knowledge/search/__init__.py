"""Find passages: join rankings, filter, spread out, widen, explain. Knows nothing of how an index keeps things."""

from loomwork.knowledge.search.fusion import FUSIONS, Ranking, fuse, rrf, weighted

__all__ = ["FUSIONS", "Ranking", "fuse", "rrf", "weighted"]

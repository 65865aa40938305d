"""Say how a search came to its passages, with those that it looked at and did not give. Pure; knows no index."""

from collections.abc import Callable, Sequence

from loomwork.knowledge.search import Found, Why
from loomwork.knowledge.search.fusion import RRF_DAMPING
from loomwork.knowledge.settings import SearchTable
from loomwork.knowledge.values import Passage
from loomwork.trace.explained import CANDIDATES, At, Explained, Looked

Note = Callable[[Explained], None]
_TEXT = 80
_TERMS = 8


def looked_at(wanted: int, settings: SearchTable) -> int:
    """Return how many passages a search that is noted looks at: more than wanted, where that changes none of them.

    Variety chooses from a pool that grows with what is asked for, and retrievers go as deep as is asked for.
    """
    return wanted if settings.mmr is not None else max(wanted, min(CANDIDATES, settings.depth))


def explained(
    name: str, settings: SearchTable, *, k: int, looked: int, found: Found, given: Sequence[Passage]
) -> Explained:
    """Return how a search went. It is told from the passages, which costs next to nothing; reasons add terms.

    Args:
        name: The base's.
        settings: How it was searched.
        k: How many were wanted.
        looked: How many were looked at.
        found: Those, with the reasons where they were asked for.
        given: What the caller gets, in its order.
    """
    final = {(each.doc, each.start): each for each in given}
    joined = {id(each): rank for rank, each in enumerate(sorted(found.passages, key=lambda each: -each.score), start=1)}
    why = {at: each for at, each in enumerate(found.why)}
    seen = [
        _looked(each, joined[id(each)], final.get((each.doc, each.start)), why.get(at), settings)
        for at, each in enumerate(found.passages)
    ]
    shown = sorted(seen, key=lambda each: each.final_rank or looked + each.joined_rank)[: max(CANDIDATES, k)]
    return Explained(
        base=name,
        mode=settings.mode,
        fusion=settings.fusion,
        rerank=settings.rerank,
        k=k,
        snapshot=found.snapshot,
        counts={each: sum(each in passage.ranks for passage in found.passages) for each in found.retrievers},
        candidates=tuple(shown),
        complete=len(found.passages) < looked and len(shown) == len(seen),
    )


def _looked(
    passage: Passage, joined_rank: int, given: Passage | None, why: Why | None, settings: SearchTable
) -> Looked:
    return Looked(
        doc=passage.doc,
        start=passage.start,
        title=passage.title,
        text=passage.text[:_TEXT] if given is None else "",
        placed={
            name: At(rank, passage.scores.get(name, 0.0), _added(name, rank, settings))
            for name, rank in passage.ranks.items()
        },
        joined=passage.score,
        joined_rank=joined_rank if why is None else why.joined_rank,
        rerank_rank=given.ranks.get("rerank", 0) if given is not None else 0,
        rerank_score=given.scores.get("rerank") if given is not None else None,
        final_rank=given.rank if given is not None else 0,
        moved=why.moved if why is not None else "; ".join(passage.notes) if passage.rank != joined_rank else "",
        terms=tuple([each.term for each in why.terms[:_TERMS]]) if why is not None else (),
    )


def _added(name: str, rank: int, settings: SearchTable) -> float | None:
    """Return what a retriever's place adds to the joined score; None where only all of its scores would tell."""
    return settings.weights.get(name, 1.0) / (RRF_DAMPING + rank) if settings.fusion == "rrf" else None

"""How a search came to its passages: candidates, fusion, moves of the reranker, the context's budget. Knows no index.

A search notes all that on the span in which it was really made; of older ones the passages themselves tell most of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import msgspec

from loomwork.store.rows import SpanRow
from loomwork.studio.spans.bodies import Kept
from loomwork.studio.wire.spans import Budgeted, Candidate, Placed, Retrieval
from loomwork.trace.explained import BUDGET, SEARCH, Budget, Explained, Looked

_PREVIEW = 240
_CANDIDATES = 200
_NOT_RETRIEVERS = frozenset({"found", "rerank"})
Fields = Mapping[str, Any]


def retrieval_of(row: SpanRow, given: Kept | None, answered: Kept | None) -> Retrieval | None:
    """Return how a search went, from the span in which it was made and its bodies; None where it was no search."""
    noted = _noted(row.attributes.get(SEARCH), Explained)
    budget = _noted(row.attributes.get(BUDGET), Budget)
    if noted is None and budget is None and row.kind != "search":
        return None
    passages = _passages(answered) if row.kind == "search" else []
    arguments = _fields(given.value if given is not None else None)
    if noted is None:
        noted = Explained()
        candidates = tuple([_of_passage(each) for each in passages])
    else:
        previews = {(str(each.get("doc")), each.get("start")): each for each in passages}
        candidates = tuple([_of_looked(each, previews) for each in noted.candidates[:_CANDIDATES]])
    return Retrieval(
        base=noted.base or str(arguments.get("base", "")),
        query=str(arguments.get("query", arguments.get("question", ""))),
        mode=noted.mode,
        fusion=noted.fusion,
        rerank=noted.rerank,
        k=noted.k or len(passages),
        snapshot=noted.snapshot,
        counts=noted.counts,
        candidates=candidates,
        complete=noted.complete,
        budget=None if budget is None else Budgeted(**msgspec.structs.asdict(budget)),
    )


def _noted(value: object, kind: type[Any]) -> Any:
    try:
        return None if value is None else msgspec.convert(value, kind, strict=False)
    except msgspec.ValidationError:
        return None


def _of_looked(each: Looked, passages: Mapping[tuple[str, Any], Fields]) -> Candidate:
    passage = passages.get((each.doc, each.start), {})
    return Candidate(
        doc=each.doc,
        start=each.start,
        title=each.title,
        preview=str(passage.get("text", each.text))[:_PREVIEW],
        placed=tuple(
            [Placed(retriever=name, rank=at.rank, score=at.score, added=at.added) for name, at in each.placed.items()]
        ),
        joined=each.joined,
        joined_rank=each.joined_rank,
        rerank_rank=each.rerank_rank,
        rerank_score=each.rerank_score,
        final_rank=each.final_rank,
        moved=each.moved,
        terms=each.terms,
    )


def _of_passage(passage: Fields) -> Candidate:
    ranks, scores = _fields(passage.get("ranks")), _fields(passage.get("scores"))
    found = [name for name in ranks if name not in _NOT_RETRIEVERS]
    return Candidate(
        doc=str(passage.get("doc", "")),
        start=_whole(passage.get("start")),
        title=str(passage.get("title", "")),
        preview=str(passage.get("text", ""))[:_PREVIEW],
        placed=tuple(
            [
                Placed(retriever=name, rank=_whole(ranks[name]), score=_real(scores.get(name)), added=None)
                for name in found
            ]
        ),
        joined=_real(scores.get("found", passage.get("score"))),
        joined_rank=_whole(ranks.get("found", passage.get("rank"))),
        rerank_rank=_whole(ranks.get("rerank")),
        rerank_score=_real(scores["rerank"]) if "rerank" in scores else None,
        final_rank=_whole(passage.get("rank")),
        moved="",
        terms=(),
    )


def _passages(answered: Kept | None) -> list[Fields]:
    value: Any = answered.value if answered is not None else None
    if not isinstance(value, list | tuple):
        return []
    return [_fields(each) for each in cast("list[object]", value)]


def _fields(value: object) -> Fields:
    return cast("Fields", value) if isinstance(value, dict) else {}


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _real(value: object) -> float:
    return float(value) if isinstance(value, int | float) else 0.0

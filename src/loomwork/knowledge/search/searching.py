"""One search: retrieve, join, put newer versions first, spread out, widen, explain. Knows no words, model or storage.

All of it is a function of what the view shows, so what holds for the view (nothing hidden leaves a trace) holds here.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from loomwork.knowledge.index import ChunkRow, DocumentRow, Hits, Mask, View
from loomwork.knowledge.search.asking import Asked, Found, Place, SearchSettings, Why
from loomwork.knowledge.search.diversity import spread
from loomwork.knowledge.search.filters import conditions
from loomwork.knowledge.search.fusion import Unseen, fuse
from loomwork.knowledge.search.versions import out_of_force, superseded
from loomwork.knowledge.search.widening import Span, widened
from loomwork.knowledge.splitting.tables import header_above, is_row
from loomwork.knowledge.values import Passage, TableHeader, marks_within
from loomwork.knowledge.wording import said

_OF_MODE: Mapping[str, frozenset[str]] = {
    "dense": frozenset({"dense"}),
    "sparse": frozenset({"sparse"}),
    "hybrid": frozenset({"dense", "sparse"}),
}
_AS_WELL: Mapping[str, float] = {"dense": 0.8, "sparse": 0.5}
"""From which share of a passage's score on another one fits about as well."""
_VARIETY = 5
"""Candidates a wanted result that variety chooses from."""


class _Candidate(NamedTuple):
    row: int
    score: float
    joined_rank: int
    notes: tuple[str, ...]
    moved: str


def search(view: View, asked: Asked, settings: SearchSettings, *, k: int, explain: bool = False) -> Found:
    """Return the k best passages of a view.

    Raises `BadFilter`, `UnknownFusion`, `BadWeights`.
    """
    hits = _retrieve(view, asked, settings, k)
    rankings = {
        name: list(zip(map(str, found.rows.tolist()), found.scores.tolist(), strict=True))
        for name, found in hits.items()
    }
    unseen = _unseen(view, hits)
    joined = fuse(settings.fusion, rankings, settings.weights, unseen)
    candidates = [_Candidate(int(row), score, rank, (), "") for rank, (row, score) in enumerate(joined, start=1)]
    candidates = _varied(view, _versioned(view, candidates, asked, settings, hits), settings, k)
    chosen = _take(view, candidates, settings, k)
    places = {name: {row: at for at, row in enumerate(found.rows.tolist(), start=1)} for name, found in hits.items()}
    passages = tuple(
        [
            replace(_passage(rank, each, row, span, hits, places), header=_header(view, row, span))
            for rank, (each, row, span) in enumerate(chosen, start=1)
        ]
    )
    why = tuple([_why(view, each, row, asked, settings, hits) for each, row, _ in chosen]) if explain else ()
    why = tuple([_with_unseen(one, each, unseen) for one, (each, _, _) in zip(why, chosen, strict=explain)])
    return Found(snapshot=view.name, passages=passages, retrievers=tuple(sorted(hits)), why=why)


def _retrieve(view: View, asked: Asked, settings: SearchSettings, k: int) -> dict[str, Hits]:
    within: Mask | None = None
    if asked.filters:
        within = view.filter(conditions(asked.filters))
    for phrase in asked.phrases:
        mask = view.phrase(phrase)
        within = mask if within is None else within & mask
    depth = max(settings.depth, k)
    hits: dict[str, Hits] = {}
    wanted = _OF_MODE[settings.mode]
    if "dense" in wanted and asked.vector is not None and view.vectors:
        hits["dense"] = view.dense(asked.vector, depth, within=within)
    if "sparse" in wanted:
        hits["sparse"] = view.sparse(asked.terms, depth, within=within)
    return hits


def _unseen(view: View, hits: Mapping[str, Hits]) -> dict[str, frozenset[str]]:
    """Return what the search by meaning could not see: what the other one found and has no vector."""
    if "dense" not in hits or "sparse" not in hits:
        return {}
    having = view.once("rows with vectors", view.rows_with_vectors)
    rows = hits["sparse"].rows
    if not len(having):
        return {}
    at = np.minimum(np.searchsorted(having, rows), len(having) - 1)
    return {"dense": frozenset(map(str, rows[having[at] != rows].tolist()))}


def _versioned(
    view: View, candidates: Sequence[_Candidate], asked: Asked, settings: SearchSettings, hits: Mapping[str, Hits]
) -> list[_Candidate]:
    """Let no passage stand before one that holds in its place.

    One of a replaced document stands behind the first one of the document that replaces it; one of a document that
    does not hold on the day behind all that do and fit about as well. What one was put behind says so, too: the one
    that stood better may be among what is not shown.
    """
    newer = view.once(f"superseded {settings.versions}", lambda: superseded(view.document_rows(), settings.versions))
    rows = {each.row: view.document_of(each.row) for each in candidates}
    out = {each.row: out_of_force(rows[each.row], asked.day) for each in candidates}
    first = {rows[each.row].doc: at for at, each in reversed(list(enumerate(candidates)))}
    scores = {name: dict(zip(found.rows.tolist(), found.scores.tolist(), strict=True)) for name, found in hits.items()}
    ordered: list[tuple[tuple[int, int, int], _Candidate]] = []
    passed: dict[int, list[str]] = {}
    for at, each in enumerate(candidates):
        replacing = _replacing(view, rows[each.row], newer, asked.day)
        notes = tuple(filter(None, (replacing and said("superseded", "en", doc=replacing), out[each.row])))
        if notes and settings.superseded == "hide":
            continue
        ahead, moved = first.get(replacing, -1), said("behind", "en", doc=replacing)
        if out[each.row]:
            held = [
                place for place, other in enumerate(candidates) if not out[other.row] and _fits(other, each, scores)
            ]
            if max(held, default=-1) > max(ahead, at):
                ahead, moved = held[-1], said("behind_force", "en", day=asked.day)
        moved = moved if ahead > at else ""
        if moved and ahead == first.get(replacing):
            passed.setdefault(candidates[ahead].row, []).append(said("ahead", "en", doc=rows[each.row].doc))
        ordered.append(((ahead, 1, at) if moved else (at, 0, at), each._replace(notes=notes, moved=moved)))
    return [
        each._replace(notes=(*each.notes, *dict.fromkeys(passed.get(each.row, ()))))
        for _, each in sorted(ordered, key=lambda pair: pair[0])
    ]


def _replacing(view: View, document: DocumentRow, newer: Mapping[str, str], day: str) -> str:
    """Return what replaces a document on a day; empty where nothing does, or not yet."""
    replacing = newer.get(document.doc, "")
    rows = view.rows_of(replacing) if replacing else range(0)
    return "" if rows and out_of_force(view.document_of(rows.start), day) else replacing


def _fits(other: _Candidate, each: _Candidate, scores: Mapping[str, Mapping[int, float]]) -> bool:
    """Whether one passage fits the question about as well as another, as any retriever sees it that found both."""
    return any(
        0.0 < _AS_WELL[name] * found[each.row] <= found[other.row]
        for name, found in scores.items()
        if each.row in found and other.row in found
    )


def _varied(view: View, candidates: list[_Candidate], settings: SearchSettings, k: int) -> list[_Candidate]:
    if settings.mmr is None:
        return candidates
    pool = candidates[: k * _VARIETY]
    vectors = view.vectors_of([each.row for each in pool])
    order = spread([each.score for each in pool], vectors, k=len(pool), relevance=settings.mmr)
    return [pool[at] for at in order] + candidates[len(pool) :]


def _take(
    view: View, candidates: Sequence[_Candidate], settings: SearchSettings, k: int
) -> list[tuple[_Candidate, ChunkRow, Span]]:
    """Fetch and widen until k are there; what lies wholly inside an earlier passage is not said again."""
    chosen: list[tuple[_Candidate, ChunkRow, Span]] = []
    taken: dict[str, list[Span]] = {}
    for each in candidates:
        if len(chosen) >= k:
            break
        row = view.fetch([each.row])[0]
        spans = taken.setdefault(row.document.doc, [])
        if any(span.start <= row.chunk.start and row.chunk.end <= span.end for span in spans):
            continue
        span = widened(view, row, settings.widen, by=settings.widen_by, most=settings.widen_most)
        spans.append(span)
        chosen.append((each, row, span))
    return chosen


def _passage(
    rank: int,
    each: _Candidate,
    row: ChunkRow,
    span: Span,
    hits: Mapping[str, Hits],
    places: Mapping[str, dict[int, int]],
) -> Passage:
    ranks = {name: found[each.row] for name, found in sorted(places.items()) if each.row in found}
    document = row.document
    return Passage(
        rank=rank, score=each.score, doc=document.doc, path=document.path, title=document.title,
        section=row.chunk.section, page=row.chunk.page, start=span.start, end=span.end, text=span.text,
        ranks=ranks, scores={name: float(hits[name].scores[at - 1]) for name, at in ranks.items()},
        language=row.chunk.language or document.language, metadata=document.metadata, notes=each.notes,
        page_marks=marks_within(document.page_marks, span.start, span.end), section_marks=span.sections,
    )  # fmt: skip


def _header(view: View, row: ChunkRow, span: Span) -> TableHeader | None:
    """Return the header of the table inside which a passage begins; it stands above, in what the index keeps."""
    if row.chunk.kind != "table" and not is_row(span.text):
        return None
    return header_above(view.text(row.row), span.start)


def _why(
    view: View,
    each: _Candidate,
    row: ChunkRow,
    asked: Asked,
    settings: SearchSettings,
    hits: Mapping[str, Hits],
) -> Why:
    retrievers: dict[str, Place] = {}
    for name, found in sorted(hits.items()):
        at = np.flatnonzero(found.rows == each.row)
        if len(at):
            ranking = list(zip(map(str, found.rows.tolist()), found.scores.tolist(), strict=True))
            added = dict(fuse(settings.fusion, {name: ranking}, settings.weights)) if _weight(settings, name) else {}
            place = int(at[0])
            retrievers[name] = Place(place + 1, float(found.scores[place]), added.get(str(each.row), 0.0))
    return Why(
        doc=row.document.doc, start=row.chunk.start, joined=each.score, joined_rank=each.joined_rank,
        retrievers=retrievers, terms=view.explain(asked.terms, each.row), moved=each.moved,
    )  # fmt: skip


def _with_unseen(why: Why, each: _Candidate, unseen: Unseen[str]) -> Why:
    blind = [name for name in sorted(unseen) if str(each.row) in unseen[name]]
    given = each.score - sum(place.added for place in why.retrievers.values())
    return replace(why, unseen=dict.fromkeys(blind, given)) if blind else why


def _weight(settings: SearchSettings, name: str) -> float:
    return settings.weights.get(name, 1.0)

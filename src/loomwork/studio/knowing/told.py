"""What is in a base and what was found, as the API tells it. Knows no endpoint."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from loomwork.studio.knowing.bases import seen_by
from loomwork.studio.wire.knowledge import (
    Base,
    BaseDocument,
    DocumentChunk,
    DocumentProblem,
    FoundPassage,
    RetrieverPlace,
    TermShare,
    TroubledDocument,
)
from loomwork.telling.jsonable import jsonable
from loomwork.telling.words import Words

if TYPE_CHECKING:
    from loomwork.kernel.principals import Principal
    from loomwork.knowledge.base import KnowledgeBase
    from loomwork.knowledge.index import View
    from loomwork.knowledge.index.rows import DocumentRow, Known
    from loomwork.knowledge.search import Found, Why
    from loomwork.knowledge.values import Chunk, Passage, Problem

MOST_TROUBLED = 200
_MOST_GROUPS = 200
_NO_WHY = 0
_MOST_LENGTHS = 20_000
"""Chunks of a base whose lengths are looked at."""
_STEPS = (5, 10, 20, 25, 50, 100, 250, 500, 1000)
_MOST_BARS = 16


def base_told(base: KnowledgeBase, known: dict[str, Known]) -> Base:
    """Return what is in a base, counted over every document, without opening its embedder."""
    from loomwork.knowledge.ingest.ledger import Ledger

    view = base.full_view()
    remembered = Ledger(base.folder).load()
    rows = list(view.document_rows())
    troubled = [(doc, note) for doc, note in sorted(remembered.docs.items()) if note.problems]
    search = base.settings.search
    embedding = base.settings.embedding
    return Base(
        name=base.name,
        is_built=True,
        sources=tuple(base.settings.sources),
        snapshot=view.name,
        built=remembered.facts.get("built", ""),
        documents=view.documents,
        chunks=view.chunks,
        vectors=view.vectors,
        embedder="" if embedding is None else embedding.model or embedding.driver,
        languages=dict(Counter(row.language for row in rows).most_common()),
        formats=dict(Counter(row.format for row in rows).most_common()),
        lengths=view.once("studio lengths", lambda: _lengths(view)),
        by_keywords=view.chunks - view.vectors,
        restricted=sum(each.readers is not None for each in known.values()),
        groups=tuple(sorted({name for each in known.values() for name in each.readers or ()})[:_MOST_GROUPS]),
        bytes=_size(base),
        left_out=tuple(sorted(remembered.left_out)),
        problems=dict(Counter(code for _, note in troubled for code in {one.code for one in note.problems})),
        troubled=tuple(
            TroubledDocument(doc=doc, failed=note.failed, problems=problems_told(note.problems))
            for doc, note in troubled[:MOST_TROUBLED]
        ),
        troubled_total=len(troubled),
        k=search.k,
        mode=search.mode,
        fusion=search.fusion,
        rerank=search.rerank,
    )


def noted_of(base: KnowledgeBase) -> dict[str, tuple[Problem, ...]]:
    """Return what the last builds noted of documents: for whoever looks after the index."""
    from loomwork.knowledge.ingest.ledger import Ledger

    return {doc: note.problems for doc, note in Ledger(base.folder).load().docs.items() if note.problems}


def documents_of(base: KnowledgeBase, who: Principal | None) -> list[DocumentRow]:
    """Return the documents that somebody sees, by id; kept with the view."""
    view = seen_by(base, who)
    return view.once("studio documents", lambda: sorted(view.document_rows(), key=lambda row: row.doc))


def document_told(row: DocumentRow, view: View, known: dict[str, Known] | None, problems: int) -> BaseDocument:
    """Return a document of a list; its readers only where `known` tells them."""
    return BaseDocument(
        doc=row.doc,
        path=row.path,
        title=row.title,
        language=row.language,
        format=row.format,
        modified=row.modified,
        pages=row.pages,
        chunks=len(view.rows_of(row.doc)),
        readers=None if known is None or row.doc not in known else known[row.doc].readers,
        problems=problems,
    )


def chunk_told(chunk: Chunk) -> DocumentChunk:
    """Return a chunk's place."""
    return DocumentChunk(
        start=chunk.start,
        end=chunk.end,
        section=chunk.section,
        page=chunk.page,
        kind=chunk.kind,
        language=chunk.language,
        tokens=chunk.tokens,
    )


def problems_told(problems: tuple[Problem, ...]) -> tuple[DocumentProblem, ...]:
    """Return problems in both languages."""
    from loomwork.knowledge.parsing.problems import error_of

    found: list[DocumentProblem] = []
    for each in problems:
        inside = each.fields.get("inside", "")
        en, zh = (Words(language).failure(error_of(each)) for language in ("en", "zh"))
        within = f"{inside}: " if inside else ""
        found.append(DocumentProblem(code=each.code, en=within + en, zh=within + zh, page=each.page))
    return tuple(found)


def passages_told(found: Found) -> tuple[FoundPassage, ...]:
    """Return passages, each with the reasons for its place."""
    whys = {(each.doc, each.start): each for each in found.why}
    paired = zip(found.passages, found.why, strict=True) if len(found.why) == len(found.passages) else ()
    by_place = list(paired) or [(each, whys.get((each.doc, each.start))) for each in found.passages]
    return tuple(_passage(each, why) for each, why in by_place)


def _passage(each: Passage, why: Why | None) -> FoundPassage:
    places = () if why is None else tuple(sorted(why.retrievers.items()))
    return FoundPassage(
        rank=each.rank,
        score=each.score,
        doc=each.doc,
        path=each.path,
        title=each.title,
        section=each.section,
        page=each.page,
        start=each.start,
        end=each.end,
        text=each.text,
        language=each.language,
        metadata=plain(each.metadata),
        notes=each.notes,
        joined_rank=_NO_WHY if why is None else why.joined_rank,
        joined=0.0 if why is None else why.joined,
        retrievers=tuple(
            RetrieverPlace(name=name, rank=place.rank, score=place.score, added=place.added) for name, place in places
        ),
        terms=()
        if why is None
        else tuple(TermShare(term=t.term, tf=t.tf, df=t.df, idf=t.idf, score=t.score) for t in why.terms),
        moved="" if why is None else why.moved,
    )


def plain(metadata: dict[str, Any]) -> dict[str, Any]:
    """Return metadata as JSON can say it."""
    return msgspec.json.decode(msgspec.json.encode(jsonable(metadata)))


def _lengths(view: View) -> dict[str, int]:
    """Return how many chunks have from so many tokens, in steps that people read."""
    if not 0 < view.chunks <= _MOST_LENGTHS:
        return {}
    tokens = [each.chunk.tokens for row in view.document_rows() for each in view.fetch(view.rows_of(row.doc))]
    step = next((each for each in _STEPS if max(tokens) < each * _MOST_BARS), _STEPS[-1])
    counted = Counter(min(each // step, _MOST_BARS - 1) * step for each in tokens)
    return {str(start): counted[start] for start in range(0, max(counted) + step, step)}


def _size(base: KnowledgeBase) -> int:
    size = 0
    for path in base.folder.rglob("*"):
        try:
            size += path.stat().st_size
        except OSError:  # removed meanwhile by a build
            continue
    return size

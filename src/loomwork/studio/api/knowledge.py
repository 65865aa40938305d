"""Knowledge bases: what is in them, what a question finds and why. Loads nothing heavy before the first search."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from loomwork.kernel.errors import IndexMissing
from loomwork.kernel.errors.knowledge_base import NoSuchDocument
from loomwork.knowledge.questions import nearest_document
from loomwork.studio.endpoints import Endpoint, Nothing
from loomwork.studio.jobs.commands import ask
from loomwork.studio.jobs.jobs import Jobs
from loomwork.studio.knowing.bases import Knowledges, principal_of, seen_by
from loomwork.studio.knowing.told import (
    base_told,
    chunk_told,
    document_told,
    documents_of,
    noted_of,
    passages_told,
    plain,
    problems_told,
)
from loomwork.studio.studio import Studio
from loomwork.studio.wire.jobs import Job
from loomwork.studio.wire.knowledge import (
    AskBase,
    AskDocument,
    AskDocuments,
    AskOfBase,
    Base,
    BaseAnswer,
    BaseHead,
    BaseList,
    BuildBase,
    DocumentList,
    DocumentText,
    SearchBase,
    Searched,
)

if TYPE_CHECKING:
    from loomwork.kernel.principals import Principal
    from loomwork.knowledge.index.rows import DocumentRow, Known
    from loomwork.knowledge.values import Problem

_MOST_DOCUMENTS = 500
_MOST_K = 100
_PIECE = 200_000
"""Characters of a document that are sent at once."""
_MOST_CHUNKS = 5_000
_NEAR = 1_000


def list_bases(studio: Studio, asked: Nothing) -> BaseList:
    """Return the bases of loomwork.toml."""
    del asked
    from loomwork.workspace.knowing import HOME

    bases = studio.part(Knowledges)
    heads: list[BaseHead] = []
    for name, table in bases.tables().items():
        sources = tuple(str(each) for each in table.get("sources", ()))
        is_built = (studio.folder / HOME).is_dir() and (bases.base(name).folder / "index.db").is_file()
        heads.append(BaseHead(name=name, sources=sources, is_built=is_built))
    return BaseList(bases=tuple(heads))


def get_base(studio: Studio, asked: AskOfBase) -> Base:
    """Return what is in one."""
    bases = studio.part(Knowledges)
    base = bases.base(asked.base)
    try:
        with bases.index(base) as index:
            return base_told(base, index.all_documents())
    except IndexMissing:
        return Base(name=base.name, is_built=False, sources=tuple(base.settings.sources))


def list_documents(studio: Studio, asked: AskDocuments) -> DocumentList:
    """Return a page of its documents, through somebody's eyes."""
    bases = studio.part(Knowledges)
    base = bases.base(asked.base)
    who = _who(asked.principal, asked.groups, all_of=asked.all)
    known: dict[str, Known] | None = None
    if asked.all:
        with bases.index(base) as index:
            known = index.all_documents()
    noted = noted_of(base) if asked.all else {}
    rows = documents_of(base, who)
    matching = [row for row in rows if _is_wanted(row, asked, known, noted)]
    view = seen_by(base, who)
    offset, limit = max(0, asked.offset), max(0, min(asked.limit, _MOST_DOCUMENTS))
    return DocumentList(
        snapshot=view.name,
        documents=tuple(
            document_told(row, view, known, len(noted.get(row.doc, row.problems)))
            for row in matching[offset : offset + limit]
        ),
        total=len(rows),
        matching=len(matching),
        offset=offset,
    )


def get_document(studio: Studio, asked: AskDocument) -> DocumentText:
    """Return a piece of a document with its chunks in place. What somebody may not see is not there for them."""
    base = studio.part(Knowledges).base(asked.base)
    view = seen_by(base, _who(asked.principal, asked.groups, all_of=asked.all))
    places = view.rows_of(asked.doc)
    if not places:
        raise NoSuchDocument(name=asked.base, doc=asked.doc, near=nearest_document(asked.doc, islice(view.ids, _NEAR)))
    document = view.document_of(places.start)
    chunks = sorted((each.chunk for each in view.fetch(places)), key=lambda each: each.start)
    whole = view.text(places.start) or _put_together([(each.start, each.text) for each in chunks])
    start = max(0, min(asked.start, len(whole)))
    text = whole[start : start + _PIECE]
    within = [each for each in chunks if each.end > start and each.start < start + len(text)]
    return DocumentText(
        doc=document.doc,
        path=document.path,
        title=document.title,
        language=document.language,
        format=document.format,
        modified=document.modified,
        pages=document.pages,
        metadata=plain(document.metadata),
        text=text,
        start=start,
        length=len(whole),
        more=start + len(text) < len(whole),
        chunks=tuple(chunk_told(each) for each in within[:_MOST_CHUNKS]),
        chunks_total=len(chunks),
        problems=problems_told(noted_of(base).get(asked.doc, document.problems) if asked.all else document.problems),
    )


def search_base(studio: Studio, asked: AskOfBase, body: SearchBase) -> Searched:
    """Search now, through somebody's eyes; nothing is kept of it."""
    base = studio.part(Knowledges).base(asked.base)
    who = principal_of(body.principal, body.groups)
    options: dict[str, Any] = {"k": None if body.k is None else max(1, min(body.k, _MOST_K)), "filters": body.filters}
    began = time.monotonic()
    found = asyncio.run(
        base.find(body.query, mode=body.mode or None, principal=who, explain=True, day=body.day, **options)
    )
    settings = base.settings.search
    return Searched(
        base=base.name,
        snapshot=found.snapshot,
        mode=body.mode or settings.mode,
        fusion=settings.fusion,
        rerank=settings.rerank,
        retrievers=found.retrievers,
        ms=(time.monotonic() - began) * 1000,
        passages=passages_told(found),
    )


async def ask_base(studio: Studio, asked: AskOfBase, body: AskBase) -> BaseAnswer:
    """Answer a question in a process of its own, in a trace of its own."""
    words = ["knowledge ask"]
    if body.k is not None:
        words.append(f"-k{max(1, min(body.k, _MOST_K))}")
    if body.model:
        words.append(f"--model={body.model}")
    if body.principal:
        words.append(f"--as={body.principal}")
    words += [f"--group={group}" for group in body.groups]
    return await ask(studio, [*words, "--", asked.base, body.query], BaseAnswer)


async def build_base(studio: Studio, asked: AskOfBase, body: BuildBase) -> Job:
    """Start a build and return its job at once."""
    words = ["knowledge build", *(["--fresh"] if body.fresh else []), "--", asked.base]
    work = await studio.part(Jobs).start("build", words)
    return work.as_wire()


def _who(name: str, groups: str, *, all_of: bool) -> Principal | None:
    named = tuple(each for each in (part.strip() for part in groups.split(",")) if each)
    return None if all_of else principal_of(name, named)


def _is_wanted(
    row: DocumentRow, asked: AskDocuments, known: dict[str, Known] | None, noted: Mapping[str, tuple[Problem, ...]]
) -> bool:
    if asked.only == "problems" and not noted.get(row.doc, row.problems):
        return False
    if asked.only == "restricted" and (known is None or row.doc not in known or known[row.doc].readers is None):
        return False
    q = asked.q.casefold()
    return not q or any(q in text.casefold() for text in (row.doc, row.path, row.title))


def _put_together(pieces: Sequence[tuple[int, str]]) -> str:
    """Return a text from its chunks, where the index was not given the whole: what lies between them is blank."""
    whole = ""
    for start, text in pieces:
        whole = whole.ljust(start)[:start] + text + whole[start + len(text) :]
    return whole


ENDPOINTS = (
    Endpoint(
        name="list_bases",
        method="GET",
        path="/api/knowledge",
        tells="The knowledge bases of the project.",
        call=list_bases,
        gives=BaseList,
    ),
    Endpoint(
        name="get_base",
        method="GET",
        path="/api/knowledge/{base}",
        tells="What is in one.",
        call=get_base,
        gives=Base,
        asked=AskOfBase,
    ),
    Endpoint(
        name="list_documents",
        method="GET",
        path="/api/knowledge/{base}/documents",
        tells="Its documents.",
        call=list_documents,
        gives=DocumentList,
        asked=AskDocuments,
    ),
    Endpoint(
        name="get_document",
        method="GET",
        path="/api/knowledge/{base}/document",
        tells="A document with its chunks in place.",
        call=get_document,
        gives=DocumentText,
        asked=AskDocument,
    ),
    Endpoint(
        name="search_base",
        method="POST",
        path="/api/knowledge/{base}/search",
        tells="What a question finds, and why.",
        call=search_base,
        gives=Searched,
        asked=AskOfBase,
        body=SearchBase,
    ),
    Endpoint(
        name="ask_base",
        method="POST",
        path="/api/knowledge/{base}/ask",
        tells="An answer from its documents.",
        call=ask_base,
        gives=BaseAnswer,
        asked=AskOfBase,
        body=AskBase,
    ),
    Endpoint(
        name="build_base",
        method="POST",
        path="/api/knowledge/{base}/build",
        tells="Bring it up to date with its sources.",
        call=build_base,
        gives=Job,
        asked=AskOfBase,
        body=BuildBase,
    ),
)

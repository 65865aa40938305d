"""What is in an index, counted for whoever looks after it. Knows no principal."""

import contextlib
from collections import Counter
from pathlib import Path

from msgspec import Struct

from loomwork.knowledge.around import LazyEmbedder
from loomwork.knowledge.index import Index
from loomwork.knowledge.ingest.ledger import Ledger
from loomwork.knowledge.ingest.values import Failure
from loomwork.knowledge.settings import BaseSettings


class Status(Struct, frozen=True, kw_only=True):
    """The state of a base."""

    index: str
    snapshot: str
    documents: int
    chunks: int
    vectors: int
    """Chunks that are found by meaning, too."""
    languages: dict[str, int]
    """Documents by language; empty: unknown."""
    formats: dict[str, int]
    embedder: str
    by_keywords: int
    """Documents that are found by keywords only."""
    problems: dict[str, int]
    """Documents by what is wrong with them; each counted once for each kind."""
    failures: tuple[Failure, ...]
    left_out: tuple[str, ...]
    """Documents that a person took out."""
    restricted: int
    """Documents that not everyone may read."""
    bytes: int
    """On disk."""
    built: str
    """When, ISO 8601."""
    sources: list[str]


def status_of(name: str, folder: Path, index: Index, embedder: LazyEmbedder, settings: BaseSettings) -> Status:
    """Return the state of a base. Raises `IndexMissing`."""
    view = index.full_view()
    remembered = Ledger(folder).load()
    rows = list(view.document_rows())
    failures = [
        Failure(doc=doc, problems=note.problems, failed=note.failed)
        for doc, note in sorted(remembered.docs.items())
        if note.problems
    ]
    live = embedder.open()
    having = frozenset(view.rows_with_vectors().tolist())
    return Status(
        index=name,
        snapshot=view.name,
        documents=view.documents,
        chunks=view.chunks,
        vectors=view.vectors,
        languages=dict(Counter(row.language for row in rows).most_common()),
        formats=dict(Counter(row.format for row in rows).most_common()),
        embedder="none" if live is None else live.name,
        by_keywords=sum(having.isdisjoint(view.rows_of(row.doc)) for row in rows),
        problems=dict(Counter(code for each in failures for code in {one.code for one in each.problems}).most_common()),
        failures=tuple(failures),
        left_out=tuple(sorted(remembered.left_out)),
        restricted=sum(known.readers is not None for known in index.all_documents().values()),
        bytes=_size(folder),
        built=remembered.facts.get("built", ""),
        sources=settings.sources,
    )


def _size(folder: Path) -> int:
    size = 0
    for path in folder.rglob("*"):
        with contextlib.suppress(OSError):  # removed meanwhile by a build
            size += path.stat().st_size
    return size

"""From sources to an index that can be asked: parse, split, name the words, embed, add. Knows no measure."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec.structs import replace

from bench.retrieval.corpora import Query, Source
from bench.retrieval.remembering import Remembering
from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.knowledge.embedding import covers
from loomwork.knowledge.index import DocumentRow, Entry, Index, IndexSettings, View
from loomwork.knowledge.ingest.preparing import spoken
from loomwork.knowledge.parsing import Hints, language_of, parse
from loomwork.knowledge.search import Asked, Reranker, SearchSettings, reranked, search
from loomwork.knowledge.splitting import Splitter, embedded_text, split
from loomwork.knowledge.values import Chunk, Document, Passage
from loomwork.knowledge.words import Words

SPLITTER = Splitter()
Ranked = dict[str, list[str]]
"""For each question the documents, each once, in the order of their first passages."""


class Base(NamedTuple):
    """An index with what is needed to ask it."""

    view: View
    words: Words
    embedder: Remembering


async def build(folder: Path, sources: Iterable[Source], embedder: Remembering) -> Base:
    """Index the sources in a folder as the package does with its default settings.

    Chunks of which most is in a language that the embedder does not cover get no vectors.
    """
    words = Words()
    index = Index(folder, IndexSettings(embedder=embedder.identity, dimensions=embedder.dimensions))
    made = [entry for source in sources if (entry := _entry(source, words, embedder)) is not None]
    keyed = [pair for entry, texts in made if entry.keys for pair in zip(entry.keys, texts, strict=True)]
    texts = {key: text for key, text in keyed if key}
    vectors = await embedder.embed(list(texts.values()))
    with index.writer() as writer:
        if texts:
            writer.put_vectors(list(texts), vectors)
        for entry, _ in made:
            writer.add(entry)
        writer.commit()
    return Base(index.view(), words, embedder)


def _entry(source: Source, words: Words, embedder: Remembering) -> tuple[Entry, list[str]] | None:
    document = parsed(source)
    if not document.text.strip():
        return None
    chunks: tuple[Chunk, ...] = split(document, SPLITTER, embedder)
    texts = [embedded_text(chunk, document) for chunk in chunks]
    row = DocumentRow(
        doc=document.doc, path=document.path, digest=digest_bytes(source.data), title=document.title,
        language=document.language, format=document.format, metadata=document.metadata,
    )  # fmt: skip
    embeds = [covers(embedder, spoken(chunk, document)) for chunk in chunks]
    keys = [digest_bytes(text.encode()) if known else Digest("") for text, known in zip(texts, embeds, strict=True)]
    terms = tuple([tuple(words.terms(text)) for text in texts])
    kept = tuple(keys) if any(keys) else ()
    return Entry(document=row, chunks=chunks, terms=terms, keys=kept, text=document.text), texts


def parsed(source: Source) -> Document:
    """Return a source as a document under its own name."""
    document = parse(source.data, name=source.doc, hints=Hints(format=source.format))
    return replace(document, doc=source.doc, path=source.doc, title=source.title or document.title)


async def prepared(base: Base, queries: Sequence[Query]) -> dict[str, Asked]:
    """Put the questions into the forms that retrievers understand; no vector where the language is not covered."""
    vectors = await base.embedder.embed([query.text for query in queries])
    return {
        query.id: Asked(
            terms=tuple(base.words.query(query.text)),
            vector=vector if covers(base.embedder, language_of(query.text)) else None,
        )
        for query, vector in zip(queries, vectors, strict=True)
    }


def passages(base: Base, asked: Mapping[str, Asked], settings: SearchSettings, k: int) -> dict[str, list[Passage]]:
    """Return the k best passages for each question."""
    return {name: list(search(base.view, each, settings, k=k).passages) for name, each in asked.items()}


async def again(
    reranker: Reranker, queries: Sequence[Query], found: Mapping[str, list[Passage]], best: int
) -> dict[str, list[Passage]]:
    """Put the best passages in a reranker's order; the others follow as they were."""
    made: dict[str, list[Passage]] = {}
    for query in queries:
        first = found[query.id][:best]
        made[query.id] = [*await reranked(reranker, query.text, first, k=best), *found[query.id][best:]]
    return made


def documents(found: Mapping[str, Sequence[Passage]]) -> Ranked:
    """Return the documents of passages, each once."""
    return {name: list(dict.fromkeys(each.doc for each in several)) for name, several in found.items()}

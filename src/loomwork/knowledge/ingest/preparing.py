"""From the bytes of a document to what the index takes: parse, split, name the words. Knows no index and no embedder.

All of it is plain work for a thread.
"""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace

from loomwork.kernel.canonical import Digest, combine, digest, digest_bytes
from loomwork.knowledge.index import DocumentRow, Readers
from loomwork.knowledge.parsing.formats import PARSER_SEMANTICS
from loomwork.knowledge.parsing.languages import main_language
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources.values import Raw
from loomwork.knowledge.splitting import TokenCounter, embedded_text, split
from loomwork.knowledge.values import Chunk, Document
from loomwork.knowledge.words import Words

INGEST_SEMANTICS = 2
"""Raised when the same parsed document is indexed differently."""
_UNSEEN = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Soft hyphens and characters without width: they would cut words for the index, and stay in what is shown."""
Parse = Callable[[Raw], Document]


class Prepared(NamedTuple):
    """A document ready to be embedded and indexed."""

    raw: Raw
    version: Digest
    document: Document
    chunks: tuple[Chunk, ...]
    texts: tuple[str, ...]
    """What is embedded for each chunk."""
    keys: tuple[Digest, ...]
    terms: tuple[tuple[str, ...], ...]
    languages: tuple[str, ...]
    """For each chunk the language that most of it is in; of one that tells none, the document's."""


def pipeline(settings: BaseSettings, words: Words, embedder: str, readers_key: str) -> Digest:
    """Return a digest of everything but its source that a document's chunks depend on."""
    parts = [
        INGEST_SEMANTICS, PARSER_SEMANTICS, digest(settings.limits), settings.ocr, settings.splitter.identity(),
        settings.splitter.by, words.identity, embedder, readers_key,
    ]  # fmt: skip
    return combine("ingest", *map(str, parts))


def version_of(raw: Raw, made_by: str) -> Digest:
    """Return the version of a document: of its source and of what makes its chunks."""
    return combine(raw.digest, raw.title, raw.hints.format, raw.hints.media_type, made_by)


def is_of(known: str, raw: Raw, version: Digest, pipeline_before: str) -> bool:
    """Say whether a document is of the source that it was of before, whatever makes its chunks now.

    Args:
        known: Its version in the index.
        raw: Its source.
        version: Its version now.
        pipeline_before: What made the index's documents.
    """
    return known in (version, version_of(raw, pipeline_before))


class Preparer:
    """Prepares documents of one base.

    Args:
        settings: The base's.
        words: Its words.
        count: Where tokens are: the embedder.
        parse: Reads a document.
    """

    def __init__(self, settings: BaseSettings, words: Words, count: TokenCounter, parse: Parse) -> None:
        self._settings = settings
        self._words = words
        self._count = count
        self._parse = parse

    def parsed(self, raw: Raw) -> Document:
        """Return the parsed document under its own name, with what its source says of it."""
        document = self._parse(raw)
        return replace(
            document,
            doc=raw.doc,
            path=raw.path,
            title=raw.title or document.title,
            modified=document.modified or raw.modified,
            metadata=document.metadata | raw.metadata,
        )

    def prepared(
        self, raw: Raw, version: Digest, document: Document, closeness: Mapping[int, float] | None = None
    ) -> Prepared:
        """Split a document and name its words."""
        chunks = split(document, self._settings.splitter, self._count, closeness=closeness)
        texts = tuple([_seen(embedded_text(chunk, document)) for chunk in chunks])
        keys = tuple([digest_bytes(text.encode("utf-8", "surrogatepass")) for text in texts])
        terms = tuple([tuple(self._words.terms(text)) for text in texts])
        languages = tuple([spoken(chunk, document) for chunk in chunks])
        return Prepared(raw, version, document, chunks, texts, keys, terms, languages)


def _seen(text: str) -> str:
    return text if text.isascii() else text.translate(_UNSEEN)


def keys_of(each: Prepared, covers: Callable[[str], bool]) -> tuple[Digest, ...]:
    """Return for each chunk the key of its text, empty where most of it is in a language that is not embedded."""
    embeds = [covers(language) for language in each.languages]
    return tuple([key if known else Digest("") for key, known in zip(each.keys, embeds, strict=True)])


def spoken(chunk: Chunk, document: Document) -> str:
    """Return the language that most of a chunk is in; where it tells none, its document's."""
    language = chunk.language or document.language
    return main_language(chunk.text) if language == "mixed" else language


def row_of(each: Prepared, *, readers: Readers, metadata: dict[str, Any]) -> DocumentRow:
    """Return what the index keeps of a document beside its chunks."""
    document = each.document
    return DocumentRow(
        doc=document.doc, path=document.path, digest=each.version, title=document.title, language=document.language,
        format=document.format, created=document.created, modified=document.modified, pages=document.pages,
        page_marks=document.page_marks, metadata=metadata, readers=readers, problems=document.problems,
        **dates_of(document.metadata),
    )  # fmt: skip


def dates_of(metadata: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a document's metadata says of the days on which it holds, and of what it replaces.

    >>> dates_of({"effective_from": "2024-01-01", "supersedes": "old.md"})
    {'effective_from': '2024-01-01', 'supersedes': ('old.md',)}
    """
    found: dict[str, Any] = {}
    for name in ("effective_from", "effective_to"):
        said = metadata.get(name)
        if said is not None:
            found[name] = str(said)
    said = metadata.get("supersedes")
    if isinstance(said, str):
        found["supersedes"] = (said,)
    elif isinstance(said, list):
        found["supersedes"] = tuple([each for each in said if isinstance(each, str)])  # pyright: ignore[reportUnknownVariableType] # a list of anything
    return found

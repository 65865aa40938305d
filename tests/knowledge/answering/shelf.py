"""The demo's documents in a temporary index, searched as a knowledge base is. No model but MiniLM, where asked for."""

import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from loomwork.kernel.canonical import digest_bytes
from loomwork.knowledge.answering import Weigh
from loomwork.knowledge.asking import weights
from loomwork.knowledge.embedding.counting import approximate_offsets
from loomwork.knowledge.embedding.protocol import Embedder, covers
from loomwork.knowledge.index import DocumentRow, Entry, Index, IndexSettings, View
from loomwork.knowledge.parsing import parse
from loomwork.knowledge.search import Asked, SearchSettings, search
from loomwork.knowledge.splitting import Splitter, embedded_text, split
from loomwork.knowledge.values import Chunk, Document, Passage
from loomwork.knowledge.words import Words

EXAMPLE = Path(__file__).parents[3] / "examples" / "docs" / "data"


class Approximate:
    """Counts tokens without a tokenizer."""

    def offsets(self, text: str) -> Sequence[tuple[int, int]]:
        return approximate_offsets(text)


def documents(languages: Iterable[str] = ("en", "zh")) -> list[Document]:
    wanted = tuple(f"{language}/" for language in languages)
    with zipfile.ZipFile(EXAMPLE / "fastapi-docs.zip") as archive:
        names = [name for name in archive.namelist() if name.startswith(wanted)]
        return [parse(archive.read(name), name=name) for name in names]


class Shelf:
    """An index over documents, and a search of it."""

    def __init__(self, folder: Path, *, embedder: Embedder | None = None, settings: SearchSettings | None = None):
        self.words = Words()
        self.embedder = embedder
        self.settings = settings or SearchSettings()
        self.texts: dict[str, str] = {}
        self.index = Index(
            folder,
            IndexSettings(embedder=embedder.identity, dimensions=embedder.dimensions) if embedder else IndexSettings(),
        )

    async def build(self, documents: Iterable[Document], splitter: Splitter | None = None) -> None:
        splitter = splitter or Splitter()
        with self.index.writer() as writer:
            for document in documents:
                chunks = split(document, splitter, self.embedder or Approximate())
                self.texts[document.doc] = document.text
                writer.add(await self._entry(document, chunks))
            writer.commit()

    async def _entry(self, document: Document, chunks: tuple[Chunk, ...]) -> Entry:
        texts = [embedded_text(chunk, document) for chunk in chunks]
        vectors = None
        if self.embedder is not None and covers(self.embedder, document.language):
            vectors = np.asarray(await self.embedder.embed(texts), np.float32)
        row = DocumentRow(
            doc=document.doc, path=document.path, title=document.title, language=document.language,
            digest=digest_bytes(document.text.encode()),
        )  # fmt: skip
        return Entry(
            document=row, chunks=chunks, terms=tuple(tuple(self.words.terms(text)) for text in texts), vectors=vectors,
            keys=tuple(digest_bytes(text.encode()) for text in texts) if vectors is not None else (),
            text=document.text,
        )  # fmt: skip

    @property
    def view(self) -> View:
        return self.index.view()

    @property
    def weigh(self) -> Weigh:
        return weights(self.view)

    async def search(self, query: str, *, k: int = 8) -> list[Passage]:
        from loomwork.knowledge.wording import language_asked

        vector = None
        if self.embedder is not None and covers(self.embedder, language_asked(query)):
            vector = (await self.embedder.embed([query]))[0]
        asked = Asked(terms=tuple(self.words.query(query)), vector=vector)
        return list(search(self.view, asked, self.settings, k=k).passages)

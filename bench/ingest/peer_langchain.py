"""LangChain's `index()`: a record manager on SQLite, vectors in Chroma or FAISS. In its own environment.

Arguments: the folder, `chroma` or `faiss`. Prints `RESULT {...}`.
"""

import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

from langchain_classic.indexes import SQLRecordManager, index
from langchain_community.document_loaders import DirectoryLoader, TextLoader
from langchain_core.embeddings import Embeddings
from langchain_text_splitters import Language, RecursiveCharacterTextSplitter
from stub import WIDTH, Counted
from turns import Ingest, measured, tell

CHARACTERS, OVERLAP = 900, 120


class Stub(Embeddings):
    """The stub as LangChain wants it."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        return self._counted.vectors(list(texts)).tolist()

    def embed_query(self, text: str) -> list[float]:
        return self._counted.vectors([text])[0].tolist()


class Kept(NamedTuple):
    """A vector store, how it is made durable, and how much is in it."""

    store: Any
    save: Callable[[], object]
    count: Callable[[], int]


def chroma(kept: Path, embeddings: Stub) -> Kept:
    """Chroma writes as it is told: an ingest that dies keeps what both stores agree on."""
    import chromadb
    from langchain_chroma import Chroma

    client = chromadb.PersistentClient(str(kept / "chroma"), chromadb.Settings(anonymized_telemetry=False))
    store = Chroma("bench", embeddings, client=client)
    return Kept(store, lambda: None, store._collection.count)


def flat(kept: Path, embeddings: Stub) -> Kept:
    """FAISS is held in memory and written at the end: an ingest that dies loses what the records say is there."""
    import faiss
    from langchain_community.docstore.in_memory import InMemoryDocstore
    from langchain_community.vectorstores import FAISS

    if (kept / "index.faiss").exists():
        store = FAISS.load_local(str(kept), embeddings, allow_dangerous_deserialization=True)
    else:
        store = FAISS(embeddings, faiss.IndexFlatIP(WIDTH), InMemoryDocstore(), {})
    return Kept(store, lambda: store.save_local(str(kept)), lambda: len(store.index_to_docstore_id))


STORES = {"chroma": chroma, "faiss": flat}
PACKAGES = {"chroma": "chromadb", "faiss": "faiss-cpu"}


def make(docs: Path, kept: Path, counted: Counted) -> Ingest:
    kept.mkdir(exist_ok=True)
    store, save, count = STORES[sys.argv[2]](kept, Stub(counted))
    records = SQLRecordManager("bench", db_url=f"sqlite:///{kept / 'records.db'}")
    records.create_schema()
    splitter = RecursiveCharacterTextSplitter.from_language(
        Language.MARKDOWN, chunk_size=CHARACTERS, chunk_overlap=OVERLAP
    )

    def ingest() -> int:
        loader = DirectoryLoader(str(docs), glob="**/*.md", loader_cls=TextLoader, loader_kwargs={"encoding": "utf-8"})
        chunks = splitter.split_documents(loader.load())
        done = index(
            chunks, records, store, cleanup="full", source_id_key="source", batch_size=500, key_encoder="blake2b"
        )
        if done["num_added"] or done["num_deleted"]:
            save()
        return count()

    return ingest


if __name__ == "__main__":
    result = measured(Path(sys.argv[1]), make)
    tell(
        result
        | {"version": f"langchain-core {version('langchain-core')}, {sys.argv[2]} {version(PACKAGES[sys.argv[2]])}"}
    )

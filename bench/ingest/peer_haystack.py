"""Haystack: reader, splitter, embedder and writer in a pipeline, the store saved to disk. Prints `RESULT`."""

import sys
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path

from haystack import Document, Pipeline, component
from haystack.components.converters import TextFileToDocument
from haystack.components.preprocessors import DocumentSplitter
from haystack.components.writers import DocumentWriter
from haystack.document_stores.in_memory import InMemoryDocumentStore
from haystack.document_stores.types import DuplicatePolicy
from stub import Counted
from turns import Ingest, measured, tell

WORDS, OVERLAP = 118, 18


@component
class Stub:
    """The stub as Haystack wants it."""

    def __init__(self, counted: Counted) -> None:
        self._counted = counted

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        vectors = self._counted.vectors([each.content or "" for each in documents]).tolist()
        return {"documents": [replace(each, embedding=vector) for each, vector in zip(documents, vectors, strict=True)]}


def make(docs: Path, kept: Path, counted: Counted) -> Ingest:
    kept.mkdir(exist_ok=True)
    file = kept / "store.json"
    store = InMemoryDocumentStore.load_from_disk(str(file)) if file.exists() else InMemoryDocumentStore()
    pipeline = Pipeline()
    pipeline.add_component("read", TextFileToDocument())
    pipeline.add_component("split", DocumentSplitter(split_by="word", split_length=WORDS, split_overlap=OVERLAP))
    pipeline.add_component("embed", Stub(counted))
    pipeline.add_component("write", DocumentWriter(store, policy=DuplicatePolicy.SKIP))
    pipeline.connect("read", "split")
    pipeline.connect("split", "embed")
    pipeline.connect("embed", "write")

    def ingest() -> int:
        done = pipeline.run({"read": {"sources": sorted(docs.rglob("*.md"))}})
        if done["write"]["documents_written"]:
            store.save_to_disk(str(file))
        return store.count_documents()

    return ingest


if __name__ == "__main__":
    result = measured(Path(sys.argv[1]), make)
    tell(result | {"version": f"haystack-ai {version('haystack-ai')}"})

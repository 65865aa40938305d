"""The texts that both sides embed. Knows nothing of embedders but where their tokens are."""

import json
from pathlib import Path

from loomwork.knowledge.embedding import MiniLm
from loomwork.knowledge.parsing import parse
from loomwork.knowledge.splitting import Splitter, split

DATA = Path(__file__).parents[3] / "shared" / "data"
QUERIES = (
    "How do I declare a query parameter?",
    "what similarity laws must be obeyed when constructing aeroelastic models",
)


def sets(count: int) -> dict[str, list[str]]:
    """Real texts by name: chunks, abstracts, paragraphs; every n-th, so that all of a source is drawn on."""
    files = sorted((DATA / "docs" / "fastapi-en").rglob("*.md"))
    documents = [parse(file.read_bytes(), name=file.name) for file in files]
    model = MiniLm()
    chunks = [chunk.text for document in documents for chunk in split(document, Splitter(), model)]
    with (DATA / "cranfield" / "corpus.jsonl").open(encoding="utf-8") as rows:
        abstracts = [json.loads(row)["text"] for row in rows]
    paragraphs = [
        document.text[block.start : block.end]
        for document in documents
        for block in document.blocks
        if block.kind == "paragraph"
    ]
    return {
        "chunks of FastAPI's documentation": drawn(chunks, count),
        "abstracts of cranfield": drawn(abstracts, count),
        "paragraphs of FastAPI's documentation": drawn(paragraphs, 2 * count),
    }


def drawn(texts: list[str], count: int) -> list[str]:
    """About `count` of the texts, evenly, as they come."""
    return texts[:: max(1, len(texts) // count)][:count]

"""What is counted is what the index holds."""

from pathlib import Path

import numpy as np

from loomwork.kernel.canonical import digest_bytes
from loomwork.knowledge.index import DocumentRow, Entry, Index, IndexSettings
from loomwork.knowledge.report import contents_of
from loomwork.knowledge.values import Chunk, Problem


def entry(doc: str, language: str, tokens: list[int], *, vectors: bool, problems: tuple[Problem, ...] = ()) -> Entry:
    text = "word " * 40
    chunks = tuple(
        Chunk(doc=doc, start=at, end=at + 5, text=text[at : at + 5], section=(), page=0, kind="paragraph",
              language=language, tokens=each)
        for at, each in zip(range(0, 200, 5), tokens, strict=False)
    )  # fmt: skip
    digest = digest_bytes(doc.encode())
    row = DocumentRow(doc=doc, path=doc, digest=digest, language=language, problems=problems)
    made = np.eye(4, dtype=np.float32)[: len(chunks)] if vectors else None
    return Entry(document=row, chunks=chunks, terms=tuple(("word",) for _ in chunks), vectors=made, text=text)


def test_documents_chunks_languages_and_problems_are_counted(tmp_path: Path):
    scan = Problem(code="no_text", message="a page without text", page=2)
    with Index(tmp_path / "index", IndexSettings(embedder="x", dimensions=4)) as index:
        with index.writer() as writer:
            writer.add(entry("a.md", "en", [10, 20], vectors=True, problems=(scan, scan)))
            writer.add(entry("b.md", "zh", [30], vectors=False))
            writer.commit()
        lost = ("c.pdf", Problem(code="encrypted", message="locked"))
        found = contents_of("docs", index.full_view(), problems=[lost], facts={"embedder": "x"})
    assert (found.documents, found.chunks) == (2, 3)
    assert [(each.language, each.tokens) for each in found.lengths] == [("en", 10), ("en", 20), ("zh", 30)]
    assert [(each.language, each.documents, each.chunks, each.with_vectors) for each in found.languages] == [
        ("en", 1, 2, 2), ("zh", 1, 1, 0),
    ]  # fmt: skip
    assert [(each.code, each.documents, each.examples) for each in found.troubles] == [
        ("encrypted", 1, ("c.pdf",)), ("no_text", 1, ("a.md",)),
    ]  # fmt: skip

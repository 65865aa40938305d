"""Quotations from real files of all formats stand where they say they do. The files lie outside the project."""

import zlib
from pathlib import Path

import pytest

from loomwork.knowledge.answering import all_sentences, quoted, read
from loomwork.knowledge.parsing import Limits, Workers
from loomwork.knowledge.splitting import Splitter, split
from loomwork.knowledge.values import Chunk, Document, Passage
from tests.knowledge.answering.making import TOOLS
from tests.knowledge.answering.shelf import Approximate

DATA = Path(__file__).parents[4] / "shared" / "data" / "files"
FILES = sorted(path for path in DATA.rglob("*") if path.is_file()) if DATA.is_dir() else []
SAMPLE = [path for path in FILES if path.stat().st_size < 100_000][::24]


def as_passage(document: Document, chunk: Chunk, rank: int) -> Passage:
    return Passage(
        rank=rank, score=1.0 / rank, doc=document.doc, path=document.path, title=document.title, section=chunk.section,
        page=chunk.page, start=chunk.start, end=chunk.end, text=chunk.text, language=chunk.language,
    )  # fmt: skip


def parsed(paths: list[Path]) -> list[Document]:
    with Workers(1, limits=Limits(seconds=20)) as workers:
        return [workers.parse(path.read_bytes(), name=path.name) for path in paths]


async def cited(document: Document) -> int:
    """Ask for some of a document's own sentences; return how many quotations were checked."""
    chunks = split(document, Splitter(), Approximate())
    passages = [as_passage(document, each, rank) for rank, each in enumerate(chunks[:: max(1, len(chunks) // 5)], 1)]
    sentences = all_sentences(passages)
    checked = 0
    for sentence in sentences[:: max(1, len(sentences) // 3)]:
        found = await read(sentence.text, passages, TOOLS)
        for citation in quoted(found.sentences, passages, TOOLS):
            assert document.text[citation.start : citation.end] == citation.quote
            checked += 1
    return checked


async def test_a_sample_is_quoted_to_the_letter():
    if not SAMPLE:
        pytest.skip("the files are not here")
    assert sum([await cited(each) for each in parsed(SAMPLE)]) > 10


@pytest.mark.nightly
@pytest.mark.parametrize("part", range(8))
async def test_every_file_is_quoted_to_the_letter(part: int):
    if not FILES:
        pytest.skip("the files are not here")
    mine = [path for path in FILES if zlib.crc32(path.name.encode()) % 8 == part]
    assert sum([await cited(each) for each in parsed(mine)]) > 10

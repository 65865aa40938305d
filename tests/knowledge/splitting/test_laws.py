"""What is true of the chunks of any document."""

import random
import re
from collections.abc import Sequence
from itertools import pairwise
from typing import cast

from hypothesis import given, settings
from hypothesis import strategies as st

from loomwork.knowledge.embedding import approximate_offsets
from loomwork.knowledge.splitting import Splitter, split
from loomwork.knowledge.splitting.regions import trimmed
from loomwork.knowledge.splitting.ruler import Ruler
from loomwork.knowledge.values import Block, BlockKind, Chunk, Document

KINDS = ["heading", "paragraph", "list", "table", "code", "quote"]
WORDS = [
    "wing",
    "heat",
    "数据库",
    "备份。",
    "flow.",
    "e.g.",
    "slab,",
    "3.11",
    "x" * 90,
    "，并且",
    "is",
    "?",
    "😀",
    "\t",
]


class Pieces:
    """Counts without a model."""

    def offsets(self, text: str) -> Sequence[tuple[int, int]]:
        return approximate_offsets(text)


def document(parts: Sequence[tuple[str, str]], *, gap: str = "\n\n") -> Document:
    """A document of (kind, text) blocks, sections following headings."""
    blocks: list[Block] = []
    section: tuple[str, ...] = ()
    at = 0
    for kind, text in parts:
        if kind == "heading":
            section = ()
        blocks.append(Block(kind=cast("BlockKind", kind), start=at, end=at + len(text), section=section))
        if kind == "heading":
            section = (text,)
        at += len(text) + len(gap)
    return Document(doc="d", path="d", text=gap.join(text for _, text in parts), blocks=tuple(blocks))


@st.composite
def blocks(draw: st.DrawFn) -> tuple[str, str]:
    kind = draw(st.sampled_from(KINDS))
    lines = [
        " ".join(draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8))) for _ in range(draw(st.integers(1, 8)))
    ]
    if kind == "table":
        cells = [f"| {line} | {number} |" for number, line in enumerate(lines)]
        return kind, "\n".join([cells[0], "| --- | --- |", *cells[1:]])
    if kind == "list":
        return kind, "\n".join(f"- {line}" for line in lines)
    return kind, " ".join(lines) if kind in ("heading", "paragraph") else "\n".join(lines)


documents = st.lists(blocks(), max_size=14).map(document)
splitters = st.builds(Splitter, max_tokens=st.integers(8, 60), overlap=st.integers(0, 12))


@settings(max_examples=80, deadline=None)
@given(documents, splitters)
def test_chunks_are_slices_that_lose_nothing_and_fit(given_document: Document, splitter: Splitter) -> None:
    text = given_document.text
    ruler = Ruler(approximate_offsets(text))
    chunks = split(given_document, splitter, Pieces())
    covered = bytearray(len(text))
    for chunk in chunks:
        assert text[chunk.start : chunk.end] == chunk.text
        assert chunk.text == chunk.text.strip() != ""
        assert chunk.tokens == ruler.tokens(chunk.start, chunk.end) <= splitter.max_tokens
        covered[chunk.start : chunk.end] = b"\1" * (chunk.end - chunk.start)
    assert "".join(sign for sign, done in zip(text, covered, strict=True) if not done).strip() == ""
    assert [chunk.end for chunk in chunks] == sorted({chunk.end for chunk in chunks})
    assert [chunk.start for chunk in chunks] == sorted({chunk.start for chunk in chunks})
    for one, other in pairwise(chunks):
        assert one.end <= other.start or ruler.tokens(other.start, one.end) <= splitter.overlap


@settings(max_examples=40, deadline=None)
@given(documents, splitters)
def test_tables_and_code_that_fit_stay_whole(given_document: Document, splitter: Splitter) -> None:
    ruler = Ruler(approximate_offsets(given_document.text))
    chunks = split(given_document, splitter, Pieces())
    for block in given_document.blocks:
        start, end = trimmed(given_document.text, block.start, block.end)
        fits = start < end and ruler.size(block.start, block.end) <= splitter.max_tokens
        if block.kind in ("table", "code") and fits:
            assert sum(chunk.start <= start and end <= chunk.end for chunk in chunks) == 1


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=400), st.lists(st.integers(0, 400), max_size=6), splitters)
def test_any_text_with_any_blocks_loses_nothing(text: str, places: list[int], splitter: Splitter) -> None:
    cuts = sorted({min(place, len(text)) for place in places} | {0})
    made = [Block(kind=cast("BlockKind", KINDS[n % 6]), start=a, end=b) for n, (a, b) in enumerate(pairwise(cuts))]
    chunks = split(Document(doc="d", path="d", text=text, blocks=tuple(made)), splitter, Pieces())
    assert all(text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    kept = {place for chunk in chunks for place in range(chunk.start, chunk.end)}
    assert all(place in kept or sign.isspace() for place, sign in enumerate(text))


def sections(seed: int, count: int, sentences: int) -> list[tuple[str, str]]:
    draw = random.Random(seed)
    parts: list[tuple[str, str]] = []
    for number in range(count):
        parts.append(("heading", f"Section {number}"))
        parts += [
            (
                "paragraph",
                " ".join(f"Word{draw.randrange(10_000)} follows word{draw.randrange(10_000)}." for _ in range(3)),
            )
            for _ in range(sentences)
        ]
    return parts


def changed(before: Sequence[Chunk], after: Sequence[Chunk]) -> list[Chunk]:
    """Chunks that have to be embedded again."""
    known = {chunk.text for chunk in before}
    return [chunk for chunk in after if chunk.text not in known]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 50), st.integers(0, 10_000), st.sampled_from(["", "Added.", "A sentence was added here. " * 12]))
def test_an_edit_changes_chunks_of_its_own_section_only(seed: int, place: int, added: str) -> None:
    parts = sections(seed, 12, 6)
    paragraphs = [number for number, (kind, _) in enumerate(parts) if kind == "paragraph"]
    edited = paragraphs[place % len(paragraphs)]
    other = list(parts)
    other[edited] = ("paragraph", f"{parts[edited][1][:20]} {added}")
    splitter = Splitter(max_tokens=60, overlap=12)
    before, after = (split(document(each), splitter, Pieces()) for each in (parts, other))
    section = f"Section {edited // 7}"
    assert all(chunk.section == (section,) for chunk in changed(before, after))
    assert all(chunk.section == (section,) for chunk in changed(after, before))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 20), st.integers(0, 10_000))
def test_an_edit_in_a_long_text_without_headings_changes_a_few_chunks(seed: int, place: int) -> None:
    parts = sections(seed, 1, 700)[1:]
    edited = place % len(parts)
    other = list(parts)
    other[edited] = ("paragraph", "Quite another sentence stands here now. And one more. " * 4)
    splitter = Splitter(max_tokens=60, overlap=0)
    before, after = (split(document(each), splitter, Pieces()) for each in (parts, other))
    assert len(before) > 300
    assert len(changed(before, after)) <= 60
    text = "".join(re.findall(r"\S", document(other).text))
    assert "".join(re.findall(r"\S", "".join(chunk.text for chunk in after))) == text

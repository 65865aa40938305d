"""Where documents are cut, by example."""

import time
from itertools import pairwise

import numpy as np
import pytest

from loomwork.knowledge.embedding import approximate_offsets
from loomwork.knowledge.parsing import parse
from loomwork.knowledge.splitting import Splitter, breaking, embedded_text, meanings, split
from loomwork.knowledge.values import Chunk, Document
from loomwork.testing.embedder import StubEmbedder


class Pieces:
    """Counts without a model, and how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def offsets(self, text: str) -> list[tuple[int, int]]:
        self.asked += 1
        return approximate_offsets(text)


def markdown(text: str) -> Document:
    return parse(text.encode(), name="a.md")


def chunks(text: str, *, max_tokens: int = 40, overlap: int = 0) -> list[Chunk]:
    return list(split(markdown(text), Splitter(max_tokens=max_tokens, overlap=overlap), Pieces()))


def test_small_sections_share_a_chunk_and_its_section_is_what_they_share() -> None:
    (only,) = chunks("# Guide\n\n## One\n\nFirst.\n\n## Two\n\nSecond.")
    assert only.section == ("Guide",)


def test_sections_that_fill_chunks_are_cut_at_their_headings() -> None:
    body = "One two three four five six seven eight nine ten. " * 2
    found = chunks(f"# A\n\n{body}\n\n# B\n\n{body}\n\n# C\n\n{body}", max_tokens=40)
    assert [chunk.text[:3] for chunk in found] == ["# A", "# B", "# C"]
    assert [chunk.section for chunk in found] == [("A",), ("B",), ("C",)]


def test_a_heading_is_never_left_alone_at_the_end_of_a_chunk() -> None:
    body = "One two three four five six seven eight nine ten. " * 5
    found = chunks(f"# A\n\n{body}\n\n## B\n\n### C\n\n{body}", max_tokens=32)
    assert all(not chunk.text.rstrip().endswith(("# A", "## B", "### C")) for chunk in found)


def test_chinese_is_cut_between_sentences() -> None:
    text = "数据库每天备份一次。备份保存在另一台机器上！如果恢复失败怎么办？请联系管理员，他会处理。" * 3
    found = chunks(text, max_tokens=30)
    assert all(chunk.text[-1] in "。！？" for chunk in found)
    assert len(found) >= 4


def test_a_chinese_sentence_that_is_too_long_is_cut_between_clauses() -> None:
    found = chunks("，".join(["这是一个很长的分句"] * 12) + "。", max_tokens=30)
    assert all(chunk.text.endswith(("，", "。")) for chunk in found)


def test_the_next_chunk_begins_with_the_last_sentence_of_the_one_before() -> None:
    sentences = [f"Sentence number {number} is here." for number in range(12)]
    found = chunks(" ".join(sentences), max_tokens=30, overlap=10)
    for one, other in pairwise(found):
        assert other.start < one.end
        assert one.text.endswith(other.text.partition(".")[0] + ".")


def test_a_table_that_does_not_fit_is_cut_by_rows_and_embedded_with_its_header() -> None:
    rows = "\n".join(f"| name{number} | {number} |" for number in range(40))
    document = markdown(f"# Prices\n\n| item | price |\n| --- | --- |\n{rows}\n")
    found = split(document, Splitter(max_tokens=60, overlap=20), Pieces())
    assert len(found) > 3
    assert all(chunk.kind == "table" and chunk.text.endswith("|") for chunk in found)
    for chunk in found[1:]:
        assert chunk.text.startswith("| name")
        assert embedded_text(chunk, document) == f"Prices\n| item | price |\n| --- | --- |\n{chunk.text}"
        assert len(approximate_offsets("| item | price |\n| --- | --- |")) + chunk.tokens <= 60
    assert embedded_text(found[0], document) == found[0].text


def test_code_that_does_not_fit_is_cut_at_blank_lines_first() -> None:
    functions = "\n\n".join(f"def f{number}(x):\n    return x + {number}" for number in range(8))
    found = chunks(f"```python\n{functions}\n```", max_tokens=40)
    assert len(found) > 2
    assert all(chunk.text.startswith("def") for chunk in found[1:])


def test_list_items_stay_whole() -> None:
    items = "\n".join(f"- item {number} with some words\n  and a second line" for number in range(10))
    assert all(chunk.text.startswith("- item") for chunk in chunks(items, max_tokens=40))


def test_a_word_without_end_is_cut_all_the_same() -> None:
    class Unknown:
        def offsets(self, text: str) -> list[tuple[int, int]]:
            return [(0, len(text))]  # one token, as for a word that a tokenizer does not know

    document = markdown("x" * 50_000)
    found = split(document, Splitter(max_tokens=100), Unknown())
    assert "".join(chunk.text for chunk in found) == document.text
    assert max(len(chunk.text) for chunk in found) < 100 * 16 + 16


def test_a_document_is_tokenised_once() -> None:
    count = Pieces()
    split(markdown("# A\n\nText.\n\n" * 50), Splitter(), count)
    assert count.asked == 1


def test_nothing_gives_no_chunk() -> None:
    assert chunks("") == [] == chunks(" \n\n ")


def test_a_chunk_is_embedded_beneath_the_path_to_it() -> None:
    body = "One two three four five six seven eight nine ten. " * 4
    document = markdown(f"# Guide\n\n## Backup\n\n{body}")
    first, *others = split(document, Splitter(max_tokens=30, overlap=0), Pieces())
    assert embedded_text(first, document) == f"Backup\n{first.text}"
    assert all(embedded_text(chunk, document) == f"Guide > Backup\n{chunk.text}" for chunk in others)


def test_a_long_path_keeps_its_innermost_part() -> None:
    document = markdown(
        "\n\n".join(f"{'#' * level} Heading {level} {'long ' * 20}" for level in (1, 2, 3)) + "\n\nText. " * 40
    )
    chunk = split(document, Splitter(max_tokens=60, overlap=0), Pieces())[-1]
    assert embedded_text(chunk, document).startswith("Heading 3")


async def test_meaning_draws_cuts_to_where_the_topic_changes() -> None:
    wings = [f"The wing has lift number {number}." for number in range(5)]
    soups = [f"Onion soup needs salt and onion {number}." for number in range(7)]
    document = markdown(" ".join(wings + soups))
    splitter, count = Splitter(max_tokens=80, overlap=0), Pieces()
    near = await meanings(document, splitter, count, StubEmbedder().embed)
    plain = split(document, splitter, count)
    by_meaning = split(document, splitter, count, closeness=near)
    assert not any(chunk.text.startswith("Onion soup needs salt and onion 0") for chunk in plain)
    assert any(chunk.text.startswith("Onion soup needs salt and onion 0") for chunk in by_meaning)
    assert all(-1.001 <= value <= 1.001 for value in near.values())
    assert await meanings(markdown(""), splitter, count, StubEmbedder().embed) == {}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dr. Who came. He left.", ["Dr. Who came. ", "He left."]),
        ('He said "no." Then he left.', ['He said "no." ', "Then he left."]),
        ("Version 3.11 works. See p. 4.", ["Version 3.11 works. ", "See p. 4."]),
        ("什么？！好。", ["什么？！", "好。"]),
        ("等等……然后", ["等等……", "然后"]),
        ("no end", ["no end"]),
    ],
)
def test_sentences(text: str, expected: list[str]) -> None:
    assert [text[a:b] for a, b in breaking.sentences(text, 0, len(text))] == expected


@pytest.mark.parametrize(
    "text",
    ["\n" * 60_000 + "x", "a" + " \n" * 60_000 + "x", ". " * 60_000, "# h\n\n" * 4_000, "-" * 60_000, "|\n" * 30_000],
)
def test_no_text_takes_long(text: str) -> None:
    document = Document(doc="d", path="d", text=text, blocks=markdown(text).blocks)
    begun = time.process_time()
    found = split(document, Splitter(), Pieces())
    assert time.process_time() - begun < 4
    assert np.array([chunk.tokens for chunk in found]).max() <= 200

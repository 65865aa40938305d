"""On which page, slide or sheet a character stands: kept from the parser, through chunks and index, to a passage."""

from pathlib import Path

import pytest

from loomwork.knowledge import Document, PageMark, page_at
from loomwork.knowledge.parsing import parse
from loomwork.knowledge.search import Widen
from loomwork.knowledge.values import marks_within
from tests.knowledge.ingest.making import Project
from tests.knowledge.parsing.makers import eml_file, pdf_file, pptx_file, xlsx_file

PAGES = pdf_file(
    [
        [(72, 700, 12, "The first page speaks of apples.")],
        [(72, 700, 12, "The second page speaks of pears.")],
        [(72, 700, 12, "The third page speaks of plums.")],
    ]
)


def page_of(document: Document, words: str) -> PageMark:
    return page_at(document.page_marks, document.text.index(words))


def test_a_word_knows_its_page_its_slide_and_its_sheet() -> None:
    pdf = parse(PAGES, name="a.pdf")
    assert [page_of(pdf, word).page for word in ("apples", "pears", "plums")] == [1, 2, 3]
    deck = parse(pptx_file(), name="a.pptx")
    assert {mark.page for mark in deck.page_marks} == {block.page for block in deck.blocks}
    book = parse(xlsx_file(), name="a.xlsx")
    assert {mark.name for mark in book.page_marks} == {"销售", "Notes"}
    assert page_of(book, "合计").name == "销售"
    assert (page_of(book, "one").page, page_of(book, "one").name) == (2, "Notes")


def test_marks_agree_with_blocks_in_every_format_that_has_pages() -> None:
    for data, name in ((PAGES, "a.pdf"), (pptx_file(), "a.pptx"), (xlsx_file(), "a.xlsx")):
        document = parse(data, name=name)
        for block in document.blocks:
            if block.start < block.end:
                assert page_at(document.page_marks, block.start).page == block.page
                assert page_at(document.page_marks, block.end - 1).page == block.page


def test_what_has_no_pages_has_no_marks() -> None:
    assert parse(b"# A\n\nb\n", name="a.md").page_marks == ()
    mail = parse(eml_file(attachments=[("a.pdf", PAGES)]), name="a.eml")
    assert mail.page_marks == ()
    assert page_of(mail, "apples").page == 0


def test_an_offset_before_the_first_mark_is_on_no_page() -> None:
    assert page_at((PageMark(10, 1),), 9).page == 0
    assert marks_within((PageMark(10, 1), PageMark(20, 2)), 0, 10) == ()


@pytest.mark.parametrize("widen", ["none", "neighbours"])
async def test_a_passage_over_several_pages_knows_the_page_of_each_of_its_sentences(
    tmp_path: Path, widen: Widen
) -> None:
    project = Project(tmp_path)
    project.write("docs/a.pdf", PAGES)
    base = project.base(embedder="none", search={"widen": widen})
    assert (await base.build()).total == 1, "one chunk holds all three pages"
    passage = (await base.search("plums", k=1))[0]
    pages = [
        page_at(passage.page_marks, passage.start + passage.text.index(word)).page
        for word in ("apples", "pears", "plums")
    ]
    assert pages == [1, 2, 3]

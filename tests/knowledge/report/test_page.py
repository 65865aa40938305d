"""The page stands alone, holds its figures and pictures, and lets nothing out of the texts that it shows."""

import re
from html.parser import HTMLParser

import pytest
from msgspec import structs

from loomwork.knowledge.report import Labels, Reading, Report, Seen, Tried, Trouble, evaluate, page
from tests.knowledge.report.test_pictures import AFTER, BEFORE, CONTENTS, EVIL


class Reader(HTMLParser):
    """Collects tags and what stands between them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.said: list[str] = []
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.said.append(data)


def read(html: str) -> Reader:
    reader = Reader()
    reader.feed(html)
    return reader


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_page_needs_nothing_but_itself(language: str):
    html = page(Report(contents=CONTENTS, evaluations=(BEFORE, AFTER)), language=language)
    reader = read(html)
    assert not {"script", "link", "img", "iframe", "object"} & {tag for tag, _ in reader.tags}
    assert not [name for _, given in reader.tags for name in given if name in ("src", "href", "xlink:href")]
    assert not re.findall(r"url\(|@import", html)
    assert set(re.findall(r"https?://[^\s\"'<]+", html)) == {"http://www.w3.org/2000/svg"}
    assert any("default-src 'none'" in str(given.get("content")) for tag, given in reader.tags if tag == "meta")
    assert [tag for tag, _ in reader.tags].count("svg") == 6


def test_a_page_tells_scores_before_and_after_and_what_was_found_instead():
    said = " ".join(read(page(Report(contents=CONTENTS, evaluations=(BEFORE, AFTER)))).said)
    assert "before → after" in said
    assert "+0.667 (+0.667 … +0.667)" in said
    assert "found at place 2" in said
    assert "wrong-1.md" in said


def test_what_documents_and_questions_say_stays_text():
    tried = Tried(id="1", question=EVIL, language="en", wanted=(EVIL,), found=(Seen(EVIL, (EVIL,), EVIL),) * 2)
    other = Tried(id="1", question=EVIL, language="en", wanted=("x",), found=(Seen(EVIL, (EVIL,), EVIL),) * 2)
    html = page(Report(contents=CONTENTS, evaluations=(evaluate(EVIL, [tried]), evaluate(EVIL, [other]))))
    assert "<script" not in html
    assert " ".join(read(html).said).count(EVIL) >= 5


def test_a_page_of_an_index_alone_has_no_scores():
    reader = read(page(Report(contents=CONTENTS)))
    assert [tag for tag, _ in reader.tags].count("svg") == 2
    assert "How well" not in " ".join(reader.said)


def test_a_language_that_is_found_by_keywords_only_is_named():
    assert "In Chinese passages are found by keywords only" in " ".join(read(page(Report(contents=CONTENTS))).said)


def test_every_document_with_a_problem_is_named_up_to_a_few_and_the_rest_counted():
    trouble = Trouble(code="broken", documents=7, examples=("a.pdf", "b.pdf", "c.pdf", "d.pdf", "e.pdf"))
    said = " ".join(read(page(Report(contents=structs.replace(CONTENTS, troubles=(trouble,))))).said)
    assert "a.pdf, b.pdf, c.pdf, d.pdf, e.pdf, and 2 more" in said


def test_who_may_read_is_shown_where_anything_is_restricted():
    readings = (
        Reading(readers=None, documents=2),
        Reading(readers=("hr",), documents=1),
        Reading(readers=(), documents=1),
    )
    html = page(Report(contents=structs.replace(CONTENTS, readings=readings)))
    assert "<td>hr</td><td class=right>1</td>" in html
    assert "<td>nobody</td>" in html
    assert "Who may read" not in page(Report(contents=CONTENTS))


def test_a_chinese_page_has_no_half_width_comma_or_colon_between_chinese_words():
    said = read(page(Report(contents=CONTENTS, evaluations=(BEFORE, AFTER)), language="zh")).said
    mixed = [text for text in said if re.search(r"[\u4e00-\u9fff][,;:] ?|[,;:] [\u4e00-\u9fff]", text)]
    assert mixed == []
    assert Labels("zh").named("language", "") == "语言不明"

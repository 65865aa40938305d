"""XML is read as its text: in order, with titles, lists, tables, records and feeds; nothing is expanded or loaded."""

from pathlib import Path

import pytest

from loomwork.knowledge.parsing import Hints, Limits, parse
from loomwork.knowledge.values import Document
from tests.knowledge.parsing.makers import XML
from tests.knowledge.parsing.test_laws import hold

RSS = """<rss version="2.0"><channel><title>公司新闻</title><description>一切新闻。</description>
<item><title>食堂</title><link>https://example.com/1</link>
<description>&lt;p&gt;食堂&lt;b&gt;八点&lt;/b&gt;开放。&lt;/p&gt;&lt;ul&gt;&lt;li&gt;早餐&lt;/li&gt;&lt;/ul&gt;</description></item>
<item><title>Parking</title><description><![CDATA[Parking costs nothing.]]></description></item></channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title><entry><title>Lunch</title>
<summary>Lunch is at noon.</summary></entry></feed>"""


def told(document: Document) -> list[tuple[str, str]]:
    hold(document)
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def read(source: str | bytes) -> list[tuple[str, str]]:
    return told(parse(source.encode() if isinstance(source, str) else source, name="a.xml"))


def test_a_book_has_its_titles_paragraphs_lists_code_and_tables() -> None:
    document = parse(XML.encode(), name="a.xml")
    assert told(document) == [
        ("heading", "Backups"), ("heading", "Restore"), ("paragraph", "Stop the service first:"),
        ("list", "- copy\n- start"), ("paragraph", "Then wait."), ("code", "restore\n  --all"), ("heading", "Sizes"),
        ("table", "| Plan | Days |\n| --- | --- |\n| free | seven |"),
    ]  # fmt: skip
    assert document.title == "Backups"
    assert document.blocks[-1].section == ("Restore", "Sizes")


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_a_feed_is_read_in_the_encoding_that_it_declares(encoding: str) -> None:
    assert read(f'<?xml version="1.0" encoding="{encoding}"?>{RSS}'.encode(encoding)) == [
        ("heading", "公司新闻"), ("paragraph", "一切新闻。"), ("heading", "食堂"),
        ("list", "link: https://example.com/1"), ("paragraph", "食堂八点开放。"), ("list", "- 早餐"),
        ("heading", "Parking"), ("paragraph", "Parking costs nothing."),
    ]  # fmt: skip


def test_traditional_characters_in_big5_are_read() -> None:
    source = '<?xml version="1.0" encoding="Big5"?><a><p>資料庫每天備份。</p></a>'
    assert read(source.encode("big5")) == [("paragraph", "資料庫每天備份。")]


def test_entries_of_a_feed_are_sections_of_it() -> None:
    document = parse(ATOM.encode(), name="news.atom")
    assert told(document)[-1] == ("paragraph", "Lunch is at noon.")
    assert document.blocks[-1].section == ("News", "Lunch")


def test_records_become_a_table_beneath_their_names() -> None:
    country = "<country code='{}'><name>{}</name><capital>{}</capital></country>"
    source = f"<all>{country.format('ca', 'Canada', 'Ottawa')}{country.format('fr', 'France', 'Paris')}</all>"
    assert read(source) == [
        ("table", "| code | name | capital |\n| --- | --- | --- |\n| ca | Canada | Ottawa |\n| fr | France | Paris |")
    ]


def test_short_values_keep_their_names_and_lines_of_one_name_are_a_list() -> None:
    assert read("<a><host>db1</host><port>5432</port><say>Stop it first.</say></a>") == [
        ("list", "host: db1\nport: 5432"), ("paragraph", "Stop it first."),
    ]  # fmt: skip
    assert read("<a><tag>one</tag><tag>two</tag></a>") == [("list", "- one\n- two")]


def test_entities_are_not_expanded_and_nothing_outside_is_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("the secret")
    declared = f'<!DOCTYPE a [<!ENTITY ours "our words"><!ENTITY file SYSTEM "{secret.as_uri()}">]>'
    said = read(f"{declared}<a><p>One &ours; two &file; three&nbsp;&eacute;.</p></a>")
    assert said == [("paragraph", "One &ours; two &file; three é.")]


def test_entities_made_of_entities_do_not_grow() -> None:
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    document = parse(f'<!DOCTYPE a [<!ENTITY l0 "ha">{laughs}]><a><p>One &l11; two.</p></a>'.encode(), name="a.xml")
    assert document.text.startswith("One")
    assert len(document.text) < 100


def test_a_damaged_file_is_read_as_far_as_it_goes_and_says_so() -> None:
    document = parse(b"<a><p>One is here.</p><p>Two breaks <b>off</a>", name="a.xml")
    assert told(document) == [("paragraph", "One is here."), ("paragraph", "Two breaks off")]
    assert [problem.code for problem in document.problems] == ["broken"]


def test_elements_nested_without_end_are_named() -> None:
    document = parse(b"<a>" * 100_000 + b"deep" + b"</a>" * 100_000, name="a.xml")
    assert "broken" in [problem.code for problem in document.problems]


def test_the_limits_hold() -> None:
    rows = "".join(f"<r><a>{n}</a><b>x</b></r>" for n in range(1000))
    document = parse(f"<t>{rows}</t>".encode(), name="a.xml", limits=Limits(cells=100))
    assert [problem.code for problem in document.problems] == ["too_large"]


def test_a_page_in_xml_is_read_as_a_page() -> None:
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>Lunch</h1><p>At noon.</p></body></html>'
    assert read(f'<?xml version="1.0"?>{page}') == [("heading", "Lunch"), ("paragraph", "At noon.")]


def test_xml_is_known_by_its_first_line_and_by_what_the_server_says() -> None:
    assert parse(b'<?xml version="1.0"?><a>At noon.</a>', name="download").format == "xml"
    hints = Hints(media_type="application/rss+xml; charset=utf-8")
    assert parse(RSS.encode(), name="feed", hints=hints).title == "公司新闻"


def test_nothing_but_marks_is_said_to_be_empty() -> None:
    document = parse(b"<a><b/></a>", name="a.xml")
    assert [problem.code for problem in document.problems] == ["empty"]

"""Every format becomes the text, blocks, sections and properties that a reader would expect."""

import csv
import io

import pytest

from loomwork.knowledge import Block, Document
from loomwork.knowledge.parsing import Hints, Limits, formats, parse
from tests.knowledge.parsing.makers import (
    HTML,
    MARKDOWN,
    RTF,
    docx_file,
    eml_file,
    epub_file,
    odt_file,
    packed,
    pdf_file,
    pptx_file,
    samples,
    xlsx_file,
)


def told(document: Document) -> list[tuple[str, str]]:
    return [(block.kind, document.text[block.start : block.end]) for block in document.blocks]


def of_kind(document: Document, kind: str) -> list[str]:
    return [text for found, text in told(document) if found == kind]


def block_with(document: Document, text: str) -> Block:
    return next(block for block in document.blocks if text in document.text[block.start : block.end])


def test_markdown_blocks_are_slices_of_the_file_itself() -> None:
    document = parse(MARKDOWN.encode(), name="guide/a.md")
    assert document.text == MARKDOWN
    assert told(document) == [
        ("heading", "# Backup { #backup }"),
        ("paragraph", "Runs *daily*."),
        ("code", "```sh\ntar c .\n```"),
        ("table", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("heading", "## 恢复"),
        ("list", "- one\n- two"),
    ]
    assert document.blocks[-1].section == ("Backup", "恢复")
    assert document.blocks[4].level == 2
    assert document.blocks[4].section == ("Backup",)


def test_front_matter_becomes_title_and_metadata() -> None:
    document = parse(MARKDOWN.encode(), name="a.md")
    assert (document.title, document.metadata["readers"]) == ("Backups", ["ops"])
    assert parse(MARKDOWN.partition("---\n#")[2].encode(), name="a.md").title == "恢复"
    loose = parse(b"---\ntitle: a: b\nordinal: 007\n---\n\nText\n", name="a.md")
    assert (loose.title, loose.metadata["ordinal"]) == ("a: b", "007")


def test_lines_between_rules_that_are_no_fields_stay_text() -> None:
    assert told(parse(b"---\njust words\n---\n\nmore\n", name="a.md"))[0][1] == "just words\n---"


def test_windows_line_ends_are_the_ends_that_python_reads() -> None:
    document = parse(MARKDOWN.replace("\n", "\r\n").encode(), name="a.md")
    assert document.text == MARKDOWN
    assert told(document)[-1] == ("list", "- one\n- two")


def test_html_keeps_what_a_reader_sees_and_nothing_that_every_page_repeats() -> None:
    document = parse(HTML.encode(), name="a.html")
    assert told(document) == [
        ("heading", "备份"),
        ("paragraph", "数据库的备份 daily."),
        ("table", "| Name | Size |\n| --- | --- |\n| a\\|b | 2 |"),
        ("list", "- one\n  - inner\n- two"),
        ("code", "x = 1\ny = 2"),
    ]
    assert (document.title, document.created) == ("Backup guide", "2024-05-01")


def test_html_cells_that_span_stand_in_every_cell_they_cover() -> None:
    page = "<table><tr><th>Year</th><th colspan=2>Sales</th></tr><tr><td rowspan=2>2024</td><td>1</td><td>2</td></tr>"
    rows = parse((page + "<tr><td>3</td><td>4</td></tr></table>").encode(), name="a.html").text.split("\n")
    assert rows[0] == "| Year | Sales | Sales |"
    assert rows[3] == "| 2024 | 3 | 4 |"


def test_html_that_lays_out_a_page_in_a_table_is_no_table() -> None:
    page = b"<table><tr><td><h1>News</h1><p>One.</p></td><td>side</td></tr></table>"
    assert [kind for kind, _ in told(parse(page, name="a.html"))] == ["heading", "paragraph", "paragraph"]


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "big5", "utf-16"])
def test_html_is_read_in_the_encoding_it_has_whatever_it_says(encoding: str) -> None:
    page = f'<html><meta charset="{encoding}"><body><p>資料庫的備份與還原，說明書</p></body></html>'
    assert "資料庫的備份與還原，說明書" in parse(page.encode(encoding), name="a.html").text


def test_pdf_lines_become_headings_and_paragraphs_with_their_pages() -> None:
    body = [
        (72.0, 640.0 - 14 * row, 11.0, text)
        for row, text in enumerate(("The data-", "base is backed up every", "night."))
    ]
    document = parse(pdf_file([[(72, 700, 20, "Backup guide"), *body], [(72, 700, 11, "Second page.")]]), name="a.pdf")
    assert told(document) == [
        ("heading", "Backup guide"),
        ("paragraph", "The database is backed up every night."),
        ("paragraph", "Second page."),
    ]
    assert [block.page for block in document.blocks] == [1, 1, 2]
    assert (document.pages, document.created, document.title) == (2, "2024-05-01T08:30:00", "Backup guide")


def test_pdf_chinese_lines_are_joined_without_blanks() -> None:
    lines = [
        (72.0, 700.0, 20.0, "数据库备份"),
        (72.0, 650.0, 11.0, "每天凌晨两点备份数"),
        (72.0, 634.0, 11.0, "据库，保存三十天。"),
    ]
    document = parse(pdf_file([lines]), name="a.pdf")
    assert told(document) == [("heading", "数据库备份"), ("paragraph", "每天凌晨两点备份数据库，保存三十天。")]
    assert document.language == "zh"


def test_pdf_rows_stay_rows() -> None:
    rows = [(("Name", "Size"), 700), (("alpha", "12"), 686), (("beta", "7"), 672)]
    lines = [(72.0 + 200 * place, float(y), 11.0, cell) for cells, y in rows for place, cell in enumerate(cells)]
    assert told(parse(pdf_file([lines]), name="a.pdf")) == [("table", "Name | Size\nalpha | 12\nbeta | 7")]


def test_pdf_running_heads_and_page_numbers_are_left_out() -> None:
    words = ("one", "two", "three", "four")
    pages = [
        [(72, 760, 9, "ACME manual"), (72, 600, 11, f"Content {word}."), (300, 30, 9, str(number))]
        for number, word in enumerate(words, 1)
    ]
    assert (
        parse(pdf_file(pages), name="a.pdf").text == "Content one.\n\nContent two.\n\nContent three.\n\nContent four."
    )


def test_a_hyphen_that_the_document_uses_elsewhere_stays() -> None:
    lines = ["We use fine-tuned models and fine-", "tuned heads with exam-", "ples."]
    body = [(72.0, 700.0 - 14 * row, 11.0, text) for row, text in enumerate(lines)]
    assert "fine-tuned heads with examples." in parse(pdf_file([body]), name="a.pdf").text


def test_word_headings_lists_tables_and_properties() -> None:
    document = parse(docx_file(), name="a.docx")
    assert told(document) == [
        ("heading", "数据库备份"),
        ("paragraph", "每天凌晨两点备份数据库。"),
        ("heading", "Restore"),
        ("list", "- Stop the service.\n- Copy the file."),
        ("table", "| Name | Size | When |\n| --- | --- | --- |\n| all | all | daily |"),
    ]
    assert (document.title, document.created, document.metadata["author"]) == ("Backups", "2024-05-01T08:00:00Z", "Ann")
    assert block_with(document, "Stop").section == ("数据库备份", "Restore")


def test_word_deleted_text_is_gone_and_inserted_text_is_there() -> None:
    def write(document: object) -> None:
        from docx.oxml import parse_xml

        names = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
        kept = "<w:ins><w:r><w:t>new</w:t></w:r></w:ins>"
        gone = "<w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        document.element.body.insert(0, parse_xml(f"<w:p {names}>{kept}{gone}</w:p>"))  # type: ignore[attr-defined]

    assert parse(docx_file(write=write), name="a.docx").text == "new"


def test_word_documents_without_heading_styles_have_headings_by_their_looks() -> None:
    def write(document: object) -> None:
        document.add_paragraph().add_run("考勤制度").bold = True  # type: ignore[attr-defined]
        document.add_paragraph("员工每天打卡两次。")  # type: ignore[attr-defined]

    document = parse(docx_file(write=write), name="a.docx")
    assert told(document) == [("heading", "考勤制度"), ("paragraph", "员工每天打卡两次。")]
    assert document.language == "zh"


def test_slides_are_pages_with_titles_lists_tables_and_notes() -> None:
    document = parse(pptx_file(), name="a.pptx")
    assert told(document) == [
        ("heading", "第一季度"),
        ("list", "- 增长\n- 利润"),
        ("paragraph", "Say thanks first."),
        ("heading", "Numbers"),
        ("table", "| Year | Sales |\n| --- | --- |\n| 2024 | 1,200 |"),
    ]
    assert [block.page for block in document.blocks] == [1, 1, 1, 2, 2]
    assert block_with(document, "1,200").section == ("Numbers",)


def test_sheets_show_dates_numbers_and_merged_cells_as_people_see_them() -> None:
    document = parse(xlsx_file(), name="a.xlsx")
    assert told(document) == [
        ("heading", "销售"),
        ("paragraph", "2024 年销售"),
        (
            "table",
            "| 日期 | 金额 | 占比 |\n| --- | --- | --- |\n"
            "| 2024年5月1日 | 1,234,567.50元 | 25.6% |\n| 合计 | 合计 | 1 |",
        ),
        ("heading", "Notes"),
        ("table", "| one | TRUE |\n| --- | --- |"),
    ]
    assert block_with(document, "one").page == 2


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le"])
def test_csv_is_read_with_the_delimiter_and_encoding_it_has(delimiter: str, encoding: str) -> None:
    box = io.StringIO()
    csv.writer(box, delimiter=delimiter).writerows(
        [["名称", "单价（元）"], ["螺丝, 大; 号\n两行", "1.5"], ["数据线", "20"]]
    )
    document = parse(box.getvalue().encode(encoding), name="价格.csv")
    assert document.text == "| 名称 | 单价（元） |\n| --- | --- |\n| 螺丝, 大; 号 两行 | 1.5 |\n| 数据线 | 20 |"
    assert document.metadata["delimiter"] == delimiter


def test_mail_headers_are_metadata_and_attachments_are_documents_inside() -> None:
    document = parse(eml_file(attachments=[("备份.docx", docx_file()), ("x.bin", b"\x00\x01\x02")]), name="a.eml")
    assert document.title == "会议纪要 minutes"
    assert document.metadata["from"] == "张三 <zhang@example.com>"
    assert document.created == "2024-05-01T08:30:00+08:00"
    assert told(document)[:4] == [
        ("heading", "会议纪要 minutes"),
        ("paragraph", "请看附件。"),
        ("quote", "> old words"),
        ("heading", "备份.docx"),
    ]
    inner = document.metadata["attachments"][0]
    assert document.text[inner["start"] : inner["end"]] == parse(docx_file(), name="b.docx").text
    assert block_with(document, "Stop").section == ("会议纪要 minutes", "备份.docx", "数据库备份", "Restore")
    assert [(problem.code, problem.fields["inside"]) for problem in document.problems] == [("unsupported", "x.bin")]


def test_mails_in_mails_end_at_the_depth_that_is_allowed() -> None:
    mail = eml_file()
    for _ in range(6):
        mail = eml_file(attachments=[("inner.eml", mail)])
    document = parse(mail, name="a.eml", limits=Limits(depth=3))
    assert [problem.code for problem in document.problems] == ["too_deep"]
    assert document.text.count("请看附件。") == 3


def test_rtf_text_title_and_tables() -> None:
    document = parse(RTF, name="a.rtf")
    assert told(document) == [("paragraph", "备份 one"), ("paragraph", "two"), ("table", "| a | b |\n| --- | --- |")]
    assert (document.title, document.created) == ("Plan", "2024-05-01T08:30:00")


def test_open_document_text() -> None:
    document = parse(odt_file(), name="a.odt")
    assert told(document) == [
        ("heading", "备份"),
        ("paragraph", "Two  blanks[^1]."),
        ("list", "- one\n- two"),
        ("table", "| a | b |\n| --- | --- |"),
        ("paragraph", "[^1]: the note"),
    ]
    assert (document.title, document.created) == ("Guide", "2024-05-01T08:30:00")


def test_a_book_is_read_in_its_own_order() -> None:
    document = parse(epub_file(), name="a.epub")
    assert of_kind(document, "heading") == ["第一回", "第二回"]
    assert (document.title, document.metadata["author"], document.pages) == ("红楼梦", "曹雪芹", 2)
    assert block_with(document, "贾夫人").section == ("第二回",)


def test_text_has_paragraphs_and_chinese_chapters() -> None:
    document = parse("第一章 总则\n\n本制度适用于\n全体员工。\n".encode("gb18030"), name="制度.txt")
    assert told(document) == [("heading", "第一章 总则"), ("paragraph", "本制度适用于\n全体员工。")]


def test_an_archive_given_as_one_document_names_its_files() -> None:
    document = parse(packed({"x/one.md": MARKDOWN, "two.csv": "a,b\n1,2\n"}), name="a.zip")
    assert block_with(document, "Runs").section == ("x/one.md", "Backup")


def test_every_sample_is_recognised_by_its_bytes_or_name_and_read_without_problems() -> None:
    for name, data in samples().items():
        document = parse(data, name=name)
        assert document.format in formats()
        assert not document.problems, (name, document.problems)
        assert document.text.strip()


def test_a_wrong_suffix_does_not_mislead() -> None:
    assert parse(docx_file(), name="a.pdf").format == "docx"
    assert parse(pdf_file([[(72, 700, 11, "x")]]), name="a.txt").format == "pdf"
    assert parse(HTML.encode(), name="page").format == "html"


def test_hints_decide_where_bytes_do_not() -> None:
    assert parse(b"a,b\n1,2\n", name="download", hints=Hints(media_type="text/csv; charset=utf-8")).format == "csv"
    assert parse(b"# a", name="a.txt", hints=Hints(format="markdown")).blocks[0].kind == "heading"


def test_large_signs_without_a_word_are_no_headings_of_a_pdf() -> None:
    document = parse(
        pdf_file([[(72, 700, 20, "Q"), (72, 600, 11, "The first line of the text is here.")]]), name="a.pdf"
    )
    assert [kind for kind, _ in told(document)] == ["paragraph", "paragraph"]
    document = parse(
        pdf_file([[(72, 700, 20, "Qu"), (72, 600, 11, "The first line of the text is here.")]]), name="a.pdf"
    )
    assert [kind for kind, _ in told(document)] == ["heading", "paragraph"]

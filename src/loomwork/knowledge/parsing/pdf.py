"""Read PDF through PDFium: lines with their places become headings, paragraphs and tables. Draws only scanned pages."""

import ctypes
import re
import threading
from typing import Any, cast

from loomwork.kernel.errors.knowledge import BrokenDocument, DocumentProblem, EncryptedDocument, ParserTimedOut
from loomwork.knowledge.parsing.draft import Draft, one_line
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.joining import HYPHEN, unspaced
from loomwork.knowledge.parsing.pdflayout import CELL, Line, Page, layout
from loomwork.knowledge.parsing.pictures import write_picture

_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_BORING_TITLE = re.compile(
    r"(?:untitled|microsoft (?:word|powerpoint) - .*|.*\.(?:docx?|pptx?|indd|tex|dvi|pdf|qxd))?$", re.I
)
_BOLD = re.compile(rb"bold|black|heavy|-medi|-demi|cmbx|simhei")
_MONO = re.compile(rb"mono|courier|consol|menlo|cmtt")
_BLANKS = re.compile(r"\s+")
# A line much wider than its letters, in heights of a letter's box, is looked at for gaps; a gap is wider than a letter.
_LOOSE = 1.15
_GAP = 1.1
_PDFIUM = re.compile(r"\(PDFium: (.+?)\)")
_SCAN_DOTS = 300 / 72
_LARGEST_SIDE = 6000
_READABLE = 0.6
_ONE_LINE = re.compile(f"[^\n{HYPHEN}]*(?:{HYPHEN}|\n|\\Z)")
# PDFium keeps global state: one document at a time in a process.
_ONE_AT_A_TIME = threading.Lock()


def read_pdf(job: Job, draft: Draft) -> None:
    """Read a PDF. Native code: for documents of strangers there is `parse_safely`."""
    import pypdfium2

    with _ONE_AT_A_TIME:
        try:
            pdf: Any = pypdfium2.PdfDocument(job.data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower() or "security" in str(error).lower():
                raise EncryptedDocument from error
            raise BrokenDocument(format="pdf", reason=_said(error)) from error
        try:
            _read(pdf, job, draft)
        finally:
            pdf.close()


def _said(error: Exception) -> str:
    """Return what PDFium says, without the sentence around it.

    >>> _said(ValueError("Failed to load document (PDFium: Data format error)."))
    'Data format error'
    """
    found = _PDFIUM.search(str(error))
    return found[1] if found else str(error).rstrip(".")


def _read(pdf: Any, job: Job, draft: Draft) -> None:
    _properties(pdf, draft)
    pages: list[Page] = []
    scans: dict[int, bytes] = {}
    over: DocumentProblem | None = None
    draft.pages = len(pdf)
    for number in range(1, len(pdf) + 1):
        try:
            job.meter.page(number)
            lines, scan = _page(pdf, number - 1, job, draft)
        except DocumentProblem as problem:
            over = problem
            break
        pages.append(Page(number=number, lines=tuple(lines)))
        if scan:
            scans[number] = scan
    _write(pages, scans, _bookmarks(pdf), job, draft)
    if over is not None:
        raise over


def _write(
    pages: list[Page], scans: dict[int, bytes], bookmarks: dict[tuple[int, str], int], job: Job, draft: Draft
) -> None:
    laid_out = layout(pages, bookmarks)
    late = False
    for page in pages:
        for piece in laid_out.get(page.number, []):
            draft.add(piece.kind, piece.text, level=piece.level, page=page.number)
        if page.number in scans and late:
            draft.picture(page=page.number)
        elif page.number in scans:
            try:
                write_picture(scans[page.number], job, draft, page=page.number)
            except ParserTimedOut as problem:
                draft.picture(page=page.number)
                draft.problem(problem, page=page.number)
                late = True


def _page(pdf: Any, place: int, job: Job, draft: Draft) -> tuple[list[Line], bytes]:
    """Return a page's lines and, for a page without text that can be read, its picture."""
    import pypdfium2

    try:
        page = pdf[place]
    except pypdfium2.PdfiumError as error:
        draft.problem(BrokenDocument(format="pdf", reason=_said(error)), page=place + 1)
        return [], b""
    try:
        lines = _lines(page)
        job.meter.characters(0)
        if _readable(lines):
            return lines, b""
        return [], _picture(page) if next(iter(page.get_objects(max_depth=2)), None) is not None else b""
    except (pypdfium2.PdfiumError, ctypes.ArgumentError, ValueError) as error:
        draft.problem(BrokenDocument(format="pdf", reason=_said(error)), page=place + 1)
        return [], b""
    finally:
        page.close()


def _readable(lines: list[Line]) -> bool:
    """Tell whether there is text, and not only codes that a font without a character map left."""
    text = "".join(line.text for line in lines)
    good = sum(character.isalnum() and not "\ue000" <= character <= "\uf8ff" for character in text)
    bad = sum(character == "\ufffd" or character < " " or "\ue000" <= character <= "\uf8ff" for character in text)
    return bool(text.strip()) and good + bad > 0 and (good / (good + bad) > _READABLE)


def _lines(page: Any) -> list[Line]:
    """Return the lines in PDFium's order with the box and size of their first and last characters."""
    textpage = page.get_textpage()
    try:
        text: str = textpage.get_text_range()
        lines: list[Line] = []
        place = 0
        for found in _ONE_LINE.finditer(text):
            content = found[0].rstrip()
            begin = len(content) - len(content.lstrip())
            if begin < len(content):
                lines.append(_line(textpage, content, place + begin, place + len(content.rstrip(HYPHEN)) - 1))
            place += len(found[0]) + sum(character > "\uffff" for character in found[0])
        return lines
    finally:
        textpage.close()


def _line(textpage: Any, content: str, first: int, last: int) -> Line:
    from pypdfium2 import raw

    char_index = cast("Any", raw).FPDFText_GetCharIndexFromTextIndex
    last = max(first, last)
    begin = max(0, char_index(textpage, first))
    end = max(begin, char_index(textpage, last))
    left, bottom, _, top = textpage.get_charbox(begin, loose=True)
    _, _, right, _ = textpage.get_charbox(end, loose=True)
    fonts = _font(textpage, begin), _font(textpage, end)
    size = max(1.0, abs(top - bottom))
    text = content.strip()
    cells = [text]
    if right - left > size + _LOOSE * size * sum(1.0 if character > "\u2e80" else 0.5 for character in text):
        cells = _cells(textpage, text, begin, size)
    return Line(
        text=CELL.join(unspaced(cell) for cell in cells),
        cells=len(cells),
        left=left,
        right=right,
        top=top,
        bottom=bottom,
        size=size,
        bold=all(_BOLD.search(font) for font in fonts),
        mono=all(_MONO.search(font) for font in fonts),
    )


def _cells(textpage: Any, text: str, begin: int, size: float) -> list[str]:
    """Return a line's parts between gaps wider than a letter: PDFium shows each gap as one blank."""
    cells: list[str] = []
    start = 0
    for found in _BLANKS.finditer(text):
        _, _, before, _ = textpage.get_charbox(begin + found.start() - 1, loose=True)
        after, _, _, _ = textpage.get_charbox(begin + found.end(), loose=True)
        if after - before > _GAP * size:
            cells.append(text[start : found.start()])
            start = found.end()
    return [*cells, text[start:]]


def _font(textpage: Any, place: int) -> bytes:
    from pypdfium2 import raw

    name = ctypes.create_string_buffer(128)
    font_info = cast("Any", raw).FPDFText_GetFontInfo
    font_info(textpage, place, name, 128, ctypes.c_int())
    return name.value.lower()


def _picture(page: Any) -> bytes:
    """Return a page as a grey PGM picture, sharp enough for reading letters."""
    scale = min(_SCAN_DOTS, _LARGEST_SIDE / max(1.0, *page.get_size()))
    bitmap = page.render(scale=scale, grayscale=True)
    try:
        rows = bytes(bitmap.buffer)
        width, height, stride = bitmap.width, bitmap.height, bitmap.stride
    finally:
        bitmap.close()
    if stride != width:
        rows = b"".join(rows[row * stride : row * stride + width] for row in range(height))
    return b"P5 %d %d 255\n" % (width, height) + rows


def _properties(pdf: Any, draft: Draft) -> None:
    known: dict[str, str] = pdf.get_metadata_dict(skip_empty=True)
    title = one_line(known.get("Title", ""))
    draft.title = "" if _BORING_TITLE.fullmatch(title) else title
    draft.created, draft.modified = _date(known.get("CreationDate", "")), _date(known.get("ModDate", ""))
    for name in ("Author", "Subject", "Keywords"):
        draft.metadata[name.lower()] = one_line(known.get(name, ""))


def _date(text: str) -> str:
    """Return a PDF date in ISO 8601.

    >>> _date("D:20240501123000+08'00'")
    '2024-05-01T12:30:00'
    """
    found = _DATE.match(text)
    if not found:
        return ""
    year, month, day, hour, minute, second = (part or "" for part in found.groups())
    return f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"


def _bookmarks(pdf: Any) -> dict[tuple[int, str], int]:
    """Return the outline: page and title without blanks to the level, from 1."""
    import pypdfium2

    found: dict[tuple[int, str], int] = {}
    try:
        for mark in pdf.get_toc(max_depth=6):
            target = mark.get_dest()
            number = target.get_index() if target is not None else None
            if number is not None and len(found) < 10_000:
                found[(number + 1, "".join(mark.get_title().split()).lower())] = mark.level + 1
    except (pypdfium2.PdfiumError, UnicodeError, ValueError):
        pass
    return found

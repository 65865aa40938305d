"""Read DOCX: the body in order with headings, lists, tables and notes. Knows nothing of how Word draws it."""

import re
from collections.abc import Iterator

from msgspec import structs

from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.joining import unspaced
from loomwork.knowledge.parsing.properties import read_core_properties
from loomwork.knowledge.parsing.tables import write_table
from loomwork.knowledge.parsing.wordstyles import Numbering, Style, styles_of
from loomwork.knowledge.parsing.xml import Element, Package, local, parse_xml

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SKIPPED = {"del", "moveFrom", "instrText", "Fallback", "pPr", "rPr", "delText", "commentReference", "annotationRef"}
_TABS = re.compile("\t+")
_CHAPTER = re.compile(r"第[一二三四五六七八九十百零\d]{1,5}[编章节](?:\s|$)")
_PLAIN_HEADING = 2
_LONGEST_PLAIN_HEADING = 80
_MARKS = {"softHyphen": "", "tab": "\t", "cr": "\n", "noBreakHyphen": "-", "ptab": "\t"}


def read_docx(job: Job, draft: Draft) -> None:
    """Read a Word document."""
    package = Package(job)
    read_core_properties(package, draft)
    main = _main_part(package)
    body = package.xml(main).find(f"{W}body")
    if body is None:
        return
    folder = main.rpartition("/")[0]
    styles = styles_of(package.xml(f"{folder}/styles.xml")) if package.has(f"{folder}/styles.xml") else {}
    numbering = Numbering(package.xml(f"{folder}/numbering.xml") if package.has(f"{folder}/numbering.xml") else None)
    reader = _Reader(job, draft, styles, numbering)
    reader.body(body)
    for kind in ("footnotes", "endnotes"):
        if package.has(f"{folder}/{kind}.xml"):
            reader.notes(package.xml(f"{folder}/{kind}.xml"))
    draft.pages = reader.page


def _main_part(package: Package) -> str:
    """Return the part that the package names as its document."""
    if package.has("word/document.xml"):
        return "word/document.xml"
    for relation in parse_xml(package.read("_rels/.rels")):
        if relation.get("Type").endswith("/officeDocument"):
            return relation.get("Target").lstrip("/")
    return "word/document.xml"


class _Reader:
    """One walk over the body; neighbouring list items gather in `_items`."""

    def __init__(self, job: Job, draft: Draft, styles: dict[str, Style], numbering: Numbering) -> None:
        self._job = job
        self._draft = draft
        self._styles = styles
        self._numbering = numbering
        self._items: list[str] = []
        self._rendered = False
        self._styled = True
        self.page = 0

    def body(self, body: Element) -> None:
        self._rendered = next(body.iter(f"{W}lastRenderedPageBreak"), None) is not None
        self._styled = any(self._style(paragraph).level for paragraph in body.iter(f"{W}p"))
        explicit = any(mark.get(f"{W}type") == "page" for mark in body.iter(f"{W}br"))
        self.page = 1 if self._rendered or explicit else 0
        self._children(body)
        self._flush()

    def notes(self, root: Element) -> None:
        """Append the foot or end notes, each with the mark that the text has for it."""
        for note in root:
            if note.get(f"{W}type") in ("", "normal"):
                text = " ".join(filter(None, (self._text(paragraph) for paragraph in note.iter(f"{W}p"))))
                if text:
                    self._draft.add("paragraph", f"[^{note.get(f'{W}id')}]: {text.strip()}")

    def _children(self, parent: Element) -> None:
        for child in parent:
            name = local(child)
            if name == "p":
                self._paragraph(child)
            elif name == "tbl":
                self._flush()
                self._job.meter.tick()
                write_table(self._draft, self._rows(child), page=self.page)
            elif name in ("sdt", "sdtContent", "customXml", "smartTag", "ins", "moveTo"):
                self._children(child)

    def _paragraph(self, paragraph: Element) -> None:
        page = self.page
        text = unspaced(_TABS.sub(" ", self._text(paragraph))).strip()
        style = self._style(paragraph)
        number = self._numbering.next(style)
        boxed = [self._text(inner).strip() for box in _boxes(paragraph) for inner in box.iter(f"{W}p")]
        if not self._styled and not style.level and text and not number and _looks_like_heading(paragraph, text):
            style = structs.replace(style, level=_PLAIN_HEADING)
        if style.level and text:
            self._flush()
            text = " ".join(f"{number} {text}".split())
            self._draft.add("heading", text, level=style.level, page=page)
        elif text and (style.is_list or number):
            self._items.append("  " * style.depth + f"{number or '-'} {text}")
        elif text:
            self._flush()
            kind = "quote" if style.is_quote else "code" if style.is_code else "paragraph"
            self._draft.add(kind, text, page=page)
        for inner in filter(None, boxed):
            self._flush()
            self._draft.add("paragraph", inner, page=page)

    def _style(self, paragraph: Element) -> Style:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return self._styles.get("", Style())
        named = properties.find(f"{W}pStyle")
        style = self._styles.get(named.get(f"{W}val") if named is not None else "", Style())
        return style.with_own(properties)

    def _flush(self) -> None:
        if self._items:
            self._draft.add("list", "\n".join(self._items), page=self.page)
            self._items.clear()

    def _text(self, paragraph: Element) -> str:
        """Return a paragraph's text; page breaks within it turn the page."""
        pieces: list[str] = []
        for element in _runs(paragraph):
            name = local(element)
            if name == "t":
                pieces.append(element.text or "")
            elif name in _MARKS:
                pieces.append(_MARKS[name])
            elif name == "br":
                kind = element.get(f"{W}type")
                self.page += kind == "page" and bool(self.page) and not self._rendered
                pieces.append("" if kind == "page" else "\n")
            elif name == "lastRenderedPageBreak":
                self.page += 1
            elif name in ("footnoteReference", "endnoteReference"):
                pieces.append(f"[^{element.get(f'{W}id')}]")
        return "".join(pieces)

    def _rows(self, table: Element) -> list[list[str]]:
        """Return the cells by row and column; a cell that spans several stands in each of them."""
        rows: list[list[str]] = []
        for row in _within(table, "tr"):
            cells: list[str] = []
            own = list(_within(row, "tc"))
            for cell in own:
                properties = cell.find(f"{W}tcPr")
                span = _number(properties, "gridSpan", 1)
                text = "\n".join(filter(None, (self._text(inner).strip() for inner in cell.iter(f"{W}p"))))
                if _continues(properties) and rows and len(rows[-1]) > len(cells):
                    text = rows[-1][len(cells)]
                cells += [text] * min(span, 100)
            self._job.meter.cells(len(cells))
            rows.append(cells[:1] if len(own) == 1 else cells)
        return rows


def _looks_like_heading(paragraph: Element, text: str) -> bool:
    """Tell whether a paragraph of a document without heading styles is one by its looks: short, bold, no sentence."""
    if len(text) > _LONGEST_PLAIN_HEADING or text[-1] in ".。;；,，:：!！?？" or not any(map(str.isalpha, text)):
        return False
    if _CHAPTER.match(text):
        return True
    runs = [run for run in paragraph.iter(f"{W}r") if "".join(run.itertext()).strip()]
    marks = [run.find(f"{W}rPr/{W}b") for run in runs]
    return bool(marks) and all(mark is not None and mark.get(f"{W}val") not in ("0", "false") for mark in marks)


def _runs(paragraph: Element) -> Iterator[Element]:
    """Yield what a paragraph is made of, without what was deleted, and without text boxes and paragraphs inside."""
    waiting = [*reversed(list(paragraph))]
    while waiting:
        element = waiting.pop()
        name = local(element)
        if name in _SKIPPED or name in ("txbxContent", "p"):
            continue
        yield element
        waiting += reversed(list(element))


def _boxes(paragraph: Element) -> Iterator[Element]:
    """Yield the text boxes in a paragraph, each once (Word writes a second form of it for old readers)."""
    for box in paragraph.iter(f"{W}txbxContent"):
        above = box.getparent()
        while above is not None and local(above) not in ("Fallback", "p"):
            above = above.getparent()
        if above is not None and local(above) == "p":
            yield box


def _within(parent: Element, name: str) -> Iterator[Element]:
    """Yield the rows or cells of a table, looking through content controls but not into inner tables."""
    for child in parent:
        here = local(child)
        if here == name:
            yield child
        elif here in ("sdt", "sdtContent", "customXml", "ins", "smartTag"):
            yield from _within(child, name)


def _number(properties: Element | None, name: str, default: int) -> int:
    found = properties.find(f"{W}{name}") if properties is not None else None
    value = found.get(f"{W}val") if found is not None else ""
    return int(value) if value.isascii() and value.isdigit() else default


def _continues(properties: Element | None) -> bool:
    merge = properties.find(f"{W}vMerge") if properties is not None else None
    return merge is not None and merge.get(f"{W}val") != "restart"

"""Read ODT: headings, paragraphs, lists, tables and notes in order. Knows nothing of styles beyond names."""

from loomwork.kernel.errors.knowledge import EncryptedDocument
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.joining import unspaced
from loomwork.knowledge.parsing.tables import write_table
from loomwork.knowledge.parsing.xml import Element, Package, local, text_within

_SKIPPED = {"tracked-changes", "annotation", "note", "sequence-decls", "forms", "bookmark-ref"}
_DEEPEST = 100
_WIDEST = 200


def read_odt(job: Job, draft: Draft) -> None:
    """Read a text document of LibreOffice or OpenOffice."""
    package = Package(job)
    if package.has("META-INF/manifest.xml") and b"encryption-data" in package.read("META-INF/manifest.xml"):
        raise EncryptedDocument
    if package.has("meta.xml"):
        _properties(package.xml("meta.xml"), draft)
    for body in package.xml("content.xml").iter("{*}text"):
        if local(body) == "text" and "office" in body.tag:
            _children(body, job, draft, 0)
            _notes(body, draft)


def _properties(root: Element, draft: Draft) -> None:
    for element in root.iter():
        value = (element.text or "").strip()
        match local(element):
            case "title":
                draft.title = value
            case "creation-date":
                draft.created = value[:19]
            case "date":
                draft.modified = value[:19]
            case "initial-creator" | "creator":
                draft.metadata.setdefault("author", value)
            case _:
                pass


def _children(parent: Element, job: Job, draft: Draft, depth: int) -> None:
    job.meter.tick()
    for child in parent:
        match local(child):
            case "h":
                level = next((child.get(key) for key in _keys(child) if key.endswith("outline-level")), "1")
                draft.add("heading", _text(child), level=int(level) if level.isdigit() else 1)
            case "p":
                draft.add("paragraph", _text(child))
            case "list":
                draft.add("list", "\n".join(_items(child, 0)))
            case "table":
                write_table(draft, _rows(child, job))
            case name if name and name not in _SKIPPED and depth < _DEEPEST:
                _children(child, job, draft, depth + 1)
            case _:
                pass


def _keys(element: Element) -> list[str]:
    attributes: dict[str, str] = getattr(element, "attrib", {})
    return list(attributes)


def _attribute(element: Element, name: str) -> str:
    return next((element.get(key) for key in _keys(element) if key.rpartition("}")[2] == name), "")


def _text(element: Element) -> str:
    """Return a paragraph's text; repeated blanks, tabs and line breaks are elements here."""
    pieces: list[str] = []
    waiting: list[Element | str] = [element]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            pieces.append(here)
            continue
        name = local(here)
        if name == "note":
            pieces.append(f"[^{text_within(here.find('{*}note-citation'))}]")
            continue
        if name in _SKIPPED:
            continue
        count = _attribute(here, "c")
        pieces.append(
            {"s": " " * min(100, int(count) if count.isdigit() else 1), "tab": "\t", "line-break": "\n"}.get(name, "")
        )
        pieces.append(here.text or "")
        for child in reversed(list(here)):
            waiting += [child.tail or "", child]
    return unspaced("".join(pieces)).strip()


def _items(node: Element, depth: int) -> list[str]:
    lines: list[str] = []
    for item in node:
        first = True
        for child in item:
            if local(child) in ("p", "h") and (text := _text(child)):
                lines.append("  " * depth + ("- " if first else "  ") + text)
                first = False
            elif local(child) == "list" and depth < _WIDEST:
                lines += _items(child, depth + 1)
    return lines


def _rows(table: Element, job: Job) -> list[list[str]]:
    rows: list[list[str]] = []
    for row in table.iter("{*}table-row"):
        cells: list[str] = []
        for cell in row:
            if local(cell) not in ("table-cell", "covered-table-cell"):
                continue
            text = "\n".join(filter(None, (_text(one) for one in cell.iter("{*}p", "{*}h"))))
            again = _attribute(cell, "number-columns-repeated")
            cells += [text] * (min(_WIDEST, int(again)) if again.isdigit() else 1)
        job.meter.cells(len(cells))
        rows.append(cells)
    return rows


def _notes(body: Element, draft: Draft) -> None:
    for note in body.iter("{*}note"):
        text = "\n".join(filter(None, (_text(one) for one in note.iter("{*}p"))))
        draft.add("paragraph", f"[^{text_within(note.find('{*}note-citation'))}]: {text}" if text else "")

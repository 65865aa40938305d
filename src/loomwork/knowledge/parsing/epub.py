"""Read EPUB: the chapters in reading order, each through the HTML parser. Knows nothing of its looks."""

import posixpath
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

from loomwork.kernel.errors.knowledge import BrokenDocument, DocumentProblem, EncryptedDocument
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.encodings import decoded
from loomwork.knowledge.parsing.html import too_deep, write_html
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.xml import Element, Package, local, parse_xml

_KEPT = {"creator": "author", "publisher": "publisher", "identifier": "identifier", "subject": "subject"}


def read_epub(job: Job, draft: Draft) -> None:
    """Read a book."""
    package = Package(job)
    root = parse_xml(package.read("META-INF/container.xml"), recover=True)
    opf = next((element.get("full-path") for element in root.iter("{*}rootfile")), "")
    book = parse_xml(package.read(opf), recover=True)
    _properties(book, draft)
    if package.has("META-INF/encryption.xml") and b"xmlenc#" in package.read("META-INF/encryption.xml"):
        draft.problem(EncryptedDocument())
    for number, name in enumerate(_chapters(book, posixpath.dirname(opf)), 1):
        job.meter.page(number)
        draft.pages = number
        draft.leave_sections()
        try:
            source = decoded(package.read(name)).text
        except DocumentProblem as problem:
            draft.problem(BrokenDocument(format="epub", reason=str(problem.fields.get("reason", name))), page=number)
            continue
        if too_deep(source):
            draft.problem(BrokenDocument(format="epub", reason=f"{name}: nested without end"), page=number)
            continue
        page = LexborHTMLParser(source)
        if page.body is not None:
            write_html(page.body, draft, job, page=number)


def _properties(book: Element, draft: Draft) -> None:
    for element in book.iter():
        name, value = local(element), (element.text or "").strip()
        if name == "title" and not draft.title:
            draft.title = value
        elif name == "date" and not draft.created:
            draft.created = value
        elif name == "meta" and element.get("property") == "dcterms:modified":
            draft.modified = value
        elif name in _KEPT and value:
            draft.metadata.setdefault(_KEPT[name], value)


def _chapters(book: Element, folder: str) -> list[str]:
    """Return the names of the parts in reading order."""
    items = {item.get("id"): item.get("href") for item in book.iter("{*}item")}
    order = [items.get(one.get("idref"), "") for one in book.iter("{*}itemref") if one.get("linear") != "no"]
    return [posixpath.normpath(posixpath.join(folder, unquote(href.partition("#")[0]))) for href in order if href]

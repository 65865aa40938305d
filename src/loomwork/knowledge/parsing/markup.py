"""Read XML as its text: elements in order, with titles, lists, tables, records and feeds where they are plain to see.

No DTD is loaded and no entity expanded: one that is no character of HTML stays as it is written. Knows no schema.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from html.entities import html5

from selectolax.lexbor import LexborHTMLParser

from loomwork.kernel.errors.knowledge import BrokenDocument
from loomwork.knowledge.parsing.draft import Draft, one_line
from loomwork.knowledge.parsing.html import read_html, too_deep, write_html
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.joining import unwrapped
from loomwork.knowledge.parsing.plain import text_of
from loomwork.knowledge.parsing.tables import write_table
from loomwork.knowledge.parsing.xml import Element, local, parse_xml

_DECLARED = re.compile(rb"""<\?xml[^>]*encoding\s*=\s*["']([\w.:-]+)""")
_DECLARATION = re.compile(r"\s*<\?xml[^>]*\?>")
_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|apos);)(\w+;)")
_TAG = re.compile(r"<(?:p|br|div|a|ul|ol|img|b|i|em|strong|h[1-6]|table|pre|span|blockquote)[\s/>]", re.I)
_TITLES = frozenset(("title", "head", "heading"))
_ABOUT = frozenset(("info", "head", "header", "channel", "articleinfo", "bookinfo", "front", "titleinfo", "metadata"))
_LISTS = frozenset(("itemizedlist", "orderedlist", "simplelist", "list", "ul", "ol"))
_CODE = frozenset(("programlisting", "screen", "literallayout", "pre", "codeblock", "verbatim"))
_TABLES = frozenset(("table", "informaltable"))
_QUOTES = frozenset(("blockquote",))
_BLOCKS = _LISTS | _CODE | _TABLES | _QUOTES
_ROWS, _CELLS = ("row", "tr"), ("entry", "td", "th")
_FEED = frozenset(("item", "entry"))
_NOT_TEXT = frozenset(("script", "style"))
_PROSE = frozenset(("p", "para", "simpara", "content", "text", "body", "description", "summary"))
_ENDS = ".!?。！？…:："
_DEEPEST = 150
_LONGEST_FIELD = 200
_WIDEST = 50


def read_xml(job: Job, draft: Draft) -> None:
    """Read an XML file in the encoding that it declares; of one that is damaged, what can be read."""
    said = _DECLARED.search(job.data[:1024])
    source = text_of(job, draft, said=said[1].decode("ascii", "replace") if said else "")
    source = _ENTITY.sub(lambda found: html5.get(found[1], found[0]), _DECLARATION.sub("", source, count=1))
    root = _root(source.encode("utf-8", "replace"), draft)
    if local(root).lower() == "html":
        read_html(job, draft)
        return
    draft.title = _title(root)
    _Writer(job, draft).element(root, 0)


def _root(data: bytes, draft: Draft) -> Element:
    try:
        return parse_xml(data)
    except Exception as error:  # whatever lxml finds wrong; what is well formed before it is still text
        draft.problem(BrokenDocument(format="xml", reason=one_line(str(error))[:200]))
        return parse_xml(data, recover=True)


def _title(root: Element) -> str:
    """Return what the first title says that belongs to the whole."""
    for parent in (root, *(each for each in root if local(each).lower() in _ABOUT)):
        for child in parent:
            if local(child).lower() in _TITLES and (title := one_line(_text(child))):
                return title
    return ""


class _Writer:
    """Writes elements into a draft."""

    def __init__(self, job: Job, draft: Draft) -> None:
        self._job = job
        self._draft = draft

    def element(self, element: Element, depth: int, level: int = 1) -> None:
        """Write an element; `level` is that of a heading directly in it."""
        self._job.meter.tick()
        name = local(element).lower()
        if name in _NOT_TEXT or not name:
            return
        if name in _BLOCKS:
            self._block(element, name)
        elif depth > _DEEPEST or _is_leaf(element) or _is_mixed(element):
            self._prose(element)
        else:
            self._children(element, depth, level)

    def _children(self, element: Element, depth: int, level: int) -> None:
        children = [child for child in element if local(child)]
        names = Counter(map(local, children))
        at = 0
        has_title = False
        while at < len(children):
            child = children[at]
            run = _run(children, at)
            if not has_title and local(child).lower() in _TITLES and _is_inline(child):
                self._draft.add("heading", one_line(_text(child)), level=level)
                has_title = True
            elif records := _records(run):
                write_table(self._draft, records, marked=1)
                self._job.meter.cells(sum(map(len, records)))
                at += len(run) - 1
            elif len(run) > 1 and all(map(_is_field, run)):
                self._draft.add("list", "\n".join(f"- {_value(each)}" for each in run if _text(each).strip()))
                at += len(run) - 1
            elif fields := _fields(children[at:], names):
                self._draft.add("list", "\n".join(f"{local(each)}: {_value(each)}" for each in fields))
                at += len(fields) - 1
            else:
                self.element(child, depth + 1, min(6, level + has_title))
            at += 1

    def _block(self, element: Element, name: str) -> None:
        if name in _TABLES:
            rows = list(_table(element))
            self._job.meter.cells(sum(len(cells) for cells, _ in rows))
            for child in element:
                if local(child).lower() in (*_TITLES, "caption"):
                    self._draft.add("paragraph", one_line(_text(child)))
            write_table(self._draft, [cells for cells, _ in rows], marked=sum(marked for _, marked in rows))
        elif name in _CODE:
            self._draft.add("code", _text(element))
        elif name in _LISTS:
            self._draft.add("list", "\n".join(_items(element, 0)))
        else:
            self._draft.add("quote", unwrapped(_text(element)))

    def _prose(self, element: Element) -> None:
        """Write text with elements in it, or the HTML that a feed has in its text; blocks inside it stand apart."""
        text = element.text or ""
        if _is_leaf(element) and _TAG.search(text) and not too_deep(text):
            body = LexborHTMLParser(text).body
            if body is not None:
                write_html(body, self._draft, self._job)
            return
        said = text
        for child in element:
            if local(child).lower() in _BLOCKS:
                self._draft.add("paragraph", unwrapped(said))
                self._block(child, local(child).lower())
                said = ""
            else:
                said += _text(child)
            said += child.tail or ""
        self._draft.add("paragraph", unwrapped(said))


def _text(element: Element) -> str:
    """Return the text beneath an element; an entity stays as it is written."""
    pieces: list[str] = []
    waiting: list[Element | str] = [element]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            pieces.append(here)
        elif local(here).lower() not in _NOT_TEXT:
            pieces.append(here.text or "")
            for child in reversed(list(here)):
                waiting += [child.tail or "", child]
    return "".join(pieces)


def _value(element: Element) -> str:
    """Return the text beneath an element on one line."""
    return one_line(unwrapped(_text(element)))


def _is_leaf(element: Element) -> bool:
    return all(not local(child) for child in element)


def _is_mixed(element: Element) -> bool:
    """Say whether text stands between the elements in it."""
    return bool((element.text or "").strip()) or any((child.tail or "").strip() for child in element)


def _is_inline(element: Element) -> bool:
    return _is_leaf(element) or _is_mixed(element)


def _is_field(element: Element) -> bool:
    """Say whether an element is a short value rather than a sentence."""
    said = _text(element).strip()
    if not _is_leaf(element) or local(element).lower() in _PROSE | _BLOCKS | _NOT_TEXT or len(said) > _LONGEST_FIELD:
        return False
    return not said.endswith(tuple(_ENDS)) and not _TAG.search(said)


def _run(children: Sequence[Element], at: int) -> list[Element]:
    """Return the elements of one name that follow each other from a place on."""
    name = children[at].tag
    end = next((place for place in range(at, len(children)) if children[place].tag != name), len(children))
    return [*children[at:end]]


def _fields(children: Sequence[Element], names: Counter[str]) -> list[Element]:
    """Return the short values at the beginning, each with a name of its own among its neighbours."""
    found: list[Element] = []
    for child in children:
        if names[local(child)] > 1 or not _is_field(child) or not _text(child).strip():
            break
        found.append(child)
    return found


def _records(run: Sequence[Element]) -> list[list[str]]:
    """Return elements that hold nothing but short values, of attributes and elements, as rows beneath their names."""
    if len(run) < 2 or local(run[0]).lower() in _FEED | _PROSE or any(_is_mixed(each) for each in run):
        return []
    rows = [_record(each) for each in run]
    names = list(dict.fromkeys(name for row in rows for name in row or {}))
    if None in rows or not 2 <= len(names) <= _WIDEST:
        return []
    return [names, *([row.get(name, "") for name in names] for row in rows if row)]


def _record(element: Element) -> dict[str, str] | None:
    found: dict[str, str] = {}
    attributes: dict[str, str] = getattr(element, "attrib", {})
    for key, value in attributes.items():
        found[key.rpartition("}")[2]] = one_line(value)
    for child in element:
        name = local(child)
        if name in found or not _is_field(child):
            return None
        found[name] = _value(child)
    return found


def _table(table: Element) -> Iterator[tuple[list[str], bool]]:
    """Yield the cells of each row, and whether it is one of the header."""
    for row in table.iter():
        if local(row).lower() in _ROWS:
            above = row.getparent()
            cells = [_value(cell) for cell in row if local(cell).lower() in _CELLS]
            yield cells, above is not None and local(above).lower() == "thead"


def _items(element: Element, depth: int) -> Iterator[str]:
    """Yield the lines of a list, inner lists indented."""
    for item in element:
        if not local(item):
            continue
        inner = [each for each in item.iter() if local(each).lower() in _LISTS] if depth < 10 else []
        said = one_line(_text(item) if not inner else _before(item))
        if said:
            yield "  " * depth + f"- {said}"
        for each in inner[:1]:
            yield from _items(each, depth + 1)


def _before(item: Element) -> str:
    """Return what an item says outside of the lists in it."""
    pieces = [item.text or ""]
    for child in item:
        pieces += [" ", "" if local(child).lower() in _LISTS else _before(child), " ", child.tail or ""]
    return "".join(pieces)

"""Read HTML: what a reader of the page sees, without what every page of the site repeats. Fetches nothing."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

from loomwork.kernel.errors.knowledge import BrokenDocument
from loomwork.knowledge.parsing.draft import Draft, one_line
from loomwork.knowledge.parsing.htmltable import grid_of, header_rows, is_data_table
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.joining import unwrapped
from loomwork.knowledge.parsing.plain import text_of
from loomwork.knowledge.parsing.tables import write_table

_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]+)""", re.I)
_NOT_TEXT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "canvas",
        "iframe",
        "object",
        "embed",
        "head",
        "button",
        "select",
        "option",
        "textarea",
        "input",
        "dialog",
        "audio",
        "video",
        "map",
        "math",
    ]
)
_BOILERPLATE = "nav, aside, [role=navigation], [role=banner], [role=contentinfo], [role=search], [role=complementary]"
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "center",
        "details",
        "dd",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "hr",
        "html",
        "li",
        "main",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_EMPTY_LINE = re.compile(r"\v\s*\v")
_DEEPEST = 150
# The tree builder takes quadratic time for what is nested without end; no page for people comes near this depth.
_DEEPEST_TREE = 1500
_ANY_TAG = re.compile(r"<[/!?a-zA-Z][^<>]*>")
_NESTING_TAG = re.compile(
    r"<(/?)(?!(?:p|li|td|th|tr|dd|dt|br|hr|img|input|meta|link|option|tbody|thead|tfoot|col|area|base|wbr|source)\b)[a-z]",
    re.I,
)
_ENOUGH = 200
_META = {
    "description": "description",
    "og:description": "description",
    "author": "author",
    "keywords": "keywords",
    "article:published_time": "created",
    "date": "created",
    "dcterms.created": "created",
    "article:modified_time": "modified",
    "last-modified": "modified",
    "dcterms.modified": "modified",
}


def read_html(job: Job, draft: Draft) -> None:
    """Read a page; the encoding that it names is believed where the bytes fit."""
    said = _CHARSET.search(job.data[:4096])
    source = text_of(job, draft, said=said[1].decode("ascii", "replace") if said else "")
    if too_deep(source):
        draft.problem(BrokenDocument(format="html", reason=f"nested deeper than {_DEEPEST_TREE}"))
        source = _ANY_TAG.sub(" ", source)
    page = LexborHTMLParser(source)
    _about(page, draft)
    root = _content(page)
    if root is not None:
        write_html(root, draft, job)
    if draft.empty and page.body is not None:
        write_html(page.body, draft, job)


def too_deep(source: str) -> bool:
    """Tell whether elements are nested beyond all reason, before anything is built of them.

    >>> too_deep("<div>" * 2000), too_deep("<p><b>a</b><br>" * 2000)
    (True, False)
    """
    if source.count("<") < _DEEPEST_TREE:
        return False
    depth = 0
    for found in _NESTING_TAG.finditer(source):
        depth += -1 if found[1] else 1
        if depth > _DEEPEST_TREE:
            return True
        depth = max(depth, 0)
    return False


def write_html(root: LexborNode, draft: Draft, job: Job, *, page: int = 0) -> None:
    """Write what stands beneath a node into the draft."""
    writer = _Writer(draft, job, page)
    writer.children(root, 0)
    writer.flush()


def _about(page: LexborHTMLParser, draft: Draft) -> None:
    title = page.css_first("title")
    draft.title = one_line(title.text()) if title is not None else ""
    for node in page.css("meta[content]"):
        name = (node.attributes.get("name") or node.attributes.get("property") or "").lower()
        value = one_line(node.attributes.get("content") or "")
        kind = _META.get(name)
        if kind in ("created", "modified"):
            if re.match(r"\d{4}-\d{2}-\d{2}", value):
                setattr(draft, kind, value)
        elif kind and value:
            draft.metadata.setdefault(kind, value)


def _content(page: LexborHTMLParser) -> LexborNode | None:
    """Return the part of the page that is its own: main, the one article, or the body without navigation."""
    body = page.body
    if body is None:
        return page.root
    for node in body.css(", ".join(sorted(_NOT_TEXT - {"head"}))):
        node.decompose()
    whole = len(body.text())
    for choice in ("main, [role=main]", "article"):
        found = [node for node in body.css(choice) if len(node.text()) > min(_ENOUGH, whole / 4)]
        if len(found) == 1:
            _without_navigation(found[0])
            return found[0]
    _without_navigation(body)
    for node in body.css("body > footer, body > header, body > div > footer, body > div > header"):
        if node.css_first("h1, p, article") is None or node.tag == "footer":
            node.decompose()
    return body


def _without_navigation(node: LexborNode) -> None:
    for found in node.css(_BOILERPLATE):
        found.decompose()


class _Writer:
    """One walk over the page; inline text gathers in `_line` until a block begins or ends."""

    def __init__(self, draft: Draft, job: Job, page: int) -> None:
        self._draft = draft
        self._job = job
        self._page = page
        self._line: list[str] = []

    def children(self, node: LexborNode, depth: int) -> None:
        child = node.first_child
        while child is not None:
            self._node(child, depth)
            child = child.next

    def flush(self) -> None:
        """End the paragraph that is being gathered."""
        pieces = _EMPTY_LINE.split("".join(self._line))
        self._line.clear()
        for piece in pieces:
            self._draft.add("paragraph", flowing(piece), page=self._page)

    def _node(self, node: LexborNode, depth: int) -> None:
        tag = node.tag or ""
        if node.is_text_node:
            self._line.append(node.text_content or "")
        elif not node.is_element_node or tag in _NOT_TEXT or _is_hidden(node):
            return
        elif tag == "br":
            self._line.append("\v")
        elif depth > _DEEPEST:
            self._line.append(node.text(separator=" "))
        elif tag in _HEADINGS or tag in _BLOCKS:
            self.flush()
            self._job.meter.tick()
            self._block(node, tag, depth)
            self.flush()
        else:
            self.children(node, depth + 1)

    def _block(self, node: LexborNode, tag: str, depth: int) -> None:
        add = self._draft.add
        if tag in _HEADINGS:
            add("heading", one_line(visible(node)).rstrip("¶# "), level=_HEADINGS[tag], page=self._page)
        elif tag == "pre":
            add("code", node.text(), page=self._page)
        elif tag in ("ul", "ol", "dl") and node.css_first("table, pre, h1, h2, h3, h4, blockquote") is None:
            add("list", "\n".join(_items(node, 0)), page=self._page)
        elif tag == "table" and is_data_table(node):
            rows = grid_of(node, visible)
            self._job.meter.cells(sum(map(len, rows)))
            write_table(self._draft, rows, page=self._page, marked=header_rows(node))
        elif tag == "blockquote" and node.css_first("table, pre, h1, h2, h3, h4, ul, ol") is None:
            add("quote", visible(node), page=self._page)
        else:
            self.children(node, depth + 1)
        if tag == "table" and (caption := node.css_first("caption")) is not None and is_data_table(node):
            self._line.append(visible(caption))


def _items(node: LexborNode, depth: int) -> list[str]:
    """Return the lines of a list, inner lists indented."""
    lines: list[str] = []
    number = 0
    for item in node.iter():
        if item.tag in ("ul", "ol", "dl") and depth < 10:
            lines += _items(item, depth + 1)
            continue
        number += 1
        inner = [child for child in item.iter() if child.tag in ("ul", "ol", "dl")] if depth < 10 else []
        text = visible(item, without=inner).replace("\n", " ")
        mark = {"ol": f"{number}. ", "ul": "- "}.get(node.tag or "", "- " if item.tag == "dt" else "  ")
        if text:
            lines.append("  " * depth + mark + text)
        for child in inner:
            lines += _items(child, depth + 1)
    return lines


def visible(node: LexborNode, *, without: list[LexborNode] | None = None) -> str:
    """Return what a reader sees of a node: its text on as many lines as it has line breaks and blocks."""
    skipped = {inner.mem_id for inner in without or []}
    pieces: list[str] = []
    waiting: list[LexborNode | str] = [node]
    while waiting:
        here = waiting.pop()
        if isinstance(here, str):
            pieces.append(here)
        elif here.is_text_node:
            pieces.append(here.text_content or "")
        elif here.tag == "br":
            pieces.append("\v")
        elif here.is_element_node and here.mem_id not in skipped and here.tag not in _NOT_TEXT and not _is_hidden(here):
            edge = "\v" if here.tag in _BLOCKS or here.tag in _HEADINGS else ""
            inner = list(here.iter(include_text=True))
            waiting += [edge, *reversed(inner), edge]
    return flowing("".join(pieces))


def flowing(text: str) -> str:
    r"""Return inline text as it flows: white space as one blank, and a new line where the page breaks one (`\v`).

    >>> flowing(" a\n b\vc ")
    'a b\nc'
    """
    lines = (unwrapped(line) for line in text.split("\v"))
    return "\n".join(line for line in lines if line)


def _is_hidden(node: LexborNode) -> bool:
    attributes = node.attributes
    if not attributes:
        return False
    style = attributes.get("style")
    return "hidden" in attributes or bool(style and _HIDDEN.search(style))

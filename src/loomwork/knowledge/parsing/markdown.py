"""Read Markdown where it stands: blocks are slices of the source, so that a citation points into the file itself."""

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from typing import NamedTuple, cast

from markdown_it import MarkdownIt
from markdown_it.token import Token

from loomwork.kernel.errors.prompts import PromptError
from loomwork.knowledge.parsing.draft import Draft, one_line
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.plain import paragraphs, text_of
from loomwork.knowledge.values import BlockKind
from loomwork.prompts.frontmatter import read_front_matter

_FRONT = re.compile(r"---[ \t]*\n(.*?)(?:^|\n)(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.S)
_LOOSE = re.compile(r"([A-Za-z_][\w -]*?)\s*:\s*(.*)")
_ANCHOR = re.compile(r"\s*\{[^{}]*\}\s*$")
_TAG = re.compile(r"<[^>]*>")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.S)
_ADMONITION = re.compile(r"(?:!!!|\?\?\?\+?)\s+\w")
_KINDS: dict[str, BlockKind] = {
    "heading_open": "heading",
    "paragraph_open": "paragraph",
    "bullet_list_open": "list",
    "ordered_list_open": "list",
    "blockquote_open": "quote",
    "table_open": "table",
    "fence": "code",
    "code_block": "code",
    "html_block": "paragraph",
}
_DATES = {"created": ("created", "date", "published"), "modified": ("modified", "updated", "lastmod", "last_modified")}


def read_markdown(job: Job, draft: Draft) -> None:
    """Read a Markdown file; its front matter becomes metadata."""
    text = draft.whole(text_of(job, draft))
    body = _front_matter(text, draft)
    lines = _line_starts(text, body)
    try:
        tokens = _parser().parse(text[body:])
    except RecursionError:
        tokens = []
    end = body
    after_admonition = False
    for token, content in _outermost(tokens):
        first, last = token.map or (0, 0)
        start = lines[first]
        end = lines[min(last, len(lines) - 1)]
        kind = _KINDS.get(token.type)
        if kind is None or (token.type == "html_block" and not _says(text[start:end])):
            continue
        if token.type == "code_block" and after_admonition:
            kind = "paragraph"
        start, end = _trimmed(text, start, end, indented=kind == "code")
        level = int(token.tag[1]) if kind == "heading" else 0
        draft.mark(kind, start, end, level=level, title=_heading(content) if level else "")
        after_admonition = bool(_ADMONITION.match(content))
    if not tokens:
        for start, stop in paragraphs(text[body:]):
            draft.mark("paragraph", body + start, body + stop)


@cache
def _parser() -> MarkdownIt:
    """The parser: it keeps nothing of a text. Used once, so that its rules are put together before it is shared."""
    made = MarkdownIt("commonmark", {"maxNesting": 40}).enable("table").disable("inline")
    made.parse("a")
    return made


def _outermost(tokens: list[Token]) -> Iterator[tuple[Token, str]]:
    """Yield each outermost block with the source of its first line of text."""
    for place, token in enumerate(tokens):
        if token.level == 0 and token.map and token.nesting >= 0:
            inline = tokens[place + 1] if place + 1 < len(tokens) else None
            yield token, inline.content if inline is not None and inline.type == "inline" else ""


class _Slice(NamedTuple):
    start: int
    end: int


def _trimmed(text: str, start: int, end: int, *, indented: bool) -> _Slice:
    """Return a slice without white space at its ends; an indented first line keeps its indent."""
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip("\n") if indented else piece.lstrip())
    return _Slice(start, start + len(text[start:end].rstrip()))


def _heading(content: str) -> str:
    """Return what a heading says, without links, emphasis and its anchor.

    >>> _heading("Use `async` with [starlette](https://x.org) { #async }")
    'Use async with starlette'
    """
    content = _ANCHOR.sub("", content)
    content = re.sub(r"!?\[([^\]]*)\](?:\([^)]*\)|\[[^\]]*\])?", r"\1", content)
    return one_line(re.sub(r"[*`]+|(?<!\w)_+|_+(?!\w)", "", _TAG.sub("", content)))


def _says(html: str) -> bool:
    return bool(_TAG.sub("", _COMMENT.sub("", html)).strip())


def _line_starts(text: str, body: int) -> list[int]:
    lengths = [len(line) + 1 for line in text[body:].split("\n")]
    return [*accumulate(lengths[:-1], initial=body), len(text)]


def _front_matter(text: str, draft: Draft) -> int:
    """Read the lines between the first two `---` into the draft; return where the body begins."""
    found = _FRONT.match(text)
    if not found:
        return 0
    fields = _fields(found[1])
    if fields is None:
        return 0
    title = fields.pop("title", "")
    draft.title = title if isinstance(title, str) else str(title)
    for name, keys in _DATES.items():
        given = next((fields[key] for key in keys if isinstance(fields.get(key), str)), "")
        if re.match(r"\d{4}-\d{2}-\d{2}", str(given)):
            setattr(draft, name, str(given))
    draft.metadata.update(fields)
    draft.stated = frozenset(fields)  # `readers:` without a value means nobody
    return found.end()


def _fields(source: str) -> dict[str, object] | None:
    """Return the fields, read strictly where possible and line by line where not; None where they are no fields."""
    try:
        plain = read_front_matter(source, file="").plain()
    except PromptError:
        plain = None
    if isinstance(plain, dict):
        return cast("dict[str, object]", plain)
    pairs = [found for line in source.split("\n") if (found := _LOOSE.fullmatch(line.rstrip()))]
    return {pair[1]: pair[2].strip("\"'") for pair in pairs} or None

"""Where a piece of text may be cut, coarse places first. Knows nothing of tokens or chunks."""

import re
from collections.abc import Callable

Pieces = list[tuple[int, int]]

_SENTENCE = re.compile(
    r"""(?: [.!?]+ ["'”’)\]*_`]* (?=\s) | [。！？!?…]+ [”’」』）)\]]* | \n (?=[ \t]*\n) )""",
    re.VERBOSE,
)
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|al|approx|fig|figs|eq|eqs|no|nos|vol|pp?|sec|ch|dr|mr|mrs|ms|prof|st|jr|sr|inc|ltd|co)"
    r"|\b[A-Za-z]|^\s*\d{1,3})\.$",
    re.IGNORECASE,
)
_CLAUSE = re.compile(r"[;:,](?=\s)|[，；、：]")
_ITEM = re.compile(
    r"\n(?=[ \t]*(?:[-*+•·]|\(?\d{1,3}[.)、]|[a-zA-Z][.)]|[（(]?[一二三四五六七八九十]+[）)、])[ \t]*\S)"
)
_LINE = re.compile(r"\n")
_BLANK_LINE = re.compile(r"\n[ \t]*(?=\n)")


def sentences(text: str, start: int, end: int) -> Pieces:
    """Sentences, English and Chinese; what they are apart by belongs to the one before.

    >>> text = "See e.g. Fig. 3. It works! 真的吗？“是的。”好"
    >>> [text[a:b] for a, b in sentences(text, 0, len(text))]
    ['See e.g. Fig. 3. ', 'It works! ', '真的吗？', '“是的。”', '好']
    """
    return _after(_SENTENCE, text, start, end, unless=_abbreviated)


def clauses(text: str, start: int, end: int) -> Pieces:
    """Clauses: cut behind commas, colons and semicolons."""
    return _after(_CLAUSE, text, start, end)


def items(text: str, start: int, end: int) -> Pieces:
    """Items of a list; a line that begins none belongs to the item before."""
    return _after(_ITEM, text, start, end)


def lines(text: str, start: int, end: int) -> Pieces:
    """Lines."""
    return _after(_LINE, text, start, end)


def paragraphs_of_code(text: str, start: int, end: int) -> Pieces:
    """Pieces of code between blank lines."""
    return _after(_BLANK_LINE, text, start, end)


def _after(
    mark: re.Pattern[str], text: str, start: int, end: int, *, unless: Callable[[str, int], bool] | None = None
) -> Pieces:
    found: Pieces = []
    at = start
    for match in mark.finditer(text, start, end):
        cut = match.end()
        if cut <= at:
            continue
        while cut < end and text[cut].isspace():
            cut += 1
        if cut >= end:
            break
        if unless is not None and unless(text, match.end()):
            continue
        found.append((at, cut))
        at = cut
    return [*found, (at, end)]


def _abbreviated(text: str, end: int) -> bool:
    """Whether the full stop before `end` belongs to an abbreviation, an initial or the number of an item."""
    begin = max(text.rfind("\n", 0, end) + 1, end - 12)
    return text[end - 1] == "." and _ABBREVIATION.search(text[begin:end]) is not None

"""What is quoted together: a row with its table's header, a sentence with the code or list that it leads to.

Knows passages as text, no question. Everything is a slice of the document.
"""

import re

from loomwork.knowledge.answering.values import Sentence, goes_on
from loomwork.knowledge.splitting.tables import header_above, is_row, is_rule
from loomwork.knowledge.values import Passage

_LONGEST = 1_200
"""Characters of code or of a list that a sentence brings along."""
_LEADS = re.compile(r"[:：][*_`]*\Z")
_FENCE = re.compile(r"[ \t]*(```+|~~~+)")
_ITEM = re.compile(r"[ \t]*(?:[-*+•·]|\(?\d{1,3}[.)、])[ \t]+")
_FRONT = re.compile(r"\A---[ \t]*\r?\n.*?^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)


def header_of(passage: Passage, row: Sentence) -> Sentence | None:
    r"""Return the header of the table that a row stands in; None for a header itself, and where there is none.

    >>> text = "| Region | Revenue |\n|---|---|\n| South | 98000 |"
    >>> figures = Passage(rank=1, score=1, doc="a", path="a", title="", section=(), page=0, start=7, end=58, text=text)
    >>> header_of(figures, Sentence(start=38, end=55, text="| South | 98000 |", passage=0)).text
    '| Region | Revenue |'
    """
    if goes_on(passage, row.start):
        header, before = passage.header, 0
    else:
        header = header_above(passage.text, row.start - passage.start) if is_row(row.text) else None
        before = passage.start
    if header is None:
        return None
    start = before + header.start
    return Sentence(start=start, end=start + len(header.text), text=header.text, passage=row.passage)


def is_header(passage: Passage, row: Sentence) -> bool:
    """Say whether a row is a header with rows beneath it: it answers nothing by itself."""
    if not is_row(row.text) or goes_on(passage, row.start):
        return False
    below = passage.text[row.end - passage.start :].split("\n")[1:3]
    return len(below) == len(("rule", "row")) and is_rule(below[0]) and is_row(below[1])


def is_heading(passage: Passage, sentence: Sentence) -> bool:
    """Say whether a line is a heading of its document: that there is a section answers nothing."""
    said = sentence.text
    named = (passage.title, *passage.section, *(name for mark in passage.section_marks for name in mark.section))
    return said in named


def whole(passage: Passage, sentence: Sentence) -> Sentence:
    r"""Return a sentence with the code, list or table that follows it, where it ends in a colon.

    >>> text = "Run this:\n\n```\nrestore --last\n```\nThen wait."
    >>> guide = Passage(rank=1, score=1, doc="a", path="a", title="", section=(), page=0, start=0, end=47, text=text)
    >>> whole(guide, Sentence(start=0, end=9, text="Run this:", passage=0)).text
    'Run this:\n\n```\nrestore --last\n```'
    """
    if not _LEADS.search(sentence.text):
        return sentence
    end = _end_of_block(passage.text, sentence.end - passage.start)
    text = passage.text[sentence.start - passage.start : end].rstrip()
    return Sentence(start=sentence.start, end=sentence.start + len(text), text=text, passage=sentence.passage)


def _end_of_block(text: str, begin: int) -> int:
    """Return where what follows a place ends: a fenced block with its fences, the items of a list, a table."""
    fence = ""
    end = at = begin
    kind = ""
    for line in text[begin:].splitlines(keepends=True):
        at += len(line)
        here = _kind(line, kind)
        if fence:
            end = at
            if line.strip().startswith(fence):
                break
            continue
        if not line.strip():
            continue
        if at - begin > _LONGEST or not here or (kind and here != kind):
            break
        kind, end = here, at
        if kind == "fence":
            fence = line.strip()[:3]
    return end


def _kind(line: str, before: str) -> str:
    """Return what a line belongs to: a fence, a list (or what goes on in it), a table, indented code; empty: prose."""
    if _FENCE.match(line):
        return "fence"
    if _ITEM.match(line) or (before == "list" and line.startswith((" ", "\t"))):
        return "list"
    if is_row(line):
        return "table"
    return "code" if line.startswith(("    ", "\t")) else ""


def past_front_matter(passage: Passage) -> int:
    """Return where a passage's text begins behind the front matter of its document, in characters of the passage."""
    found = _FRONT.match(passage.text) if passage.start == 0 else None
    return found.end() if found else 0

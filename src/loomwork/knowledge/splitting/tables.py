"""The header of a table in text. Knows nothing of tokens or chunks."""

import re

from loomwork.knowledge.values import TableHeader

_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_LONGEST = 300
_SAYS = re.compile(r"[^\W_]")


def table_header(table: str) -> str:
    r"""The header row of a table and the rule beneath it; nothing where it has none, or one too long to repeat.

    >>> table_header("| a | b |\n| --- | --- |\n| 1 | 2 |")
    '| a | b |\n| --- | --- |'
    """
    lines = table.split("\n", 2)
    header = "\n".join(lines[:2])
    has_rows = len(lines) == len(("header", "rule", "rows"))
    is_short = has_rows and len(header) <= _LONGEST
    return header if is_short and _RULE.fullmatch(lines[1]) and _SAYS.search(lines[0]) else ""


def header_above(text: str, place: int) -> TableHeader | None:
    r"""Return the header of the table that a place of a text stands in, below the rule.

    None for a place that is in no table or above the rule, and for a table without a header.

    >>> header_above("Prices\n| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |", 44)
    TableHeader(start=7, text='| a | b |')
    """
    top = begins = text.rfind("\n", 0, place) + 1
    rule = begins
    if not is_row(_line(text, top)):
        return None
    while top > 0 and is_row(text[(above := text.rfind("\n", 0, top - 1) + 1) : top]):
        rule, top = top, above
    said = text[top:rule].strip()
    if rule == begins or not is_rule(_line(text, rule)) or not _SAYS.search(said):
        return None
    return TableHeader(top + text[top:rule].index(said), said)


def _line(text: str, start: int) -> str:
    end = text.find("\n", start)
    return text[start : end if end >= 0 else len(text)]


def is_row(line: str) -> bool:
    """Say whether a line is the row of a table."""
    return line.lstrip().startswith("|")


def is_rule(line: str) -> bool:
    """Say whether a line is the rule beneath a header: `| --- | :-: |`."""
    return "-" in line and _RULE.fullmatch(line.rstrip("\r")) is not None

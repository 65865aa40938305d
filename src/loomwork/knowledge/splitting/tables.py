"""The header of a table in text. Knows nothing of tokens or chunks."""

import re

_RULE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*")
_LONGEST = 300


def table_header(table: str) -> str:
    r"""The header row of a table and the rule beneath it; nothing where it has none, or one too long to repeat.

    >>> table_header("| a | b |\n| --- | --- |\n| 1 | 2 |")
    '| a | b |\n| --- | --- |'
    """
    lines = table.split("\n", 2)
    header = "\n".join(lines[:2])
    has_rows = len(lines) == len(("header", "rule", "rows"))
    return header if has_rows and len(header) <= _LONGEST and _RULE.fullmatch(lines[1]) else ""


def is_rule(line: str) -> bool:
    """Say whether a line is the rule beneath a header: `| --- | :-: |`."""
    return "-" in line and _RULE.fullmatch(line.rstrip("\r")) is not None

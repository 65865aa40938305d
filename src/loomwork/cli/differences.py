"""What differs between two results, line by line. Pure; knows no terminal."""

from __future__ import annotations

import difflib
import json
from typing import Any

from loomwork.cli.paper import Style

STYLES: dict[str, Style] = {"-": "red", "+": "green", " ": "", "@": "dim"}
"""How a line is shown, by its first character."""
_ONE_LINE = 60
_AROUND = 2


def differences(before: Any, after: Any) -> list[str]:
    r"""Return the lines that went (`-`) and came (`+`), with two lines around them where there are many.

    >>> differences("kind", "formal"), differences("a\nb\nc", "a\nB\nc")
    (['- kind', '+ formal'], ['  a', '- b', '+ B', '  c'])
    >>> differences("1", 1)
    ['- "1"', '+ 1']
    """
    old, new = lines_of(before), lines_of(after)
    if old == new:  # they differ in a line's end or in their types
        old, new = [json.dumps(before, ensure_ascii=False)], [json.dumps(after, ensure_ascii=False)]
    lines = list(difflib.unified_diff(old, new, n=_AROUND, lineterm=""))[2:]
    if lines and lines[0].startswith("@@"):
        lines = lines[1:] if sum(line.startswith("@@") for line in lines) == 1 else lines
    return [line if line.startswith("@@") else f"{line[0]} {line[1:]}" for line in lines]


def lines_of(value: Any) -> list[str]:
    """Return a result as lines: a text as it is, data as JSON on one line, or on many where one would be long."""
    if isinstance(value, str):
        return value.splitlines() or [""]
    short = json.dumps(value, ensure_ascii=False)
    return [short] if len(short) <= _ONE_LINE else json.dumps(value, ensure_ascii=False, indent=2).splitlines()

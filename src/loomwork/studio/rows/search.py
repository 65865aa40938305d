"""Whether a line holds a text, however its JSON writes it. Pure."""

from __future__ import annotations

import re

from loomwork.evals.data.lines import Line

_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_PAIR = re.compile(r"[\ud800-\udbff][\udc00-\udfff]")


class Search:
    r"""A text that is looked for, without regard to case.

    >>> Search("数据").holds(Line(1, 0, 30, b'{"a": "\\u6570\\u636e"}'))
    True
    """

    def __init__(self, q: str) -> None:
        self._q = q.casefold()

    def holds(self, line: Line) -> bool:
        """Say whether the line holds it."""
        text = line.data.decode("utf-8", "replace")
        if "\\u" in text:
            text = unescaped(text)
        return self._q in text.casefold()


def unescaped(text: str) -> str:
    r"""Return JSON text with its `\uXXXX` as characters, for looking only.

    >>> unescaped('\\ud83d\\ude00')
    '😀'
    """
    found = _ESCAPE.sub(lambda each: chr(int(each[1], 16)), text)
    return _PAIR.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), found)

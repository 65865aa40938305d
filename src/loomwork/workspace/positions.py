"""On which line of a TOML file each key stands. Knows no settings; expects a file that parses."""

import re
from collections.abc import Iterator, Mapping

Path = tuple[str, ...]

_KEY = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_DOTTED = rf"{_KEY}(?:\s*\.\s*{_KEY})*"
_HEADER = re.compile(rf"\s*(\[\[?)\s*({_DOTTED})\s*\]\]?")
_PAIR = re.compile(rf"\s*({_DOTTED})\s*=")
_PART = re.compile(_KEY)
_TOKEN = re.compile(r'''"""|\'\'\'|"(?:[^"\\]|\\.)*"|'[^']*'|#.*|[\[\]{}]''')


def positions(text: str) -> dict[Path, int]:
    r"""Return the line of every table and key. Keys of inline tables stand on their table's line.

    >>> positions('[models.fast]\nmodel = "m"\n[[rules]]\na = 1')[("models", "fast", "model")]
    2
    """
    found: dict[Path, int] = {}
    table: Path = ()
    counts: dict[Path, int] = {}
    for number, line in _statements(text):
        if header := _HEADER.match(line):
            table = _parts(header[2])
            if header[1] == "[[":
                at = counts[table] = counts.get(table, -1) + 1
                table = (*table, str(at))
            _note(found, table, number)
        elif pair := _PAIR.match(line):
            _note(found, (*table, *_parts(pair[1])), number)
    return found


def line_of(path: Path, found: Mapping[Path, int]) -> int:
    """Return the line of a key, or of the nearest table around it."""
    for end in range(len(path), 0, -1):
        if path[:end] in found:
            return found[path[:end]]
    return 1


def _note(found: dict[Path, int], path: Path, number: int) -> None:
    for end in range(1, len(path) + 1):
        found.setdefault(path[:end], number)
    found[path] = number


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in _PART.findall(dotted))


def _statements(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines on which something begins; lines inside long strings and arrays are skipped."""
    depth = 0
    quote = ""
    for number, line in enumerate(text.split("\n"), 1):
        if not depth and not quote:
            yield number, line
        depth, quote = _after(line, depth, quote)


def _after(line: str, depth: int, quote: str) -> tuple[int, str]:
    """Return how many brackets and which long quote are open behind a line."""
    at = 0
    header = not depth and not quote and _HEADER.match(line)
    if header:
        return 0, ""
    while at < len(line):
        if quote:
            end = line.find(quote, at)
            if end < 0:
                return depth, quote
            at, quote = end + 3, ""
            continue
        token = _TOKEN.search(line, at)
        if token is None:
            return depth, ""
        at = token.end()
        if token[0] in ('"""', "'''"):
            quote = token[0]
        depth += (token[0] in "[{") - (token[0] in "]}") if len(token[0]) == 1 else 0
    return depth, quote

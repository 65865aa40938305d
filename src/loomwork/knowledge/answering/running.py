"""Cut what has no full stops: lists of lines, lines that end early, sentences without end. Offsets only, no words.

What a full stop ends is left as it is, unless it is longer than a person reads at once.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from loomwork.knowledge.splitting.breaking import items

Piece = tuple[int, int]
LONGEST = 400
"""Columns of a sentence; a Chinese character takes two."""
_SHORT = 60
"""Columns of a line that nobody wraps."""
_FEW = 3
_EARLY = 0.75
_GOES_ON = re.compile(r"[,，、;；(（\[「“‘\-–—/&+]\s*\Z")
_MARK = re.compile(r"[.!?](?=\s)|[。！？；;，,、：]|:\s")
_STRONG = re.compile(r"[.!?](?:\[\d{1,3}\])+(?=\s)|;(?=\s)|；")
_WEAK = re.compile(r"[,:](?=\s)|[，、：]")
_SPACE = re.compile(r"\s")
_WORD = re.compile(r"\S+")
_WIDE = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60]")


def cut_running(text: str, start: int, end: int) -> Iterator[Piece]:
    r"""Yield the pieces of what no full stop divides, in order; together they are all of it.

    >>> text = "Capital Bern\nCurrency Franc\nCalling code +41"
    >>> [text[begin:stop] for begin, stop in cut_running(text, 0, len(text))]
    ['Capital Bern\n', 'Currency Franc\n', 'Calling code +41']
    """
    for begin, stop in _by_lines(text, start, end):
        yield from _by_length(text, begin, stop)


def _by_lines(text: str, start: int, end: int) -> Iterator[Piece]:
    """Yield pieces that end where a line was ended on purpose, not by its width."""
    if "\n" not in text[start:end]:
        yield start, end
        return
    for begin, stop in items(text, start, end):
        lines = _lines(text, begin, stop)
        is_list = _is_list(text, lines)
        widest = max(_columns(text, *_whole(text, line)) for line in lines)
        at = begin
        for line, following in pairwise(lines):
            if is_list or _ends_early(text, line, following, widest):
                yield at, following[0]
                at = following[0]
        yield at, stop


def _lines(text: str, start: int, end: int) -> list[Piece]:
    found: list[Piece] = []
    at = start
    for line in text[start:end].splitlines(keepends=True):
        found.append((at, at + len(line)))
        at += len(line)
    return found


def _is_list(text: str, lines: list[Piece]) -> bool:
    """Say whether these are lines for themselves: several, all short, without a mark between words."""
    if len(lines) < _FEW or any(_columns(text, *line) > _SHORT for line in lines):
        return False
    return not any(_MARK.search(text, *line) or _GOES_ON.search(text[slice(*line)]) for line in lines[:-1])


def _ends_early(text: str, line: Piece, following: Piece, widest: int) -> bool:
    """Say whether a line was left well before the widest one ends, and the next begins like something new."""
    word = _WORD.search(text, *following)
    if word is None or word[0][0].islower() or _GOES_ON.search(text[slice(*line)]):
        return False
    used = _columns(text, *_whole(text, line)) + 1 + len(word[0])
    return used <= _EARLY * widest and not _WIDE.search(text, *line)


def _whole(text: str, line: Piece) -> Piece:
    """Return the line of which this may be a part."""
    end = text.find("\n", line[1] - 1)
    return text.rfind("\n", 0, line[0]) + 1, end if end >= 0 else len(text)


def _by_length(text: str, start: int, end: int) -> Iterator[Piece]:
    """Yield pieces that are no longer than a sentence: cut at semicolons, else at commas, else between words."""
    while _columns(text, start, end) > LONGEST:
        reach = _reach(text, start, end)
        least = start + (reach - start) // 4
        stop = (
            _last(_STRONG, text, least, reach) or _last(_WEAK, text, least, reach) or _last(_SPACE, text, least, reach)
        )
        stop = stop or reach
        yield start, stop
        start = stop
    yield start, end


def _last(mark: re.Pattern[str], text: str, start: int, end: int) -> int:
    """Return where the last mark in a stretch ends; 0 where there is none."""
    return max((each.end() for each in mark.finditer(text, start, end)), default=0)


def _reach(text: str, start: int, end: int) -> int:
    """Return where a piece from a place on has become too long."""
    columns = 0
    for place in range(start, end):
        columns += 2 if _WIDE.match(text, place) else 1
        if columns > LONGEST:
            return place
    return end


def _columns(text: str, start: int, end: int) -> int:
    piece = text[start:end].rstrip()
    return len(piece) if piece.isascii() else len(piece) + len(_WIDE.findall(piece))

"""Make headings, paragraphs, lists and tables of the lines of pages. Pure: knows neither PDF nor pictures."""

import re
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import pairwise

from msgspec import Struct, structs

from loomwork.knowledge.parsing.joining import HYPHEN, joined
from loomwork.knowledge.values import BlockKind

_BULLET = re.compile(r"[•●▪■◦‣⁃∙·○◆►➢✓\uf0b7]\s*|[-–—]\s+(?=\w)")
_ENDED = re.compile(r"[.!?。！？；:：][\"'”’)）\]]*\Z")
_PAGE_NUMBER = re.compile(
    r"[-–— ]*(?:page|p\.|第)?\s*(?:\d{1,4}|[ivxlc]{1,6})\s*(?:页|(?:of|/)\s*\d{1,4})?[-–— ]*", re.I
)
_NUMBERED = re.compile(
    r"(?:\d{1,2}(?:\.\d{1,2}){0,3}\.?|[A-Z]\.|[IVX]{1,4}\.|第[一二三四五六七八九十\d]+[章节条]|[一二三四五六七八九十]+、)\s*\S"
)
_ITEM = re.compile(r"(?:\d{1,2}[.)]|\([a-z\d]{1,2}\)|[（(][一二三四五六七八九十\d]+[)）]|[①-⑳])\s*(?=[^\s\d])")
_NUMBER = re.compile(r"[-+(]?[$€£¥]?\d[\d.,]*(?:[eE][-+]?\d+)?[%)]?|[-–—]")
_WORD = re.compile(r"\w+(?:-\w+)+")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_FEWEST_NUMBERS = 2
_FEWEST_WITH_RIMS = 3
_LONGEST_HEADING = 200
CELL = " | "
"""What stands between the cells of a row."""


class Line(Struct, frozen=True, kw_only=True):
    """A line of a page; the origin is at the bottom left, in points."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    """The height of a character's box, which grows with the font."""
    bold: bool = False
    mono: bool = False
    cells: int = 1


class Page(Struct, frozen=True, kw_only=True):
    """The lines of a page in reading order."""

    number: int
    lines: tuple[Line, ...]


class Piece(Struct, frozen=True, kw_only=True):
    """A block of a page."""

    kind: BlockKind
    text: str
    level: int = 0


class _Group(Struct, frozen=True):
    """Lines that belong together."""

    lines: tuple[Line, ...]
    text: str

    @property
    def size(self) -> float:
        return statistics.median(line.size for line in self.lines)


def layout(pages: Sequence[Page], bookmarks: Mapping[tuple[int, str], int]) -> dict[int, list[Piece]]:
    """Return the pieces of each page. Sizes are compared over the whole document, repeated rims are left out.

    `bookmarks` are the document's own headings: page and title without blanks, to the level.
    """
    rims = _rims(pages)
    hyphened = {word.lower() for page in pages for line in page.lines for word in _WORD.findall(line.text)}
    groups = {page.number: _groups(_rows(_without(page.lines, rims)), hyphened) for page in pages}
    body = _body_size(groups)
    levels = _levels(groups, body)
    mostly_bold = _share_of_bold(groups) > 0.4
    found: dict[int, list[Piece]] = {}
    for number, members in groups.items():
        pieces = [_piece(group, number, body, levels, bookmarks, mostly_bold) for group in members]
        found[number] = _with_lists_joined(pieces)
    return found


def _piece(
    group: _Group,
    number: int,
    body: float,
    levels: dict[float, int],
    bookmarks: Mapping[tuple[int, str], int],
    mostly_bold: bool,
) -> Piece:
    text = group.text
    if group.lines[0].mono:
        return Piece(kind="code", text=text)
    if group.lines[0].cells > 1:
        return Piece(kind="table" if len(group.lines) > 1 else "paragraph", text=text)
    marked = bookmarks.get((number, "".join(text.split()).lower()), 0)
    if marked:
        return Piece(kind="heading", text=text.replace("\n", " "), level=marked)
    short = len(text) <= _LONGEST_HEADING and len(group.lines) <= 3 and _names_something(text)
    if short and group.size >= 1.15 * body:
        return Piece(kind="heading", text=text, level=levels[_rounded(group.size)])
    bold = all(line.bold for line in group.lines) and not mostly_bold
    if short and bold and len(text) <= 100 and not _ENDED.search(text) and (_NUMBERED.match(text) or len(text) < 60):
        return Piece(kind="heading", text=text, level=min(6, max(levels.values(), default=0) + 1))
    bullet = _BULLET.match(text)
    if bullet:
        return Piece(kind="list", text=f"- {text[bullet.end() :]}")
    return Piece(kind="paragraph", text=text)


def _names_something(text: str) -> bool:
    r"""Say whether a text has letters for a title: two, or one Chinese; none where a font does not say what it shows.

    >>> [_names_something(text) for text in ("Ҽ", "表", "A 1", "Aim", "$FW\x17\x1d )LQLVK")]
    [False, True, False, True, False]
    """
    letters = [character for character in text if character.isalpha()]
    enough = len(letters) > 1 or any(map(_HAN.match, letters))
    return enough and not any(character < " " and character not in "\n\t" for character in text)


def _with_lists_joined(pieces: list[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if piece.kind == "list" and found and found[-1].kind == "list":
            found[-1] = Piece(kind="list", text=f"{found[-1].text}\n{piece.text}")
        else:
            found.append(piece)
    return found


def _rows(lines: list[Line]) -> list[Line]:
    """Join what stands on one base line, left to right: the cells of a row, or the words of a loose line."""
    found: list[Line] = []
    for line in lines:
        last = found[-1] if found else None
        if last is not None and _same_row(last, line):
            gap = line.left - last.right
            apart = gap > 0.8 * min(last.size, line.size)
            text = f"{last.text}{CELL if apart else ' ' if gap > 0.1 * line.size else ''}{line.text}"
            found[-1] = Line(
                text=text,
                left=last.left,
                right=line.right,
                top=max(last.top, line.top),
                bottom=min(last.bottom, line.bottom),
                size=max(last.size, line.size),
                bold=last.bold and line.bold,
                mono=last.mono and line.mono,
                cells=last.cells + line.cells - (not apart),
            )
        else:
            found.append(line)
    found = [_row_of_numbers(line) for line in found]
    alone = [place for place, line in enumerate(found) if line.cells > 1 and not _has_a_row_beside(found, place)]
    for place in alone:
        line = found[place]
        found[place] = structs.replace(line, text=line.text.replace(CELL, " "), cells=1)
    return found


def _has_a_row_beside(lines: list[Line], place: int) -> bool:
    """Tell whether the line above or below is a row too: one row alone is a heading with its number, or loose words."""
    line = lines[place]
    beside = [*lines[max(0, place - 1) : place], *lines[place + 1 : place + 2]]
    return any(other.cells > 1 and abs(other.top - line.top) < 4 * line.size for other in beside)


def _row_of_numbers(line: Line) -> Line:
    """Return a line that is mostly numbers as the row of a table that it is."""
    words = line.text.split()
    if line.mono or line.cells > 1 or len(words) < _FEWEST_NUMBERS:
        return line
    numbers = sum(bool(_NUMBER.fullmatch(word)) for word in words)
    if numbers == len(words):
        return structs.replace(line, text=CELL.join(words), cells=len(words))
    return structs.replace(line, cells=numbers) if numbers > _FEWEST_NUMBERS and numbers > 0.6 * len(words) else line


def _same_row(last: Line, line: Line) -> bool:
    smaller = min(last.size, line.size)
    overlap = min(last.top, line.top) - max(last.bottom, line.bottom)
    alike = smaller > 0.85 * max(last.size, line.size)
    return overlap > (0.7 if alike else 0.4) * smaller and line.left >= last.right - 0.3 * smaller


def _groups(lines: list[Line], hyphened: set[str]) -> list[_Group]:
    """Cut a page into groups of lines: where a gap, a size, an indent, a bullet or a table says so."""
    gaps = [last.bottom - line.top for last, line in pairwise(lines) if _below(last, line)]
    usual = statistics.median(gaps) if gaps else 0.0
    groups: list[list[Line]] = []
    for line in lines:
        if groups and _goes_on(groups[-1], line, usual):
            groups[-1].append(line)
        else:
            groups.append([line])
    return [_Group(tuple(group), _text(group, hyphened)) for group in groups]


def _below(last: Line, line: Line) -> bool:
    return abs(last.size - line.size) < 0.12 * last.size and -last.size < last.bottom - line.top < 1.5 * last.size


def _goes_on(group: list[Line], line: Line, usual: float) -> bool:
    """Tell whether a line belongs to the lines before it."""
    last = group[-1]
    if last.mono or line.mono:
        return last.mono and line.mono and 0 < last.top - line.top < 3 * line.size
    if (last.cells > 1) != (line.cells > 1) or abs(last.size - line.size) > 0.12 * last.size:
        return False
    if last.cells > 1:
        return last.bottom - line.top < 3 * line.size
    if last.bold != line.bold and (len(group) > 1 or last.bold) and not _wraps(last, line):
        return False
    if _BULLET.match(line.text) or (_ITEM.match(line.text) and line.left < group[0].left + line.size):
        return False
    if not _below(last, line):
        return _next_column(last, line)
    if last.bottom - line.top > usual + 0.3 * line.size:
        return False
    left = min(one.left for one in group)
    indented = line.left > left + 0.8 * line.size and not _BULLET.match(group[0].text)
    return not (indented and len(group) > 1 and _ENDED.search(last.text))


def _wraps(last: Line, line: Line) -> bool:
    """Tell whether a line is full and the next one begins at the same edge: emphasis, not a heading."""
    return last.right >= line.right - line.size and not last.bold


def _next_column(last: Line, line: Line) -> bool:
    """Tell whether a sentence goes on at the top of the next column."""
    return line.bottom > last.top and line.left > last.left + 5 * line.size and not _ENDED.search(last.text)


def _text(group: list[Line], hyphened: set[str]) -> str:
    if group[0].cells > 1 or group[0].mono:
        return "\n".join(line.text for line in group).replace(HYPHEN, "-")
    text = ""
    for line in group:
        text = joined(text, line.text, hyphened)
    return text.replace(HYPHEN, "-")


def _rounded(size: float) -> float:
    return round(size * 2) / 2


def _body_size(groups: dict[int, list[_Group]]) -> float:
    """Return the size that most characters have."""
    sizes: Counter[float] = Counter()
    for members in groups.values():
        for group in members:
            for line in group.lines:
                sizes[_rounded(line.size)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0


def _levels(groups: dict[int, list[_Group]], body: float) -> dict[float, int]:
    """Return the level of each size above the body's, the largest first."""
    larger = {_rounded(group.size) for members in groups.values() for group in members if group.size >= 1.15 * body}
    return {size: min(4, place) for place, size in enumerate(sorted(larger, reverse=True), 1)}


def _share_of_bold(groups: dict[int, list[_Group]]) -> float:
    lines = [line for members in groups.values() for group in members for line in group.lines]
    return sum(len(line.text) for line in lines if line.bold) / max(1, sum(len(line.text) for line in lines))


def _rims(pages: Sequence[Page]) -> set[str]:
    """Return the lines at the top and bottom that most pages repeat, numbers aside."""
    seen: Counter[str] = Counter()
    for page in pages:
        if len(page.lines) < _FEWEST_WITH_RIMS:
            continue
        by_height = sorted(page.lines, key=lambda line: -line.top)
        seen.update({_norm(line.text) for line in (*by_height[:2], *by_height[-2:])})
    enough = max(3, len(pages) // 2)
    return {text for text, count in seen.items() if count >= enough}


def _without(lines: Sequence[Line], rims: set[str]) -> list[Line]:
    """Return the lines without the repeated ones; a page that is nothing else stays."""
    return [line for line in lines if _norm(line.text) not in rims] or list(lines)


def _norm(text: str) -> str:
    """Return a line with its numbers made equal; a page number alone is equal to any other."""
    return "#" if _PAGE_NUMBER.fullmatch(text) else re.sub(r"\d+", "#", "".join(text.split()))

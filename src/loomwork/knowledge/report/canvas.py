"""Writes SVG as text: escaped, described for those who hear it, readable on a light and on a dark ground.

Knows no chart. Colours are classes, so that the reader's own preference chooses them; every colour also differs in
lightness, and no chart tells its groups apart by colour alone.
"""

import unicodedata
from typing import Literal
from xml.sax.saxutils import escape, quoteattr

from loomwork.knowledge.report.axes import figure

Anchor = Literal["start", "middle", "end"]
GROUPS = 4
"""Colours for groups; further groups begin again."""
_FONT = (
    "system-ui,-apple-system,'Segoe UI','PingFang SC','Microsoft YaHei','Noto Sans CJK SC','Noto Sans SC',sans-serif"
)
_LIGHT = {
    "ground": "#ffffff", "ink": "#1f2328", "soft": "#59636e", "rule": "#d1d9e0",
    "g0": "#1f5fbf", "g1": "#d9822b", "g2": "#7a4fb5", "g3": "#6e7781",
}  # fmt: skip
_DARK = {
    "ground": "#14181d", "ink": "#e6edf3", "soft": "#9aa4af", "rule": "#333c46",
    "g0": "#6ca6f5", "g1": "#f2ad66", "g2": "#c3a2f0", "g3": "#8b949e",
}  # fmt: skip


class Canvas:
    """One picture being written.

    Args:
        name: Unique on a page: the ids of the title and the description begin with it.
        title: What the picture shows.
        described: The same in words, with its figures, for whoever cannot see it.
        width: In pixels.
        height: In pixels.
    """

    def __init__(self, name: str, *, title: str, described: str, width: int, height: int) -> None:
        self.width, self.height = width, height
        self._parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="lw" role="img" viewBox="0 0 {width} {height}"'
            f' width="{width}" height="{height}" aria-labelledby={quoteattr(f"{name}-title {name}-desc")}>',
            f"<title id={quoteattr(f'{name}-title')}>{escape(title)}</title>",
            f"<desc id={quoteattr(f'{name}-desc')}>{escape(described)}</desc>",
            f"<style>{_STYLE}</style>",
            f'<rect class="lw-ground" width="{width}" height="{height}"/>',
        ]

    def text(
        self, x: float, y: float, said: str, *, anchor: Anchor = "start", kind: str = "ink", size: int = 13
    ) -> None:
        """Write a line of text; `y` is its base line."""
        self._parts.append(
            f'<text class="lw-{kind}" x="{_at(x)}" y="{_at(y)}" font-size="{size}" text-anchor="{anchor}">'
            f"{escape(said)}</text>"
        )

    def bar(self, x: float, y: float, width: float, height: float, *, group: int, said: str) -> None:
        """Draw a bar; `said` is shown where a pointer rests on it."""
        self._parts.append(
            f'<rect class="lw-g{group % GROUPS}" x="{_at(x)}" y="{_at(y)}" width="{_at(max(0.0, width))}"'
            f' height="{_at(max(0.0, height))}"><title>{escape(said)}</title></rect>'
        )

    def line(self, x1: float, y1: float, x2: float, y2: float, *, kind: str = "rule", width: float = 1) -> None:
        """Draw a straight line."""
        self._parts.append(
            f'<line class="lw-{kind}-line" x1="{_at(x1)}" y1="{_at(y1)}" x2="{_at(x2)}" y2="{_at(y2)}"'
            f' stroke-width="{_at(width)}"/>'
        )

    def path(self, points: list[tuple[float, float]], *, group: int) -> None:
        """Draw a line through points."""
        at = " ".join(f"{_at(x)},{_at(y)}" for x, y in points)
        self._parts.append(f'<polyline class="lw-g{group % GROUPS}-line" fill="none" stroke-width="2" points="{at}"/>')

    def band(self, points: list[tuple[float, float]], *, group: int) -> None:
        """Fill what lies between two edges, lightly."""
        at = " ".join(f"{_at(x)},{_at(y)}" for x, y in points)
        self._parts.append(f'<polygon class="lw-g{group % GROUPS}" fill-opacity="0.15" points="{at}"/>')

    def dot(self, x: float, y: float, *, group: int, said: str) -> None:
        """Draw a point: a disc for even groups, a diamond for odd ones."""
        shape = (
            f'<circle class="lw-g{group % GROUPS}" cx="{_at(x)}" cy="{_at(y)}" r="5">'
            if group % 2 == 0
            else f'<polygon class="lw-g{group % GROUPS}" points="{_diamond(x, y, 6.5)}">'
        )
        self._parts.append(f"{shape}<title>{escape(said)}</title></{'circle' if group % 2 == 0 else 'polygon'}>")

    def done(self) -> str:
        """Return the picture as a document."""
        return "\n".join([*self._parts, "</svg>\n"])


def room(said: str, size: int = 13) -> float:
    """Return about how wide a text is, in pixels: a Chinese character is as wide as it is high.

    >>> room("abcd", 10) < room("织机织机", 10)
    True
    """
    wide = sum(unicodedata.east_asian_width(each) in "WF" for each in said)
    return size * (wide + 0.56 * (len(said) - wide))


def cut(said: str, width: float, size: int = 13) -> str:
    """Return as much of a text as fits, its end kept: of a path, that is what tells it from others.

    >>> cut("guide/tutorial/background-tasks.md", 120)
    '…ground-tasks.md'
    """
    if room(said, size) <= width:
        return said
    while said and room("…" + said, size) > width:
        said = said[1:]
    return "…" + said


def _diamond(x: float, y: float, half: float) -> str:
    return f"{_at(x)},{_at(y - half)} {_at(x + half)},{_at(y)} {_at(x)},{_at(y + half)} {_at(x - half)},{_at(y)}"


def _at(value: float) -> str:
    return figure(round(value, 1)).replace(",", "")


def _rules(colours: dict[str, str]) -> str:
    return "".join(
        f".lw .lw-{name}{{fill:{colour}}}.lw .lw-{name}-line{{stroke:{colour}}}" for name, colour in colours.items()
    )


_STYLE = f".lw text{{font-family:{_FONT}}}{_rules(_LIGHT)}@media (prefers-color-scheme:dark){{{_rules(_DARK)}}}"

__all__ = ["GROUPS", "Canvas", "cut", "room"]

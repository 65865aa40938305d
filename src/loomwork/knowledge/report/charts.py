"""The four kinds of pictures in a report: how often, how much, how sure, how it goes on. Knows no index.

Each returns a whole SVG document: it can be a file, or stand in a page.
"""

from collections.abc import Sequence
from typing import NamedTuple

from loomwork.knowledge.report.axes import bins, figure, ticks
from loomwork.knowledge.report.canvas import Canvas, cut, room
from loomwork.knowledge.report.values import Interval

WIDTH = 720
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 20, 46, 52
_LEGEND = 22
_BAR, _ROW = 20, 32
_MOST_LABEL = 240.0
_GAP = 10


class Signs(NamedTuple):
    """What stands between the words of a picture, as its language writes it."""

    comma: str = ", "
    colon: str = ": "
    semicolon: str = "; "


class Heading(NamedTuple):
    """What stands above a picture, and its name on a page."""

    name: str
    title: str
    axis: str
    """What is measured, with its unit."""
    described: str
    """The picture's figures in words, for whoever cannot see it."""
    signs: Signs = Signs()


class Bar(NamedTuple):
    """One horizontal bar."""

    label: str
    value: float
    note: str = ""
    """What stands behind it instead of its figure."""


class Measured(NamedTuple):
    """One row with a value for each group."""

    label: str
    values: tuple[Interval, ...]


class Line(NamedTuple):
    """One line: where it is over each x."""

    label: str
    points: tuple[tuple[float, Interval], ...]


def histogram(heading: Heading, groups: Sequence[tuple[str, Sequence[int]]], *, count: str) -> str:
    """Draw how often each length occurs, the groups on top of each other.

    Args:
        heading: What is measured.
        groups: The label and the numbers of each group.
        count: What is counted.
    """
    made = bins([values for _, values in groups])
    sums = [sum(column) for column in zip(*made.counts, strict=True)] or [0]
    canvas = _begun(heading, height=330, legend=[label for label, _ in groups])
    left, right, top, bottom = _LEFT, WIDTH - _RIGHT, _TOP + _LEGEND, 330 - _BOTTOM
    marks = ticks(0, max(sums) or 1)
    for mark in marks:
        y = bottom - (bottom - top) * mark / marks[-1]
        canvas.line(left, y, right, y)
        canvas.text(left - 8, y + 4, figure(mark), anchor="end", kind="soft", size=12)
    canvas.text(left, top - 10, count, kind="soft", size=12)
    each = (right - left) / (len(made.edges) - 1)
    comma, colon, _ = heading.signs
    for column in range(len(sums)):
        y = float(bottom)
        first, last = figure(made.edges[column]), figure(made.edges[column + 1] - 1)
        between = first if first == last else f"{first}-{last}"
        for group, (label, _) in enumerate(groups):
            number = made.counts[group][column]
            height = (bottom - top) * number / marks[-1]
            y -= height
            if number:
                said = f"{label}{comma}{between}{colon}{number:,}"
                canvas.bar(left + column * each + 1, y, each - 2, height, group=group, said=said)
    every = max(1, round(len(made.edges) / 10))
    for at, edge in enumerate(made.edges):
        if at % every == 0:
            canvas.text(left + at * each, bottom + 18, figure(edge), anchor="middle", kind="soft", size=12)
    canvas.text((left + right) / 2, bottom + 40, heading.axis, anchor="middle", kind="soft")
    return canvas.done()


def bars(heading: Heading, rows: Sequence[Bar]) -> str:
    """Draw how much of each there is, a bar a row, its figure behind it."""
    height = _TOP + len(rows) * _ROW + 40
    canvas = _begun(heading, height=height)
    left = _margin([row.label for row in rows])
    behind = max([room(_behind(row), 12) for row in rows], default=0.0) + _GAP
    most = max([row.value for row in rows], default=0.0) or 1.0
    span = WIDTH - _RIGHT - behind - left
    for at, row in enumerate(rows):
        y = _TOP + 6 + at * _ROW
        length = span * row.value / most
        canvas.text(left - _GAP, y + 15, cut(row.label, left - 2 * _GAP), anchor="end")
        canvas.bar(left, y, length, _BAR, group=0, said=f"{row.label}{heading.signs.colon}{figure(row.value)}")
        canvas.text(left + length + 6, y + 15, _behind(row), kind="soft", size=12)
    canvas.text(left, height - 14, heading.axis, kind="soft", size=12)
    return canvas.done()


def intervals(heading: Heading, groups: Sequence[str], rows: Sequence[Measured], *, low: float = 0.0) -> str:
    """Draw a value with its interval for each group of each row, on a scale from `low` to 1."""
    deep = 14 + 22 * max(1, len(groups))
    height = _TOP + _LEGEND + len(rows) * deep + _BOTTOM
    canvas = _begun(heading, height=height, legend=groups)
    left, right = _margin([row.label for row in rows]), WIDTH - _RIGHT - 44
    top, bottom = _TOP + _LEGEND, height - _BOTTOM
    marks = ticks(low, 1.0)

    def x(value: float) -> float:
        return left + (right - left) * (min(max(value, marks[0]), 1.0) - marks[0]) / (marks[-1] - marks[0])

    for mark in marks:
        canvas.line(x(mark), top, x(mark), bottom)
        canvas.text(x(mark), bottom + 18, figure(mark), anchor="middle", kind="soft", size=12)
    for at, row in enumerate(rows):
        y = top + at * deep
        canvas.text(left - _GAP, y + deep / 2 + 4, cut(row.label, left - 2 * _GAP), anchor="end")
        for group, value in enumerate(row.values):
            line = y + 18 + 22 * group
            canvas.line(x(value.low), line, x(value.high), line, kind=f"g{group % 4}", width=3)
            named = f"{row.label}{heading.signs.comma}{groups[group]}{heading.signs.colon}"
            said = f"{named}{value.value:.3f} ({value.low:.3f}-{value.high:.3f})"
            canvas.dot(x(value.value), line, group=group, said=said)
            canvas.text(right + 10, line + 4, f"{value.value:.3f}", kind="soft", size=12)
    canvas.text((left + right) / 2, bottom + 40, heading.axis, anchor="middle", kind="soft")
    return canvas.done()


def lines(heading: Heading, series: Sequence[Line], *, unit: str, low: float = 0.0) -> str:
    """Draw how a share goes on over `unit`, each line with its interval as a band."""
    height = 330
    canvas = _begun(heading, height=height, legend=[line.label for line in series])
    left, right, top, bottom = _LEFT, WIDTH - _RIGHT, _TOP + _LEGEND, height - _BOTTOM
    places = sorted({x for line in series for x, _ in line.points})
    first, last = (places[0], places[-1]) if places else (0.0, 1.0)
    marks = ticks(low, 1.0)

    def place(x: float, value: float) -> tuple[float, float]:
        along = (x - first) / (last - first) if last > first else 0.5
        up = (min(max(value, marks[0]), 1.0) - marks[0]) / (marks[-1] - marks[0])
        return left + 14 + (right - left - 28) * along, bottom - (bottom - top) * up

    for mark in marks:
        y = place(first, mark)[1]
        canvas.line(left, y, right, y)
        canvas.text(left - 8, y + 4, figure(mark), anchor="end", kind="soft", size=12)
    for x in places:
        canvas.text(place(x, low)[0], bottom + 18, figure(x), anchor="middle", kind="soft", size=12)
    for group, line in enumerate(series):
        above = [place(x, value.high) for x, value in line.points]
        below = [place(x, value.low) for x, value in reversed(line.points)]
        canvas.band(above + below, group=group)
    comma, colon, _ = heading.signs
    for group, line in enumerate(series):
        canvas.path([place(x, value.value) for x, value in line.points], group=group)
        for x, value in line.points:
            said = f"{line.label}{comma}{figure(x)}{colon}{value.value:.3f}"
            canvas.dot(*place(x, value.value), group=group, said=said)
    canvas.text(left, top - 10, heading.axis, kind="soft", size=12)
    canvas.text((left + right) / 2, bottom + 40, unit, anchor="middle", kind="soft")
    return canvas.done()


def _begun(heading: Heading, *, height: int, legend: Sequence[str] = ()) -> Canvas:
    canvas = Canvas(heading.name, title=heading.title, described=heading.described, width=WIDTH, height=height)
    canvas.text(16, 26, heading.title, size=15)
    x = WIDTH - _RIGHT - sum(room(label) + 30 for label in legend)
    for group, label in enumerate(legend):
        canvas.dot(x + 6, _TOP - 2, group=group, said=label)
        canvas.text(x + 17, _TOP + 3, label)
        x += room(label) + 30
    return canvas


def _margin(labels: Sequence[str]) -> float:
    return min(_MOST_LABEL, max([room(label) for label in labels], default=0.0) + 8) + 2 * _GAP


def _behind(row: Bar) -> str:
    return row.note or figure(row.value)


__all__ = ["WIDTH", "Bar", "Heading", "Line", "Measured", "Signs", "bars", "histogram", "intervals", "lines"]

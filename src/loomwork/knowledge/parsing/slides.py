"""Read PPTX: a page a slide, its title a heading, its notes at the end of it. Knows nothing of layouts."""

import io
from collections.abc import Iterator
from typing import Any

from loomwork.kernel.errors.knowledge import BrokenDocument
from loomwork.knowledge.parsing.draft import Draft, one_line
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.properties import read_core_properties
from loomwork.knowledge.parsing.tables import write_table
from loomwork.knowledge.parsing.xml import Package

_DEEPEST_GROUP = 20


def read_pptx(job: Job, draft: Draft) -> None:
    """Read a presentation."""
    import pptx

    read_core_properties(Package(job), draft)  # which holds the sizes before the library unpacks anything
    deck: Any = pptx.Presentation(io.BytesIO(job.data))
    for number, slide in enumerate(deck.slides, 1):
        job.meter.page(number)
        draft.pages = number
        draft.leave_sections()
        try:
            _slide(slide, draft, job, number)
        except (AttributeError, KeyError, ValueError, TypeError, IndexError) as error:
            draft.problem(BrokenDocument(format="pptx", reason=f"{type(error).__name__}: {error}"), page=number)


def _slide(slide: Any, draft: Draft, job: Job, number: int) -> None:
    title = slide.shapes.title
    if title is not None and title.has_text_frame:
        draft.add("heading", one_line(title.text_frame.text), level=1, page=number)
    picture = False
    for shape in _in_reading_order(slide.shapes):
        if title is not None and shape.shape_id == title.shape_id:
            continue
        picture |= "picture" in str(shape.shape_type).lower()
        _shape(shape, draft, job, number)
    if picture and not draft.on_page(number):
        draft.picture(page=number)
    if slide.has_notes_slide and slide.notes_slide.notes_text_frame is not None:
        draft.add("paragraph", slide.notes_slide.notes_text_frame.text.replace("\v", "\n"), page=number)


def _in_reading_order(shapes: Any, depth: int = 0) -> Iterator[Any]:
    """Yield shapes from the top down and from left to right, the members of a group together."""
    for shape in sorted(shapes, key=_place):
        if hasattr(shape, "shapes") and depth < _DEEPEST_GROUP:
            yield from _in_reading_order(shape.shapes, depth + 1)
        else:
            yield shape


def _place(shape: Any) -> tuple[int, int]:
    """Return top and left; what has no place of its own takes it from the layout, or comes first."""
    try:
        return (int(shape.top or 0) // 100_000, int(shape.left or 0))
    except (AttributeError, ValueError, TypeError, KeyError):
        return (0, 0)


def _shape(shape: Any, draft: Draft, job: Job, number: int) -> None:
    if getattr(shape, "has_table", False):
        rows = [_cells(row) for row in shape.table.rows]
        job.meter.cells(sum(map(len, rows)))
        write_table(draft, rows, page=number)
    elif getattr(shape, "has_chart", False):
        write_table(draft, _chart(shape.chart), page=number)
    elif getattr(shape, "has_text_frame", False):
        lines = [(line.level, line.text.replace("\v", " ").strip()) for line in shape.text_frame.paragraphs]
        lines = [(level, text) for level, text in lines if text]
        if len(lines) > 1 and shape.is_placeholder:
            draft.add("list", "\n".join("  " * level + f"- {text}" for level, text in lines), page=number)
        else:
            draft.add("paragraph", "\n".join(text for _, text in lines), page=number)


def _cells(row: Any) -> list[str]:
    """Return a row's cells; one that spans several stands in each of them."""
    cells: list[str] = []
    for cell in row.cells:
        cells.append(cells[-1] if cells and cell.is_spanned and not cell.text else cell.text)
    return cells


def _chart(chart: Any) -> list[list[str]]:
    """Return a chart's numbers with their categories as rows."""
    plots = list(chart.plots)
    if not plots:
        return []
    categories = [str(category) for category in plots[0].categories]
    series = [
        (str(one.name), [("" if value is None else f"{value:g}") for value in one.values]) for one in chart.series
    ]
    return [["", *categories], *([name, *values] for name, values in series)]

"""Read XLSX: a page a sheet, its tables as people see them. Calculates nothing: a formula shows its last result."""

import io
import re
from collections.abc import Iterator
from typing import Any

from loomwork.kernel.errors.knowledge import BrokenDocument
from loomwork.knowledge.parsing.cellformat import shown
from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.properties import read_core_properties
from loomwork.knowledge.parsing.tables import markdown_table
from loomwork.knowledge.parsing.xml import Package

_WIDEST = 2000
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|tabelle|feuil)\s*\d*", re.I)


def read_xlsx(job: Job, draft: Draft) -> None:
    """Read a workbook; hidden sheets too, for formulas show their values elsewhere."""
    import openpyxl

    read_core_properties(Package(job), draft)
    load: Any = openpyxl.load_workbook
    book: Any = load(io.BytesIO(job.data), read_only=True, data_only=True, keep_links=False)
    try:
        for number, sheet in enumerate(book.worksheets, 1):
            job.meter.page(number)
            draft.pages = number
            draft.leave_sections()
            _sheet(sheet, draft, job, number)
    finally:
        book.close()


def _sheet(sheet: Any, draft: Draft, job: Job, number: int) -> None:
    named = False
    for table in _tables(_rows(sheet, draft, job, number)):
        if not named and not _DEFAULT_NAME.fullmatch(str(sheet.title)):
            draft.add("heading", str(sheet.title), level=1, page=number)
        named = True
        if len(table) == 1 and sum(map(bool, table[0])) == 1:
            draft.add("paragraph", next(filter(None, table[0])), page=number)
        else:
            draft.add("table", markdown_table(table), page=number)


def _rows(sheet: Any, draft: Draft, job: Job, number: int) -> Iterator[list[str]]:
    """Yield the rows as text without the empty cells at their ends; a sheet damaged in the middle ends there."""
    sheet.reset_dimensions()
    rows = iter(sheet.iter_rows(max_col=_WIDEST))
    while True:
        try:
            row: Any = next(rows)
        except StopIteration:
            return
        except (ValueError, KeyError, TypeError, AttributeError, SyntaxError, OverflowError, EOFError) as error:
            draft.problem(BrokenDocument(format="xlsx", reason=f"{type(error).__name__}: {error}"), page=number)
            return
        cells = [shown(cell.value, _format(cell)) for cell in row]
        while cells and not cells[-1]:
            cells.pop()
        job.meter.cells(len(cells) or 1)
        job.meter.tick()
        yield cells


def _format(cell: Any) -> str:
    try:
        return cell.number_format or "General"
    except (AttributeError, IndexError, KeyError):
        return "General"


def _tables(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    """Yield the tables of a sheet: what two empty rows separate, or one where the width changes too."""
    table: list[list[str]] = []
    empty = 0
    for row in rows:
        if not any(row):
            empty += 1
            continue
        if table and (empty > 1 or (empty and len(row) != max(map(len, table)))):
            yield table
            table = []
        empty = 0
        table.append(row)
    if table:
        yield table

"""Read XLSX: a page a sheet, its tables as people see them. Calculates nothing: a formula shows its last result."""

import io
import re
import threading
import warnings
from collections.abc import Iterator
from typing import Any

from loomwork.kernel.errors.knowledge import BrokenDocument
from loomwork.knowledge.parsing.cellformat import shown
from loomwork.knowledge.parsing.draft import Draft, one_line
from loomwork.knowledge.parsing.headers import names_above
from loomwork.knowledge.parsing.job import Job
from loomwork.knowledge.parsing.properties import read_core_properties
from loomwork.knowledge.parsing.tables import write_table
from loomwork.knowledge.parsing.xml import Package

_WIDEST = 2000
_TALLEST = 1000
_MOST_MERGES = 5000
_MERGE = re.compile(rb'<(?:\w+:)?mergeCell ref="([A-Z]{1,3})(\d{1,7}):([A-Z]{1,3})(\d{1,7})"')
# Warnings are caught for the whole process, and openpyxl holds the interpreter anyway.
_ONE_AT_A_TIME = threading.Lock()
_DEFAULT_NAME = re.compile(r"(?:sheet|工作表|tabelle|feuil)\s*\d*", re.I)


def read_xlsx(job: Job, draft: Draft) -> None:
    """Read a workbook; hidden sheets too, for formulas show their values elsewhere."""
    import openpyxl

    package = Package(job)
    read_core_properties(package, draft)
    load: Any = openpyxl.load_workbook
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book: Any = load(io.BytesIO(job.data), read_only=True, data_only=True, keep_links=False)
        try:
            for number, sheet in enumerate(book.worksheets, 1):
                job.meter.page(number)
                draft.pages = number
                draft.leave_sections()
                _sheet(sheet, _merged(sheet, package), draft, job, number)
        finally:
            book.close()


def _sheet(sheet: Any, merged: "_Merged", draft: Draft, job: Job, number: int) -> None:
    named = False
    draft.page_names[number] = one_line(str(sheet.title))
    for table in _tables(_rows(sheet, merged, draft, job, number)):
        if not named and not _DEFAULT_NAME.fullmatch(str(sheet.title)):
            draft.add("heading", str(sheet.title), level=1, page=number)
        named = True
        while table and len(set(filter(None, table[0]))) == 1 and len(table[0]) != 1:
            draft.add("paragraph", next(filter(None, table.pop(0))), page=number)
        if len(table) == 1 and len(table[0]) == 1:
            draft.add("paragraph", table[0][0], page=number)
        else:
            write_table(draft, table, page=number)


def _rows(sheet: Any, merged: "_Merged", draft: Draft, job: Job, number: int) -> Iterator[list[str]]:
    """Yield the rows as text without the empty cells at their ends; a sheet damaged in the middle ends there."""
    sheet.reset_dimensions()
    rows = iter(sheet.iter_rows())
    place = 0
    while True:
        try:
            row: Any = next(rows)
        except StopIteration:
            return
        except (ValueError, KeyError, TypeError, AttributeError, SyntaxError, OverflowError, EOFError) as error:
            draft.problem(BrokenDocument(format="xlsx", reason=f"{type(error).__name__}: {error}"), page=number)
            return
        place += 1
        cells = merged.filled(place, [shown(cell.value, _format(cell)) for cell in row[:_WIDEST]])
        while cells and not cells[-1]:
            cells.pop()
        job.meter.cells(len(cells) or 1)
        job.meter.tick()
        yield cells


class _Merged:
    """The cells that span several: their text stands in each cell that they cover."""

    def __init__(self, spans: list[tuple[int, int, int, int]]) -> None:
        self._rows: dict[int, list[tuple[int, int, int]]] = {}
        self._texts: dict[tuple[int, int], str] = {}
        for left, top, right, bottom in spans:
            for row in range(top, bottom + 1):
                self._rows.setdefault(row, []).append((top, left, right))

    def filled(self, row: int, cells: list[str]) -> list[str]:
        for top, left, right in self._rows.get(row, ()):
            if row == top and left < len(cells):
                self._texts[top, left] = cells[left]
            text = self._texts.get((top, left), "")
            cells += [""] * (right + 1 - len(cells) if text else 0)
            cells[left : right + 1] = [text] * len(cells[left : right + 1])
        return cells


def _merged(sheet: Any, package: Package) -> _Merged:
    """Read which cells are merged, which the library does not tell when it reads row by row."""
    part = str(getattr(sheet, "_worksheet_path", "")).lstrip("/")
    spans: list[tuple[int, int, int, int]] = []
    for found in _MERGE.finditer(package.read(part)) if package.has(part) else ():
        left, right = _column(found[1]), _column(found[3])
        top, bottom = int(found[2]), int(found[4])
        if 0 <= right - left < _WIDEST and 0 <= bottom - top < _TALLEST and len(spans) < _MOST_MERGES:
            spans.append((left, top, right, bottom))
    return _Merged(spans)


def _column(letters: bytes) -> int:
    place = 0
    for letter in letters:
        place = place * 26 + letter - ord("A") + 1
    return place - 1


def _format(cell: Any) -> str:
    try:
        return cell.number_format or "General"
    except (AttributeError, IndexError, KeyError):
        return "General"


def _tables(rows: Iterator[list[str]]) -> Iterator[list[list[str]]]:
    """Yield the tables of a sheet: what two empty rows separate, or one where the width changes too.

    One empty row between names and the numbers beneath them separates nothing.
    """
    table: list[list[str]] = []
    empty = 0
    for row in rows:
        if not any(row):
            empty += 1
            continue
        changes = empty and len(row) != max(map(len, table), default=0)
        if table and (empty > 1 or (changes and not names_above(table, row))):
            yield table
            table = []
        empty = 0
        table.append(row)
    if table:
        yield table

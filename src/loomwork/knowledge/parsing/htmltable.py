"""Tell tables of data from tables that only lay out a page, and read their cells. Knows nothing of the rest."""

from collections.abc import Callable

from selectolax.lexbor import LexborNode

_LONGEST_CELL = 1000
_WIDEST_SPAN = 50


def is_data_table(table: LexborNode) -> bool:
    """Tell whether a table has rows and columns of short cells, not a page laid out in one."""
    if len(table.css("table")) > 1 or table.css_first("h1, h2, h3, h4, h5, h6, pre, form") is not None:
        return False
    rows = table.css("tr")
    if not rows or max(len(row.css("td, th")) for row in rows) < 2:
        return False
    if table.css_first("th") is not None:
        return True
    cells = table.css("td")
    longest = max(len(cell.text()) for cell in cells)
    return len(rows) > 1 and longest <= _LONGEST_CELL


def grid_of(table: LexborNode, text_of: Callable[[LexborNode], str]) -> list[list[str]]:
    """Return the cells by row and column; a cell that spans several stands in each of them."""
    rows: list[list[str]] = []
    below: dict[tuple[int, int], str] = {}
    for number, row in enumerate(table.css("tr")):
        cells: list[str] = []
        own = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        for cell in own:
            _carried(cells, below, number)
            text = text_of(cell)
            wide, tall = _span(cell, "colspan"), _span(cell, "rowspan")
            for step in range(1, tall):
                below.update({(number + step, len(cells) + place): text for place in range(wide)})
            cells += [text] * wide
        _carried(cells, below, number)
        rows.append(cells[:1] if len(own) == 1 and len(set(cells)) == 1 else cells)
    return rows


def header_rows(table: LexborNode) -> int:
    """Return how many rows at the top are called the header: those of `<thead>`, or of nothing but `<th>`."""
    for count, row in enumerate(table.css("tr")):
        own = [cell for cell in row.iter() if cell.tag in ("td", "th")]
        of_head = row.parent is not None and row.parent.tag == "thead"
        if not of_head and not (own and all(cell.tag == "th" for cell in own)):
            return count
    return 0


def _carried(cells: list[str], below: dict[tuple[int, int], str], number: int) -> None:
    while (number, len(cells)) in below:
        cells.append(below.pop((number, len(cells))))


def _span(cell: LexborNode, name: str) -> int:
    value = (cell.attributes.get(name) or "1").strip()
    return min(_WIDEST_SPAN, int(value)) if value.isascii() and value.isdigit() and int(value) else 1

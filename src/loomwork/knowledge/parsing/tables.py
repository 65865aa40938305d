"""Write the rows of a table as Markdown, the one form that tables have in a document's text. Knows no format."""

from collections.abc import Sequence

from loomwork.knowledge.parsing.draft import Draft
from loomwork.knowledge.parsing.headers import laid_out


def write_table(draft: Draft, rows: Sequence[Sequence[str]], *, page: int = 0, marked: int = 0) -> list[str]:
    """Write a table into a draft, what stands above its header as lines of their own; return the header's cells.

    Args:
        draft: Where to.
        rows: The cells as they stand, from the top.
        page: Page, slide or sheet.
        marked: How many of the first rows the file itself calls the header; 0: it does not say.
    """
    table = laid_out(filled(rows), marked=len(filled(rows[:marked])))
    for line in table.above:
        draft.add("paragraph", " | ".join(line), page=page)
    if table.rows or table.header:
        draft.add("table", markdown_table(table.header, table.rows), page=page)
    return table.header


def filled(rows: Sequence[Sequence[str]]) -> list[list[str]]:
    """Return the rows at one width, without those and the columns that are wholly empty; cells are one line each.

    >>> filled([["", " a   b", ""], [], ["", "c"]])
    [['a b'], ['c']]
    """
    cleaned = [[" ".join(cell.split()) for cell in row] for row in rows]
    cleaned = [row for row in cleaned if any(row)]
    width = max(map(len, cleaned), default=0)
    even = [row + [""] * (width - len(row)) for row in cleaned]
    kept = [column for column in range(width) if any(row[column] for row in even)]
    return [[row[column] for column in kept] for row in even]


def markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    r"""Return a table with its header above the rule.

    >>> print(markdown_table(["a"], [["1|2"]]))
    | a |
    | --- |
    | 1\|2 |
    """
    width = len(header) or max(map(len, rows), default=0)
    lines = [_line(header or [""] * width), "|" + " --- |" * width, *map(_line, rows)]
    return "\n".join(lines)


def _line(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"

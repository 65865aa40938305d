"""A run as a Markdown table: every character that means something is written so that it means itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from loomwork.studio.export.words import Words
from loomwork.studio.grid.held import Held
from loomwork.studio.wire.runs import Cell, Column, GridRow

_CHUNK = 500
_SPECIAL = re.compile(r"([\\`*_\[\]!|~$])")
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_BREAKS = re.compile(r"[\x00-\x20\x7f\u0085\u2028\u2029]+")


def as_markdown(held: Held, words: Words) -> Iterator[bytes]:
    """Yield the table a stretch of rows at a time."""
    head, columns = held.head(), held.columns()
    names = [words("index"), words("input"), *(column.name for column in columns), words("error")]
    title = plain(words("title", run=head.id, target=head.target))
    yield f"# {title}\n\n".encode() + _line([plain(name) for name in names]) + _line(["---"] * len(names))
    for start in range(0, held.table.rows, _CHUNK):
        rows = held.rows(range(start, min(start + _CHUNK, held.table.rows)))
        yield b"".join(_line(_texts(row, columns)) for row in rows if row.trace or row.error)


def plain(text: str) -> str:
    r"""Return a text that Markdown shows as it is, in one line.

    >>> plain("a|b <img>\n![x](http://y)")
    'a\\|b &lt;img&gt; \\!\\[x\\](http://y)'
    """
    one = _BREAKS.sub(" ", text).strip().encode("utf-8", "replace").decode()
    escaped = _SPECIAL.sub(r"\\\1", one)
    return "".join(_ENTITIES.get(letter, letter) for letter in escaped)


def _texts(row: GridRow, columns: tuple[Column, ...]) -> list[str]:
    number = f"{row.index}" if not row.trial else f"{row.index}.{row.trial}"
    cells = [cell_of(row, column) for column in columns]
    texts = ["" if cell is None else plain(cell.preview) for cell in cells]
    return [number, plain(row.input_preview), *texts, plain(row.error)]


def cell_of(row: GridRow, column: Column) -> Cell | None:
    """Return a row's cell of a column."""
    return row.cells[column.cell] if column.cell < len(row.cells) else None


def _line(texts: list[str]) -> bytes:
    return f"| {' | '.join(texts)} |\n".encode()

"""Tables that fit the terminal and stay aligned with Chinese text. Knows nothing of what they show."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from rich.console import Console

Align = Literal["left", "right"]


def print_table(
    console: Console, heads: Sequence[str], rows: Iterable[Sequence[object]], *, right: Sequence[int] = (), grow: int = 0
) -> None:
    """Print a table: numbers to the right, the column `grow` shortened first where the terminal is narrow."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for place, head in enumerate(heads):
        table.add_column(
            Text(head),
            justify="right" if place in right else "left",
            overflow="ellipsis" if place == grow else "fold",
            no_wrap=place == grow or place in right,
            ratio=1 if place == grow and not console.is_terminal else None,
        )
    for row in rows:
        table.add_row(*(Text(str(cell)) for cell in row))
    console.print(table)

"""Drafts that a person accepts, edits or drops: one row of a file at a time. Asks nobody itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from loomwork.evals.data.lineage import confirmed, is_draft
from loomwork.evals.data.reading import Placed, read_rows
from loomwork.evals.data.writing import lines_of, write_lines

Decision = Literal["accept", "drop"]


class Drafts(NamedTuple):
    """How far a file is."""

    rows: int
    drafts: int


def drafts_of(path: Path) -> list[Placed]:
    """Return the rows of a file that wait for a person. Raises as `read_rows`."""
    return [each for each in read_rows(path) if is_draft(each.row)]


def count_drafts(path: Path) -> Drafts:
    """Count rows and drafts. Raises as `read_rows`."""
    rows = drafts = 0
    for each in read_rows(path):
        rows += 1
        drafts += is_draft(each.row)
    return Drafts(rows, drafts)


def confirm_row(row: Mapping[str, Any], changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return a draft as a row that counts, with what the person changed. Its lineage stays.

    >>> confirm_row({"q": "a", "_status": "draft"}, {"q": "b"})
    {'q': 'b'}
    """
    return confirmed({**row, **(changes or {})})


def settle(path: Path, decisions: Mapping[int, Decision | Mapping[str, Any]]) -> Drafts:
    """Carry out decisions on drafts by their line: accept, drop, or accept with changes. The file is written whole.

    Returns:
        How far the file is then.

    Raises:
        DataMissing, BadRow, DataUnwritable: Nothing was changed.
    """
    left: list[dict[str, Any]] = list(_settled(path, decisions))
    write_lines(path, lines_of(left), existing="replace")
    return Drafts(len(left), sum(map(is_draft, left)))


def _settled(path: Path, decisions: Mapping[int, Decision | Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    for line, row in read_rows(path):
        decision = decisions.get(line) if is_draft(row) else None
        if decision is None:
            yield row
        elif decision != "drop":
            yield confirm_row(row, decision if isinstance(decision, Mapping) else None)

"""Rows as the API tells them. Knows the wire and no file."""

from __future__ import annotations

from typing import Any

import msgspec

from loomwork.evals.data.lineage import ORIGIN
from loomwork.evals.data.reading import problem_of as row_problem
from loomwork.evals.data.reading import values_of
from loomwork.studio.problems import problem_of
from loomwork.studio.rows.index import Found
from loomwork.studio.wire.datasets import DatasetRow, RowOrigin

SHOWN = 8 << 10
"""Bytes of a row that a page shows."""


def told(found: Found, *, name: str, most: int = SHOWN) -> DatasetRow:
    """Return a row as the API tells it."""
    line = found.line
    text = line.data.rstrip(b"\r\n")
    problem = row_problem(line, name)
    shown = text[:most].decode("utf-8", "replace" if len(text) <= most else "ignore")
    return DatasetRow(
        line=line.number,
        index=found.place,
        text=shown,
        size=line.size,
        more=len(text) > most or not line.is_whole,
        problem=None if problem is None else problem_of(problem),
        origin=None if problem is not None else _origin(values_of(line)),
    )


def _origin(values: dict[str, Any] | None) -> RowOrigin | None:
    """Return where a row says it came from; None where it says nothing that we understand."""
    said = (values or {}).get(ORIGIN)
    if not isinstance(said, dict):
        return None
    try:
        return msgspec.convert(said, RowOrigin)
    except msgspec.ValidationError:
        return None

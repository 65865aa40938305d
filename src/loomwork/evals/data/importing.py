"""Rows of any file as rows of a dataset, each with where it came from. Writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from loomwork.evals.data.formats import Options, read_any
from loomwork.evals.data.lineage import ORIGIN, Origin, with_origin


def import_rows(path: Path, *, label: str = "", options: Options | None = None) -> Iterator[dict[str, Any]]:
    """Yield the rows of a file with their lineage; one that a row has already stays. Raises as `read_any`.

    Args:
        path: The file.
        label: What the lineage calls it; the default is its name.
        options: What is known about it.
    """
    for line, row in read_any(path, options):
        yield row if ORIGIN in row else with_origin(row, Origin(file=label or path.name, line=line))

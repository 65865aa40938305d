"""What rows can be read from: a file an ending. Knows nothing of projects."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from loomwork.evals.data.formats.options import Options
from loomwork.evals.data.formats.parquet import read_parquet
from loomwork.evals.data.formats.tables import read_table
from loomwork.evals.data.reading import PACKED, Placed, read_rows
from loomwork.kernel.errors.evals_data import DataMissing, UnknownFormat


def _jsonl(path: Path, options: Options) -> Iterator[Placed]:
    del options
    return read_rows(path)


READERS: dict[str, Callable[[Path, Options], Iterator[Placed]]] = {
    ".jsonl": _jsonl,
    ".ndjson": _jsonl,
    ".csv": read_table,
    ".tsv": read_table,
    ".txt": read_table,
    ".parquet": read_parquet,
}


def ending_of(path: Path) -> str:
    """Return the ending that says what is in a file, what it is compressed with aside.

    >>> ending_of(Path("a.csv.gz"))
    '.csv'
    """
    name = path.name.lower()
    for packed in PACKED:
        name = name.removesuffix(packed)
    return Path(name).suffix


def read_any(path: Path, options: Options | None = None) -> Iterator[Placed]:
    """Yield the rows of a file, whatever it is, each with its line (of a Parquet file: its row, from 1).

    Raises:
        UnknownFormat: Its ending says nothing.
        DataMissing: It is not there.
        DataUnread, BadRow: It cannot be read, with the line where there is one.
    """
    reader = READERS.get(ending_of(path))
    if reader is None:
        raise UnknownFormat(path=path, known=", ".join(READERS))
    if not path.is_file():
        raise DataMissing(path=path)
    return reader(path, options or Options())


__all__ = ["READERS", "Options", "ending_of", "read_any"]

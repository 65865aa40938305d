"""Rows of a JSONL file, each with its line. Knows no step and no other format."""

from __future__ import annotations

import gzip
import lzma
import zlib
from codecs import BOM_UTF8
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple, cast

import msgspec

from loomwork.evals.data.lines import LONGEST, Line, lines
from loomwork.kernel.canonical import Digest, combine
from loomwork.kernel.errors.evals_data import DataDamaged, DataMissing, RowTooLarge
from loomwork.kernel.errors.flow import BadRow, RowNotJson, RowNotObject, RowNotUtf8

PACKED = (".gz", ".xz")
DAMAGED = (EOFError, lzma.LZMAError, gzip.BadGzipFile, zlib.error)
"""What a damaged archive raises."""
_PIECE = 1 << 20


class Placed(NamedTuple):
    """A row and its line, from 1."""

    line: int
    row: dict[str, Any]


def opened(path: Path) -> IO[bytes]:
    """Open a file for reading its rows: compressed (.gz, .xz) or plain. Raises `OSError`."""
    match path.suffix:
        case ".gz":
            return cast("IO[bytes]", gzip.open(path, "rb"))
        case ".xz":
            return cast("IO[bytes]", lzma.open(path, "rb"))
        case _:
            return path.open("rb")


def each_row(path: Path) -> Iterator[Placed | BadRow]:
    """Yield the rows in order, and in the place of a bad one what is wrong with it.

    Raises:
        DataMissing: There is no such file.
        DataDamaged: It cannot be unpacked.
    """
    try:
        with opened(path) as file:
            for line in lines(file):
                if not line.is_blank:
                    yield placed(line, path.name)
    except FileNotFoundError:
        raise DataMissing(path=path) from None
    except DAMAGED as error:
        raise DataDamaged(path=path, detail=str(error)) from None


def rows_in(pieces: Iterable[bytes], name: str) -> Iterator[Placed | BadRow]:
    """Yield the rows of lines that are at hand, and in the place of a bad one what is wrong with it."""
    start = 0
    for number, data in enumerate(pieces, start=1):
        line = Line(number, start, len(data), data.removeprefix(BOM_UTF8) if number == 1 else data)
        start += len(data)
        if not line.is_blank:
            yield placed(line, name)


def good(rows: Iterable[Placed | BadRow]) -> Iterator[Placed]:
    """Yield rows that are all as they should be. Raises `BadRow` for the first one that is not."""
    for each in rows:
        if isinstance(each, BadRow):
            raise each
        yield each


def read_rows(path: Path) -> Iterator[Placed]:
    """Yield the rows in order. Raises `BadRow` with the line of the first bad one, and as `each_row`."""
    return good(each_row(path))


def placed(line: Line, name: str) -> Placed | BadRow:
    """Return the row on a line, or why it is none."""
    bad = problem_of(line, name)
    if bad is not None:
        return bad
    values = values_of(line)
    return RowTooLarge(file=name, line=line.number, limit=LONGEST) if values is None else Placed(line.number, values)


def problem_of(line: Line, name: str) -> BadRow | None:
    """Return why a line is no row, as a run would say it. A line too long to be held is not looked at."""
    if not line.is_whole:
        return None
    at: dict[str, object] = {"file": name, "line": line.number}
    try:
        value = msgspec.json.decode(line.data)
    except msgspec.DecodeError as error:
        return RowNotJson(detail=str(error), **at)
    except UnicodeDecodeError:
        return RowNotUtf8(**at)
    except RecursionError:
        return RowNotJson(detail="it is nested too deeply", **at)
    return None if isinstance(value, dict) else RowNotObject(**at)


def values_of(line: Line) -> dict[str, Any] | None:
    """Return a row's values; None for a bad one."""
    if not line.is_whole:
        return None
    try:
        value = msgspec.json.decode(line.data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return cast("dict[str, Any]", value) if isinstance(value, dict) else None


def version_of(path: Path) -> Digest:
    """Return the name of a file's content: that by which runs know what they were made over."""
    try:
        with path.open("rb") as file:
            return combine("dataset", *iter(lambda: file.read(_PIECE), b""))
    except FileNotFoundError:
        raise DataMissing(path=path) from None

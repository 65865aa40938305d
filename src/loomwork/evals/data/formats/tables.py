"""Rows of CSV and its relatives: delimiter recognised, header needed, values text unless types are asked for.

A column becomes numbers or truth values only where every one of its values is one as it is written: `007` stays text.
So the file is read twice then.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from loomwork.evals.data.formats.encodings import encoding_of
from loomwork.evals.data.formats.options import Options
from loomwork.evals.data.reading import DAMAGED, Placed, opened
from loomwork.kernel.errors.evals_data import (
    DataDamaged,
    EmptyFile,
    EmptyName,
    NameTwice,
    NoHeader,
    NumberForName,
    RowUneven,
    TableUnread,
    UnknownEncoding,
)

DELIMITERS = (",", "\t", ";", "|")
_LOOKED_AT = 50
_LONGEST = 16 << 20
"""Characters of a field."""
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,17})")
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?")
_NUMBER = re.compile(r"-?[\d.,]+")
_TRUTH = {"true": True, "false": False}
_Convert = Callable[[str], Any]


def read_table(path: Path, options: Options) -> Iterator[Placed]:
    """Yield the rows of a table in text, each with the line where it begins.

    Raises:
        UnknownEncoding, NoHeader, TableUnread, DataDamaged: The file cannot be read.
        RowUneven: A row has other columns than the header.
    """
    csv.field_size_limit(max(csv.field_size_limit(), _LONGEST))
    try:
        encoding = options.encoding or encoding_of(path)
        delimiter = options.delimiter or _delimiter(path, encoding)
        names = _header(path, _records(path, encoding, delimiter))
        converts = _converts(path, encoding, delimiter, names) if options.types == "guess" else {}
        for line, fields in islice(_records(path, encoding, delimiter), 1, None):
            if len(fields) != len(names):
                raise RowUneven(file=path.name, line=line, found=len(fields), wanted=len(names))
            yield Placed(line, {name: _as(converts, name, text) for name, text in zip(names, fields, strict=True)})
    except (UnicodeDecodeError, LookupError):
        raise UnknownEncoding(path=path) from None
    except DAMAGED as error:
        raise DataDamaged(path=path, detail=str(error)) from None


def _records(path: Path, encoding: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the records that hold something, each with the line where it begins."""
    with opened(path) as raw, io.TextIOWrapper(raw, encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter, strict=True)
        while True:
            begins = reader.line_num + 1
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise TableUnread(path=path, line=begins, detail=str(error)) from None
            if fields:
                yield begins, fields


def _delimiter(path: Path, encoding: str) -> str:
    """Return what divides the first records most evenly into most columns."""
    best, found = (0.0, 0), DELIMITERS[0]
    for each in DELIMITERS:
        try:
            widths = Counter(len(fields) for _, fields in islice(_records(path, encoding, each), _LOOKED_AT))
        except TableUnread:
            continue
        if widths:
            width, rows = max(widths.items(), key=lambda pair: (pair[1], pair[0]))
            even = (rows / widths.total(), width) if width > 1 else (0.0, 1)
            if even > best:
                best, found = even, each
    return found


def _header(path: Path, records: Iterator[tuple[int, list[str]]]) -> list[str]:
    first = next(records, None)
    if first is None:
        raise NoHeader(path=path, detail=EmptyFile())
    names = [name.strip() for name in first[1]]
    for place, name in enumerate(names, start=1):
        if not name:
            raise NoHeader(path=path, detail=EmptyName(place=place))
        if _NUMBER.fullmatch(name):
            raise NoHeader(path=path, detail=NumberForName(name=name))
        if names.index(name) != place - 1:
            raise NoHeader(path=path, detail=NameTwice(name=name))
    return names


def _converts(path: Path, encoding: str, delimiter: str, names: Sequence[str]) -> dict[str, _Convert]:
    """Return for each column that is not text what makes its values."""
    left: dict[str, list[_Convert]] = {name: [_whole, _decimal, _truth] for name in names}
    seen: set[str] = set()
    for _, fields in islice(_records(path, encoding, delimiter), 1, None):
        for name, text in zip(names, fields, strict=False):
            if text and left[name]:
                seen.add(name)
                left[name] = [convert for convert in left[name] if convert(text) is not None]
    return {name: converts[0] for name, converts in left.items() if converts and name in seen}


def _as(converts: dict[str, _Convert], name: str, text: str) -> Any:
    convert = converts.get(name)
    return text if convert is None else convert(text) if text else None


def _whole(text: str) -> int | None:
    return int(text) if _WHOLE.fullmatch(text) else None


def _decimal(text: str) -> float | None:
    return float(text) if _DECIMAL.fullmatch(text) else None


def _truth(text: str) -> bool | None:
    return _TRUTH.get(text.lower())

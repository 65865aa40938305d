"""Where the rows of a file stand, found in one reading: a mark every so many rows. Knows no endpoint.

A row is a line on which something stands, as runs count items. What is kept of a file of ten million rows is about two
megabytes; a page is read from the nearest mark.
"""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NamedTuple

from loomwork.evals.data.lines import PIECE, Line, lines
from loomwork.evals.data.reading import opened, values_of
from loomwork.kernel.canonical import Digest
from loomwork.studio.files import Stamp, now_ns, shortened, stamp_of_open

EVERY = 64
"""Rows between two marks."""
KEYS_OF = 1000
MOST_KEYS = 200
MOST_NOTED = 100_000
"""Bad rows, or rows that match, whose places are kept."""
_TYPES: dict[type[object], str] = {
    str: "text",
    int: "number",
    float: "number",
    bool: "truth",
    list: "list",
    dict: "object",
    type(None): "null",
}
_TRIES = 3


class Key(NamedTuple):
    """A key of the first rows."""

    name: str
    rows: int
    types: tuple[str, ...]


class Found(NamedTuple):
    """A row: its place among the rows, and its line."""

    place: int
    line: Line


class RowIndex:
    """What one reading of a file found."""

    def __init__(self, stamp: Stamp, read_ns: int) -> None:
        self.stamp = stamp
        self.trusted = not stamp.is_racy(read_ns)
        """Whether the same stamp later means the same content."""
        self.digest = Digest("")
        self.dataset = Digest("")
        """As runs name the content that they were made over."""
        self.total = 0
        self.bad = 0
        self.keys: tuple[Key, ...] = ()
        self.bad_rows = array("Q")
        self.starts = array("Q")
        self.numbers = array("Q")

    def rows(self, file: IO[bytes], index: int) -> Iterator[Found]:
        """Yield the rows from a place on."""
        if index >= self.total:
            return
        mark = index // EVERY
        at = mark * EVERY
        for line in lines(file, start=self.starts[mark], number=self.numbers[mark]):
            if line.is_blank:
                continue
            if at >= index:
                yield Found(at, line)
            at += 1

    def row_at(self, file: IO[bytes], number: int) -> Found | None:
        """Return the row on a line; None where nothing stands there."""
        low, high = 0, len(self.numbers)
        while low < high:
            middle = (low + high) // 2
            low, high = (middle + 1, high) if self.numbers[middle] <= number else (low, middle)
        if not low or number < 1:
            return None
        for found in self.rows(file, (low - 1) * EVERY):
            if found.line.number >= number:
                return found if found.line.number == number else None
        return None


def read_index(path: Path) -> RowIndex:
    """Read a file through. Raises `OSError`, and what a damaged archive raises."""
    tries = 0
    while True:
        tries += 1
        with path.open("rb") as file, opened(path) as rows:
            made = _read(file, rows)
            if stamp_of_open(file) == made.stamp or tries == _TRIES:  # somebody writes to it all the time
                return made


def _read(file: IO[bytes], rows: IO[bytes]) -> RowIndex:
    made = RowIndex(stamp_of_open(file), now_ns())
    made.digest, made.dataset = _digests(file)
    counts: Counter[str] = Counter()
    kinds: dict[str, set[str]] = {}
    for line in lines(rows):
        if line.is_blank:
            continue
        if made.total % EVERY == 0:
            made.starts.append(line.start)
            made.numbers.append(line.number)
        values = values_of(line)
        if values is None and line.is_whole:
            made.bad += 1
            if len(made.bad_rows) < MOST_NOTED:
                made.bad_rows.append(made.total)
        elif values is not None and made.total < KEYS_OF:
            _count(values, counts, kinds)
        made.total += 1
    made.keys = tuple(Key(name, count, tuple(sorted(kinds[name]))) for name, count in counts.items())
    return made


def _count(values: dict[str, Any], counts: Counter[str], kinds: dict[str, set[str]]) -> None:
    for name, value in values.items():
        if name in counts or len(counts) < MOST_KEYS:
            counts[name] += 1
            kinds.setdefault(name, set()).add(_type_of(value))


def _type_of(value: object) -> str:
    return _TYPES.get(type(value), "number")


def _digests(file: IO[bytes]) -> tuple[Digest, Digest]:
    """Return the hash of the content, and that by which runs know it (`Dataset.digest`)."""
    plain = hashlib.sha256()
    as_run = hashlib.sha256(b"7sdataset")
    while piece := file.read(PIECE):
        plain.update(piece)
        as_run.update(b"%db" % len(piece))
        as_run.update(piece)
    return shortened(plain.hexdigest()), shortened(as_run.hexdigest())

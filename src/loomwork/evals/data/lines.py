"""The lines of a file, one piece in memory at a time, however long. Knows nothing of rows or JSON."""

from __future__ import annotations

from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import IO, NamedTuple

PIECE = 1 << 20
LONGEST = 16 << 20
"""Bytes of a line that are held; of a longer one only its beginning is."""


class Line(NamedTuple):
    """One line: where it begins, and what stands on it, its end included."""

    number: int
    """From 1."""
    start: int
    size: int
    data: bytes
    """At most `LONGEST` bytes, without the mark that some programs put before UTF-8."""

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands on it."""
        return not self.data.strip()

    @property
    def is_whole(self) -> bool:
        """Whether all of it is here."""
        return self.size <= LONGEST


def lines(file: IO[bytes], *, start: int = 0, number: int = 1) -> Iterator[Line]:
    """Yield the lines of an open file from one on, whose place and number are given."""
    file.seek(start)
    while data := file.readline(LONGEST + 1):
        size = len(data)
        while not data.endswith(b"\n") and (more := file.readline(PIECE)):
            size += len(more)
            if more.endswith(b"\n"):
                break
        kept = data[:LONGEST]
        yield Line(number, start, size, kept.removeprefix(BOM_UTF8) if start == 0 else kept)
        start += size
        number += 1

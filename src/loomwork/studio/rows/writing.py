"""What is written into a file of rows: every line that is not touched stays byte for byte. Knows no endpoint."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import IO

from loomwork.evals.data.lines import Line
from loomwork.studio.files import copied
from loomwork.studio.rows.index import RowIndex


def with_row(file: IO[bytes], index: RowIndex, line: Line, row: bytes) -> Iterator[bytes]:
    """Yield the file with one row in the place of another."""
    size = index.stamp.size
    yield from copied(file, 0, line.start + _mark(file, line))
    yield row
    yield _end(file, line)
    yield from copied(file, line.start + line.size, size)


def without_row(file: IO[bytes], index: RowIndex, line: Line) -> Iterator[bytes]:
    """Yield the file without one row."""
    yield from copied(file, 0, line.start)
    yield from copied(file, line.start + line.size, index.stamp.size)


def with_more(file: IO[bytes], size: int, rows: Sequence[bytes]) -> Iterator[bytes]:
    """Yield the file with rows behind its last one."""
    yield from copied(file, 0, size)
    end = b"\n"
    if size:
        file.seek(max(0, size - 2))
        last = file.read(2)
        end = b"\r\n" if last == b"\r\n" else b"\n"
        if not last.endswith(b"\n"):
            yield b"\n"
    for row in rows:
        yield row + end


def _mark(file: IO[bytes], line: Line) -> int:
    """Return the size of the mark before UTF-8, where the line is the first and has one."""
    if line.start:
        return 0
    file.seek(0)
    return 3 if file.read(3) == b"\xef\xbb\xbf" else 0


def _end(file: IO[bytes], line: Line) -> bytes:
    file.seek(line.start + max(0, line.size - 2))
    last = file.read(min(2, line.size))
    return b"\r\n" if last == b"\r\n" else b"\n" if last.endswith(b"\n") else b""

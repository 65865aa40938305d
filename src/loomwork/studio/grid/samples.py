"""What the rows of a run's dataset hold, for items of which the store knows nothing yet. Reads the file once.

A file that is another than the run's (by its digest), very large or gone tells nothing.
"""

from __future__ import annotations

import gzip
import lzma
from collections.abc import Iterable, Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path
from typing import IO, cast

import msgspec

from loomwork.flow.preview import preview
from loomwork.kernel.canonical import combine
from loomwork.store.rows import RunRow
from loomwork.studio.grid.heads import meta_of

_MOST = 5_000
"""Rows that are read: what nobody has run yet is looked at from the top."""
_LARGEST = 64 << 20
_PIECE = 1 << 20
_BOM = b"\xef\xbb\xbf"


class Samples:
    """The beginnings of a dataset's rows."""

    def __init__(self, folder: Path, run: RunRow) -> None:
        self._path = folder / str(meta_of(run).get("data", ""))
        self._digest = run.dataset
        self._read: list[str] | None = None

    def __getitem__(self, index: int) -> str:
        """Return what a row begins with; empty where it is not known."""
        if self._read is None:
            self._read = self._all()
        return self._read[index] if 0 <= index < len(self._read) else ""

    def _all(self) -> list[str]:
        try:
            if not self._digest or self._path.stat().st_size > _LARGEST or self._is_other():
                return []
            with closing(_opened(self._path)) as file:
                return [_shown(line) for line in islice(_lines(file), _MOST)]
        except (OSError, EOFError, lzma.LZMAError):
            return []

    def _is_other(self) -> bool:
        with self._path.open("rb") as file:
            return combine("dataset", *iter(lambda: file.read(_PIECE), b"")) != self._digest


def _opened(path: Path) -> IO[bytes]:
    match path.suffix:
        case ".gz":
            return cast("IO[bytes]", gzip.open(path, "rb"))
        case ".xz":
            return cast("IO[bytes]", lzma.open(path, "rb"))
        case _:
            return path.open("rb")


def _lines(file: Iterable[bytes]) -> Iterator[bytes]:
    for line in file:
        text = line.removeprefix(_BOM).strip()
        if text:
            yield text


def _shown(line: bytes) -> str:
    try:
        return preview(msgspec.json.decode(line)).encode("utf-8", "replace").decode()
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""

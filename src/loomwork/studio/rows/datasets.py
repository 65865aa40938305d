"""The project's datasets, read and changed: indexes that are kept, pages, searches, writes. Knows no run."""

from __future__ import annotations

import os
import threading
from array import array
from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import IO, NamedTuple

from loomwork.evals.data.lines import Line
from loomwork.evals.data.reading import DAMAGED
from loomwork.evals.data.reading import opened as opened_rows
from loomwork.evals.data.writing import SUFFIX
from loomwork.kernel.canonical import Digest
from loomwork.kernel.errors.studio import ChangedMeanwhile
from loomwork.kernel.errors.studio_data import (
    DatasetDamaged,
    DatasetPacked,
    DatasetThere,
    NoSuchDataset,
    NoSuchLine,
    NotADataset,
)
from loomwork.studio import files
from loomwork.studio.rows.index import MOST_NOTED, Found, RowIndex, read_index
from loomwork.studio.rows.search import Search
from loomwork.studio.rows.writing import with_more, with_row, without_row
from loomwork.studio.studio import Studio

PACKED = (".jsonl.gz", ".jsonl.xz")
"""Read, as runs read them, but not written."""
_KEPT = 8
_KEPT_SEARCHES = 4


@dataclass(frozen=True, slots=True)
class Opened:
    """A dataset, open for reading, with the index of just this content."""

    path: Path
    label: str
    file: IO[bytes]
    index: RowIndex


class Page(NamedTuple):
    """Some rows, and how many there are."""

    rows: list[Found]
    matching: int


class Datasets:
    """The datasets of one project. A part of the studio; safe to share between threads."""

    def __init__(self, studio: Studio) -> None:
        self._folder = studio.folder
        self._writes = studio.part(files.Writes)
        self._lock = threading.Lock()
        self._indexes: OrderedDict[Path, RowIndex] = OrderedDict()
        self._searches: OrderedDict[tuple[Path, Digest, str], array[int]] = OrderedDict()

    def path_of(self, given: str) -> Path:
        """Return where a dataset is. Raises `OutsideProject`, `NotADataset`."""
        if not given.endswith((SUFFIX, *PACKED)):
            raise NotADataset(path=given)
        return files.inside(self._folder, given)

    @contextmanager
    def opened(self, given: str) -> Generator[Opened]:
        """Open a dataset for reading. Raises `NoSuchDataset`."""
        path = self.path_of(given)
        try:
            for last in (False, False, True):
                index = self._index(path)
                with opened_rows(path) as file:
                    if last or files.stamp_of_open(file) == index.stamp:  # else somebody has just written
                        yield Opened(path, given, file, index)
                        return
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError):
            raise NoSuchDataset(path=given) from None
        except DAMAGED as error:
            raise DatasetDamaged(path=given, detail=str(error)) from None

    def page(self, data: Opened, *, offset: int, limit: int, q: str = "", only_bad: bool = False) -> Page:
        """Return some rows of those that match."""
        index = data.index
        if not q and not only_bad:
            return Page(list(islice(index.rows(data.file, offset), limit)), index.total)
        matching = self._matching(data, q.casefold()) if q else index.bad_rows
        if q and only_bad:
            bad = set(index.bad_rows)
            matching = array("Q", [place for place in matching if place in bad])
        rows = [next(iter(index.rows(data.file, place))) for place in matching[offset : offset + limit]]
        return Page(rows, len(matching))

    def put(self, given: str, number: int, row: bytes, *, digest: str) -> RowIndex:
        """Write one row anew. Raises `NoSuchLine`, `ChangedMeanwhile`."""
        return self._change(given, digest, number, lambda data, line: with_row(data.file, data.index, line, row))

    def remove(self, given: str, number: int, *, digest: str) -> RowIndex:
        """Take one row out. Raises `NoSuchLine`, `ChangedMeanwhile`."""
        return self._change(given, digest, number, lambda data, line: without_row(data.file, data.index, line))

    def add(self, given: str, rows: Sequence[bytes], *, digest: str = "") -> RowIndex:
        """Write rows at the end. Raises `ChangedMeanwhile` where a digest is given and is not the file's."""
        self._to_write(given)
        with self._writes.lock, self.opened(given) as data:
            self._check(data, digest or data.index.digest)
            self._replace(data, with_more(data.file, data.index.stamp.size, rows))
        return self._index(self.path_of(given))

    def create(self, given: str, lines: Iterable[bytes]) -> RowIndex:
        """Make a new file. Raises `DatasetThere`."""
        path = self._to_write(given)
        if os.path.lexists(path):
            raise DatasetThere(path=given)
        files.create(path, lines, label=given)
        return self._index(path)

    def _to_write(self, given: str) -> Path:
        if given.endswith(PACKED):
            raise DatasetPacked(path=given)
        return self.path_of(given)

    def _change(
        self, given: str, digest: str, number: int, changed: Callable[[Opened, Line], Iterable[bytes]]
    ) -> RowIndex:
        self._to_write(given)
        with self._writes.lock, self.opened(given) as data:
            self._check(data, digest)
            found = data.index.row_at(data.file, number)
            if found is None:
                raise NoSuchLine(path=given, line=number)
            self._replace(data, changed(data, found.line))
        return self._index(self.path_of(given))

    def _check(self, data: Opened, digest: str) -> None:
        if digest != data.index.digest:
            raise ChangedMeanwhile(path=data.label)

    def _replace(self, data: Opened, pieces: Iterable[bytes]) -> None:
        files.replace(data.path, pieces, seen=data.index.digest, stamp=data.index.stamp, label=data.label)

    def _index(self, path: Path) -> RowIndex:
        stamp = files.stamp_of(path)
        with self._lock:
            known = self._indexes.get(path)
        if known is not None and known.trusted and known.stamp == stamp:
            return known
        if not path.is_file():
            raise FileNotFoundError(path)
        made = read_index(path)
        with self._lock:
            self._indexes[path] = made
            self._indexes.move_to_end(path)
            while len(self._indexes) > _KEPT:
                self._indexes.popitem(last=False)
        return made

    def _matching(self, data: Opened, q: str) -> array[int]:
        key = (data.path, data.index.digest, q)
        with self._lock:
            known = self._searches.get(key)
        if known is not None:
            return known
        search = Search(q)
        matching = (found.place for found in data.index.rows(data.file, 0) if search.holds(found.line))
        made = array("Q", islice(matching, MOST_NOTED))
        with self._lock:
            self._searches[key] = made
            while len(self._searches) > _KEPT_SEARCHES:
                self._searches.popitem(last=False)
        return made

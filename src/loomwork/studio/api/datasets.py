"""Datasets: JSONL files of the project, shown in pages and changed a row at a time. Runs no code of the project."""

from __future__ import annotations

import contextlib
import math
import os
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from itertools import islice

import msgspec

from loomwork.evals.data.lineage import ORIGIN
from loomwork.evals.data.reading import values_of
from loomwork.evals.data.splitting import part_of
from loomwork.evals.data.writing import SUFFIX
from loomwork.kernel.errors.studio import ChangedMeanwhile
from loomwork.kernel.errors.studio_data import DatasetThere, NoSuchLine, RowTooLong, SplitUnfit
from loomwork.prompts.git import commits
from loomwork.store.rows import RunRow
from loomwork.studio import files
from loomwork.studio.endpoints import Endpoint, Nothing
from loomwork.studio.rows.checks import check
from loomwork.studio.rows.datasets import PACKED, Datasets, Opened
from loomwork.studio.rows.index import Found, RowIndex
from loomwork.studio.rows.made import made
from loomwork.studio.rows.told import told
from loomwork.studio.studio import Studio
from loomwork.studio.wire.datasets import (
    AddRows,
    AskCheck,
    AskDataset,
    AskFile,
    AskRemoval,
    AskRow,
    CreateDataset,
    Dataset,
    DatasetCheck,
    DatasetHead,
    DatasetHistory,
    DatasetKey,
    DatasetList,
    DatasetRow,
    DatasetRun,
    DatasetSplit,
    DatasetVersion,
    DatasetWritten,
    NewRow,
    PutRow,
    SplitDataset,
)

_LARGEST = 4 << 20
"""Bytes of a body that holds rows, and of a row that is shown whole."""
_MOST_FILES = 2000
_MOST_ROWS = 500
_MOST_RUNS = 500
_MOST_PARTS = 10


def list_datasets(studio: Studio, asked: Nothing) -> DatasetList:
    """Return the files, without reading them."""
    del asked
    found = files.listed(studio.folder, (SUFFIX, *PACKED), most=_MOST_FILES)
    heads: list[DatasetHead] = []
    for path in found.paths:
        with contextlib.suppress(OSError):  # removed meanwhile
            stat = path.stat()
            label = path.relative_to(studio.folder).as_posix()
            heads.append(
                DatasetHead(
                    path=label,
                    size=stat.st_size,
                    changed_ms=stat.st_mtime_ns / 1e6,
                    is_packed=label.endswith(PACKED),
                )
            )
    return DatasetList(datasets=tuple(heads), total=len(heads), more=found.more)


def get_dataset(studio: Studio, asked: AskDataset) -> Dataset:
    """Return a page of rows."""
    datasets = studio.part(Datasets)
    limit = max(0, min(asked.limit, _MOST_ROWS))
    offset = max(0, asked.offset)
    with datasets.opened(asked.path) as data:
        page = datasets.page(data, offset=offset, limit=limit, q=asked.q, only_bad=asked.only == "bad")
        rows = tuple([told(found, name=data.path.name) for found in page.rows])
        index = data.index
    return Dataset(
        path=asked.path,
        digest=index.digest,
        is_packed=asked.path.endswith(PACKED),
        size=index.stamp.size,
        changed_ms=index.stamp.changed_ns / 1e6,
        total=index.total,
        bad=index.bad,
        matching=page.matching,
        offset=offset,
        keys=tuple(DatasetKey(name=key.name, rows=key.rows, types=key.types) for key in index.keys),
        rows=rows,
    )


def get_dataset_row(studio: Studio, asked: AskRow) -> DatasetRow:
    """Return one row, whole."""
    with studio.part(Datasets).opened(asked.path) as data:
        found = data.index.row_at(data.file, asked.line)
        if found is None:
            raise NoSuchLine(path=asked.path, line=asked.line)
        if found.line.size > _LARGEST:
            raise RowTooLong(line=asked.line, size=found.line.size, limit=_LARGEST)
        return told(found, name=data.path.name, most=_LARGEST)


def create_dataset(studio: Studio, asked: Nothing, body: CreateDataset) -> DatasetWritten:
    """Make a file of rows."""
    del asked
    lines = made(body.rows, studio.store, at_ms=time.time() * 1000)
    index = studio.part(Datasets).create(body.path, (line + b"\n" for line in lines))
    return _written(body.path, index, tuple(range(1, len(lines) + 1)))


def add_rows(studio: Studio, asked: AskFile, body: AddRows) -> DatasetWritten:
    """Write rows at the end."""
    datasets = studio.part(Datasets)
    lines = made(body.rows, studio.store, at_ms=time.time() * 1000)
    index = datasets.add(asked.path, lines, digest=body.digest)
    with datasets.opened(asked.path) as data:
        first = max(0, index.total - len(lines))
        last = islice(data.index.rows(data.file, first), len(lines))
        return _written(asked.path, index, tuple([found.line.number for found in last]))


def put_row(studio: Studio, asked: AskFile, body: PutRow) -> DatasetWritten:
    """Write one row anew."""
    line = made((NewRow(text=body.text),), studio.store, at_ms=0)[0]
    index = studio.part(Datasets).put(asked.path, body.line, line, digest=body.digest)
    return _written(asked.path, index, (body.line,))


def remove_row(studio: Studio, asked: AskRemoval) -> DatasetWritten:
    """Take one row out."""
    index = studio.part(Datasets).remove(asked.path, asked.line, digest=asked.digest)
    return _written(asked.path, index, ())


def get_dataset_history(studio: Studio, asked: AskFile) -> DatasetHistory:
    """Return commits of the file, and runs over it."""
    with studio.part(Datasets).opened(asked.path) as data:
        path, index = data.path, data.index
    runs = [
        DatasetRun(
            run=run.id,
            target=run.target,
            started_ms=run.started_ns / 1e6,
            status=run.status,
            now=run.dataset == index.dataset,
        )
        for run in studio.store.runs.list(limit=_MOST_RUNS)
        if run.dataset == index.dataset or _is_over(run, asked.path, studio)
    ]
    listed = [
        DatasetVersion(revision=each.revision, at_ms=each.time_ns / 1e6, author=each.author, subject=each.subject)
        for each in commits(path)
    ]
    return DatasetHistory(path=asked.path, digest=index.digest, commits=tuple(listed), runs=tuple(runs))


def check_dataset(studio: Studio, asked: AskCheck) -> DatasetCheck:
    """Look for rows that repeat each other."""
    keys = [name for name in asked.keys.split(",") if name]
    threshold = min(1.0, max(0.3, asked.threshold))
    datasets = studio.part(Datasets)
    with datasets.opened(asked.path) as data:
        if not asked.against:
            return check(data, None, keys, threshold)
        with datasets.opened(asked.against) as other:
            return check(data, other, keys, threshold)


def split_dataset(studio: Studio, asked: Nothing, body: SplitDataset) -> DatasetSplit:
    """Write each row into one of several new files."""
    del asked
    datasets = studio.part(Datasets)
    _check_parts(body)
    for part in body.parts:
        if os.path.lexists(datasets.path_of(part.path)):
            raise DatasetThere(path=part.path)
    with datasets.opened(body.path) as data:
        if data.index.digest != body.digest:
            raise ChangedMeanwhile(path=body.path)
        places, skipped = _places(data, body)
        with ExitStack() as undone:
            indexes: list[RowIndex] = []
            for number, part in enumerate(body.parts):
                lines = _of_part(data.index.rows(data.file, 0), places, number)
                indexes.append(datasets.create(part.path, lines))
                undone.callback(datasets.path_of(part.path).unlink, missing_ok=True)
            undone.pop_all()
    parts = [_written(part.path, index, ()) for part, index in zip(body.parts, indexes, strict=True)]
    return DatasetSplit(parts=tuple(parts), skipped=skipped)


def _check_parts(body: SplitDataset) -> None:
    paths = [part.path for part in body.parts]
    if not 1 < len(paths) <= _MOST_PARTS:
        raise SplitUnfit(detail=f"{len(paths)} parts")
    if len(set(paths)) < len(paths):
        raise SplitUnfit(detail="two parts have one name")
    if not all(math.isfinite(part.share) and part.share > 0 for part in body.parts):
        raise SplitUnfit(detail="a share is not positive")


def _places(data: Opened, body: SplitDataset) -> tuple[bytearray, int]:
    """Return the part of each row; 255 for a bad one."""
    shares = [part.share for part in body.parts]
    places = bytearray()
    for found in data.index.rows(data.file, 0):
        values = values_of(found.line)
        keys = body.keys or tuple(sorted(key for key in values or () if key != ORIGIN))
        places.append(_BAD if values is None else part_of(values, keys=keys, shares=shares, seed=body.seed))
    return places, places.count(_BAD)


_BAD = 255


def _of_part(rows: Iterator[Found], places: Sequence[int], number: int) -> Iterable[bytes]:
    for found, place in zip(rows, places, strict=False):
        if place == number:
            yield found.line.data.rstrip(b"\r\n") + b"\n"


def _is_over(run: RunRow, path: str, studio: Studio) -> bool:
    """Say whether a run was made over a file of this name."""
    try:
        said = msgspec.json.decode(run.meta, type=_Meta).data
    except (msgspec.DecodeError, msgspec.ValidationError):
        return False
    return bool(said) and os.path.normpath(studio.folder / said) == str(studio.folder / path)


class _Meta(msgspec.Struct):
    """What a run says of its data."""

    data: str = ""


def _written(path: str, index: RowIndex, lines: tuple[int, ...]) -> DatasetWritten:
    return DatasetWritten(path=path, digest=index.digest, total=index.total, lines=lines)


ENDPOINTS = (
    Endpoint(
        name="list_datasets",
        method="GET",
        path="/api/datasets",
        tells="The datasets of the project.",
        call=list_datasets,
        gives=DatasetList,
    ),
    Endpoint(
        name="create_dataset",
        method="POST",
        path="/api/datasets",
        tells="Make a dataset.",
        call=create_dataset,
        gives=DatasetWritten,
        body=CreateDataset,
        limit=_LARGEST,
    ),
    Endpoint(
        name="get_dataset",
        method="GET",
        path="/api/datasets/{path:path}",
        tells="A page of its rows.",
        call=get_dataset,
        gives=Dataset,
        asked=AskDataset,
    ),
    Endpoint(
        name="add_rows",
        method="POST",
        path="/api/datasets/{path:path}",
        tells="Add rows at its end.",
        call=add_rows,
        gives=DatasetWritten,
        asked=AskFile,
        body=AddRows,
        limit=_LARGEST,
    ),
    Endpoint(
        name="put_row",
        method="PUT",
        path="/api/datasets/{path:path}",
        tells="Write one row anew.",
        call=put_row,
        gives=DatasetWritten,
        asked=AskFile,
        body=PutRow,
        limit=_LARGEST,
    ),
    Endpoint(
        name="remove_row",
        method="DELETE",
        path="/api/datasets/{path:path}",
        tells="Remove one row.",
        call=remove_row,
        gives=DatasetWritten,
        asked=AskRemoval,
    ),
    Endpoint(
        name="get_dataset_row",
        method="GET",
        path="/api/dataset-rows/{path:path}",
        tells="One row, whole.",
        call=get_dataset_row,
        gives=DatasetRow,
        asked=AskRow,
    ),
    Endpoint(
        name="get_dataset_history",
        method="GET",
        path="/api/dataset-history/{path:path}",
        tells="Its commits, and the runs over it.",
        call=get_dataset_history,
        gives=DatasetHistory,
        asked=AskFile,
    ),
    Endpoint(
        name="check_dataset",
        method="GET",
        path="/api/dataset-checks/{path:path}",
        tells="Look for repeated rows, or for rows that another dataset has, too.",
        call=check_dataset,
        gives=DatasetCheck,
        asked=AskCheck,
    ),
    Endpoint(
        name="split_dataset",
        method="POST",
        path="/api/dataset-splits",
        tells="Divide it by the hash of each input.",
        call=split_dataset,
        gives=DatasetSplit,
        body=SplitDataset,
    ),
)

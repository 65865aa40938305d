"""Datasets: JSONL files of the project, shown in pages and changed a row at a time. Runs no code of the project."""

from __future__ import annotations

from loomwork.kernel.errors.studio import NoSuchPlace
from loomwork.studio.endpoints import Endpoint
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
    DatasetHistory,
    DatasetList,
    DatasetRow,
    DatasetSplit,
    DatasetWritten,
    PutRow,
    SplitDataset,
)

_LARGEST = 4 << 20
"""Bytes of a body that holds rows or inputs."""


def _soon(*_given: object) -> None:
    raise NoSuchPlace(path="here yet")


ENDPOINTS = (
    Endpoint(
        name="list_datasets",
        method="GET",
        path="/api/datasets",
        tells="The datasets of the project.",
        call=_soon,
        gives=DatasetList,
    ),
    Endpoint(
        name="create_dataset",
        method="POST",
        path="/api/datasets",
        tells="Make a dataset.",
        call=_soon,
        gives=DatasetWritten,
        body=CreateDataset,
        limit=_LARGEST,
    ),
    Endpoint(
        name="get_dataset",
        method="GET",
        path="/api/datasets/{path:path}",
        tells="A page of its rows.",
        call=_soon,
        gives=Dataset,
        asked=AskDataset,
    ),
    Endpoint(
        name="add_rows",
        method="POST",
        path="/api/datasets/{path:path}",
        tells="Add rows at its end.",
        call=_soon,
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
        call=_soon,
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
        call=_soon,
        gives=DatasetWritten,
        asked=AskRemoval,
    ),
    Endpoint(
        name="get_dataset_row",
        method="GET",
        path="/api/dataset-rows/{path:path}",
        tells="One row, whole.",
        call=_soon,
        gives=DatasetRow,
        asked=AskRow,
    ),
    Endpoint(
        name="get_dataset_history",
        method="GET",
        path="/api/dataset-history/{path:path}",
        tells="Its commits, and the runs over it.",
        call=_soon,
        gives=DatasetHistory,
        asked=AskFile,
    ),
    Endpoint(
        name="check_dataset",
        method="GET",
        path="/api/dataset-checks/{path:path}",
        tells="Look for repeated rows, or for rows that another dataset has, too.",
        call=_soon,
        gives=DatasetCheck,
        asked=AskCheck,
    ),
    Endpoint(
        name="split_dataset",
        method="POST",
        path="/api/dataset-splits",
        tells="Divide it by the hash of each input.",
        call=_soon,
        gives=DatasetSplit,
        body=SplitDataset,
    ),
)

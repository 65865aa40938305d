"""Rows of Parquet files, by the library pyarrow, which is not installed with loomwork. Knows no other format."""

from __future__ import annotations

import base64
import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any, cast

from loomwork.evals.data.formats.options import Options
from loomwork.evals.data.reading import Placed
from loomwork.kernel.errors.evals_data import ParquetMissing, ParquetUnread

_BATCH = 1_000


def read_parquet(path: Path, options: Options) -> Iterator[Placed]:
    """Yield the rows of a Parquet file, numbered from 1; types are the file's own. Raises `DataUnread`."""
    del options
    try:
        parquet: Any = import_module("pyarrow.parquet")
        arrow: Any = import_module("pyarrow")
    except ModuleNotFoundError:
        raise ParquetMissing(path=path) from None
    number = 0
    try:
        with parquet.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=_BATCH):
                for row in batch.to_pylist():
                    number += 1
                    yield Placed(number, cast("dict[str, Any]", _plain(row)))
    except (arrow.ArrowException, OSError) as error:
        raise ParquetUnread(path=path, detail=str(error).partition("\n")[0]) from None


def _plain(value: Any) -> Any:
    """Return a value as JSON has it: times as ISO 8601, exact decimals as text, bytes in base 64, no number as null."""
    match value:
        case dict():
            return {str(key): _plain(each) for key, each in cast("dict[Any, Any]", value).items()}
        case list() | tuple():
            return [_plain(each) for each in cast("list[Any]", value)]
        case datetime() | date() | time():
            return value.isoformat()
        case timedelta():
            return value.total_seconds()
        case Decimal():
            return str(value)
        case bytes():
            return base64.b64encode(value).decode()
        case float() if not math.isfinite(value):
            return None
        case None | str() | bool() | int() | float():
            return value
        case _:
            return str(value)

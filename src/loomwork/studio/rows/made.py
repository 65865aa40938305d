"""New rows: from a person's text, or from what an item of a run was given. Reads the store; writes no file."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from loomwork.evals.data.writing import row_text
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.studio_data import RowWithoutItem
from loomwork.store.protocols import Store
from loomwork.studio.wire.datasets import NewRow, RowOrigin
from loomwork.telling.jsonable import jsonable


def made(rows: Sequence[NewRow], store: Store, *, at_ms: float) -> list[bytes]:
    """Return the rows as lines. Raises `RowNotOneObject`, `RowWithoutItem`."""
    return [_made(row, number, store, at_ms) for number, row in enumerate(rows, start=1)]


def _made(row: NewRow, number: int, store: Store, at_ms: float) -> bytes:
    origin = row.origin
    text = row.text
    if not text and origin is not None:
        text = _of_item(origin, number, store)
    if origin is not None:
        origin = msgspec.structs.replace(origin, at_ms=origin.at_ms or at_ms)
    return row_text(text, number=number, origin=origin)


def _of_item(origin: RowOrigin, number: int, store: Store) -> str:
    def refused(detail: str) -> RowWithoutItem:
        return RowWithoutItem(number=number, item=origin.item, run=origin.run, detail=detail)

    run = store.runs.get(origin.run) if origin.run else None
    if run is None:
        raise refused("there is no such run")
    item = store.runs.item(run.id, origin.item, origin.trial)
    if item is None:
        raise refused("there is no such item")
    try:
        return msgspec.json.encode(jsonable(decode_plain(store.blobs.get(item.input)))).decode()
    except (LoomworkError, TypeError, ValueError) as error:
        raise refused(str(error)) from None

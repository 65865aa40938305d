"""Conditions on documents, as masks over a segment's documents. Knows nothing of readers or ranking.

A field is one of a document's own (`language`, `doc`, `format`, `created`, ...) or a key of its metadata; a metadata
value that is a list meets a condition when one of its items does. What is computed for a segment is kept with it,
since a segment never changes.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any, cast

import msgspec
import numpy as np

from loomwork.knowledge.index.rows import DocumentRow, Mask
from loomwork.knowledge.index.segment import Segment

OWN = frozenset(DocumentRow.__struct_fields__) - {"metadata", "readers", "problems", "supersedes", "page_marks"}
"""Fields of a document that can be asked for beside its metadata. Its readers cannot: they are nobody's business."""
Scalar = str | int | float | bool


class OneOf(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The field has one of these values."""

    field: str
    values: tuple[Scalar | None, ...]
    """None: the field is absent or empty."""


class Between(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The field lies between two values of its kind, both included; a missing field does not."""

    field: str
    low: Scalar | None = None
    high: Scalar | None = None


class Prefix(msgspec.Struct, frozen=True, kw_only=True, tag=True):
    """The field begins with these characters."""

    field: str
    prefix: str


Condition = OneOf | Between | Prefix


def documents_meeting(segment: Segment, condition: Condition) -> Mask:
    """Return one truth value a document."""
    match condition:
        case OneOf(field=field, values=values):
            return _one_of(segment, field, values)
        case Between(field=field, low=low, high=high):
            return _each(segment, field, lambda value: _is_between(value, low, high))
        case Prefix(field=field, prefix=prefix):
            return _each(segment, field, lambda value: isinstance(value, str) and value.startswith(prefix))


def _one_of(segment: Segment, field: str, values: Iterable[Scalar | None]) -> Mask:
    key = f"places of {field}"
    places: dict[object, list[int]] | None = segment.columns.get(key)
    if places is None:
        places = defaultdict(list)
        for at, found in enumerate(_column(segment, field)):
            for value in found or (None,):
                places[_told_apart(value)].append(at)
        segment.columns[key] = places = dict(places)
    mask = np.zeros(segment.documents, np.bool_)
    for value in values:
        mask[places.get(_told_apart(value), [])] = True
    return mask


def _told_apart(value: object) -> object:
    """True is not 1 here."""
    return (bool, value) if isinstance(value, bool) else value


def _each(segment: Segment, field: str, holds: Callable[[object], bool]) -> Mask:
    column = _column(segment, field)
    return np.fromiter((any(map(holds, found)) for found in column), np.bool_, count=len(column))


def _is_between(value: object, low: Scalar | None, high: Scalar | None) -> bool:
    return _in_order(low, value) and _in_order(value, high)


def _in_order(first: object, second: object) -> bool:
    if first is None or second is None:
        return True
    if isinstance(first, str) != isinstance(second, str):
        return False
    return bool(cast("Any", first) <= second)


def _column(segment: Segment, field: str) -> list[tuple[object, ...]]:
    """For each document the scalars that stand in a field; none where it is absent or empty."""
    key = f"values of {field}"
    column: list[tuple[object, ...]] | None = segment.columns.get(key)
    if column is None:
        column = segment.columns[key] = [_scalars(_value(row, field)) for row in segment.rows_of_documents]
    return column


def _value(row: DocumentRow, field: str) -> object:
    return getattr(row, field) if field in OWN else row.metadata.get(field.removeprefix("metadata."))


def _scalars(value: object) -> tuple[object, ...]:
    if isinstance(value, list | tuple):
        items = cast("list[object]", value)
        return tuple([item for item in items if isinstance(item, str | int | float) and item != ""])
    return (value,) if isinstance(value, str | int | float) and value != "" else ()

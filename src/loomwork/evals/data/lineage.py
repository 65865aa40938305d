"""Where a row came from, what it says besides, and whether a person has agreed to it. Pure; knows no file.

Keys that begin with `_` are about a row; they are no part of what it says. `_origin` is its lineage (the studio writes
it, too), `_status` is `draft` until a person confirmed a row that was made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec

from loomwork.kernel.canonical import Digest, digest

ORIGIN = "_origin"
STATUS = "_status"
DRAFT = "draft"
ABOUT = "_"
"""How keys begin that are about a row."""


class Origin(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where a row came from; what does not apply is left out."""

    file: str = ""
    """The file it was imported from."""
    line: int = 0
    """In that file, from 1; of a Parquet file the row."""
    run: str = ""
    item: int = -1
    trial: int = 0
    trace: str = ""
    span: str = ""
    case: str = ""
    parent: str = ""
    """`row_id` of the row that it was made from."""
    knowledge: str = ""
    doc: str = ""
    """The document that it was made from, with the place."""
    start: int = 0
    end: int = 0
    by: str = ""
    """Who made it: `heading`, `title`, or a model's alias."""
    at_ms: float = 0


def origin_of(row: Mapping[str, Any]) -> Origin | None:
    """Return where a row says it came from; None where it says nothing that we understand.

    >>> origin_of({"q": 1, "_origin": {"file": "a.csv", "line": 7}}).line
    7
    """
    said = row.get(ORIGIN)
    if not isinstance(said, dict):
        return None
    try:
        return msgspec.convert(said, Origin)
    except msgspec.ValidationError:
        return None


def with_origin(row: Mapping[str, Any], origin: Origin) -> dict[str, Any]:
    """Return the row with its lineage as its last key."""
    return {**{key: value for key, value in row.items() if key != ORIGIN}, ORIGIN: msgspec.to_builtins(origin)}


def said_by(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a row says: without the keys that are about it.

    >>> said_by({"q": 1, "_status": "draft"})
    {'q': 1}
    """
    return {key: value for key, value in row.items() if not key.startswith(ABOUT)}


def row_id(row: Mapping[str, Any]) -> Digest:
    """Return the name of a row: the digest of what it says, whatever is known about it."""
    return digest(said_by(row))


def is_draft(row: Mapping[str, Any]) -> bool:
    """Say whether a row was made and nobody has confirmed it yet.

    >>> is_draft({"q": 1, "_status": "draft"}), is_draft({"q": 1})
    (True, False)
    """
    return row.get(STATUS) == DRAFT


def confirmed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return the row as one that counts; its lineage still says how it came about."""
    return {key: value for key, value in row.items() if key != STATUS}

"""Kept bodies as JSON and as text, without anybody's classes. Knows no grid."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple, cast

import msgspec

from loomwork.kernel.bodies import Reference
from loomwork.kernel.codecs.plain import decode_plain
from loomwork.kernel.errors.kernel import Undecodable
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.studio.wire.runs import Turn
from loomwork.telling.bodies import readable
from loomwork.telling.jsonable import jsonable

LONGEST = 1_000_000
"""Characters of a value that are sent."""
NOTHING = msgspec.Raw(b"null")


class Told(NamedTuple):
    """A value for the wire."""

    json: msgspec.Raw = NOTHING
    text: str = ""
    cut: bool = False


def plain_value(store: Store, reference: Reference | None) -> Any:
    """Return a kept value as plain data; None where there is none, or it is lost."""
    if reference is None:
        return None
    try:
        return decode_plain(store.blobs.get(reference))
    except (BlobMissing, BlobCorrupt, Undecodable):
        return None


def told(value: Any) -> Told:
    """Return a plain value as JSON and as text, both cut where they are very long."""
    if value is None:
        return Told()
    data = as_json(value)
    text = said(value)
    cut = len(data) > LONGEST or len(text) > LONGEST
    return Told(NOTHING if len(data) > LONGEST else msgspec.Raw(data), text[:LONGEST], cut)


def said(value: Any) -> str:
    """Return a plain value as a person reads it, with what no encoding says replaced."""
    return readable(value).encode("utf-8", "replace").decode()


def as_json(value: Any) -> bytes:
    """Return a plain value as JSON."""
    try:
        return msgspec.json.encode(jsonable(value))
    except (TypeError, ValueError, OverflowError, RecursionError):
        return json.dumps(value, default=str, skipkeys=True).encode()  # lone surrogates, very long numbers


def turns_of(arguments: Any) -> tuple[Turn, ...]:
    """Return the messages of a model call's arguments; none where they are no such call's."""
    messages = _of(_of(arguments, "request"), "messages")
    if not isinstance(messages, list | tuple):
        return ()
    return tuple(_turn(each) for each in cast("Sequence[object]", messages))


def _turn(message: object) -> Turn:
    parts = _of(message, "parts")
    listed = cast("Sequence[object]", parts) if isinstance(parts, list | tuple) else ()
    return Turn(
        role=str(_of(message, "role") or ""), text="\n".join(said(_of(part, "text") or part) for part in listed)
    )


def _of(value: object, name: str) -> object:
    return cast("dict[str, object]", value).get(name) if isinstance(value, dict) else None

"""Inputs and outputs as text and as data, without importing anything of the project. Knows no HTTP."""

from __future__ import annotations

import json
from typing import Any, Literal, NamedTuple

import msgspec

from loomwork.kernel.bodies import Reference
from loomwork.kernel.codecs.plain import decode_own
from loomwork.kernel.errors.kernel import Undecodable
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.studio.wire.spans import LONGEST, Body
from loomwork.telling.bodies import readable
from loomwork.telling.jsonable import jsonable

_DECODED = 64 << 20
"""Bytes of the largest body that is read as a value."""
_NOTHING = msgspec.Raw(b"null")


class Kept(NamedTuple):
    """What was kept under a reference."""

    state: Literal["whole", "opaque", "lost"]
    value: Any = None
    """Plain data and messages; of a body from elsewhere its JSON, else its text."""
    data: bytes = b""
    foreign: bool = False
    """It is no value that loomwork wrote."""


def kept_body(store: Store, reference: Reference) -> Kept:
    """Return what a body holds."""
    try:
        data = store.blobs.get(reference)
    except (BlobMissing, BlobCorrupt):
        return Kept("lost")
    if len(data) > _DECODED:
        return Kept("opaque", data=data)
    try:
        return Kept("whole", decode_own(data), data)
    except Undecodable:
        return _foreign(data)


def _foreign(data: bytes) -> Kept:
    try:
        return Kept("whole", msgspec.json.decode(data), data, foreign=True)
    except (msgspec.DecodeError, RecursionError):
        pass
    try:
        return Kept("whole", data.decode(), data, foreign=True)
    except UnicodeDecodeError:
        return Kept("opaque", data=data, foreign=True)


def body_of(kept: Kept | None, preview: str) -> Body | None:
    """Return a body for the wire, cut where it is long; a lost one as its preview; None where there was none."""
    if kept is None:
        return None
    if kept.state == "lost":
        return Body(text=preview, json=None, chars=len(preview), more=False, state="lost")
    if kept.state == "opaque":
        text = preview or f"({len(kept.data)} bytes)"
        return Body(text=text, json=None, chars=len(text), more=False, state="opaque")
    text, data = text_of(kept), json_of(kept)
    shown = _cut(text)
    whole = len(data) <= LONGEST
    return Body(
        text=shown,
        json=msgspec.Raw(data) if whole else _NOTHING,
        chars=len(text),
        more=len(shown) < len(text) or not whole,
        state="whole",
    )


def text_of(kept: Kept) -> str:
    """Return a body as a person reads it, with what no encoding says replaced."""
    if kept.foreign:
        return kept.data.decode("utf-8", "replace")
    return readable(kept.value).encode("utf-8", "replace").decode()


def json_of(kept: Kept) -> bytes:
    """Return a body as JSON."""
    try:
        return msgspec.json.encode(jsonable(kept.value))
    except (TypeError, ValueError, OverflowError, RecursionError):  # lone surrogates, very long numbers
        return json.dumps(kept.value, default=str, skipkeys=True, ensure_ascii=False).encode("utf-8", "replace")


def _cut(text: str) -> str:
    """Return as much of a text as may be sent."""
    data = text[:LONGEST].encode()
    return text[:LONGEST] if len(data) <= LONGEST else data[:LONGEST].decode("utf-8", "ignore")

"""Take JSON apart with a word on what was wrong, lay JSON over JSON: shared by the drivers. Knows no provider."""

import base64
import binascii
from collections.abc import Mapping
from typing import Any, cast

import msgspec

Json = dict[str, Any]

_DECODE = msgspec.json.Decoder(dict[str, Any])
_MOST = 2**53
"""Of what can be counted: beyond it no two JSON readers agree."""


class Unreadable(Exception):
    """The answer is not what the protocol allows; the message says where."""


class Refused(Exception):
    """The server said in the middle of the answer that it failed; `event` holds its words."""

    def __init__(self, event: Json) -> None:
        super().__init__("error event")
        self.event = event


def decode(raw: bytes) -> Json:
    """JSON bytes as an object."""
    try:
        return _DECODE.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Unreadable(f"no JSON object: {error}") from error


def count(holder: Mapping[str, Any], key: str) -> int:
    """A number of tokens; 0 where it is not said."""
    value = holder.get(key)
    if value is None:
        return 0
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < _MOST:
        raise Unreadable(f"{key} is no number of anything")
    return int(value)


def number(value: Any, where: str) -> float:
    """A number; 0.0 for null."""
    if value is None:
        return 0.0
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not -_MOST < value < _MOST:
        raise Unreadable(f"{where} is no number")
    return float(value)


def binary(value: Any, where: str) -> bytes:
    """Bytes that were written in base64; none for null."""
    try:
        return base64.b64decode(text(value, where))
    except (binascii.Error, ValueError) as error:
        raise Unreadable(f"{where} is no base64: {error}") from error


def text(value: Any, where: str) -> str:
    """A string; "" for null."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise Unreadable(f"{where} is no text")
    return value


def obj(value: Any, where: str) -> Json:
    """An object."""
    if not isinstance(value, dict):
        raise Unreadable(f"{where} is no object")
    return cast("Json", value)


def items(value: Any, where: str) -> list[Any]:
    """A list."""
    if not isinstance(value, (list, tuple)):
        raise Unreadable(f"{where} is no list")
    return cast("list[Any]", value)


def objects(value: Any, where: str) -> list[Json]:
    """A list of objects; an empty one for null."""
    return [obj(each, where) for each in items(value or (), where)]


def rest(found: Json, read: frozenset[str]) -> Json:
    """What was not read, but for nulls: it is kept under its own name."""
    return {key: value for key, value in found.items() if key not in read and value is not None}


def merged(body: Json, extra: Json) -> Json:
    """`body` with `extra` laid over it; objects are merged, all else replaced.

    >>> merged({"a": {"b": 1}, "c": 2}, {"a": {"d": 3}, "c": 4})
    {'a': {'b': 1, 'd': 3}, 'c': 4}
    """
    out = dict(body)
    for key, value in extra.items():
        before = out.get(key)
        both = isinstance(before, dict) and isinstance(value, dict)
        out[key] = merged(cast("Json", before), cast("Json", value)) if both else value
    return out

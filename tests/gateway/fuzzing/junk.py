"""JSON with one place of it spoilt: what no protocol has there, or what is no JSON at all. Knows no protocol."""

import json
from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

_MARK = "@@spoilt@@"
DEEP = 5000
JUNK: tuple[bytes, ...] = (
    b"NaN",
    b"-Infinity",
    b"1e999",
    b"-1e-999",
    b"9" * 400,
    b"18446744073709551616",
    b"-9223372036854775809",
    b"-1",
    b"1.5",
    b"0",
    b"true",
    b"null",
    b'""',
    b'"x"',
    b"[]",
    b"{}",
    b"[null]",
    b'[1, "a", null, {}]',
    b'{"a": 1, "a": 2}',
    b'{"": {"": []}}',
    b'"\\ud800"',
    b'"\\udc00\\ud800"',
    b'"\\u0000"',
    b'"\x00"',
    b'"\xff\xfe"',
    b'"\xed\xa0\x80"',
    b'"a\r\nb"',
    b'"\\x"',
    b"[" * DEEP + b"]" * DEEP,
    b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    b"[" * DEEP,
    b'"' + b"long " * 20_000 + b'"',
    b"",
    b"0x10",
    b"1_000",
    b"[1,]",
    b"'x'",
)
"""What stands where something else belongs, byte for byte."""


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place within a JSON value."""
    yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from places(inner, (*path, key))
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from places(inner, (*path, at))


def without(value: Any, path: tuple[Any, ...]) -> Any:
    """The value with a place taken away."""
    if not path:
        return {}
    if isinstance(value, dict):
        rest = {key: inner for key, inner in value.items() if key != path[0]}
        return rest if len(path) == 1 else {**value, path[0]: without(value[path[0]], path[1:])}
    rest = list(value)
    rest[path[0] : path[0] + 1] = [] if len(path) == 1 else [without(value[path[0]], path[1:])]
    return rest


def spoilt(value: Any, path: tuple[Any, ...], junk: bytes) -> bytes:
    """The value as JSON with `junk` in the place `path`."""
    return json.dumps(_put(value, path)).encode().replace(f'"{_MARK}"'.encode(), junk)


def _put(value: Any, path: tuple[Any, ...]) -> Any:
    if not path:
        return _MARK
    inner = _put(value[path[0]], path[1:])
    if isinstance(value, dict):
        return {**value, path[0]: inner}
    return [inner if at == path[0] else each for at, each in enumerate(value)]


def twice(value: dict[str, Any], key: str, junk: bytes) -> bytes:
    """The object as JSON with a key of it said a second time."""
    written = json.dumps(value).encode()
    return written[:-1] + b", " + json.dumps(key).encode() + b": " + junk + b"}"


@st.composite
def spoiling(draw: st.DrawFn, values: tuple[Any, ...]) -> bytes:
    """One of the values as JSON, spoilt in one place or in two."""
    value = draw(st.sampled_from(values))
    how = draw(st.sampled_from(("put", "put", "put", "take", "twice", "cut")))
    if draw(st.booleans()):
        value = without(value, draw(st.sampled_from([path for path in places(value) if path])))
    found = list(places(value))
    if how == "put":
        return spoilt(value, draw(st.sampled_from(found)), draw(st.sampled_from(JUNK)))
    if how == "twice" and isinstance(value, dict) and value:
        return twice(value, draw(st.sampled_from(sorted(value))), draw(st.sampled_from(JUNK)))
    raw = json.dumps(value).encode()
    if how == "cut":
        return raw[: draw(st.integers(0, len(raw)))]
    return raw

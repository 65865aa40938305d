"""Canonical form of Python's builtin values. Knows nothing of classes that people define."""

import struct
from collections.abc import Callable, Mapping
from math import isnan, nan
from types import EllipsisType, MappingProxyType, NotImplementedType, SimpleNamespace
from typing import Any

from loomwork.kernel.canonical.sink import BATCH, LONG, Refused, Sink, Writer, class_of

_DOUBLE = struct.Struct(">d").pack
_NAN = _DOUBLE(nan)
_MILLION = 1 << 20
_KEY_SHOWN = 40
_HEADS = 256
_STR_HEADS = [b"s%d:" % size for size in range(_HEADS)]


def _none(_value: None, out: Sink) -> None:
    out.append(b"n")


def _bool(value: bool, out: Sink) -> None:
    out.append(b"T" if value else b"F")


def _int(value: int, out: Sink) -> None:
    out.append(b"i%x;" % value)


def _float(value: float, out: Sink) -> None:
    out.append(b"f" + (_NAN if isnan(value) else _DOUBLE(value)))


def _complex(value: complex, out: Sink) -> None:
    out.append(b"c")
    _float(value.real, out)
    _float(value.imag, out)


def _str(value: str, out: Sink) -> None:
    if len(value) >= LONG:
        _long_str(value, out)
        return
    try:
        data = value.encode()
    except UnicodeEncodeError:
        data = value.encode("utf-8", "surrogatepass")
    size = len(data)
    out.append((_STR_HEADS[size] if size < _HEADS else b"s%d:" % size) + data)


def _long_str(value: str, out: Sink) -> None:
    """Write in slices, so that no second copy of the whole is made; a length in characters delimits it as well."""
    out.append(b"S%d:" % len(value))
    for start in range(0, len(value), _MILLION):
        out.feed(value[start : start + _MILLION].encode("utf-8", "surrogatepass"))


def _bytes(value: bytes | bytearray, out: Sink) -> None:
    out.append((b"b%d:" if type(value) is bytes else b"B%d:") % len(value))
    if len(value) >= LONG:
        out.feed(memoryview(value))
    else:
        out.append(bytes(value))


def _items(value: list[Any] | tuple[Any, ...], out: Sink) -> None:
    exact, plan = out.exact.get, out.plan
    numbered = enumerate(value)
    try:
        for _, item in numbered:
            cls = class_of(item)
            (exact(cls) or plan(cls))(item, out)
            if len(out) > BATCH:
                out.drain()
    except Refused as refused:
        refused.path.append(f"[{next(numbered, (len(value),))[0] - 1}]")
        raise


def _list(value: list[Any], out: Sink) -> None:
    out.enter(value)
    out.append(b"l%d:" % len(value))
    _items(value, out)
    out.leave(value)


def _tuple(value: tuple[Any, ...], out: Sink) -> None:
    out.append(b"t%d:" % len(value))
    _items(value, out)


def write_dict(value: Mapping[Any, Any], out: Sink) -> None:
    """Write a mapping with its keys in their order."""
    out.enter(value)
    out.append(b"d%d:" % len(value))
    pairs(value, out)
    out.leave(value)


def pairs(value: Mapping[Any, Any], out: Sink) -> None:
    """Write keys and values in the mapping's order."""
    exact, plan, key = out.exact.get, out.plan, None
    try:
        for key, item in value.items():
            (exact(class_of(key)) or plan(class_of(key)))(key, out)
            (exact(class_of(item)) or plan(class_of(item)))(item, out)
            if len(out) > BATCH:
                out.drain()
    except Refused as refused:
        refused.path.append(f"[{_short(key)}]")
        raise


def _short(key: object) -> str:
    shown = repr(key) if isinstance(key, (str, int, float, bytes, bool, type(None))) else type(key).__name__
    return shown if len(shown) <= _KEY_SHOWN else f"{shown[:_KEY_SHOWN]}..."


def _set(value: set[Any] | frozenset[Any], out: Sink) -> None:
    """Write the members in the order of their encodings; the code they lead to is noted in that order as well."""
    parts: list[tuple[bytes, Sink]] = []
    for member in value:
        part = out.inner()
        part.write_at("{...}", member)
        parts.append((part.taken(), part))
    parts.sort(key=lambda pair: pair[0])
    out.append((b"Z%d:" if type(value) is frozenset else b"Y%d:") % len(parts))
    for encoded, part in parts:
        out.append(encoded)
        for thing in part.code.values():
            out.note(thing)
        if len(out) > BATCH:
            out.drain()


def _range(value: range, out: Sink) -> None:
    out.append(b"r%x,%x,%x;" % (value.start, value.stop, value.step))


def _slice(value: slice, out: Sink) -> None:
    out.append(b"e")
    for part in (value.start, value.stop, value.step):
        out.write(part)


def _ellipsis(_value: EllipsisType, out: Sink) -> None:
    out.append(b"E")


def _not_implemented(_value: NotImplementedType, out: Sink) -> None:
    out.append(b"N")


def _proxy(value: MappingProxyType[Any, Any], out: Sink) -> None:
    out.append(b"m")
    write_dict(value, out)


def _namespace(value: SimpleNamespace, out: Sink) -> None:
    out.append(b"a")
    write_dict(vars(value), out)


WRITERS: dict[type, Writer] = {
    type(None): _none,
    bool: _bool,
    int: _int,
    float: _float,
    complex: _complex,
    str: _str,
    bytes: _bytes,
    bytearray: _bytes,
    list: _list,
    tuple: _tuple,
    dict: write_dict,
    set: _set,
    frozenset: _set,
    range: _range,
    slice: _slice,
    EllipsisType: _ellipsis,
    NotImplementedType: _not_implemented,
    MappingProxyType: _proxy,
    SimpleNamespace: _namespace,
}


def _whole(base: Any) -> Callable[[Any], Any]:
    return lambda value: base.__getitem__(value, slice(None))


def _gathered(base: Any) -> Callable[[Any], Any]:
    return lambda value: base(base.__iter__(value))


_dict: Any = dict

EXACTLY: dict[type, Callable[[Any], Any]] = {
    int: int.__pos__,
    float: float.__pos__,
    complex: complex.__pos__,
    str: str.__str__,
    dict: _dict.copy,
    **{base: _whole(base) for base in (bytes, bytearray, list, tuple)},
    **{base: _gathered(base) for base in (set, frozenset)},
}
"""What an instance of a subclass holds as the builtin that it extends, without running what the subclass overrides."""

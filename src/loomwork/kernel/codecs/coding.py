"""Encode, decode, and the registry of people's own codecs. Knows no single type.

The first byte says how to read the rest: 1, plain MessagePack; 2, MessagePack with marks.
"""

from collections.abc import Callable
from enum import Enum
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

import msgspec
from msgspec import Struct

from loomwork.kernel.canonical import digest
from loomwork.kernel.canonical.plans import EXACT as CANONICAL
from loomwork.kernel.canonical.plans import use_codec
from loomwork.kernel.canonical.sink import Refused, class_of, type_name
from loomwork.kernel.codecs import arrays, builtin, instances, names, stdlib
from loomwork.kernel.codecs.forms import (
    BY_CODE,
    MARKS,
    Lift,
    Lifting,
    Lower,
    Lowering,
    Mark,
    Tree,
    Unreadable,
    refuse,
    unread,
)
from loomwork.kernel.errors import BadCodec, TooDeep, Undecodable

_PLAIN, _MARKED = b"\x01", b"\x02"
_ENCODE = msgspec.msgpack.Encoder().encode
_DECODE_PLAIN = msgspec.msgpack.Decoder().decode
_THEMSELVES = frozenset({str, int, float, bool, bytes, type(None)})
_T = TypeVar("_T")


class _Custom(NamedTuple):
    """A codec that somebody registered."""

    encode: Callable[[Any], Any]
    decode: Callable[[Any], Any]


_customs: dict[type, _Custom] = {}


def register_codec(cls: type[_T], encode: Callable[[_T], Any], decode: Callable[[Any], _T]) -> None:
    """Teach loomwork to write down instances of exactly `cls`.

    `encode` returns something that can be written down already; `decode` takes that and returns an equal instance.
    The same plain form identifies the instance where it is hashed. Raises `BadCodec` for a type that has a form.
    """
    if cls in _customs:
        raise BadCodec(type=type_name(cls), reason="it has one already")
    if cls in CANONICAL or cls in _EXACT or type_name(cls) in stdlib.LOWER:
        raise BadCodec(type=type_name(cls), reason="it is one of Python's own types")
    _customs[cls] = _Custom(encode, decode)
    use_codec(cls, encode)
    _plan_of.cache_clear()


def encode(value: object) -> bytes:
    """Return the value as bytes. Raises `NoCodec` (with the path), `CyclicValue` or `TooDeep`.

    >>> decode(encode({"a": (1, {2})}))
    {'a': (1, {2})}
    """
    try:
        try:
            return _PLAIN + _ENCODE(value) if _is_plain(value) else _encoded(value, careful=False)
        except OverflowError:  # an integer that MessagePack has no room for
            return _encoded(value, careful=False)
        except UnicodeEncodeError:
            return _encoded(value, careful=True)
    except Refused as refused:
        raise refused.at("") from None
    except RecursionError:
        digest(value)
        raise TooDeep(where="the top") from None


def _is_plain(value: object) -> bool:
    """Say whether MessagePack says a value as it is: most arguments and results are a text or a few of them."""
    if type(value) is dict:
        for key, item in cast("dict[object, object]", value).items():
            if type(key) is not str or type(item) not in _THEMSELVES:
                return False
        return True
    return type(value) in _THEMSELVES


def decode(data: bytes) -> Any:
    """Return the value. Raises `Undecodable` when it cannot be made again as it was."""
    try:
        if data[:1] == _PLAIN:
            return _DECODE_PLAIN(memoryview(data)[1:])
        unread(data[:1] == _MARKED, "it is not in a form that this version of loomwork knows")
        return Lifting(_LIFT).lift(_DECODE_MARKED(memoryview(data)[1:]))
    except Unreadable as why:
        raise Undecodable(reason=str(why)) from None
    except RecursionError:
        raise Undecodable(reason="it is nested too deeply") from None
    except Exception as error:
        raise Undecodable(reason=f"{type(error).__name__}: {error}") from error


def _encoded(value: object, *, careful: bool) -> bytes:
    low = Lowering(_EXACT, _plan_of, careful=careful)
    tree = low.lower(value)
    return (_MARKED if low.marked else _PLAIN) + _ENCODE(tree)


def _extension(code: int, _data: memoryview) -> Mark:
    return BY_CODE[code]


@lru_cache(maxsize=4096)
def _plan_of(cls: Any) -> Lower:
    """Return how to write a type that is not in the table."""
    if cls in _customs:
        return _lower_custom
    if issubclass(cls, type):
        return instances.lower_class_value
    if issubclass(cls, Enum):
        return instances.lower_enum
    known = stdlib.LOWER.get(type_name(cls)) or arrays.lower_of(cls)
    if known is not None:
        return known
    if issubclass(cls, Struct):
        return instances.lower_struct
    return refuse if instances.shape_of(cls) is None else instances.lower_instance


def _lower_custom(value: Any, low: Lowering) -> Tree:
    cls = class_of(value)
    return low.mark(Mark.CUSTOM, names.lower_class(cls, low), low.lower_at(".encode()", _customs[cls].encode(value)))


def _lift_custom(parts: list[Tree], up: Lifting) -> Any:
    cls = names.lift_class(parts[0], up)
    custom = _customs.get(cls)
    if custom is None:
        raise Unreadable(f"nobody has registered a codec for {type_name(cls)} here")
    return custom.decode(up.lift(parts[1]))


_EXACT: dict[type, Lower] = {**builtin.LOWER, **instances.LOWER}
_LIFT: dict[Mark, Lift] = {
    **builtin.LIFT,
    **stdlib.LIFT,
    **arrays.LIFT,
    **instances.LIFT,
    Mark.GENERIC: names.lift_generic,
    Mark.CUSTOM: _lift_custom,
}
_DECODE_MARKED = msgspec.msgpack.Decoder(ext_hook=_extension).decode
MARKS.update({mark: msgspec.msgpack.Ext(int(mark), b"") for mark in Mark})

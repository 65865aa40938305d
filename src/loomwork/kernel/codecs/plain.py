"""Bytes to plain data, for looking at: no class is looked up, so no module is imported and no code of anybody runs.

What `decode` makes an instance of is here a dict of its fields, an enum's member its name, a class its name. Dates,
numbers, paths and other values of Python's own are made as they were.
"""

from __future__ import annotations

import sys
from typing import Any, cast

import msgspec

from loomwork.kernel.codecs import arrays, builtin, stdlib
from loomwork.kernel.codecs.forms import BY_CODE, Lift, Lifting, Mark, Tree, Unreadable, unread
from loomwork.kernel.errors.kernel import Undecodable

_PLAIN, _MARKED = b"\x01", b"\x02"
_KERNEL = "loomwork.kernel."


def decode_plain(data: bytes) -> Any:
    """Return what was encoded as plain data. Raises `Undecodable`.

    >>> from loomwork.kernel.codecs import encode
    >>> decode_plain(encode({"a": (1, {2})}))
    {'a': (1, {2})}
    """
    return _decoded(data, _LIFT)


def decode_own(data: bytes) -> Any:
    """Return what was encoded as plain data, but for structs of the kernel's own, which come back as they were.

    Raises `Undecodable`.

    >>> from loomwork.kernel.codecs import encode
    >>> from loomwork.kernel.messages import Message
    >>> decode_own(encode([Message.user("hello")]))[0].text
    'hello'
    """
    return _decoded(data, _LIFT_OWN)


def _decoded(data: bytes, lifts: dict[Mark, Lift]) -> Any:
    try:
        if data[:1] == _PLAIN:
            return msgspec.msgpack.decode(memoryview(data)[1:])
        unread(data[:1] == _MARKED, "it is not in a form that this version of loomwork knows")
        return Lifting(lifts).lift(_DECODE(memoryview(data)[1:]))
    except Unreadable as why:
        raise Undecodable(reason=str(why)) from None
    except RecursionError:
        raise Undecodable(reason="it is nested too deeply") from None
    except (msgspec.DecodeError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError) as error:
        raise Undecodable(reason=f"{type(error).__name__}: {error}") from error


def _extension(code: int, _data: memoryview) -> Mark:
    return BY_CODE[code]


def _name(tree: Tree) -> str:
    """Return the name of a class; of a generic model its origin's."""
    if isinstance(tree, list):
        parts = cast("list[Tree]", tree)
        return _name(parts[1]) if len(parts) > 1 else ""
    return str(tree).removeprefix("?")


def _fields(held: dict[str, Tree], further: Any, up: Lifting) -> dict[str, Any]:
    more = cast("dict[str, Tree]", further) if isinstance(further, dict) else {}
    return {name: up.lift(tree) for name, tree in (*held.items(), *more.items())}


def _instance(parts: list[Tree], up: Lifting) -> Any:
    _, held, further, _, content = parts
    fields = _fields(held, further, up)
    if content is None:
        return fields
    inner = up.lift(content)
    return inner if not fields else {"": inner, **fields}


def _own(parts: list[Tree], up: Lifting) -> Any:
    """Return one of the kernel's structs as it was; any other, or one that has changed since, as its fields."""
    fields = _fields(parts[1], up.lift(parts[2]), up)
    module, _, name = _name(parts[0]).partition(":")
    found = getattr(sys.modules.get(module), name, None) if module.startswith(_KERNEL) else None
    if not isinstance(found, type) or not issubclass(found, msgspec.Struct):
        return fields
    try:
        return found(**fields)
    except TypeError:
        return fields


def _model(parts: list[Tree], up: Lifting) -> Any:
    _, held, further, _, extra, _, _ = parts
    fields = _fields(held, further, up)
    more = up.lift(extra)
    return {**fields, **cast("dict[str, Any]", more)} if isinstance(more, dict) else fields


def _pairs(parts: list[Tree], up: Lifting) -> dict[Any, Any]:
    """Return a dict; a key that cannot be one as plain data is written out."""
    lifted = [up.lift(part) for part in parts]
    return {_key(key): value for key, value in zip(lifted[::2], lifted[1::2], strict=True)}


def _key(key: Any) -> Any:
    try:
        hash(key)
    except TypeError:
        return str(key)
    return key


def _members(parts: list[Tree], up: Lifting) -> Any:
    lifted = [up.lift(part) for part in parts]
    try:
        return set(lifted)
    except TypeError:  # instances are dicts here
        return lifted


_LIFT: dict[Mark, Lift] = {
    **builtin.LIFT,
    **stdlib.LIFT,
    **arrays.LIFT,
    Mark.SET: _members,
    Mark.FROZENSET: _members,
    Mark.DICT: _pairs,
    Mark.ORDERED: _pairs,
    Mark.DEFAULTS: lambda parts, up: _pairs(parts[1:], up),
    Mark.CLASS: lambda parts, _: _name(parts[0]),
    Mark.GENERIC: lambda parts, _: _name(parts[0]),
    Mark.CUSTOM: lambda parts, up: up.lift(parts[1]),
    Mark.ENUM: lambda parts, _: parts[1],
    Mark.FLAG: lambda parts, up: up.lift(parts[1]),
    Mark.STRUCT: lambda parts, up: _fields(parts[1], up.lift(parts[2]), up),
    Mark.INSTANCE: _instance,
    Mark.MODEL: _model,
}
_LIFT_OWN: dict[Mark, Lift] = {**_LIFT, Mark.STRUCT: _own}
_DECODE = msgspec.msgpack.Decoder(ext_hook=_extension).decode

"""Canonical form of instances: enums, dataclasses, named tuples, pydantic models, structs, subclasses of builtins.

Written are the class's name, what it holds as the builtin that it extends, its declared fields and any further
attribute that was set on it. A cached property is no attribute: it only remembers what the others say.
"""

import functools
import sys
from collections.abc import Callable, Iterator
from enum import Enum, Flag
from typing import Any, NamedTuple

from msgspec import Struct

from loomwork.kernel.canonical.code import note_class
from loomwork.kernel.canonical.sink import Refused, Sink, Writer, class_of, text, type_name

_PLAIN = (str, int, float, bool, bytes, type(None))
_HEAP_TYPE = 1 << 9
_ABSENT = object()


class Content(NamedTuple):
    """What an instance holds as an instance of a type that it extends."""

    base: type
    write: Writer
    exactly: Callable[[Any], Any] | None
    """Returns the same content as an exact instance of `base`; None where `write` does not mind."""


def write_enum(value: Enum, out: Sink) -> None:
    """Write a member by class and name, with its value where that is plain; a flag by its bits."""
    cls = type(value)
    out.append(b"O" + text(type_name(cls)))
    note_class(cls, out)
    held = value.value
    if isinstance(value, Flag):
        out.append(b"i%x;" % int(held))
        return
    out.append(text(value.name))
    out.write(held if type(held) in _PLAIN else None)


def fingerprinted(cls: type) -> Writer:
    """Return the writer of a class that says itself what identifies its instances."""
    head = b"!" + text(type_name(cls))

    def write(value: Any, out: Sink) -> None:
        out.enter(value)
        out.append(head)
        note_class(cls, out)
        out.write_at(".__fingerprint__()", value.__fingerprint__())
        out.leave(value)

    return write


def registered(cls: type, plain: Callable[[Any], Any]) -> Writer:
    """Return the writer of a class that has a codec: what the codec writes identifies it."""
    head = b"R" + text(type_name(cls))

    def write(value: Any, out: Sink) -> None:
        out.enter(value)
        out.append(head)
        note_class(cls, out)
        out.write_at(".encode()", plain(value))
        out.leave(value)

    return write


def declared_fields(cls: Any) -> tuple[str, ...] | None:
    """Return the names of the fields that a class declares; None for a class that declares none in a known way."""
    pydantic = sys.modules.get("pydantic.main")
    if pydantic is not None and issubclass(cls, pydantic.BaseModel):
        return tuple(cls.__pydantic_fields__)
    if issubclass(cls, Struct):
        return tuple(cls.__struct_fields__)
    if "__dataclass_fields__" in _all_attributes(cls):
        return tuple(field.name for field in sys.modules["dataclasses"].fields(cls))
    return None


def is_model(cls: type) -> bool:
    """Say whether this is a pydantic model's class."""
    pydantic = sys.modules.get("pydantic.main")
    return pydantic is not None and issubclass(cls, pydantic.BaseModel)


def instance_writer(cls: type, fields: tuple[str, ...], content: Content | None) -> Writer:
    """Return the writer of a class with these fields that extends a type with that content."""
    head = b"o" + text(type_name(cls)) + b"%d," % len(fields) + b"".join(map(text, fields))
    slots = slot_names(cls, content.base if content else None)
    attributes = (*fields, *(name for name in slots if name not in fields))
    known = frozenset(attributes)
    model = is_model(cls)

    def write(value: Any, out: Sink) -> None:
        out.enter(value)
        out.append(head)
        note_class(cls, out)
        if content is not None:
            content.write(content.exactly(value) if content.exactly else value, out)
        own: dict[str, Any] = getattr(value, "__dict__", None) or {}
        _attributes(value, attributes, own, out)
        if own:
            _further(cls, own, known, out)
        if model:
            out.write_at(".__pydantic_extra__", value.__pydantic_extra__)
            out.write(sorted(value.__pydantic_fields_set__))
        out.leave(value)

    return write


def _attributes(value: Any, names: tuple[str, ...], own: dict[str, Any], out: Sink) -> None:
    exact, plan, name = out.exact.get, out.plan, ""
    try:
        for name in names:
            held = own.get(name, _ABSENT) if own else _ABSENT
            if held is _ABSENT:
                held = getattr(value, name, _ABSENT)
            if held is None:  # most fields of most requests
                out.append(b"n")
            elif held is _ABSENT:
                out.append(b"-")
            else:
                kind = class_of(held)
                (exact(kind) or plan(kind))(held, out)
    except Refused as refused:
        refused.path.append(f".{name}")
        raise


def _further(cls: type, own: dict[str, Any], known: frozenset[str], out: Sink) -> None:
    names = [name for name in own if name not in known and not is_bookkeeping(cls, name)]
    if names:
        out.append(b"+%d:" % len(names))
        for name in sorted(names):
            out.append(text(name))
            out.write_at(f".{name}", own[name])


def is_bookkeeping(cls: type, name: str) -> bool:
    """Say whether an attribute is only what a cached property remembers, or pydantic's own."""
    return name.startswith("__pydantic_") or isinstance(getattr(cls, name, None), functools.cached_property)


def slot_names(cls: type, base: type | None) -> tuple[str, ...]:
    """Return the names of the slots that classes below `base` declare, as attributes are really called."""
    return tuple(dict.fromkeys(_slots(cls, base)))


def _slots(cls: type, base: type | None) -> Iterator[str]:
    for owner in cls.__mro__:
        if owner is base or owner is object:
            continue
        slots = owner.__dict__.get("__slots__", ())
        for name in (slots,) if isinstance(slots, str) else tuple(slots):
            if name in {"__dict__", "__weakref__"} or name.startswith("__pydantic"):
                continue
            hidden = name.startswith("__") and not name.endswith("__")
            yield f"_{owner.__name__.lstrip('_')}{name}" if hidden else name


def hides_state(cls: type, base: type) -> bool:
    """Say whether a class between `cls` and `base` is written in C and may hold what Python cannot see.

    So does a named record of the interpreter (`time.struct_time`), which shows only some of its fields as a tuple.
    """
    between = cls.__mro__[: cls.__mro__.index(base)]
    return hasattr(cls, "n_sequence_fields") or any(not owner.__flags__ & _HEAP_TYPE for owner in between)


def _all_attributes(cls: Any) -> set[str]:
    return {name for owner in cls.__mro__ for name in owner.__dict__}

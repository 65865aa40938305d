"""How instances are written and read back: enums, dataclasses, named tuples, models, structs, subclasses of builtins.

An instance is put together again from its state; `__init__` and `__post_init__` do not run (a struct's must, and its
fields are then set as they were). The class must still declare the fields that were written.
"""

import types
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from enum import Enum, Flag
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec import Struct, structs

from loomwork.kernel.canonical.instances import declared_fields, hides_state, is_bookkeeping, is_model, slot_names
from loomwork.kernel.canonical.sink import Refused, class_of, type_name
from loomwork.kernel.codecs.forms import Lift, Lifting, Lower, Lowering, Mark, Tree, Unreadable, unread
from loomwork.kernel.codecs.names import lift_class, lower_class
from loomwork.kernel.errors import NoCodec

Rebuild = Callable[[type, Any], Any]


def _filled(base: Any, fill: str) -> Rebuild:
    def rebuild(cls: type, content: Any) -> Any:
        made = base.__new__(cls)
        getattr(base, fill)(made, content)
        return made

    return rebuild


def _rebuild_deque(cls: Any, content: Any) -> Any:
    made = _deque.__new__(cls)
    _deque.__init__(made, content, content.maxlen)
    return made


def _rebuild_ordered(cls: Any, content: Any) -> Any:
    made = _ordered.__new__(cls)
    for key, item in content.items():
        _ordered.__setitem__(made, key, item)
    return made


def _rebuild_defaults(cls: Any, content: Any) -> Any:
    made = _defaults.__new__(cls)
    _defaults.__init__(made, content.default_factory, content)
    return made


def _rebuild_tuple(cls: Any, content: Any) -> Any:
    unread(len(content) == len(getattr(cls, "_fields", content)), f"{type_name(cls)} has other fields now")
    return _tuple.__new__(cls, content)


def _rebuild_datetime(cls: Any, t: datetime) -> Any:
    clock = (t.hour, t.minute, t.second, t.microsecond, t.tzinfo)
    return _datetime.__new__(cls, t.year, t.month, t.day, *clock, fold=t.fold)


def _rebuild_time(cls: Any, t: time) -> Any:
    return _time.__new__(cls, t.hour, t.minute, t.second, t.microsecond, t.tzinfo, fold=t.fold)


_tuple: Any = tuple
_deque: Any = deque
_ordered: Any = OrderedDict
_defaults: Any = defaultdict
_datetime: Any = datetime
_time: Any = time
_date: Any = date
_timedelta: Any = timedelta
_IMMUTABLE: tuple[Any, ...] = (str, int, float, complex, bytes, frozenset)

REBUILD: dict[type, Rebuild] = {
    **{base: base.__new__ for base in _IMMUTABLE},
    tuple: _rebuild_tuple,
    bytearray: _filled(bytearray, "extend"),
    list: _filled(list, "extend"),
    set: _filled(set, "update"),
    dict: _filled(dict, "update"),
    deque: _rebuild_deque,
    OrderedDict: _rebuild_ordered,
    defaultdict: _rebuild_defaults,
    datetime: _rebuild_datetime,
    date: lambda cls, held: _date.__new__(cls, held.year, held.month, held.day),
    time: _rebuild_time,
    timedelta: lambda cls, held: _timedelta.__new__(cls, held.days, held.seconds, held.microseconds),
}
"""How a subclass's instance is made around what it holds as the type that it extends."""


class Shape(NamedTuple):
    """What is known of a class whose instances have state."""

    fields: tuple[str, ...]
    """Declared."""
    slots: frozenset[str]
    """Attributes that live in slots rather than in the instance's dict."""
    base: type | None
    """The type that it extends and whose content it holds."""


@lru_cache(maxsize=4096)
def shape_of(cls: Any) -> Shape | None:
    """Return the shape of a class; None when its instances have no known state."""
    fields = declared_fields(cls)
    base = next((owner for owner in cls.__mro__ if owner in REBUILD), None)
    if (fields is None and base is None) or hides_state(cls, base or object):
        return None
    slots = frozenset(
        name
        for name in (*slot_names(cls, base), *(fields or ()))
        if isinstance(getattr(cls, name, None), types.MemberDescriptorType)
    )
    return Shape(fields or (), slots, base)


def lower_enum(value: Enum, low: Lowering) -> Tree:
    """Return a member by name, a flag by its bits."""
    name = lower_class(type(value), low)
    if isinstance(value, Flag):
        return low.mark(Mark.FLAG, name, low.lower(int(value.value)))
    return low.mark(Mark.ENUM, name, value.name)


def _lift_enum(parts: list[Tree], up: Lifting) -> Enum:
    cls: Any = lift_class(parts[0], up)
    unread(issubclass(cls, Enum), f"{type_name(cls)} is no enum any more")
    unread(parts[1] in cls.__members__, f"{type_name(cls)} has no member {parts[1]!r} any more")
    return cls.__members__[parts[1]]


def _lift_flag(parts: list[Tree], up: Lifting) -> Flag:
    cls: Any = lift_class(parts[0], up)
    unread(issubclass(cls, Flag), f"{type_name(cls)} is no flag any more")
    return cls(up.lift(parts[1]))


def lower_class_value(value: type, low: Lowering) -> Tree:
    """Return a class that is itself the value."""
    return low.mark(Mark.CLASS, lower_class(value, low))


def lower_struct(value: Any, low: Lowering) -> Tree:
    """Return a struct as its class and fields."""
    cls = class_of(value)
    exact, plan, name = low.exact.get, low.plan, ""
    fields: dict[str, Tree] = {}
    try:
        for name in value.__struct_fields__:
            held = getattr(value, name)
            if held is None:  # most fields of most requests
                fields[name] = None
                continue
            kind = class_of(held)
            fields[name] = (exact(kind) or plan(kind))(held, low)
    except Refused as refused:
        refused.path.append(f".{name}")
        raise
    own: dict[str, Any] = getattr(value, "__dict__", None) or {}
    return low.mark(Mark.STRUCT, lower_class(cls, low), fields, _further(cls, own, (), low) if own else {})


@lru_cache(maxsize=4096)
def _struct_fields(cls: Any) -> frozenset[str]:
    return frozenset(cls.__struct_fields__)


def _lift_struct(parts: list[Tree], up: Lifting) -> Struct:
    name, tree, own = parts
    cls: Any = lift_class(name, up)
    if not issubclass(cls, Struct):
        raise Unreadable(f"{type_name(cls)} is no struct any more")
    fields = up.lift(tree)
    if fields.keys() != _struct_fields(cls):
        raise Unreadable(f"{type_name(cls)} has other fields now")
    made: Any = cls(**fields)
    if hasattr(cls, "__post_init__"):
        for key, item in fields.items():
            structs.force_setattr(made, key, item)
    if own:
        made.__dict__.update(up.lift(own))
    return made


def lower_instance(value: Any, low: Lowering) -> Tree:
    """Return an instance as its class, what it holds as a builtin, its fields and its further attributes."""
    cls = class_of(value)
    shape = shape_of(cls)
    if shape is None:
        raise Refused(NoCodec, type=type_name(cls))
    own: dict[str, Any] = getattr(value, "__dict__", None) or {}
    held: dict[str, Tree] = {}
    for name in dict.fromkeys((*shape.fields, *sorted(shape.slots))):
        if name in own:
            held[name] = low.lower_at(f".{name}", own[name])
        elif name in shape.slots and hasattr(value, name):
            held[name] = low.lower_at(f".{name}", getattr(value, name))
    content = None if shape.base is None else _content(value, shape.base, low)
    missing = [name for name in shape.fields if name not in held]
    name = lower_class(cls, low)
    further = _further(cls, own, shape.fields, low)
    if is_model(cls):
        return low.mark(Mark.MODEL, name, held, further, missing, *_model_state(value, low))
    return low.mark(Mark.INSTANCE, name, held, further, missing, content)


def _content(value: Any, base: type, low: Lowering) -> Tree:
    from loomwork.kernel.canonical.builtin import EXACTLY

    exactly = EXACTLY.get(base)
    return (low.exact.get(base) or low.plan(base))(exactly(value) if exactly else value, low)


def _further(cls: type, own: dict[str, Any], known: tuple[str, ...], low: Lowering) -> Tree:
    return {
        name: low.lower_at(f".{name}", own[name])
        for name in sorted(own)
        if name not in known and not is_bookkeeping(cls, name)
    }


def _model_state(value: Any, low: Lowering) -> tuple[Tree, ...]:
    return (
        low.lower_at(".__pydantic_extra__", value.__pydantic_extra__),
        sorted(value.__pydantic_fields_set__),
        low.lower_at(".__pydantic_private__", value.__pydantic_private__),
    )


def _lift_instance(parts: list[Tree], up: Lifting) -> Any:
    name, held, further, missing, content = parts
    cls: Any = lift_class(name, up)
    shape = _checked(cls, held, missing)
    unread(not is_model(cls) and not issubclass(cls, Struct), f"{type_name(cls)} is another kind of class now")
    made = object.__new__(cls) if shape.base is None else REBUILD[shape.base](cls, up.lift(content))
    _restore(made, shape, held, further, up)
    return made


def _lift_model(parts: list[Tree], up: Lifting) -> Any:
    name, held, further, missing, extra, fields_set, private = parts
    cls: Any = lift_class(name, up)
    unread(is_model(cls), f"{type_name(cls)} is no pydantic model any more")
    shape = _checked(cls, held, missing)
    made = cls.__new__(cls)
    _restore(made, shape, held, further, up)
    object.__setattr__(made, "__pydantic_fields_set__", set(fields_set))
    for attribute, tree in (("__pydantic_extra__", extra), ("__pydantic_private__", private)):
        state = up.lift(tree)
        if state is not None or not hasattr(made, attribute):  # a root model says None on its class
            object.__setattr__(made, attribute, state)
    return made


def _checked(cls: type, held: dict[str, Tree], missing: list[str]) -> Shape:
    shape = shape_of(cls)
    if shape is None:
        raise Unreadable(f"{type_name(cls)} is another kind of class now")
    written = {*(name for name in held if name not in shape.slots or name in shape.fields), *missing}
    unread(written == set(shape.fields), f"{type_name(cls)} has other fields now")
    return shape


def _restore(made: Any, shape: Shape, held: dict[str, Tree], further: dict[str, Tree], up: Lifting) -> None:
    own: dict[str, Any] = {}
    for name, tree in (*held.items(), *further.items()):
        if name in shape.slots:
            object.__setattr__(made, name, up.lift(tree))
        else:
            own[name] = up.lift(tree)
    if own:
        made.__dict__.update(own)


LIFT: dict[Mark, Lift] = {
    Mark.CLASS: lambda parts, up: lift_class(parts[0], up),
    Mark.ENUM: _lift_enum,
    Mark.FLAG: _lift_flag,
    Mark.STRUCT: _lift_struct,
    Mark.INSTANCE: _lift_instance,
    Mark.MODEL: _lift_model,
}

LOWER: dict[type, Lower] = {type: lower_class_value}

"""Canonical form of classes, functions and type expressions: names, and a note of them for who adds behaviour.

Two functions of one name (two lambdas, a function before and after an edit) have one encoding: what they do is
found by flow, from the code that is noted here.
"""

import functools
import types
import typing
from typing import Any

from loomwork.kernel.canonical.sink import Refused, Sink, Unhashable, Writer, text, type_name


def note_class(cls: type, out: Sink) -> None:
    """Note a class whose behaviour is not Python's own."""
    if cls.__module__ != "builtins":
        out.note(cls)


def write_class(value: type, out: Sink) -> None:
    """Write a class by its name."""
    out.append(b"C" + text(type_name(value)))
    note_class(value, out)


def _function(value: types.FunctionType, out: Sink) -> None:
    out.append(b"K" + text(f"{value.__module__}:{value.__qualname__}"))
    out.note(value)


def _builtin_function(value: types.BuiltinFunctionType, out: Sink) -> None:
    owner = value.__self__
    out.append(b"k" + text(f"{value.__module__}:{value.__qualname__}"))
    if owner is None or isinstance(owner, types.ModuleType):
        out.append(b"n")
    else:
        out.write_at(".__self__", owner)


def _bound_wrapper(value: types.MethodWrapperType, out: Sink) -> None:
    out.append(b"w" + text(value.__name__))
    out.write_at(".__self__", value.__self__)


def _descriptor(value: Any, out: Sink) -> None:
    out.append(b"D" + text(value.__name__))
    write_class(value.__objclass__, out)


def _method(value: types.MethodType, out: Sink) -> None:
    out.append(b"M")
    out.write_at(".__func__", value.__func__)
    out.write_at(".__self__", value.__self__)


def _partial(value: "functools.partial[Any]", out: Sink) -> None:
    out.append(b"P")
    out.enter(value)
    out.write_at(".func", value.func)
    out.write_at(".args", value.args)
    out.write_at(".keywords", value.keywords)
    out.write_at(".__dict__", vars(value))
    out.leave(value)


def _cached(value: Any, out: Sink) -> None:
    out.append(b"L")
    out.write_at(".__wrapped__", value.__wrapped__)


def write_type_expression(value: Any, out: Sink) -> None:
    """Write `list[int]`, `A | B`, `Literal[...]`, `Annotated[...]` by origin and arguments, a bare form by its name."""
    origin = typing.get_origin(value)
    if origin is None:
        out.append(b"?" + text(repr(value)))
        return
    out.append(b"G")
    arguments = typing.get_args(value)
    if origin is typing.Union or origin is types.UnionType:
        out.append(b"%d|" % len(arguments))
    else:
        out.append(b"%d:" % len(arguments))
        out.write(origin)
    for argument in arguments:
        out.write_at("[...]", argument)


def _variable(value: Any, out: Sink) -> None:
    out.append(b"v" + text(repr(value)))
    out.write((value.__bound__, value.__constraints__))


def _new_type(value: Any, out: Sink) -> None:
    out.append(b"V" + text(f"{value.__module__}:{value.__qualname__}"))
    out.write_at(".__supertype__", value.__supertype__)


def _forward(value: Any, _out: Sink) -> None:
    raise Refused(Unhashable, type=f"forward reference {value!r}")


_WRITERS: dict[Any, Any] = {
    type: write_class,
    types.FunctionType: _function,
    types.BuiltinFunctionType: _builtin_function,
    types.MethodType: _method,
    types.MethodWrapperType: _bound_wrapper,
    types.MethodDescriptorType: _descriptor,
    types.WrapperDescriptorType: _descriptor,
    types.ClassMethodDescriptorType: _descriptor,
    types.GenericAlias: write_type_expression,
    types.UnionType: write_type_expression,
    functools.partial: _partial,
    type(functools.lru_cache(_forward)): _cached,
    typing.TypeVar: _variable,
    typing.NewType: _new_type,
    typing.ForwardRef: _forward,
}
WRITERS: dict[type, Writer] = _WRITERS
"""By exact type."""

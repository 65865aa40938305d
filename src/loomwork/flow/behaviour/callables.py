"""Write functions, methods, classes and what wraps them. Knows nothing of plain data.

The project's own code becomes an edge; other people's code is a name and a package, and an edge to every function of
the project that it holds.
"""

from __future__ import annotations

import functools
import operator
import types
import typing
from typing import TYPE_CHECKING, Any

from loomwork.flow.behaviour.guards import contents
from loomwork.flow.behaviour.identity import (
    BUILTIN_CODE,
    CACHED,
    is_named,
    is_step,
    owns_class,
    owns_function,
    qualified,
)
from loomwork.flow.behaviour.nodes import Edge
from loomwork.flow.observe.installing import patches
from loomwork.flow.observe.outsides import reason_of

if TYPE_CHECKING:
    from loomwork.flow.behaviour.values import Writing


def write(to: Writing, value: Any, path: str, *, label: str = "", handed: bool = False) -> bool:
    """Write a value if it is code of some kind, and say whether it was."""
    if isinstance(value, types.FunctionType):
        _function(to, value, path, label=label, handed=handed)
        return True
    if isinstance(value, type) and not isinstance(value, types.GenericAlias):
        _class(to, value, label=label, handed=handed)
        return True
    if isinstance(value, BUILTIN_CODE):
        _builtin(to, value, path)
        return True
    for kind, writer in _WRITERS:
        if isinstance(value, kind):
            writer(to, value, path)
            return True
    return _typing(to, value, path)


def is_direct(value: Any) -> bool:
    """Say whether a value is written the same wherever it has its name (a function, a class, a cached function)."""
    return isinstance(value, (types.FunctionType, type, *BUILTIN_CODE, CACHED))


def _function(to: Writing, value: types.FunctionType, path: str, *, label: str, handed: bool) -> None:
    if owns_function(to.analysis, value):
        to.form.lead(Edge(("function", id(value)), "code", value, label, handed))
        return
    to.form.say(("foreign", qualified(value)))
    to.form.package(str(value.__globals__.get("__name__", value.__module__)))
    if hasattr(value, "registry") and hasattr(value, "dispatch"):
        _dispatcher(to, value, path)
        return
    _held(to, value, path)


def _dispatcher(to: Writing, value: Any, path: str) -> None:
    """Write what `functools.singledispatch` may call, by the name of the type that it is for."""
    to.form.foreign = True
    to.form.guards.mapping(value.registry)
    entries = sorted(value.registry.items(), key=lambda entry: qualified(entry[0]))
    to.form.say(("dispatch", len(entries)))
    for cls, function in entries:
        to.write(cls, path)
        to.write(function, path)


def _held(to: Writing, value: types.FunctionType, path: str) -> None:
    """Write what a foreign function holds of the project, and the plain settings beside it."""
    wrapped = getattr(value, "__wrapped__", None)
    if wrapped is not None:
        to.form.foreign = True
        to.write(wrapped, f"{path}.__wrapped__")
    for name, cell in zip(value.__code__.co_freevars, value.__closure__ or (), strict=True):
        held = contents(cell)
        if held is wrapped or not _is_code_or_plain(held):
            continue
        to.form.guards.cell(cell)
        to.form.foreign = True
        to.form.say(name)
        to.write(held, f"{path}[{name}]")


def _is_code_or_plain(value: Any) -> bool:
    if isinstance(value, (types.FunctionType, types.MethodType, functools.partial, CACHED)) or is_step(value):
        return True
    return isinstance(value, (str, int, float, bytes, bool, type(None)))


def _class(to: Writing, value: type, *, label: str, handed: bool) -> None:
    if owns_class(to.analysis, value):
        to.form.lead(Edge(("class", id(value)), "class", value, label, handed))
        _subclasses(to, value)
        return
    to.form.say(("class", qualified(value)))
    to.form.package(value.__module__)


def _subclasses(to: Writing, cls: type) -> None:
    """Where a class is used by its name, the project's known subclasses may stand in for it."""
    to.form.guards.sequence(lambda: type.__subclasses__(cls))
    found = {id(each): each for each in _below(cls) if owns_class(to.analysis, each) and is_named(each)}
    for each in sorted(found.values(), key=qualified):
        to.form.lead(Edge(("class", id(each)), "class", each, each.__name__))


def _below(cls: type) -> list[type]:
    out: list[type] = []
    for each in type.__subclasses__(cls):
        out += [each, *_below(each)]
    return out


def _builtin(to: Writing, value: Any, path: str) -> None:
    to.form.say(("builtin", qualified(value)))
    reason = reason_of(value, patches)
    if reason is not None:
        to.form.outside.append(reason)
    owner = getattr(value, "__self__", None)
    if owner is not None and not isinstance(owner, types.ModuleType):
        to.write(owner, f"{path}.__self__")
    module = getattr(value, "__module__", None)
    if isinstance(module, str):
        to.form.package(module)


def _method(to: Writing, value: types.MethodType, path: str) -> None:
    to.form.say("method")
    to.write(value.__func__, path)
    to.write(value.__self__, f"{path}.__self__")


def _partial(to: Writing, value: functools.partial[Any], path: str) -> None:
    to.form.say("partial")
    to.form.guards.mapping(value.keywords)
    to.write(value.func, f"{path}.func")
    to.items("args", value.args, path)
    to.pairs("keywords", value.keywords.items(), path)


def _partial_method(to: Writing, value: functools.partialmethod[Any], path: str) -> None:
    to.form.say("partialmethod")
    to.write(value.func, f"{path}.func")
    to.items("args", value.args, path)
    to.pairs("keywords", value.keywords.items(), path)


def _cached(to: Writing, value: Any, path: str) -> None:
    to.form.say("cached")
    to.write(value.__wrapped__, path)


def _unwrapped(to: Writing, value: Any, path: str) -> None:
    to.form.say(type(value).__name__)
    to.write(value.__func__, path)


def _property(to: Writing, value: property, path: str) -> None:
    to.form.say("property")
    for each in (value.fget, value.fset, value.fdel):
        to.write(each, path)


def _cached_property(to: Writing, value: functools.cached_property[Any], path: str) -> None:
    to.form.say("cached_property")
    to.write(value.func, path)


def _dispatch_method(to: Writing, value: functools.singledispatchmethod[Any], path: str) -> None:
    to.form.say("singledispatchmethod")
    to.write(value.dispatcher, path)
    to.write(value.func, path)


def _getter(to: Writing, value: Any, path: str) -> None:
    to.form.say(type(value).__name__)
    to.items("args", value.__reduce__()[1], path)


def _module(to: Writing, value: types.ModuleType, _path: str) -> None:
    if to.analysis.project.owns_module(value):
        to.form.widened.append(f"the module {value.__name__} is used as a value")
        to.form.lead(Edge(("module", id(value)), "module", value, value.__name__))
        return
    to.form.say(("module", value.__name__))
    to.form.package(value.__name__)


_WRITERS: tuple[tuple[Any, Any], ...] = (
    (types.MethodType, _method),
    (functools.partial, _partial),
    (functools.partialmethod, _partial_method),
    (CACHED, _cached),
    ((staticmethod, classmethod), _unwrapped),
    (property, _property),
    (functools.cached_property, _cached_property),
    (functools.singledispatchmethod, _dispatch_method),
    ((operator.itemgetter, operator.attrgetter, operator.methodcaller), _getter),
    (types.ModuleType, _module),
)


def _typing(to: Writing, value: Any, path: str) -> bool:
    """Write a type expression."""
    if isinstance(value, (typing.TypeVar, typing.ParamSpec)):
        to.form.say(("type variable", value.__name__))
        bound: Any = getattr(value, "__bound__", None)
        to.write(bound, path)
        return True
    if isinstance(value, typing.ForwardRef):
        to.form.say(("forward", value.__forward_arg__))
        return True
    if isinstance(value, typing.NewType):
        to.form.say(("newtype", value.__name__))
        to.write(value.__supertype__, path)
        return True
    origin: Any = typing.get_origin(value)
    if origin is not None:
        to.form.say("generic")
        to.write(origin, path)
        to.items("of", getattr(value, "__metadata__", ()) + typing.get_args(value), path)
        return True
    if type(value).__module__ == "typing":
        to.form.say(("typing", repr(value)))
        return True
    return False

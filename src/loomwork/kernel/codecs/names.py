"""Classes by name: `module:qualname`, checked both ways. Knows nothing of what an instance holds.

A class that its module does not lead to (local to a function, replaced by a decorator, of an older notebook cell) is
found only in the process that has met it, and only while it is the one class of its name.
"""

import importlib
import sys
import typing
import weakref
from typing import Any

from loomwork.kernel.canonical.sink import type_name
from loomwork.kernel.codecs.forms import Lifting, Lowering, Mark, Tree, Unreadable

_HERE_ONLY = "?"


class _Seen:
    """The classes met in this process that their modules do not lead to."""

    def __init__(self) -> None:
        self._classes: dict[str, weakref.WeakSet[type]] = {}

    def add(self, name: str, cls: type) -> None:
        self._classes.setdefault(name, weakref.WeakSet()).add(cls)

    def find(self, name: str) -> type:
        found = list(self._classes.get(name, ()))
        if not found:
            raise Unreadable(f"its class {name} is local to the process that wrote it")
        if len(found) > 1:
            raise Unreadable(f"there are {len(found)} classes called {name}")
        return found[0]


_seen = _Seen()


def lower_class(cls: type, low: Lowering) -> Tree:
    """Return the name of a class; a parametrised generic model as its origin and arguments."""
    generic: Any = getattr(cls, "__pydantic_generic_metadata__", None)
    if generic and generic["origin"] is not None and all(_is_plain_class(item) for item in generic["args"]):
        return low.mark(
            Mark.GENERIC, lower_class(generic["origin"], low), *(lower_class(a, low) for a in generic["args"])
        )
    name = type_name(cls)
    if _follow(sys.modules.get(cls.__module__), cls.__qualname__) is cls:
        return name
    _seen.add(name, cls)
    return _HERE_ONLY + name


def _is_plain_class(item: object) -> bool:
    return isinstance(item, type) and typing.get_origin(item) is None


def lift_class(tree: Tree, up: Lifting) -> type:
    """Return the class of that name. Raises `Unreadable`."""
    if isinstance(tree, list):
        return up.lift(typing.cast("list[Tree]", tree))
    if not isinstance(tree, str):
        raise Unreadable("the name of a class is missing")
    if tree.startswith(_HERE_ONLY):
        return _seen.find(tree[1:])
    module_name, _, qualname = tree.partition(":")
    module = sys.modules.get(module_name) or _import(module_name)
    found = _follow(module, qualname)
    if not isinstance(found, type):
        raise Unreadable(f"there is no class {tree} any more")
    return found


def lift_generic(parts: list[Tree], up: Lifting) -> type:
    """Return a generic model with its arguments."""
    origin: Any = lift_class(parts[0], up)
    if not hasattr(origin, "__pydantic_generic_metadata__"):
        raise Unreadable(f"{type_name(origin)} is not a generic model any more")
    return origin[tuple(lift_class(part, up) for part in parts[1:])]


def _import(name: str) -> object:
    try:
        return importlib.import_module(name)
    except Exception as error:
        raise Unreadable(f"its module {name} cannot be imported ({type(error).__name__}: {error})") from error


def _follow(module: object, qualname: str) -> object:
    found: object = module
    for name in qualname.split("."):
        found = getattr(found, name, None)
    return found

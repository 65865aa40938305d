"""Tell apart what is the project's, what is a step, and what is somebody else's. Knows nothing of digests."""

from __future__ import annotations

import functools
import sys
import types
from typing import TYPE_CHECKING, Any, TypeGuard, cast

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis

_HEAP = 1 << 9
"""The type was made by running Python, not by a compiled module."""
CACHED = type(functools.lru_cache(len))
BUILTIN_CODE = (
    types.BuiltinFunctionType,
    types.WrapperDescriptorType,
    types.MethodDescriptorType,
    types.ClassMethodDescriptorType,
    types.GetSetDescriptorType,
    types.MemberDescriptorType,
    types.MethodWrapperType,
)


def type_of(value: Any) -> type[Any]:
    """Return a value's type, as a type of anything."""
    return cast("type[Any]", type(value))


def is_function(value: Any) -> TypeGuard[types.FunctionType]:
    """Say whether a value is a function written in Python."""
    return isinstance(value, types.FunctionType)


def is_class(value: Any) -> TypeGuard[type[Any]]:
    """Say whether a value is a class."""
    return isinstance(value, type) and not isinstance(value, types.GenericAlias)


def is_step(value: Any) -> bool:
    """Say whether a value is a step."""
    if isinstance(value, (type, types.FunctionType, types.ModuleType)):
        return False
    if getattr(type_of(value), "__loomwork_step__", None) is True:
        return True
    state: Any = getattr(value, "__dict__", None)
    return type(state) is dict and cast("dict[str, Any]", state).get("__loomwork_step__") is True


def owns_function(analysis: Analysis, function: types.FunctionType) -> bool:
    """Say whether a function's code is the project's. Generated code belongs to the module that it lives in."""
    filename = function.__code__.co_filename
    if not filename.startswith("<"):
        return analysis.project.owns(filename)
    return owns_name(analysis, str(function.__globals__.get("__name__")), function.__globals__)


def owns_name(analysis: Analysis, module: str, namespace: dict[str, Any] | None = None) -> bool:
    """Say whether a module known by its name is the project's; code of no known module was made by the project."""
    found = sys.modules.get(module)
    if found is not None:
        return analysis.project.owns_module(found)
    file = (namespace or {}).get("__file__")
    return analysis.project.owns(file) if isinstance(file, str) else True


def owns_class(analysis: Analysis, cls: type) -> bool:
    """Say whether a class is the project's."""
    if cls.__module__ == "builtins":
        return False
    if owns_name(analysis, cls.__module__) or is_made(cls):
        return True
    for value in vars(cls).values():
        if isinstance(value, types.FunctionType):
            return not value.__code__.co_filename.startswith("<") and analysis.project.owns(value.__code__.co_filename)
    return False


def is_named(cls: type) -> bool:
    """Say whether a class can be reached by its name (`dataclass(slots=True)` leaves a dead one behind)."""
    found: Any = sys.modules.get(cls.__module__)
    for part in cls.__qualname__.split("."):
        found = getattr(found, "__dict__", {}).get(part)
    return found is cls


def is_made(cls: type) -> bool:
    """Say whether a class was made at run time by a library (`make_dataclass`, `create_model`), not written there."""
    return "<locals>" not in cls.__qualname__ and cls.__flags__ & _HEAP != 0 and not is_named(cls)


def qualified(value: Any) -> str:
    """Return `module:qualname` of a function or class."""
    module = getattr(value, "__module__", None) or getattr(
        getattr(value, "__objclass__", None), "__module__", "builtins"
    )
    name = getattr(value, "__qualname__", None) or getattr(value, "__name__", None) or type(value).__name__
    return f"{module}:{name}"


def home(value: Any) -> str:
    """Return the module that a piece of code was written in, whatever `functools.wraps` says."""
    if isinstance(value, types.ModuleType):
        return value.__name__
    if isinstance(value, types.FunctionType):
        return str(value.__globals__.get("__name__", value.__module__))
    return str(getattr(value, "__module__", ""))


def function_name(function: types.FunctionType) -> str:
    """Return the name under which a function was written, whatever `functools.wraps` says."""
    return f"{function.__globals__.get('__name__', '?')}:{function.__code__.co_qualname}"

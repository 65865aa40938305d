"""May a function give a later caller what it read for an earlier one? Judges code and live names, runs nothing.

Errs towards yes. Decorators are judged by what stands under the function's name; the function itself by whether it
writes something that outlives the call (see `writes`).
"""

import functools
import gc
import inspect
from collections.abc import Callable, Iterator
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType
from typing import Any

from loomwork.flow.observe.names import load
from loomwork.flow.observe.writes import writes

CACHED: dict[int, CodeType] = {}
"""Code of functions that are wrapped by `functools.lru_cache` or `cache`, by identity."""

_WRAPPER = type(functools.lru_cache(lambda: None))
_STATELESS = (FunctionType, BuiltinFunctionType, MethodType, type, str, bytes, int, float, tuple, frozenset, type(None))
_KEEPS_NOTHING = frozenset(load("memory")["decorators_that_keep_nothing"])
_DEPTH = 20


def note_cached(function: Any) -> None:
    """Remember that a function is behind a `functools` cache."""
    for code in codes_of(function):
        CACHED[id(code)] = code


def note_existing() -> None:
    """Remember the functions behind caches that were made before we looked."""
    for wrapper in [each for each in gc.get_objects() if type(each) is _WRAPPER]:
        note_cached(wrapper.__wrapped__)


def noting(lru_cache: Callable[..., Any]) -> Callable[..., Any]:
    """Return `functools.lru_cache` that also notes what it wraps."""

    @functools.wraps(lru_cache)
    def noted(*args: Any, **kwargs: Any) -> Any:
        made = lru_cache(*args, **kwargs)
        if type(made) is _WRAPPER:
            note_cached(made.__wrapped__)
            return made

        def decorated(function: Any) -> Any:
            note_cached(function)
            return made(function)

        return functools.update_wrapper(decorated, made)

    return noted


def codes_of(value: Any) -> Iterator[CodeType]:
    """Yield the code of a function, method, partial or property and of what it wraps."""
    for _ in range(_DEPTH):
        if isinstance(value, FunctionType):
            yield value.__code__
            value = getattr(value, "__wrapped__", None)
        elif isinstance(value, MethodType | staticmethod | classmethod | property):
            value = _unbound(value)
        elif isinstance(value, type) or value is None:
            return
        else:
            value = getattr(value, "__wrapped__", None) or getattr(value, "func", None)


def remembers(code: CodeType, names: dict[str, Any]) -> bool:
    """Say whether the function with this code, defined among these global names, may remember."""
    bound = _bound(code, names)
    function = bound if isinstance(bound, FunctionType) and bound.__code__ is code else None
    if function is None and bound is not None and not _keeps_nothing(bound):
        return True
    return writes(code, names, function)


def _bound(code: CodeType, names: dict[str, Any]) -> Any:
    """Return what stands under the function's name, None where the name leads nowhere."""
    if "<" in code.co_qualname:
        return None
    first, *rest = code.co_qualname.split(".")
    found = names.get(first)
    for part in rest:
        if not isinstance(found, type):
            return None
        found = inspect.getattr_static(found, part, None)
    return _unbound(found)


def _unbound(value: Any) -> Any:
    """Return the function behind a method or property."""
    if isinstance(value, property):
        return value.fget
    if isinstance(value, MethodType | staticmethod | classmethod):
        return value.__func__  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] -- any callable
    return value


def _keeps_nothing(wrapper: Any) -> bool:
    """Say whether what wraps a function is known not to remember results."""
    if getattr(wrapper, "__loomwork_step__", False):
        return True  # a step's own memo is checked by the engine
    if isinstance(wrapper, FunctionType):
        if str(wrapper.__globals__.get("__name__", "")).partition(".")[0] in _KEEPS_NOTHING:
            return True
        return all(isinstance(each, _STATELESS) for each in _captured(wrapper))
    return type(wrapper).__module__.partition(".")[0] in _KEEPS_NOTHING


def _captured(function: FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:  # not filled yet
            yield cell

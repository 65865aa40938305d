"""Ask what a function can get at, without making its behaviour. Knows nothing of digests."""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any

from loomwork.flow.behaviour.guards import Guards
from loomwork.flow.behaviour.identity import home, is_step, owns_class, owns_function, type_of
from loomwork.flow.behaviour.resolve import Found, Missing, follow, place_of

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis

_QUIET = frozenset(
    [
        "functools",
        "typing",
        "inspect",
        "dataclasses",
        "collections",
        "itertools",
        "operator",
        "re",
        "contextlib",
        "enum",
        "abc",
        "math",
        "json",
        "pathlib",
        "time",
        "logging",
        "string",
        "textwrap",
        "types",
        "builtins",
        "datetime",
        "decimal",
        "fractions",
        "hashlib",
        "copy",
        "statistics",
        "uuid",
        "unicodedata",
        "loomwork",
    ]
)
_LOUD_BUILTINS = frozenset({"exec", "eval", "__import__", "open", "input", "breakpoint"})
_PLAIN = (dict, list, set, tuple, frozenset, str, int, float, bytes, bytearray, bool, type(None))


def acts_elsewhere(analysis: Analysis, code: types.FunctionType | type, wraps: int = 0) -> bool:
    """Say whether running `code` while a module is imported may change something that live values do not show.

    Args:
        analysis: The project.
        code: A function or class of the project that is called.
        wraps: How many of the functions that it returns are called too (a decorator with arguments: one).
    """
    return _acts(analysis, code, wraps, set())


def _acts(analysis: Analysis, code: types.FunctionType | type, depth: int, seen: set[int]) -> bool:
    if id(code) in seen:
        return False
    seen.add(id(code))
    if isinstance(code, type):
        methods = [vars(code).get(name) for name in ("__init__", "__new__", "__post_init__", "__call__")]
        return any(_acts(analysis, each, 99, seen) for each in methods if isinstance(each, types.FunctionType))
    if not owns_function(analysis, code):
        return False
    place = place_of(code)
    for ref in analysis.skeleton(code.__code__).refs:
        if ref.depth > depth:
            continue
        found = follow(analysis, ref, place, Guards())
        if isinstance(found, Found) and _is_loud(analysis, found, seen):
            return True
    return False


def _is_loud(analysis: Analysis, found: Found, seen: set[int]) -> bool:
    value: Any = found.value
    if found.builtin:
        return found.name in _LOUD_BUILTINS
    if is_step(value) or isinstance(value, _PLAIN):
        return False
    if isinstance(value, types.ModuleType):
        return not analysis.project.owns_module(value) and value.__name__.partition(".")[0] not in _QUIET
    if isinstance(value, types.FunctionType) and owns_function(analysis, value):
        return _acts(analysis, value, 99, seen)
    if isinstance(value, type) and owns_class(analysis, value):
        return _acts(analysis, value, 99, seen)
    if isinstance(value, (types.FunctionType, types.BuiltinFunctionType, type)):
        return home(value).partition(".")[0] not in _QUIET
    return not owns_class(analysis, type_of(value)) and type_of(value).__module__.partition(".")[0] not in _QUIET


def reaches_step(analysis: Analysis, function: types.FunctionType) -> bool:
    """Say whether a function calls a step, itself or through others."""
    todo, seen = [function], set[int]()
    while todo:
        each = todo.pop()
        if id(each) in seen or not owns_function(analysis, each):
            continue
        seen.add(id(each))
        place = place_of(each)
        for ref in analysis.skeleton(each.__code__).refs:
            found = follow(analysis, ref, place, Guards())
            if isinstance(found, Missing):
                continue
            if is_step(found.value):
                return True
            if isinstance(found.value, types.FunctionType):
                todo.append(found.value)
    return False

"""Replace functions of modules and classes, and put them back. Knows nothing of what the replacements do.

A replaced builtin must stay no descriptor (`class Timer: now = time.time` would otherwise pass `self`), so module
functions are replaced by bound methods, which Python never binds again.
"""

import os
from collections.abc import Callable
from functools import update_wrapper
from types import MethodType
from typing import Any, NamedTuple

_SUPPORTS = ("supports_dir_fd", "supports_effective_ids", "supports_fd", "supports_follow_symlinks")


class _Replaced(NamedTuple):
    owner: Any
    name: str
    original: Any
    replacement: Any
    inherited: bool


class Patches:
    """Replacements in force, newest last."""

    def __init__(self) -> None:
        self._made: list[_Replaced] = []
        self.originals: dict[int, str] = {}
        """Dotted names of replaced module functions, by identity: who holds one is not seen."""

    def function(self, module: Any, name: str, make: Callable[[str], Callable[..., Any]]) -> None:
        """Replace a module's function.

        `make(dotted name)` returns a function that takes the original first, then the caller's arguments.
        """
        original = getattr(module, name, None)
        if original is None or self._is_ours(module, name, original):
            return
        function = _dress(make(f"{module.__name__}.{name}"), original)
        self._set(module, name, original, MethodType(function, original))
        self.originals[id(original)] = f"{module.__name__}.{name}"

    def original(self, value: Any) -> Any:
        """Return the function that a replacement stands for, anything else as it is."""
        inner = getattr(value, "__self__", None)
        return inner if isinstance(value, MethodType) and id(inner) in self.originals else value

    def method(self, owner: Any, name: str, make: Callable[[Any], Callable[..., Any]]) -> None:
        """Replace a method of a Python class, or a Python function of a module, by what `make(original)` returns."""
        original = getattr(owner, name, None)
        if original is None or self._is_ours(owner, name, original):
            return
        self._set(owner, name, original, _dress(make(original), original))

    def restore(self) -> None:
        """Put everything back, unless somebody else has replaced it since."""
        for made in reversed(self._made):
            if _own(made.owner, made.name) is not made.replacement:
                continue
            if made.inherited:
                delattr(made.owner, made.name)
            else:
                setattr(made.owner, made.name, made.original)
            _swap(made.replacement, made.original)
        self._made.clear()
        self.originals.clear()

    def _is_ours(self, owner: Any, name: str, value: Any) -> bool:
        return any(made.owner is owner and made.name == name and made.replacement is value for made in self._made)

    def _set(self, owner: Any, name: str, original: Any, replacement: Any) -> None:
        inherited = isinstance(owner, type) and name not in vars(owner)
        if isinstance(owner, type) and not inherited:
            original = vars(owner)[name]
        try:
            setattr(owner, name, replacement)
        except (TypeError, AttributeError):
            return  # a class of an extension module: it cannot be watched, which the limits say
        self._made.append(_Replaced(owner, name, original, replacement, inherited))
        _swap(original, replacement)


def _own(owner: Any, name: str) -> Any:
    return vars(owner).get(name)  # pyright: ignore[reportUnknownMemberType, reportUnknownVariableType] -- of any type


def _dress(function: Any, original: Any) -> Any:
    """Give a replacement the name and the words of the original, but not its identity (`__wrapped__`)."""
    update_wrapper(function, original)
    del function.__wrapped__
    return function


def _swap(old: Any, new: Any) -> None:
    """Keep `os.supports_fd` and its like true: `shutil` chooses its safe way by them."""
    for name in _SUPPORTS:
        known: Any = getattr(os, name, None)
        if isinstance(known, set) and old in known:
            known.discard(old)  # pyright: ignore[reportUnknownMemberType] -- a set of functions
            known.add(new)  # pyright: ignore[reportUnknownMemberType] -- a set of functions

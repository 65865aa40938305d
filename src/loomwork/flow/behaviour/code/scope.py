"""Names inside of one function: locals become numbers, arguments keep their place. Knows nothing of instructions."""

from __future__ import annotations

from collections import Counter
from types import CodeType

from loomwork.flow.behaviour.code.tokens import docstring

_GENERATOR_KINDS = 0x20 | 0x80 | 0x100 | 0x200
_STARS = 0x04 | 0x08
_FUNCTION = 0x02
_SEES_NAMES = frozenset({"locals", "vars", "dir", "eval", "exec", "_getframe", "currentframe", "stack"})


class Scope:
    """The names of one code object, seen from the code objects inside of it as well."""

    __slots__ = ("arguments", "code", "depth", "is_body", "parent", "places", "slots", "stores")

    def __init__(self, code: CodeType, parent: Scope | None, *, module: bool = False) -> None:
        self.code = code
        self.parent = parent
        self.depth: int = 0 if parent is None else parent.depth + 1
        count = code.co_argcount + code.co_kwonlyargcount + bool(code.co_flags & 4) + bool(code.co_flags & 8)
        self.arguments = code.co_varnames[:count]
        self.places: dict[str, tuple[str, int]] = {name: ("argument", at) for at, name in enumerate(self.arguments)}
        cells = tuple(name for name in code.co_cellvars if name not in code.co_varnames)
        self.slots = code.co_varnames + cells + code.co_freevars
        self.is_body = not module and not code.co_flags & _FUNCTION
        self.stores: Counter[str] = Counter()

    def header(self) -> tuple[object, ...]:
        """Return what a caller can see of the function, and what the function can see of its own names."""
        code = self.code
        head: list[object] = [
            code.co_flags & (_GENERATOR_KINDS | _STARS),
            code.co_posonlyargcount,
            code.co_argcount,
            code.co_kwonlyargcount,
            self.arguments,
        ]
        if self.parent is not None:
            head += [code.co_name, docstring(code)]
        if not _SEES_NAMES.isdisjoint(code.co_names):
            head += [code.co_varnames, code.co_cellvars, code.co_freevars]
        return tuple(head)

    def is_free(self, name: str) -> bool:
        """Say whether `name` comes from outside of the outermost function."""
        scope: Scope = self
        while name in scope.code.co_freevars:
            if scope.parent is None:
                return True
            scope = scope.parent
        return False

    def place(self, name: str) -> tuple[object, ...]:
        """Return the number of a local name; one of an enclosing function's says how far out it is."""
        scope: Scope = self
        while name in scope.code.co_freevars and scope.parent is not None:
            scope = scope.parent
        found = scope.places.setdefault(name, ("local", len(scope.places)))
        return found if scope is self else (self.depth - scope.depth, *found)

"""What stands on a function's stack, as far as it comes from outside. Knows nothing of instructions.

A value is followed from where it is loaded to where it is called, stored or changed. What cannot be followed is
unknown, never guessed.
"""

from __future__ import annotations

from typing import NamedTuple

from loomwork.flow.behaviour.code.tokens import Mutation, Ref, Use


class Const(NamedTuple):
    """A literal."""

    value: object


class Derived(NamedTuple):
    """A value that was reached through a reference: an item, an attribute, or the same under a local name."""

    ref: Ref


class Own(NamedTuple):
    """The function's first parameter, or something reached through it by `path`."""

    path: str


class Imported(NamedTuple):
    """A module bound by an import inside of the function, or something taken from it."""

    module: str
    level: int
    fromlist: bool
    attrs: tuple[str, ...]


class Null:
    """The empty place beside a callable."""


NULL = Null()
Symbol = Const | Derived | Own | Imported | Null | Ref | None

MUTATORS = frozenset(
    [
        "append",
        "extend",
        "insert",
        "remove",
        "pop",
        "popitem",
        "clear",
        "update",
        "setdefault",
        "add",
        "discard",
        "sort",
        "reverse",
        "appendleft",
        "popleft",
        "extendleft",
        "rotate",
        "difference_update",
        "intersection_update",
        "symmetric_difference_update",
        "subtract",
        "move_to_end",
        "__setitem__",
        "__delitem__",
        "__setattr__",
    ]
)


class Stack:
    """Symbols, top last. Popping an empty stack gives the unknown."""

    __slots__ = ("items",)

    def __init__(self, items: list[Symbol] | None = None) -> None:
        self.items: list[Symbol] = items or []

    def push(self, symbol: Symbol) -> None:
        """Put a symbol on top."""
        self.items.append(symbol)

    def pop(self) -> Symbol:
        """Take the top."""
        return self.items.pop() if self.items else None

    def peek(self, depth: int = 1) -> Symbol:
        """Look at the `depth`-th from the top without using it."""
        return self.items[-depth] if 0 < depth <= len(self.items) else None

    def swap(self, depth: int) -> None:
        """Exchange the top with the `depth`-th."""
        while len(self.items) < depth:
            self.items.insert(0, None)
        self.items[-1], self.items[-depth] = self.items[-depth], self.items[-1]

    def copy(self) -> Stack:
        """Return the same stack."""
        return Stack(self.items.copy())

    def merged(self, other: Stack) -> Stack:
        """Return what is known when two paths meet."""
        out: list[Symbol] = []
        for one, two in zip(reversed(self.items), reversed(other.items), strict=False):
            if one is not two and one != two:
                use(one, "value")
                use(two, "value")
                out.append(None)
            else:
                out.append(one)
        out.reverse()
        return Stack(out)


def use(symbol: Symbol, how: Use, consumer: Ref | None = None) -> None:
    """Note what becomes of a value. Being handed on as a value weighs most."""
    ref = symbol.ref if isinstance(symbol, Derived) else symbol
    if not isinstance(ref, Ref) or (isinstance(symbol, Derived) and how != "value"):
        return
    if how == "value":
        handed_twice = ref.use == "value" and ref.consumer is not consumer
        ref.consumer = None if handed_twice else consumer
        ref.use = "value"
    elif ref.use == "unused":
        ref.use = how


def mutation(symbol: Symbol, how: str, depth: int, attr: str = "") -> Mutation | None:
    """Return the change that storing into `symbol` makes outside of the function."""
    ref = symbol.ref if isinstance(symbol, Derived) else symbol
    if not isinstance(ref, Ref):
        return None
    return Mutation(ref, f"{ref.shown}.{attr}" if attr else ref.shown, how, depth, attr)  # pyright: ignore[reportArgumentType] # `how` is one of the literals by construction

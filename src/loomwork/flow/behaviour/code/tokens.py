"""The words a function is written down in: constants, references to what lies outside of it, mutations.

Knows nothing of what the references lead to.
"""

from __future__ import annotations

from types import CodeType
from typing import Literal, NamedTuple, cast

Root = Literal["global", "free", "import"]
Use = Literal["call", "value", "subscript", "owner", "unused"]


class Ref:
    """A name that a function takes from outside, with the attributes that it asks for at once: `helpers.clean`.

    `call` says that it is only called there; `consumer` is what the value is handed to, as far as one can see.
    """

    __slots__ = ("args", "attrs", "consumer", "depth", "fromlist", "level", "name", "root", "use")

    def __init__(self, root: Root, name: str, depth: int, *, level: int = 0, fromlist: bool = False) -> None:
        self.root: Root = root
        self.name = name
        self.attrs: list[str] = []
        self.use: Use = "unused"
        self.consumer: Ref | None = None
        self.depth = depth
        self.level = level
        self.fromlist = fromlist
        self.args: tuple[object, ...] | None = None
        """Of a call: its arguments where they are literal strings, None elsewhere; None as a whole if unseen."""

    @property
    def shown(self) -> str:
        """The reference as one would write it."""
        return ".".join((self.name, *self.attrs))

    def __repr__(self) -> str:
        return f"<{self.root} {self.shown} {self.use}>"


class Blank:
    """The place of a reference in the tokens; its repr is all that the digest sees."""

    __slots__ = ("ref",)

    def __init__(self, ref: Ref) -> None:
        self.ref = ref

    def __repr__(self) -> str:
        return "<?>"


class Mutation(NamedTuple):
    """Something outside of the function that it changes."""

    ref: Ref | None
    """What is changed in place; None where a global or a closure variable is bound anew."""
    name: str
    how: Literal["rebound", "item", "attribute", "method", "closure"]
    depth: int
    attr: str = ""
    """The attribute that is set."""


def literal(value: object) -> object:
    """Return a constant in a form whose repr tells it from every other: `1`, `1.0` and `True` differ.

    >>> literal(1.0), literal((True, -0.0))
    (('float', '1.0'), ('tuple', (('bool', 'True'), ('float', '-0.0'))))
    """
    if isinstance(value, str):
        return value
    if isinstance(value, tuple):
        return ("tuple", tuple(map(literal, cast("tuple[object, ...]", value))))
    if isinstance(value, frozenset):
        return ("frozenset", tuple(sorted(repr(literal(each)) for each in cast("frozenset[object]", value))))
    return (type(value).__name__, repr(value))


def docstring(code: CodeType) -> str | None:
    """Return the docstring that a function's code carries."""
    if code.co_name.startswith("<") or not code.co_consts:
        return None
    first: object = code.co_consts[0]
    return first if isinstance(first, str) and code.co_flags & 2 else None

"""Write a code object down as a digest and the references it makes. Knows nothing of live values.

The digest does not see formatting, comments, positions, docstrings and the names of locals; it sees everything else,
with a blank where a name from outside stands. Whoever resolves the references fills the blanks.
"""

from __future__ import annotations

import hashlib
from types import CodeType
from typing import NamedTuple

from loomwork.flow.behaviour.code.reader import Gathered, Reader
from loomwork.flow.behaviour.code.scope import Scope
from loomwork.flow.behaviour.code.tokens import Mutation, Ref


class Skeleton(NamedTuple):
    """A function's code without what it refers to."""

    digest: str
    refs: tuple[Ref, ...]
    mutations: tuple[Mutation, ...]
    names: frozenset[str]
    """Attribute names that the code asks for, on whatever object."""
    own_stores: frozenset[str]
    """Attributes of its first parameter that the code changes."""


def skeleton_of(code: CodeType, *, module: bool = False) -> Skeleton:
    """Read a code object.

    Args:
        code: A function's code; or, with `module`, that of top-level statements or of an expression among them.
        module: Plain names are the module's globals.

    >>> def before(items):
    ...     return [each.strip() for each in items]
    >>> def after(things):   # a comment
    ...     return [thing.strip()
    ...             for thing in things]
    >>> one, two = before.__code__.replace(co_varnames=("x",)), after.__code__.replace(co_varnames=("x",))
    >>> skeleton_of(one).digest == skeleton_of(two).digest
    True
    """
    gathered = Gathered()
    tokens = Reader(Scope(code, None, module=module), gathered, module=module).read()
    for ref in gathered.refs:
        if ref.use == "unused":
            ref.use = "value"
        gathered.names.update(ref.attrs)
    form = repr(tokens).encode("utf-8", "surrogatepass")
    return Skeleton(
        hashlib.sha256(form).hexdigest()[:40],
        tuple(gathered.refs),
        tuple(gathered.mutations),
        frozenset(gathered.names),
        frozenset(gathered.own_stores),
    )

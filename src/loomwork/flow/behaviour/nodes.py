"""The graph that a behaviour is read from: nodes with a digest of their own, edges in the order of their text.

Knows nothing of how nodes are made or walked.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable
from typing import Any, NamedTuple

from loomwork.flow.behaviour.guards import Guards

Key = tuple[Hashable, ...]


class Lines(NamedTuple):
    """A stretch of a source file, both ends included."""

    file: str
    first: int
    last: int


class Edge(NamedTuple):
    """A way from a node to another, which may not be made yet."""

    key: Key
    kind: str
    """Which builder makes the node."""
    payload: Any
    label: str = ""
    """The name by which it is reached, for `@step(ignore=[...])`."""
    handed: bool = False
    """It is handed on as a value: its name, docstring and annotations may be read by whoever gets it."""


class StepEdge(NamedTuple):
    """A way to another step, where the walk ends."""

    step: Any
    label: str = ""


class Where(NamedTuple):
    """What people see of a node."""

    kind: str
    name: str
    file: str
    line: int
    shown: str


class Changed(NamedTuple):
    """Something that a function changes outside of itself."""

    key: Key
    what: str
    label: str = ""
    """The name by which it can be ignored."""


class Aspects(NamedTuple):
    """Which sides of code act because something reads them."""

    names: bool = False
    docs: bool = False
    signatures: bool = False
    sources: bool = False

    def joined(self, other: Aspects) -> Aspects:
        """Return the sides that act in either."""
        return Aspects(*(one or two for one, two in zip(self, other, strict=True)))


class Form:
    """A node in the making: what it says, and what it leads to."""

    __slots__ = (
        "aspects",
        "edges",
        "foreign",
        "guards",
        "imports",
        "outside",
        "packages",
        "stateful",
        "tokens",
        "widened",
    )

    def __init__(self) -> None:
        self.tokens: list[object] = []
        self.edges: list[Edge | StepEdge] = []
        self.packages: set[str] = set()
        self.guards = Guards()
        self.widened: list[str] = []
        self.imports: list[Lines] = []
        """The lines of modules whose text stands for a value: what they read when they ran is part of it."""
        self.outside: list[str] = []
        """What of the value answers differently each time it is called: `datetime.now` as a default factory."""
        self.stateful: list[type] = []
        """Project classes whose instances are part of the value."""
        self.aspects = Aspects()
        """Sides of the code around it that it reads."""
        self.foreign = False
        """Part of it is made by code that is not the project's, and was seen from outside only."""

    def say(self, *tokens: object) -> None:
        """Write tokens down: strings, integers and tuples of them."""
        self.tokens.extend(tokens)

    def lead(self, edge: Edge | StepEdge) -> None:
        """Write an edge down."""
        self.tokens.append(("->",))
        self.edges.append(edge)

    def package(self, module: str) -> None:
        """Note that code of an installed package takes part."""
        self.packages.add(module.partition(".")[0])

    def digest(self) -> str:
        """Return the hash of what was said."""
        return hashed(self.tokens)


Extra = Callable[[Aspects], Form | None]


class Node:
    """One thing that a behaviour is made of."""

    __slots__ = (
        "aspects", "changes", "check", "describe", "digest", "edges", "epoch", "extras", "guards", "imports", "key",
        "kind", "more", "names", "outside", "own_stores", "packages", "payload", "stateful", "widened",
    )  # fmt: skip

    def __init__(
        self,
        edge: Edge,
        form: Form,
        *,
        describe: Callable[[], Where],
        names: Iterable[str] = (),
        changes: Iterable[Changed] = (),
        extra: Extra | None = None,
        own_stores: frozenset[str] = frozenset(),
    ) -> None:
        self.key = edge.key
        self.kind = edge.kind
        self.payload = edge.payload
        self.digest = form.digest()
        self.edges = tuple(form.edges)
        self.packages = frozenset(form.packages)
        self.guards = form.guards
        self.widened = tuple(form.widened)
        self.imports = tuple(form.imports)
        self.outside = tuple(form.outside)
        self.aspects = form.aspects
        self.stateful = tuple(form.stateful)
        self.describe = describe
        self.names = frozenset(names)
        self.changes = tuple(changes)
        self.more = extra
        self.extras: dict[Aspects, Form | None] = {}
        self.own_stores = own_stores
        self.epoch = -1
        self.check: Callable[[], bool] | None = None

    def holds(self) -> bool:
        """Say whether the node is as it was made."""
        if self.check is None:
            self.check = self.guards.compiled()
        return self.check()

    def aspect(self, aspects: Aspects) -> Form | None:
        """Return what else the node says when these sides of it act."""
        if self.more is None or not any(aspects):
            return None
        if aspects not in self.extras:
            self.extras[aspects] = self.more(aspects)
        return self.extras[aspects]


def hashed(tokens: object) -> str:
    """Return the hash of tokens."""
    return hashlib.sha256(repr(tokens).encode("utf-8", "surrogatepass")).hexdigest()[:40]

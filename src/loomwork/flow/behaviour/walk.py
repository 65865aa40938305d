"""Walk the graph from a step and read one hash off it. Knows nothing of how nodes are made.

Nodes are numbered in the order in which the code leads to them, so that names and places do not matter. Some facts
(what is changed by whom, whose docstrings are read) are known only at the end of a walk and change what nodes say:
the walk is repeated until nothing new is learned.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

from loomwork.flow.behaviour.classes import own_stores
from loomwork.flow.behaviour.nodes import Aspects, Edge, Key, Node, StepEdge, hashed
from loomwork.flow.behaviour.packages import STDLIB
from loomwork.kernel.errors.behaviour import NoFingerprint

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis

IGNORED = -1_000_000
_VALUES = frozenset({"binding", "cell", "leaf"})
_WIDE = frozenset({"module", "project", "effect"})
_SETTING_UP = frozenset({"__init__", "__new__", "__post_init__", "__init_subclass__", "__set_name__", "__setstate__"})
_HANDED = Aspects(names=True, docs=True, signatures=True)


class Learned(NamedTuple):
    """What is known only after a walk."""

    changed: frozenset[Key] = frozenset()
    handed: frozenset[Key] = frozenset()
    aspects: Aspects = Aspects()
    outside: tuple[str, ...] = ()

    def joined(self, other: Learned) -> Learned:
        """Return what is known from either: knowledge only grows, so that walking comes to an end."""
        return Learned(
            self.changed | other.changed,
            self.handed | other.handed,
            self.aspects.joined(other.aspects),
            tuple(dict.fromkeys(other.outside + self.outside)),
        )


class Visit(NamedTuple):
    """A node as it was met."""

    node: Node
    digest: str
    refs: tuple[int, ...]
    """Places of other visits; of a step: -1 - slot; `IGNORED`."""


class Walked(NamedTuple):
    """Everything that is reached."""

    visits: tuple[Visit, ...]
    slots: tuple[object, ...]
    packages: tuple[tuple[str, str], ...]
    outside: tuple[str, ...]
    widened: tuple[str, ...]
    roots: int
    """How many of the visits the walk began with."""

    def digest(self) -> str:
        """Return the hash of it all; a plain value counts by itself, wherever it stands."""
        told = [
            (visit.digest, tuple(self._told(at) for at in visit.refs))
            for place, visit in enumerate(self.visits)
            if visit.refs or place < self.roots
        ]
        return hashed((told, self.packages))

    def _told(self, at: int) -> object:
        if at < 0 or self.visits[at].refs:
            return at
        return self.visits[at].digest


def walk(analysis: Analysis, roots: Sequence[Edge], ignore: Iterable[str]) -> Walked:
    """Walk from the roots until nothing new is learned. Raises `NoFingerprint`."""
    ignored = frozenset(ignore)
    learned = Learned()
    while True:
        tour = _Tour(analysis, ignored, learned)
        tour.run(roots)
        found = tour.learned()
        if found == learned:
            return tour.walked()
        learned = found.joined(learned)


class _Tour:
    """One walk with what is known so far."""

    def __init__(self, analysis: Analysis, ignored: frozenset[str], known: Learned) -> None:
        self.analysis = analysis
        self.ignored = ignored
        self.known = known
        self.handed: set[Key] = set(known.handed)
        self.order: list[Edge] = []
        self.places: dict[Key, int] = {}
        self.slots: list[object] = []
        self.slot_of: dict[int, int] = {}
        self.visits: list[Visit] = []
        self.outside: dict[str, None] = dict.fromkeys(known.outside)

    def run(self, roots: Sequence[Edge]) -> None:
        """Visit everything, nearest first."""
        for root in roots:
            self._place(root)
        self.roots = len(self.order)
        at = 0
        while at < len(self.order):
            self.visits.append(self._visit(self.order[at]))
            at += 1

    def _visit(self, edge: Edge) -> Visit:
        node = self.analysis.node(edge)
        handed = edge.key in self.known.handed
        pass_on = handed and edge.kind in _VALUES
        refs = [self._ref(each, handed=pass_on) for each in node.edges]
        extra = node.aspect(self.known.aspects.joined(_HANDED) if handed else self.known.aspects)
        if extra is None:
            return Visit(node, node.digest, tuple(refs))
        refs += [self._ref(each, handed=handed) for each in extra.edges]
        return Visit(node, hashed((node.digest, extra.tokens)), tuple(refs))

    def _ref(self, edge: Edge | StepEdge, *, handed: bool) -> int:
        if self.ignored and edge.label and self._is_ignored(edge):
            return IGNORED
        if isinstance(edge, StepEdge):
            slot = self.slot_of.setdefault(id(edge.step), len(self.slots))
            if slot == len(self.slots):
                self.slots.append(edge.step)
            return -1 - slot
        if handed or edge.handed:
            self.handed.add(edge.key)
        if edge.kind in _VALUES and edge.key[:3] in self.known.changed:
            edge = edge._replace(key=("assigned", *edge.key[:3]), kind="assigned")
        return self._place(edge)

    def _is_ignored(self, edge: Edge | StepEdge) -> bool:
        if edge.label in self.ignored:
            return True
        return any(each.rpartition(".")[2] == edge.label for each in self.ignored if "." in each) and self._is_named(
            edge
        )

    def _is_named(self, edge: Edge | StepEdge) -> bool:
        if not isinstance(edge, Edge) or edge.kind not in {"binding", "code", "class"}:
            return False
        try:
            name = self.analysis.node(edge).describe().name
        except NoFingerprint:  # what cannot be made has no name but the one it is read by
            return True
        return name.replace(":", ".") in self.ignored

    def _place(self, edge: Edge) -> int:
        place = self.places.setdefault(edge.key, len(self.order))
        if place == len(self.order):
            self.order.append(edge)
        return place

    # -- afterwards -------------------------------------------------------------------------------------------------

    def learned(self) -> Learned:
        """Return what this walk has taught."""
        reached, names = self._reached()
        aspects = _aspects(names)
        changed: set[Key] = set()
        for at in sorted(reached):
            node = self.visits[at].node
            aspects = aspects.joined(node.aspects)
            self.outside |= dict.fromkeys(node.outside)
            for change in node.changes:
                if change.label in self.ignored:
                    continue
                changed.add(change.key)
                self.outside[change.what] = None
            for cls in node.stateful:
                self._state(node, cls, names, changed)
        for visit in self.visits:
            if visit.node.kind == "assigned":
                changed.add(visit.node.key[1:])
        return Learned(frozenset(changed), frozenset(self.handed), aspects, tuple(self.outside))

    def _state(self, node: Node, cls: type, names: set[str], changed: set[Key]) -> None:
        for method, attributes in own_stores(self.analysis, cls):
            implicit = method.startswith("__") and method not in _SETTING_UP
            if implicit or method in names:
                changed.add(node.key)
                what = f"{cls.__module__}:{cls.__qualname__}.{method} sets {', '.join(sorted(attributes))}"
                self.outside[f"{what} of {node.describe().name}"] = None

    def _reached(self) -> tuple[set[int], set[str]]:
        """Return what a call may run or read, and the attributes asked for there.

        Left out is what counts only because a whole module does, and methods that nobody names.
        """
        reached: set[int] = set()
        names: set[str] = set()
        waiting: list[tuple[str, int]] = []
        todo = [at for at in range(self.roots) if self.visits[at].node.kind != "effect"]
        while todo:
            at = todo.pop()
            if at in reached:
                continue
            reached.add(at)
            node = self.visits[at].node
            names |= node.names
            if node.kind not in _WIDE:
                for edge, ref in zip(node.edges, self.visits[at].refs, strict=False):
                    method = edge.label.rpartition(".")[2] if node.kind == "class" else ""
                    if ref >= 0 and method and not method.startswith("__"):
                        waiting.append((method, ref))
                    elif ref >= 0:
                        todo.append(ref)
            if not todo:
                todo = [ref for method, ref in waiting if method in names and ref not in reached]
        return reached, names

    def walked(self) -> Walked:
        """Return the result."""
        roots = {name for visit in self.visits for name in visit.node.packages}
        own = {name.partition(".")[0] for name in self.analysis.modules()}
        versions = self.analysis.packages
        packages = tuple(
            (name, versions.version(name))
            for name in sorted(roots)
            if name not in STDLIB and name not in own and name not in {"loomwork", "__main__"}
        )
        widened = dict.fromkeys(reason for visit in self.visits for reason in visit.node.widened)
        return Walked(tuple(self.visits), tuple(self.slots), packages, tuple(self.outside), tuple(widened), self.roots)


def _aspects(names: set[str]) -> Aspects:
    return Aspects(
        names=not names.isdisjoint({"__name__", "__qualname__"}),
        docs="__doc__" in names,
        signatures="__annotations__" in names,
    )


PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"

"""What all passes share: the project, its loaded modules and their syntax, the nodes made so far.

Knows nothing of how a node is made: builders are registered by kind.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from types import CodeType, ModuleType
from typing import Any

from loomwork.flow.behaviour.code import Skeleton, skeleton_of
from loomwork.flow.behaviour.effects import Sorted, sort
from loomwork.flow.behaviour.nodes import Edge, Node
from loomwork.flow.behaviour.packages import Packages
from loomwork.flow.behaviour.project import Project
from loomwork.flow.behaviour.source import Sources, typed_cells
from loomwork.flow.behaviour.symbols import Symbols

Builder = Callable[["Analysis", Edge], Node]


class Analysis:
    """Everything that is known of one project in one process."""

    def __init__(self, project: Project, builders: dict[str, Builder]) -> None:
        self.project = project
        self.sources = Sources()
        self.packages = Packages()
        self.epoch = 0
        self._builders = builders
        self._nodes: dict[Any, Node] = {}
        self._skeletons: dict[tuple[int, bool], tuple[CodeType, Skeleton]] = {}
        self._symbols: dict[int, tuple[ModuleType, str, Symbols]] = {}
        self._modules: dict[str, ModuleType] = {}
        self._seen = 0
        self._effects: tuple[frozenset[str], Sorted] | None = None

    def node(self, edge: Edge) -> Node:
        """Return the node that an edge leads to, made anew if what it was made of has changed."""
        node = self._nodes.get(edge.key)
        if node is not None and (node.epoch == self.epoch or node.holds()):
            node.epoch = self.epoch
            return node
        node = self._builders[edge.kind](self, edge)
        node.epoch = self.epoch
        self._nodes[edge.key] = node
        return node

    def skeleton(self, code: CodeType, *, module: bool = False) -> Skeleton:
        """Return a code object's skeleton."""
        key = (id(code), module)
        known = self._skeletons.get(key)
        if known is None:
            known = self._skeletons[key] = (code, skeleton_of(code, module=module))
        return known[1]

    def modules(self) -> dict[str, ModuleType]:
        """Return the project's loaded modules by name."""
        if len(sys.modules) != self._seen:
            loaded = list(sys.modules.items())
            self._seen = len(loaded)
            self._modules = {name: module for name, module in loaded if self._is_own(name, module)}
        return self._modules

    def _is_own(self, name: str, module: object) -> bool:
        return isinstance(module, ModuleType) and name == module.__name__ and self.project.owns_module(module)

    def effects(self) -> Sorted:
        """Return what importing the project's modules did, sorted again when more of them are loaded."""
        modules = self.modules()
        names = frozenset(modules)
        if self._effects is None or self._effects[0] != names:
            self._effects = (names, Sorted((), {}))
            self._effects = (names, sort(self))
        return self._effects[1]

    def symbols(self, module: ModuleType) -> Symbols:
        """Return what a module binds and does, from the source that it was loaded from."""
        text = self.sources.of_module(module)
        if text is None:
            text = "\n".join(self.sources.of_file(cell) or "" for cell in typed_cells())
        known = self._symbols.get(id(module))
        if known is None or known[1] != text:
            known = self._symbols[id(module)] = (module, text, Symbols(text))
        return known[2]

    def file_of(self, module: ModuleType | None) -> str:
        """Return a module's file as people name it."""
        file = getattr(module, "__file__", None)
        return self.project.relative(file) if isinstance(file, str) else ""

    def line(self, filename: str, line: int) -> str:
        """Return one line of a file."""
        text = self.sources.of_file(filename) or ""
        lines = text.splitlines()
        return lines[line - 1].strip() if 0 < line <= len(lines) else ""

    def files(self) -> list[Path]:
        """Return all Python files of the project."""
        return list(self.project.sources())

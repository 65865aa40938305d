"""Notice cheaply that something a behaviour was made of has been bound anew or changed in place.

Knows nothing of what the things mean: it compares by identity, so that it may be alarmed for nothing, never too late.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from operator import attrgetter, is_, itemgetter
from types import CellType, FunctionType
from typing import Any

_state = attrgetter("__code__", "__defaults__", "__kwdefaults__")
_EMPTY: object = object()

Check = Callable[[], bool]


class Guards:
    """Things that were read, as they were."""

    __slots__ = ("absent", "cells", "checks", "empty", "functions", "names")

    def __init__(self) -> None:
        self.names: dict[int, tuple[Mapping[str, Any], dict[str, Any]]] = {}
        self.absent: dict[int, tuple[Mapping[str, Any], set[str]]] = {}
        self.cells: list[tuple[CellType, Any]] = []
        self.functions: list[tuple[FunctionType, tuple[Any, Any, Any]]] = []
        self.empty: list[Mapping[Any, Any]] = []
        self.checks: list[Check] = []

    def name(self, namespace: Mapping[str, Any], name: str, value: Any) -> None:
        """Note what a name is bound to."""
        self.names.setdefault(id(namespace), (namespace, {}))[1][name] = value

    def no_name(self, namespace: Mapping[str, Any], name: str) -> None:
        """Note that a name is not bound."""
        self.absent.setdefault(id(namespace), (namespace, set()))[1].add(name)

    def cell(self, cell: CellType) -> None:
        """Note what a closure cell holds."""
        self.cells.append((cell, contents(cell)))

    def function(self, function: FunctionType) -> None:
        """Note a function's code and defaults."""
        self.functions.append((function, _state(function)))

    def sequence(self, read: Callable[[], Any]) -> None:
        """Note the members that `read` returns, in their order."""
        before = tuple(read())
        size = len(before)

        def holds() -> bool:
            now = tuple(read())
            return len(now) == size and all(map(is_, now, before))

        self.checks.append(holds)

    def mapping(self, mapping: Mapping[Any, Any]) -> None:
        """Note a mapping's keys and values, in their order."""
        if not mapping:
            self.empty.append(mapping)
            return
        keys, values = tuple(mapping), tuple(mapping.values())
        size = len(keys)

        def holds() -> bool:
            return len(mapping) == size and all(map(is_, mapping.values(), values)) and all(map(is_, mapping, keys))

        self.checks.append(holds)

    def add(self, other: Guards) -> None:
        """Take over everything that `other` notes."""
        for namespace, names in other.names.values():
            self.names.setdefault(id(namespace), (namespace, {}))[1].update(names)
        for namespace, absent in other.absent.values():
            self.absent.setdefault(id(namespace), (namespace, set()))[1].update(absent)
        self.cells += other.cells
        self.functions += other.functions
        self.empty += other.empty
        self.checks += other.checks

    def compiled(self) -> Check:
        """Return one function that says whether everything is as it was."""
        checks = [_names_hold(namespace, names) for namespace, names in self.names.values()]
        checks += [_absent_hold(namespace, names) for namespace, names in self.absent.values()]
        if self.cells:
            checks.append(_cells_hold(self.cells))
        if self.functions:
            checks.append(_functions_hold(self.functions))
        if self.empty:
            empty = tuple(self.empty)
            checks.append(lambda: not any(empty))
        every = tuple(checks + self.checks)

        def holds() -> bool:
            try:
                for check in every:
                    if not check():
                        return False
            except RuntimeError:  # a container is being changed by another thread right now
                return False
            return True

        return holds


def contents(cell: CellType) -> Any:
    """Return what a closure cell holds, or a mark for an empty one."""
    try:
        return cell.cell_contents
    except ValueError:
        return _EMPTY


def _names_hold(namespace: Mapping[str, Any], names: dict[str, Any]) -> Check:
    if len(names) == 1:
        ((name, value),) = names.items()
        missing = object()
        return lambda: namespace.get(name, missing) is value
    take, expected = itemgetter(*names), tuple(names.values())

    def holds() -> bool:
        try:
            return all(map(is_, take(namespace), expected))
        except KeyError:
            return False

    return holds


def _absent_hold(namespace: Mapping[str, Any], names: set[str]) -> Check:
    keys = namespace.keys()
    return lambda: names.isdisjoint(keys) if len(names) > len(keys) else not any(map(keys.__contains__, names))


def _cells_hold(cells: list[tuple[CellType, Any]]) -> Check:
    only = tuple(cell for cell, _ in cells)
    expected = tuple(value for _, value in cells)
    return lambda: all(map(is_, map(contents, only), expected))


def _functions_hold(noted: list[tuple[FunctionType, tuple[Any, Any, Any]]]) -> Check:
    unique = {id(function): (function, state) for function, state in noted}
    functions = tuple(function for function, _ in unique.values())
    expected = tuple(part for _, state in unique.values() for part in state)
    return lambda: all(map(is_, chain.from_iterable(map(_state, functions)), expected))

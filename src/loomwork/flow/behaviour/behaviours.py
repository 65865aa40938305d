"""What each step does, found once and checked cheaply after that. Knows nothing of calls or memos."""

from __future__ import annotations

import sys
import threading
import types
from collections.abc import Callable
from typing import Any

from loomwork.flow.behaviour import classes, effects, functions, leaves, wide
from loomwork.flow.behaviour.analysis import Analysis
from loomwork.flow.behaviour.guards import Guards
from loomwork.flow.behaviour.identity import is_step, owns_class, owns_function, qualified
from loomwork.flow.behaviour.nodes import Edge
from loomwork.flow.behaviour.packages import STDLIB
from loomwork.flow.behaviour.parts import Behaviour, Part, cut
from loomwork.flow.behaviour.project import Project
from loomwork.flow.behaviour.resolve import Found, Place
from loomwork.flow.behaviour.statements import place_in
from loomwork.flow.behaviour.walk import PYTHON, Walked, walk
from loomwork.kernel.canonical import combine

_BUILDERS = {
    "code": functions.build,
    "class": classes.build,
    "leaf": leaves.build_leaf,
    "binding": leaves.build_binding,
    "cell": leaves.build_cell,
    "assigned": leaves.build_assigned,
    "module": wide.build_module,
    "project": wide.build_project,
    "file": wide.build_file,
    "effect": effects.build,
}


class _Known:
    """A behaviour and what must hold for it to hold."""

    __slots__ = ("behaviour", "check", "effects", "loaded", "thing")

    def __init__(self, thing: Any, behaviour: Behaviour, check: Callable[[], bool], effects: object) -> None:
        self.thing = thing
        self.behaviour = behaviour
        self.check = check
        self.effects = effects
        self.loaded = len(sys.modules)


class Behaviours:
    """Finds what functions, classes and steps of a project do.

    Args:
        project: Which code is watched.
        semantics: loomwork's own number: raised when results of unchanged applications could differ.
    """

    def __init__(self, project: Project, *, semantics: int) -> None:
        self.project = project
        self._semantics = semantics
        self._analysis = Analysis(project, _BUILDERS)
        self._known: dict[int, _Known] = {}
        self._lock = threading.RLock()

    def of(self, thing: Any) -> Behaviour:
        """Return what a function, a class or a step does now. Raises `NoFingerprint`."""
        with self._lock:
            return self._of(thing)

    def _of(self, thing: Any) -> Behaviour:
        self._analysis.epoch += 1
        roots = self._roots(thing)
        if not roots:
            behaviour, check = self._foreign(thing)
        else:
            behaviour, check = self._walked(thing, roots)
        self._known[id(thing)] = _Known(thing, behaviour, check, self._analysis.effects())
        return behaviour

    def _walked(self, thing: Any, roots: list[Edge]) -> tuple[Behaviour, Callable[[], bool]]:
        ignored = getattr(thing, "ignore", ()) if is_step(thing) else ()
        before = self._analysis.effects()
        walked = walk(self._analysis, roots, ignored)
        while self._analysis.effects() is not before:
            before = self._analysis.effects()
            walked = walk(self._analysis, self._roots(thing), ignored)
        return self._behaviour(walked), _checked(walked)

    def current(self, thing: Any) -> Behaviour:
        """Return what a function, a class or a step does now, at once where nothing has changed since the last time."""
        known = self._known.get(id(thing))
        if known is None:
            return self.of(thing)
        if known.loaded != len(sys.modules) and not self._is_still(known):
            return self.of(thing)
        return known.behaviour if known.check() else self.of(thing)

    def slot_of(self, caller: Behaviour, step: Any) -> int | None:
        """Return the place of a step among those that a caller's code reaches."""
        for at, each in enumerate(caller.slots):
            if each is step:
                return at
        return None

    def _is_still(self, known: _Known) -> bool:
        """Say whether the modules loaded since then are all other people's."""
        known.loaded = len(sys.modules)
        return self._analysis.effects() is known.effects

    def _roots(self, thing: Any) -> list[Edge]:
        if isinstance(thing, type):
            return [Edge(("class", id(thing)), "class", thing)] if owns_class(self._analysis, thing) else []
        func: Any = thing.func if is_step(thing) else thing
        root = self._root(func)
        if root is None:
            return []
        owner = _owner(func)
        roots = [root]
        if owner is not None and owns_class(self._analysis, owner):
            roots.append(Edge(("class", id(owner)), "class", owner))
        return [*roots, *effects.everywhere(self._analysis)]

    def _root(self, func: Any) -> Edge | None:
        if isinstance(func, types.FunctionType) and owns_function(self._analysis, func):
            return Edge(("function", id(func)), "code", func)
        if isinstance(func, types.FunctionType) and not hasattr(func, "__wrapped__"):
            return None
        if isinstance(func, types.BuiltinFunctionType):
            return None
        module = sys.modules.get(str(getattr(func, "__module__", "")))
        name = str(getattr(func, "__name__", type(func).__name__))
        if module is None:
            place = Place({}, {}, {}, name)
            return Edge(("value", id(func)), "binding", (Found(func, (), None, name), place))
        return Edge(("value", id(func)), "binding", (Found(func, (), vars(module), name), place_in(module)))

    def _foreign(self, thing: Any) -> tuple[Behaviour, Callable[[], bool]]:
        name = qualified(thing)
        root = name.partition(":")[0].partition(".")[0]
        version = "" if root in STDLIB or root == "loomwork" else self._analysis.packages.version(root)
        digest = combine("foreign", name, version, PYTHON, str(self._semantics))
        return Behaviour(digest=digest), lambda: True

    def _behaviour(self, walked: Walked) -> Behaviour:
        return Behaviour(
            digest=combine("behaviour", walked.digest(), PYTHON, str(self._semantics)),
            slots=walked.slots,
            outside=walked.outside,
            widened=walked.widened,
            whole=any(visit.node.kind == "project" for visit in walked.visits),
            codes=tuple(visit.node.payload.__code__ for visit in walked.visits if visit.node.kind == "code"),
            imports=tuple(dict.fromkeys(lines for visit in walked.visits for lines in visit.node.imports)),
            render=lambda: self._parts(walked),
        )

    def _parts(self, walked: Walked) -> tuple[Part, ...]:
        parts = [
            Part(**visit.node.describe()._asdict(), digest=visit.digest, refs=visit.refs) for visit in walked.visits
        ]
        parts += [_fact("package", name, version) for name, version in walked.packages]
        parts.append(_fact("python", "Python", PYTHON))
        parts.append(_fact("loomwork", "loomwork", str(self._semantics)))
        return tuple(parts)


def _fact(kind: str, name: str, value: str) -> Part:
    return Part(kind=kind, name=name, file="", line=0, digest=combine(value), shown=cut(value))


def _checked(walked: Walked) -> Callable[[], bool]:
    guards = Guards()
    for visit in walked.visits:
        guards.add(visit.node.guards)
    return guards.compiled()


def _owner(func: Any) -> type | None:
    """Return the class that a function is a method of."""
    path = str(getattr(func, "__qualname__", "")).split(".")[:-1]
    if not path or "<locals>" in path:
        return None
    holder: Any = sys.modules.get(str(getattr(func, "__module__", "")))
    for part in path:
        holder = getattr(holder, "__dict__", {}).get(part)
    return holder if isinstance(holder, type) else None

"""Write the references of a piece of code down: what each name leads to, now. Knows nothing of whole functions."""

from __future__ import annotations

import asyncio
import builtins
import functools
import importlib
import inspect
import itertools
import sys
import types
import typing
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from loomwork.flow.behaviour import callables
from loomwork.flow.behaviour.code import Mutation, Ref
from loomwork.flow.behaviour.guards import Guards
from loomwork.flow.behaviour.identity import is_step
from loomwork.flow.behaviour.nodes import Aspects, Changed, Edge, Form, Key, StepEdge
from loomwork.flow.behaviour.resolve import Found, Missing, Place, follow, loaded, module_of
from loomwork.flow.behaviour.values import Writing

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis

_ONLY_CALLS = (
    *(
        map,
        filter,
        sorted,
        min,
        max,
        sum,
        any,
        all,
        isinstance,
        issubclass,
        len,
        super,
        type,
        callable,
        hasattr,
        id,
        hash,
    ),
    *(functools.partial, functools.reduce, functools.wraps, functools.update_wrapper, functools.cache),
    *(functools.lru_cache, functools.cached_property, functools.cmp_to_key),
    *(asyncio.gather, asyncio.to_thread, asyncio.create_task, asyncio.wait_for, asyncio.run),
    *(itertools.groupby, itertools.starmap, itertools.takewhile, itertools.dropwhile, itertools.accumulate),
    *(itertools.filterfalse, itertools.chain, property, staticmethod, classmethod),
)
_ONLY_CALLS_IDS = frozenset(map(id, _ONLY_CALLS))
_TABLE_READS = frozenset({"get", "keys", "__getitem__", "__contains__", "index", "count"})
_WHOLE_PROJECT = {
    **{id(each): each.__name__ for each in (builtins.eval, builtins.exec)},
    id(sys.modules): "sys.modules",
    id(vars(sys)["_getframe"]): "sys._getframe",  # named here because it reaches everything
}
_WHOLE_PROJECT_NAMES = frozenset(
    [
        "pickle.load",
        "pickle.loads",
        "pickle.Unpickler",
        "runpy.run_module",
        "runpy.run_path",
        "gc.get_objects",
        "pydoc.locate",
        "inspect.stack",
        "inspect.currentframe",
        "inspect.getmembers_static",
        "cloudpickle.load",
        "cloudpickle.loads",
        "dill.load",
        "dill.loads",
        "joblib.load",
    ]
)
_READS_SIDES = {
    id(inspect.getdoc): Aspects(docs=True),
    id(builtins.help): Aspects(docs=True, names=True),
    id(inspect.signature): Aspects(signatures=True),
    id(inspect.getfullargspec): Aspects(signatures=True),
    id(inspect.get_annotations): Aspects(signatures=True),
    id(typing.get_type_hints): Aspects(signatures=True),
    id(inspect.getsource): Aspects(sources=True),
    id(inspect.getsourcelines): Aspects(sources=True),
}
_IMPORTERS = frozenset({id(builtins.__import__), id(importlib.import_module)})
_MUTABLE = (list, dict, set, bytearray)


def write(analysis: Analysis, refs: Iterable[Ref], place: Place, form: Form) -> None:
    """Write references down, in order."""
    for ref in refs:
        found = follow(analysis, ref, place, form.guards)
        if isinstance(found, Missing):
            form.say(("missing", found.text))
        else:
            _write_found(analysis, ref, found, place, form)


def _write_found(analysis: Analysis, ref: Ref, found: Found, place: Place, form: Form) -> None:
    value = found.value
    _widen(analysis, ref, found, place, form)
    if isinstance(value, types.ModuleType):
        _module(analysis, ref, found, form)
    elif is_step(value):
        _step(value, found, form)
    elif found.builtin:
        form.say(("builtin", found.name))
    else:
        if _is_elsewhere(analysis, found) and not callables.is_direct(value):
            form.say(("value of", str((found.holder or {}).get("__name__")), found.name))
            form.package(str((found.holder or {}).get("__name__")))
            return
        handed = _is_handed(analysis, ref, found, place)
        label = found.name or ref.name
        to = Writing(analysis, form)
        if not callables.is_direct(value) or not _direct(to, value, label=label, handed=handed):
            form.lead(binding(found, place, label=label, handed=handed))
    if found.rest:
        form.say(("then", found.rest))


def _is_elsewhere(analysis: Analysis, found: Found) -> bool:
    """Say whether a value has its name in an installed module."""
    module = module_of(found.holder) if found.holder is not None else None
    return module is not None and not analysis.project.owns_module(module)


def _direct(to: Writing, value: Any, *, label: str, handed: bool) -> bool:
    """Write a function or class where it is used, unless somebody else's code stands around it."""
    if isinstance(value, types.FunctionType) and value.__closure__ is not None:
        inner = Writing(to.analysis, Form())
        callables.write(inner, value, label, label=label, handed=handed)
        if inner.form.foreign:
            return False
        to.join(inner.form)
        return True
    return callables.write(to, value, label, label=label, handed=handed)


def binding(found: Found, place: Place, *, label: str, handed: bool) -> Edge:
    """Return the edge to a value that has a name."""
    key = key_of(found)
    if found.cell is not None:
        return Edge(key, "cell", (found, place), label, handed)
    return Edge(key, "binding", (found, place), label, handed)


def key_of(found: Found) -> Key:
    """Return what a named value is known by: a mutable one by itself, any other by its place."""
    if type(found.value) not in _IMMUTABLE:
        return ("value", id(found.value))
    if found.cell is not None:
        return ("cell", id(found.cell))
    return ("name", id(found.holder), found.name)


_IMMUTABLE = frozenset({str, int, float, bool, bytes, complex, type(None), tuple, frozenset, range})


def _module(analysis: Analysis, ref: Ref, found: Found, form: Form) -> None:
    module: types.ModuleType = found.value
    if not analysis.project.owns_module(module):
        form.say(("module", module.__name__))
        form.package(module.__name__)
        if ".".join((module.__name__, *found.rest)) in _WHOLE_PROJECT_NAMES:
            widen_to_project(form, f"{module.__name__}.{found.rest[0]}")
        return
    if found.rest:
        getter = vars(module).get("__getattr__")
        form.say(("module attribute", found.rest[0]))
        if isinstance(getter, types.FunctionType):
            callables.write(Writing(analysis, form), getter, found.rest[0])
        return
    if ref.use == "owner":
        form.say("module")
        return
    callables.write(Writing(analysis, form), module, module.__name__)


def _step(value: Any, found: Found, form: Form) -> None:
    form.lead(StepEdge(value, found.name))
    if found.rest[:1] in {("func",), ("__wrapped__",)}:
        form.lead(Edge(("function", id(value.func)), "code", value.func, found.name))


def _widen(analysis: Analysis, ref: Ref, found: Found, place: Place, form: Form) -> None:
    value = found.value
    if isinstance(value, types.ModuleType):
        return
    if id(value) in _READS_SIDES:
        form.aspects = form.aspects.joined(_READS_SIDES[id(value)])
    if found.builtin and value is builtins.globals:
        widen_to_module(place, form, "globals()")
    if id(value) in _WHOLE_PROJECT:
        widen_to_module(place, form, _WHOLE_PROJECT[id(value)])
        widen_to_project(form, _WHOLE_PROJECT[id(value)])
    elif id(value) in _IMPORTERS:
        _importer(analysis, ref, place, form)
    elif callables.is_direct(value) and getattr(value, "__module__", None) in {"pickle", "_pickle", "runpy", "pydoc"}:
        name = f"{str(value.__module__).lstrip('_')}.{getattr(value, '__name__', '')}"
        if name in _WHOLE_PROJECT_NAMES:
            widen_to_project(form, name)


def _importer(analysis: Analysis, ref: Ref, place: Place, form: Form) -> None:
    name = ref.args[0] if ref.args else None
    if ref.use == "call" and isinstance(name, str) and not name.startswith("."):
        module = loaded(analysis, name)
        if module is not None:
            callables.write(Writing(analysis, form), module, name)
            return
        form.say(("import", name))
        return
    widen_to_module(place, form, "an import by computed name")
    widen_to_project(form, "an import by computed name")


def widen_to_module(place: Place, form: Form, why: str) -> None:
    """Let a whole module count."""
    module = sys.modules.get(str(place.namespace.get("__name__")))
    if module is not None and vars(module) is place.namespace:
        form.widened.append(f"{place.qualname} uses {why}: the module {module.__name__} counts as a whole")
        form.lead(Edge(("module", id(module)), "module", module, module.__name__))


def widen_to_project(form: Form, why: str) -> None:
    """Let the whole project count."""
    form.widened.append(f"{why} can reach anything: the whole project counts")
    form.lead(Edge(("project",), "project", None))


def _is_handed(analysis: Analysis, ref: Ref, found: Found, place: Place) -> bool:
    if found.rest:
        return ref.use == "call" and found.rest[-1] not in _TABLE_READS and isinstance(found.value, (dict, list, tuple))
    if ref.use != "value":
        return False
    if ref.consumer is None:
        return True
    taker = follow(analysis, ref.consumer, place, Guards())
    if isinstance(taker, Missing):
        return True
    value = taker.value
    for name in taker.rest:
        value = vars(value).get(name) if isinstance(value, types.ModuleType) else None
    return id(value) not in _ONLY_CALLS_IDS


def changes(analysis: Analysis, mutations: Iterable[Mutation], place: Place) -> list[Changed]:
    """Return what a function changes outside of itself when it runs, as far as live names tell."""
    out: list[Changed] = []
    for mutation in mutations:
        out += _changed(analysis, mutation, place)
    return out


def _changed(analysis: Analysis, mutation: Mutation, place: Place) -> list[Changed]:
    module = place.namespace.get("__name__", "?")
    if mutation.how == "rebound":
        key = ("name", id(place.namespace), mutation.name)
        value = place.namespace.get(mutation.name)
        if type(value) not in _IMMUTABLE:
            key = ("value", id(value))
        return [Changed(key, f"{place.qualname} binds the global {module}.{mutation.name}", mutation.name)]
    if mutation.how == "closure":
        cell = place.cells.get(mutation.name)
        found = Found(None if cell is None else _held(cell), (), name=mutation.name, cell=cell)
        return [
            Changed(key_of(found), f"{place.qualname} binds '{mutation.name}' of the function around it", mutation.name)
        ]
    if mutation.ref is None or mutation.ref.root == "import":
        return []
    found = follow(analysis, mutation.ref, place, Guards())
    if isinstance(found, Missing) or found.builtin or not _is_changed(found, mutation):
        return []
    name = found.name if found.cell is not None else f"{module}.{mutation.name}"
    if isinstance(found.value, types.ModuleType):
        return [
            Changed(
                ("name", id(vars(found.value)), mutation.attr), f"{place.qualname} sets {mutation.name}", mutation.attr
            )
        ]
    if isinstance(found.value, type):
        return [
            Changed(
                ("attribute", id(found.value), mutation.attr), f"{place.qualname} sets {mutation.name}", mutation.attr
            )
        ]
    return [Changed(key_of(found), f"{place.qualname} changes {name}", found.name)]


def _held(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return None


def _is_changed(found: Found, mutation: Mutation) -> bool:
    value = found.value
    if mutation.how == "method":
        on_itself = len(found.rest) <= 1
        return isinstance(value, _MUTABLE) if on_itself else not isinstance(value, (types.ModuleType, type))
    return not callables.is_direct(value) or isinstance(value, type)

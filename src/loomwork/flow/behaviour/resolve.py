"""Follow a name to the live thing that it stands for, through modules. Knows nothing of what the thing means."""

from __future__ import annotations

import builtins
import importlib
import importlib.util
import sys
from collections.abc import Mapping
from types import CellType, CodeType, FunctionType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from loomwork.flow.behaviour.code import Ref
from loomwork.flow.behaviour.guards import Guards, contents
from loomwork.flow.behaviour.identity import function_name

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis


class Place(NamedTuple):
    """Where a name is read."""

    namespace: dict[str, Any]
    builtins: Mapping[str, Any]
    cells: Mapping[str, CellType]
    qualname: str
    """For people: `module:function`."""
    code: CodeType | None = None
    """The function that reads, if it is one."""


class Found(NamedTuple):
    """What a reference leads to."""

    value: Any
    rest: tuple[str, ...]
    """Attributes of the value that are asked for next."""
    holder: dict[str, Any] | None = None
    """The namespace in which the value has a name."""
    name: str = ""
    cell: CellType | None = None
    builtin: bool = False


class Missing(NamedTuple):
    """Nothing has this name now."""

    text: str


def place_of(function: FunctionType) -> Place:
    """Return the place in which a function reads names."""
    cells = dict(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    held: Any = getattr(function, "__builtins__", None)
    known: Mapping[str, Any] = cast("dict[str, Any]", held) if type(held) is dict else vars(builtins)
    return Place(function.__globals__, known, cells, function_name(function), function.__code__)


def module_of(namespace: dict[str, Any]) -> ModuleType | None:
    """Return the loaded module whose globals these are."""
    module = sys.modules.get(str(namespace.get("__name__")))
    return module if module is not None and vars(module) is namespace else None


def follow(analysis: Analysis, ref: Ref, place: Place, guards: Guards) -> Found | Missing:
    """Return what `ref` stands for in `place`, and guard every name on the way."""
    attrs = tuple(ref.attrs)
    if ref.root == "free":
        cell = place.cells.get(ref.name)
        if cell is None:
            return Missing(ref.shown)
        guards.cell(cell)
        return Found(contents(cell), attrs, name=ref.name, cell=cell)
    if ref.root == "import":
        return _imported(analysis, ref, place, guards)
    namespace = place.namespace
    if ref.name in namespace:
        value = namespace[ref.name]
        guards.name(namespace, ref.name, value)
        return through_modules(Found(value, attrs, namespace, ref.name), guards)
    guards.no_name(namespace, ref.name)
    if ref.name in place.builtins:
        value = place.builtins[ref.name]
        guards.name(place.builtins, ref.name, value)
        return Found(value, attrs, name=ref.name, builtin=True)
    return Missing(ref.shown)


def through_modules(found: Found, guards: Guards) -> Found:
    """Follow attributes for as long as they lead from module to module."""
    while isinstance(found.value, ModuleType) and found.rest:
        namespace, name = vars(found.value), found.rest[0]
        if name in namespace:
            value = namespace[name]
            guards.name(namespace, name, value)
        else:
            guards.no_name(namespace, name)
            value = sys.modules.get(f"{found.value.__name__}.{name}")
            if value is None:
                break
        found = Found(value, found.rest[1:], namespace, name)
    return found


def _imported(analysis: Analysis, ref: Ref, place: Place, guards: Guards) -> Found | Missing:
    package = place.namespace.get("__package__") or str(place.namespace.get("__name__", "")).rpartition(".")[0]
    try:
        name = importlib.util.resolve_name("." * ref.level + ref.name, package)
    except ImportError:
        return Missing(ref.shown)
    module = loaded(analysis, name)
    if ref.fromlist and module is not None and ref.attrs and ref.attrs[0] not in vars(module):
        loaded(analysis, f"{name}.{ref.attrs[0]}")
    if not ref.fromlist:
        module = sys.modules.get(name.partition(".")[0])
    if module is None:
        return Missing(f"{name} {'.'.join(ref.attrs)}")
    return through_modules(Found(module, tuple(ref.attrs), None, name), guards)


def loaded(analysis: Analysis, name: str) -> ModuleType | None:
    """Return a module that a function imports when it runs; one of the project's own is imported now.

    Importing it early is what makes a function's behaviour the same before and after its first call.
    """
    module = sys.modules.get(name)
    if module is not None or not is_own(analysis, name):
        return module
    try:
        return importlib.import_module(name)
    except Exception:  # whatever a module raises while it is imported, the function would raise later
        return None


def is_own(analysis: Analysis, name: str) -> bool:
    """Say whether a module that is not loaded would be the project's."""
    root = name.partition(".")[0]
    parent = sys.modules.get(root)
    if parent is not None:
        return analysis.project.owns_module(parent)
    try:
        spec = importlib.util.find_spec(root)
    except (ImportError, ValueError):
        return False
    if spec is None:
        return False
    places = [spec.origin] if spec.origin else [f"{each}/__init__.py" for each in spec.submodule_search_locations or ()]
    return any(analysis.project.owns(each) for each in places)

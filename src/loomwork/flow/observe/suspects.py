"""Find the clock, chance and open handles in code that no event betrays. Reads bytecode and live names, runs nothing.

`datetime.now()` is a method of a C type: it raises no event and cannot be replaced. So the functions that a call
reaches are searched for names that stand for such things (data/outside.json), for originals that were bound before
they were replaced (`from time import time`), and for globals that are generators or open handles. A name in a branch
that did not run counts, too. A name that arrives as an argument or hides in an attribute of an object is not found.
"""

import dis
import inspect
import sys
from collections.abc import Iterator
from types import CodeType, ModuleType
from typing import Any

from loomwork.flow.observe.outsides import dotted_name, outside_names, outside_types, reason_of
from loomwork.flow.observe.patches import Patches

_NAMES = outside_names()
_PACKAGES = {name.removesuffix(".*"): reason for name, reason in _NAMES.items() if name.endswith(".*")}
_TYPES = outside_types()
_ATTRIBUTES = frozenset({"LOAD_ATTR", "LOAD_METHOD"})
_GLOBALS = frozenset({"LOAD_GLOBAL", "LOAD_NAME"})
_LOCALS = frozenset({"LOAD_FAST", "LOAD_DEREF", "LOAD_CLASSDEREF", "LOAD_FAST_BORROW", "LOAD_FAST_CHECK"})
_STORES = frozenset({"STORE_FAST", "STORE_DEREF", "STORE_NAME", "STORE_GLOBAL"})
_MISSING = object()
_KEPT = 1000

Names = dict[str, Any]


class Suspects:
    """What each code object could touch, found once."""

    def __init__(self, patches: Patches) -> None:
        self._patches = patches
        self._found: dict[int, tuple[CodeType, frozenset[str]]] = {}
        self._asked: dict[int, tuple[tuple[CodeType, ...], frozenset[str]]] = {}
        self._modules: dict[str, Names] = {}

    def of(self, codes: tuple[CodeType, ...]) -> frozenset[str]:
        """Return why the functions with this code are outside; quick for a tuple that was asked for before."""
        known = self._asked.get(id(codes))
        if known is not None and known[0] is codes:
            return known[1]
        reasons = frozenset(reason for code in codes for reason in self._of(code))
        if len(self._asked) >= _KEPT:
            self._asked.clear()
        self._asked[id(codes)] = (codes, reasons)
        return reasons

    def _of(self, code: CodeType) -> frozenset[str]:
        known = self._found.get(id(code))
        if known is None:
            known = self._found[id(code)] = (code, frozenset(self._search(code, self._names_of(code), {})))
        return known[1]

    def _names_of(self, code: CodeType) -> Names:
        """Return the global names of the module that a function was defined in."""
        names = self._modules.get(code.co_filename)
        if names is None and not code.co_filename.startswith("<"):
            for module in list(sys.modules.values()):
                file = getattr(module, "__file__", None)
                if isinstance(file, str):
                    self._modules[file] = vars(module)
            names = self._modules.get(code.co_filename)
        return vars(sys.modules["__main__"]) if names is None else names

    def _search(self, code: CodeType, names: Names, imported: Names) -> Iterator[str]:
        imported = imported | _imports(code)
        for chain in _chains(code):
            first, *rest = chain
            value = imported.get(first, _MISSING)
            if value is _MISSING:
                value = names.get(first, _MISSING)
            if value is not _MISSING:
                yield from self._reasons(value, rest)
        for each in code.co_consts:
            if isinstance(each, CodeType):
                yield from self._search(each, names, imported)

    def _reasons(self, value: Any, attributes: list[str]) -> Iterator[str]:
        """Yield why a live value, or what is reached from it by these attributes, is outside."""
        spelled = value.__name__ if isinstance(value, ModuleType) else None
        for name in (*attributes, None):
            reason = self._reason(value, spelled)
            if reason is not None:
                yield reason
            if name is None:
                return
            if isinstance(value, type):
                for base in value.__mro__:
                    reason = _NAMES.get(f"{dotted_name(base)}.{name}")
                    if reason is not None:
                        yield reason
            spelled = f"{spelled}.{name}" if spelled else None
            value = _attribute(value, name)
            if value is _MISSING:
                reason = _NAMES.get(spelled or "")
                if reason is not None:
                    yield reason
                return

    def _reason(self, value: Any, spelled: str | None) -> str | None:
        if isinstance(value, ModuleType):
            return next((reason for name, reason in _PACKAGES.items() if _is_in(value.__name__, name)), None)
        reason = _NAMES.get(spelled or "") or reason_of(value, self._patches)
        if reason is None:
            reason = _TYPES.get(dotted_name(type(value)) or "")
            if reason is not None and not _can_be_read(value):
                return None
        return reason


def _attribute(value: Any, name: str) -> Any:
    """Return a module's or class's attribute without running anything of it; instances keep theirs to themselves."""
    if isinstance(value, ModuleType):
        return vars(value).get(name, _MISSING)
    return inspect.getattr_static(value, name, _MISSING) if isinstance(value, type) else _MISSING


def _can_be_read(value: Any) -> bool:
    """Say whether a handle could give something: a log file cannot."""
    readable = getattr(value, "readable", None)
    if readable is None:
        return True
    try:
        return bool(readable())
    except ValueError:  # closed
        return False


def _chains(code: CodeType) -> Iterator[list[str]]:
    """Yield the names that code loads, each with the attributes taken of it: `dt.datetime.now()`."""
    chain: list[str] = []
    for each in dis.get_instructions(code):
        if each.opname in _ATTRIBUTES and chain:
            chain.append(each.argval)
            continue
        if chain:
            yield chain
            chain = []
        if (each.opname in _GLOBALS or each.opname in _LOCALS) and isinstance(each.argval, str):
            chain = [each.argval]
    if chain:
        yield chain


def _imports(code: CodeType) -> Names:
    """Return what a function's own import statements bind, as far as it is loaded."""
    bound: Names = {}
    module: Any = None
    value: Any = None
    for each in dis.get_instructions(code):
        if each.opname == "IMPORT_NAME":
            module = sys.modules.get(each.argval)
            value = sys.modules.get(each.argval.partition(".")[0])
        elif each.opname == "IMPORT_FROM":
            value = _attribute(module, each.argval) if isinstance(module, ModuleType) else None
            value = sys.modules.get(f"{getattr(module, '__name__', '')}.{each.argval}") if value is _MISSING else value
        elif each.opname in _STORES and value is not None:
            bound[each.argval] = value
            value = None
    return bound


def _is_in(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")

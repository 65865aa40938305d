"""Does a function write something that outlives its call? Reads bytecode and live globals, runs nothing.

For each store (`X.a = v`, `X[k] = v`, `del`, a method that changes its object) the root name of `X` is found by
position in the source. It outlives the call if it is a global that can hold state, a captured name, `self`, another
parameter, or a local that was assigned from one of these or from a call into the project. Rebinding a global or a
captured name always counts. Errs towards yes.
"""

import dis
import sys
from collections.abc import MutableMapping, MutableSequence, MutableSet
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

from loomwork.flow.observe.names import load

_STORES = frozenset({"STORE_SUBSCR", "DELETE_SUBSCR", "STORE_ATTR", "DELETE_ATTR", "STORE_SLICE"})
_CALLS = frozenset({"LOAD_METHOD", "LOAD_ATTR"})
_MUTATORS = frozenset(load("memory")["mutators"])
_BUILDERS = frozenset({"__init__", "__new__", "__post_init__", "__set_name__", "__init_subclass__"})
_FUSED = sys.version_info >= (3, 13)
"""From 3.13 on some loads are fused into one instruction and a root may not be found."""

_Start = tuple[int | None, int | None]


class _Code:
    """The parts of a code object that matter here."""

    def __init__(self, code: CodeType, names: dict[str, Any], function: FunctionType | None) -> None:
        self.code = code
        self.names = names
        self.instructions = list(dis.get_instructions(code))
        self.roots: dict[_Start, dis.Instruction] = {}
        for each in self.instructions:
            if each.opname.startswith("LOAD_") and each.opname not in {"LOAD_ATTR", "LOAD_METHOD", "LOAD_CONST"}:
                self.roots.setdefault(_start(each), each)
        count = code.co_argcount + code.co_kwonlyargcount
        extra = bool(code.co_flags & 0x04) + bool(code.co_flags & 0x08)
        self.parameters = frozenset(code.co_varnames[: count + extra])
        self.builds = code.co_name in _BUILDERS
        self.function = function
        self.aliases = self._aliases()

    def outlives(self, root: dis.Instruction | None) -> bool:
        """Say whether what a name stands for outlives the call."""
        if root is None:
            return _FUSED
        name: Any = root.argval
        match root.opname:
            case "LOAD_GLOBAL" | "LOAD_NAME":
                return _holds_state(self.names.get(name)) or _gives_state(self.names.get(name))
            case "LOAD_DEREF" | "LOAD_CLOSURE" | "LOAD_CLASSDEREF":
                return name in self.code.co_freevars or name in self.parameters
            case opname if opname.startswith("LOAD_FAST"):
                if name in self.parameters:
                    return not (self.builds and name == self.code.co_varnames[0])
                return name in self.aliases or isinstance(name, tuple)
            case _:
                return True

    def _aliases(self) -> frozenset[str]:
        """Return the locals that were assigned from something that outlives the call."""
        self.aliases: frozenset[str] = frozenset()
        while True:
            found: set[str] = set()
            source: dis.Instruction | None = None
            for each in self.instructions:
                if each.opname in {"STORE_FAST", "STORE_DEREF"}:
                    root = None if source is None else self.roots.get(_start(source))
                    if root is not None and self.outlives(root):
                        found.add(each.argval)
                elif each.opname not in {"UNPACK_SEQUENCE", "UNPACK_EX", "COPY", "SWAP"}:
                    source = each
            if found <= self.aliases:
                return self.aliases
            self.aliases = frozenset(found | self.aliases)


def writes(code: CodeType, names: dict[str, Any], function: FunctionType | None = None) -> bool:
    """Say whether the code may write something that outlives the call."""
    parts: _Code | None = None
    for each in dis.get_instructions(code):
        if each.opname in {"STORE_GLOBAL", "DELETE_GLOBAL"}:
            return True
        if each.opname in {"STORE_DEREF", "DELETE_DEREF"} and each.argval in code.co_freevars:
            return True
        if each.opname in _STORES or (each.opname in _CALLS and each.argval in _MUTATORS):
            parts = parts or _Code(code, names, function)
            if parts.outlives(parts.roots.get(_start(each))):
                return True
        elif each.opname in {"LOAD_GLOBAL", "LOAD_NAME"} and each.argval in {"setattr", "vars", "globals", "exec"}:
            return True
    return False


def _start(instruction: dis.Instruction) -> _Start:
    positions = instruction.positions
    return (None, None) if positions is None else (positions.lineno, positions.col_offset)


def _holds_state(value: Any) -> bool:
    """Say whether a global can be filled: a container, an instance, a module, a class or function with attributes."""
    if isinstance(value, MutableMapping | MutableSequence | MutableSet):
        return True
    if isinstance(value, ModuleType):
        return not _is_library(value.__name__)
    if isinstance(value, type):
        return not _is_library(value.__module__)
    if value is None or isinstance(value, BuiltinFunctionType | MethodType):
        return False
    if isinstance(value, FunctionType):
        return bool(value.__dict__)
    return type(value).__module__ in _STATEFUL or not _is_library(type(value).__module__)


def _gives_state(value: Any) -> bool:
    """Say whether a call of this global may return something that outlives the call."""
    return isinstance(value, FunctionType) and not _is_library(value.__module__)


_STATEFUL = frozenset({"_thread", "_threading_local", "types", "weakref", "_contextvars", "queue", "_queue", "array"})


def _is_library(name: str | None) -> bool:
    root = (name or "").partition(".")[0]
    if root in sys.stdlib_module_names or root == "loomwork":
        return True
    module = sys.modules.get(root)
    return module is not None and "site-packages" in (getattr(module, "__file__", None) or "")

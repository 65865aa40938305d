"""What importing the project's modules does to things that live values do not show. Knows nothing of single steps.

A statement at the top of a module that acts (a call, an attribute set elsewhere, a decorator that registers) is sorted
by what it touches: the project's own functions, classes and containers are seen live and need nothing; an object
without a form takes the statement along wherever it is read; anything else (a patch of an installed module, a setting
of a library) counts for every step.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from loomwork.flow.behaviour import callables, reach, statements
from loomwork.flow.behaviour.guards import Guards
from loomwork.flow.behaviour.identity import BUILTIN_CODE, home, is_step, owns_class, owns_function, type_of
from loomwork.flow.behaviour.nodes import Edge, Form, Node, Where
from loomwork.flow.behaviour.parts import cut
from loomwork.flow.behaviour.resolve import Found, module_of, through_modules
from loomwork.flow.behaviour.symbols import Chain, Effect, Touch
from loomwork.flow.behaviour.values import Opaque, Writing

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis

_SEEN_LIVE = (dict, list, set, tuple, frozenset, str, int, float, bytes, bytearray, type(None))
_QUIET_DECORATORS = frozenset(
    ["typing", "dataclasses", "functools", "abc", "contextlib", "enum", "types", "unittest", "atexit", "asyncio"]
)
_HARMLESS_BUILTINS = frozenset({"print", "len", "isinstance", "sorted", "str", "repr", "int", "float", "dict", "list"})


class Act(NamedTuple):
    """An effect in its module."""

    module: types.ModuleType
    effect: Effect


class Sorted(NamedTuple):
    """A project's effects by what they touch."""

    everywhere: tuple[Act, ...]
    on: dict[int, tuple[object, list[Act]]]
    """By the identity of the object touched."""


_EVERYWHERE: Any = object()
_NOTHING: Any = object()


def sort(analysis: Analysis) -> Sorted:
    """Sort the effects of the project's loaded modules."""
    everywhere: list[Act] = []
    on: dict[int, tuple[object, list[Act]]] = {}
    for _, module in sorted(analysis.modules().items()):
        for effect in analysis.symbols(module).effects:
            act = Act(module, effect)
            touched = [] if _is_program(analysis, act) else [_touched(analysis, act, each) for each in effect.touches]
            if any(each is _EVERYWHERE for each in touched):
                everywhere.append(act)
            for each in touched:
                if each is not _EVERYWHERE and each is not _NOTHING:
                    on.setdefault(id(each), (each, []))[1].append(act)
    return Sorted(tuple(everywhere), on)


def _is_program(analysis: Analysis, act: Act) -> bool:
    """Say whether a statement is the program itself, which runs after everything is imported, not a preparation."""
    if act.module.__name__ != "__main__":
        return act.effect.main
    if not isinstance(act.effect.node, ast.Expr):
        return False
    for node in ast.walk(act.effect.node):
        if isinstance(node, ast.Name):
            value = vars(act.module).get(node.id)
            if is_step(value) or (isinstance(value, types.FunctionType) and reach.reaches_step(analysis, value)):
                return True
    return False


def _touched(analysis: Analysis, act: Act, touch: Touch) -> Any:
    """Return the object that a statement touches, `_EVERYWHERE` or `_NOTHING`."""
    if touch.how == "class":
        return _subclassed(analysis, vars(act.module).get(touch.name))
    if touch.how == "assigned" and vars(act.module).get(touch.name, _NOTHING) is not None:
        return _NOTHING
    found = _live(act.module, touch.chain)
    if found is None:
        return _EVERYWHERE
    if touch.how == "store":
        return _stored(analysis, found)
    return _called(analysis, act, touch, found)


def _subclassed(analysis: Analysis, cls: Any) -> Any:
    """Judge a class statement: a base's `__init_subclass__` or a metaclass of the project may act."""
    if not isinstance(cls, type):
        return _NOTHING
    makers = [vars(base).get("__init_subclass__") for base in cls.__mro__[1:] if owns_class(analysis, base)]
    makers += [type(cls)] if owns_class(analysis, type(cls)) else []
    inner = [getattr(each, "__func__", each) for each in makers if each is not None]
    loud = any(_is_own_code(analysis, each) and reach.acts_elsewhere(analysis, each) for each in inner)
    return _EVERYWHERE if loud else _NOTHING


def _live(module: types.ModuleType, chain: Chain) -> Found | None:
    if not chain:
        return None
    namespace = vars(module)
    if chain[0] not in namespace:
        builtin = statements.place_in(module).builtins.get(chain[0])
        return None if builtin is None else Found(builtin, chain[1:], name=chain[0], builtin=True)
    return through_modules(Found(namespace[chain[0]], chain[1:], namespace, chain[0]), Guards())


def _stored(analysis: Analysis, found: Found) -> object:
    value: Any = found.value
    if isinstance(value, types.ModuleType):
        return value if analysis.project.owns_module(value) else _EVERYWHERE
    if _is_own_code(analysis, value):
        return value
    if _is_borrowed(analysis, found):
        return _EVERYWHERE
    if not found.rest and isinstance(value, _SEEN_LIVE):
        return _NOTHING
    if owns_class(analysis, type_of(value)) and not found.rest:
        return _NOTHING if _has_form(analysis, value) else value
    if isinstance(value, (type, types.FunctionType, *BUILTIN_CODE)) or found.builtin:
        return _EVERYWHERE
    return value


def _is_borrowed(analysis: Analysis, found: Found) -> bool:
    """Say whether a thing belongs to an installed module: changing it may change whatever that module does."""
    module = module_of(found.holder) if found.holder is not None else None
    if module is None:
        return False
    if not analysis.project.owns_module(module):
        return True
    bindings = analysis.symbols(module).bindings.get(found.name, [])
    if not bindings or any(each.kind != "import" for each in bindings):
        return False
    return statements.origin(analysis, module, found.name, found.value) is None


def _has_form(analysis: Analysis, value: Any) -> bool:
    try:
        Writing(analysis, Form()).write(value)
    except Opaque:
        return False
    return True


def _called(analysis: Analysis, act: Act, touch: Touch, found: Found) -> Any:
    value = found.value
    if found.builtin:
        return _builtin(analysis, act, touch, found)
    if is_step(value):
        return _NOTHING
    if _is_own_code(analysis, value):
        return _own_call(analysis, touch, found)
    if isinstance(value, types.ModuleType) or _is_code(value):
        return _foreign_call(act, touch, value)
    if _is_borrowed(analysis, found):
        return _EVERYWHERE
    if isinstance(value, _SEEN_LIVE):
        return _NOTHING
    if owns_class(analysis, type_of(value)):
        return _method_call(analysis, touch, found)
    return value


def _method_call(analysis: Analysis, touch: Touch, found: Found) -> Any:
    """Judge a call of a method of an object of the project's."""
    cls = type_of(found.value)
    method: Any = getattr(cls, found.rest[0], None) if len(found.rest) == 1 else cls
    inner: Any = getattr(method, "__func__", method)
    if not _is_own_code(analysis, inner) or reach.acts_elsewhere(analysis, inner, touch.wraps):
        return _EVERYWHERE
    return _NOTHING if _has_form(analysis, found.value) else found.value


def _builtin(analysis: Analysis, act: Act, touch: Touch, found: Found) -> Any:
    if found.name in {"setattr", "delattr"}:
        owner = _live(act.module, touch.first)
        return _EVERYWHERE if owner is None else _stored(analysis, owner)
    return _NOTHING if touch.how == "decorate" or found.name in _HARMLESS_BUILTINS else _EVERYWHERE


def _own_call(analysis: Analysis, touch: Touch, found: Found) -> Any:
    value: Any = found.value
    for part in found.rest:
        value = getattr(value, part, None)
    inner = getattr(value, "__func__", value)
    if isinstance(inner, (types.FunctionType, type)) and _is_own_code(analysis, inner):
        return _EVERYWHERE if reach.acts_elsewhere(analysis, inner, touch.wraps) else _NOTHING
    return found.value


def _foreign_call(act: Act, touch: Touch, value: Any) -> Any:
    name = home(value)
    root = name.partition(".")[0]
    if root == "loomwork" or (touch.how == "decorate" and root in _QUIET_DECORATORS):
        return _NOTHING
    if touch.how != "decorate":
        return _EVERYWHERE
    outcome = vars(act.module).get(touch.name)
    function = isinstance(outcome, types.FunctionType) and outcome.__code__.co_name == touch.name
    same = function and not hasattr(outcome, "__wrapped__")
    return _EVERYWHERE if same and touch.name else _NOTHING


def _is_code(value: Any) -> bool:
    return isinstance(value, (types.FunctionType, type, *BUILTIN_CODE))


def _is_own_code(analysis: Analysis, value: Any) -> bool:
    if isinstance(value, types.FunctionType):
        return owns_function(analysis, value)
    return isinstance(value, type) and owns_class(analysis, value)


def touching(analysis: Analysis, value: Any) -> list[Act]:
    """Return what was done to a value while modules were imported."""
    known = analysis.effects().on.get(id(value))
    return known[1] if known is not None else []


def attached(analysis: Analysis, value: Any, form: Form) -> None:
    """Write down what was done to a value while modules were imported."""
    for act in touching(analysis, value):
        form.say("done to it")
        for piece in _pieces(act.effect):
            statements.write(analysis, piece, act.module, form)


def everywhere(analysis: Analysis) -> list[Edge]:
    """Return the edges to the effects that count for every step."""
    return [
        Edge(("effect", id(act.module), act.effect.line, ast.dump(act.effect.node)), "effect", act, act.module.__name__)
        for act in analysis.effects().everywhere
    ]


def build(analysis: Analysis, edge: Edge) -> Node:
    """Make the node of an effect."""
    act: Act = edge.payload
    form = Form()
    form.say("effect")
    for piece in _pieces(act.effect):
        statements.write(analysis, piece, act.module, form)
    _decorated(analysis, act, form)

    def describe() -> Where:
        text = ast.unparse(act.effect.node)
        file = analysis.file_of(act.module)
        return Where("effect", f"{act.module.__name__} (import)", file, act.effect.line, cut(text))

    return Node(edge, form, describe=describe)


def _pieces(effect: Effect) -> Iterator[ast.AST]:
    node = effect.node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield from node.decorator_list
        if isinstance(node, ast.ClassDef):
            yield from (
                each for each in node.body if isinstance(each, ast.Expr) and not isinstance(each.value, ast.Constant)
            )
    else:
        yield node


def _decorated(analysis: Analysis, act: Act, form: Form) -> None:
    """A function that was handed to somebody else's registry may be run by them."""
    node = act.effect.node
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        value = vars(act.module).get(node.name)
        if value is not None:
            callables.write(Writing(analysis, form), value, node.name)

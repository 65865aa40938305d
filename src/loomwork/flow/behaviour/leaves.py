"""Nodes for values: constants, defaults, closure cells, attributes. Knows nothing of functions.

A value counts by what it is now. Where it has no form, or where steps change it, the text of its assignment counts
instead, with everything else that was done to it while modules were imported.
"""

from __future__ import annotations

import ast
import types
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from loomwork.flow.behaviour import effects, statements
from loomwork.flow.behaviour.identity import is_class, is_function, qualified
from loomwork.flow.behaviour.nodes import Edge, Form, Node, Where
from loomwork.flow.behaviour.parts import cut
from loomwork.flow.behaviour.resolve import Found, Place, module_of
from loomwork.flow.behaviour.values import Opaque, Writing
from loomwork.kernel.errors.behaviour import NoFingerprint

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis


_DEEP = 4
"""How far down a value is shown in a form of its own."""


class Leaf(NamedTuple):
    """A value that is part of a function or a class."""

    kind: str
    name: str
    value: Any
    short: str
    """The name by which it can be ignored."""
    where: Callable[[], tuple[str, int]]
    text: Callable[[], tuple[ast.expr, types.ModuleType] | None]
    """The expression that it was made by."""


def build_leaf(analysis: Analysis, edge: Edge) -> Node:
    """Make the node of a default, an attribute or a field."""
    leaf: Leaf = edge.payload
    form = Form()
    try:
        Writing(analysis, form).write(leaf.value, leaf.name)
    except Opaque as opaque:
        form = Form()
        found = leaf.text()
        if found is None:
            raise NoFingerprint(where=leaf.name + opaque.path, type=opaque.kind, name=leaf.short) from None
        statements.write(analysis, found[0], found[1], form)
        effects.attached(analysis, leaf.value, form)

    def describe() -> Where:
        file, line = leaf.where()
        return Where(leaf.kind, leaf.name, file, line, shown_value(leaf.value))

    return Node(edge, form, describe=describe)


def build_binding(analysis: Analysis, edge: Edge) -> Node:
    """Make the node of a module-level value."""
    found, place = _payload(edge)
    module = _home(found, place)
    name = f"{module.__name__ if module else '?'}.{found.name}"
    form = _begun(found)
    try:
        Writing(analysis, form).write(found.value)
        if form.foreign:
            _text(analysis, module, found, form)
        effects.attached(analysis, found.value, form)
    except Opaque as opaque:
        form = _begun(found)
        if not _text(analysis, module, found, form):
            raise NoFingerprint(where=name + opaque.path, type=opaque.kind, name=found.name) from None
        effects.attached(analysis, found.value, form)
    return Node(edge, form, describe=lambda: _describe(analysis, found, place))


def build_assigned(analysis: Analysis, edge: Edge) -> Node:
    """Make the node of a value that steps change: what it begins as."""
    form = Form()
    form.say("assigned")
    if isinstance(edge.payload, Leaf):
        return _assigned_leaf(analysis, edge, form)
    found, place = _payload(edge)
    if found.cell is None:
        module = _home(found, place)
        if not _text(analysis, module, found, form):
            form.say(type(found.value).__name__)
        effects.attached(analysis, found.value, form)
    return Node(edge, form, describe=lambda: _describe(analysis, found, place))


def build_cell(analysis: Analysis, edge: Edge) -> Node:
    """Make the node of what a function keeps from the function around it."""
    found, place = _payload(edge)
    form = _begun(found)
    try:
        Writing(analysis, form).write(found.value)
    except Opaque as opaque:
        where = f"'{found.name}' of {place.qualname}{opaque.path}"
        raise NoFingerprint(where=where, type=opaque.kind, name=found.name) from None
    return Node(edge, form, describe=lambda: _describe(analysis, found, place))


def _assigned_leaf(analysis: Analysis, edge: Edge, form: Form) -> Node:
    leaf: Leaf = edge.payload
    found = leaf.text()
    if found is not None:
        statements.write(analysis, found[0], found[1], form)
    return Node(edge, form, describe=lambda: Where(leaf.kind, leaf.name, *leaf.where(), shown_value(leaf.value)))


def _begun(found: Found) -> Form:
    """Return a form that holds for as long as the name is bound to the value."""
    form = Form()
    if found.cell is not None:
        form.guards.cell(found.cell)
    elif found.holder is not None and found.name in found.holder:
        form.guards.name(found.holder, found.name, found.holder[found.name])
    return form


def _payload(edge: Edge) -> tuple[Found, Place]:
    return edge.payload


def _home(found: Found, place: Place) -> types.ModuleType | None:
    return module_of(found.holder if found.holder is not None else place.namespace)


def _text(analysis: Analysis, module: types.ModuleType | None, found: Found, form: Form) -> bool:
    if module is None:
        return False
    source = statements.origin(analysis, module, found.name, found.value)
    if source is not None:
        return statements.written(analysis, source, form)
    if effects.touching(analysis, module):
        effects.attached(analysis, module, form)
        return True
    return statements.borrowed(analysis, module, found.name, form)


def _describe(analysis: Analysis, found: Found, place: Place) -> Where:
    if found.cell is not None:
        code = place.code
        file, line = (analysis.project.relative(code.co_filename), code.co_firstlineno) if code else ("", 0)
        return Where("closure", f"{place.qualname}[{found.name}]", file, line, shown_value(found.value))
    module = _home(found, place)
    if module is None:
        return Where("constant", found.name, "", 0, shown_value(found.value))
    source = statements.origin(analysis, module, found.name, found.value)
    if source is None:
        return Where(
            "constant", f"{module.__name__}.{found.name}", analysis.file_of(module), 0, shown_value(found.value)
        )
    name = f"{source.module.__name__}.{source.name}"
    last = source.bindings[-1]
    shown = shown_value(found.value)
    if shown.startswith("<") or (is_function(found.value) and not hasattr(found.value, "registry")):
        shown = cut(ast.unparse(last.node))
    return Where("constant", name, analysis.file_of(source.module), last.line, shown)


def shown_value(value: Any) -> str:
    """Return a value as people read it, in a form that stays equal from process to process."""
    try:
        return cut(_plain_repr(value))
    except Exception:  # a project's own __repr__ may raise anything; it is only shown
        return f"<{type(value).__qualname__}>"


def _plain_repr(value: Any, depth: int = 0) -> str:
    if is_function(value) and hasattr(value, "registry"):
        entries = sorted(
            f"{qualified(cls)}: {_plain_repr(each, _DEEP)}" for cls, each in vars(value)["registry"].items()
        )
        return f"{value.__qualname__} by type: {', '.join(entries)}"
    if is_function(value) or is_class(value):
        return value.__qualname__
    if depth < _DEEP:
        if isinstance(value, (set, frozenset)):
            return f"{{{', '.join(sorted(_each(cast('Iterable[Any]', value), depth)))}}}"
        if type(value) is list:
            return f"[{', '.join(_each(cast('Iterable[Any]', value), depth))}]"
        if type(value) is tuple:
            return f"({', '.join(_each(cast('Iterable[Any]', value), depth))})"
        if type(value) is dict:
            pairs = cast("dict[Any, Any]", value)
            keys, values = _each(pairs, depth), _each(pairs.values(), depth)
            return f"{{{', '.join(f'{key}: {each}' for key, each in zip(keys, values, strict=True))}}}"
    text = repr(value)
    return f"<{type(value).__qualname__}>" if " at 0x" in text else text


def _each(values: Iterable[Any], depth: int) -> list[str]:
    return [_plain_repr(each, depth + 1) for each in values]

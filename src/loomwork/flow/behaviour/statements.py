"""Write pieces of a module's source down: the text that stands for a value without a form. Knows nothing of effects.

A piece is compiled on its own and read like a function, so that what it refers to is followed too.
"""

from __future__ import annotations

import ast
import builtins
import importlib.util
import sys
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from loomwork.flow.behaviour import references
from loomwork.flow.behaviour.nodes import Form, Lines
from loomwork.flow.behaviour.resolve import Place
from loomwork.flow.behaviour.symbols import Binding

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis


class Origin(NamedTuple):
    """Where a module-level name gets its value."""

    module: types.ModuleType
    name: str
    bindings: tuple[Binding, ...]


def place_in(module: types.ModuleType) -> Place:
    """Return a module's top level as a place where names are read."""
    return Place(vars(module), vars(builtins), {}, module.__name__)


def write(analysis: Analysis, node: ast.AST, module: types.ModuleType, form: Form) -> None:
    """Write an expression or a statement at the top of a module down."""
    if isinstance(node, ast.expr):
        code = compile(ast.Expression(node), "<piece>", "eval", dont_inherit=True)
    else:
        body = [node] if isinstance(node, ast.stmt) else []
        code = compile(ast.Module(body, []), "<piece>", "exec", dont_inherit=True)
    skeleton = analysis.skeleton(code, module=True)
    form.say(skeleton.digest)
    file = getattr(module, "__file__", None)
    if isinstance(file, str):
        first = getattr(node, "lineno", 0)
        form.imports.append(Lines(file, first, getattr(node, "end_lineno", None) or first))
    references.write(analysis, skeleton.refs, place_in(module), form)


def origin(analysis: Analysis, module: types.ModuleType, name: str, value: Any, depth: int = 0) -> Origin | None:
    """Return the statements that give a name its value, in whatever module of the project they stand."""
    symbols = analysis.symbols(module)
    bindings = tuple(symbols.bindings.get(name, ()))
    sources = [each.origin for each in bindings if each.origin is not None]
    stars = [(star, level, name) for star, level in symbols.stars] if not bindings else []
    for source, level, original in (sources or stars) if depth < _FAR else ():
        other = _module(module, source, level)
        if other is not None and vars(other).get(original, _MISSING) is value and analysis.project.owns_module(other):
            return origin(analysis, other, original, value, depth + 1)
    own = tuple(each for each in bindings if each.kind != "import")
    return Origin(module, name, own) if own else None


def written(analysis: Analysis, found: Origin, form: Form) -> bool:
    """Write the statements down that give a name its value, and say whether there were any."""
    for binding in found.bindings:
        for piece in _pieces(binding):
            write(analysis, piece, found.module, form)
    return bool(found.bindings)


def borrowed(analysis: Analysis, module: types.ModuleType, name: str, form: Form) -> bool:
    """Write down where a name is imported from, if that is an installed module, and say whether it is."""
    for binding in analysis.symbols(module).bindings.get(name, ()):
        if binding.origin is not None:
            form.say(("imported", binding.origin[0], binding.origin[2]))
            form.package(binding.origin[0])
            return True
    return False


def _pieces(binding: Binding) -> Iterator[ast.AST]:
    node = binding.node
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            yield from node.decorator_list
        case ast.Assign() if binding.kind == "assign" and all(isinstance(each, ast.Name) for each in node.targets):
            yield node.value
        case ast.AnnAssign() if node.value is not None:
            yield node.value
        case _:
            yield node


def _module(module: types.ModuleType, name: str, level: int) -> types.ModuleType | None:
    package = getattr(module, "__package__", None) or ""
    try:
        full = importlib.util.resolve_name("." * level + name, package) if level else name
    except ImportError:
        return None
    return sys.modules.get(full)


_MISSING = object()
_FAR = 20
"""How many re-exports are followed."""

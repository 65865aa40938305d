"""Nodes for what cannot be taken apart: a whole module, a whole project, a file of it. Knows nothing of functions."""

from __future__ import annotations

import ast
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loomwork.flow.behaviour import callables, references
from loomwork.flow.behaviour.identity import is_step, owns_class, owns_function, qualified
from loomwork.flow.behaviour.nodes import Edge, Form, Node, StepEdge, Where, hashed
from loomwork.flow.behaviour.parts import cut
from loomwork.flow.behaviour.resolve import Found
from loomwork.flow.behaviour.source import decoded
from loomwork.flow.behaviour.statements import place_in
from loomwork.flow.behaviour.values import Writing

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis

_OWN_NAMES = frozenset(
    [
        "__name__",
        "__doc__",
        "__package__",
        "__loader__",
        "__spec__",
        "__path__",
        "__file__",
        "__cached__",
        "__builtins__",
        "__annotations__",
        "__warningregistry__",
        "In",
        "Out",
        "get_ipython",
        "exit",
        "quit",
        "open",
    ]
)


def build_module(analysis: Analysis, edge: Edge) -> Node:
    """Make the node of a module that counts as a whole: every name that it has, by its live value."""
    module: types.ModuleType = edge.payload
    form = Form()
    form.say("module")
    form.guards.mapping(vars(module))
    place = place_in(module)
    for name, value in sorted(vars(module).items()):
        if name in _OWN_NAMES or (name.startswith("_") and name[1:].isdigit()):
            continue
        form.say(name)
        _member(analysis, module, name, value, form, place)

    def describe() -> Where:
        shown = f"everything in {module.__name__}"
        return Where("module", module.__name__, analysis.file_of(module), 1, shown)

    return Node(edge, form, describe=describe)


def _member(analysis: Analysis, module: types.ModuleType, name: str, value: Any, form: Form, place: Any) -> None:
    if isinstance(value, types.ModuleType):
        form.say(("module", value.__name__))
        return
    if is_step(value):
        form.lead(StepEdge(value, name))
        return
    if _is_borrowed(analysis, module, value):
        form.say(qualified(value))
        return
    if callables.is_direct(value):
        callables.write(Writing(analysis, form), value, name, label=name)
        return
    found = Found(value, (), vars(module), name)
    form.lead(references.binding(found, place, label=name, handed=False))


def _is_borrowed(analysis: Analysis, module: types.ModuleType, value: Any) -> bool:
    """Say whether a function or class is another project's module's, or an installed one's."""
    if isinstance(value, types.FunctionType):
        return not owns_function(analysis, value) and not hasattr(value, "__wrapped__")
    return isinstance(value, type) and not owns_class(analysis, value) and value.__module__ != module.__name__


def build_project(analysis: Analysis, edge: Edge) -> Node:
    """Make the node of the whole project: every source file, loaded or not."""
    form = Form()
    form.say("project")
    for path in analysis.files():
        form.lead(Edge(("file", str(path)), "file", path, path.name))
    return Node(edge, form, describe=lambda: Where("project", "the whole project", "", 0, ""))


def build_file(analysis: Analysis, edge: Edge) -> Node:
    """Make the node of a source file: its syntax without docstrings."""
    path: Path = edge.payload
    form = Form()
    name = analysis.project.relative(str(path))
    data = path.read_bytes()
    form.say(name, _syntax(data))
    stamp = _stamp(path)
    form.guards.checks.append(lambda: _stamp(path) == stamp)
    return Node(edge, form, describe=lambda: Where("file", name, name, 1, cut(decoded(data))))


def _stamp(path: Path) -> tuple[int, int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0, 0)
    return (found.st_mtime_ns, found.st_size, found.st_ino)


def _syntax(data: bytes) -> str:
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        return hashed(data)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[0] if node.body else None
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                first.value.value = ""
    return hashed(ast.dump(tree))

"""Nodes for functions: code, defaults, attributes. Knows nothing of classes and modules."""

from __future__ import annotations

import ast
import inspect
import sys
import types
from typing import TYPE_CHECKING, Any

from loomwork.flow.behaviour import references
from loomwork.flow.behaviour.code import Skeleton
from loomwork.flow.behaviour.identity import function_name
from loomwork.flow.behaviour.leaves import Leaf, shown_value
from loomwork.flow.behaviour.nodes import Aspects, Edge, Form, Node, Where
from loomwork.flow.behaviour.parts import cut
from loomwork.flow.behaviour.resolve import Place, place_of
from loomwork.flow.behaviour.values import Opaque, Writing

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis


def build(analysis: Analysis, edge: Edge) -> Node:
    """Make a function's node."""
    function: types.FunctionType = edge.payload
    skeleton = analysis.skeleton(function.__code__)
    place = place_of(function)
    form = Form()
    form.guards.function(function)
    form.say("function", skeleton.digest)
    references.write(analysis, skeleton.refs, place, form)
    _defaults(analysis, function, form)
    _attributes(analysis, function, form)
    return Node(
        edge,
        form,
        describe=lambda: _describe(analysis, function),
        names=skeleton.names,
        changes=references.changes(analysis, skeleton.mutations, place),
        extra=lambda aspects: _extra(analysis, function, skeleton, aspects),
        own_stores=skeleton.own_stores,
    )


def _where(analysis: Analysis, function: types.FunctionType) -> tuple[str, int]:
    code = function.__code__
    return analysis.project.relative(code.co_filename), code.co_firstlineno


def _describe(analysis: Analysis, function: types.FunctionType) -> Where:
    file, line = _where(analysis, function)
    shown = analysis.sources.segment(function.__code__)
    if shown is None:
        shown = f"<code of {function.__code__.co_qualname}, {analysis.skeleton(function.__code__).digest[:8]}>"
    return Where("code", function_name(function), file, line, cut(shown))


def _defaults(analysis: Analysis, function: types.FunctionType, form: Form) -> None:
    code = function.__code__
    given = function.__defaults__ or ()
    names = code.co_varnames[code.co_argcount - len(given) : code.co_argcount]
    pairs = list(zip(names, given, strict=False)) + sorted((function.__kwdefaults__ or {}).items())
    form.say(("defaults", len(given), tuple(sorted(function.__kwdefaults__ or {}))))
    if function.__kwdefaults__:
        form.guards.mapping(function.__kwdefaults__)
    for name, value in pairs:
        leaf = Leaf(
            "default",
            f"{function_name(function)}({name}=)",
            value,
            name,
            lambda: _where(analysis, function),
            lambda name=name: _default_text(analysis, function, name),
        )
        form.lead(Edge(("default", id(function), name, id(value)), "leaf", leaf, name))


def _default_text(
    analysis: Analysis, function: types.FunctionType, name: str
) -> tuple[ast.expr, types.ModuleType] | None:
    module = sys.modules.get(str(function.__globals__.get("__name__")))
    if module is None:
        return None
    node = analysis.symbols(module).function(function.__code__.co_firstlineno, function.__code__.co_name)
    if node is None:
        return None
    positional = [*node.args.posonlyargs, *node.args.args]
    pairs = list(zip(reversed(positional), reversed(node.args.defaults), strict=False))
    pairs += [(arg, value) for arg, value in zip(node.args.kwonlyargs, node.args.kw_defaults, strict=True) if value]
    return next(((value, module) for arg, value in pairs if arg.arg == name), None)


def _attributes(analysis: Analysis, function: types.FunctionType, form: Form) -> None:
    state = vars(function)
    form.guards.mapping(state)
    wrapped = state.get("__wrapped__")
    if wrapped is not None:
        to = Writing(analysis, Form())
        try:
            to.write(wrapped)
        except Opaque:
            form.say(type(wrapped).__name__)
        else:
            Writing(analysis, form).join(to.form)
    for name, value in sorted(state.items()):
        if name == "__wrapped__" or name.startswith("__"):
            continue
        form.say(name)
        inner = Writing(analysis, Form())
        try:
            inner.write(value)
        except Opaque as opaque:
            form.say(opaque.kind)
        else:
            Writing(analysis, form).join(inner.form)


def _extra(analysis: Analysis, function: types.FunctionType, skeleton: Skeleton, aspects: Aspects) -> Form | None:
    form = Form()
    if aspects.names:
        form.say(function.__name__, function.__qualname__, str(function.__module__))
    if aspects.docs:
        form.say(("doc", inspect.cleandoc(function.__doc__) if function.__doc__ else ""))
    if aspects.signatures:
        write_annotations(analysis, function.__annotations__, function.__globals__, form)
    if aspects.sources:
        form.say(analysis.sources.segment(function.__code__) or skeleton.digest)
    return form


def write_annotations(analysis: Analysis, given: dict[str, Any], namespace: dict[str, Any], form: Form) -> None:
    """Write annotations down; one that is a text is read as the expression that it holds."""
    to = Writing(analysis, form)
    for name, annotation in given.items():
        form.say(name)
        if isinstance(annotation, str):
            _annotation_text(analysis, annotation, namespace, form)
            continue
        try:
            inner = to.apart(annotation, name)
        except Opaque:
            form.say(shown_value(annotation))
        else:
            to.join(inner)


def _annotation_text(analysis: Analysis, text: str, namespace: dict[str, Any], form: Form) -> None:
    try:
        code = compile(text, "<annotation>", "eval", dont_inherit=True)
    except SyntaxError:
        form.say(text)
        return
    skeleton = analysis.skeleton(code, module=True)
    form.say(skeleton.digest)
    place = Place(namespace, vars(sys.modules["builtins"]), {}, text)
    for ref in skeleton.refs:
        ref.use = "call"
    references.write(analysis, skeleton.refs, place, form)

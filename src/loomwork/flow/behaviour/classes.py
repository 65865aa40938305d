"""Nodes for classes: bases, methods, attributes, fields. Knows nothing of functions' code.

A class counts as a whole, with the subclasses that are known where it is used by name: which method a call reaches is
not decided here.
"""

from __future__ import annotations

import ast
import dataclasses
import enum
import inspect
import sys
import types
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from loomwork.flow.behaviour import effects
from loomwork.flow.behaviour.functions import write_annotations
from loomwork.flow.behaviour.identity import BUILTIN_CODE, CACHED, owns_class, owns_function
from loomwork.flow.behaviour.leaves import Leaf
from loomwork.flow.behaviour.models import is_model, is_struct, model_leaves, struct_leaves
from loomwork.flow.behaviour.nodes import Aspects, Edge, Form, Node, Where
from loomwork.flow.behaviour.parts import cut
from loomwork.flow.behaviour.values import Writing

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis

_SKIPPED = frozenset(
    [
        "__module__",
        "__qualname__",
        "__dict__",
        "__weakref__",
        "__doc__",
        "__annotations__",
        "__firstlineno__",
        "__static_attributes__",
        "__abstractmethods__",
        "_abc_impl",
        "__parameters__",
        "__orig_bases__",
        "__dataclass_params__",
        "__dataclass_fields__",
        "__match_args__",
        "__protocol_attrs__",
        "__non_callable_proto_members__",
        "_is_protocol",
        "_is_runtime_protocol",
        "__signature__",
        "model_fields",
        "model_computed_fields",
        "__class_vars__",
        "__private_attributes__",
        "__fields__",
        "_field_defaults",
        "_fields",
        "__required_keys__",
        "__optional_keys__",
        "__total__",
        "__annotate__",
        "__annotate_func__",
        "__annotations_cache__",
        "__slotnames__",
        "__attrs_attrs__",
        "__attrs_own_setattr__",
        "__attrs_props__",
        "model_config",
        "__hash__",
    ]
)
_ENUM = frozenset(
    {"__new__", "__new_member__", "_generate_next_value_", "__reduce_ex__", "__format__", "__str__", "__repr__"}
)
_CODE = (types.FunctionType, staticmethod, classmethod, property, CACHED, *BUILTIN_CODE)


def build(analysis: Analysis, edge: Edge) -> Node:
    """Make a class's node."""
    cls: type[Any] = edge.payload
    form = Form()
    form.say("class")
    form.guards.mapping(vars(cls))
    if names_act(cls):
        form.say(cls.__name__)
    if docs_act(cls):
        form.say(inspect.cleandoc(cls.__doc__ or ""))
    _bases(analysis, cls, form)
    special = _special(analysis, cls, form)
    _members(analysis, cls, form, special)
    effects.attached(analysis, cls, form)
    return Node(
        edge,
        form,
        describe=lambda: _describe(analysis, cls),
        extra=lambda aspects: _extra(analysis, cls, aspects),
    )


def names_act(cls: type[Any]) -> bool:
    """Say whether a class's name reaches its users by itself: through `repr`, a schema or an error message."""
    if dataclasses.is_dataclass(cls) or issubclass(cls, (enum.Enum, BaseException)) or is_model(cls) or is_struct(cls):
        return True
    return hasattr(cls, "_fields") or hasattr(cls, "__total__")


def docs_act(cls: type[Any]) -> bool:
    """Say whether a class's docstring becomes part of a schema by itself."""
    return is_model(cls) or hasattr(cls, "__total__")


def _bases(analysis: Analysis, cls: type, form: Form) -> None:
    to = Writing(analysis, form)
    meta = type(cls)
    form.say("of")
    to.write(meta)
    originals = vars(cls).get("__orig_bases__")
    form.say(("bases", len(cls.__bases__)))
    for base in cls.__bases__:
        if owns_class(analysis, base):
            form.lead(Edge(("class", id(base)), "class", base, base.__name__))
        else:
            to.write(base)
    if originals:
        write_annotations(analysis, {str(at): each for at, each in enumerate(originals)}, {}, form)


def _special(analysis: Analysis, cls: Any, form: Form) -> frozenset[str]:
    """Write down what a kind of class keeps beside its attributes; return the attributes that this covers."""
    if isinstance(cls, enum.EnumMeta):
        return _enum(analysis, cls, form)
    if is_model(cls):
        return _lead(analysis, cls, form, model_leaves(analysis, cls, form))
    if is_struct(cls):
        return _lead(analysis, cls, form, struct_leaves(analysis, cls, form))
    if "__dataclass_fields__" in vars(cls):
        return _dataclass(analysis, cls, form)
    if tuple in cls.__mro__ and "_fields" in vars(cls):
        return _named_tuple(analysis, cls, form)
    if hasattr(cls, "__total__"):
        form.say(("total", cls.__total__, tuple(sorted(cls.__required_keys__))))
        _annotations(analysis, cls, form)
    return frozenset()


def _annotations(analysis: Analysis, cls: type, form: Form) -> None:
    module = sys.modules.get(cls.__module__)
    write_annotations(analysis, inspect.get_annotations(cls), vars(module) if module else {}, form)


def _lead(analysis: Analysis, cls: type, form: Form, leaves: list[tuple[str, Any]]) -> frozenset[str]:
    for name, value in leaves:
        lead_attribute(analysis, cls, name, value, form, kind="field")
    return frozenset(name for name, _ in leaves)


def _enum(analysis: Analysis, cls: Any, form: Form) -> frozenset[str]:
    members: dict[str, Any] = {name: member.value for name, member in cls.__members__.items()}
    form.say(("members", tuple(members)))
    for name, value in members.items():
        lead_attribute(analysis, cls, name, value, form, kind="field")
    own: dict[str, Any] = cls.__dict__
    return frozenset(name for name in own if name in members or _is_enum_internal(cls, name))


def _is_enum_internal(cls: type, name: str) -> bool:
    value = vars(cls)[name]
    if isinstance(value, types.FunctionType):
        return name in _ENUM and value.__module__ == "enum"
    return (
        name in _ENUM
        or (name[0] == name[-1] == "_" and name[1] != "_")
        or (name.startswith("_") and not isinstance(value, _CODE))
    )


def _dataclass(analysis: Analysis, cls: type, form: Form) -> frozenset[str]:
    form.say(repr(vars(cls)["__dataclass_params__"]))
    fields: dict[str, Any] = vars(cls)["__dataclass_fields__"]
    form.say(("fields", tuple(fields)))
    for name, field in fields.items():
        kind = getattr(getattr(field, "_field_type", None), "name", "")
        form.say((name, kind, field.init, field.repr, field.hash, field.compare, getattr(field, "kw_only", False)))
        if field.default is not dataclasses.MISSING:
            lead_attribute(analysis, cls, name, field.default, form, kind="field")
        if field.default_factory is not dataclasses.MISSING:
            lead_attribute(analysis, cls, name, field.default_factory, form, kind="field")
        if field.metadata:
            lead_attribute(analysis, cls, f"{name}.metadata", dict(field.metadata), form, kind="field")
    _annotations(analysis, cls, form)
    generated = {name for name, value in vars(cls).items() if _is_generated(value)}
    return frozenset(generated | set(fields))


def _is_generated(value: Any) -> bool:
    inner = getattr(value, "__wrapped__", value)
    return isinstance(inner, types.FunctionType) and inner.__code__.co_filename == "<string>"


def _named_tuple(analysis: Analysis, cls: Any, form: Form) -> frozenset[str]:
    form.say(("fields", tuple(cls._fields)))
    for name, value in cls._field_defaults.items():
        lead_attribute(analysis, cls, name, value, form, kind="field")
    _annotations(analysis, cls, form)
    return frozenset(
        {*cls._fields, "__new__", "_make", "_replace", "_asdict", "__repr__", "__getnewargs__", "__slots__"}
    )


def _members(analysis: Analysis, cls: type, form: Form, covered: frozenset[str]) -> None:
    names = [name for name in sorted(vars(cls)) if name not in covered and not _is_skipped(name)]
    for name in names:
        value = vars(cls)[name]
        if _is_protocol_init(name, value):
            continue
        if name == "__slots__":
            form.say(("slots", tuple(value) if not isinstance(value, str) else value))
            continue
        form.say(("member", name))
        if isinstance(value, types.FunctionType) and owns_function(analysis, value):
            form.lead(Edge(("function", id(value)), "code", value, f"{cls.__name__}.{name}"))
        else:
            lead_attribute(analysis, cls, name, value, form)
    if vars(cls).get("__hash__", ...) is None:
        form.say("unhashable")
    elif isinstance(vars(cls).get("__hash__"), types.FunctionType) and not _is_generated(vars(cls)["__hash__"]):
        form.lead(Edge(("function", id(vars(cls)["__hash__"])), "code", vars(cls)["__hash__"], "__hash__"))


def _is_protocol_init(name: str, value: Any) -> bool:
    """Say whether a value is what typing puts into a protocol's subclasses, and takes out at the first use."""
    return name == "__init__" and (value is object.__init__ or getattr(value, "__module__", "") == "typing")


def _is_skipped(name: str) -> bool:
    return name in _SKIPPED or name.startswith(("__pydantic", "__struct", "_abc_", "__mypyc"))


def lead_attribute(
    analysis: Analysis, cls: type, name: str, value: Any, form: Form, *, kind: str = "attribute"
) -> None:
    """Write an edge to a class attribute down."""
    if isinstance(value, (staticmethod, classmethod, property, CACHED, types.MemberDescriptorType)):
        Writing(analysis, form).write(value, name)
        return
    full = f"{cls.__module__}:{cls.__qualname__}.{name}"
    module = sys.modules.get(cls.__module__)

    def text() -> tuple[Any, types.ModuleType] | None:
        if module is None or not analysis.project.owns_module(module):
            return ast.Constant(name), module or types
        found = analysis.symbols(module).class_assignment(cls.__qualname__, name)
        if found is None and effects.touching(analysis, cls):
            found = ast.Constant(name)  # set from outside of the class: the statements that do so count with the class
        return (found, module) if found is not None else None

    leaf = Leaf(kind, full, value, name, lambda: _where(analysis, cls, name), text)
    form.lead(Edge(("attribute", id(cls), name, id(value)), "leaf", leaf, f"{cls.__name__}.{name}"))


def _extra(analysis: Analysis, cls: type, aspects: Aspects) -> Form:
    form = Form()
    if aspects.names:
        form.say(cls.__name__, cls.__qualname__, cls.__module__)
    if aspects.docs:
        form.say(("doc", inspect.cleandoc(cls.__doc__ or "")))
    if aspects.signatures:
        _annotations(analysis, cls, form)
    if aspects.sources:
        form.say(_describe(analysis, cls).shown)
    return form


def _home(analysis: Analysis, cls: type) -> types.ModuleType | None:
    """Return the module of the project in which a class is written."""
    module = sys.modules.get(cls.__module__)
    return module if module is not None and analysis.project.owns_module(module) else None


def _lines(analysis: Analysis, cls: type) -> tuple[str, int, str]:
    """Return (file, line, text) of a class statement."""
    module = _home(analysis, cls)
    if module is None:
        return "", 0, ""
    symbols = analysis.symbols(module)
    node = symbols.class_node(cls.__qualname__)
    if node is None:
        return analysis.file_of(module), 0, ""
    first = min([node.lineno, *(each.lineno for each in node.decorator_list)])
    text = "\n".join(symbols.text.splitlines()[first - 1 : node.end_lineno])
    return analysis.file_of(module), first, text


def _where(analysis: Analysis, cls: type, attribute: str) -> tuple[str, int]:
    file, line, _ = _lines(analysis, cls)
    module = _home(analysis, cls)
    if module is None:
        return file, line
    found = analysis.symbols(module).class_line(cls.__qualname__, attribute)
    return file, found or line


def _describe(analysis: Analysis, cls: type) -> Where:
    file, line, text = _lines(analysis, cls)
    return Where("class", f"{cls.__module__}:{cls.__qualname__}", file, line, cut(text or f"class {cls.__qualname__}"))


def own_stores(analysis: Analysis, cls: type) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield the methods of a class and its bases that set attributes of the instance, with those attributes."""
    for each in cls.__mro__:
        if not owns_class(analysis, each):
            continue
        for name, value in vars(each).items():
            function = getattr(value, "fset", value)
            if isinstance(function, types.FunctionType) and owns_function(analysis, function):
                stores = analysis.skeleton(function.__code__).own_stores
                if stores:
                    yield name, stores

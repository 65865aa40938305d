"""Write instances: of the project's classes by their class and state, of others where their state is known.

Knows nothing of how classes are written.
"""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from loomwork.flow.behaviour.identity import owns_class, qualified, type_of
from loomwork.flow.behaviour.nodes import Edge
from loomwork.kernel.canonical.builtin import EXACTLY

if TYPE_CHECKING:
    from loomwork.flow.behaviour.values import Writing

_LOCKS = (type(threading.Lock()), type(threading.RLock()))
_SETTINGS = frozenset(
    [
        "pydantic.fields",
        "pydantic._internal._fields",
        "pydantic._internal._decorators",
        "pydantic.types",
        "pydantic.config",
        "pydantic.functional_validators",
        "pydantic.functional_serializers",
        "pydantic.aliases",
        "annotated_types",
    ]
)


def write(to: Writing, value: Any, path: str) -> bool:
    """Write an instance if its state is known, and say whether it was."""
    cls = type_of(value)
    if getattr(cls, "__fingerprint__", None) is not None:
        _fingerprint(to, value, path)
        return True
    if isinstance(value, enum.Enum):
        _member(to, value, path)
        return True
    if isinstance(value, _LOCKS):
        to.form.say(("lock", cls.__name__))
        return True
    if owns_class(to.analysis, cls):
        _own(to, value, path)
        return True
    if qualified(cls).endswith(":PydanticUndefinedType"):
        to.form.say(qualified(cls))
        return True
    if cls.__module__ in _SETTINGS:
        _setting(to, value, path)
        return True
    return False


def _class(to: Writing, cls: type) -> None:
    if owns_class(to.analysis, cls):
        to.form.lead(Edge(("class", id(cls)), "class", cls, cls.__name__))
        return
    to.form.say(("class", qualified(cls)))
    to.form.package(cls.__module__)


def _fingerprint(to: Writing, value: Any, path: str) -> None:
    to.form.say("fingerprint")
    _class(to, type_of(value))
    to.write(value.__fingerprint__(), f"{path}.__fingerprint__()")


def _member(to: Writing, value: enum.Enum, path: str) -> None:
    to.form.say(("member", value.name or ""))
    _class(to, type_of(value))
    to.write(value.value, f"{path}.value")


def _own(to: Writing, value: Any, path: str) -> None:
    cls = type_of(value)
    to.form.say("instance")
    _class(to, cls)
    to.form.stateful.append(cls)
    for base, content in EXACTLY.items():
        if isinstance(value, base):
            _contents(to, value, content, path)
            break
    if isinstance(value, BaseException):
        to.items("args", value.args, path)
    state: Any = getattr(value, "__dict__", None)
    if isinstance(state, dict):
        _state(to, cast("dict[str, Any]", state), path)
    _slots(to, value, path)


def _contents(to: Writing, value: Any, content: Callable[[Any], Any], path: str) -> None:
    plain = content(value)
    if type(plain) is dict:
        to.form.guards.mapping(value)
        to.pairs("items", cast("dict[Any, Any]", plain).items(), path)
        return
    if isinstance(plain, (list, set)):
        to.form.guards.sequence(lambda: content(value))
    to.write(plain, path)


def _state(to: Writing, state: dict[str, Any], path: str) -> None:
    to.form.guards.mapping(state)
    shown = [(name, each) for name, each in state.items() if name != "__pydantic_fields_set__"]
    to.form.say(("state", len(shown)))
    for name, each in shown:
        to.form.say(name)
        to.write(each, f"{path}.{name}")


def _slots(to: Writing, value: Any, path: str) -> None:
    fields: tuple[str, ...] = getattr(value, "__struct_fields__", ())
    names = [
        *fields,
        *(
            _mangled(cls, name)
            for cls in type_of(value).__mro__
            for name in _names(vars(cls).get("__slots__", ()))
            if name not in {"__dict__", "__weakref__", *fields} and not name.startswith("__pydantic")
        ),
    ]
    if not names:
        return
    missing = object()
    to.form.guards.sequence(lambda: [getattr(value, name, missing) for name in names])
    for name in names:
        if hasattr(value, name):
            to.form.say(("slot", name))
            to.write(getattr(value, name), f"{path}.{name}")


def _mangled(cls: type, name: str) -> str:
    private = name.startswith("__") and not name.endswith("__")
    return f"_{cls.__name__.lstrip('_')}{name}" if private else name


def _names(slots: Any) -> tuple[str, ...]:
    return (slots,) if isinstance(slots, str) else tuple(slots)


def _setting(to: Writing, value: Any, path: str) -> None:
    """Write pydantic's descriptions of a field by everything that was set."""
    to.form.say(("setting", type(value).__name__))
    to.form.package(type(value).__module__)
    names = sorted({name for cls in type_of(value).__mro__ for name in _names(vars(cls).get("__slots__", ()))})
    state: dict[str, Any] = dict(getattr(value, "__dict__", {}))
    state.update({name: getattr(value, name) for name in names if hasattr(value, name)})
    for name, each in sorted(state.items()):
        if name.startswith("__") or name in {"_original_assignment", "_complete", "_original_annotation", "evaluated"}:
            continue
        to.form.say(name)
        to.write(each, f"{path}.{name}")

"""What pydantic models and msgspec structs keep beside their attributes. Knows nothing of other classes.

Neither library is imported here: a class that uses one has imported it.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from loomwork.flow.behaviour.functions import write_annotations
from loomwork.flow.behaviour.nodes import Form
from loomwork.flow.behaviour.values import Writing

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis


def is_model(cls: type) -> bool:
    """Say whether a class is a pydantic model."""
    return hasattr(cls, "__pydantic_decorators__") and hasattr(cls, "__pydantic_fields__")


def is_struct(cls: type) -> bool:
    """Say whether a class is a msgspec struct."""
    return hasattr(cls, "__struct_fields__") and hasattr(cls, "__struct_config__")


def model_leaves(analysis: Analysis, cls: Any, form: Form) -> list[tuple[str, Any]]:
    """Write a model's configuration and validators down; return its fields."""
    form.say(
        (
            "config",
            repr(sorted((str(key), repr(value)) for key, value in cls.model_config.items() if not callable(value))),
        )
    )
    for key, value in sorted(cls.model_config.items()):
        if callable(value):
            form.say(str(key))
            Writing(analysis, form).write(value, str(key))
    for name, function, how in _validators(cls.__pydantic_decorators__):
        form.say((name, how))
        Writing(analysis, form).write(function, name)
    form.say(("fields", tuple(cls.__pydantic_fields__)))
    private: dict[str, Any] = cls.__private_attributes__ or {}
    own: dict[str, Any] = cls.__dict__.get("__pydantic_fields__", {})
    hidden = [(name, getattr(value, "default", None)) for name, value in sorted(private.items())]
    return [*own.items(), *hidden]


def _validators(decorators: Any) -> Iterator[tuple[str, Any, str]]:
    for group in decorators.__slots__:
        for name, found in getattr(decorators, group).items():
            function = getattr(found.func, "__func__", found.func)
            yield (
                f"{group}.{name}",
                getattr(function, "fget", function),
                repr(found.info).split(" at 0x", maxsplit=1)[0],
            )


def struct_leaves(analysis: Analysis, cls: Any, form: Form) -> list[tuple[str, Any]]:
    """Write a struct's configuration down; return its defaults."""
    config = cls.__struct_config__
    form.say(("config", tuple((name, repr(getattr(config, name))) for name in sorted(dir(config)) if name[0] != "_")))
    form.say(("fields", cls.__struct_fields__, cls.__struct_encode_fields__))
    module = sys.modules.get(cls.__module__)
    given = inspect.get_annotations(cls)
    write_annotations(analysis, given, vars(module) if module else {}, form)
    names = cls.__struct_fields__[len(cls.__struct_fields__) - len(cls.__struct_defaults__) :]
    return [(name, value) for name, value in zip(names, cls.__struct_defaults__, strict=True)]

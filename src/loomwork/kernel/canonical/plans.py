"""Which writer fits a type: one table for exact types, and a plan, made once a type, for all others."""

import types
from collections.abc import Callable
from datetime import tzinfo
from enum import Enum
from functools import lru_cache
from typing import Any

from msgspec import Struct

from loomwork.kernel.canonical import arrays, builtin, code, instances, stdlib
from loomwork.kernel.canonical.instances import Content
from loomwork.kernel.canonical.sink import Writer, refuse, type_name

EXACT: dict[type, Writer] = {**builtin.WRITERS, **code.WRITERS}
_CODECS: dict[type, Writer] = {}


def use_codec(cls: type, plain: Callable[[Any], Any]) -> None:
    """Let instances of exactly `cls` count as what `plain` returns for them."""
    _CODECS[cls] = instances.registered(cls, plain)
    plan_of.cache_clear()


@lru_cache(maxsize=4096)
def plan_of(cls: type) -> Writer:
    """Return the writer for a type that is not in the table."""
    return _CODECS.get(cls) or _by_protocol(cls) or arrays.writer_of(cls) or _by_fields(cls) or _by_base(cls) or refuse


def _by_protocol(cls: Any) -> Writer | None:
    if issubclass(cls, type):
        return code.write_class
    if getattr(cls, "__fingerprint__", None) is not None:
        return instances.fingerprinted(cls)
    if issubclass(cls, Enum):
        return instances.write_enum
    return stdlib.WRITERS.get(type_name(cls))


def _by_fields(cls: Any) -> Writer | None:
    fields = instances.declared_fields(cls)
    if fields is None:
        return None
    content = content_of(cls)
    if not issubclass(cls, Struct) and instances.hides_state(cls, content.base if content else object):
        return None
    return instances.instance_writer(cls, fields, content)


def _by_base(cls: type) -> Writer | None:
    content = content_of(cls)
    if content is not None and not instances.hides_state(cls, content.base):
        return instances.instance_writer(cls, (), content)
    if issubclass(cls, tzinfo):
        return stdlib.write_zone
    if cls.__module__ == "typing" or issubclass(cls, types.GenericAlias):
        return code.write_type_expression
    return None


def content_of(cls: type) -> Content | None:
    """Return how to write what an instance holds as the first type in its bases that has a form of its own."""
    for base in cls.__mro__:
        if base in builtin.EXACTLY:
            return Content(base, builtin.WRITERS[base], builtin.EXACTLY[base])
        name = type_name(base)
        if name in stdlib.EXTENDABLE:
            return Content(base, stdlib.WRITERS[name], None)
    return None

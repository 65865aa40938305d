"""What a server's settings and steps name and is not there, found before a client asks. Runs no step, sends nothing."""

import dis
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any

from loomwork.flow.step import Step
from loomwork.gateway.serving.served import Serving
from loomwork.kernel.errors.admission import DegradeModelUnknown
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.gateway import StepAsksUnknownModel
from loomwork.kernel.errors.models import UnknownModel
from loomwork.kernel.errors.phrases import nearest
from loomwork.kernel.references import ModelRef
from loomwork.models.catalog import Catalog
from loomwork.workspace.resolving import model

_DEEP = 4
"""So many calls of functions below a step are looked through."""


def check(serving: Serving) -> None:
    """See that what answers in need is there. Raises `DegradeModelUnknown`."""
    known = [each.name for each in serving.all]
    for served in serving.all:
        for way in served.degrade:
            if way.kind == "model" and way.model not in known:
                near = nearest(way.model, known)
                raise DegradeModelUnknown(name=served.name, model=way.model, near=near, known=", ".join(known))


def mistakes(serving: Serving, catalog: Catalog) -> tuple[LoomworkError, ...]:
    """Return what will fail when it is asked for: models without a key, routes and steps that name no model."""
    found: list[LoomworkError] = []
    for alias in catalog.aliases:
        try:
            catalog.check(alias)
        except LoomworkError as error:
            found.append(error)
    for served in serving.all:
        if served.step is None:
            continue
        step, _ = served.function
        for name in dict.fromkeys(_named(step)):
            try:
                catalog.settings(name)
            except UnknownModel as error:
                known = error.fields["known"]
                found.append(StepAsksUnknownModel(name=served.name, step=step.name, model=name, known=known))
    return tuple(found)


def _named(step: Step[..., Any]) -> Iterator[str]:
    """The names that a step's code, and what it calls, hands to `model(...)` as they stand there."""
    seen: set[CodeType] = set()
    below: list[tuple[Any, int]] = [(step, 0)]
    while below:
        thing, depth = below.pop()
        func: Any = getattr(thing, "func", thing)
        if not isinstance(func, FunctionType) or func.__code__ in seen or depth > _DEEP:
            continue
        if func.__module__.partition(".")[0] == "loomwork":
            continue
        seen.add(func.__code__)
        for code in _codes(func.__code__):
            yield from _handed(code, func.__globals__)
            used = [func.__globals__[name] for name in code.co_names if name in func.__globals__]
            yield from (each.name for each in used if isinstance(each, ModelRef))
            below += [(each, depth + 1) for each in used]


def _codes(code: CodeType) -> Iterator[CodeType]:
    yield code
    for each in code.co_consts:
        if isinstance(each, CodeType):
            yield from _codes(each)


def _handed(code: CodeType, names: Mapping[str, Any]) -> Iterator[str]:
    asks = False
    for each in dis.get_instructions(code):
        if asks and each.opname == "LOAD_CONST" and isinstance(each.argval, str):
            yield each.argval
        asks = each.opname == "LOAD_GLOBAL" and names.get(each.argval) is model

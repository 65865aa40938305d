"""The key of a call: from live arguments, and again from remembered ones. Knows nothing of stores or bodies.

Both ways meet in `keyed`, so that a look-up without the arguments finds what the call with them has committed.
"""

from __future__ import annotations

import importlib
import inspect
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import Struct

from loomwork.flow.behaviour import Behaviour, Behaviours
from loomwork.flow.builtin import Settled
from loomwork.flow.record import Arguments, Value
from loomwork.flow.step import Step
from loomwork.kernel.canonical import Digest, combine, digest, digest_value
from loomwork.kernel.errors.flow import UnhashableArgument
from loomwork.kernel.errors.kernel import Unhashable

_P = inspect.Parameter
_EMPTY = inspect.Parameter.empty


class Keyed(Struct, frozen=True, eq=False):
    """Everything that identifies a call before it runs."""

    key: Digest
    """Without draw and ambients."""
    behaviour: Behaviour
    inputs: Digest
    bound: dict[str, Value]
    settled: Settled | None


class Keys:
    """Computes keys with one set of behaviours and services."""

    def __init__(
        self, behaviours: Behaviours, services: Mapping[str, Any], builtins: Iterable[Step[..., Any]] = ()
    ) -> None:
        self._behaviours = behaviours
        self._services = services
        self._builtins = {step.name: step for step in builtins}
        self._fixed: dict[int, Behaviour] = {}

    def builtin(self, name: str) -> Step[..., Any] | None:
        """Return loomwork's own step of this name."""
        return self._builtins.get(name)

    def behaviour(self, step: Step[..., Any]) -> Behaviour:
        """Return what a step does now, as one hash with its parts."""
        if step.semantics is None:
            return self._behaviours.current(step)
        found = self._fixed.get(id(step))
        if found is None:
            fixed = combine("builtin", step.name, str(step.semantics))
            found = Behaviour(digest=fixed, parts=(), slots=(), outside=(), widened=())
            self._fixed[id(step)] = found
        return found

    def value(self, value: object, where: Callable[[], tuple[str, str]]) -> Value:
        """Hash an argument or result. Raises `UnhashableArgument` that names the place."""
        try:
            found = digest_value(value)
        except Unhashable as error:
            step, name = where()
            raise UnhashableArgument(
                step=step, name=name, where=f"{name}{error.fields['where']}", type=error.fields["type"]
            ) from None
        if not found.code:
            return Value(found.digest)
        return Value(found.digest, tuple(f"{each.__module__}:{each.__qualname__}" for each in found.code))  # type: ignore[attr-defined]

    def worth(self, value: Value) -> Digest:
        """Return the hash of a value together with the behaviour of the code in it, as both are now."""
        if not value.code:
            return value.digest
        return combine(value.digest, *(self._code(name) for name in value.code))

    def arguments(self, step: Step[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Arguments:
        """Hash the arguments as written at the call."""
        names = tuple(step.signature.parameters)
        ignored = step.ignore
        positional = tuple(
            _IGNORED
            if ignored and place < len(names) and names[place] in ignored
            else self.value(each, lambda place=place: (step.name, names[place] if place < len(names) else "*args"))
            for place, each in enumerate(args)
        )
        keyword = {
            name: _IGNORED if name in ignored else self.value(each, lambda name=name: (step.name, name))
            for name, each in kwargs.items()
        }
        return Arguments(positional, keyword)

    def keyed(self, step: Step[..., Any], arguments: Arguments, kept: Mapping[str, Any] | None) -> Keyed:
        """Key a call by hashes alone. Raises TypeError where the arguments do not fit the signature."""
        behaviour = self.behaviour(step)
        bound = bind(step.signature, arguments, lambda name, value: self._default(step, name, value))
        inputs = combine(*(part for name, value in bound.items() for part in (name, self.worth(value))))
        settled = None
        if step.settle is not None:
            settled = step.settle.settle(self._services, kept or {})
            key = combine("call", behaviour.digest, inputs, digest(settled.identity))
        else:
            key = combine("call", behaviour.digest, inputs)
        return Keyed(key, behaviour, inputs, bound, settled)

    def _default(self, step: Step[..., Any], name: str, value: object) -> Value:
        if name in step.ignore:
            return _IGNORED
        return self.value(value, lambda: (step.name, name))

    def _code(self, name: str) -> Digest:
        found = find(name)
        return Digest("gone") if found is None else self._behaviours.current(found).digest


_IGNORED = Value(Digest("ignored"))


def bind(signature: inspect.Signature, arguments: Arguments, default: Callable[[str, Any], Value]) -> dict[str, Value]:
    """Bind hashed arguments to parameters and fill in hashed defaults, in the order of the signature.

    `*args` becomes one value (the hash of its items), `**kwargs` one value a key: `**name`.
    """
    bound: dict[str, Value] = {}
    left = list(arguments.positional)
    named = dict(arguments.keyword)
    for name, parameter in signature.parameters.items():
        kind = parameter.kind
        if kind is _P.VAR_POSITIONAL:
            bound["*" + name] = _joined(left)
            left = []
        elif kind is _P.VAR_KEYWORD:
            bound.update({f"**{key}": value for key, value in named.items()})
            named = {}
        elif left and kind is not _P.KEYWORD_ONLY:
            if kind is _P.POSITIONAL_OR_KEYWORD and name in named:
                raise TypeError(f"multiple values for argument '{name}'")
            bound[name] = left.pop(0)
        elif name in named and kind is not _P.POSITIONAL_ONLY:
            bound[name] = named.pop(name)
        elif parameter.default is not _EMPTY:
            bound[name] = default(name, parameter.default)
        else:
            raise TypeError(f"missing a required argument: '{name}'")
    if left or named:
        raise TypeError(
            "too many positional arguments" if left else f"unexpected keyword argument '{next(iter(named))}'"
        )
    return bound


def _joined(values: list[Value]) -> Value:
    code = tuple(dict.fromkeys(name for value in values for name in value.code))
    return Value(combine(*(value.digest for value in values)), code)


def find(name: str) -> Any | None:
    """Return the live object called `module:qualname`, or None where there is none any more."""
    module, _, qualname = name.partition(":")
    holder: Any = sys.modules.get(module)
    if holder is None:
        try:
            holder = importlib.import_module(module)
        except ImportError:
            return None
    for part in qualname.split("."):
        holder = getattr(holder, part, None)
        if holder is None:
            return None
    return holder

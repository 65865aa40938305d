"""The key of a call: from live arguments, and again from remembered ones. Knows nothing of stores or bodies.

Both ways meet in `keyed`, so that a look-up without the arguments finds what the call with them has committed.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import threading
from collections import OrderedDict
from collections.abc import Callable, Container, Iterable, Mapping
from contextlib import suppress
from typing import Any, cast

from msgspec import Struct

from loomwork.flow.behaviour import Behaviour, Behaviours
from loomwork.flow.builtin import Settled
from loomwork.flow.record import Arguments, Value
from loomwork.flow.step import Step
from loomwork.kernel.canonical import Digest, combine, digest, digest_value
from loomwork.kernel.errors.flow import CyclicArgument, DeepArgument, UnhashableArgument
from loomwork.kernel.errors.kernel import CyclicValue, TooDeep, Unhashable
from loomwork.kernel.labels import Labels

_P = inspect.Parameter
_NO_LABELS = Labels()
_FIXED = "="
_NESTED = 10
_BIG = 64 * 1024
_BIG_KEPT = 8
_EMPTY = inspect.Parameter.empty
_ARGUMENTS = {Unhashable: UnhashableArgument, CyclicValue: CyclicArgument, TooDeep: DeepArgument}
"""What is wrong with a value, and with an argument: told with the step and the argument's name."""


class Keyed(Struct, frozen=True, eq=False, gc=False):
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
        self._fixed: dict[Step[..., Any], Behaviour] = {}
        self._big: OrderedDict[int, tuple[object, Value]] = OrderedDict()
        self._lock = threading.Lock()

    def builtin(self, name: str) -> Step[..., Any] | None:
        """Return loomwork's own step of this name."""
        return self._builtins.get(name)

    def behaviour(self, step: Step[..., Any]) -> Behaviour:
        """Return what a step does now, as one hash with its parts."""
        if step.semantics is None:
            return self._behaviours.current(step)
        found = self._fixed.get(step)
        if found is None:
            fixed = combine("builtin", step.name, str(step.semantics))
            found = Behaviour(digest=fixed, parts=(), slots=(), outside=(), widened=())
            self._fixed[step] = found
        return found

    def value(self, value: object, where: Callable[[], tuple[str, str]]) -> Value:
        """Hash an argument or result. Raises `UnhashableArgument` that names the place."""
        if is_big(value):
            return self._once(value)
        try:
            found = digest_value(value)
        except (Unhashable, CyclicValue, TooDeep) as error:
            step, name = where()
            at = error.fields["where"]
            kind = _ARGUMENTS[type(error)]
            raise kind(
                step=step, name=name, where=name if at == "the top" else f"{name}{at}", type=error.fields.get("type")
            ) from None
        if not found.code:
            return Value(found.digest)
        return Value(found.digest, tuple(self._named(each) for each in found.code))

    def _once(self, value: object) -> Value:
        """Hash a big value that nothing can change, once as long as it is among the last few."""
        with self._lock:
            known = self._big.get(id(value))
        if known is not None and known[0] is value:
            return known[1]
        made = Value(digest_value(value).digest)
        with self._lock:
            self._big[id(value)] = (value, made)
            while len(self._big) > _BIG_KEPT:
                self._big.popitem(last=False)
        return made

    def _named(self, code: Any) -> str:
        """Return where a class or function that came with a value is found again.

        What no name leads to (a lambda, a function within a function, a class of a notebook cell that was run again)
        is named by what it does now. That is enough: what makes it is the code of a caller, and counts there.
        """
        name = f"{code.__module__}:{code.__qualname__}"
        found = find(name)
        if found is code or (isinstance(found, Step) and found.func is code):
            return name
        return _FIXED + self._does(code)

    def _does(self, code: Any, depth: int = 0) -> Digest:
        """Return what code that came with a value does, as one hash.

        A behaviour does not say which steps it reaches: for a caller's own code they are looked up again where they
        stand. Here nothing does that, so they are named.
        """
        behaviour = self._behaviours.current(code)
        if not behaviour.slots:
            return behaviour.digest
        steps: list[str] = []
        for each in behaviour.slots:
            if isinstance(each, Step):
                step = cast("Step[..., Any]", each)
                is_named = find(step.address) is step
                steps.append(step.address if is_named or depth > _NESTED else self._does(step, depth + 1))
        return combine(behaviour.digest, *steps)

    def worth(self, value: Value, labels: Labels = _NO_LABELS) -> Digest:
        """Return the hash of a value with the behaviour of the code in it, as both are now, and with its labels."""
        worth = value.digest
        if value.code:
            worth = combine(worth, *(self._code(name) for name in value.code))
        if labels != _NO_LABELS:
            readers = "everybody" if labels.readers is None else repr(sorted(labels.readers))
            worth = combine(worth, repr(sorted(labels.origins)), readers)
        return worth

    def arguments(self, step: Step[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Arguments:
        """Hash the arguments as written at the call."""
        names = step.names
        ignored = step.ignore
        positional = tuple(
            _IGNORED
            if ignored and names.at(place) in ignored
            else self.value(each, lambda place=place: (step.name, names.at(place)))
            for place, each in enumerate(args)
        )
        keyword = {
            name: _IGNORED
            if ignored and names.of(name) in ignored
            else self.value(each, lambda name=name: (step.name, name))
            for name, each in kwargs.items()
        }
        return Arguments(positional, keyword)

    def keyed(self, step: Step[..., Any], arguments: Arguments, kept: Mapping[str, Any] | None) -> Keyed:
        """Key a call by hashes alone. Raises TypeError where the arguments do not fit the signature."""
        behaviour = self.behaviour(step)
        bound = bind(step.signature, arguments, lambda name, value: self._default(step, name, value), step.ignore)
        inputs = combine(*(part for name, value in bound.items() for part in (name, self.worth(value))))
        settled = None
        if step.settle is not None:
            settled = step.settle.settle(self._services, kept or {})
            key = combine("call", behaviour.digest, inputs, settled.digest or digest(settled.identity))
        else:
            key = combine("call", behaviour.digest, inputs)
        return Keyed(key, behaviour, inputs, bound, settled)

    def _default(self, step: Step[..., Any], name: str, value: object) -> Value:
        if name in step.ignore:
            return _IGNORED
        return self.value(value, lambda: (step.name, name))

    def _code(self, name: str) -> Digest:
        if name.startswith(_FIXED):
            return Digest(name.removeprefix(_FIXED))
        found = find(name)
        return Digest("gone") if found is None else self._does(found)


_IGNORED = Value(Digest("ignored"))


def bind(
    signature: inspect.Signature,
    arguments: Arguments,
    default: Callable[[str, Any], Value],
    ignored: Container[str] = (),
) -> dict[str, Value]:
    """Bind hashed arguments to parameters and fill in hashed defaults, in the order of the signature.

    `*args` becomes one value (the hash of its items), `**kwargs` one value a key: `**name`. Where they are among
    the `ignored`, even their number does not count.
    """
    bound: dict[str, Value] = {}
    left = list(arguments.positional)
    named = dict(arguments.keyword)
    for name, parameter in signature.parameters.items():
        kind = parameter.kind
        if kind is _P.VAR_POSITIONAL:
            bound["*" + name] = _IGNORED if name in ignored else _joined(left)
            left = []
        elif kind is _P.VAR_KEYWORD:
            bound.update({} if name in ignored else {f"**{key}": value for key, value in named.items()})
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
    if holder is None and module:
        with suppress(Exception):  # whatever a module raises when it is imported: nothing is found in it
            holder = importlib.import_module(module)
    for part in qualname.split("."):
        holder = getattr(holder, part, None)
        if holder is None:
            return None
    return holder


def is_big(value: Any) -> bool:
    """Say whether a value is long to hash and cannot change: text, bytes, or an array over bytes.

    An array that is merely marked read-only can be made writable again, and is hashed each time.
    """
    kind = cast("type[Any]", type(value))
    if kind is str or kind is bytes:
        return len(value) >= _BIG
    if kind.__module__ != "numpy" or kind.__name__ != "ndarray" or value.nbytes < _BIG:
        return False
    base = value
    while type(base) is kind:
        if base.flags.writeable:
            return False
        base = base.base
    return type(base) is bytes

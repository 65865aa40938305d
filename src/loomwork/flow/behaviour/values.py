"""Write a live value down: its data as tokens, the code in it as edges. Knows nothing of names or source text.

Plain data and containers are written here, code by `callables`, objects by `objects`; what none of them knows is
`Opaque`, and whoever holds it falls back to the text of its assignment.
"""

from __future__ import annotations

import collections
import datetime
import decimal
import fractions
import logging
import pathlib
import re
import types
import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from loomwork.flow.behaviour import callables, objects
from loomwork.flow.behaviour.code.tokens import literal
from loomwork.flow.behaviour.identity import is_step, type_of
from loomwork.flow.behaviour.nodes import Form, StepEdge
from loomwork.kernel.canonical import digest_value
from loomwork.kernel.errors import UsageError

if TYPE_CHECKING:
    from loomwork.flow.behaviour.analysis import Analysis

_BIG = 1000


class Opaque(Exception):
    """A value without a form; `kind` names its type."""

    def __init__(self, kind: str, path: str) -> None:
        super().__init__(kind, path)
        self.kind = kind
        self.path = path


class Writing:
    """One value being written: where to, and what is already being written above."""

    __slots__ = ("active", "analysis", "form")

    def __init__(self, analysis: Analysis, form: Form) -> None:
        self.analysis = analysis
        self.form = form
        self.active: dict[int, int] = {}

    def write(self, value: Any, path: str = "") -> None:
        """Write a value. Raises `Opaque`."""
        writer = _EXACT.get(type_of(value))
        if writer is not None:
            writer(self, value, path)
            return
        if id(value) in self.active:
            self.form.say(("again", self.active[id(value)]))
            return
        self.active[id(value)] = len(self.active)
        try:
            self._write_other(value, path)
        finally:
            del self.active[id(value)]

    def _write_other(self, value: Any, path: str) -> None:
        if is_step(value):
            self.form.lead(StepEdge(value))
        elif not callables.write(self, value, path) and not objects.write(self, value, path):
            self.kernel(value, path)

    def kernel(self, value: Any, path: str) -> None:
        """Write a value by the house's canonical form. Raises `Opaque`."""
        try:
            found = digest_value(value)
        except (UsageError, RecursionError):
            raise Opaque(f"{type(value).__module__}.{type(value).__qualname__}", path) from None
        self.form.say(("value", found.digest))
        self.form.guards.checks.append(lambda: digest_value(value).digest == found.digest)
        for each in found.code:
            if not callables.write(self, each, path):
                raise Opaque(f"{type(each).__module__}.{type(each).__qualname__}", path)

    def items(self, head: str, values: Iterable[Any], path: str) -> None:
        """Write values one after the other."""
        gathered = tuple(values)
        self.form.say((head, len(gathered)))
        for at, each in enumerate(gathered):
            self.write(each, f"{path}[{at}]")

    def pairs(self, head: str, pairs: Iterable[tuple[Any, Any]], path: str) -> None:
        """Write keys and values one after the other."""
        gathered = tuple(pairs)
        self.form.say((head, len(gathered)))
        for key, each in gathered:
            self.write(key, path)
            self.write(each, f"{path}[{key!r:.40}]")

    def apart(self, value: Any, path: str) -> Form:
        """Write a value into a form of its own."""
        inner = Writing(self.analysis, Form())
        inner.active = self.active
        inner.write(value, path)
        return inner.form

    def join(self, form: Form) -> None:
        """Take over what was written apart."""
        mine = self.form
        mine.tokens += form.tokens
        mine.edges += form.edges
        mine.packages |= form.packages
        mine.widened += form.widened
        mine.stateful += form.stateful
        mine.guards.add(form.guards)
        mine.aspects = mine.aspects.joined(form.aspects)
        mine.foreign = mine.foreign or form.foreign


def _plain(to: Writing, value: Any, _path: str) -> None:
    to.form.say(literal(value))


def _text(to: Writing, value: str, _path: str) -> None:
    to.form.say(value)


def _path(to: Writing, value: pathlib.PurePath, _path: str) -> None:
    to.form.say((type(value).__name__, str(value)))


def _nested(write: Callable[[Writing, Any, str], None]) -> Callable[[Writing, Any, str], None]:
    """Let a container that holds itself be written once; a big one without code is hashed at once."""

    def writer(to: Writing, value: Any, path: str) -> None:
        if id(value) in to.active:
            to.form.say(("again", to.active[id(value)]))
            return
        if len(value) > _BIG and _hashed(to, value):
            return
        to.active[id(value)] = len(to.active)
        write(to, value, path)
        del to.active[id(value)]

    return writer


def _hashed(to: Writing, value: Any) -> bool:
    try:
        found = digest_value(value)
    except (UsageError, RecursionError):
        return False
    if found.code:
        return False
    to.form.say(("value", found.digest))
    if isinstance(value, (dict, types.MappingProxyType)):
        to.form.guards.mapping(value)  # pyright: ignore[reportUnknownArgumentType] # a mapping of anything
    else:
        to.form.guards.sequence(lambda: value)
    return True


def _list(to: Writing, value: list[Any], path: str) -> None:
    to.form.guards.sequence(lambda: value)
    to.items("list", value, path)


def _tuple(to: Writing, value: tuple[Any, ...], path: str) -> None:
    to.items("tuple", value, path)


def _dict(to: Writing, value: dict[Any, Any], path: str) -> None:
    to.form.guards.mapping(value)
    to.pairs("dict", value.items(), path)


def _set(to: Writing, value: set[Any] | frozenset[Any], path: str) -> None:
    if isinstance(value, set):
        to.form.guards.sequence(lambda: value)
    forms = sorted((to.apart(each, path) for each in value), key=lambda form: repr(form.tokens))
    to.form.say((type(value).__name__, len(forms)))
    for form in forms:
        to.join(form)


def _deque(to: Writing, value: collections.deque[Any], path: str) -> None:
    to.form.guards.sequence(lambda: value)
    to.form.say(literal(value.maxlen))
    to.items("deque", value, path)


def _defaults(to: Writing, value: collections.defaultdict[Any, Any], path: str) -> None:
    to.form.guards.mapping(value)
    to.write(value.default_factory, path)
    to.pairs("defaultdict", value.items(), path)


def _ordered(to: Writing, value: Any, path: str) -> None:
    to.form.guards.mapping(value)
    to.pairs(type(value).__name__, value.items(), path)


def _namespace(to: Writing, value: types.SimpleNamespace, path: str) -> None:
    to.form.guards.mapping(vars(value))
    to.pairs("namespace", vars(value).items(), path)


def _bytearray(to: Writing, value: bytearray, _path: str) -> None:
    to.form.guards.sequence(lambda: value)
    to.form.say(("bytearray", bytes(value).hex()))


def _pattern(to: Writing, value: re.Pattern[Any], _path: str) -> None:
    to.form.say(("pattern", literal(value.pattern), value.flags))


def _logger(to: Writing, value: logging.Logger, _path: str) -> None:
    to.form.say(("logger", value.name))


def _named(to: Writing, value: Any, _path: str) -> None:
    to.form.say((type(value).__name__, repr(value)))


Writer = Callable[[Writing, Any, str], None]
_EXACT: dict[type, Writer] = {
    **dict.fromkeys(
        (type(None), bool, int, float, complex, bytes, type(...), type(NotImplemented), range, slice), _plain
    ),
    str: _text,
    list: _nested(_list),
    tuple: _nested(_tuple),
    dict: _nested(_dict),
    set: _nested(_set),
    frozenset: _nested(_set),
    collections.deque: _nested(_deque),
    collections.defaultdict: _nested(_defaults),
    collections.OrderedDict: _nested(_ordered),
    collections.Counter: _nested(_ordered),
    types.MappingProxyType: _nested(_ordered),
    types.SimpleNamespace: _namespace,
    bytearray: _bytearray,
    re.Pattern: _pattern,
    logging.Logger: _logger,
    pathlib.PosixPath: _path,
    pathlib.PurePosixPath: _path,
    **dict.fromkeys(
        (datetime.date, datetime.datetime, datetime.time, datetime.timedelta, datetime.timezone, decimal.Decimal),
        _named,
    ),
    **dict.fromkeys((fractions.Fraction, uuid.UUID), _named),
}

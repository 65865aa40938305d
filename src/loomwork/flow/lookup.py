"""Find the memo of a call and check that everything it read is unchanged. Runs no user code and writes nothing.

A memo is valid when what it read (files, environment, ...) is as it was and each nested call, looked up again with
the caller's present code and settings, has a valid memo with the same result. This is a verifying trace in the terms
of "Build Systems à la Carte" (Mokhov, Mitchell, Peyton Jones, 2018), and gives early cutoff.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import lru_cache
from typing import Any, NamedTuple, cast

import msgspec
from msgspec import Struct

from loomwork.flow.behaviour import Behaviour
from loomwork.flow.context import Scope
from loomwork.flow.keys import Keyed, Keys, find
from loomwork.flow.observe import Observation
from loomwork.flow.record import Observed, Record, Value, unpack
from loomwork.flow.step import Step
from loomwork.flow.switches import Switches
from loomwork.kernel.bodies import Reference, is_name
from loomwork.kernel.canonical import Digest, combine
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.base import LoomworkError
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow

_RECORDS_KEPT = 2_000
"""Records that are looked at again without asking the store. One that stands in its call's row is read with the row."""


class Found(Struct, frozen=True, eq=False, gc=False):
    """A valid memo."""

    row: CallRow
    record: Record
    worth: Digest
    """Hash of the result with the present behaviour of the classes in it: what a caller observes."""


class Missed(Struct, frozen=True, eq=False, gc=False):
    """No valid memo, and the nearest reason.

    `new`: none under this key; `read`, `call`: what one read or called is otherwise now, or cannot be looked up any
    more; `refresh`: asked for; `outside`, `expired`: the step's options do not let it be used; `lost`: its record
    cannot be read; `gone`: the step is not there any more, or takes other arguments; `undecodable`: its class is gone,
    or its body is lost.
    """

    why: str
    keyed: Keyed | None = None
    observation: Observation | Observed | None = None
    row: CallRow | None = None


def ambient(scope: Scope, read: set[str]) -> int:
    """Return what stands for the ambients that a memo read."""
    return scope.ambients[("trial" in read) + 2 * ("principal" in read)] if read else 0


def drawn(key: Digest, draw: int | None) -> Digest:
    """Return the key of one draw of a sampled call."""
    return key if draw is None else combine(key, f"draw={draw}")


def next_draw(draws: dict[str, int], key: str) -> int:
    """Return which of the identical sampled calls of one body the next one is."""
    number = draws.get(key, 0)
    draws[key] = number + 1
    return number


def _nearer(known: Missed | None, other: Missed) -> Missed:
    """Return the newer of two misses, the first, but rather one of a run than one of a replay."""
    if known is None or known.row is None or other.row is None:
        return known or other
    return other if known.row.is_replayed and not other.row.is_replayed else known


class Again(NamedTuple):
    """A remembered nested call as it would be made now."""

    step: Step[..., Any]
    keyed: Keyed
    draw: int | None


Steps = Generator[Any, Any, Found | Missed]
"""A look-up that yields those of nested calls and is sent what they found: deep chains do not nest on the stack."""


class Lookup:
    """Looks memos up in one store, with the keys and the eyes of one process."""

    def __init__(
        self, store: Store, keys: Keys, clock: Clock, holds: Callable[[Observation], bool], switches: Switches
    ) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._holds = holds
        self._switches = switches
        self._apart = lru_cache(maxsize=_RECORDS_KEPT)(self._record)

    def memo(self, step: Step[..., Any], keyed: Keyed, scope: Scope, draw: int | None) -> Found | Missed:
        """Return the newest valid memo of a call, or why there is none."""
        waiting = [self._memo(Again(step, keyed, draw), scope, {})]
        answer: Any = None
        while waiting:
            try:
                asked = waiting[-1].send(answer)
            except StopIteration as done:
                waiting.pop()
                answer = done.value
            else:
                waiting.append(asked)
                answer = None
        return answer

    def _memo(self, call: Again, scope: Scope, seen: dict[tuple[int, Digest], Found | Missed]) -> Steps:
        """Look one call up. `seen` holds what this look-up has found already, and a miss for what it is within."""
        step, keyed, draw = call
        if scope.source is not None:
            given = scope.source.given(step, keyed, draw)
            if given is not None:
                return given
        missed = Missed("new", keyed)
        if step.options.cache == "off" or (self._switches.off and self._switches.name_of(step, keyed)):
            return missed
        key = drawn(keyed.key, draw)
        place = (id(step), key)
        known = seen.get(place)
        if known is not None:
            return known
        seen[place] = missed
        now = self._clock.now_ns()
        nearest: Missed | None = None
        for row in self._store.calls.candidates(key, scope.ambients, run=scope.run, now_ns=now):
            record = self.record(row.record)
            if record is None:
                nearest = _nearer(nearest, Missed("lost", keyed, row=row))
                continue
            why = _unusable(step, row, record, scope, now)
            problem = None if why else (yield from self._first_invalid(record, keyed.behaviour, scope, seen))
            if not why and problem is None:
                found = seen[place] = Found(row, record, self.worth(row, record))
                return found
            why = why or ("call" if isinstance(problem, Observed) else "read")
            nearest = _nearer(nearest, Missed(why, keyed, observation=problem, row=row))
        if nearest is not None:
            seen[place] = nearest
        return nearest or missed

    def _first_invalid(
        self, record: Record, behaviour: Behaviour, scope: Scope, seen: dict[tuple[int, Digest], Found | Missed]
    ) -> Generator[Any, Any, Observation | Observed | None]:
        """Return the first thing that a call read or called and that is no longer so."""
        for read in record.reads:
            if not self._holds(read):
                return read
        draws: dict[str, int] = {}
        for call in record.calls:
            again = self.again(call, record, behaviour, draws)
            if again is None:
                return call
            found: Found | Missed = yield self._memo(again, scope, seen)
            if isinstance(found, Missed) or found.worth != call.result:
                return call
        return None

    def again(self, call: Observed, record: Record, caller: Behaviour, draws: dict[str, int]) -> Again | None:
        """Return a nested call of `record` as the caller's present code would make it; None where it cannot.

        Args:
            call: The nested call.
            record: Its caller's.
            caller: What the caller does now.
            draws: Counts the sampled calls of this caller; to be handed in again for the next one.
        """
        step = self._target(call, record, caller)
        if step is None:
            return None
        try:
            keyed = self._keys.keyed(step, call.arguments, call.kept)
        except (TypeError, LookupError, LoomworkError):
            return None  # it takes other arguments now, or its settings are not there any more
        if keyed.settled is None or not keyed.settled.sampled:
            return Again(step, keyed, None)
        given = (call.kept or {}).get("draw")
        return Again(step, keyed, given if isinstance(given, int) else next_draw(draws, keyed.key))

    def _target(self, call: Observed, record: Record, caller: Behaviour) -> Step[..., Any] | None:
        """Return the step that stands where the remembered call was made."""
        if call.slot is None or call.slot >= len(caller.slots):
            found: Any = self._keys.builtin(call.step) or (find(call.at) if call.at else None)
        else:
            found = caller.slots[call.slot]
            handed_in = any(_may_hold_steps(name) for value in record.inputs.values() for name in value.code)
            if handed_in and getattr(found, "address", "") != call.at and call.at:
                return None  # it may have come in an argument, and now the caller's code names another
        return cast("Step[..., Any]", found) if isinstance(found, Step) else None

    def worth(self, row: CallRow, record: Record) -> Digest:
        """Return what a caller observes of a result."""
        return self._keys.worth(Value(row.value or Digest(""), record.result_code), record.labels)

    def record(self, at: Reference) -> Record | None:
        """Return a call's record; None where it is lost or of another version (the memo is then a miss)."""
        return self._apart(at) if is_name(at) else self._record(at)

    def _record(self, at: Reference) -> Record | None:
        try:
            return unpack(self._store.blobs.get(at))
        except (BlobMissing, BlobCorrupt, msgspec.DecodeError):
            return None


def _may_hold_steps(name: str) -> bool:
    """Say whether a step can come in with code that an argument brings along; a class without steps brings none."""
    thing = find(name)
    if not isinstance(thing, type):
        return True
    return any(isinstance(value, Step) for each in thing.__mro__ for value in vars(each).values())


def _unusable(step: Step[..., Any], row: CallRow, record: Record, scope: Scope, now_ns: int) -> str:
    """Say why a memo that stands under the key may not answer the step as it is declared now; empty where it may."""
    options = step.options
    is_own = bool(scope.run) and row.run == scope.run
    if row.reuse == "run" and not is_own:
        return "outside"
    if step.name in scope.refresh and not is_own:
        return "refresh"
    if options.ttl is not None and not 0 <= now_ns - row.created_ns <= options.ttl * 1e9:
        return "expired"  # or from the future: the clock was set back, and its age is unknown
    if record.outside and not is_own and options.ttl is None and options.cache != "on":
        return "outside"
    return ""

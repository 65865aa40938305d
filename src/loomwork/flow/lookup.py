"""Find the memo of a call and check that everything it read is unchanged. Runs no user code and writes nothing.

A memo is valid when what it read (files, environment, ...) is as it was and each nested call, looked up again with
the caller's present code and settings, has a valid memo with the same result. This is a verifying trace in the terms
of "Build Systems à la Carte" (Mokhov, Mitchell, Peyton Jones, 2018), and gives early cutoff.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any, cast

import msgspec
from msgspec import Struct

from loomwork.flow.behaviour import Behaviour
from loomwork.flow.context import Scope
from loomwork.flow.keys import Keyed, Keys, find
from loomwork.flow.observe import Observation
from loomwork.flow.record import Observed, Record, Value, unpack
from loomwork.flow.step import Step
from loomwork.kernel.canonical import Digest, combine, digest_bytes
from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.flow import UnhashableArgument
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow

_RECORDS_KEPT = 20_000


class Found(Struct, frozen=True, eq=False):
    """A valid memo."""

    row: CallRow
    record: Record
    worth: Digest
    """Hash of the result with the present behaviour of the classes in it: what a caller observes."""


class Missed(Struct, frozen=True, eq=False):
    """No valid memo, and the nearest reason.

    `new`: none under this key; `read`, `call`: what one read or called is otherwise now; `refresh`: asked for;
    `gone`, `signature`: the step is not there any more or takes other arguments; `undecodable`: its class is gone.
    """

    why: str
    keyed: Keyed | None = None
    observation: Observation | Observed | None = None
    row: CallRow | None = None


def variants(key: Digest, scope: Scope) -> tuple[Digest, ...]:
    """Return the keys under which a memo can stand: by nothing, the trial, the principal, or both."""
    return (key, *(_mixed(key, suffix) for suffix in scope.suffixes[1:]))


def variant(key: Digest, scope: Scope, ambients: set[str]) -> Digest:
    """Return the one key for a memo that read these ambients."""
    place = ("trial" in ambients) + 2 * ("principal" in ambients)
    return _mixed(key, scope.suffixes[place]) if place else key


def _mixed(key: Digest, suffix: bytes) -> Digest:
    return digest_bytes(key.encode() + suffix)


def drawn(key: Digest, draw: int | None) -> Digest:
    """Return the key of one draw of a sampled call."""
    return key if draw is None else combine(key, f"draw={draw}")


class Lookup:
    """Looks memos up in one store, with the keys and the eyes of one process."""

    def __init__(self, store: Store, keys: Keys, clock: Clock, holds: Callable[[Observation], bool]) -> None:
        self._store = store
        self._keys = keys
        self._clock = clock
        self._holds = holds
        self._records: OrderedDict[Digest, Record | None] = OrderedDict()

    def memo(self, step: Step[..., Any], keyed: Keyed, scope: Scope, draw: int | None) -> Found | Missed:
        """Return the newest valid memo of a call, or why there is none."""
        if scope.source is not None:
            given = scope.source.given(step, keyed, draw)
            if given is not None:
                return given
        key = drawn(keyed.key, draw)
        rows = self._store.calls.candidates(variants(key, scope), run=scope.run, now_ns=self._clock.now_ns())
        nearest: Missed | None = None
        for row in rows:
            if step.name in scope.refresh and row.run != scope.run:
                nearest = nearest or Missed("refresh", keyed, row=row)
                continue
            record = self.record(row.record)
            if record is None:
                continue
            problem = self.first_invalid(record, keyed.behaviour, scope)
            if problem is None:
                return Found(row, record, self.worth(row, record))
            nearest = nearest or Missed(
                "call" if isinstance(problem, Observed) else "read", keyed, observation=problem, row=row
            )
        return nearest or Missed("new", keyed)

    def first_invalid(self, record: Record, behaviour: Behaviour, scope: Scope) -> Observation | Observed | None:
        """Return the first thing that a call read or called and that is no longer so."""
        for read in record.reads:
            if not self._holds(read):
                return read
        for call in record.calls:
            found = self.again(call, behaviour, scope)
            if isinstance(found, Missed) or found.worth != call.result:
                return call
        return None

    def again(self, call: Observed, caller: Behaviour, scope: Scope) -> Found | Missed:
        """Look a remembered nested call up with the caller's present code."""
        step = self.target(call, caller)
        if step is None:
            return Missed("gone", observation=call)
        try:
            keyed = self._keys.keyed(step, call.arguments, call.kept)
        except (TypeError, UnhashableArgument):
            return Missed("signature", observation=call)
        return self.memo(step, keyed, scope, self.draw_of(call, keyed))

    def draw_of(self, call: Observed, keyed: Keyed) -> int | None:
        """Return which draw a remembered call would be under the present settings."""
        if keyed.settled is None or not keyed.settled.sampled:
            return None
        return call.draw or 0

    def target(self, call: Observed, caller: Behaviour) -> Step[..., Any] | None:
        """Return the step that stands where the remembered call was made."""
        if call.slot is not None and call.slot < len(caller.slots):
            found: Any = caller.slots[call.slot]
        else:
            found = self._keys.builtin(call.step) or find(call.step)
        return cast("Step[..., Any]", found) if isinstance(found, Step) else None

    def worth(self, row: CallRow, record: Record) -> Digest:
        """Return what a caller observes of a result."""
        return self._keys.worth(Value(row.value or Digest(""), record.result_code))

    def record(self, at: Digest) -> Record | None:
        """Return a call's record; None where it is lost or of another version (the memo is then a miss)."""
        known = self._records
        if at in known:
            known.move_to_end(at)
            return known[at]
        try:
            record = unpack(self._store.blobs.get(at))
        except (BlobMissing, BlobCorrupt, msgspec.DecodeError):
            record = None
        known[at] = record
        if len(known) > _RECORDS_KEPT:
            known.popitem(last=False)
        return record

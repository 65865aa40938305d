"""Whether a step's code, prompt or settings changed: a call beside its nearest earlier one. Reads the store."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from msgspec import DecodeError

from loomwork.flow.behaviour import Part, diff_parts, unpack_parts
from loomwork.flow.observe import FileRead
from loomwork.flow.record import Record, unpack
from loomwork.kernel.bodies import Reference
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow

_NAMED = 6
_EXAMINED = 3
"""Executed calls of a step that are looked at: code and settings are one for all, files mostly."""


class Badge(NamedTuple):
    """What is said of a column."""

    changed: bool = False
    causes: tuple[str, ...] = ()


def badge_of(store: Store, calls: Sequence[CallRow]) -> Badge:
    """Compare executed calls of one step in a run with the nearest earlier ones."""
    causes: dict[str, None] = {}
    changed = False
    for call in calls[:_EXAMINED]:
        before = _nearest(store, call)
        if before is None or before.run == call.run:
            continue
        found = _differences(store, before, call)
        changed |= bool(found)
        causes.update(dict.fromkeys(found))
    return Badge(changed, tuple(causes)[:_NAMED])


def _nearest(store: Store, call: CallRow) -> CallRow | None:
    """Return the latest earlier call with the same inputs, else for the same item, else of the step at all."""
    calls = store.calls
    return (
        calls.nearest(call.step, inputs=call.inputs, before_ns=call.created_ns, excluding=call.id)
        or calls.nearest_of_item(
            call.step, item=call.item, trial=call.trial, before_ns=call.created_ns, not_run=call.run
        )
        or calls.nearest(call.step, inputs=None, before_ns=call.created_ns, excluding=call.id)
    )


def _differences(store: Store, before: CallRow, after: CallRow) -> list[str]:
    old, new = record_of(store, before), record_of(store, after)
    if old is None or new is None:
        return []
    found: list[str] = []
    if before.behaviour != after.behaviour:
        changes = diff_parts(_parts(store, old), _parts(store, new))
        found += [f"{change.kind}: {change.name}" for change in changes] or [f"code: {after.step}"]
    names = dict.fromkeys((*old.shown, *new.shown))
    found += [f"setting: {name}" for name in names if old.shown.get(name) != new.shown.get(name)]
    read = {each.path: each.digest for each in new.reads if isinstance(each, FileRead)}
    for each in old.reads:
        if isinstance(each, FileRead) and read.get(each.path, each.digest) != each.digest:
            found.append(f"file: {each.path}")
    return found


def record_of(store: Store, call: CallRow) -> Record | None:
    """Return a call's record; None where it is lost or of another version."""
    return record_at(store, call.record)


def record_at(store: Store, at: Reference) -> Record | None:
    """Return a record; None where it is lost or of another version."""
    try:
        return unpack(store.blobs.get(at))
    except (BlobMissing, BlobCorrupt, DecodeError):
        return None


def _parts(store: Store, record: Record) -> tuple[Part, ...]:
    if record.parts is None:
        return ()
    try:
        return unpack_parts(store.blobs.get(record.parts))
    except (BlobMissing, BlobCorrupt, DecodeError):
        return ()

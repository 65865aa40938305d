"""What differs between an earlier call and this one, by name and place: the common ground of `plan` and `why`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from loomwork.flow.behaviour import Part, diff_parts, unpack_parts
from loomwork.flow.contents import changed_lines
from loomwork.flow.keys import Keyed
from loomwork.flow.lookup import Missed
from loomwork.flow.observe import FileRead, Observation
from loomwork.flow.record import Observed, Record
from loomwork.flow.step import Step
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.store.rows import CallRow

if TYPE_CHECKING:
    from loomwork.flow.runtime import Runtime


_NAMED = 3


class Cause(Struct, frozen=True, kw_only=True):
    """One thing that changed."""

    kind: str
    """`code`, `constant`, `setting`, `file`, `environment`, `input`, `outside`, `refresh`, `failed`, `expired`, ..."""
    name: str
    file: str = ""
    line: int = 0
    before: str = ""
    after: str = ""


class Stored(Protocol):
    """Something with a store: a runtime, or the past alone."""

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        ...


def parts_of(kept: Stored, record: Record) -> tuple[Part, ...]:
    """Return the parts of the behaviour that a call had; none where they are lost."""
    if record.parts is None:
        return ()
    try:
        return unpack_parts(kept.store.blobs.get(record.parts))
    except (BlobMissing, BlobCorrupt):
        return ()


def code_changes(before: tuple[Part, ...], after: tuple[Part, ...]) -> list[Cause]:
    """Name the parts of a behaviour that changed."""
    return [
        Cause(
            kind=change.kind,
            name=change.name,
            file=change.file or "",
            line=change.line or 0,
            before=change.before or "",
            after=change.after or "",
        )
        for change in diff_parts(before, after)
    ]


def setting_changes(before: dict[str, str], after: dict[str, str]) -> list[Cause]:
    """Name the settings that changed."""
    names = dict.fromkeys((*before, *after))
    return [
        Cause(kind="setting", name=name, file="loomwork.toml", before=before.get(name, ""), after=after.get(name, ""))
        for name in names
        if before.get(name) != after.get(name)
    ]


def read_changes(kept: Stored, before: tuple[Observation, ...], after: tuple[Observation, ...]) -> list[Cause]:
    """Name what was read before and reads otherwise now. What only one of the two read is no change."""
    now = {_place(read): read for read in after}
    return [_read_change(kept, read, now[_place(read)]) for read in before if now.get(_place(read), read) != read]


def _read_change(kept: Stored, before: Observation, after: Observation) -> Cause:
    kind, name, text = before.describe()
    later, line = after.describe().text, 0
    if isinstance(before, FileRead) and isinstance(after, FileRead):
        lines = changed_lines(kept.store.blobs, before.digest, after.digest)
        if lines is not None:
            text, later = lines
            line = int((later or text).partition(":")[0] or 0)
    return Cause(kind=kind, name=name, file=name if kind in _FILES else "", line=line, before=text, after=later)


_FILES = frozenset({"file", "prompt", "database", "folder"})


def _place(read: Observation) -> tuple[str, str]:
    kind, name, _text = read.describe()
    return kind, name


def reason_of(runtime: Runtime, step: Step[..., Any], keyed: Keyed, missed: Missed, before: CallRow | None) -> str:
    """Say in one line, `kind: names`, why a call has no valid memo now."""
    if missed.why in ("refresh", "expired"):
        return missed.why
    observation = missed.observation
    if isinstance(observation, Observed):
        return f"upstream: {observation.step}"
    if observation is not None:
        kind, name, _text = observation.describe()
        return f"{kind}: {name}"
    record = None if before is None else runtime.lookup.record(before.record)
    if before is None or record is None:
        return "input: new"
    if before.behaviour != keyed.behaviour.digest:
        changes = code_changes(parts_of(runtime, record), keyed.behaviour.parts)
        return _joined("code", [change.name for change in changes] or [step.name])
    settled = keyed.settled
    changes = setting_changes(record.shown, settled.shown) if settled is not None else []
    if changes:
        return _joined("setting", [change.name for change in changes])
    return _unusable(before, record)


def _unusable(before: CallRow, record: Record) -> str:
    if before.status == "failed":
        return "failed: it failed before"
    if before.reuse == "run" or (before.reuse == "always" and record.outside):
        return _joined("outside", list(record.outside))
    if before.reuse == "never":
        return _joined("not memoised", list(record.spoiled) or ["cache off"])
    if before.expires_ns is not None:
        return "expired"
    return "input: new draw"


def _joined(kind: str, names: list[str]) -> str:
    shown = ", ".join(names[:_NAMED]) + (f" (+{len(names) - _NAMED})" if len(names) > _NAMED else "")
    return f"{kind}: {shown}"

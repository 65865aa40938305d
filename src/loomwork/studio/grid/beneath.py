"""What lies beneath hits: the calls behind a reused result, from its record. Reads the store; knows no grid."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterator
from typing import NamedTuple

from msgspec import DecodeError, Struct, msgpack

from loomwork.flow.record import VERSION
from loomwork.kernel.bodies import Reference
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.protocols import Store
from loomwork.studio.grid.table import COLUMNS

_KEPT = 4_000
_DEEP = 50


class _Called(Struct, frozen=True, gc=False):
    """A nested call, as far as a grid needs it."""

    step: str
    kind: str
    call: str = ""


class _Record(Struct, frozen=True, gc=False):
    """A record, as far as a grid needs it; the rest is passed over."""

    calls: tuple[_Called, ...] = ()
    preview_out: str = ""


class Brief(NamedTuple):
    """An executed call in short."""

    call: str
    """Its id."""
    step: str
    kind: str
    preview: str
    calls: tuple[str, ...]
    """Ids of the project's own steps that it called."""


_decode = msgpack.Decoder(_Record).decode


class Briefs:
    """Executed calls in short, the last ones used kept in memory."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: OrderedDict[str, Brief] = OrderedDict()

    def beneath(self, calls: Collection[str]) -> dict[str, list[Brief]]:
        """Return, for each of these calls, what lies beneath it at any depth, in order of the calls."""
        waiting = {call for call in calls if call}
        known: dict[str, Brief] = {}
        for _ in range(_DEEP):
            known.update(self._many(waiting))
            waiting = {inner for call in waiting if call in known for inner in known[call].calls} - known.keys()
            if not waiting:
                break
        return {call: list(_walk(call, known)) for call in calls if call in known}

    def _many(self, calls: set[str]) -> dict[str, Brief]:
        found: dict[str, Brief] = {}
        missing: list[str] = []
        for call in calls:
            brief = self._kept.get(call)
            if brief is None:
                missing.append(call)
            else:
                found[call] = brief
        for call, row in self._store.calls.many(missing).items():
            record = self._record(row.record)
            own = tuple(each.call for each in record.calls if each.kind in COLUMNS and each.call)
            found[call] = self._kept[call] = Brief(call, row.step, row.kind, record.preview_out, own)
        while len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found

    def _record(self, at: Reference) -> _Record:
        try:
            data = self._store.blobs.get(at)
            return _decode(memoryview(data)[1:]) if data[:1] == bytes((VERSION,)) else _Record()
        except (BlobMissing, BlobCorrupt, DecodeError):
            return _Record()


def _walk(call: str, known: dict[str, Brief]) -> Iterator[Brief]:
    """Yield what lies beneath a call; a call that lies there twice is made once and shown twice."""
    waiting = [iter(known[call].calls)]
    while waiting:
        inner = next(waiting[-1], None)
        if inner is None:
            waiting.pop()
            continue
        brief = known.get(inner)
        if brief is None:
            continue
        yield brief
        if len(waiting) < _DEEP:
            waiting.append(iter(brief.calls))

"""Examine and repair a store by its address, even one that cannot be opened. Knows which kinds of store there are."""

from collections.abc import Sequence
from pathlib import Path

from loomwork.kernel.clock import Clock
from loomwork.kernel.errors.store import NotAStore, StoreCorrupt, StoreError
from loomwork.store.opening import open_store, path_of
from loomwork.store.protocols import Depth
from loomwork.store.reports import Finding, Repaired

_SQLITE_HEADER = b"SQLite format 3\0"
_OWNER = slice(68, 72)
_OURS = b"LOOM"
"""Where SQLite's header says whose file it is, and what our migrations write there."""
_USUAL_NAME = "store.db"


def examine(url: str, *, depth: Depth = "full", clock: Clock | None = None) -> list[Finding]:
    """Return what is wrong with the store at an address, worst first; a missing file is not created.

    Raises `BadStoreUrl`.
    """
    path = path_of(url)
    if path is None or not path.exists():
        return []
    try:
        store = open_store(url, clock=clock)
    except StoreError as error:
        return [Finding(level="error", problem=error, repairable="yes" if _can_be_salvaged(error, path) else "no")]
    try:
        return store.care.examine(depth=depth)
    finally:
        store.close()


def repair(url: str, findings: Sequence[Finding], *, clock: Clock | None = None) -> list[Repaired]:
    """Mend what can be mended: in place, or, for a damaged file, by saving what can be read into a fresh one.

    The damaged file is kept beside the store (`Repaired.kept`). No other process may use the store meanwhile.
    """
    path = path_of(url)
    if path is None:
        return []
    done: list[Repaired] = []
    broken = [each for each in findings if each.repairable == "yes" and _can_be_salvaged(each.problem, path)]
    if broken:
        from loomwork.store.sqlite.care.examine import is_index_only
        from loomwork.store.sqlite.care.salvage import salvage

        if not all(map(is_index_only, broken)):
            done.append(salvage(path))
            findings = examine(url, clock=clock)
    store = open_store(url, clock=clock)
    try:
        return done + store.care.repair(findings)
    finally:
        store.close()


def _can_be_salvaged(error: Exception, path: Path) -> bool:
    """A damaged store can; another program's database, or a file that never was a store, is left alone."""
    if isinstance(error, NotAStore):
        return _was_a_store(path)
    return isinstance(error, StoreCorrupt)


def _was_a_store(path: Path) -> bool:
    with path.open("rb") as file:
        header = file.read(100)
    if header.startswith(_SQLITE_HEADER):
        return header[_OWNER] == _OURS
    return path.name == _USUAL_NAME

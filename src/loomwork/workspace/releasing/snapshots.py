"""Hold the current snapshot of each knowledge base fast: its catalogue copied, its files linked. Knows no release.

Files of an index are written once and never changed, so a link to each is a copy that costs nothing. What a later
build adds or drops is then not seen. What a person took out by hand, and who may read what, is carried over (`follow`).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path

_DATABASE = "index.db"
_FILES = ("segment-", "graph-")


def pin(source: Path, target: Path) -> bool:
    """Copy an index as it is now to a folder; False where there is none. A folder that is there stays as it is."""
    if target.is_dir():
        return True
    if not (source / _DATABASE).is_file():
        return False
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir(parents=True)
    _link(source, part)
    with (
        closing(sqlite3.connect(f"file:{source / _DATABASE}?mode=ro", uri=True)) as here,
        closing(sqlite3.connect(part / _DATABASE)) as there,
    ):
        here.backup(there)
    _link(source, part)  # what was written since, and is named by what was committed since
    part.rename(target)
    return True


def _link(source: Path, target: Path) -> None:
    for entry in os.scandir(source):
        made = target / entry.name
        if entry.name.startswith(_FILES) and not entry.name.endswith(".tmp") and not made.exists():
            with contextlib.suppress(FileNotFoundError):  # swept: nothing names it any more
                try:
                    os.link(entry.path, made)
                except FileNotFoundError:
                    raise
                except OSError:  # another file system
                    shutil.copy2(entry.path, made)


def names(home: Path, bases: Iterable[str]) -> dict[str, str]:
    """Return the name of the current snapshot of each base; empty where nothing was built.

    Args:
        home: The folder of all indexes.
        bases: Their names.
    """
    return {base: _name(home / base) for base in bases}


def _name(folder: Path) -> str:
    if not (folder / _DATABASE).is_file():
        return ""
    from loomwork.kernel.errors import IndexMissing
    from loomwork.knowledge.live import LiveIndex
    from loomwork.knowledge.settings import IndexTable

    live = LiveIndex(folder, IndexTable())
    try:
        return live.index().full_view().name
    except IndexMissing:
        return ""
    finally:
        live.close()


def stamp_of(live: Path) -> tuple[int, ...]:
    """Return what changes with every change of an index."""
    found: list[int] = []
    for path in sorted(live.glob("*.db*")):
        with contextlib.suppress(FileNotFoundError):
            stat = path.stat()
            found += [stat.st_mtime_ns, stat.st_size]
    return tuple(found)


def follow(live: Path, pinned: Path) -> int:
    """Carry over what was taken out of an index by hand, and who may read what; return how many documents changed.

    Args:
        live: The index.
        pinned: The snapshot of it.
    """
    if not (live / _DATABASE).is_file() or not (pinned / _DATABASE).is_file():
        return 0
    from loomwork.knowledge.ingest.ledger import Ledger
    from loomwork.knowledge.live import LiveIndex
    from loomwork.knowledge.settings import IndexTable

    here, there = LiveIndex(live, IndexTable()), LiveIndex(pinned, IndexTable())
    try:
        now, held = here.index().all_documents(), there.index().all_documents()
        gone = sorted(held.keys() & Ledger(live).load().left_out - now.keys())
        moved = sorted(doc for doc in held.keys() & now.keys() if held[doc].readers != now[doc].readers)
        if gone or moved:
            with there.index().writer() as writer:
                for doc in gone:
                    writer.remove(doc)
                for doc in moved:
                    writer.set_readers(doc, now[doc].readers)
                if gone:
                    writer.compact()
                else:
                    writer.commit()
        return len(gone) + len(moved)
    finally:
        here.close()
        there.close()

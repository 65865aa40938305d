"""Which documents a search could see, kept by the name of what it saw, so that a later one can be compared with it.

Knows names and digests of documents, no text. What is not kept (an index removed since, a very large base) is not told.
"""

import json
import os
import tempfile
import threading
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import numpy as np

from loomwork.kernel.canonical import digest
from loomwork.knowledge.index import View

_FOLDER = "seen"
_KEPT = 40
"""Snapshots that are remembered."""
_MOST = 20_000
"""A base with more documents is not remembered: it would be megabytes a snapshot."""
_NAME = 12
_DIGEST = 12


class Changes(NamedTuple):
    """What differs between two snapshots: ids of documents, sorted."""

    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]


class History:
    """The history of one base.

    Args:
        folder: Of its index.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder / _FOLDER
        self._lock = threading.Lock()
        self._known: set[str] = set()

    def keep(self, view: View) -> None:
        """Remember what a view shows. A disk that cannot be written to costs nothing but the memory."""
        name = short(view.name)
        with self._lock:
            if name in self._known or view.documents > _MOST:
                return
            self._known.add(name)
        path = self._path(name)
        if path.exists():
            return
        try:
            self._write(path, json.dumps(_shown(view), ensure_ascii=False))
        except OSError:
            return

    def changes(self, before: str, after: str) -> Changes | None:
        """Return what differs between two snapshots, by the names that `short` gives; None where one is forgotten."""
        old, new = self._read(before), self._read(after)
        if old is None or new is None:
            return None
        return Changes(
            tuple(sorted(new.keys() - old.keys())),
            tuple(sorted(doc for doc, said in new.items() if doc in old and old[doc] != said)),
            tuple(sorted(old.keys() - new.keys())),
        )

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.z"

    def _read(self, name: str) -> Mapping[str, str] | None:
        try:
            found: Mapping[str, str] = json.loads(zlib.decompress(self._path(name).read_bytes()))
        except (OSError, ValueError, zlib.error):
            return None
        return found

    def _write(self, path: Path, text: str) -> None:
        if not self._folder.parent.is_dir():
            return
        self._folder.mkdir(exist_ok=True)
        handle, made = tempfile.mkstemp(dir=self._folder, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(zlib.compress(text.encode("utf-8", "surrogatepass")))
        os.replace(made, path)
        old = sorted(self._folder.glob("*.z"), key=lambda each: each.stat().st_mtime_ns, reverse=True)
        for each in old[_KEPT:]:
            each.unlink(missing_ok=True)


def short(name: str) -> str:
    """Return a snapshot's name as people see it."""
    return name[:_NAME]


def _shown(view: View) -> dict[str, str]:
    found: dict[str, str] = {}
    for doc in view.ids:
        rows = view.rows_of(doc)
        keys = view.digests.keys_of(np.arange(rows.start, rows.stop))
        row = view.document_of(rows.start) if rows else None
        found[doc] = digest([keys, row and [row.title, row.metadata, row.path]])[:_DIGEST]
    return found

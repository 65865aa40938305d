"""Files of the project that change on disk, whoever writes them. Looks at stamps; reads only what changed.

All readers share one look in a while; a project that takes long to be looked through is looked through less often.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from pathlib import Path

from loomwork.studio import files
from loomwork.studio.files import Stamp
from loomwork.studio.studio import Studio
from loomwork.studio.wire.jobs import ChangedFile

ENDINGS = (".md", ".jsonl", ".jsonl.gz", ".jsonl.xz", ".py", ".toml", ".json")
"""Prompts, datasets, code, settings and what steps often read."""
MOST = 5_000
_EVERY_S = 0.25
_SHARE = 20
"""A look may take one part in so many of the time."""
_HASHED = 32 << 20
_KEPT = 1_000


class Disk:
    """One a studio."""

    def __init__(self, studio: Studio) -> None:
        self._folder = studio.folder
        self._lock = threading.Lock()
        self._stamps: dict[Path, Stamp] | None = None
        self._changes: deque[tuple[int, ChangedFile]] = deque(maxlen=_KEPT)
        self._next = 0.0
        self.version = 0
        """Grows with every change."""

    def look(self) -> int:
        """Look through the project where it is time to; return the version."""
        with self._lock:
            began = time.monotonic()
            if began >= self._next:
                self._compare()
                took = time.monotonic() - began
                self._next = began + max(_EVERY_S, _SHARE * took)
            return self.version

    def since(self, version: int) -> tuple[ChangedFile, ...]:
        """Return the files that changed after a version, each as it was last seen."""
        with self._lock:
            return tuple({each.path: each for number, each in self._changes if number > version}.values())

    def _compare(self) -> None:
        before = self._stamps
        now = self._stamps = self._all()
        if before is None:
            return
        for path in now.keys() | before.keys():
            if now.get(path) != before.get(path):
                self.version += 1
                self._changes.append((self.version, self._changed(path)))

    def _all(self) -> dict[Path, Stamp]:
        found: dict[Path, Stamp] = {}
        for path in files.listed(self._folder, ENDINGS, most=MOST).paths:
            try:
                found[path] = files.stamp_of(path)
            except OSError:  # removed meanwhile
                continue
        return found

    def _changed(self, path: Path) -> ChangedFile:
        name = path.relative_to(self._folder).as_posix()
        try:
            digest = files.digest_of(path) if path.stat().st_size <= _HASHED else ""
        except OSError:
            return ChangedFile(path=name, digest="", gone=True)
        return ChangedFile(path=name, digest=digest, gone=False)

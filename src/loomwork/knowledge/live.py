"""An index that is opened when it is first needed, and again when it was made anew. Knows no question."""

import os
import threading
from pathlib import Path
from typing import NamedTuple

from loomwork.kernel.errors import IndexMissing, IndexOtherEmbedder
from loomwork.kernel.principals import Principal
from loomwork.knowledge.index import Index, IndexSettings, View, made_with
from loomwork.knowledge.settings import IndexTable

_DATABASE = "index.db"


class Sight(NamedTuple):
    """What somebody sees, and the embedder that its vectors are of."""

    view: View
    embedder: str


class LiveIndex:
    """The index of one base, for reading. Safe to share between threads.

    Args:
        folder: Where it is.
        settings: How it scores.
    """

    def __init__(self, folder: Path, settings: IndexTable) -> None:
        self._folder = folder
        self._settings = settings
        self._lock = threading.Lock()
        self._opened: Index | None = None
        self._file: tuple[int, int] = (0, 0)

    def sight(self, principal: Principal) -> Sight:
        """Return what a principal sees now. Raises `IndexMissing`, `IndexDamaged`, `IndexTooNew`."""
        index = self.index()
        try:
            view = index.view(principal)
        except IndexOtherEmbedder:  # made anew since it was opened
            index = self._open(anew=True)
            view = index.view(principal)
        if not view.documents and not index.committed():
            raise IndexMissing(name=self._folder.name)
        return Sight(view, index.settings.embedder)

    def index(self) -> Index:
        """Return the index. Raises `IndexMissing`."""
        try:
            found = os.stat(self._folder / _DATABASE)
        except FileNotFoundError:
            raise IndexMissing(name=self._folder.name) from None
        opened = self._opened
        if opened is not None and self._file == (found.st_dev, found.st_ino):
            return opened
        return self._open(anew=self._file != (found.st_dev, found.st_ino))

    def close(self) -> None:
        """Let go of it; it is opened again when it is asked for."""
        with self._lock:
            if self._opened is not None:
                self._opened.close()
                self._opened = None

    def _open(self, *, anew: bool) -> Index:
        with self._lock:
            if self._opened is not None and not anew:
                return self._opened
            made = made_with(self._folder)
            if made is None:
                raise IndexMissing(name=self._folder.name)
            said = self._settings
            settings = IndexSettings(
                embedder=made.embedder, dimensions=made.dimensions, k1=said.k1, b=said.b, hnsw_above=said.hnsw_above
            )
            found = os.stat(self._folder / _DATABASE)
            self._opened, self._file = Index(self._folder, settings), (found.st_dev, found.st_ino)
            return self._opened

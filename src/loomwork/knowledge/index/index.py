"""Open an index and look at its current snapshot through somebody's eyes. Knows nothing of writing.

Each `view` asks the database which snapshot is current, so what another process committed holds at once; what was
mapped and counted before is kept while it stays true.
"""

import threading
from pathlib import Path
from typing import Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from loomwork.kernel.canonical import Digest, combine
from loomwork.kernel.errors import IndexDamaged, IndexMissing
from loomwork.kernel.principals import NOBODY, Principal
from loomwork.knowledge.index import files
from loomwork.knowledge.index.catalog import Catalog, Graph, Loaded, Roster
from loomwork.knowledge.index.files import Stamp
from loomwork.knowledge.index.graphs import Searcher, buckets
from loomwork.knowledge.index.rows import IndexSettings, Known, Readers
from loomwork.knowledge.index.segment import Segment
from loomwork.knowledge.index.view import Mapped, Seen, View
from loomwork.knowledge.index.writer import Writer

_TRIES = 50
_KEPT_VIEWS = 32


class _Current:
    """A snapshot with its files mapped, and the views that were asked of it."""

    def __init__(self, loaded: Loaded, segments: tuple[Segment, ...], searchers: dict[str, Searcher]) -> None:
        self.loaded = loaded
        self.segments = segments
        self.searchers = searchers
        self.views: dict[frozenset[int], View] = {}
        self.classes_of: dict[frozenset[str], frozenset[int]] = {}
        self.bases = np.cumsum([0, *(segment.rows for segment in segments)], dtype=np.int64)


class Index:
    """An index in a folder, for reading by any number of threads and processes while one writes."""

    def __init__(self, folder: Path | str, settings: IndexSettings | None = None) -> None:
        """Touch nothing yet: a missing or unusable index is told when it is first asked."""
        self.folder = Path(folder)
        self.settings = settings or IndexSettings()
        self._catalog = Catalog(self.folder, self.settings)
        self._lock = threading.Lock()
        self._current: _Current | None = None

    @property
    def name(self) -> str:
        """The folder's name."""
        return self.folder.name

    def exists(self) -> bool:
        """Say whether anything was built here."""
        return self._catalog.exists()

    def committed(self) -> bool:
        """Say whether anything was committed here; a first build that died has only begun an index."""
        return self.exists() and self._catalog.current() > 0

    def state(self) -> Digest | None:
        """Return a digest of what is committed, which is another one after each commit.

        None where nothing is, or where a file is not the one that was written. Raises as `view`, save `IndexMissing`.
        """
        try:
            loaded = self._catalog.load()
            layout = loaded.layout
            for place in (*layout.segments, *layout.graphs):
                if files.stamp_of(self.folder / place.file) != place.stamp:
                    return None
        except (IndexMissing, FileNotFoundError):
            return None
        return combine(str(loaded.number), msgspec.msgpack.encode(layout)) if loaded.number else None

    def view(self, principal: Principal = NOBODY) -> View:
        """Return what a principal sees of the current snapshot.

        Raises `IndexMissing`, `IndexTooNew`, `IndexOtherEmbedder`, `IndexDamaged`.
        """
        current = self._at_present()
        groups = principal.effective_groups
        classes = current.classes_of.get(groups)
        if classes is None:
            classes = frozenset(
                number for number, readers in current.loaded.classes.items() if _may_read(readers, groups)
            )
            current.classes_of[groups] = classes
        view = current.views.get(classes)
        if view is None:
            view = self._look(current, classes)
            if len(current.views) >= _KEPT_VIEWS:
                current.views = {}
            current.views[classes] = view
        return view

    def all_documents(self) -> dict[str, Known]:
        """Return every document with its digest and readers: for whoever builds or looks after the index."""
        current = self._at_present()
        found: dict[str, Known] = {}
        for segment, roster in zip(current.segments, current.loaded.rosters, strict=True):
            rows = np.diff(segment.doc_first).tolist()
            for (name, digest), reader_class, count in zip(segment.names, roster.tolist(), rows, strict=True):
                if reader_class >= 0:
                    found[name] = Known(digest, current.loaded.classes[reader_class], count)
        return found

    def full_view(self) -> View:
        """Return a view of everything, whoever may read it: for whoever builds or looks after the index."""
        current = self._at_present()
        return self._look(current, frozenset(current.loaded.classes))

    def verify(self) -> None:
        """Read every file of the current snapshot and check it. Raises `IndexDamaged`."""
        for place in self._at_present().loaded.layout.segments:
            self._open(place.file, None)

    def writer(self, *, patience_s: float = 600.0, fresh: bool = False) -> Writer:
        """Return the writer, for `with`. Waits for another one so long, then raises `IndexBusy`.

        `fresh` begins with no documents and looks at no old file, whatever state it is in; searches go on with
        the old snapshot until the commit.
        """
        return Writer(Catalog(self.folder, self.settings), self.settings, patience_s=patience_s, fresh=fresh)

    def close(self) -> None:
        """Close the database; views that are still held go on working."""
        self._catalog.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def _at_present(self) -> _Current:
        for _ in range(_TRIES):
            number = self._catalog.current()
            current = self._current
            if current is not None and current.loaded.number == number:
                return current
            try:
                with self._lock:
                    if self._current is None or self._current.loaded.number != number:
                        self._current = self._load()
                    return self._current
            except FileNotFoundError as error:  # replaced between reading its name and opening it
                missing = Path(str(error.filename)).name
                if self._catalog.current() == number:
                    raise IndexDamaged(name=self.name, file=missing, detail="the file is gone") from error
        raise IndexDamaged(name=self.name, file="index.db", detail="snapshots change faster than they can be read")

    def _load(self) -> _Current:
        loaded = self._catalog.load()
        before = {segment.file: segment for segment in self._current.segments} if self._current else {}
        graphs = self._current.searchers if self._current else {}
        segments = tuple([before.get(place.file) or self._open(*place[:2]) for place in loaded.layout.segments])
        searchers = {each.file: graphs.get(each.file) or self._open_graph(each) for each in loaded.layout.graphs}
        for segment, roster in zip(segments, loaded.rosters, strict=True):
            if segment.documents != len(roster):
                raise IndexDamaged(name=self.name, file=segment.file, detail="another number of documents")
        return _Current(loaded, segments, searchers)

    def _open(self, file: str, stamp: Stamp | None) -> Segment:
        try:
            return Segment(self.folder / file, stamp)
        except files.Damaged as error:
            raise IndexDamaged(name=self.name, file=file, detail=str(error)) from error

    def _open_graph(self, graph: Graph) -> Searcher:
        path = self.folder / graph.file
        if files.stamp_of(path).size != graph.stamp.size:
            raise IndexDamaged(name=self.name, file=graph.file, detail="another size than was written")
        return Searcher(path, self.settings.dimensions)

    def _look(self, current: _Current, classes: frozenset[int]) -> View:
        table = np.zeros(max(current.loaded.classes, default=0) + 2, np.bool_)
        table[[number + 1 for number in classes]] = True
        seen: list[Seen] = []
        for at, (segment, roster) in enumerate(zip(current.segments, current.loaded.rosters, strict=True)):
            documents = table[roster + 1]
            rows = np.repeat(documents, np.diff(segment.doc_first))
            seen.append(Seen(segment, int(current.bases[at]), documents, rows, bool(documents.all()), roster))
        graphs = [
            Mapped(current.searchers[graph.file], graph_rows(graph, current.segments, current.loaded.rosters))
            for graph in current.loaded.layout.graphs
            if graph.reader_class in classes
        ]
        return View(seen, graphs, current.loaded.classes, self.settings)


def graph_rows(graph: Graph, segments: tuple[Segment, ...], rosters: tuple[Roster, ...]) -> NDArray[np.int64]:
    """Return the rows that a graph is made of, in the order of their chunks' digests."""
    rows: list[NDArray[np.int64]] = [np.empty(0, np.int64)]
    high: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    low: list[NDArray[np.uint64]] = [np.empty(0, np.uint64)]
    base = 0
    for segment, roster in zip(segments, rosters, strict=True):
        documents = (roster == graph.reader_class) & (
            buckets(segment.array("doc_hash"), graph.bits) == np.uint64(graph.bucket)
        )
        mine = np.flatnonzero(np.repeat(documents, np.diff(segment.doc_first)) & (segment.vector_of >= 0))
        rows.append(mine + base)
        high.append(segment.high[mine])
        low.append(segment.low[mine])
        base += segment.rows
    order = np.lexsort((np.concatenate(low), np.concatenate(high)))
    return np.concatenate(rows)[order]


def _may_read(readers: Readers, groups: frozenset[str]) -> bool:
    return readers is None or not groups.isdisjoint(readers)

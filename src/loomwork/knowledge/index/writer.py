"""Change an index: add, remove, change readers, then commit all of it at once. Knows nothing of searching.

Until `commit` no reader sees anything; after it every reader sees everything. A writer that dies leaves the last
snapshot as it was, files that nobody names (the next writer removes them) and the vectors that were put (the next
writer finds them).
"""

from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Literal, Self
from uuid import uuid4

import numpy as np

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.errors import IndexDamaged, VectorsMissing
from loomwork.knowledge.index import files, merging
from loomwork.knowledge.index.build import Builder, checked, pack
from loomwork.knowledge.index.catalog import Catalog, Graph, Layout, Placed, Roster
from loomwork.knowledge.index.files import Array
from loomwork.knowledge.index.graphing import graphs_for
from loomwork.knowledge.index.held import Held
from loomwork.knowledge.index.rows import Entry, Floats, IndexSettings, Known, Readers, Snapshot
from loomwork.knowledge.index.segment import Segment
from loomwork.knowledge.index.telling import telling
from loomwork.knowledge.index.turn import Turn
from loomwork.knowledge.index.vectorlog import VectorLog
from loomwork.knowledge.index.view import name_of

Added = Literal["new", "changed", "same"]
_NO_KEY = bytes(16)
REMOVED = -1


class Writer:
    """The one writer of an index; for `with`, by one thread at a time."""

    def __init__(self, catalog: Catalog, settings: IndexSettings, *, patience_s: float, fresh: bool) -> None:
        self._catalog = catalog
        self._folder = catalog.folder
        self._settings = settings
        self._patience_s = patience_s
        self._fresh_start = fresh
        self._turn = Turn(self._folder)
        self._held: list[Held] = []
        self._graphs: tuple[Graph, ...] = ()
        self._committed: frozenset[str] = frozenset()
        self._where: dict[str, tuple[Held | None, int]] = {}
        self._classes: dict[Readers, int] = {}
        self._builder = Builder(settings.dimensions)
        self._fresh: list[int] = []

    def __enter__(self) -> Self:
        with telling(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
        self._turn.take(self._patience_s)
        try:
            self._catalog.create(fresh=self._fresh_start)
            self._catalog.durable()
            self._load()
            self._sweep()
            self._log = VectorLog(self._log_path, self._settings.dimensions)
        except BaseException:
            self._catalog.close()
            self._turn.leave()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._log.close()
        self._catalog.close()
        self._turn.leave()

    @property
    def _log_path(self) -> Path:
        return self._folder / f"vectors-{digest_bytes(self._settings.embedder.encode())[:16]}.log"

    def _load(self) -> None:
        self._held = []
        if self._fresh_start:
            self._committed = frozenset({"what was there before"})
            self._classes = {readers: number for number, readers in self._catalog.classes().items()}
            return
        loaded = self._catalog.load()
        for place, roster in zip(loaded.layout.segments, loaded.rosters, strict=True):
            self._held.append(Held(self._open(place), place, roster.copy()))
        self._graphs = loaded.layout.graphs
        self._committed = frozenset(place.file for place in loaded.layout.segments)
        self._classes = {readers: number for number, readers in loaded.classes.items()}
        self._where = {name: (held, number) for held in self._held for name, number in held.living()}

    def _open(self, place: Placed) -> Segment:
        try:
            return Segment(self._folder / place.file, place.stamp)
        except files.Damaged as error:
            raise IndexDamaged(name=self._folder.name, file=place.file, detail=str(error)) from error
        except FileNotFoundError as error:
            raise IndexDamaged(name=self._folder.name, file=place.file, detail="the file is gone") from error

    # -- vectors

    def missing(self, keys: Sequence[Digest]) -> list[Digest]:
        """Return those texts, each once, for which no vector was ever put or indexed."""
        wanted = list(dict.fromkeys(keys))
        known = self._known(wanted)
        return [key for key in wanted if key not in known]

    def put_vectors(self, keys: Sequence[Digest], vectors: Floats) -> None:
        """Keep vectors of texts: on disk when this returns, whatever becomes of this writer."""
        array = checked(vectors, len(keys), self._settings.dimensions, "put_vectors")
        with telling(self._folder):
            self._log.append([_packed_key(key) for key in keys], array)

    def vectors(self, keys: Sequence[Digest]) -> Floats | None:
        """Return the vectors of texts, or None if any is missing."""
        packed = [_packed_key(key) for key in keys]
        logged = [at for at, key in enumerate(packed) if key in self._log]
        if len(logged) == len(keys):
            return self._log.take(packed)
        out = np.empty((len(keys), self._settings.dimensions), np.float32)
        out[logged] = self._log.take([packed[at] for at in logged])
        there = set(logged)
        rest = [at for at in range(len(keys)) if at not in there]
        for at, place in zip(rest, self._in_segments([keys[at] for at in rest]), strict=True):
            if place is None:
                return None
            segment, row = place
            out[at] = segment.vectors[segment.vector_of[row]]
        return out

    def _known(self, keys: Sequence[Digest]) -> set[Digest]:
        logged = {key for key in keys if _packed_key(key) in self._log}
        rest = [key for key in keys if key not in logged]
        return logged | {key for key, place in zip(rest, self._in_segments(rest), strict=True) if place is not None}

    def _in_segments(self, keys: Sequence[Digest]) -> list[tuple[Segment, int] | None]:
        found: list[tuple[Segment, int] | None] = [None] * len(keys)
        if not keys:
            return found
        numbers = np.frombuffer(b"".join(map(_packed_key, keys)), ">u8").astype(np.uint64).reshape(-1, 2)
        for held in self._held:
            for at, row in enumerate(held.segment.find_keys(numbers).tolist()):
                if row >= 0:
                    found[at] = (held.segment, row)
        return found

    # -- changes

    def documents(self) -> dict[str, Known]:
        """Return every document as it stands after the changes so far."""
        readers = {number: each for each, number in self._classes.items()}
        found: dict[str, Known] = {}
        for name, (held, number) in self._where.items():
            if held is None:
                first, last = self._builder.span(number)
                found[name] = Known(self._builder.names[number][1], readers[self._fresh[number]], last - first)
            else:
                first, last = held.segment.doc_first[number : number + 2].tolist()
                digest = held.segment.names[number][1]
                found[name] = Known(digest, readers[int(held.roster[number])], last - first)
        return found

    def add(self, entry: Entry) -> Added:
        """Put a document in the place of the one with its id. Raises `VectorsMissing`, `BadVectors`."""
        vectors = self._vectors_of(entry)
        packed = pack(entry, vectors)
        doc = entry.document.doc
        before = self._where.get(doc)
        if before is not None and self._said(before) == (packed.version, packed.digest):
            return "changed" if self.set_readers(doc, entry.document.readers) else "same"
        self.remove(doc)
        keys = b"".join([_packed_key(key) if key else _NO_KEY for key in entry.keys or ("",) * len(entry.chunks)])
        number = self._builder.add(packed, entry.terms, vectors, keys, _has(entry, vectors))
        self._fresh.append(self._class_of(entry.document.readers))
        self._where[doc] = (None, number)
        if self._builder.rows >= self._settings.flush_rows:
            self._flush()
        return "new" if before is None else "changed"

    def _vectors_of(self, entry: Entry) -> Floats | None:
        if entry.vectors is not None:
            count = sum(map(bool, entry.keys)) if entry.keys else len(entry.chunks)
            return checked(entry.vectors, count, self._settings.dimensions, entry.document.doc)
        keys = [key for key in entry.keys if key]
        if not keys or not self._settings.dimensions:
            return None
        found = self.vectors(keys)
        if found is None:
            raise VectorsMissing(doc=entry.document.doc, count=len(self.missing(keys)))
        return found

    def _said(self, place: tuple[Held | None, int]) -> tuple[bytes, str]:
        held, number = place
        if held is None:
            return self._builder.version(number), self._builder.names[number][1]
        return held.segment.versions[number].tobytes(), held.segment.names[number][1]

    def remove(self, doc: str) -> bool:
        """Remove a document; say whether there was one."""
        place = self._where.pop(doc, None)
        if place is None:
            return False
        self._enrol(place, REMOVED)
        return True

    def set_readers(self, doc: str, readers: Readers) -> bool:
        """Change who may read a document; say whether that was a change."""
        place = self._where.get(doc)
        if place is None:
            return False
        return self._enrol(place, self._class_of(readers))

    def _enrol(self, place: tuple[Held | None, int], reader_class: int) -> bool:
        held, number = place
        if held is not None:
            return held.enrol(number, reader_class)
        changed = self._fresh[number] != reader_class
        self._fresh[number] = reader_class
        return changed

    def _class_of(self, readers: Readers) -> int:
        wanted = None if readers is None else tuple(sorted(set(readers)))
        if wanted not in self._classes:
            self._classes = self._catalog.class_numbers({wanted})
        return self._classes[wanted]

    # -- commit

    def commit(self) -> Snapshot:
        """Make all changes so far current, at once and durably. Nothing changed: the snapshot stays the same one."""
        self._flush()
        self._merge(merging.due([held.load for held in self._held]))
        return self._publish()

    def compact(self) -> Snapshot:
        """Commit, and write every segment that holds removed documents anew, so that nothing of them is left."""
        self._flush()
        self._merge([at for at, held in enumerate(self._held) if held.load.dead])
        snapshot = self._publish()
        self._publish(anew=True)  # the last but one snapshot named the old files
        return snapshot

    def _flush(self) -> None:
        if not self._builder.names:
            return
        held = self._write(self._builder, np.array(self._fresh, np.int32))
        self._held.append(held)
        self._where.update({name: (held, number) for name, number in held.living()})
        self._builder = Builder(self._settings.dimensions)
        self._fresh = []

    def _write(self, builder: Builder, roster: Roster) -> Held:
        path = self._folder / f"segment-{uuid4().hex}.lw"
        with telling(self._folder):
            place = Placed(path.name, files.write(path, builder.arrays()), 0)
        return Held(self._open(place), place, roster, changed=True)

    def _merge(self, chosen: Sequence[int]) -> None:
        if not chosen:
            return
        gone = [self._held[at] for at in chosen]
        self._held = [held for at, held in enumerate(self._held) if at not in set(chosen)]
        for group in merging.groups([held.load for held in gone]):
            builder = Builder(self._settings.dimensions)
            roster: list[int] = []
            for at in group:
                held = gone[at]
                numbers = [number for _, number in held.living()]
                builder.copy(held.segment, numbers)
                roster.extend(held.roster[numbers].tolist())
            if builder.names:
                made = self._write(builder, np.array(roster, np.int32))
                self._held.append(made)
                self._where.update({name: (made, number) for name, number in made.living()})

    def _publish(self, *, anew: bool = False) -> Snapshot:
        """Switch at once, with the graphs that are still true; then make the others and switch again."""
        here = frozenset(held.place.file for held in self._held)
        anew = anew or not self._catalog.current()  # a base without documents has a first snapshot, too
        changed = anew or here != self._committed or any(held.changed for held in self._held)
        wanted = graphs_for(self._held, self._settings)
        ready = wanted.ready(self._folder)
        if changed or ready != self._graphs:
            self._switch(ready)
        if len(ready) < len(wanted.graphs):
            with telling(self._folder):
                wanted.build(self._folder)
            self._switch(wanted.ready(self._folder))
        self._sweep()
        self._trim()
        return self._snapshot()

    def _switch(self, graphs: tuple[Graph, ...]) -> None:
        files.sync_folder(self._folder)
        layout = Layout(tuple([held.place for held in self._held]), graphs)
        rosters = {held.place.file: held.roster for held in self._held if held.changed}
        self._catalog.switch(layout, rosters)
        loaded = self._catalog.load()
        for held, place in zip(self._held, loaded.layout.segments, strict=True):
            held.place, held.changed = place, False
        self._graphs = graphs
        self._committed = frozenset(held.place.file for held in self._held)

    def _sweep(self) -> None:
        """Remove files that no snapshot names: what a dead writer left, what was merged or removed."""
        kept = self._catalog.files()
        for path in self._folder.iterdir():
            stem = path.name.removesuffix(".tmp")
            if stem.startswith(("segment-", "graph-")) and path.name not in kept:
                path.unlink(missing_ok=True)

    def _trim(self) -> None:
        if len(self._log):
            keys = self._log.keys()
            numbers = np.frombuffer(b"".join(keys), ">u8").astype(np.uint64).reshape(-1, 2)
            held = np.zeros(len(keys), np.bool_)
            for each in self._held:
                held |= each.segment.find_keys(numbers) >= 0
            self._log.forget({key for key, there in zip(keys, held.tolist(), strict=True) if there})

    def _snapshot(self) -> Snapshot:
        versions: list[Array] = [held.segment.versions[held.roster >= 0] for held in self._held]
        loads = [held.load for held in self._held]
        return Snapshot(
            name=name_of(versions, self._settings),
            documents=sum(map(len, versions)),
            chunks=sum(each.live for each in loads),
        )


def _has(entry: Entry, vectors: Floats | None) -> list[bool]:
    """Say of each chunk whether it has a vector."""
    if vectors is None:
        return [False] * len(entry.chunks)
    return list(map(bool, entry.keys)) if entry.keys else [True] * len(entry.chunks)


def _packed_key(key: Digest) -> bytes:
    return bytes.fromhex(key[:32])

"""One build of an index: look, read what changed, embed what is unknown, switch once. Knows no workspace and no words.

Searches see the last build until this one has switched, whatever happens to it: there is one commit, at the end.
Vectors are on disk as soon as they are computed, so a build that died costs its reading again and no embedding.
"""

import asyncio
import functools
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from msgspec import Struct, field, structs

from loomwork.kernel.canonical import Digest
from loomwork.kernel.errors import IndexMissing
from loomwork.knowledge.embedding import Embedder
from loomwork.knowledge.index import Entry, Known, Readers, Snapshot, View, Writer
from loomwork.knowledge.ingest.collecting import seldom
from loomwork.knowledge.ingest.comparing import PIPELINE, Compared, Comparer, gone, key_of
from loomwork.knowledge.ingest.gathering import Batch, Gatherer, Parsed, Same, Unread
from loomwork.knowledge.ingest.ledger import DocNote, FileNote, Remembered
from loomwork.knowledge.ingest.parts import Parts
from loomwork.knowledge.ingest.preparing import Prepared, is_of, keys_of, row_of
from loomwork.knowledge.ingest.values import Built, Chunks, Failure, Files, Named, Progress
from loomwork.knowledge.sources import Place, Raw
from loomwork.knowledge.sources.frontmatter import unknown_keys
from loomwork.knowledge.splitting import meanings
from loomwork.knowledge.values import Problem

T = TypeVar("T")
_AT_ONCE = 128
"""Texts that are embedded before their vectors are put on disk: what a death costs."""


class _Counts(Struct):
    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    same: int = 0
    failed: int = 0
    embedded: int = 0
    plain: int = 0
    """Chunks without a vector that were not there before."""
    chunks_removed: int = 0
    made: int = 0
    by_keywords: int = 0


class _Notes(Struct):
    """What the ledger is to keep."""

    files: dict[str, FileNote] = field(default_factory=dict)
    docs: dict[str, DocNote] = field(default_factory=dict)
    touched: set[str] = field(default_factory=set)
    """Files of which only the stamp is new."""


class Overtaken(Exception):
    """Another build has switched while this one waited for its turn: what it saw is no longer so."""


class Build:
    """One build. Make it, then `run` it once."""

    def __init__(
        self,
        parts: Parts,
        thread: ThreadPoolExecutor,
        places: list[Place],
        pages: Mapping[str, Raw],
        remembered: Remembered,
        began: float,
    ) -> None:
        self._parts = parts
        self._remembered = remembered
        self._places = places
        self._pages = pages
        self._began = began
        self._counts = _Counts()
        self._notes = _Notes()
        self._failures: dict[str, Failure] = {}
        self._thread = thread
        """The one that the writer lives on; over when this is."""
        self._files_done = 0
        self._position = 0.0
        self._metadata: dict[str, Mapping[str, Any]] | None = None
        self._before: View | None = None

    async def run(self) -> Built:
        """Do it. Raises what the sources, the embedder or the index raise; the last snapshot then stays."""
        try:
            return await self._run()
        finally:
            self._thread.shutdown(wait=True)

    async def _run(self) -> Built:
        compared = await self._on_thread(self._compare)
        if isinstance(compared, Built):
            return compared
        known, comparer, found = compared
        with seldom():
            return await self._changed(self._remembered, known, comparer, found)

    def _compare(self) -> Built | tuple[dict[str, Known], Comparer, Compared]:
        parts, remembered = self._parts, self._remembered
        known = self._known()
        comparer = Comparer(remembered, known, parts.pipeline, parts.policy, self._all_metadata)
        found = comparer.compare(self._places)
        self._files_done = len(self._places) - len(found.changed)
        self._position = float(self._files_done)
        self._keep(found)
        if not found.changed and self._is_whole(known, found):
            return self._unchanged(remembered)
        return known, comparer, found

    def _known(self) -> dict[str, Known]:
        if self._parts.fresh or not self._parts.index.exists():
            return {}
        try:
            self._before = self._parts.index.full_view()
            return self._parts.index.all_documents()
        except IndexMissing:  # another build has just begun it, or died before it had written anything
            return {}

    def _is_whole(self, known: Mapping[str, Known], found: Compared) -> bool:
        same = known.keys() == found.same.keys()
        return same and all(known[doc].readers == readers for doc, readers in found.same.items()) and bool(known)

    def _unchanged(self, remembered: Remembered) -> Built:
        view = self._before or self._parts.index.full_view()
        keys = self._keys()
        away = gone(remembered, keys, [*remembered.docs])
        anew = away.files or remembered.facts.get(PIPELINE) != self._parts.pipeline
        if anew:
            self._save(remembered)
        built = self._built(Snapshot(name=view.name, documents=view.documents, chunks=view.chunks))
        if not anew:
            self._parts.unchanged(built)
        return built

    def _keys(self) -> list[str]:
        return [key_of(place) for place in self._places]

    # -- with something to do

    async def _changed(
        self, remembered: Remembered, known: Mapping[str, Known], comparer: Comparer, found: Compared
    ) -> Built:
        parts = self._parts
        embedder = await parts.embedder() if found.changed else None
        met = {doc: remembered.docs[doc].file.rpartition("\n")[2] for doc in (*found.same, *found.failed)}
        batches: Iterator[Batch] = iter(())
        if found.changed:
            gatherer = Gatherer(
                parts.settings,
                parts.preparer(),
                comparer,
                remembered=remembered,
                known=known,
                pipeline=parts.pipeline,
                pages=self._pages,
            )
            batches = gatherer.batches(found.changed, met)
        stays = dict(found.same)
        writer = await self._on_thread(lambda: parts.index.writer(fresh=parts.fresh).__enter__())
        try:
            if not parts.fresh and await self._on_thread(writer.documents) != known:
                raise Overtaken
            waiting = asyncio.create_task(asyncio.to_thread(next, batches, None))
            try:
                while (batch := await waiting) is not None:
                    waiting = asyncio.create_task(asyncio.to_thread(next, batches, None))
                    stays |= await self._take(writer, batch, known, comparer, embedder)
            finally:
                waiting.cancel()
            snapshot = await self._on_thread(lambda: self._finish(writer, stays))
        finally:
            await self._on_thread(lambda: writer.__exit__(None, None, None))
        built = self._built(snapshot)
        await self._on_thread(functools.partial(self._save, remembered))
        return built

    async def _take(
        self,
        writer: Writer,
        batch: Batch,
        known: Mapping[str, Known],
        comparer: Comparer,
        embedder: Embedder | None,
    ) -> dict[str, Readers]:
        """Embed and add a batch; return who may read what stays as it is."""
        prepared: list[tuple[str, Prepared]] = []
        stays = dict(batch.kept.same)
        self._keep(batch.kept)
        for key, outcome in batch.outcomes:
            match outcome:
                case Unread(raw, problems):
                    self._failed(key, raw, problems)
                case Same(raw, problems):
                    stays[raw.doc] = self._stayed(key, raw, problems, comparer)
                case Parsed():
                    prepared.append((key, await self._by_meaning(outcome, embedder)))
                case Prepared():
                    prepared.append((key, outcome))
        self._notes.files |= batch.notes
        self._notes.touched |= batch.touched
        if embedder is not None:
            await self._embed(writer, [each for _, each in prepared], embedder, batch)
        await self._on_thread(lambda: [self._add(writer, key, each, known, embedder) for key, each in prepared])
        self._files_done += batch.files
        self._position = self._files_done + batch.share
        self._tell(batch.now)
        return stays

    async def _by_meaning(self, parsed: Parsed, embedder: Embedder | None) -> Prepared:
        preparer = self._parts.preparer()
        closeness: dict[int, float] | None = None
        if embedder is not None and self._parts.covers(parsed.document.language):
            closeness = await meanings(parsed.document, self._parts.settings.splitter, embedder, embedder.embed)
        work = functools.partial(preparer.prepared, parsed.raw, parsed.version, parsed.document, closeness)
        return await asyncio.to_thread(work)

    async def _embed(self, writer: Writer, prepared: Iterable[Prepared], embedder: Embedder, batch: Batch) -> None:
        texts: dict[Digest, str] = {}
        for each in prepared:
            texts |= {key: text for key, text in zip(keys_of(each, self._parts.covers), each.texts, strict=True) if key}
        missing = await self._on_thread(lambda: writer.missing([*texts]))
        if not missing:
            return
        before, began = self._counts.embedded, self._position
        ahead = self._files_done + batch.files + batch.share - began

        missing.sort(key=lambda key: len(texts[key]))  # texts of one length are embedded together
        for at in range(0, len(missing), _AT_ONCE):
            keys = missing[at : at + _AT_ONCE]

            def tell(done: int, of: int, at: int = at) -> None:
                del of
                self._counts.embedded = before + at + done
                self._position = began + ahead * (at + done) / len(missing)
                self._tell(batch.now)

            vectors = await embedder.embed([texts[key] for key in keys], progress=tell)
            self._counts.embedded = before + at + len(keys)
            await self._on_thread(functools.partial(writer.put_vectors, keys, vectors))

    def _add(
        self, writer: Writer, key: str, each: Prepared, known: Mapping[str, Known], embedder: Embedder | None
    ) -> None:
        document, policy = each.document, self._parts.policy
        decided = policy.decide(document.doc, document.metadata, each.raw.allowed)
        keys = () if embedder is None else keys_of(each, self._parts.covers)
        self._counts.by_keywords += embedder is not None and not any(keys)
        row = row_of(each, readers=decided.readers, metadata=policy.shown(document.metadata))
        entry = Entry(document=row, chunks=each.chunks, terms=each.terms, text=document.text, keys=keys)
        added = writer.add(entry)
        self._count(each, known.get(document.doc), is_same=added == "same", keys=keys)
        problems = (*document.problems, *decided.told, *unknown_keys(document.metadata, policy.key))
        self._note(key, each.raw, document.metadata, each.version, problems)

    def _count(self, each: Prepared, known: Known | None, *, is_same: bool, keys: Sequence[Digest]) -> None:
        counts = self._counts
        before = Counter[str]() if known is None else self._texts_before(each.document.doc)
        now = Counter(chunk.text for chunk in each.chunks)
        counts.chunks_removed += (before - now).total()
        has = keys or ("",) * len(each.chunks)
        plain = Counter(one.text for one, key in zip(each.chunks, has, strict=True) if not key)
        counts.plain += (plain - before).total()
        counts.made += len(each.chunks)
        if known is None:
            counts.new.append(each.document.doc)
        elif is_same or is_of(known.digest, each.raw, each.version, self._remembered.facts.get(PIPELINE, "")):
            counts.same += 1
        else:
            counts.changed.append(each.document.doc)

    def _texts_before(self, doc: str) -> Counter[str]:
        view = self._before
        return Counter() if view is None else Counter(row.chunk.text for row in view.fetch(view.rows_of(doc)))

    def _finish(self, writer: Writer, stays: Mapping[str, Readers]) -> Snapshot:
        """Apply who may read what stays, remove what is gone, and switch."""
        for doc, readers in stays.items():
            writer.set_readers(doc, readers)
        present = {*stays, *(doc for doc, note in self._notes.docs.items() if not note.failed)}
        for doc, known in writer.documents().items():
            if doc not in present:
                writer.remove(doc)
                if doc not in self._failures:
                    self._counts.removed.append(doc)
                self._counts.chunks_removed += known.chunks
        return writer.commit()

    # -- notes

    def _keep(self, found: Compared) -> None:
        self._counts.same += len(found.same)
        self._counts.failed += len(found.failed)
        self._notes.docs |= found.notes
        for doc, note in found.failed.items():
            self._failures[doc] = Failure(doc=doc, problems=note.problems, failed=True)
        for doc, problems in found.told.items():
            self._failures[doc] = Failure(doc=doc, problems=problems, failed=False)

    def _failed(self, key: str, raw: Raw, problems: tuple[Problem, ...]) -> None:
        self._counts.failed += 1
        self._failures[raw.doc] = Failure(doc=raw.doc, problems=problems, failed=True)
        self._notes.docs[raw.doc] = DocNote(file=key, problems=problems, failed=True)

    def _stayed(self, key: str, raw: Raw, problems: tuple[Problem, ...], comparer: Comparer) -> Readers:
        self._counts.same += 1
        decided = comparer.decide(raw.doc, raw.allowed)
        before = self._remembered.docs[raw.doc]
        said = (*problems, *decided.told)
        if said:
            self._failures[raw.doc] = Failure(doc=raw.doc, problems=said, failed=False)
        self._notes.docs[raw.doc] = structs.replace(before, file=key, folder=_folder(raw), problems=said)
        return decided.readers

    def _note(
        self, key: str, raw: Raw, metadata: Mapping[str, Any], version: str, problems: tuple[Problem, ...]
    ) -> None:
        if problems:
            self._failures[raw.doc] = Failure(doc=raw.doc, problems=problems, failed=False)
        own = self._parts.policy.said(metadata)
        self._notes.docs[raw.doc] = DocNote(
            file=key, version=version, own=None if own is None else own[0], speaks=own is not None, folder=_folder(raw),
            problems=problems,
        )  # fmt: skip

    def _all_metadata(self) -> Mapping[str, Mapping[str, Any]]:
        if self._metadata is None:
            rows = () if self._before is None else self._before.document_rows()
            self._metadata = {row.doc: row.metadata for row in rows}
        return self._metadata

    def _save(self, remembered: Remembered) -> None:
        files, docs = self._notes.files, self._notes.docs
        built = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        stay = {*remembered.docs} - {*self._away(remembered)}
        away = gone(remembered, self._keys(), [*stay, *docs])
        self._parts.ledger.save(
            files=files, docs=docs, gone_files=away.files, gone_docs=away.docs,
            facts={**self._parts.facts, PIPELINE: self._parts.pipeline, "built": built},
        )  # fmt: skip

    def _away(self, remembered: Remembered) -> list[str]:
        """Return remembered documents of files that were read anew or are gone: they are noted again if there."""
        keys, anew = set(self._keys()), self._notes.files.keys() - self._notes.touched
        return [doc for doc, note in remembered.docs.items() if note.file in anew or note.file not in keys]

    def _built(self, snapshot: Snapshot) -> Built:
        counts = self._counts
        named = Named(**{name: tuple(sorted(getattr(counts, name))) for name in Named.__struct_fields__})
        return Built(
            index=self._parts.name,
            snapshot=snapshot.name,
            files=Files(
                new=len(named.new),
                changed=len(named.changed),
                same=counts.same,
                removed=len(named.removed),
                failed=counts.failed,
            ),
            chunks=Chunks(
                embedded=counts.embedded,
                reused=max(0, snapshot.chunks - counts.embedded - counts.plain),
                removed=counts.chunks_removed,
                keywords=counts.plain,
            ),
            wall_s=time.perf_counter() - self._began,
            documents=snapshot.documents,
            total=snapshot.chunks,
            by_keywords=counts.by_keywords,
            failures=tuple([self._failures[doc] for doc in sorted(self._failures)]),
            named=named,
        )

    def _tell(self, now: str) -> None:
        counts = self._counts
        self._parts.tell(
            Progress(
                files=self._files_done, of=len(self._places), chunks=counts.made, embedded=counts.embedded,
                elapsed_s=time.perf_counter() - self._began, position=self._position, now=now,
            )
        )  # fmt: skip

    async def _on_thread(self, work: Callable[[], T]) -> T:
        """Run on the one thread that the writer lives on."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)


def _folder(raw: Raw) -> tuple[Readers] | None:
    """Return what is kept of a `.readers` file: of one in an archive only, others are read at each build."""
    return None if raw.allowed is None or "!/" not in raw.doc else (raw.allowed.readers,)

"""Read changed files and prepare their documents, a batch at a time, on a thread. Knows no index, embeds nothing."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct, field

from loomwork.kernel.canonical import Digest, digest_bytes
from loomwork.kernel.errors.knowledge import DuplicateDocument
from loomwork.knowledge.index.rows import Known
from loomwork.knowledge.ingest.comparing import Compared, Comparer, key_of, said_of
from loomwork.knowledge.ingest.ledger import FileNote, Remembered, now_ns, settled
from loomwork.knowledge.ingest.preparing import Prepared, Preparer, version_of
from loomwork.knowledge.parsing.problems import FROM_OUTSIDE, problem_of
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources import Place, Raw, Stamp, documents_in, is_corpus_name, too_large, unreadable
from loomwork.knowledge.values import Document, Problem

BATCH_CHUNKS = 512
_BATCH_DOCUMENTS = 512


class Unread(NamedTuple):
    """A document of which nothing could be read."""

    raw: Raw
    problems: tuple[Problem, ...]


class Parsed(NamedTuple):
    """A document that is split only when it is known where its subject changes."""

    raw: Raw
    version: Digest
    document: Document


class Same(NamedTuple):
    """A document whose source was read and is what it was, or could not be reached and stays what it was."""

    raw: Raw
    problems: tuple[Problem, ...] = ()


Outcome = Prepared | Parsed | Unread | Same


class Batch(Struct):
    """Some documents, and the files that were read for them."""

    files: int = 0
    now: str = ""
    """The file that was read last."""
    outcomes: list[tuple[str, Outcome]] = []
    """With the key of the file."""
    notes: dict[str, FileNote] = {}
    kept: Compared = field(default_factory=Compared)
    touched: set[str] = field(default_factory=set)
    """The documents of files that were only touched."""
    chunks: int = 0
    share: float = 0.0
    """How much is read of a file that is counted with the next batch."""


class Gatherer:
    """Reads the changed files of one build.

    Args:
        settings: The base's.
        preparer: Makes documents of bytes.
        comparer: Knows what was there before.
        remembered: What the last build saw.
        known: What the index holds.
        pipeline: What makes the documents.
        pages: Pages that were fetched, or the records of those that were not.
    """

    def __init__(
        self,
        settings: BaseSettings,
        preparer: Preparer,
        comparer: Comparer,
        *,
        remembered: Remembered,
        known: Mapping[str, Known],
        pipeline: Digest,
        pages: Mapping[str, Raw],
    ) -> None:
        self._settings = settings
        self._preparer = preparer
        self._comparer = comparer
        self._remembered = remembered
        self._known = known
        self._pipeline = pipeline
        self._pages = pages
        self._met: dict[str, str] = {}
        self._unsettled: set[str] = set()
        self._batch = Batch()
        """The one that is being filled: a file's notes go where its last document goes."""

    def batches(self, places: list[Place], met: Mapping[str, str]) -> Iterator[Batch]:
        """Yield what the files hold. `met`: documents that are there already, with their files."""
        self._met = dict(met)
        batch = self._batch = Batch()
        for place in places:
            for outcome in self._outcomes(place):
                batch.outcomes.append((key_of(place), outcome))
                batch.chunks += len(outcome.chunks) if isinstance(outcome, Prepared) else 1
                if batch.chunks >= BATCH_CHUNKS or len(batch.outcomes) >= _BATCH_DOCUMENTS:
                    batch.now = place.doc
                    batch.share = outcome.raw.share
                    yield batch
                    batch = self._batch = Batch()
            batch.files += 1
            batch.now = place.doc
        yield batch

    def _outcomes(self, place: Place) -> Iterator[Outcome]:
        if not place.file:
            yield from self._of_raw(self._pages[place.doc], place)
            return
        if place.problem is not None:
            self._batch.notes[key_of(place)] = FileNote(place.stamp, "")
            refused = Raw(doc=place.doc, path=place.doc, data=b"", digest=Digest(""), problem=place.problem)
            yield from self._of_raw(refused, place)
            return
        limit = self._settings.limits.bytes
        holds_many = is_corpus_name(place.doc) or place.doc.lower().endswith(".zip")
        size = place.stamp.size if place.stamp is not None else 0
        if size > limit and not holds_many:
            self._batch.notes[key_of(place)] = FileNote(place.stamp, "")
            yield from self._of_raw(too_large(place, self._settings.limits), place)
            return
        read_ns = now_ns()
        try:
            with Path(place.file).open("rb", buffering=0) as file:
                data = file.read()
                after = os.fstat(file.fileno())
        except OSError as error:
            yield from self._of_raw(unreadable(place, error), place)
            return
        stamp = Stamp(after.st_size, after.st_mtime_ns, after.st_ctime_ns, after.st_ino)
        digest = digest_bytes(data)
        note = FileNote(settled(stamp, read_ns) if stamp == place.stamp else None, digest)
        before = self._remembered.files.get(key_of(place))
        if before is not None and before.digest == digest and self._comparer.is_whole(place):
            self._comparer.keep(place, self._batch.kept)
            self._batch.touched.add(key_of(place))
            self._batch.notes[key_of(place)] = note
            return
        for raw in documents_in(place, data, pictures=self._settings.ocr, limits=self._settings.limits):
            yield from self._of_raw(raw, place)
        self._batch.notes[key_of(place)] = FileNote(None, "") if place.doc in self._unsettled else note

    def _of_raw(self, raw: Raw, place: Place) -> Iterator[Outcome]:
        if raw.doc in self._remembered.left_out:
            return
        other = self._met.get(raw.doc)
        if other is not None:
            self._unsettled.add(place.doc)  # to be read again: the other one may go
            yield Unread(_renamed(raw, f"{place.doc}#{raw.doc}"), (problem_of(DuplicateDocument(other=other)),))
            return
        self._met[raw.doc] = place.doc
        if raw.problem is not None:
            stays = not place.file and raw.doc in self._known and raw.doc in self._remembered.docs
            yield Same(raw, (raw.problem,)) if stays else Unread(raw, (raw.problem,))
            return
        version = version_of(raw, self._pipeline)
        known, note = self._known.get(raw.doc), self._remembered.docs.get(raw.doc)
        if known is not None and note is not None and known.digest == note.version == version:
            yield Same(raw, said_of(note))
            return
        document = self._preparer.parsed(raw)
        if any(problem.code in FROM_OUTSIDE for problem in document.problems):
            self._unsettled.add(place.doc)
            stays = known is not None and note is not None and not note.failed
            yield Same(raw, document.problems) if stays else Unread(raw, document.problems)
        elif not document.text.strip():
            yield Unread(raw, document.problems)
        elif self._settings.splitter.by == "meaning":
            yield Parsed(raw, version, document)
        else:
            yield self._preparer.prepared(raw, version, document)


def _renamed(raw: Raw, doc: str) -> Raw:
    return Raw(doc=doc, path=raw.path, data=b"", digest=raw.digest, allowed=raw.allowed)

"""What did not change since the last build, by stamps alone. Opens no file; knows no parser and no embedder."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from msgspec import Struct, structs

from loomwork.knowledge.index.rows import Known, Readers
from loomwork.knowledge.ingest.ledger import DocNote, Remembered
from loomwork.knowledge.sources import Place, Policy
from loomwork.knowledge.sources.permissions import READERS, Decided
from loomwork.knowledge.sources.scanning import as_text
from loomwork.knowledge.sources.values import Allowed
from loomwork.knowledge.values import Problem

PIPELINE = "pipeline"
"""The fact that says what made the documents of a ledger."""


class Compared(Struct):
    """What a look at the stamps came to."""

    same: dict[str, Readers] = {}
    """Documents that did not change, with who may read them now."""
    notes: dict[str, DocNote] = {}
    """Notes of those that are to be written anew."""
    failed: dict[str, DocNote] = {}
    """Documents that could not be read before and did not change."""
    told: dict[str, tuple[Problem, ...]] = {}
    """Documents that did not change and about which there is something to say, as there was when they were read."""
    changed: list[Place] = []
    """Files that must be read."""


def key_of(place: Place) -> str:
    """Return under which key a file is remembered: also by its id, which other sources beside it may change."""
    return f"{as_text(place.file)}\n{place.doc}" if place.file else place.doc


def said_of(note: DocNote) -> tuple[Problem, ...]:
    """Return what was wrong with a document itself when it was read: who may read it is decided anew each time."""
    return tuple([each for each in note.problems if each.code != READERS])


class Comparer:
    """Compares one base.

    Args:
        remembered: What the last build saw.
        known: What the index holds.
        pipeline: What would make the documents now.
        policy: Who may read what.
        metadata: The documents' metadata as indexed, asked for when the policy needs all of it.
    """

    def __init__(
        self,
        remembered: Remembered,
        known: Mapping[str, Known],
        pipeline: str,
        policy: Policy,
        metadata: Callable[[], Mapping[str, Mapping[str, Any]]],
    ) -> None:
        self._remembered = remembered
        self._known = known
        self._is_current = remembered.facts.get(PIPELINE) == pipeline
        self._docs_of = remembered.docs_of()
        self._policy = policy
        self._metadata = metadata
        self._decided: dict[tuple[object, ...], Decided] = {}

    def compare(self, places: Iterable[Place]) -> Compared:
        """Return what is the same and what must be read."""
        found = Compared()
        for place in places:
            note = self._remembered.files.get(key_of(place))
            unread = note is None or place.stamp is None or note.stamp != place.stamp
            if unread or not self.is_whole(place):
                found.changed.append(place)
            else:
                self.keep(place, found)
        return found

    def is_whole(self, place: Place) -> bool:
        """Say whether everything that a file held is in the index, made as it would be now."""
        docs = self._docs_of.get(key_of(place), ())
        return self._is_current and all(self._is_there(doc) for doc in docs)

    def _is_there(self, doc: str) -> bool:
        note = self._remembered.docs[doc]
        if note.failed or doc in self._remembered.left_out:
            return True
        known = self._known.get(doc)
        return known is not None and known.digest == note.version

    def keep(self, place: Place, found: Compared) -> None:
        """Note the documents of a file as the same."""
        for doc in self._docs_of.get(key_of(place), ()):
            note = self._remembered.docs[doc]
            if doc in self._remembered.left_out:
                continue
            if note.failed:
                found.failed[doc] = note
                continue
            decided = self.decide(doc, note.allowed or place.allowed)
            found.same[doc] = decided.readers
            problems = (*said_of(note), *decided.told)
            if problems != note.problems:
                found.notes[doc] = structs.replace(note, problems=problems)
            if problems:
                found.told[doc] = problems

    def decide(self, doc: str, folder: Allowed | None) -> Decided:
        """Return who may read a document that was read before, in a folder of which this is said."""
        note = self._remembered.docs[doc]
        if self._policy.uses_function:
            return self._policy.decide(doc, self._metadata().get(doc, {}), folder)
        case = (repr(note.own), note.speaks, folder)
        decided = self._decided.get(case)
        if decided is None:
            own = {self._policy.key: note.own} if note.speaks else {}
            decided = self._decided[case] = self._policy.decide(doc, own, folder)
        return decided


class Gone(NamedTuple):
    """What is not among the sources any more."""

    files: list[str]
    docs: list[str]


def gone(remembered: Remembered, files: Iterable[str], docs: Iterable[str]) -> Gone:
    """Return the keys of files and the ids of documents that are remembered and were not met."""
    return Gone(sorted(set(remembered.files) - set(files)), sorted(set(remembered.docs) - set(docs)))

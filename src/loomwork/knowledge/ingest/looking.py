"""See at a glance whether there is anything to do: by all that the last look at nothing to do was decided on.

Of an unchanged base this asks the system for each file's stamp and the index for its number, and reads two rows. What a
look came to is kept beneath a digest of everything that it depends on, so it can be missing but never wrong. Knows no
document and no parser.
"""

import contextlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from loomwork.kernel.canonical import Digest, combine, digest, digest_bytes
from loomwork.kernel.errors.store import StoreError
from loomwork.knowledge.around import Around
from loomwork.knowledge.index import Index, IndexSettings, Made
from loomwork.knowledge.ingest.dictionary import Reader
from loomwork.knowledge.ingest.embedders import stamp_of
from loomwork.knowledge.ingest.ledger import EDITION, Ledger, Remembered
from loomwork.knowledge.ingest.preparing import pipeline
from loomwork.knowledge.ingest.values import Built
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources import Place, Policy, scan
from loomwork.knowledge.sources.permissions import is_function

EMBEDDER = "embedder"
"""The fact that says which embedder an earlier build found."""
_WHOLE = "whole"
"""The fact that says what a look came to."""


class _Whole(Struct, frozen=True):
    """What a look came to that found nothing to do, and a digest of all that it was decided on."""

    on: str
    built: Built


class Looked(Struct, kw_only=True):
    """What a look came to."""

    places: list[Place]
    remembered: Remembered
    """All that is kept, or the facts alone where nothing is to be done."""
    stamp: Digest
    """Of the embedder."""
    made: Made | None
    """What the embedder is, where an earlier build has found it."""
    index: Index | None = None
    """The index, where it was asked."""
    on: str = ""
    """A digest of all that this look depends on; empty: it depends on more than can be said."""
    built: Built | None = None
    """There is nothing to do, and this is what a build says of it."""

    def close(self) -> None:
        """Close the index."""
        if self.index is not None:
            self.index.close()


class Looking:
    """Looks at one base.

    Args:
        name: The base's.
        settings: Its settings.
        around: The project.
        folder: Its index.
        words: Its words.
    """

    def __init__(self, name: str, settings: BaseSettings, around: Around, folder: Path, words: Reader) -> None:
        self._name = name
        self._settings = settings
        self._around = around
        self._folder = folder
        self._words = words

    def look(self, ledger: Ledger, *, fresh: bool) -> Looked:
        """Look at everything but what files hold. Raises as `scan` and opening the embedder or the index do."""
        places = scan(self._name, self._settings, self._around.project)
        stamp = self._stamp()
        looked = Looked(places=places, remembered=Remembered(), stamp=stamp, made=None)

        def enough(facts: Mapping[str, str]) -> bool:
            looked.made = _made(facts, stamp)
            if looked.made is not None and not fresh:
                looked.index = Index(self._folder, index_settings(self._settings, looked.made))
                looked.on = self._on(looked.index, looked.made, places, facts)
                looked.built = _told(facts, looked.on)
            return looked.built is not None

        try:
            looked.remembered = ledger.load(enough=enough)
        except BaseException:
            looked.close()
            raise
        return looked

    def _stamp(self) -> Digest:
        said = self._settings.embedding
        return digest("none") if said is None else stamp_of(said, self._around.surroundings)

    def _on(self, index: Index, made: Made, places: Sequence[Place], facts: Mapping[str, str]) -> str:
        settings = self._settings
        seen = _digest_of(places)
        if seen is None or is_function(settings.readers):  # what a person's function says is known to it alone
            return ""
        state = index.state()
        if state is None:
            return ""
        policy = Policy(settings.readers, self._around.load)
        makes = pipeline(settings, self._words.words(), made.embedder, policy.key)
        return combine(digest(settings), makes, state, facts.get(EDITION, ""), seen)


def remember(ledger: Ledger, on: str, built: Built) -> None:
    """Keep what a look came to that found nothing to do. What cannot be kept costs the next one its time."""
    if on:
        with contextlib.suppress(StoreError, UnicodeEncodeError):
            ledger.note({_WHOLE: msgspec.json.encode(_Whole(on, built)).decode("utf-8")})


def index_settings(settings: BaseSettings, made: Made) -> IndexSettings:
    """Return how the index of a base is opened."""
    said = settings.indexing
    return IndexSettings(
        embedder=made.embedder, dimensions=made.dimensions, k1=said.k1, b=said.b, hnsw_above=said.hnsw_above
    )


def as_fact(stamp: Digest, made: Made) -> dict[str, str]:
    """Return the fact that says what the embedder is for as long as its stamp stays."""
    return {EMBEDDER: json.dumps([stamp, made.embedder, made.dimensions])}


def _made(facts: Mapping[str, str], stamp: Digest) -> Made | None:
    known = facts.get(EMBEDDER)
    if known is None:
        return None
    before, identity, dimensions = json.loads(known)
    return Made(identity, dimensions) if before == stamp else None


def _told(facts: Mapping[str, str], on: str) -> Built | None:
    said = facts.get(_WHOLE)
    if not on or said is None or on not in said:
        return None
    try:
        found = msgspec.json.decode(said, type=_Whole)
    except msgspec.MsgspecError:  # as another version wrote it
        return None
    return found.built if found.on == on else None


def _digest_of(places: Sequence[Place]) -> Digest | None:
    """Return a digest of everything that is known of files; None where a page must be asked, or a name is no text."""
    if any(place.stamp is None for place in places):
        return None
    try:
        return digest_bytes(msgspec.msgpack.encode(places))
    except UnicodeEncodeError:
        return None

"""Put a build together: who the embedder is, what makes documents, who may read them. Knows no snapshot."""

import asyncio
import functools
import json
import time
from pathlib import Path

from loomwork.kernel.canonical import Digest, digest
from loomwork.kernel.errors import IndexBusy
from loomwork.knowledge.around import Around, LazyEmbedder
from loomwork.knowledge.embedding import Embedder, approximate_offsets
from loomwork.knowledge.index import Index, IndexSettings, Made, made_with
from loomwork.knowledge.ingest.building import Build, Overtaken, Parts
from loomwork.knowledge.ingest.dictionary import Reader
from loomwork.knowledge.ingest.embedders import stamp_of
from loomwork.knowledge.ingest.ledger import Ledger, Remembered
from loomwork.knowledge.ingest.preparing import Preparer, pipeline
from loomwork.knowledge.ingest.reading import Reading, fetched
from loomwork.knowledge.ingest.values import Built, Tell
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources import Policy, scan

_EMBEDDER = "embedder"
_PROBE = "loomwork"
_TRIES = 20
"""How often other builds may come first."""


class _Characters:
    """Where tokens are in a base without an embedder."""

    def offsets(self, text: str) -> list[tuple[int, int]]:
        return approximate_offsets(text)


class Running:
    """Builds of one base.

    Args:
        name: The base's.
        settings: Its settings.
        around: The project.
        folder: Its index.
        embedder: Its embedder.
        words: Its words.
    """

    def __init__(
        self,
        name: str,
        settings: BaseSettings,
        around: Around,
        folder: Path,
        embedder: LazyEmbedder,
        words: Reader,
    ) -> None:
        self._name = name
        self._settings = settings
        self._around = around
        self._folder = folder
        self._embedder = embedder
        self._words = words

    async def build(self, *, fresh: bool, tell: Tell) -> Built:
        """Bring the index up to date, looking anew where another build came first. As `KnowledgeBase.build`."""
        began = time.perf_counter()
        for _ in range(_TRIES):
            try:
                return await self._build(fresh=fresh, tell=tell)
            except Overtaken:
                continue
        raise IndexBusy(name=self._name, seconds=round(time.perf_counter() - began))

    async def _build(self, *, fresh: bool, tell: Tell) -> Built:
        """Bring the index up to date.

        Raises:
            NoSources, SourceMissing: Nothing was changed.
            IndexOtherEmbedder: Another embedder is configured than the index was made with; `fresh` makes it anew.
            EmbeddingFailed, ModelError: What was embedded so far is kept, and searches go on as before.
        """
        settings = self._settings
        began = time.perf_counter()
        ledger = Ledger(self._folder)
        places = await asyncio.to_thread(scan, self._name, settings, self._around.project)
        remembered = await asyncio.to_thread(ledger.load)
        if fresh:
            remembered = Remembered(facts=remembered.facts)
        stamp = await asyncio.to_thread(self._stamp)
        made = await self._made(remembered, stamp)
        words = self._words.words()
        policy = Policy(settings.readers, self._around.load)
        pages = await fetched(settings, places)
        with Reading(settings.limits, self._around.root()) as reading:
            parts = Parts(
                name=self._name, settings=settings, index=Index(self._folder, self._index_settings(made)),
                ledger=ledger, policy=policy, pipeline=pipeline(settings, words, made.embedder, policy.key),
                embedder=functools.partial(self._checked, made), covers=self._embedder.covers,
                preparer=functools.cache(lambda: Preparer(settings, words, self._counter(), reading)),
                tell=tell, fresh=fresh,
                facts={_EMBEDDER: json.dumps([stamp, made.embedder, made.dimensions])},
            )  # fmt: skip
            try:
                return await Build(parts, places, pages, remembered, began).run()
            finally:
                parts.index.close()

    def _counter(self) -> Embedder | _Characters:
        return self._embedder.open() or _Characters()

    def _stamp(self) -> Digest:
        said = self._settings.embedding
        return digest("none") if said is None else stamp_of(said, self._around.surroundings)

    async def _made(self, remembered: Remembered, stamp: Digest) -> Made:
        """Return what the embedder is: as an earlier build has found, or by asking it."""
        known = remembered.facts.get(_EMBEDDER)
        if known is not None:
            before, identity, dimensions = json.loads(known)
            if before == stamp:
                return Made(identity, dimensions)
        embedder = self._embedder.open()
        if embedder is None:
            return Made("", 0)
        identity = await asyncio.to_thread(lambda: embedder.identity)
        there = await asyncio.to_thread(made_with, self._folder)
        if there is not None and there.embedder == identity:
            return there
        dimensions = await asyncio.to_thread(lambda: embedder.dimensions)
        if not dimensions:
            dimensions = int((await embedder.embed([_PROBE])).shape[1])
        return Made(identity, dimensions)

    async def _checked(self, made: Made) -> Embedder | None:
        """Return the embedder, which is loaded now."""
        embedder = self._embedder.open()
        if embedder is not None:
            await asyncio.to_thread(lambda: embedder.identity)
        return embedder if made.embedder else None

    def _index_settings(self, made: Made) -> IndexSettings:
        said = self._settings.indexing
        return IndexSettings(
            embedder=made.embedder, dimensions=made.dimensions, k1=said.k1, b=said.b, hnsw_above=said.hnsw_above
        )

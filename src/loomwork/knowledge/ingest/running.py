"""Put a build together: who the embedder is, what makes documents, who may read them. Knows no snapshot."""

import asyncio
import functools
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from pathlib import Path

from msgspec import structs

from loomwork.kernel.errors import IndexBusy
from loomwork.knowledge.around import Around, LazyEmbedder
from loomwork.knowledge.embedding import Embedder, approximate_offsets
from loomwork.knowledge.index import Index, Made, made_with
from loomwork.knowledge.ingest.building import Build, Overtaken
from loomwork.knowledge.ingest.dictionary import Reader
from loomwork.knowledge.ingest.ledger import Ledger, Remembered
from loomwork.knowledge.ingest.looking import Looked, Looking, as_fact, index_settings, remember
from loomwork.knowledge.ingest.parts import Parts
from loomwork.knowledge.ingest.preparing import Preparer, pipeline
from loomwork.knowledge.ingest.reading import Reading, fetched
from loomwork.knowledge.ingest.values import Built, Tell
from loomwork.knowledge.settings import BaseSettings
from loomwork.knowledge.sources import Policy

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
        self._looking = Looking(name, settings, around, folder, words)

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
        began = time.perf_counter()
        ledger = Ledger(self._folder)
        thread = ThreadPoolExecutor(1, thread_name_prefix="loomwork-build")
        here, look = copy_context(), functools.partial(self._looking.look, ledger, fresh=fresh)
        try:
            looked = await asyncio.get_running_loop().run_in_executor(thread, here.run, look)
            try:
                if looked.built is not None:
                    return structs.replace(looked.built, wall_s=time.perf_counter() - began)
                return await self._build_all(looked, ledger, thread, began, fresh=fresh, tell=tell)
            finally:
                looked.close()
        finally:
            thread.shutdown(wait=False)

    async def _build_all(
        self, looked: Looked, ledger: Ledger, thread: ThreadPoolExecutor, began: float, *, fresh: bool, tell: Tell
    ) -> Built:
        settings = self._settings
        remembered = Remembered(facts=looked.remembered.facts) if fresh else looked.remembered
        made = looked.made or await self._made()
        words = self._words.words()
        policy = Policy(settings.readers, self._around.load)
        pages = await fetched(settings, looked.places)
        index = looked.index = looked.index or Index(self._folder, index_settings(settings, made))
        with Reading(settings.limits, self._around.root()) as reading:
            parts = Parts(
                name=self._name, settings=settings, index=index, ledger=ledger, policy=policy,
                pipeline=pipeline(settings, words, made.embedder, policy.key),
                embedder=functools.partial(self._checked, made), covers=self._embedder.covers,
                preparer=functools.cache(lambda: Preparer(settings, words, self._counter(), reading)),
                tell=tell, fresh=fresh, facts=as_fact(looked.stamp, made),
                unchanged=functools.partial(remember, ledger, looked.on),
            )  # fmt: skip
            return await Build(parts, thread, looked.places, pages, remembered, began).run()

    def _counter(self) -> Embedder | _Characters:
        return self._embedder.open() or _Characters()

    async def _made(self) -> Made:
        """Return what the embedder is, by asking it."""
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

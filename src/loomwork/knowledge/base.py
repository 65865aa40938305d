"""One knowledge base: search it, build it, look after it. Knows no command and no other base."""

import asyncio
import shutil
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from msgspec import structs

from loomwork.flow.builtin import Settled
from loomwork.flow.context import current_frame, read_principal
from loomwork.flow.observe import own_io
from loomwork.kernel.errors import IndexMissing, IndexOtherEmbedder
from loomwork.kernel.errors.knowledge_base import NoSuchDocument, NotForThisBase
from loomwork.kernel.errors.models import UnknownModel
from loomwork.kernel.principals import NOBODY, Principal
from loomwork.knowledge.around import Around, LazyEmbedder
from loomwork.knowledge.asking import answered, weights
from loomwork.knowledge.asking import ask as ask_step
from loomwork.knowledge.elsewhere import Elsewhere
from loomwork.knowledge.embedding import Embedder, MiniLm
from loomwork.knowledge.explaining import Note, explained, looked_at
from loomwork.knowledge.history import History, short
from loomwork.knowledge.index import Readers, Snapshot, View
from loomwork.knowledge.ingest.dictionary import Reader
from loomwork.knowledge.ingest.ledger import Ledger
from loomwork.knowledge.ingest.running import Running
from loomwork.knowledge.ingest.values import Built, Progress, Tell
from loomwork.knowledge.live import LiveIndex
from loomwork.knowledge.parsing.languages import language_of
from loomwork.knowledge.questions import check_day, check_filters, check_question, nearest_document, outdated
from loomwork.knowledge.search import Asked, Found, LateInteraction, Mode, Why, reranked, search
from loomwork.knowledge.search.rerank import TokenVectors
from loomwork.knowledge.settings import BaseSettings, SearchTable
from loomwork.knowledge.status import Status, status_of
from loomwork.knowledge.steps import Options, who_is
from loomwork.knowledge.steps import search as search_step
from loomwork.knowledge.steps import text as text_step
from loomwork.knowledge.values import Passage
from loomwork.prompts import ModelHandle

if TYPE_CHECKING:
    from loomwork.knowledge.answering import Answer, Tools

_POOL = 4
"""Candidates a wanted result that a reranker looks at."""


class KnowledgeBase:
    """A live knowledge base. Safe to share between threads.

    Args:
        name: As in the settings.
        settings: Its table.
        around: The project.
    """

    def __init__(self, name: str, settings: BaseSettings, around: Around) -> None:
        self.name = name
        self.settings = settings
        self.folder = around.folder(name)
        self._around = around
        self.history = History(self.folder)
        self._live = LiveIndex(self.folder, settings.indexing)
        self._elsewhere = Elsewhere(name, settings.indexing)
        self._embedder = LazyEmbedder(settings, around)
        path = around.project / settings.dictionary if settings.dictionary else None
        self._words = Reader(path)
        self._running = Running(name, settings, around, self.folder, self._embedder, self._words)

    # -- searching

    async def search(
        self,
        query: str,
        *,
        k: int | None = None,
        mode: Mode | None = None,
        filters: Mapping[str, Any] | None = None,
        principal: Principal | None = None,
        explain: bool = False,
        day: str = "",
    ) -> list[Passage]:
        """Return the best passages that the asking person may read, best first.

        Called in a step, it is a step of its own: its memo holds until what this person can see has changed.

        Args:
            query: What is asked, in words.
            k: How many; the default is the base's.
            mode: `dense`, `sparse` or `hybrid`; the default is the base's.
            filters: Conditions on a document's own fields and metadata: `{"language": "zh", "year": {"from": 2020}}`.
            principal: On whose behalf; the default is whoever the run is for.
            explain: Put the reasons for a passage's place into its notes.
            day: The day whose rules are asked for (ISO 8601).

        Raises:
            IndexMissing: Nothing was built yet.
            NothingAsked, QuestionTooLong, BadDay: It cannot be asked like this.
            BadFilter, UnknownFilterField: A filter means nothing, or names what no document has that may be seen.
        """
        check_question(self.name, query)
        check_day(day)
        options = Options(k=k, mode=mode, filters=dict(filters or {}), explain=explain, day=day)
        frame = current_frame() or self._around.root()
        who = principal if principal is not None else read_principal() if frame is not None else NOBODY
        if frame is None:
            found = await self.find(
                query, k=k, mode=mode, filters=options.filters, principal=who, explain=explain, day=day
            )
            return self.told(found)
        return await frame.runtime.call(search_step, frame, (self.name, query, options, who), {})

    async def ask(
        self,
        question: str,
        *,
        model: str | None = None,
        passages: Sequence[Passage] | None = None,
        k: int | None = None,
        mode: Mode | None = None,
        filters: Mapping[str, Any] | None = None,
        principal: Principal | None = None,
        day: str = "",
    ) -> "Answer":
        """Return an answer from what the asking person may read, every sentence with its place, in their language.

        Called in a step, it is a step of its own. Without a model, or when it fails, sentences are quoted.

        Args:
            question: English or Chinese.
            model: The alias of the model that writes it; the default is the base's, empty: quote.
            passages: What to answer from, as `search` gave it; the default is to search now. Where the same passages
                come again, the answer is found again, whatever changed in how they were found.
            k: How many passages to look at; the default is the base's.
            mode: As of `search`.
            filters: As of `search`.
            principal: As of `search`.
            day: As of `search`.

        Raises:
            NothingAsked, QuestionTooLong, BadDay, BadFilter, UnknownFilterField: As of `search`.
        """
        check_question(self.name, question)
        check_day(day)
        options = Options(k=k, mode=mode, filters=dict(filters or {}), day=day)
        frame = current_frame() or self._around.root()
        who = principal if principal is not None else read_principal() if frame is not None else NOBODY
        alias = self.settings.answer.model if model is None else model
        if frame is None:
            return await answered(self, question, model=alias, options=options, who=who, passages=passages)
        return await frame.runtime.call(ask_step, frame, (self.name, question, alias, options, who, passages), {})

    async def find(
        self,
        query: str,
        *,
        k: int | None = None,
        mode: str | None = None,
        filters: Mapping[str, Any] | None = None,
        principal: Principal = NOBODY,
        explain: bool = False,
        day: str = "",
        note: Note | None = None,
    ) -> Found:
        """Search now, outside any step: no memo, no span; with the snapshot and the reasons. As `search`.

        `note` is told how it went, for people.
        """
        check_question(self.name, query)
        check_day(day)
        settings = self._searching(mode)
        k = self.settings.search.k if k is None else k
        with own_io():
            view, made = await asyncio.to_thread(self._live.sight, principal)
        check_filters(self.name, filters or {}, view)
        embedder = self._for_query(view, made, query, settings, asked=mode)
        vector = None if embedder is None else (await embedder.embed([query]))[0]
        words = self._words.words()
        day = day or self._around.today()
        asked = Asked(terms=tuple(words.query(query)), vector=vector, filters=dict(filters or {}), day=day)
        wanted = k * _POOL if settings.rerank else k
        with own_io():
            if vector is not None:
                view = await asyncio.to_thread(self._elsewhere.over, view)
            looked = wanted if note is None else looked_at(wanted, settings)
            seen = await asyncio.to_thread(search, view, asked, settings, k=looked, explain=explain)
            await asyncio.to_thread(self.history.keep, view)
        passages, why = seen.passages[:wanted], seen.why[:wanted]
        if settings.rerank:
            passages = await reranked(LateInteraction(self._token_vectors()), query, passages, k=k)
            known = {(each.doc, each.start): each for each in why}
            why = tuple([known[at] for each in passages if (at := (each.doc, each.start)) in known])
        if note is not None:
            note(explained(self.name, settings, k=k, looked=looked, found=seen, given=passages))
        return structs.replace(seen, passages=passages, why=why)

    def tools(self, principal: Principal = NOBODY) -> "Tools":
        """Return what answers are read with: the base's words and embedder, and what terms say in what is seen."""
        from loomwork.knowledge.answering import Tools

        view = self.view(principal)
        return Tools(self._words.words(), weights(view), self._embedder.open(), self._embedder.covers)

    def model(self, alias: str) -> ModelHandle:
        """Return a model of the project, as answers ask it."""
        if self._around.models is None:
            raise UnknownModel(name=alias, known=())
        return ModelHandle(alias, self._around.models())

    def view(self, principal: Principal = NOBODY) -> View:
        """Return what a principal sees of the current snapshot. Raises `IndexMissing`."""
        return self._live.sight(principal).view

    def full_view(self) -> View:
        """Return all of the current snapshot, whoever may read it: for whoever looks after the index."""
        return self._live.index().full_view()

    def told(self, found: Found) -> list[Passage]:
        """Return the passages, with the reasons for their places in their notes where those were asked for."""
        if not found.why:
            return list(found.passages)
        pairs = zip(found.passages, found.why, strict=False)
        return [structs.replace(each, notes=(*each.notes, *reasons(why))) for each, why in pairs]

    def readers_of(self, passages: Sequence[Passage], who: Principal) -> frozenset[str] | None:
        """Return who may read all of some passages; whoever was shown them may, in any case."""
        return self.allowed({each.doc for each in passages}, who)

    def allowed(self, docs: Iterable[str], who: Principal) -> frozenset[str] | None:
        """Return who may read all of some documents that `who` was shown; None: everyone."""
        view = self.view(who)
        readers: Readers = None
        for doc in docs:
            said = view.readers(doc)
            if said is not None:
                readers = said if readers is None else tuple({*readers} & {*said})
        if readers is None:
            return None
        return frozenset({*readers, *([f"user:{who.id}"] if who.id else [])})

    def settled(self, mode: str | None, who: Principal) -> Settled:
        """Return what a search depends on beside the question: what `who` sees, who else does, and all settings."""
        settings = self._searching(mode)
        view, embedder = self._live.sight(who)
        said = structs.asdict(settings)
        words = self._words.identity()
        identity = {
            "snapshot": view.name, "permissions": view.permissions, "asker": who.id, "search": said, "words": words,
            "outdated": outdated(view, self._around.today()),
            "embedder": embedder, "languages": self._spoken(), "index": structs.asdict(self.settings.indexing),
        }  # fmt: skip
        place = f"knowledge.{self.name}"
        shown = {f"{place}.snapshot": short(view.name), f"{place}.asker": who_is(who)}
        shown |= {f"{place}.search.{name}": str(value) for name, value in said.items()}
        shown |= {f"{place}.embedder": embedder[:24] or "none", f"{place}.dictionary": words[:12]}
        return Settled(identity=identity, shown=shown)

    def _spoken(self) -> list[str]:
        embedding = self.settings.embedding
        return [] if embedding is None else sorted(embedding.languages)

    def _searching(self, mode: str | None) -> SearchTable:
        settings = self.settings.search
        if mode is None:
            return settings
        if mode not in ("dense", "sparse", "hybrid"):
            raise NotForThisBase(name=self.name, reason=f"'{mode}' is none of dense, sparse, hybrid")
        return structs.replace(settings, mode=mode)

    def _for_query(
        self, view: View, made: str, query: str, settings: SearchTable, *, asked: str | None
    ) -> Embedder | None:
        """Return the embedder if this question has a dense side.

        A question in a language that the embedder was not made for has one only where it was asked for by name.
        """
        if settings.mode == "sparse":
            return None
        embedder = self._embedder.open()
        if embedder is None:
            if asked == "dense":
                raise NotForThisBase(name=self.name, reason="it has no embedder")
            return None
        if not view.vectors or (asked != "dense" and not self._embedder.covers(language_of(query))):
            return None
        if embedder.identity != made:
            raise IndexOtherEmbedder(name=self.name, found=made, wanted=embedder.identity)
        return embedder

    def _token_vectors(self) -> TokenVectors:
        embedder = self._embedder.open()
        if not isinstance(embedder, MiniLm):
            raise NotForThisBase(name=self.name, reason='`rerank = "late"` needs the embedder minilm')
        return embedder.token_vectors

    # -- looking after it

    async def build(self, *, fresh: bool = False, progress: Tell | None = None) -> Built:
        """Bring the index up to date with its sources; searches see the old one until it is whole.

        Args:
            fresh: Begin anew, embedding everything again: after a change of the embedder, or if the index is damaged.
            progress: Told where the build stands.

        Raises:
            NoSources, SourceMissing, BadDictionary: Nothing was changed.
            IndexOtherEmbedder: Another embedder is configured than the index was made with.
            EmbeddingFailed: What was embedded so far is kept.
        """
        with own_io():
            built = await self._running.build(fresh=fresh, tell=progress or _silent)
            if self._elsewhere.used:
                await asyncio.to_thread(self._elsewhere.sync, self.full_view())
            return built

    def status(self) -> Status:
        """Return what is in the index, for whoever looks after it: it counts every document. Raises `IndexMissing`."""
        return status_of(self.name, self.folder, self._live.index(), self._embedder, self.settings)

    def full_documents(self) -> tuple[str, ...]:
        """Return the ids of all documents, whoever may read them: for whoever looks after the index."""
        return tuple(sorted(self._live.index().all_documents()))

    def remove(self, *docs: str) -> Snapshot:
        """Take documents out, at once and for good: builds leave them out until one begins afresh.

        Raises:
            NoSuchDocument: One is not there; nothing was removed.
        """
        self.require(*docs)
        index = self._live.index()
        Ledger(self.folder).leave_out(docs)
        with index.writer() as writer:
            for doc in docs:
                writer.remove(doc)
            return writer.compact()

    def require(self, *docs: str) -> None:
        """Check that documents are in the index, whoever may read them. Raises `NoSuchDocument`."""
        known = self._live.index().all_documents()
        for doc in docs:
            if doc not in known:
                raise NoSuchDocument(name=self.name, doc=doc, near=nearest_document(doc, known))

    def readers(self) -> dict[str, Readers]:
        """Return who may read each document, for whoever looks after the index: sorted by their ids."""
        return {doc: known.readers for doc, known in sorted(self._live.index().all_documents().items())}

    def drop(self) -> None:
        """Remove the whole index. The sources stay. Raises `IndexMissing`."""
        if not self.folder.exists():
            raise IndexMissing(name=self.name)
        self._live.close()
        shutil.rmtree(self.folder)

    def text(self, doc: str, principal: Principal = NOBODY) -> str:
        """Return the parsed text of a document, which citations are slices of; empty if it may not be seen."""
        view = self.view(principal)
        rows = view.rows_of(doc)
        return view.text(rows.start) if rows else ""

    async def read(self, doc: str, *, principal: Principal | None = None) -> str:
        """Return `text`. Called in a step, it is a step of its own, and on behalf of whoever the run is for."""
        frame = current_frame() or self._around.root()
        who = principal if principal is not None else read_principal() if frame is not None else NOBODY
        if frame is None:
            return self.text(doc, who)
        return await frame.runtime.call(text_step, frame, (self.name, doc, who), {})

    def __repr__(self) -> str:
        return f"<knowledge {self.name}>"


def reasons(why: Why, synonyms: Mapping[str, str] | None = None) -> tuple[str, ...]:
    """Return why a passage stands where it does, a line a reason; `synonyms`: terms, and what they stand for."""
    from loomwork.knowledge.wording import said

    lines = [
        said("placed", "en", name=name, place=place.rank, score=f"{place.score:.4g}", added=f"{place.added:.4g}")
        for name, place in sorted(why.retrievers.items())
    ]
    lines += [said("unseen", "en", name=name, added=f"{added:.4g}") for name, added in sorted(why.unseen.items())]
    for each in why.terms:
        of = (synonyms or {}).get(each.term, "")
        key = "synonym" if of else "term"
        lines.append(said(key, "en", term=each.term, of=of, score=f"{each.score:.3g}", df=each.df))
    return (*lines, why.moved) if why.moved else tuple(lines)


def _silent(progress: Progress) -> None:
    del progress

"""What people ask about, by topic. The embedder and the word cutter are loaded when they are first needed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence

from loomwork.kernel.errors.knowledge_embedding import EmbedderBroken, EmbedderNotInstalled
from loomwork.knowledge.embedding.minilm import MiniLm
from loomwork.knowledge.words.analysis import Words
from loomwork.monitor.topics import Embed, Topic, plainly, topics
from loomwork.store.requests import UNANSWERED, Question, RequestFilter
from loomwork.studio.studio import Studio
from loomwork.studio.wire import monitor as wire

_KEPT = 20_000
_SHOWN = 30
_EXAMPLES = 50


class Topics:
    """Finds topics, and keeps the embeddings of questions that come again."""

    def __init__(self, studio: Studio) -> None:
        self._store = studio.store
        self._words = Words()
        self._lock = threading.Lock()
        self._embedder: MiniLm | None = None
        self._is_without = False
        self._known: dict[str, Sequence[float]] = {}

    def find(self, asked: RequestFilter) -> wire.Topics:
        """Return the topics of the newest questions that fit."""
        found = self._store.requests.questions(asked, limit=wire.MOST_QUESTIONS)
        with self._lock:
            self._learn([plainly(each.text, self._words.query) for each in found])
            listed = topics(found, terms=self._words.query, embed=None if self._is_without else self._embed)
        return wire.Topics(
            topics=tuple(_line(each) for each in listed[:_SHOWN]),
            questions=len(found),
            complete=len(found) < wire.MOST_QUESTIONS and len(listed) <= _SHOWN,
        )

    def _learn(self, texts: Sequence[str]) -> None:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if self._is_without or not new:
            return
        try:
            embedder = self._embedder = self._embedder or MiniLm(threads=1)
            vectors = asyncio.run(embedder.embed(new))
        except (EmbedderNotInstalled, EmbedderBroken):
            self._is_without = True
            return
        if len(self._known) + len(new) > _KEPT:
            self._known.clear()
        self._known.update(zip(new, (vector.tolist() for vector in vectors), strict=True))

    @property
    def _embed(self) -> Embed:
        known = self._known
        return lambda texts: [known[text] for text in texts]


def _line(topic: Topic) -> wire.TopicLine:
    return wire.TopicLine(
        example=topic.example,
        words=topic.words,
        by=topic.by,
        count=len(topic.questions),
        unanswered=topic.unanswered,
        questions=tuple(map(_asked, topic.questions[:_EXAMPLES])),
    )


def _asked(question: Question) -> wire.AskedQuestion:
    return wire.AskedQuestion(
        trace=question.trace,
        at_ms=question.at_ns / 1e6,
        text=question.text,
        unanswered=question.flags & UNANSWERED != 0,
    )

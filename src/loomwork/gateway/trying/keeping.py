"""What was asked and answered on a page, as its trace keeps it, and read back for whoever asked. Knows no HTTP.

A question is kept in the form of a chat request and an answer in that of a chat answer, so that whatever reads traces
of requests reads these; what only a page needs (sources, notes, values) stands beside.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Struct, structs

from loomwork.gateway.trying.values import Answered, Asked, Kept, Said, Talk, Text, Visitor
from loomwork.kernel.errors.store import BlobCorrupt, BlobMissing
from loomwork.store.people import FeedbackRow
from loomwork.store.protocols import Store
from loomwork.store.requests import RequestFilter
from loomwork.store.rows import RequestRow, SpanRow

MOST = 50
"""Turns that are read back: the newest."""
DIALECT = "try"
SHOWN = 200
"""Characters of a preview."""


class _Message(Struct, omit_defaults=True):
    role: str
    content: str


class _Question(Struct, omit_defaults=True):
    model: str
    messages: list[_Message] = []
    values: dict[str, Any] = {}
    fresh: bool = False


class _Choice(Struct):
    message: _Message
    index: int = 0


class _Answer(Struct):
    choices: list[_Choice]
    answered: Answered


def question_body(name: str, asked: Asked) -> bytes:
    """Return what the trace keeps of a question."""
    said = [_Message(role=each.role, content=each.text) for each in asked.turns]
    return msgspec.json.encode(_Question(model=name, messages=said, values=asked.values, fresh=asked.fresh))


def question_shown(asked: Asked) -> str:
    """Return how a question is shown in lists."""
    if asked.turns:
        return asked.turns[-1].text[:SHOWN]
    return msgspec.json.encode(asked.values).decode()[:SHOWN]


def answer_body(answered: Answered) -> bytes:
    """Return what the trace keeps of an answer."""
    said = _Message(role="assistant", content=answer_shown(answered))
    return msgspec.json.encode(_Answer(choices=[_Choice(message=said)], answered=answered))


def answer_shown(answered: Answered) -> str:
    """Return an answer's words; of what has none, its data."""
    if answered.text is not None:
        return answered.text
    return "" if answered.value is None else msgspec.json.encode(answered.value).decode()


class Heard:
    """What of an answer has been given so far, put together: what is left of one that broke off is kept, too."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._whole: Answered | None = None

    def take(self, said: Said) -> None:
        """Hear one more piece."""
        if isinstance(said, Text):
            self._pieces.append(said.text)
        elif isinstance(said, Answered):
            self._whole = said

    @property
    def answered(self) -> Answered | None:
        """The answer as a page shows it; None where nothing was said."""
        text = "".join(self._pieces)
        if self._whole is None:
            return Answered(text=text) if text else None
        whole = self._whole
        return structs.replace(whole, text=text) if whole.text is None and text else whole


class Keeping:
    """Reads conversations back.

    Args:
        store: Where they are.
        settled: Writes what is still in memory.
    """

    def __init__(self, store: Store, settled: Callable[[], object]) -> None:
        self._store = store
        self._settled = settled

    def talk(self, name: str, session: str, visitor: Visitor) -> Talk:
        """Return the newest turns of a conversation that this very visitor had on this page; of others', nothing."""
        if not session:
            return Talk(turns=())
        self._settled()
        asked = RequestFilter(session=session, served=name, key=visitor.id, user=visitor.who.id)
        rows = [row for row in self._store.requests.list(asked, limit=MOST) if _is_theirs(row, visitor)]
        said = self._store.feedback.of([row.trace for row in rows])
        turns: list[Kept] = []
        for row in reversed(rows):
            root = self._root(row.trace)
            question: _Question | None = None if root is None else self._read(root.input, _Question)
            if root is None or question is None:
                continue
            turn = self._turn(row, root, question, _own(said.get(row.trace, []), visitor))
            if question.fresh and turns and _asks_the_same(turns[-1], turn):
                turns.pop()
            turns.append(turn)
        return Talk(turns=tuple(turns))

    def _turn(self, row: RequestRow, root: SpanRow, question: _Question, said: FeedbackRow | None) -> Kept:
        answer: _Answer | None = self._read(root.output, _Answer)
        return Kept(
            trace=row.trace,
            question=question.messages[-1].content if question.messages else "",
            values=question.values,
            answer=None if answer is None else answer.answered,
            error=row.error,
            rating=0 if said is None else said.rating,
            comment="" if said is None else said.comment,
        )

    def _root(self, trace: str) -> SpanRow | None:
        return next((span for span in self._store.traces.spans(trace, limit=1) if not span.parent), None)

    def _read(self, reference: Any, kind: Any) -> Any:
        if reference is None:
            return None
        try:
            return msgspec.json.decode(self._store.blobs.get(reference), type=kind)
        except (BlobMissing, BlobCorrupt, msgspec.DecodeError):
            return None


def _is_theirs(row: RequestRow, visitor: Visitor) -> bool:
    return row.dialect == DIALECT and row.key == visitor.id and row.user == visitor.who.id


def _own(said: list[FeedbackRow], visitor: Visitor) -> FeedbackRow | None:
    return next((each for each in said if each.key == visitor.id and each.user == visitor.who.id), None)


def _asks_the_same(before: Kept, now: Kept) -> bool:
    return (before.question, before.values) == (now.question, now.values)

"""`/api/sessions`: conversations as turns, each with its trace and what people said of it."""

from __future__ import annotations

from typing import Any, cast

from loomwork.kernel.errors.studio import NoSuchPlace, ParameterWrong
from loomwork.store.people import FeedbackRow, SessionRow
from loomwork.store.protocols import Store
from loomwork.store.requests import Place, RequestFilter
from loomwork.store.rows import RequestRow, SpanRow
from loomwork.studio.endpoints import Endpoint
from loomwork.studio.spans.detail import span_detail
from loomwork.studio.studio import Studio
from loomwork.studio.traces.heads import ms
from loomwork.studio.wire.sessions import (
    LISTED,
    LONGEST,
    TURNS,
    AskSession,
    ListSessions,
    SessionHead,
    SessionList,
    SessionTold,
    SessionTurn,
    TurnFeedback,
)
from loomwork.studio.wire.spans import Said, Span

_FIRST_SPANS = 60
_TITLE = 160


def list_sessions(studio: Studio, asked: ListSessions) -> SessionList:
    """Return conversations, those with the newest turns first."""
    limit = min(max(asked.limit, 1), LISTED)
    rows = studio.store.sessions.list(
        limit=limit, before_ns=_place(asked.before), served=asked.served, user=asked.user, rated=asked.rated
    )
    is_more = len(rows) == limit
    return SessionList(
        sessions=tuple([_head(row) for row in rows]), more=is_more, next=str(rows[-1].last_ns) if is_more else ""
    )


def get_session(studio: Studio, asked: AskSession) -> SessionTold:
    """Return the newest turns of a conversation, in order."""
    store = studio.store
    before = Place(_place(asked.before), "") if asked.before else None
    whole = store.sessions.get(asked.session)
    rows = store.requests.list(RequestFilter(session=asked.session), limit=TURNS + 1, before=before)
    if not rows or whole is None:
        raise NoSuchPlace(path=f"/sessions/{asked.session}")
    shown = rows[:TURNS]
    said = store.feedback.of([row.trace for row in shown])
    turns = [_turn(store, row, said.get(row.trace, [])) for row in reversed(shown)]
    return SessionTold(
        session=asked.session,
        title=_first_question(store, whole)[:_TITLE],
        user=whole.user,
        served=whole.served,
        turns=tuple(turns),
        total=whole.requests,
        more=len(rows) > TURNS,
        next=str(shown[-1].at_ns) if len(rows) > TURNS else "",
    )


def _first_question(store: Store, whole: SessionRow) -> str:
    """Return what the conversation began with, on one line."""
    first = RequestFilter(session=whole.session, since_ns=whole.first_ns, until_ns=whole.first_ns + 1)
    for row in store.requests.list(first, limit=1):
        return " ".join(_turn(store, row, []).question.split())
    return ""


def _place(text: str) -> int:
    if text and not text.isdecimal():
        raise ParameterWrong(detail=f"before: '{text}' is no place in a list of conversations")
    return int(text or 0)


def _head(row: SessionRow) -> SessionHead:
    return SessionHead(
        session=row.session,
        user=row.user,
        served=row.served,
        first_ms=ms(row.first_ns),
        last_ms=ms(row.last_ns),
        requests=row.requests,
        failed=row.failed,
        tokens=row.tokens,
        up=row.up,
        down=row.down,
    )


def _turn(store: Store, row: RequestRow, said: list[FeedbackRow]) -> SessionTurn:
    called = _called(store.traces.spans(row.trace, limit=_FIRST_SPANS, bodies=False))
    told = span_detail(store, row.trace, called.span) if called is not None else None
    question, answer = (asked_in(told), answered_in(told)) if told is not None else ("", "")
    return SessionTurn(
        trace=row.trace,
        span=called.span if called is not None else "",
        at_ms=ms(row.at_ns),
        served=row.served,
        model=row.model,
        release=row.release,
        status=row.status,
        error=row.error,
        cached=row.cached,
        degraded=row.degraded,
        ms=ms(row.total_ns),
        first_ms=ms(row.first_ns),
        tokens=row.input_tokens + row.output_tokens,
        question=question[:LONGEST],
        answer=answer[:LONGEST],
        more=max(len(question), len(answer)) > LONGEST,
        feedback=tuple(
            TurnFeedback(
                user=each.user, rating=each.rating, comment=each.comment, source=each.source, at_ms=ms(each.at_ns)
            )
            for each in said
        ),
    )


def _called(spans: list[SpanRow]) -> SpanRow | None:
    """Return what the request called: the first span beneath its root, or the root where there is nothing beneath."""
    roots = [span for span in spans if not span.parent]
    beneath = [span for span in spans if roots and span.parent == roots[0].span]
    return next(iter(beneath or roots), None)


def asked_in(span: Span) -> str:
    """Return the question that a call was given, as a person wrote it."""
    users = [said for said in span.messages if not said.answer and said.role == "user"]
    if users:
        return _words(users[-1])
    given = span.input.json if span.input is not None else None
    if isinstance(given, dict):
        texts = [value for value in cast("dict[str, Any]", given).values() if isinstance(value, str)]
        if len(texts) == 1 and len(cast("dict[str, Any]", given)) == 1:
            return texts[0]
    return span.input.text if span.input is not None else ""


def answered_in(span: Span) -> str:
    """Return what a call answered, as a person reads it."""
    answers = [said for said in span.messages if said.answer]
    if answers:
        return _words(answers[-1])
    gave = span.output.json if span.output is not None else None
    if isinstance(gave, dict) and isinstance(found := cast("dict[str, Any]", gave).get("answer"), str):
        return found
    return span.output.text if span.output is not None else span.error or ""


def _words(said: Said) -> str:
    return "".join(part.text for part in said.parts if part.kind in ("text", "refusal"))


ENDPOINTS = (
    Endpoint(
        name="list_sessions",
        method="GET",
        path="/api/sessions",
        tells="Conversations, those with the newest turns first.",
        call=list_sessions,
        asked=ListSessions,
        gives=SessionList,
    ),
    Endpoint(
        name="get_session",
        method="GET",
        path="/api/sessions/{session:path}",
        tells="One conversation as turns.",
        call=get_session,
        asked=AskSession,
        gives=SessionTold,
    ),
)
